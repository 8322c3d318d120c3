import { describe, expect, it } from 'vitest';
import { contrast, hueOf, rgb, tokensFor } from './palette';

const pixels = (...colours: [number, number, number, number][]) => new Uint8ClampedArray(colours.flat());
const parsed = (css = '') => (css.match(/\d+/g) ?? []).slice(0, 3).map(Number) as unknown as [number, number, number];

describe('colours of a picture', () => {
  it('are its liveliest, not its skin, its shadows or what is not there', () => {
    const skin: [number, number, number, number] = [245, 205, 180, 255];
    const blue: [number, number, number, number] = [40, 80, 220, 255];
    const hue = hueOf(pixels(skin, skin, skin, blue, [10, 10, 10, 255], [255, 0, 0, 0]));
    expect(hue).toBeGreaterThan(215);
    expect(hue).toBeLessThan(245);
    expect(hueOf(pixels([120, 120, 120, 255], [0, 0, 0, 255]))).toBeNull();
    expect(hueOf(pixels())).toBeNull();
  });
  it('can be read on light and on dark, whatever the hue', () => {
    for (let hue = 0; hue < 360; hue += 5) {
      for (const dark of [false, true]) {
        const tokens = tokensFor(hue, dark);
        const accent = parsed(tokens['--accent']);
        const paper: [number, number, number] = dark ? [33, 26, 32] : [251, 244, 232];
        expect(contrast(accent, paper), `${hue} ${dark}`).toBeGreaterThanOrEqual(4.5);
        expect(contrast(parsed(tokens['--accent-ink']), accent), `${hue} ${dark} ink`).toBeGreaterThanOrEqual(4.5);
        for (const stop of tokens['--plate']?.match(/rgb\([^)]*\)/g) ?? [])
          expect(contrast(parsed(stop), [255, 255, 255]), `${hue} plate`).toBeGreaterThanOrEqual(4.5);
      }
    }
  });
  it('black and white are as far apart as can be', () => {
    expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21);
    expect(rgb(0, 1, 0.5)).toEqual([255, 0, 0]);
    expect(rgb(120, 1, 0.5)).toEqual([0, 255, 0]);
  });
});
