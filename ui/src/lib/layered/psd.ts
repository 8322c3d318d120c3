/**
 * The layers of a PSD, as pictures with names. What they take is added up from their frames before one pixel is read: a small file can
 * announce gigabytes. Runs without a page.
 */

import { initializeCanvas, readPsd, type Layer, type Psd } from 'ag-psd';
import type { Blend } from '../stage/format';

/** A layer that is seen, from the back to the front. */
export interface Picture {
  /** Names of the groups it lies in, and its own. */
  path: string[];
  /** In pixels of the picture: x, y, width, height. */
  box: [number, number, number, number];
  opacity: number;
  blend: Blend;
  /** RGBA, not premultiplied. */
  pixels: Uint8ClampedArray<ArrayBuffer>;
}
export interface Layered {
  width: number;
  height: number;
  layers: Picture[];
  /** Layers that were left out: empty, or beyond what is allowed. */
  left: number;
}

// Pixels are read into plain arrays: a canvas would multiply them by their alpha, and a test has none.
initializeCanvas(
  () => {
    throw new Error('layers are read without a canvas');
  },
  (width, height) =>
    ({ width, height, data: new Uint8ClampedArray(width * height * 4), colorSpace: 'srgb' }) as ImageData,
);

const MOST_SIDE = 8192;
/** A rig may have 96; some are bones. */
export const MOST_LAYERS = 90;
/** Of all layers together: 256 MiB of pixels. */
const MOST_PIXELS = 64 * 1024 * 1024;
const MOST_DEPTH = 16;

const BLENDS: Partial<Record<string, Blend>> = {
  multiply: 'multiply',
  'linear burn': 'multiply',
  'color burn': 'multiply',
  screen: 'screen',
  'color dodge': 'screen',
  'linear dodge': 'add',
};

interface Seen {
  path: string[];
  opacity: number;
  layer: Layer;
  /** What it lies among: a layer is clipped to one beside it, not to one of another group. */
  among: readonly Layer[];
}

/** What clipped layers are clipped to; without a picture where it is not seen itself. */
interface Base {
  among: readonly Layer[];
  picture: Picture | null;
}

/** Layers that are drawn, back to front, with the groups that they lie in. */
function seen(psd: Pick<Psd, 'children'>): Seen[] {
  const out: Seen[] = [];
  const walk = (layers: readonly Layer[], path: string[], opacity: number) => {
    if (path.length > MOST_DEPTH) return;
    for (const layer of layers) {
      const here = [...path, (layer.name ?? '').slice(0, 80)];
      const through = opacity * Math.min(1, Math.max(0, layer.opacity ?? 1));
      if (layer.children) {
        if (!layer.hidden) walk(layer.children, here, through);
      } else out.push({ path: here, opacity: through, layer, among: layers });
    }
  };
  walk(psd.children ?? [], [], 1);
  return out;
}

type Frame = Pick<Layer, 'left' | 'top' | 'right' | 'bottom'>;
const boxOf = ({ left = 0, top = 0, right = 0, bottom = 0 }: Frame): Picture['box'] => [
  left,
  top,
  right - left,
  bottom - top,
];

/**
 * Reads a PSD. `wanted` says whether a layer that is hidden in the file is wanted all the same (closed eyes, open mouths).
 * Throws a sentence for people where it cannot be used.
 */
export function readLayers(bytes: ArrayBuffer, wanted: (path: readonly string[]) => boolean): Layered {
  const frame = open(bytes, true);
  if (frame.width > MOST_SIDE || frame.height > MOST_SIDE)
    throw new Error(`it is ${frame.width} × ${frame.height} pixels large, and ${MOST_SIDE} are allowed`);
  let area = 0;
  for (const { layer } of seen(frame)) {
    const [, , w, h] = boxOf(layer);
    if (w < 0 || h < 0 || w > 2 * MOST_SIDE || h > 2 * MOST_SIDE) throw new Error('a layer of it has no sensible size');
    area += w * h;
  }
  if (area > MOST_PIXELS)
    throw new Error(
      `its layers have ${Math.round(area / 1e6)} million pixels together, and ${Math.round(MOST_PIXELS / 1e6)} are allowed`,
    );
  const psd = open(bytes, false);
  const layers: Picture[] = [];
  let left = 0;
  let base: Base | null = null;
  for (const { path, opacity, layer, among } of seen(psd)) {
    const box = boxOf(layer);
    const data = layer.imageData?.data;
    const under: Base | null = layer.clipping && base?.among === among ? base : null;
    const shown = (!layer.hidden || wanted(path)) && under?.picture !== null;
    if (
      !shown ||
      !(data instanceof Uint8ClampedArray) ||
      box[2] < 1 ||
      box[3] < 1 ||
      data.length !== box[2] * box[3] * 4 ||
      layers.length >= MOST_LAYERS
    ) {
      if (shown) left++;
      if (!layer.clipping) base = { among, picture: null };
      continue;
    }
    const pixels = new Uint8ClampedArray(data.buffer as ArrayBuffer, data.byteOffset, data.length);
    const picture: Picture = { path, box, opacity, blend: BLENDS[layer.blendMode ?? 'normal'] ?? 'normal', pixels };
    const { mask } = layer;
    if (mask?.imageData && !mask.disabled)
      cut(picture, { box: boxOf(mask), pixels: mask.imageData.data, channel: 0, beyond: mask.defaultColor ?? 0 });
    if (!layer.clipping) base = { among, picture };
    else if (under?.picture) cut(picture, { ...under.picture, channel: 3, beyond: 0 });
    layers.push(picture);
  }
  if (layers.length === 0) throw new Error('it has no layers with pixels');
  return { width: psd.width, height: psd.height, layers, left };
}

function open(bytes: ArrayBuffer, skipLayerImageData: boolean): Psd {
  try {
    return readPsd(bytes, {
      skipLayerImageData,
      skipCompositeImageData: true,
      skipThumbnail: true,
      skipLinkedFilesData: true,
      useImageData: true,
      totalMemoryLimit: 2 * 4 * MOST_PIXELS,
    });
  } catch (error) {
    throw new Error(`it cannot be read as a PSD (${error instanceof Error ? error.message : String(error)})`, {
      cause: error,
    });
  }
}

/** What a picture is seen through: one channel of some pixels, 0 to 255. */
interface Stencil {
  box: Picture['box'];
  pixels: ArrayLike<number>;
  channel: 0 | 3;
  /** What holds outside of the pixels. */
  beyond: number;
}

/** Leaves of a picture what is seen through a mask, or over the layer that it is clipped to. */
function cut(picture: Picture, { box: [left, top, width, height], pixels, channel, beyond }: Stencil): void {
  const [x, y, w, h] = picture.box;
  for (let row = 0; row < h; row++) {
    for (let column = 0; column < w; column++) {
      const [ax, ay] = [x + column - left, y + row - top];
      const inside = ax >= 0 && ay >= 0 && ax < width && ay < height;
      const through = inside ? (pixels[(ay * width + ax) * 4 + channel] ?? 0) : beyond;
      const at = (row * w + column) * 4 + 3;
      picture.pixels[at] = ((picture.pixels[at] ?? 0) * through) / 255;
    }
  }
}
