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
  /** The place among the layers of the one over which alone it is seen, wherever both move; null where what clips it is cut already. */
  clip: number | null;
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
  /** The groups that it lies in, outermost first. */
  groups: readonly Layer[];
  /** What it is clipped to, and what its groups are clipped to: layers or groups that lie beside them. */
  clips: readonly Layer[];
}

/** Layers that are drawn, back to front, with the groups that they lie in. */
function seen(psd: Pick<Psd, 'children'>): Seen[] {
  const out: Seen[] = [];
  const walk = (layers: readonly Layer[], above: Omit<Seen, 'layer'>) => {
    if (above.path.length > MOST_DEPTH) return;
    let base: Layer | null = null;
    for (const layer of layers) {
      const path = [...above.path, (layer.name ?? '').slice(0, 80)];
      const opacity = above.opacity * share(layer.opacity);
      // A layer is clipped to one beside it, not to one of another group.
      const clips = layer.clipping && base ? [...above.clips, base] : above.clips;
      if (!layer.clipping) base = layer;
      if (!layer.children) out.push({ path, opacity, layer, groups: above.groups, clips });
      else if (!layer.hidden) walk(layer.children, { path, opacity, groups: [...above.groups, layer], clips });
    }
  };
  walk(psd.children ?? [], { path: [], opacity: 1, groups: [], clips: [] });
  return out;
}
const share = (opacity: number | undefined) => Math.min(1, Math.max(0, opacity ?? 1));

type Frame = Pick<Layer, 'left' | 'top' | 'right' | 'bottom'>;
const boxOf = ({ left = 0, top = 0, right = 0, bottom = 0 }: Frame): Picture['box'] => [
  left,
  top,
  right - left,
  bottom - top,
];

/**
 * Reads a PSD. `wanted` says whether a layer that is hidden in the file is wanted all the same (closed eyes, open mouths), `moving` whether
 * one moves over what it is clipped to (irises), or comes and goes with it (`hidden`: that is hidden in the file), so that it cannot be cut once
 * and for all.
 * Throws a sentence for people where it cannot be used.
 */
export function readLayers(
  bytes: ArrayBuffer,
  wanted: (path: readonly string[]) => boolean,
  moving: (path: readonly string[], hidden: boolean) => boolean = () => false,
): Layered {
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
  const from: Seen[] = [];
  let left = 0;
  /** What of a layer or group is there to clip to; null where nothing of it is seen. */
  const stencils = new Map<Layer, Stencil | null>();
  const stencil = (base: Layer): Stencil | null => {
    let found = stencils.get(base);
    if (found === undefined) {
      const parts = layers.filter((_, i) => from[i]?.layer === base || from[i]?.groups.includes(base));
      found = base.children ? together(parts, psd) : parts[0] ? { ...parts[0], step: 4, channel: 3, beyond: 0 } : null;
      stencils.set(base, found);
    }
    return found;
  };
  for (const one of seen(psd)) {
    const { path, layer, groups, clips } = one;
    const box = boxOf(layer);
    const data = layer.imageData?.data;
    const shown = (!layer.hidden || wanted(path)) && clips.every((base) => stencil(base) !== null);
    if (
      !shown ||
      !(data instanceof Uint8ClampedArray) ||
      box[2] < 1 ||
      box[3] < 1 ||
      data.length !== box[2] * box[3] * 4 ||
      layers.length >= MOST_LAYERS
    ) {
      if (shown) left++;
      continue;
    }
    const pixels = new Uint8ClampedArray(data.buffer as ArrayBuffer, data.byteOffset, data.length);
    const blend = BLENDS[layer.blendMode ?? 'normal'] ?? 'normal';
    const picture: Picture = { path, box, opacity: one.opacity, blend, pixels, clip: null };
    for (const { mask } of [...groups, layer]) {
      if (mask?.imageData && !mask.disabled)
        cut(picture, {
          box: boxOf(mask),
          pixels: mask.imageData.data,
          step: 4,
          channel: 0,
          beyond: mask.defaultColor ?? 0,
        });
    }
    const [only] = clips;
    const at =
      clips.length === 1 && moving(path, only?.hidden ?? false) ? from.findIndex((other) => other.layer === only) : -1;
    if (at >= 0) picture.clip = at;
    else {
      for (const base of clips) {
        const through = stencil(base);
        if (through) cut(picture, through);
        // What is clipped is laid on with what it is clipped to.
        picture.opacity *= share(base.opacity);
      }
    }
    layers.push(picture);
    from.push(one);
  }
  if (layers.length === 0) {
    // Layers of 16 and 32 bits lie where they are not looked for.
    const bits = psd.bitsPerChannel ?? 8;
    throw new Error(
      bits > 8 ? `its colours have ${bits} bits, and 8 are read: save it with 8` : 'it has no layers with pixels',
    );
  }
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
  /** Numbers from one pixel to the next, and which of them counts. */
  step: 1 | 4;
  channel: 0 | 3;
  /** What holds outside of the pixels. */
  beyond: number;
}

/** Leaves of a picture what is seen through a mask, or over what it is clipped to. */
function cut(picture: Picture, { box: [left, top, width, height], pixels, step, channel, beyond }: Stencil): void {
  const [x, y, w, h] = picture.box;
  for (let row = 0; row < h; row++) {
    for (let column = 0; column < w; column++) {
      const [ax, ay] = [x + column - left, y + row - top];
      const inside = ax >= 0 && ay >= 0 && ax < width && ay < height;
      const through = inside ? (pixels[(ay * width + ax) * step + channel] ?? 0) : beyond;
      const at = (row * w + column) * 4 + 3;
      picture.pixels[at] = ((picture.pixels[at] ?? 0) * through) / 255;
    }
  }
}

/** Where anything of a group is, within the picture's frame; null where nothing is. */
function together(parts: readonly Picture[], frame: { width: number; height: number }): Stencil | null {
  const edge = (of: (box: Picture['box']) => number) => parts.map(({ box }) => of(box));
  const left = Math.max(0, Math.min(...edge(([x]) => x)));
  const top = Math.max(0, Math.min(...edge(([, y]) => y)));
  const width = Math.min(frame.width, Math.max(...edge(([x, , w]) => x + w))) - left;
  const height = Math.min(frame.height, Math.max(...edge(([, y, , h]) => y + h))) - top;
  // No larger than the frame, whose sides are bounded.
  if (parts.length === 0 || width < 1 || height < 1) return null;
  const alpha = new Uint8Array(width * height);
  for (const { box, pixels, opacity } of parts) {
    const [x, y, w, h] = box;
    for (let row = Math.max(0, top - y); row < Math.min(h, top + height - y); row++) {
      for (let column = Math.max(0, left - x); column < Math.min(w, left + width - x); column++) {
        const at = (y + row - top) * width + x + column - left;
        const more = (pixels[(row * w + column) * 4 + 3] ?? 0) * opacity;
        const before = alpha[at] ?? 0;
        alpha[at] = before + more - (before * more) / 255;
      }
    }
  }
  return { box: [left, top, width, height], pixels: alpha, step: 1, channel: 0, beyond: 0 };
}
