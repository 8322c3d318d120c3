/**
 * What a text does to its own pace where nobody speaks it, as Ren'Py's tags say: `{w}` and `{w=0.5}` wait, `{cps=20}` and `{cps=*0.5}` type at
 * another speed until `{/cps}`, `{fast}` shows what stands before it at once, `{p}` begins another page. Everything is bounded: a text may
 * hold a person up, but not keep them. Pure.
 */

import { letters } from '$lib/session/pace';

/** Something that a text does to its pace at a letter of the source. */
export type Mark = { at: number; end: number } & (
  | { kind: 'wait'; seconds: number }
  | { kind: 'speed'; cps: number | null; times: number }
  | { kind: 'fast' }
  | { kind: 'page' }
);

/** Marks of one text that count. */
const MOST = 64;
/** Seconds of a wait that says no time, and of the longest. */
const WAIT = 1;
const LONGEST_WAIT = 5;
/** Letters a second, least and most. */
const SLOWEST = 4;
const QUICKEST = 400;
/** Letters of a tag, braces left out. */
const LONGEST_TAG = 16;

const within = (value: number, least: number, most: number) => Math.min(most, Math.max(least, value));

/** The marks of a text, in order. */
export function marksOf(text: string): Mark[] {
  if (!text.includes('{')) return [];
  const source = letters(text);
  const marks: Mark[] = [];
  for (let at = 0; at < source.length && marks.length < MOST; at++) {
    if (source[at] !== '{') continue;
    // No further than a tag is long: a text of nothing but open braces would be read over and over.
    const close = source.slice(at, at + LONGEST_TAG + 2).indexOf('}') + at;
    if (close <= at) continue;
    const mark = markOf(source.slice(at + 1, close).join(''), at, close + 1);
    if (mark) marks.push(mark);
  }
  return marks;
}

function markOf(inside: string, at: number, end: number): Mark | null {
  const [, slash = '', name = '', value] = /^(\/?)(w|p|cps|fast)(?:=(.*))?$/.exec(inside) ?? [];
  if (name === 'cps') {
    if (slash || value === undefined) return { at, end, kind: 'speed', cps: null, times: 1 };
    const times = value.startsWith('*');
    const number = Number(times ? value.slice(1) : value);
    if (!Number.isFinite(number) || number <= 0) return null;
    return times
      ? { at, end, kind: 'speed', cps: null, times: number }
      : { at, end, kind: 'speed', cps: within(number, SLOWEST, QUICKEST), times: 1 };
  }
  if (slash) return null;
  if (name === 'p') return { at, end, kind: 'page' };
  if (name === 'fast') return { at, end, kind: 'fast' };
  if (name !== 'w') return null;
  const seconds = value === undefined ? WAIT : Number(value);
  return Number.isFinite(seconds) ? { at, end, kind: 'wait', seconds: within(seconds, 0, LONGEST_WAIT) } : null;
}

/** Letters of the source that are not shown: they take no time. */
export interface Gap {
  kind: 'gap';
  at: number;
  end: number;
}

/** The gaps of a page (`from` to `to`) beside the letters that are shown, whose places in the source ascend. */
export function gapsOf(shown: Iterable<number>, from: number, to: number): Gap[] {
  const gaps: Gap[] = [];
  let next = from;
  for (const at of shown) {
    if (at > next) gaps.push({ kind: 'gap', at: next, end: at });
    next = at + 1;
  }
  if (next < to) gaps.push({ kind: 'gap', at: next, end: to });
  return gaps;
}

/**
 * Letters of the source that are seen of a page (`from` to `to`) after `seconds`, at `speed` letters a second where the text says nothing
 * else. At least one, at most all. `gaps` are passed over.
 */
export function typedTo(
  marks: readonly Mark[],
  from: number,
  to: number,
  seconds: number,
  speed: number,
  gaps: readonly Gap[] = [],
): number {
  const paced = (mark: Mark | Gap) =>
    mark.kind === 'speed' ? (mark.cps ?? within(speed * mark.times, SLOWEST, QUICKEST)) : null;
  const inside = marks.filter((mark) => mark.at >= from && mark.at < to);
  const begun = inside.findLast((mark) => mark.kind === 'fast')?.end ?? from;
  // A speed goes on over the end of a page.
  const before = marks.findLast((mark) => mark.at < from && mark.kind === 'speed');
  let [pos, left, cps] = [begun, Math.max(0, seconds), (before ? paced(before) : null) ?? speed];
  const here = [...inside, ...gaps].sort((a, b) => a.at - b.at);
  for (const mark of here) {
    if (mark.end > begun) {
      // Several marks may stand in one gap.
      const needed = Math.max(0, mark.at - pos) / cps;
      if (left < needed) break;
      left -= needed;
      pos = Math.max(pos, mark.end);
    }
    cps = paced(mark) ?? cps;
    if (mark.kind !== 'wait' || mark.at < begun) continue;
    if (left < mark.seconds) return mark.at;
    left -= mark.seconds;
  }
  return Math.min(to, pos + Math.floor(left * cps) + 1);
}
