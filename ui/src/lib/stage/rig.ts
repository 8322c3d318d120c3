/** The mathematics of a rig: parameters in, matrices, opacities and path data out. Pure; knows no DOM and no clock. */

import type { FadeTrack, FormBlend, FormGrid, Layer, Move, MoveTrack, Rig } from './format';

/** Values by parameter id. A missing parameter counts as 0. */
export type Params = Record<string, number>;
/** Affine matrix a b c d e f, as in CSS `matrix()`. */
export type Matrix = [number, number, number, number, number, number];

export const IDENTITY: Matrix = [1, 0, 0, 1, 0, 0];

/** Position in an ascending list: index of the key before, and the share of the way to the next. */
export function locate(stops: readonly number[], value: number): { index: number; share: number } {
  const last = stops.length - 1;
  if (last < 1 || value <= (stops[0] ?? 0)) return { index: 0, share: 0 };
  if (value >= (stops[last] ?? 0)) return { index: last - 1, share: 1 };
  let index = 0;
  while (index < last - 1 && value >= (stops[index + 1] ?? 0)) index++;
  const from = stops[index] ?? 0;
  const to = stops[index + 1] ?? from;
  return { index, share: to === from ? 0 : (value - from) / (to - from) };
}

/** The sum of all tracks: translations and rotations add, scales multiply. */
export function movement(tracks: readonly MoveTrack[], params: Params): Required<Move> {
  const sum = { x: 0, y: 0, r: 0, sx: 1, sy: 1 };
  for (const track of tracks) {
    const { index, share } = locate(
      track.keys.map((k) => k[0]),
      params[track.param] ?? 0,
    );
    const from = track.keys[index]?.[1] ?? {};
    const to = track.keys[index + 1]?.[1] ?? from;
    const mix = (a: number | undefined, b: number | undefined, rest: number) =>
      (a ?? rest) + ((b ?? rest) - (a ?? rest)) * share;
    sum.x += mix(from.x, to.x, 0);
    sum.y += mix(from.y, to.y, 0);
    sum.r += mix(from.r, to.r, 0);
    sum.sx *= mix(from.sx, to.sx, 1);
    sum.sy *= mix(from.sy, to.sy, 1);
  }
  return sum;
}

/** The matrix of a movement about a pivot. */
export function about(pivot: readonly [number, number], m: Required<Move>): Matrix {
  const angle = (m.r * Math.PI) / 180;
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const a = cos * m.sx;
  const b = sin * m.sx;
  const c = -sin * m.sy;
  const d = cos * m.sy;
  const [px, py] = pivot;
  return [a, b, c, d, px + m.x - a * px - c * py, py + m.y - b * px - d * py];
}

/** `outer` after `inner`. */
export function multiply(outer: Matrix, inner: Matrix): Matrix {
  const [a, b, c, d, e, f] = outer;
  const [g, h, i, j, k, l] = inner;
  return [a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * l + e, b * k + d * l + f];
}

/** The matrix that takes back what another did; the identity for one that flattens everything. */
export function inverse([a, b, c, d, e, f]: Matrix): Matrix {
  const det = a * d - b * c;
  if (Math.abs(det) < 1e-9) return IDENTITY;
  return [d / det, -b / det, -c / det, a / det, (c * f - d * e) / det, (b * e - a * f) / det];
}

/** World matrices of all layers, in the rig's order. Parents stand before their children. */
export function worldMatrices(layers: readonly Layer[], params: Params): Map<string, Matrix> {
  const world = new Map<string, Matrix>();
  for (const layer of layers) {
    const local = about(layer.pivot, movement(layer.moves, params));
    const parent = layer.parent === null ? undefined : world.get(layer.parent);
    world.set(layer.id, parent ? multiply(parent, local) : local);
  }
  return world;
}

/** Opacity 0..1 of something with a fade track. */
export function opacity(fade: FadeTrack | null, params: Params): number {
  if (!fade) return 1;
  const { index, share } = locate(
    fade.keys.map((k) => k[0]),
    params[fade.param] ?? 0,
  );
  const from = fade.keys[index]?.[1] ?? 1;
  const to = fade.keys[index + 1]?.[1] ?? from;
  return Math.min(1, Math.max(0, from + (to - from) * share));
}

const NUMBER = /-?\d*\.?\d+(?:[eE][+-]?\d+)?/g;

/** Path data taken apart: the text between the numbers, and the numbers. */
export function takeApart(path: string): { glue: string[]; values: number[] } {
  const values = (path.match(NUMBER) ?? []).map(Number);
  return { glue: path.split(NUMBER), values };
}
function assemble(glue: readonly string[], values: readonly number[]): string {
  let out = glue[0] ?? '';
  for (let i = 0; i < values.length; i++) out += Math.round((values[i] ?? 0) * 10) / 10 + (glue[i + 1] ?? '');
  return out;
}

/** A path that changes with parameters, prepared for fast evaluation. */
export interface Morph {
  path: string;
  /** The weights that decide the form; equal weights mean equal path data. */
  weights(params: Params): number[];
  data(weights: readonly number[]): string;
}

/** A morph over a grid of key forms: bilinear, and beyond the last stop it goes on in a straight line by up to a quarter. */
export function gridMorph(grid: FormGrid): Morph {
  const forms = grid.forms.map((f) => takeApart(f));
  const glue = forms[0]?.glue ?? [];
  const beyond = (stops: number[], value: number) => {
    const last = stops[stops.length - 1] ?? 1;
    const { index, share } = locate(stops, value);
    return value > last ? { index, share: 1 + Math.min(0.25, value - last) } : { index, share };
  };
  return {
    path: grid.path,
    weights(params) {
      const out = new Array<number>(forms.length).fill(0);
      const first = beyond(grid.stops[0] ?? [], params[grid.params[0] ?? ''] ?? 0);
      const row = grid.stops[0]?.length ?? 1;
      const second = grid.stops[1] ? beyond(grid.stops[1], params[grid.params[1] ?? ''] ?? 0) : { index: 0, share: 0 };
      for (const [i, wi] of [1 - first.share, first.share].entries()) {
        for (const [j, wj] of [1 - second.share, second.share].entries()) {
          const k = first.index + i + row * (second.index + j);
          if (wi * wj !== 0 && k < out.length) out[k] = (out[k] ?? 0) + wi * wj;
        }
      }
      return out;
    },
    data(weights) {
      const values = new Array<number>(forms[0]?.values.length ?? 0).fill(0);
      forms.forEach((form, f) => {
        const w = weights[f] ?? 0;
        if (w !== 0) form.values.forEach((v, i) => (values[i] = (values[i] ?? 0) + v * w));
      });
      return assemble(glue, values);
    },
  };
}

/** A morph of additive shapes over a base. */
export function blendMorph(blend: FormBlend): Morph {
  const base = takeApart(blend.base);
  const shapes = blend.shapes.map((s) => takeApart(s.form).values.map((v, i) => v - (base.values[i] ?? 0)));
  return {
    path: blend.path,
    weights: (params) => blend.shapes.map((s) => Math.min(1.25, Math.max(0, (params[s.param] ?? 0) / s.at))),
    data(weights) {
      const values = [...base.values];
      shapes.forEach((delta, s) => {
        const w = weights[s] ?? 0;
        if (w !== 0) delta.forEach((d, i) => (values[i] = (values[i] ?? 0) + d * w));
      });
      return assemble(base.glue, values);
    },
  };
}

/** Every morph of a rig. */
export const morphs = (rig: Rig): Morph[] => [...rig.grids.map(gridMorph), ...rig.blends.map(blendMorph)];

/** Keeps parameters inside their ranges. */
export function clampParams(rig: Rig, params: Params): void {
  for (const p of rig.parameters) {
    const value = params[p.id];
    if (value !== undefined) params[p.id] = Math.min(p.max, Math.max(p.min, value));
  }
}

/** The defaults of all parameters. */
export const defaults = (rig: Rig): Params => Object.fromEntries(rig.parameters.map((p) => [p.id, p.default]));

/** How far, in artwork units, a box moves between two matrices: the largest step of its corners. */
export function displacement(box: Layer['box'], from: Matrix, to: Matrix): number {
  let most = 0;
  for (const x of [box[0], box[0] + box[2]]) {
    for (const y of [box[1], box[1] + box[3]]) {
      const dx = (to[0] - from[0]) * x + (to[2] - from[2]) * y + to[4] - from[4];
      const dy = (to[1] - from[1]) * x + (to[3] - from[3]) * y + to[5] - from[5];
      most = Math.max(most, Math.abs(dx), Math.abs(dy));
    }
  }
  return most;
}
