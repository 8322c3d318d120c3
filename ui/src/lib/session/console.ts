/** What the voice console shows: how long the stages of the session's turns took, and why each was taken for finished. Pure. */

import type { Timings } from '$lib/backend/backend';

/** Turns that are kept; the oldest go. */
export const MAX_TURNS = 500;

export type Stage = 'endpoint' | 'transcript' | 'firstToken' | 'firstLine' | 'firstAudio' | 'total';
export interface StageSpread {
  stage: Stage;
  /** Of the last turn; null where it had none (a typed line has no endpoint). */
  last: number | null;
  /** Median and 95th percentile of the session, by nearest rank. */
  p50: number;
  p95: number;
}

const STAGES: [Stage, (timings: Timings) => number | null][] = [
  ['endpoint', (t) => t.endpointMs],
  ['transcript', (t) => t.transcriptMs],
  ['firstToken', (t) => t.firstTokenMs],
  ['firstLine', (t) => t.firstLineMs],
  ['firstAudio', (t) => t.firstAudioMs],
  ['total', (t) => t.totalMs],
];

/** The value below which a share of all lies. `sorted` is not empty. */
function rank(sorted: number[], share: number): number {
  const at = Math.max(0, Math.ceil(sorted.length * share) - 1);
  return sorted[at] ?? 0;
}

/** The stages that any turn had, in the order of a turn. */
export function spreads(turns: readonly Timings[]): StageSpread[] {
  return STAGES.flatMap(([stage, of]) => {
    const sorted = turns
      .map(of)
      .filter((ms) => ms !== null)
      .sort((a, b) => a - b);
    if (sorted.length === 0) return [];
    const last = turns.at(-1);
    return [{ stage, last: last ? of(last) : null, p50: rank(sorted, 0.5), p95: rank(sorted, 0.95) }];
  });
}
