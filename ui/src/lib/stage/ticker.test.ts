import { expect, it } from 'vitest';
import { Sparing } from './ticker';

it('leaves out frames of whoever stands aside, and none of whoever speaks', () => {
  const play = (whole: boolean) => {
    const sparing = new Sparing();
    let drawn = 0;
    let time = 0;
    for (let i = 0; i < 240; i++) {
      const since = sparing.since(i / 24, 1 / 24, whole);
      if (since === null) continue;
      drawn++;
      time += since;
    }
    return { drawn, time };
  };
  expect(play(true).drawn).toBe(240);
  const aside = play(false);
  expect(aside.drawn).toBeGreaterThan(50);
  expect(aside.drawn).toBeLessThan(70);
  // No time is lost: breath and springs go on as fast as ever.
  expect(aside.time).toBeGreaterThan(9.7);
});
