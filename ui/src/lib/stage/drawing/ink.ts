/** Where a picture has anything at all, in tiles: what is empty need not be drawn. Pure. */

export type Box = [left: number, top: number, right: number, bottom: number];

/** Pixels across and down a tile. */
const TILE = 16;

export class Ink {
  readonly #columns: number;
  readonly #rows: number;
  readonly #tiles: Uint8Array;
  /** The least part of the picture outside of which nothing is seen: asked for with every frame. */
  readonly all: Box;

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
    this.all = this.within([0, 0, width, height]);
  }

  /** The least part of a box, in pixels of the picture, outside of which nothing of it is seen; without area where all of it is empty. */
  within([left, top, right, bottom]: Box): Box {
    const [first, last] = [Math.max(0, Math.floor(left / TILE)), Math.min(this.#columns, Math.ceil(right / TILE))];
    const [upper, lower] = [Math.max(0, Math.floor(top / TILE)), Math.min(this.#rows, Math.ceil(bottom / TILE))];
    let [x0, y0, x1, y1] = [last, lower, first, upper];
    for (let row = upper; row < lower; row++) {
      for (let column = first; column < last; column++) {
        if (this.#tiles[row * this.#columns + column] !== 1) continue;
        x0 = Math.min(x0, column);
        y0 = Math.min(y0, row);
        x1 = Math.max(x1, column + 1);
        y1 = Math.max(y1, row + 1);
      }
    }
    if (x1 <= x0 || y1 <= y0) return [left, top, left, top];
    return [
      Math.max(left, x0 * TILE),
      Math.max(top, y0 * TILE),
      Math.min(right, x1 * TILE),
      Math.min(bottom, y1 * TILE),
    ];
  }
}
