import { expect, it } from 'vitest';
import { Lateness, pick, recall } from './choice';
import { costOf, middle } from './measure';

it('takes the renderer that costs least', () => {
  expect(pick({ svg: 9, canvas: 6, webgl: 30 }, false)).toBe('canvas');
  expect(pick({ svg: 2, canvas: 7, webgl: 30 }, true)).toBe('svg');
});
it('takes one that bends where it is cheap, or hardly dearer', () => {
  expect(pick({ svg: 1, canvas: 3, webgl: 2.5 }, true)).toBe('webgl');
  expect(pick({ svg: 20, canvas: 24 }, true)).toBe('canvas');
  expect(pick({ svg: 1, canvas: 3, webgl: 2.5 }, false)).toBe('svg');
});
it('never takes WebGL because it is there', () => {
  expect(pick({ svg: 8, webgl: 40 }, true)).toBe('svg');
  expect(pick({}, true)).toBe('svg');
});

it('remembers what it wrote and nothing else', () => {
  const kept = { wish: 'canvas', costs: { svg: 2, canvas: 3.5 }, at: 1764115200, vrm: 'still' };
  expect(recall(JSON.stringify(kept))).toEqual(kept);
  for (const broken of [null, '', '{', '[]', '3', '{"wish":"gpu","costs":{"svg":"fast","gpu":1},"at":"x"}'])
    expect(recall(broken)).toEqual({ wish: 'auto', costs: {}, at: 0, vrm: 'auto' });
  // A time without a measurement is none.
  expect(recall('{"at":5,"costs":{}}').at).toBe(0);
});

it('counts what a frame took, whoever drew it', () => {
  expect(costOf(3, 16.7)).toBe(3);
  expect(costOf(3, 48)).toBe(48);
  expect(middle([9, 1, 2])).toBe(2);
  expect(middle([])).toBe(Infinity);
});

it('asks for another measurement after some seconds of late frames, and not again at once', () => {
  const lateness = new Lateness();
  const play = (from: number, to: number, dt: number) => {
    let asked = 0;
    for (let now = from; now < to; now += dt) if (lateness.note(now, 12, dt)) asked++;
    return asked;
  };
  expect(play(0, 60, 1 / 12), 'on time').toBe(0);
  expect(play(60, 65, 0.2), 'late, but not for long').toBe(0);
  expect(play(65, 66, 1 / 12), 'on time again').toBe(0);
  expect(play(66, 120, 0.2), 'late for long').toBe(1);
  expect(play(120, 300, 0.2), 'asked already').toBe(0);
  expect(play(400, 420, 0.2), 'much later').toBe(1);
});
it('does not take a pause for lateness', () => {
  const lateness = new Lateness();
  for (let now = 0; now < 60; now += 2) expect(lateness.note(now, 12, 2)).toBe(false);
});
