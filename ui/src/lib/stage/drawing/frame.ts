/** The canvas that a puppet is drawn on: no larger than what can be seen of it. Pure, but for {@link fit}. */

import type { Layer, Rig } from '../format';
import type { Matrix } from '../rig';
import type { Rect } from './renderer';

/** What moves leaves the area it was drawn in by this share of the artwork's size. */
const BEYOND = 0.1;

export interface Fitted {
  /** In CSS pixels of the puppet's element. */
  place: Rect;
  /** From artwork units to pixels of the canvas. */
  matrix: Matrix;
  /** Pixels of the screen for a unit of the artwork. */
  pixelsPerUnit: number;
}

/** Where the canvas lies. `width` is the artwork's in CSS pixels, `ratio` the pixels of the screen for one of CSS. */
export function fitted(rig: Pick<Rig, 'size' | 'layers'>, width: number, seen: Rect, ratio: number): Fitted {
  const scale = width / rig.size[0];
  const boxes = rig.layers.filter((layer) => layer.art).map((layer) => layer.box);
  const least = (at: (box: Layer['box']) => number) => Math.min(...boxes.map(at)) - BEYOND * rig.size[0];
  const left = Math.max(least(([x]) => x) * scale, seen.x);
  const top = Math.max(least(([, y]) => y) * scale, seen.y);
  const right = Math.min(-least(([x, , w]) => -x - w) * scale, seen.x + seen.width);
  const bottom = Math.min(-least(([, y, , h]) => -y - h) * scale, seen.y + seen.height);
  // On whole pixels, or the page would draw the picture between two of them.
  const whole = (value: number) => Math.round(value * ratio) / ratio;
  const place = {
    x: whole(left),
    y: whole(top),
    width: Math.max(1 / ratio, whole(right - left)),
    height: Math.max(1 / ratio, whole(bottom - top)),
  };
  const k = scale * ratio;
  return { place, matrix: [k, 0, 0, k, -place.x * ratio, -place.y * ratio], pixelsPerUnit: k };
}

/**
 * Cuts what is drawn in two where something that hides it begins: what is seen, and what may be drawn late, down to the lower edge (a strip
 * of it is seen below a box of text). The second is null where the cover does not reach from side to side.
 */
export function parted(whole: Fitted, covered: Rect | null, ratio: number): [seen: Fitted, behind: Fitted | null] {
  if (!covered) return [whole, null];
  const { place } = whole;
  const cut = Math.ceil(covered.y * ratio) / ratio;
  const height = cut - place.y;
  const beyond = place.x < covered.x || place.x + place.width > covered.x + covered.width;
  if (beyond || height < 1 || place.height - height < 1) return [whole, null];
  const [a, b, c, d, e, f] = whole.matrix;
  return [
    { ...whole, place: { ...place, height } },
    {
      ...whole,
      place: { ...place, y: cut, height: place.height - height },
      matrix: [a, b, c, d, e, f - Math.round(height * ratio)],
    },
  ];
}

/** Lays a canvas where it belongs; true where its size changed, which empties it. */
export function fit(canvas: HTMLCanvasElement, { place }: Fitted, ratio: number): boolean {
  const style = canvas.style;
  style.setProperty('position', 'absolute');
  for (const [name, value] of [
    ['left', place.x],
    ['top', place.y],
    ['width', place.width],
    ['height', place.height],
  ] as const)
    style.setProperty(name, `${value}px`);
  const [width, height] = [Math.round(place.width * ratio), Math.round(place.height * ratio)];
  if (canvas.width === width && canvas.height === height) return false;
  canvas.width = width;
  canvas.height = height;
  return true;
}
