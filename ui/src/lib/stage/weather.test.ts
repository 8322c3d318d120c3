import { describe, expect, it } from 'vitest';
import { Weather } from './weather';

describe.each(['rain', 'snow', 'petals', 'fireflies'] as const)('%s', (sky) => {
  it('is the same at the same time and moves without a jump', () => {
    const a = new Weather(sky);
    const b = new Weather(sky);
    expect(a.at(12.3)).toEqual(b.at(12.3));
    let worst = 0;
    for (let t = 0; t < 40; t += 1 / 24) {
      const before = a.at(t);
      a.at(t + 1 / 24).forEach((p, i) => {
        const was = before[i];
        // It may start again above or beside the picture, never in the middle of it.
        if (was && Math.abs(p.y - was.y) < 0.5 && Math.abs(p.x - was.x) < 0.5)
          worst = Math.max(worst, Math.abs(p.x - was.x), Math.abs(p.y - was.y));
      });
    }
    expect(worst).toBeLessThan(sky === 'rain' ? 0.1 : 0.02);
  });
  it('stays about the picture', () => {
    for (const p of new Weather(sky).at(1234.5)) {
      expect(p.x).toBeGreaterThan(-0.1);
      expect(p.x).toBeLessThan(1.1);
      expect(p.opacity).toBeGreaterThanOrEqual(0);
    }
  });
});
it('a clear sky costs nothing', () => expect(new Weather('clear').count).toBe(0));
