import { expect, it } from 'vitest';
import { emptyCorners } from './pictures';

it('a figure is cut out where the room is seen beside it', () => {
  const side = 8;
  const clear = new Uint8ClampedArray(side * side * 4);
  expect(emptyCorners(clear, side)).toBe(true);
  const framed = clear.slice();
  framed[(side - 1) * 4 + 3] = 255;
  expect(emptyCorners(framed, side)).toBe(false);
  expect(emptyCorners(clear.fill(255), side)).toBe(false);
});
