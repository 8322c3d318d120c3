/**
 * The marks that a line of story text may carry, read into cells: one per letter, each with its style and its place in the
 * source, so that a typewriter, a page break and a cue can all count in letters of the source.
 *
 * Known are `*actions*`, `**stress**`, a remark in parentheses where a sentence could begin (a thought), ruby in the ways it
 * is written in the wild (Aozora `漢字《かんじ》` and `｜x《y》`, `{漢字|かんじ}`, Ren'Py's `{rb}…{/rb}{rt}…{/rt}`), Ren'Py's
 * `{b} {i} {u} {s}` and its pauses (which only disappear), and pictures `![words](data:…)`. Anything else in braces is text.
 */

import { letters } from '$lib/session/pace';

/** How a run of letters is shown. */
export type Tone = 'say' | 'action' | 'thought';

export interface Style {
  tone: Tone;
  bold: boolean;
  italic: boolean;
  underline: boolean;
  struck: boolean;
}

/** One letter (Unicode scalar value) that is shown. */
export interface Cell {
  letter: string;
  /** Letters of the source before it. */
  at: number;
  style: Style;
  /** Reading of the ruby group that this letter belongs to. */
  ruby: Ruby | null;
  /** A picture that stands in the place of this letter; the letter is then an object replacement character. */
  picture: Picture | null;
}
export interface Ruby {
  reading: string;
}
export interface Picture {
  words: string;
  /** A `data:` URL, or null where the text names a place that the app does not fetch from. */
  url: string | null;
}

const PLAIN: Style = { tone: 'say', bold: false, italic: false, underline: false, struck: false };
/** Ren'Py tags that only end or hold up a line there; here the voice does that. */
const SILENT_TAGS =
  /^\/?(?:w|p|nw|fast|cps|k|size|color|alpha|font|a|image|space|vspace|outlinecolor|shader|noalt|alt)(?:=.*)?$/;
const TOGGLES: Record<string, Partial<Style>> = {
  b: { bold: true },
  i: { italic: true },
  u: { underline: true },
  s: { struck: true },
};
/** Longest remark in parentheses that is taken for a thought, in letters; as long as the one that is not spoken. */
const LONGEST_THOUGHT = 200;
const IDEOGRAPH = /[\u3400-\u9fff\u{20000}-\u{2ffff}々〆ヶ]/u;
/** What a sentence may end with, and what may stand between that and the next. */
const SENTENCE_END = /[.!?…。！？\n]/;
const BETWEEN = /[\s"'”’」』）)*]/;

/** Reads a text into cells. Never fails: what is not understood is shown as it stands. */
export function parse(text: string): Cell[] {
  const source = letters(text);
  const cells: Cell[] = [];
  const open: string[] = [];
  let action = false;
  let bold = false;
  let thoughtUntil = -1;
  let at = 0;

  const style = (): Style => {
    const s: Style = { ...PLAIN, bold, tone: action ? 'action' : at <= thoughtUntil ? 'thought' : 'say' };
    for (const tag of open) Object.assign(s, TOGGLES[tag]);
    return s;
  };
  const put = (letter: string, ruby: Ruby | null = null, picture: Picture | null = null, place = at) =>
    cells.push({ letter, at: place, style: style(), ruby, picture });
  const find = (letter: string, from: number, within: number) => {
    const end = source.indexOf(letter, from);
    return end >= 0 && end - from <= within ? end : -1;
  };

  while (at < source.length) {
    const letter = source[at] ?? '';
    const next = source[at + 1] ?? '';
    if (letter === '*') {
      if (next === '*') {
        if (bold || hasPair(source, at + 2)) {
          bold = !bold;
          at += 2;
          continue;
        }
      } else if (action || opensAction(source, at)) {
        action = !action;
        at += 1;
        continue;
      }
    }
    // A direction that was never closed ends with its row.
    if (letter === '\n') action = false;
    if (letter === '{') {
      const end = find('}', at + 1, 60);
      const inside = end < 0 ? '' : source.slice(at + 1, end).join('');
      const bar = inside.indexOf('|');
      if (bar > 0 && bar < inside.length - 1) {
        const ruby = { reading: inside.slice(bar + 1) };
        letters(inside.slice(0, bar)).forEach((l, i) => put(l, ruby, null, at + 1 + i));
        at = end + 1;
        continue;
      }
      if (inside === 'rb') {
        const pair = renpyRuby(source, end + 1);
        if (pair) {
          const ruby = { reading: pair.reading };
          pair.base.forEach((l, i) => put(l, ruby, null, end + 1 + i));
          at = pair.end;
          continue;
        }
      }
      const name = inside.replace(/^\//, '');
      if (end >= 0 && name in TOGGLES) {
        if (inside.startsWith('/')) {
          const index = open.lastIndexOf(name);
          if (index >= 0) open.splice(index, 1);
        } else open.push(name);
        at = end + 1;
        continue;
      }
      if (end >= 0 && SILENT_TAGS.test(inside)) {
        at = end + 1;
        continue;
      }
    }
    if (letter === '｜' || letter === '|') {
      const start = find('《', at + 1, 24);
      const end = start < 0 ? -1 : find('》', start + 1, 40);
      if (start > at + 1 && end > start + 1) {
        const ruby = { reading: source.slice(start + 1, end).join('') };
        source.slice(at + 1, start).forEach((l, i) => put(l, ruby, null, at + 1 + i));
        at = end + 1;
        continue;
      }
    }
    if (letter === '《' && cells.length > 0 && IDEOGRAPH.test(cells.at(-1)?.letter ?? '')) {
      const end = find('》', at + 1, 40);
      // A title in guillemets is set off from what stands before it; a reading clings to at most eight ideographs.
      const group: Cell[] = [];
      for (let i = cells.length - 1; i >= 0 && group.length <= 8; i--) {
        const cell = cells[i];
        if (!cell || cell.ruby || !IDEOGRAPH.test(cell.letter)) break;
        group.push(cell);
      }
      const reading = end < 0 ? '' : source.slice(at + 1, end).join('');
      if (reading !== '' && group.length > 0 && group.length <= 8 && isReading(reading)) {
        const ruby = { reading };
        for (const cell of group) cell.ruby = ruby;
        at = end + 1;
        continue;
      }
    }
    if (letter === '!' && next === '[') {
      const close = find(']', at + 2, 200);
      const end = close >= 0 && source[close + 1] === '(' ? source.indexOf(')', close + 2) : -1;
      if (end > 0) {
        const url = source.slice(close + 2, end).join('');
        const words = source.slice(at + 2, close).join('');
        put('\ufffc', null, { words, url: /^data:image\/(?:png|jpeg|webp|gif);base64,/.test(url) ? url : null });
        at = end + 1;
        continue;
      }
    }
    if ((letter === '(' || letter === '（') && at > thoughtUntil && startsSentence(source, at)) {
      const end = find(letter === '(' ? ')' : '）', at + 1, LONGEST_THOUGHT);
      if (end > at + 2) thoughtUntil = end;
    }
    put(letter);
    at += 1;
  }
  return cells;
}

/** True where a `*` begins a direction: a word follows, and it is closed before the row ends. */
function opensAction(source: readonly string[], at: number): boolean {
  if (/[\s*]/.test(source[at + 1] ?? ' ')) return false;
  if (/[\p{L}\p{N}]/u.test(source[at - 1] ?? '') && !IDEOGRAPH.test(source[at - 1] ?? '')) return false;
  for (let i = at + 1; i < source.length && source[i] !== '\n'; i++) {
    if (source[i] === '*' && source[i + 1] !== '*' && source[i - 1] !== '*') return !/\s/.test(source[i - 1] ?? ' ');
  }
  // The end may not have been written yet.
  return true;
}
function hasPair(source: readonly string[], from: number): boolean {
  if (/[\s*]/.test(source[from] ?? ' ')) return false;
  for (let i = from; i < source.length - 1 && source[i] !== '\n'; i++) {
    if (source[i] === '*' && source[i + 1] === '*') return true;
  }
  return false;
}
function startsSentence(source: readonly string[], at: number): boolean {
  let i = at - 1;
  while (i >= 0 && BETWEEN.test(source[i] ?? '')) i--;
  return i < 0 || SENTENCE_END.test(source[i] ?? '');
}
/** A reading is written in kana, or in Latin letters (pinyin, romaji). */
const isReading = (text: string) =>
  /^[\u3040-\u30ff・ー\s]+$/.test(text) || /^[\p{Script=Latin}\p{M}\d\s']+$/u.test(text);

function renpyRuby(source: readonly string[], from: number): { base: string[]; reading: string; end: number } | null {
  const rest = source.slice(from, from + 120).join('');
  const match = /^([^{}]+)\{\/rb\}\{rt\}([^{}]+)\{\/rt\}/.exec(rest);
  if (!match?.[1] || !match[2]) return null;
  return { base: letters(match[1]), reading: match[2], end: from + letters(match[0]).length };
}

/** Neighbouring cells that are shown alike. */
export interface Run {
  text: string;
  /** For each letter of `text`: its place in the source. */
  at: number[];
  style: Style;
  ruby: Ruby | null;
  picture: Picture | null;
}

const alike = (a: Style, b: Style) =>
  a.tone === b.tone &&
  a.bold === b.bold &&
  a.italic === b.italic &&
  a.underline === b.underline &&
  a.struck === b.struck;

/** Joins cells into runs. */
export function runsOf(cells: readonly Cell[]): Run[] {
  const runs: Run[] = [];
  for (const cell of cells) {
    const last = runs.at(-1);
    if (last && !last.picture && !cell.picture && last.ruby === cell.ruby && alike(last.style, cell.style)) {
      last.text += cell.letter;
      last.at.push(cell.at);
    } else {
      runs.push({ text: cell.letter, at: [cell.at], style: cell.style, ruby: cell.ruby, picture: cell.picture });
    }
  }
  return runs;
}

/** The words alone, for assistive technology, titles and captions. */
export const plain = (text: string): string =>
  parse(text)
    .map((cell) => (cell.picture ? cell.picture.words : cell.letter))
    .join('')
    .trim();
