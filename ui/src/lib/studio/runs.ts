/** A training, as the page puts it together of what is told. */

import type { StudioRun } from '$lib/backend/studio';

/** How a training stands after it told something: points and samples are added, the rest is exchanged. */
export function heardRun(before: StudioRun | null, told: StudioRun): StudioRun | null {
  if (told.state === '') return null;
  const later = <T extends { step: number }>(old: T[], fresh: T[]) => {
    // A training that goes on makes some steps again.
    const first = fresh[0]?.step;
    return first === undefined ? old : [...old.filter((one) => one.step < first), ...fresh];
  };
  const samples = [
    ...(before?.samples ?? []).filter((old) => !told.samples.some((s) => s.step === old.step && s.said === old.said)),
    ...told.samples,
  ];
  return {
    ...told,
    train: later(before?.train ?? [], told.train),
    watched: later(before?.watched ?? [], told.watched),
    samples,
  };
}

export const runs = (run: StudioRun | null): boolean =>
  run !== null && ['preparing', 'training', 'waiting', 'pausing'].includes(run.state);
