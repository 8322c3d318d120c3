/**
 * Lip sync: the viseme track of a spoken line against the clock of the played samples.
 *
 * The program sends one track per line and now and then the position of the playhead; between two positions the page
 * counts on by itself. Drift is taken out gently, a jump at once.
 */

import type { MouthShape, Viseme } from '$lib/backend/backend';

/** Weight of each open shape, 0..1; all zero is a closed mouth. */
export type Mouth = Record<Exclude<MouthShape, 'closed'>, number>;

export const SHUT: Mouth = { a: 0, i: 0, u: 0, e: 0, o: 0 };
const SHAPES = ['a', 'i', 'u', 'e', 'o'] as const;

/** Lips lead the sound a little and travel about this long from one shape to the next. */
const TRAVEL_MS = 70;

/** Index of the last viseme at or before a time, -1 before the first. The track is in order of time. */
export function visemeAt(track: readonly Viseme[], atMs: number): number {
  let low = 0;
  let high = track.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if ((track[mid]?.atMs ?? 0) <= atMs) low = mid + 1;
    else high = mid;
  }
  return low - 1;
}

/** The mouth at a time of the line: glides from each shape into the next over {@link TRAVEL_MS}, centred on the border. */
export function mouthAt(track: readonly Viseme[], atMs: number): Mouth {
  const mouth = { ...SHUT };
  const put = (viseme: Viseme | undefined, share: number) => {
    if (viseme && viseme.shape !== 'closed') mouth[viseme.shape] += Math.min(1, Math.max(0, viseme.weight)) * share;
  };
  const index = visemeAt(track, atMs + TRAVEL_MS / 2);
  const here = track[index];
  if (!here) return mouth;
  const travelled = Math.min(1, (atMs + TRAVEL_MS / 2 - here.atMs) / TRAVEL_MS);
  const eased = travelled * travelled * (3 - 2 * travelled);
  put(track[index - 1], 1 - eased);
  put(here, eased);
  return mouth;
}

/** The strongest shape, for people's eyes and for tests. */
export function dominant(mouth: Mouth): MouthShape {
  let best: MouthShape = 'closed';
  let most = 0.25;
  for (const shape of SHAPES) {
    if (mouth[shape] > most) {
      most = mouth[shape];
      best = shape;
    }
  }
  return best;
}

/** How far the mouth is open, 0..1. */
export const openness = (m: Mouth): number => Math.min(1, m.a + 0.45 * m.i + 0.4 * m.u + 0.65 * m.e + 0.8 * m.o);

/** Counts the time of one spoken line. */
export class LineClock {
  #base: number;

  /** `nowMs` is the page's clock at the first sample. */
  constructor(nowMs: number) {
    this.#base = nowMs;
  }

  /** Milliseconds of the line that have been played. */
  at(nowMs: number): number {
    return Math.max(0, nowMs - this.#base);
  }

  /** The program says where the playhead is. Small differences are halved, so that lips do not jump. */
  correct(nowMs: number, atMs: number): void {
    const error = this.at(nowMs) - atMs;
    this.#base += Math.abs(error) > 250 ? error : error / 2;
  }
}
