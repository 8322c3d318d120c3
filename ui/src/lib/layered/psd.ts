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
      } else out.push({ path: here, opacity: through, layer });
    }
  };
  walk(psd.children ?? [], [], 1);
  return out;
}

const boxOf = ({ left = 0, top = 0, right = 0, bottom = 0 }: Layer): Picture['box'] => [
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
  let under: Picture | null = null;
  for (const { path, opacity, layer } of seen(psd)) {
    const box = boxOf(layer);
    const data = layer.imageData?.data;
    const shown = !layer.hidden || wanted(path);
    if (
      !shown ||
      !data ||
      box[2] < 1 ||
      box[3] < 1 ||
      data.length !== box[2] * box[3] * 4 ||
      layers.length >= MOST_LAYERS
    ) {
      if (shown) left++;
      if (!layer.clipping) under = null;
      continue;
    }
    const pixels = new Uint8ClampedArray(data.length);
    pixels.set(data);
    const picture: Picture = { path, box, opacity, blend: BLENDS[layer.blendMode ?? 'normal'] ?? 'normal', pixels };
    if (!layer.clipping) under = picture;
    else if (under) clip(picture, under);
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

/** A clipped layer is seen only where the one below it is. */
function clip(picture: Picture, under: Picture): void {
  const [x, y, w, h] = picture.box;
  const [ux, uy, uw, uh] = under.box;
  for (let row = 0; row < h; row++) {
    for (let column = 0; column < w; column++) {
      const [ax, ay] = [x + column - ux, y + row - uy];
      const inside = ax >= 0 && ay >= 0 && ax < uw && ay < uh;
      const alpha = inside ? (under.pixels[(ay * uw + ax) * 4 + 3] ?? 0) : 0;
      const at = (row * w + column) * 4 + 3;
      picture.pixels[at] = ((picture.pixels[at] ?? 0) * alpha) / 255;
    }
  }
}
