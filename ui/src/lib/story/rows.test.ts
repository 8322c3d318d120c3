import { describe, expect, it } from 'vitest';
import { heightOf, Rows } from './rows';

describe('rows', () => {
  it('agree with plain sums, whatever is measured in whatever order', () => {
    let seed = 7;
    const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
    for (const count of [1, 2, 7, 64, 100, 1000]) {
      const rows = new Rows(count, 40);
      const plain = new Array<number>(count).fill(40);
      for (let n = 0; n < 200; n++) {
        const row = Math.floor(random() * count);
        const height = Math.floor(random() * 200);
        expect(rows.set(row, height)).toBe(height - (plain[row] ?? 0));
        plain[row] = height;
      }
      let sum = 0;
      for (let i = 0; i < count; i++) {
        expect(rows.top(i)).toBeCloseTo(sum);
        const height = plain[i] ?? 0;
        if (height > 0) expect(rows.at(sum + height / 2)).toBe(i);
        sum += height;
      }
      expect(rows.total).toBeCloseTo(sum);
      expect(rows.at(sum + 5)).toBe(count - 1);
      expect(rows.at(-5)).toBeGreaterThanOrEqual(0);
    }
  });
  it('may each be guessed', () => {
    const rows = new Rows(7, (row) => 10 * (row + 1));
    expect([0, 1, 3, 7].map((row) => rows.top(row))).toEqual([0, 10, 60, 280]);
    expect(rows.at(65)).toBe(3);
    rows.set(2, 0);
    expect(rows.total).toBe(250);
  });
  it('of text are as high as their lines', () => {
    const setting = { base: 40, line: 20, letters: 10 };
    const high = (text: string) => heightOf(text, setting);
    expect([high(''), high('ten letter'), high('eleven lett'), high('a\nb'), high('五个汉字宽')]).toEqual([
      60, 60, 80, 80, 60,
    ]);
    expect(high('六个汉字更宽')).toBe(80);
  });
  it('can be none', () => {
    expect(new Rows(0, 40).total).toBe(0);
    expect(new Rows(0, 40).at(10)).toBe(0);
  });
});
