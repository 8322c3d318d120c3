/**
 * Time as the fake backend has it. `data-held` on the page stops it: what takes time stays where it is, so that a test can look at it or press a
 * button half way, however busy the machine is. Taken away, time goes on.
 */

const root = document.documentElement;
const timeout = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

export const hold = (): void => void (root.dataset.held = '');

/** So many milliseconds, and as long as time is held. */
export async function sleep(ms: number): Promise<void> {
  await timeout(ms);
  while (root.dataset.held !== undefined) await timeout(20);
}
