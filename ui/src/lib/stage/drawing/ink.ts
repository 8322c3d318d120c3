/** Where a picture has anything at all, in tiles: what is empty need not be drawn. Pure. */

export type Box = [left: number, top: number, right: number, bottom: number];

/** Pixels across and down a tile. */
const TILE = 16;

export class Ink {
  readonly #columns: number;
  readonly #rows: number;
  readonly #tiles: Uint8Array;

  /** `pixels` are RGBA, row by row. */
  constructor(pixels: Uint8ClampedArray, width: number, height: number) {
    this.#columns = Math.ceil(width / TILE);
    this.#rows = Math.ceil(height / TILE);
    this.#tiles = new Uint8Array(this.#columns * this.#rows);
    for (let y = 0; y < height; y++) {
      const row = Math.floor(y / TILE) * this.#columns;
      for (let x = 0; x < width; x++)
        if ((pixels[(y * width + x) * 4 + 3] ?? 0) > 0) this.#tiles[row + Math.floor(x / TILE)] = 1;
    }
  }

  /** The least part of a box, in pixels of the picture, outside of which nothing of it is seen; without area where all of it is empty. */
  within([left, top, right, bottom]: Box): Box {
    const [first, last] = [Math.max(0, Math.floor(left / TILE)), Math.min(this.#columns, Math.ceil(right / TILE))];
    const [upper, lower] = [Math.max(0, Math.floor(top / TILE)), Math.min(this.#rows, Math.ceil(bottom / TILE))];
    let found: Box = [last, lower, first, upper];
    for (let row = upper; row < lower; row++) {
      for (let column = first; column < last; column++) {
        if (this.#tiles[row * this.#columns + column] !== 1) continue;
        found = [
          Math.min(found[0], column),
          Math.min(found[1], row),
          Math.max(found[2], column + 1),
          Math.max(found[3], row + 1),
        ];
      }
    }
    if (found[2] <= found[0] || found[3] <= found[1]) return [left, top, left, top];
    return [
      Math.max(left, found[0] * TILE),
      Math.max(top, found[1] * TILE),
      Math.min(right, found[2] * TILE),
      Math.min(bottom, found[3] * TILE),
    ];
  }
}
