/** What becomes of a PSD's bytes off the page: its layers as pictures that can be drawn, and as files that an SVG can name. */

import { readLayers, type Picture } from './psd';
import { roleOf } from './roles';

export interface Decoded {
  width: number;
  height: number;
  /** Layers that could not be taken. */
  left: number;
  layers: (Omit<Picture, 'pixels' | 'opacity'> & {
    /** With the layer's opacity in it. */
    picture: ImageBitmap;
    /** The same as a PNG. */
    file: Blob;
  })[];
}

/** Closed eyes and open mouths lie hidden in many files. */
const HIDDEN = /^(eye-closed|mouth-|blush|tear|sweat)/;

/**
 * Reads a PSD. `moving`: names of the layers that move over what they are clipped to; null where their roles say it.
 * Throws a sentence for people.
 */
export async function decode(bytes: ArrayBuffer, moving: readonly string[] | null): Promise<Decoded> {
  const moves = (path: readonly string[], hidden: boolean) =>
    moving ? moving.includes(path.at(-1) ?? '') : hidden || roleOf(path) === 'iris';
  const found = readLayers(bytes, (path) => HIDDEN.test(roleOf(path) ?? ''), moves);
  const layers: Decoded['layers'] = [];
  try {
    for (const { pixels, opacity, ...layer } of found.layers) {
      for (let at = 3; opacity < 1 && at < pixels.length; at += 4) pixels[at] = (pixels[at] ?? 0) * opacity;
      const data = new ImageData(pixels, layer.box[2], layer.box[3]);
      const picture = await createImageBitmap(data);
      try {
        layers.push({ ...layer, picture, file: await asFile(data) });
      } catch (error) {
        picture.close();
        throw error;
      }
    }
  } catch (error) {
    for (const { picture } of layers) picture.close();
    throw new Error(
      `there is too little memory for its layers (${error instanceof Error ? error.message : String(error)})`,
      {
        cause: error,
      },
    );
  }
  return { width: found.width, height: found.height, left: found.left, layers };
}

async function asFile(data: ImageData): Promise<Blob> {
  const canvas = new OffscreenCanvas(data.width, data.height);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('there is no canvas');
  context.putImageData(data, 0, 0);
  const file = await canvas.convertToBlob();
  // Its pixels need not wait for the collector.
  canvas.width = canvas.height = 1;
  return file;
}
