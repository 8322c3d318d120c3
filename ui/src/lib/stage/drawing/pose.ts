/** What a puppet looks like for given parameters, and what of it has changed since it was last drawn. Pure; knows no DOM. */

import type { Layer, Part, Rig } from '../format';
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
} from '../rig';
import { lively } from '../ticker';
import { bendOffsets, meshes, type Mesh } from '../warp';

/**
 * A movement below this many pixels is not shown: it would cost a frame that no one sees. A figure that only breathes moves some five pixels
 * a second, a little less than a step a frame; where frames are cheap its steps are small, and many.
 */
const visible = (): number => 6.2 / lively();
/** So many such steps where hardly anything is seen: behind the text, and beyond the window. */
const COVERED = 5;
/** What is moved with the rest may stay behind by so much of a step: moving a sheet costs more than looking whether it must be. */
const LAG = 0.5;

/** A layer of artwork where it is now. */
export interface LayerPose {
  readonly layer: Layer;
  matrix: Matrix;
  opacity: number;
  /** Cut into cells that bend; null for a layer that no warp lies over. */
  readonly mesh: Mesh | null;
}
export interface PartPose {
  readonly part: Part;
  matrix: Matrix;
  opacity: number;
}
export interface MorphPose {
  readonly morph: Morph;
  weights: number[];
}
/** What is other than at the last update. */
export interface Change {
  /** Layers stand elsewhere, or are bent otherwise. */
  moved: boolean;
  /** Those that do; none of them where they are drawn together. */
  elsewhere: LayerPose[];
  faded: LayerPose[];
  parts: PartPose[];
  morphs: MorphPose[];
}

export const nothing = (change: Change): boolean =>
  !change.moved && change.faded.length + change.parts.length + change.morphs.length === 0;

export class Pose {
  readonly layers: readonly LayerPose[];
  readonly parts: readonly PartPose[];
  readonly morphs: readonly MorphPose[];
  readonly #rig: Rig;
  readonly #bends: boolean;
  readonly #offsets: Float32Array[];
  readonly #shown: Float32Array[];
  /** Sheets that are moved one by one stay where they are while they hardly move. */
  readonly #apart: boolean;
  /** Of each layer's box what can well be seen, null for nothing. */
  #seen: (Layer['box'] | null)[];

  /** Without `bends` warps are left out, and layers are moved one by one. */
  constructor(rig: Rig, bends: boolean) {
    this.#rig = rig;
    this.#apart = !bends;
    this.#bends = bends && rig.warps.length > 0;
    const made = this.#bends ? meshes(rig) : new Map<string, Mesh>();
    this.layers = rig.layers
      .filter((layer) => layer.art)
      .map((layer) => ({ layer, matrix: IDENTITY, opacity: 1, mesh: made.get(layer.id) ?? null }));
    // An opacity that none has: at first every part is written.
    this.parts = rig.parts.map((part) => ({ part, matrix: IDENTITY, opacity: -1 }));
    this.morphs = morphs(rig).map((morph) => ({ morph, weights: [] }));
    const knots = () => rig.warps.map((w) => new Float32Array(2 * (w.columns + 1) * (w.rows + 1)));
    this.#offsets = this.#bends ? knots() : [];
    this.#shown = this.#bends ? knots() : [];
    this.#seen = this.layers.map(({ layer }) => layer.box);
  }

  /** What of the artwork can well be seen, in its units: only there is every small step drawn. */
  see(area: Layer['box']): void {
    this.#seen = this.layers.map(({ layer }) => common(layer.box, area));
  }

  /** Without `moves` only faces change: what is drawn, and not where. */
  update(params: Params, pixelsPerUnit: number, moves = true): Change {
    const change: Change = { moved: false, elsewhere: [], faded: [], parts: [], morphs: [] };
    for (const pose of this.layers) {
      const o = Math.round(opacity(pose.layer.fade, params) * 50) / 50;
      if (o === pose.opacity) continue;
      // What comes into sight comes where it belongs.
      moves ||= pose.opacity === 0;
      pose.opacity = o;
      change.faded.push(pose);
    }
    change.moved = moves && this.#move(params, pixelsPerUnit, change.elsewhere);
    for (const pose of this.parts) {
      // An iris that goes by a tenth of a unit goes by less than a tenth of a pixel.
      const m = about(pose.part.pivot, movement(pose.part.moves, params)).map((n, i) =>
        i < 4 ? Math.round(n * 50) / 50 : Math.round(n * 10) / 10,
      ) as Matrix;
      const o = Math.round(opacity(pose.part.fade, params) * 50) / 50;
      if (o === pose.opacity && m.every((n, i) => n === pose.matrix[i])) continue;
      pose.matrix = m;
      pose.opacity = o;
      change.parts.push(pose);
    }
    for (const pose of this.morphs) {
      const weights = pose.morph.weights(params).map((w) => Math.round(w * 40) / 40);
      if (weights.length === pose.weights.length && weights.every((w, i) => w === pose.weights[i])) continue;
      pose.weights = weights;
      change.morphs.push(pose);
    }
    return change;
  }

  #move(params: Params, pixelsPerUnit: number, elsewhere: LayerPose[]): boolean {
    const step = visible() / pixelsPerUnit;
    const world = worldMatrices(this.#rig.layers, params);
    const where = (pose: LayerPose) => world.get(pose.layer.id) ?? IDENTITY;
    let moved = this.layers.some((pose, i) => {
      // What comes into sight is put where it belongs then.
      if (pose.opacity === 0) return false;
      const seen = this.#seen[i];
      const to = where(pose);
      if (seen && displacement(seen, pose.matrix, to) > step) return true;
      return displacement(pose.layer.box, pose.matrix, to) > step * COVERED;
    });
    if (this.#bends) {
      this.#rig.warps.forEach((warp, i) => {
        const [now, then] = [this.#offsets[i], this.#shown[i]];
        if (!now || !then) return;
        bendOffsets(warp, params, now);
        moved ||= now.some((n, k) => Math.abs(n - (then[k] ?? 0)) > step);
      });
    }
    if (!moved) return false;
    for (const pose of this.layers) {
      const to = where(pose);
      if (this.#apart) {
        if (pose.opacity === 0 || displacement(pose.layer.box, pose.matrix, to) <= step * LAG) continue;
        elsewhere.push(pose);
      }
      pose.matrix = to;
      pose.mesh?.bend(this.#offsets);
    }
    this.#offsets.forEach((now, i) => this.#shown[i]?.set(now));
    return true;
  }
}

/** What two boxes have in common, null where that is nothing. */
function common(a: Layer['box'], b: Layer['box']): Layer['box'] | null {
  const [left, top] = [Math.max(a[0], b[0]), Math.max(a[1], b[1])];
  const [width, height] = [Math.min(a[0] + a[2], b[0] + b[2]) - left, Math.min(a[1] + a[3], b[1] + b[3]) - top];
  return width > 0 && height > 0 ? [left, top, width, height] : null;
}
