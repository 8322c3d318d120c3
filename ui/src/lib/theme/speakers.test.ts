import { expect, it } from 'vitest';
import { contrast, rgb } from './palette';
import { spread } from './speakers.svelte';

const away = (a: number, b: number) => Math.abs(((a - b + 540) % 360) - 180);

it('keeps what can be told apart, and moves what cannot', () => {
  expect(spread([10, 200, 100])).toEqual([10, 200, 100]);
  for (const own of [
    [10, 12, 8],
    [null, null, null],
    [205, null, 206],
    [359, 1, null],
  ]) {
    const hues = spread(own);
    hues.forEach((a, i) => hues.slice(i + 1).forEach((b) => expect(away(a, b)).toBeGreaterThanOrEqual(45)));
  }
});
it('the first one keeps the own colour', () => expect(spread([359, 1])[0]).toBe(359));
it('a plate in any hue can be read', () => {
  // As `tokensFor` makes it.
  for (let hue = 0; hue < 360; hue += 5) expect(contrast(rgb(hue, 0.42, 0.3), [255, 255, 255])).toBeGreaterThan(4.5);
});
