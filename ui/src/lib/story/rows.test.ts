import { describe, expect, it } from 'vitest';
import { Rows } from './rows';

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
  it('can be none', () => {
    expect(new Rows(0, 40).total).toBe(0);
    expect(new Rows(0, 40).at(10)).toBe(0);
  });
});
