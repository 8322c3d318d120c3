/** A puppet on the page: sheets that are moved, morphed and faded by parameter values. Writes only what has changed. */

import type { Puppet as PuppetSource } from '$lib/backend/backend';
import { cutSheets, type Sheets } from './art';
import { readRig, type Layer, type Part, type Rig } from './format';
import {
  about,
  displacement,
  IDENTITY,
  morphs,
  movement,
  opacity,
  worldMatrices,
  type Matrix,
  type Morph,
  type Params,
} from './rig';

/** A movement below this many CSS pixels is not shown: it would cost a frame that no one sees. */
const VISIBLE_PX = 0.45;

interface Sheet {
  layer: Layer;
  element: SVGSVGElement;
  matrix: Matrix;
  opacity: number;
}
interface Moving {
  part: Part;
  element: SVGElement;
  transform: string;
  opacity: number;
}
interface Morphing {
  morph: Morph;
  element: SVGElement;
  weights: number[];
}

export class PuppetView {
  readonly rig: Rig;
  readonly #art: Sheets;
  readonly #sheets: Sheet[] = [];
  readonly #parts: Moving[] = [];
  readonly #morphs: Morphing[] = [];
  #scale = 1;
  #frames = 0;

  /** Throws `RigError` where the puppet cannot be used. */
  constructor(source: PuppetSource) {
    this.rig = readRig(source.rig);
    this.#art = cutSheets(source.svg, this.rig);
    for (const layer of this.rig.layers) {
      const element = this.#art.sheets.get(layer.id);
      if (element) this.#sheets.push({ layer, element, matrix: IDENTITY, opacity: 1 });
    }
    for (const part of this.rig.parts) {
      const element = this.#art.find(part.id);
      if (element) this.#parts.push({ part, element, transform: '', opacity: -1 });
    }
    for (const morph of morphs(this.rig)) {
      const element = this.#art.find(morph.path);
      if (element) this.#morphs.push({ morph, element, weights: [] });
    }
  }

  /** Frames that changed something, for measurements. */
  get frames(): number {
    return this.#frames;
  }

  /** Puts the puppet into an empty element. */
  mount(host: HTMLElement): void {
    host.replaceChildren(this.#art.defs, ...this.#sheets.map((s) => s.element));
  }

  /** Lays the sheets out for a drawing width in CSS pixels. */
  resize(width: number): void {
    this.#scale = width / this.rig.size[0];
    for (const { layer, element } of this.#sheets) {
      const [x, y, w, h] = layer.box;
      const set = (name: string, value: number) => element.style.setProperty(name, `${value * this.#scale}px`);
      set('left', x);
      set('top', y);
      set('width', w);
      set('height', h);
      // The matrices turn about the origin of the artwork.
      element.style.setProperty('transform-origin', `${-x * this.#scale}px ${-y * this.#scale}px`);
    }
    for (const sheet of this.#sheets) this.#place(sheet, sheet.matrix);
  }

  /**
   * Shows parameter values. Without `whole` only faces change and no sheet is moved: a mouth is a small picture to paint, a step
   * of the head is the whole figure to compose.
   */
  show(params: Params, whole = true): void {
    let changed = false;
    const world = worldMatrices(this.rig.layers, params);
    const moved =
      whole &&
      this.#sheets.some(
        (s) => displacement(s.layer.box, s.matrix, world.get(s.layer.id) ?? IDENTITY) * this.#scale > VISIBLE_PX,
      );
    for (const sheet of this.#sheets) {
      if (moved) this.#place(sheet, world.get(sheet.layer.id) ?? IDENTITY);
      const o = Math.round(opacity(sheet.layer.fade, params) * 50) / 50;
      if (o !== sheet.opacity) {
        sheet.opacity = o;
        sheet.element.style.setProperty('opacity', String(o));
        sheet.element.style.setProperty('visibility', o === 0 ? 'hidden' : 'visible');
        changed = true;
      }
    }
    for (const moving of this.#parts) {
      const m = about(moving.part.pivot, movement(moving.part.moves, params)).map((n) => Math.round(n * 50) / 50);
      const transform = `matrix(${m.join(' ')})`;
      if (transform !== moving.transform) {
        moving.transform = transform;
        moving.element.setAttribute('transform', transform);
        changed = true;
      }
      const o = Math.round(opacity(moving.part.fade, params) * 50) / 50;
      if (moving.part.fade && o !== moving.opacity) {
        moving.opacity = o;
        moving.element.setAttribute('opacity', String(o));
        changed = true;
      }
    }
    for (const item of this.#morphs) {
      const weights = item.morph.weights(params).map((w) => Math.round(w * 40) / 40);
      if (weights.length === item.weights.length && weights.every((w, i) => w === item.weights[i])) continue;
      item.weights = weights;
      item.element.setAttribute('d', item.morph.data(weights));
      changed = true;
    }
    if (changed || moved) this.#frames++;
  }

  #place(sheet: Sheet, matrix: Matrix): void {
    sheet.matrix = matrix;
    const [a, b, c, d, e, f] = matrix;
    const n = (value: number) => Math.round(value * 1e5) / 1e5;
    sheet.element.style.setProperty(
      'transform',
      `matrix(${n(a)}, ${n(b)}, ${n(c)}, ${n(d)}, ${n(e * this.#scale)}, ${n(f * this.#scale)})`,
    );
  }
}
