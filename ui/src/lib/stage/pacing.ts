/** Finds how many frames a second this machine draws easily, from what each takes until it is painted. */

import { painted } from './drawing/measure';
import type { Kind } from './drawing/renderer';
import { surface } from './surface.svelte';
import { pace, Pacer, RESTING, talking, type Rates } from './ticker';

const pacer = new Pacer();
/**
 * Frames a second of sheets that the processor moves, in threads whose work the page does not see: what keeps them below a third of a core. While
 * somebody speaks the lips have every frame, the sheets every second one: see `Twos`.
 */
const SHEETS_MOST: Rates = { moment: RESTING, speech: RESTING, rest: RESTING };

/** Whether sheets are moved on every second frame now: the processor moves them, and somebody speaks. */
export const onTwos = (kind: Kind, speaks: boolean): boolean =>
  speaks && kind === 'svg' && surface.soft && talking() === RESTING;

/** Notes what a frame that began at `began` (seconds of the page's clock) takes until it is painted. `kind` is what drew it. */
export function timed(began: number, kind: Kind | null): void {
  void painted().then((at) => {
    pacer.note(began, at - began * 1000);
    pace(pacer.rates(kind === 'svg' && surface.soft ? SHEETS_MOST : undefined));
  });
}
