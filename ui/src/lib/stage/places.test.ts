import { describe, expect, it } from 'vitest';
import { standing, towards } from './places';
import { figureBox } from './figure-box';

/** Windows in pixels: wide ones, a square one, a phone's. */
const WINDOWS = [
  [1920, 1080],
  [1280, 720],
  [900, 700],
  [720, 900],
  [480, 800],
  [360, 640],
] as const;

describe('several on stage', () => {
  it('stand apart, as many as there are, none outside', () => {
    for (const [width, height] of WINDOWS) {
      for (const count of [1, 2, 3]) {
        const { places } = standing(count, width, height);
        expect(places).toHaveLength(count);
        expect(new Set(places).size).toBe(count);
        expect(places.every((place) => Math.abs(place) < 1 / 3)).toBe(true);
      }
    }
    expect(standing(1, 480, 800)).toEqual({ places: [0], size: 1, lift: 0 });
  });

  it('leave one another their faces, however narrow the window is', () => {
    for (const [width, height] of WINDOWS) {
      for (const count of [2, 3]) {
        const { places, size, lift } = standing(count, width, height);
        const [first = 0, second = 0] = places;
        const { scale, top } = figureBox(width, height, 1000, 1300);
        // A head with its hair is some 350 units wide in artwork of ours.
        expect(Math.abs(second - first) * width).toBeGreaterThanOrEqual(350 * scale * size - 0.01);
        // They still reach down to the window's edge.
        const end = height - size * (height - (top + 1300 * scale)) - lift;
        expect(end).toBeGreaterThanOrEqual(height - 0.01);
      }
    }
  });

  it('are as large as ever where there is room', () => {
    expect(standing(2, 1280, 720)).toEqual({ places: [-0.2, 0.2], size: 0.93, lift: 0 });
    expect(standing(3, 1280, 720)).toEqual({ places: [0, -0.29, 0.29], size: 0.84, lift: 0 });
    expect(standing(3, 480, 800).size).toBeLessThan(0.7);
  });

  it('look at whoever speaks', () => {
    const [left = 0, right = 0] = standing(2, 1280, 720).places;
    expect(towards(left, right).x).toBeGreaterThan(0.5);
    expect(towards(right, left).x).toBeLessThan(-0.5);
    expect(Math.abs(towards(-0.3, 0.9).x)).toBeLessThanOrEqual(1);
  });
});
