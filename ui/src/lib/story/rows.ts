/** Heights of many rows, of which few are ever on the page: sums and look-ups in logarithmic time (a Fenwick tree). Pure. */
export class Rows {
  readonly #sums: Float64Array;
  readonly #heights: Float64Array;

  /** `count` rows, each of them `guess` high until it is measured. */
  constructor(count: number, guess: number) {
    this.#heights = new Float64Array(count).fill(guess);
    this.#sums = new Float64Array(count + 1);
    for (let i = 1; i <= count; i++) this.#sums[i] = guess * (i & -i);
  }

  get count(): number {
    return this.#heights.length;
  }
  get total(): number {
    return this.top(this.count);
  }

  /** Sets the height of a row; answers by how much it changed. */
  set(row: number, height: number): number {
    const change = height - (this.#heights[row] ?? height);
    if (change === 0) return 0;
    this.#heights[row] = height;
    for (let i = row + 1; i < this.#sums.length; i += i & -i) this.#sums[i] = (this.#sums[i] ?? 0) + change;
    return change;
  }

  /** The height of all rows before one. */
  top(row: number): number {
    let sum = 0;
    for (let i = Math.min(row, this.count); i > 0; i -= i & -i) sum += this.#sums[i] ?? 0;
    return sum;
  }

  /** The row at a height from the top; the last one beyond the end. */
  at(y: number): number {
    let row = 0;
    let left = y;
    for (let step = 1 << Math.floor(Math.log2(Math.max(1, this.count))); step > 0; step >>= 1) {
      const next = row + step;
      const sum = this.#sums[next];
      if (next <= this.count && sum !== undefined && sum <= left) {
        row = next;
        left -= sum;
      }
    }
    return Math.max(0, Math.min(row, this.count - 1));
  }
}
