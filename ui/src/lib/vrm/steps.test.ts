import { expect, it } from 'vitest';
import { STEPS, Steps } from './steps';

/** Plays frames that take `full` milliseconds at full resolution, and `least` at any. */
function play(steps: Steps, full: number, least: number, frames = 200): number {
  let changes = 0;
  for (let i = 0; i < frames && !steps.still; i++) {
    const { ratio } = steps.step;
    if (steps.note(Math.max(least, full * ratio * ratio))) changes++;
  }
  return changes;
}

it('leaves alone what is quick enough', () => {
  const steps = new Steps();
  expect(play(steps, 12, 0)).toBe(0);
  expect(steps.step).toBe(STEPS[0]);
});
it('draws coarser until the frame fits', () => {
  // What the boxes' VRM took without a GPU.
  const steps = new Steps();
  play(steps, 225, 0);
  expect(steps.step).toBe(STEPS[2]);
});
it('draws seldomer where coarser does not help, and becomes a picture at the end', () => {
  const slow = new Steps();
  play(slow, 225, 70);
  expect(slow.step.rate).toBe(6);
  const hopeless = new Steps();
  expect(play(hopeless, 2000, 400)).toBe(STEPS.length - 1);
  expect(hopeless.still).toBe(true);
});
it('does not take the first frames, or one that was late, for the cost', () => {
  const steps = new Steps();
  for (const ms of [900, 500, 300]) expect(steps.note(ms)).toBe(false);
  for (const ms of [10, 10, 300, 10, 300, 10]) expect(steps.note(ms)).toBe(false);
  expect(steps.step).toBe(STEPS[0]);
});
it('does what the person wishes', () => {
  expect(new Steps('still').still).toBe(true);
  const full = new Steps('full');
  expect(play(full, 2000, 2000)).toBe(0);
  expect(full.watching).toBe(false);
});
