/** The mathematics of warp grids: parameters in, bent meshes out. Pure; knows no DOM. */

import type { Layer, Rig, Warp } from './format';
import { locate, type Params } from './rig';

/** A mesh is never finer than this across or down, however many warps lie over a layer. */
const MOST_CELLS = 12;

/** A layer's artwork cut into cells, whose corners the warps over it move. */
export class Mesh {
  readonly columns: number;
  readonly rows: number;
  /** Corners where they were drawn, row by row as x, y, x, y …, in artwork units. */
  readonly rest: Float32Array;
  /** Corners where they are now. */
  readonly bent: Float32Array;
  /** The largest step any corner is away from its place, in artwork units. */
  reach = 0;
  readonly #warps: { at: number; knots: Uint16Array; shares: Float32Array }[];

  /** `warps` are those over the layer, with their places in the rig. */
  constructor(box: Layer['box'], warps: readonly { warp: Warp; at: number }[]) {
    const cells = (size: number, of: (warp: Warp) => number) =>
      Math.min(MOST_CELLS, Math.max(1, ...warps.map(({ warp }) => Math.ceil(size / of(warp) - 0.25))));
    this.columns = cells(box[2], (warp) => warp.box[2] / warp.columns);
    this.rows = cells(box[3], (warp) => warp.box[3] / warp.rows);
    const corners = (this.columns + 1) * (this.rows + 1);
    this.rest = new Float32Array(corners * 2);
    for (let i = 0; i < corners; i++) {
      this.rest[2 * i] = box[0] + (box[2] * (i % (this.columns + 1))) / this.columns;
      this.rest[2 * i + 1] = box[1] + (box[3] * Math.floor(i / (this.columns + 1))) / this.rows;
    }
    this.bent = this.rest.slice();
    this.#warps = warps.map(({ warp, at }) => ({ at, ...this.#lay(warp) }));
  }

  /** Which knots of a warp move each corner, and by how much. */
  #lay(warp: Warp): { knots: Uint16Array; shares: Float32Array } {
    const corners = this.rest.length / 2;
    const knots = new Uint16Array(corners * 4);
    const shares = new Float32Array(corners * 4);
    const along = (value: number, cells: number) => {
      const held = Math.min(cells, Math.max(0, value * cells));
      const index = Math.min(cells - 1, Math.floor(held));
      return { index, share: held - index };
    };
    for (let i = 0; i < corners; i++) {
      const across = along(((this.rest[2 * i] ?? 0) - warp.box[0]) / warp.box[2], warp.columns);
      const down = along(((this.rest[2 * i + 1] ?? 0) - warp.box[1]) / warp.box[3], warp.rows);
      const first = down.index * (warp.columns + 1) + across.index;
      knots.set([first, first + 1, first + warp.columns + 1, first + warp.columns + 2], 4 * i);
      const [x, y] = [across.share, down.share];
      shares.set([(1 - x) * (1 - y), x * (1 - y), (1 - x) * y, x * y], 4 * i);
    }
    return { knots, shares };
  }

  /** Moves the corners. `offsets` are those of all warps of the rig. */
  bend(offsets: readonly Float32Array[]): void {
    this.bent.set(this.rest);
    for (const { at, knots, shares } of this.#warps) {
      const moved = offsets[at];
      if (!moved) continue;
      for (let k = 0; k < knots.length; k++) {
        const [knot, share, corner] = [knots[k] ?? 0, shares[k] ?? 0, k >> 2];
        this.bent[2 * corner] = (this.bent[2 * corner] ?? 0) + share * (moved[2 * knot] ?? 0);
        this.bent[2 * corner + 1] = (this.bent[2 * corner + 1] ?? 0) + share * (moved[2 * knot + 1] ?? 0);
      }
    }
    this.reach = 0;
    for (let i = 0; i < this.bent.length; i++)
      this.reach = Math.max(this.reach, Math.abs((this.bent[i] ?? 0) - (this.rest[i] ?? 0)));
  }
}

/** Writes where the knots of a warp are moved to. */
export function bendOffsets(warp: Warp, params: Params, into: Float32Array): void {
  into.fill(0);
  for (const track of warp.tracks) {
    const { index, share } = locate(
      track.keys.map((k) => k[0]),
      params[track.param] ?? 0,
    );
    const from = track.keys[index]?.[1];
    const to = track.keys[index + 1]?.[1] ?? from;
    if (!from || !to) continue;
    for (let i = 0; i < into.length; i++)
      into[i] = (into[i] ?? 0) + (from[i] ?? 0) * (1 - share) + (to[i] ?? 0) * share;
  }
}

/** The layers with artwork that a warp lies over: those it names, and all that hang on bones it names. */
export function layersUnder(rig: Pick<Rig, 'layers'>, warp: Warp): string[] {
  const named = new Set(warp.layers);
  const bones = new Set<string>();
  const under: string[] = [];
  for (const layer of rig.layers) {
    const inherits = layer.parent !== null && bones.has(layer.parent);
    if (!layer.art) {
      if (inherits || named.has(layer.id)) bones.add(layer.id);
    } else if (inherits || named.has(layer.id)) {
      under.push(layer.id);
      // What hangs on a layer of artwork under a bone hangs on the bone.
      if (inherits) bones.add(layer.id);
    }
  }
  return under;
}

/** The meshes of a rig by layer; layers that nothing bends have none. */
export function meshes(rig: Rig): Map<string, Mesh> {
  const over = new Map<string, { warp: Warp; at: number }[]>();
  rig.warps.forEach((warp, at) => {
    for (const id of layersUnder(rig, warp)) over.set(id, [...(over.get(id) ?? []), { warp, at }]);
  });
  return new Map(
    rig.layers.flatMap((layer) => {
      const warps = over.get(layer.id);
      return warps ? [[layer.id, new Mesh(layer.box, warps)] as const] : [];
    }),
  );
}
