import { describe, expect, it } from 'vitest';
import { standing, towards } from './places';

describe('several on stage', () => {
  it('stand apart, as many as there are, none outside', () => {
    for (const count of [1, 2, 3]) {
      const places = standing(count);
      expect(places).toHaveLength(count);
      expect(new Set(places).size).toBe(count);
      expect(places.every((place) => Math.abs(place) < 1 / 3)).toBe(true);
    }
    expect(standing(1)).toEqual([0]);
  });

  it('look at whoever speaks', () => {
    const [left = 0, right = 0] = standing(2);
    expect(towards(left, right).x).toBeGreaterThan(0.5);
    expect(towards(right, left).x).toBeLessThan(-0.5);
    expect(Math.abs(towards(-0.3, 0.9).x)).toBeLessThanOrEqual(1);
  });
});
