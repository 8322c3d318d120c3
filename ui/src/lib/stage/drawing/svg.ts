/** A puppet as one `<svg>` for each layer, moved by the page's compositor. Needs nothing but a page; cannot bend. */

import type { Sheets } from '../art';
import type { Rig } from '../format';
import type { Matrix, Params } from '../rig';
import { nothing, Pose, type LayerPose } from './pose';
import type { Renderer } from './renderer';

const MODES = { normal: '', multiply: 'multiply', screen: 'screen', add: 'plus-lighter' } as const;

export class SvgRenderer implements Renderer {
  readonly kind = 'svg';
  readonly #art: Sheets;
  readonly #pose: Pose;
  readonly #rig: Rig;
  #scale = 1;

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
  }

  mount(host: HTMLElement): void {
    host.replaceChildren(this.#art.defs, ...this.#art.sheets.values());
  }

  resize(width: number): void {
    this.#scale = width / this.#rig.size[0];
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
  }

  show(params: Params, whole: boolean): boolean {
    const change = this.#pose.update(params, this.#scale, whole);
    if (nothing(change)) return false;
    if (change.moved) for (const pose of this.#pose.layers) this.#place(pose);
    for (const { layer, opacity } of change.faded) {
      this.#style(layer.id, 'opacity', String(opacity));
      this.#style(layer.id, 'visibility', opacity === 0 ? 'hidden' : 'visible');
    }
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
