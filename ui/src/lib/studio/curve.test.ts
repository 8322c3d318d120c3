import { describe, expect, it } from 'vitest';
import { across, axis, BOX, down, path, reach, smooth, ticks } from './curve';

describe('a chart', () => {
  it('reaches over its values with a little room, and is never flat', () => {
    expect(reach([])).toEqual([0, 1]);
    const [low, high] = reach([2, 4]);
    expect(low).toBeLessThan(2);
    expect(high).toBeGreaterThan(4);
    expect(reach([0.01, 1])[0]).toBe(0);
    const flat = reach([3, 3]);
    expect(flat[1]).toBeGreaterThan(flat[0]);
    expect(reach([NaN, Infinity])).toEqual([0, 1]);
    expect(reach([5], [0, 1])).toEqual([0, 1]);
  });
  it('draws from corner to corner, and leaves gaps where there is no number', () => {
    expect(across(0, 10)).toBe(BOX.left);
    expect(across(10, 10)).toBe(BOX.width - BOX.right);
    expect(down(0, [0, 1])).toBe(BOX.height - BOX.bottom);
    expect(down(1, [0, 1])).toBe(BOX.top);
    const drawn = path(
      [0, 1, 2, 3].map((step) => ({ step, value: step === 1 ? NaN : 0.5 })),
      3,
      [0, 1],
    );
    expect(drawn.match(/M/g)).toHaveLength(2);
    expect(drawn.match(/L/g)).toHaveLength(1);
    expect(drawn).not.toContain('NaN');
  });
  it('has round values at its side, each written so that it is told from the next', () => {
    const labels = (range: [number, number]) => ticks(range).map(({ label }) => label);
    expect(labels([0, 100])).toEqual(['0', '20', '40', '60', '80', '100']);
    expect(labels([0.14, 4.49])).toEqual(['1', '2', '3', '4']);
    expect(labels([0, 5e-3])).toEqual(['0', '0.001', '0.002', '0.003', '0.004', '0.005']);
    expect(labels([1.1e-5, 2.1e-5])).toEqual(['1.2e-5', '1.4e-5', '1.6e-5', '1.8e-5', '2e-5']);
    expect(labels([-1.1, 1])).toEqual(['-1.0', '-0.5', '0', '0.5', '1.0']);
    for (const range of [
      [0, 1],
      [0.4, 0.61],
      [7, 7.00123],
      [0, 123456],
    ] as [number, number][]) {
      const all = ticks(range);
      expect(all.length).toBeGreaterThanOrEqual(3);
      expect(all.length).toBeLessThanOrEqual(8);
      expect(new Set(all.map(({ label }) => label)).size).toBe(all.length);
      for (const { value } of all) {
        expect(value).toBeGreaterThanOrEqual(range[0] - 1e-9);
        expect(value).toBeLessThanOrEqual(range[1] * (1 + 1e-9));
      }
    }
    expect(ticks([1, 1])).toEqual([]);
  });
  it('writes numbers so that they fit', () => {
    expect([0, 0.00005, 0.005, 0.5, 2.25, 3, 240, 12000].map(axis)).toEqual([
      '0',
      '5e-5',
      '0.005',
      '0.5',
      '2.25',
      '3.0',
      '240',
      '1e4',
    ]);
  });
  it('smooths what is chance', () => {
    const values = smooth([4, 0, 4, 0].map((value, step) => ({ step, value }))).map((spot) => spot.value);
    expect(values[0]).toBe(4);
    expect(Math.max(...values.slice(1)) - Math.min(...values.slice(1))).toBeLessThan(1);
  });
});
