/**
 * What a text does to its own pace where nobody speaks it, as Ren'Py's tags say: `{w}` waits for the person and `{w=0.5}` so long, `{cps=20}` and
 * `{cps=*0.5}` type at another speed until `{/cps}`, `{fast}` shows what stands before it at once, `{p}` begins another page, which comes by
 * itself after `{p=2}` and `{nw}`. Everything is bounded: a text may hold a person up, but a click always leads on. Pure.
 */

import { letters } from '$lib/session/pace';

/** Something that a text does to its pace at a letter of the source. */
export type Mark = { at: number; end: number } &
  /** Null: until the person goes on. */
  (
    | { kind: 'wait'; seconds: number | null }
    | { kind: 'speed'; cps: number | null; times: number }
    | { kind: 'fast' }
    /** Another page; where `seconds` is a number, it comes by itself so long after the one before stands complete. */
    | { kind: 'page'; seconds: number | null }
    /** The next page comes by itself. */
    | { kind: 'on' }
  );

/** Marks of one text that count. */
const MOST = 64;
/** Seconds of the longest wait that says a time. */
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
    let close = at + 1;
    while (close < source.length && close <= at + LONGEST_TAG && source[close] !== '}') close++;
    if (source[close] !== '}') continue;
    const mark = markOf(source.slice(at + 1, close).join(''), at, close + 1);
    if (mark) marks.push(mark);
  }
  return marks;
}

function markOf(inside: string, at: number, end: number): Mark | null {
  const [, slash = '', name = '', value] = /^(\/?)(w|p|nw|cps|fast)(?:=(.*))?$/.exec(inside) ?? [];
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
  if (name === 'fast') return { at, end, kind: 'fast' };
  if (name === 'nw') return { at, end, kind: 'on' };
  if (name !== 'w' && name !== 'p') return null;
  const kind = name === 'w' ? 'wait' : 'page';
  if (value === undefined) return { at, end, kind, seconds: null };
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return { at, end, kind, seconds: within(seconds, 0, LONGEST_WAIT) };
  // A page ends all the same.
  return kind === 'page' ? { at, end, kind, seconds: null } : null;
}

/** The first place from `from` on, before `to`, where a text waits for the person; null where there is none. */
export const stopOf = (marks: readonly Mark[], from: number, to: number): Mark | null =>
  marks.find((mark) => mark.kind === 'wait' && mark.seconds === null && mark.at >= from && mark.at < to) ?? null;

/**
 * Seconds after which the page behind one (`from` to `to`) comes by itself, because the text says so; null where it waits for the person. A page
 * ends before the mark that ends it, or behind it.
 */
export function turnsAfter(marks: readonly Mark[], from: number, to: number): number | null {
  const end = marks.find((mark) => mark.kind === 'page' && mark.at >= from && mark.at <= to);
  if (marks.some((mark) => mark.kind === 'on' && mark.at >= from && mark.at < (end?.at ?? to))) return 0;
  return end?.kind === 'page' ? end.seconds : null;
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
 * Letters of the source that are seen of a page (`from` to `to`) after `seconds`, at `speed` letters a second (0: all at once) where the text
 * says nothing else. At least one, at most all, and none behind a place where it waits for the person. `gaps` are passed over.
 */
export function typedTo(
  marks: readonly Mark[],
  from: number,
  to: number,
  seconds: number,
  speed: number,
  gaps: readonly Gap[] = [],
): number {
  const usual = speed > 0 ? speed : Infinity;
  const paced = (mark: Mark | Gap) => {
    if (mark.kind !== 'speed') return null;
    return mark.cps ?? (speed > 0 ? within(speed * mark.times, SLOWEST, QUICKEST) : Infinity);
  };
  const inside = marks.filter((mark) => mark.at >= from && mark.at < to);
  const begun = inside.findLast((mark) => mark.kind === 'fast')?.end ?? from;
  // A speed goes on over the end of a page.
  const before = marks.findLast((mark) => mark.at < from && mark.kind === 'speed');
  let [pos, left, cps] = [begun, Math.max(0, seconds), (before ? paced(before) : null) ?? usual];
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
    if (mark.seconds === null || left < mark.seconds) return mark.at;
    left -= mark.seconds;
  }
  return Number.isFinite(cps) ? Math.min(to, pos + Math.floor(left * cps) + 1) : to;
}
