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
 * a second; where frames are cheap its steps are small, and many.
 */
const visible = (): number => 5.4 / lively();

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
  /** All layers stand elsewhere, or are bent otherwise. */
  moved: boolean;
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

  /** Without `bends` warps are left out. */
  constructor(rig: Rig, bends: boolean) {
    this.#rig = rig;
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
  }

  update(params: Params, pixelsPerUnit: number): Change {
    const change: Change = { moved: this.#move(params, pixelsPerUnit), faded: [], parts: [], morphs: [] };
    for (const pose of this.layers) {
      const o = Math.round(opacity(pose.layer.fade, params) * 50) / 50;
      if (o === pose.opacity) continue;
      pose.opacity = o;
      change.faded.push(pose);
    }
    for (const pose of this.parts) {
      const m = about(pose.part.pivot, movement(pose.part.moves, params)).map((n) => Math.round(n * 50) / 50) as Matrix;
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

  #move(params: Params, pixelsPerUnit: number): boolean {
    const step = visible();
    const world = worldMatrices(this.#rig.layers, params);
    const where = (pose: LayerPose) => world.get(pose.layer.id) ?? IDENTITY;
    let moved = this.layers.some(
      (pose) => displacement(pose.layer.box, pose.matrix, where(pose)) * pixelsPerUnit > step,
    );
    if (this.#bends) {
      this.#rig.warps.forEach((warp, i) => {
        const [now, then] = [this.#offsets[i], this.#shown[i]];
        if (!now || !then) return;
        bendOffsets(warp, params, now);
        moved ||= now.some((n, k) => Math.abs(n - (then[k] ?? 0)) * pixelsPerUnit > step);
      });
    }
    if (!moved) return false;
    for (const pose of this.layers) {
      pose.matrix = where(pose);
      pose.mesh?.bend(this.#offsets);
    }
    this.#offsets.forEach((now, i) => this.#shown[i]?.set(now));
    return true;
  }
}
