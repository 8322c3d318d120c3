import { expect, it } from 'vitest';
import type { Placed } from './camera';
import { Filming } from './filming';

/** Where the far plane lies after two seconds of looking aside. */
function laid(off: boolean): Placed | undefined {
  const filming = new Filming();
  let at: Placed | undefined;
  const stage = { clientWidth: 1000, clientHeight: 600 } as HTMLElement;
  const deep = { place: (placed: Placed) => (at = placed) };
  const director = { shot: 'normal', takeJolts: () => [] } as const;
  for (let i = 0; i < 60; i++) {
    filming.frame(i / 30, 1 / 30, { director, look: { x: 1, y: 0 }, speaker: null, feeling: 'neutral', off });
    filming.lay(stage, { deep, near: undefined, actors: undefined });
  }
  return at;
}

it('the room goes with the look, and stands still where the camera is switched off', () => {
  expect(laid(false)?.x).toBeLessThan(-5);
  expect(laid(true)?.x).toBeCloseTo(0);
});
