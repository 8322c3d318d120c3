/** The typewriter: how much of a line stands in the box at a time. Pure. */

import type { Emotion } from '$lib/backend/backend';
import type { Line } from './reduce';

/** Rests after marks, counted in letters, so that the text breathes where the voice does. */
const REST = new Map<string, number>([
  ...Array.from('.!?。！？…').map((mark): [string, number] => [mark, 7]),
  ...Array.from(',;:、，；：—').map((mark): [string, number] => [mark, 3.5]),
]);

/** Letters of a text (Unicode scalar values, as cues count them). */
export const letters = (text: string): string[] => Array.from(text);

/**
 * Letters of `text` that are to be seen at `atMs`.
 *
 * A spoken line is spread over its duration; an unspoken one is typed with `perSecond` letters a second (0: all at once).
 */
export function revealed(line: Pick<Line, 'text' | 'durationMs' | 'ended'>, atMs: number, perSecond: number): number {
  const all = letters(line.text);
  if (line.ended) return all.length;
  if (line.durationMs === null || line.durationMs <= 0) {
    return perSecond <= 0 ? all.length : Math.min(all.length, Math.floor((atMs / 1000) * perSecond) + 1);
  }
  const cost = (letter: string) => 1 + (REST.get(letter) ?? 0);
  // The rest after the last mark is silence that nobody waits for.
  const total = all.reduce((sum, l, i) => sum + (i === all.length - 1 ? 1 : cost(l)), 0);
  // Letters stand a little before they are heard, as in subtitles.
  let budget = ((atMs + 120) / line.durationMs) * total;
  let shown = 0;
  for (const letter of all) {
    if (budget <= 0) break;
    budget -= cost(letter);
    shown++;
  }
  return shown;
}

/** The feeling at a letter of the line: the last cue at or before it; `before` where none has come yet. */
export function feelingAt(line: Pick<Line, 'cues'>, shown: number, before: Emotion): Emotion {
  let feeling = before;
  for (const cue of line.cues) if (cue.at <= shown) feeling = cue.emotion;
  return feeling;
}
