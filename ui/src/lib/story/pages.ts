/**
 * Cuts a text into the pages of the text box, at ends of sentences where it can. Greedy, so that text which is still being
 * written never moves a break that a person has already passed.
 */

import { letters } from '$lib/session/pace';
import { parse, runsOf, type Cell, type Run } from './markup';
import { gapsOf, marksOf, type Gap, type Mark } from './typing';

export interface Page {
  /** Letters of the source before the page, and before what follows it. */
  from: number;
  to: number;
  runs: Run[];
}

/** Room of a page in half-width letters: about three rows of the box. An ideograph takes two. */
export const ROOM = 168;
const WIDE =
  /[\u1100-\u115f\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3ffff}]/u;
/** Where a sentence that is too long for a page may be cut, the best place first. */
const CUTS = [/[;；:：—]/, /[,，、]/, /\s/];

const width = ({ letter, style }: Cell) => (WIDE.test(letter) ? 2 : 1) * style.size;

/** The text in pages; an empty text has one empty page. */
export function paginate(text: string, room = ROOM): Page[] {
  const cells = parse(text);
  const whole = letters(text).length;
  const breaks = marksOf(text).filter((mark) => mark.kind === 'page');
  const pieces = sentences(cells)
    .flatMap((s) => apart(s, breaks))
    .flatMap((s) => fit(s, room));
  const pages: Cell[][] = [];
  let used = Infinity;
  for (const piece of pieces) {
    const size = piece.reduce((sum, cell) => sum + width(cell), 0);
    const last = pages.at(-1);
    const torn = breaks.some(({ at }) => at > (last?.at(-1)?.at ?? whole) && at < (piece[0]?.at ?? 0));
    if (last && !torn && used + size <= room) {
      last.push(...piece);
      used += size;
    } else {
      pages.push([...piece]);
      used = size;
    }
  }
  if (pages.length === 0) return [{ from: 0, to: whole, runs: [] }];
  return pages.map((page, i) => ({
    from: i === 0 ? 0 : (page[0]?.at ?? 0),
    to: pages[i + 1]?.[0]?.at ?? whole,
    runs: runsOf(trim(page)),
  }));
}

/** Cuts a sentence where the text itself begins another page. */
function apart(sentence: Cell[], breaks: readonly { at: number }[]): Cell[][] {
  if (breaks.length === 0) return [sentence];
  const out: Cell[][] = [];
  for (const cell of sentence) {
    const before = out.at(-1)?.at(-1);
    if (before && !breaks.some(({ at }) => at > before.at && at < cell.at)) out.at(-1)?.push(cell);
    else out.push([cell]);
  }
  return out;
}

/** A page neither begins nor ends with empty space. */
function trim(page: Cell[]): Cell[] {
  let start = 0;
  let end = page.length;
  while (start < end && /^\s$/.test(page[start]?.letter ?? '')) start++;
  while (end > start && /^\s$/.test(page[end - 1]?.letter ?? '')) end--;
  return page.slice(start, end);
}

/** One for all texts: each holds memory that the page's collector does not count. */
let segmenter: Intl.Segmenter | undefined;

/** Sentences by Unicode's rules, each with the space behind it. Neither a ruby group nor a direction is broken up. */
function sentences(cells: readonly Cell[]): Cell[][] {
  const text = cells.map((c) => c.letter).join('');
  const out: Cell[][] = [];
  let at = 0;
  for (const { segment } of (segmenter ??= new Intl.Segmenter(undefined, { granularity: 'sentence' })).segment(text)) {
    const count = letters(segment).length;
    const part = cells.slice(at, at + count);
    at += count;
    const before = out.at(-1)?.at(-1);
    const first = part[0];
    const within = before && first && before.style.tone !== 'say' && before.style.tone === first.style.tone;
    // One by one: a call takes only so many arguments.
    if (within || (before?.ruby && before.ruby === first?.ruby)) for (const cell of part) out.at(-1)?.push(cell);
    else out.push(part);
  }
  return out;
}

/** Cuts a sentence that is longer than a page. */
function fit(sentence: Cell[], room: number): Cell[][] {
  const out: Cell[][] = [];
  let rest = sentence;
  for (;;) {
    let used = 0;
    let end = 0;
    for (; end < rest.length; end++) {
      const cell = rest[end];
      if (!cell || used + width(cell) > room) break;
      used += width(cell);
    }
    if (end >= rest.length) {
      if (rest.length > 0) out.push(rest);
      return out;
    }
    const cut = Math.max(1, bestCut(rest, end));
    out.push(rest.slice(0, cut));
    rest = rest.slice(cut);
  }
}

function bestCut(cells: readonly Cell[], end: number): number {
  for (const mark of CUTS) {
    // Not so early that the page would look torn.
    for (let i = end - 1; i > end / 2; i--) if (mark.test(cells[i]?.letter ?? '')) return i + 1;
  }
  let cut = end;
  while (cut > 1 && cells[cut]?.ruby && cells[cut]?.ruby === cells[cut - 1]?.ruby) cut--;
  return cut;
}

/** Pages of a message are asked for often, and change only with the room that there is for them. */
let kept = new WeakMap<object, Page[]>();
let present = ROOM;
/** What was laid out last. */
let lately: { text: string; pages: Page[] } | null = null;
export function pagesOf(message: { text: string }): Page[] {
  let pages = kept.get(message);
  if (!pages) {
    // A reply that is heard is another entry with every event, and mostly the same text; as the same pages it is not drawn anew.
    if (lately?.text !== message.text) lately = { text: message.text, pages: paginate(message.text, present) };
    kept.set(message, (pages = lately.pages));
  }
  return pages;
}

const paced = new WeakMap<object, Mark[]>();
/** What a message does to its own pace. */
export function paceOf(message: { text: string }): Mark[] {
  let marks = paced.get(message);
  if (!marks) paced.set(message, (marks = marksOf(message.text)));
  return marks;
}

const passed = new WeakMap<Page, Gap[]>();
/** What of a page's source is not shown: marks, readings, the address of a picture. */
export function gapsIn(page: Page): Gap[] {
  let gaps = passed.get(page);
  if (!gaps)
    passed.set(
      page,
      (gaps = gapsOf(
        page.runs.flatMap((run) => run.at),
        page.from,
        page.to,
      )),
    );
  return gaps;
}
/** Letters of a page that are shown; a picture is one. */
export const shownIn = (page: Page): number => page.runs.reduce((sum, run) => sum + run.at.length, 0);

/** The box has become larger or smaller, or its letters have. False where the pages stay as they are. */
export function setRoom(room: number): boolean {
  if (room === present) return false;
  present = room;
  kept = new WeakMap();
  lately = null;
  return true;
}

/**
 * Room in a box of so many pixels for rows of letters of a size and width (in shares of their height). Sentences seldom end at
 * the end of a row, so a fifth is left free.
 */
export function roomOf(width: number, rows: number, size: number, share: number): number {
  const row = width / (size * share);
  return Math.max(24, Math.min(ROOM, Math.floor(row * rows * 0.8)));
}

/** Index of the page that holds a letter of the source. */
export function pageAt(pages: readonly Page[], letter: number): number {
  const found = pages.findIndex((p) => letter < p.to);
  return found < 0 ? pages.length - 1 : found;
}
