/** A puppet as one `<svg>` for each layer, moved by the page's compositor. Needs nothing but a page; cannot bend. */

import type { Sheets } from '../art';
import type { Rig } from '../format';
import { inverse, multiply, type Matrix, type Params } from '../rig';
import { nothing, Pose, type LayerPose } from './pose';
import type { Rect, Renderer } from './renderer';

const SVG = 'http://www.w3.org/2000/svg';
const MODES = { normal: '', multiply: 'multiply', screen: 'screen', add: 'plus-lighter' } as const;

export class SvgRenderer implements Renderer {
  readonly kind = 'svg';
  readonly #art: Sheets;
  readonly #pose: Pose;
  readonly #rig: Rig;
  #scale = 1;
  readonly #clips: { pose: LayerPose; base: LayerPose; use: Element }[] = [];

  constructor(art: Sheets, rig: Rig) {
    this.#art = art;
    this.#rig = rig;
    this.#pose = new Pose(rig, false);
    for (const { layer } of this.#pose.layers) {
      // As the pose begins: the sheets may have been drawn before, and be faded from then.
      this.#style(layer.id, 'opacity', '1');
      this.#style(layer.id, 'visibility', 'visible');
      if (layer.blend !== 'normal') this.#style(layer.id, 'mix-blend-mode', MODES[layer.blend]);
    }
    for (const pose of this.#pose.layers) this.#clip(pose);
  }

  /** Lets a layer be seen through a mask that shows the layer it is clipped to, where that one is. */
  #clip(pose: LayerPose): void {
    const { id, clip, box } = pose.layer;
    const base = this.#pose.layers.find((other) => other.layer.id === clip);
    const [sheet, under] = [this.#art.sheets.get(id), base && this.#art.sheets.get(base.layer.id)];
    const [group, shape] = [sheet?.firstElementChild, under?.firstElementChild];
    if (!base || !sheet || !group || !shape) return;
    const [name, target] = [`${this.#art.prefix}clip-${id}`, `${this.#art.prefix}shape-${base.layer.id}`];
    if (shape.id === '') shape.id = target;
    // A puppet is drawn as SVG, otherwise, and as SVG again.
    let mask = sheet.querySelector('mask');
    if (!mask) {
      mask = document.createElementNS(SVG, 'mask');
      mask.id = name;
      mask.setAttribute('maskUnits', 'userSpaceOnUse');
      // Alpha, not brightness.
      mask.setAttribute('mask-type', 'alpha');
      mask.style.setProperty('mask-type', 'alpha');
      ['x', 'y', 'width', 'height'].forEach((side, i) => mask?.setAttribute(side, String(box[i])));
      const use = document.createElementNS(SVG, 'use');
      use.setAttribute('href', `#${shape.id}`);
      mask.append(use);
      sheet.append(mask);
      group.setAttribute('mask', `url(#${name})`);
    }
    const use = mask.firstElementChild;
    if (use) this.#clips.push({ pose, base, use });
  }

  /** Puts the masks where what they show is, seen from the layers that are masked. */
  #placeClips(): void {
    for (const { pose, base, use } of this.#clips) {
      const between = multiply(inverse(pose.matrix), base.matrix).map((n) => Math.round(n * 1e5) / 1e5);
      use.setAttribute('transform', `matrix(${between.join(' ')})`);
      use.setAttribute('opacity', String(base.opacity));
    }
  }

  mount(host: HTMLElement): void {
    host.replaceChildren(this.#art.defs, ...this.#art.sheets.values());
  }

  resize(width: number, seen?: Rect, covered: Rect | null = null): void {
    this.#scale = width / this.#rig.size[0];
    if (seen) {
      const below = covered ? Math.min(seen.y + seen.height, covered.y) : seen.y + seen.height;
      const area = [seen.x, seen.y, seen.width, Math.max(0, below - seen.y)].map((n) => n / this.#scale);
      this.#pose.see(area as [number, number, number, number]);
    }
    for (const { layer } of this.#pose.layers) {
      const [x, y, w, h] = layer.box;
      const set = (name: string, value: number) => this.#style(layer.id, name, `${value * this.#scale}px`);
      set('left', x);
      set('top', y);
      set('width', w);
      set('height', h);
      // The matrices turn about the origin of the artwork.
      this.#style(layer.id, 'transform-origin', `${-x * this.#scale}px ${-y * this.#scale}px`);
    }
    for (const pose of this.#pose.layers) this.#place(pose);
    this.#placeClips();
  }

  show(params: Params, moves = true): boolean {
    const change = this.#pose.update(params, this.#scale, moves);
    if (nothing(change)) return false;
    for (const pose of change.elsewhere) this.#place(pose);
    for (const { layer, opacity } of change.faded) {
      this.#style(layer.id, 'opacity', String(opacity));
      this.#style(layer.id, 'visibility', opacity === 0 ? 'hidden' : 'visible');
    }
    if (this.#clips.length > 0 && (change.moved || change.faded.length > 0)) this.#placeClips();
    for (const { part, matrix, opacity } of change.parts) {
      const element = this.#art.find(part.id);
      element?.setAttribute('transform', `matrix(${matrix.join(' ')})`);
      if (part.fade) element?.setAttribute('opacity', String(opacity));
    }
    for (const { morph, weights } of change.morphs) this.#art.find(morph.path)?.setAttribute('d', morph.data(weights));
    return true;
  }

  finish(): void {
    // The page draws after the script; nothing here could wait for it.
  }

  dispose(): void {
    // Elements are freed with the page.
  }

  #style(layer: string, name: string, value: string) {
    this.#art.sheets.get(layer)?.style.setProperty(name, value);
  }

  #place({ layer, matrix }: LayerPose) {
    const [a, b, c, d, e, f]: Matrix = matrix;
    const n = (value: number) => Math.round(value * 1e5) / 1e5;
    this.#style(
      layer.id,
      'transform',
      `matrix(${n(a)}, ${n(b)}, ${n(c)}, ${n(d)}, ${n(e * this.#scale)}, ${n(f * this.#scale)})`,
    );
  }
}
