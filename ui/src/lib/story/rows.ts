/** Heights of many rows, of which few are ever on the page: sums and look-ups in logarithmic time (a Fenwick tree). Pure. */
export class Rows {
  readonly #sums: Float64Array;
  readonly #heights: Float64Array;

  /** `count` rows, each of them as high as `guess` says until it is measured. */
  constructor(count: number, guess: number | ((row: number) => number)) {
    this.#heights =
      typeof guess === 'number'
        ? new Float64Array(count).fill(guess)
        : Float64Array.from({ length: count }, (_, row) => guess(row));
    this.#sums = new Float64Array(count + 1);
    for (let i = 1; i <= count; i++) {
      this.#sums[i] = (this.#sums[i] ?? 0) + (this.#heights[i - 1] ?? 0);
      const above = i + (i & -i);
      if (above <= count) this.#sums[above] = (this.#sums[above] ?? 0) + (this.#sums[i] ?? 0);
    }
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

/** How rows of text are set: the height of a row without its text, of a line, and how many narrow letters a line takes. */
export interface Setting {
  base: number;
  line: number;
  letters: number;
}

/** How high a row of text will be, near enough: for most rows what is measured later is the same, and nothing moves. */
export function heightOf(text: string, { base, line, letters }: Setting): number {
  let lines = 1;
  let used = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 10) {
      lines++;
      used = 0;
      continue;
    }
    // An ideograph is as wide as two letters.
    used += code >= 0x2e80 ? 2 : 1;
    if (used > letters) {
      lines++;
      used = 1;
    }
  }
  return base + lines * line;
}
