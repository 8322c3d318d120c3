/** The layers of a puppet as pictures in the screen's own resolution, painted when they are first seen and when a face changes. */

import type { Sheets } from '../art';
import type { Layer, Rig } from '../format';
import { surface } from '../surface.svelte';
import { Ink } from './ink';
import { Painting } from './paint';
import type { Change } from './pose';
import { DrawingError } from './renderer';

/** Around each picture, in its own pixels: what is moved by half a pixel must fade into nothing. */
const MARGIN = 1;
/** Of all pictures of a puppet together; a larger one is painted coarser. 128 MiB. */
const MOST_PIXELS = 32 * 1024 * 1024;
/** Of one picture, across or down: what every WebGL can hold. */
const MOST_SIDE = 4096;

export interface Bitmap {
  readonly layer: Layer;
  readonly canvas: HTMLCanvasElement;
  /** The area of the artwork that it shows, its margin included: x, y, width, height in artwork units. */
  area: [number, number, number, number];
  /** Grows with every painting. */
  version: number;
  /** Where there is anything on it; null where that was not looked for. */
  ink: Ink | null;
}
interface Kept extends Bitmap {
  readonly painting: Painting | null;
  readonly picture: CanvasImageSource | null;
  readonly context: CanvasRenderingContext2D;
  stale: boolean;
}

export class Bitmaps {
  readonly #all = new Map<string, Kept>();
  #scale = 0;
  /** Layers that are painted again and again: looking where they have anything would cost more than it saves. */
  readonly #faces = new Set<string>();

  /** Throws {@link DrawingError} where the artwork needs what only the page can draw. */
  constructor(art: Sheets, rig: Rig) {
    for (const layer of rig.layers) {
      const sheet = art.sheets.get(layer.id);
      const group = sheet?.firstElementChild;
      if (!group) continue;
      const canvas = document.createElement('canvas');
      // Where there is anything on it is looked for at every size.
      const context = canvas.getContext('2d', { willReadFrequently: surface.spare });
      if (!context) throw new DrawingError('there is no canvas');
      const picture = art.pictures?.get(layer.id) ?? null;
      const painting = picture ? null : new Painting(group, art.prefix, art.find);
      this.#all.set(layer.id, {
        layer,
        canvas,
        context,
        painting,
        picture,
        area: layer.box,
        version: 0,
        ink: null,
        stale: true,
      });
    }
  }

  /** Sets how many pixels a unit of the artwork has. Pictures of another scale are painted anew when they are asked for. */
  resize(pixelsPerUnit: number): void {
    let area = 0;
    let side = 1;
    for (const { layer } of this.#all.values()) {
      // A file may give sizes below nothing, which would hide others in the sum.
      area += Math.max(0, layer.box[2]) * Math.max(0, layer.box[3]);
      side = Math.max(side, layer.box[2], layer.box[3]);
    }
    const scale = Math.min(pixelsPerUnit, Math.sqrt(MOST_PIXELS / Math.max(1, area)), (MOST_SIDE - 2 * MARGIN) / side);
    if (scale === this.#scale) return;
    this.#scale = scale;
    for (const bitmap of this.#all.values()) bitmap.stale = true;
  }

  /** Takes over what changed in faces. */
  take(change: Change): void {
    for (const { part, matrix, opacity } of change.parts) {
      for (const bitmap of this.#having(part.id)) bitmap.painting?.place(part.id, matrix, part.fade ? opacity : null);
    }
    for (const { morph, weights } of change.morphs) {
      const having = this.#having(morph.path);
      if (having.length === 0) continue;
      const data = morph.data(weights);
      for (const bitmap of having) bitmap.painting?.reshape(morph.path, data);
    }
  }

  /** The picture of a layer, as it is now. */
  of(id: string): Bitmap | undefined {
    const bitmap = this.#all.get(id);
    if (bitmap?.stale && this.#scale > 0) this.#paint(bitmap);
    if (bitmap && !bitmap.ink && surface.spare && !this.#faces.has(id)) {
      const { width, height } = bitmap.canvas;
      bitmap.ink = new Ink(bitmap.context.getImageData(0, 0, width, height).data, width, height);
    }
    return bitmap;
  }

  /** Layers that must be painted again. */
  stale(id: string): boolean {
    return this.#all.get(id)?.stale ?? false;
  }

  dispose(): void {
    for (const { canvas } of this.#all.values()) canvas.width = canvas.height = 0;
  }

  #having(id: string): Kept[] {
    const having = [...this.#all.values()].filter((bitmap) => bitmap.painting?.has(id));
    for (const bitmap of having) {
      bitmap.stale = true;
      bitmap.ink = null;
      this.#faces.add(bitmap.layer.id);
    }
    return having;
  }

  #paint(bitmap: Kept): void {
    const { layer, canvas, context } = bitmap;
    const [x, y, w, h] = layer.box;
    const width = Math.max(1, Math.ceil(w * this.#scale)) + 2 * MARGIN;
    const height = Math.max(1, Math.ceil(h * this.#scale)) + 2 * MARGIN;
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    } else {
      context.resetTransform();
      context.clearRect(0, 0, width, height);
    }
    const unit = 1 / this.#scale;
    bitmap.area = [x - MARGIN * unit, y - MARGIN * unit, width * unit, height * unit];
    context.setTransform(this.#scale, 0, 0, this.#scale, MARGIN - x * this.#scale, MARGIN - y * this.#scale);
    if (bitmap.picture) {
      context.imageSmoothingQuality = 'high';
      context.drawImage(bitmap.picture, x, y, w, h);
    } else bitmap.painting?.paint(context);
    bitmap.stale = false;
    bitmap.ink = null;
    bitmap.version++;
  }
}
