/**
 * The marks that a line of story text may carry, read into cells: one per letter, each with its style and its place in the
 * source, so that a typewriter, a page break and a cue can all count in letters of the source.
 *
 * Known are `*actions*`, `**stress**`, a remark in parentheses where a sentence could begin (a thought), ruby in the ways it
 * is written in the wild (Aozora `漢字《かんじ》` and `｜x《y》`, `{漢字|かんじ}`, Ren'Py's `{rb}…{/rb}{rt}…{/rt}`), Ren'Py's
 * `{b} {i} {u} {s} {color=…} {size=…} {alpha=…} {plain}`, its breaks of a page (`{p}`) and what its `{w} {cps=…} {fast}` do to the pace
 * (`typing.ts`), markdown's `~~struck~~`, `_leaning_` and `code`, plain HTML tags for the same, and pictures `![words](data:…)`. Anything else in
 * braces or angle brackets is text. Cells become elements and text nodes, never HTML: see `PageText.svelte`.
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
  code: boolean;
  /** Its own colour, as `#rrggbb`; null for the page's. */
  colour: string | null;
  /** Of the letters, where 1 is the page's own: 0.6 to 1.8. */
  size: number;
  /** Of 1: 0.25 and more. */
  alpha: number;
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

const PLAIN: Style = {
  tone: 'say',
  bold: false,
  italic: false,
  underline: false,
  struck: false,
  code: false,
  colour: null,
  size: 1,
  alpha: 1,
};
/** Ren'Py tags that are understood elsewhere, or do nothing here; they are never shown. */
const SILENT_TAGS =
  /^\/?(?:w|p|nw|fast|done|sound|cps|k|font|a|image|space|vspace|outlinecolor|shader|noalt|alt)(?:=.*)?$/;
const TOGGLES: Record<string, Partial<Style>> = {
  b: { bold: true },
  i: { italic: true },
  u: { underline: true },
  s: { struck: true },
  plain: { bold: false, italic: false, underline: false, struck: false },
};
/** HTML tags that cards of other programs use for the same. */
const HTML_TAGS: Record<string, Partial<Style>> = {
  b: { bold: true },
  strong: { bold: true },
  i: { italic: true },
  em: { italic: true },
  u: { underline: true },
  s: { struck: true },
  del: { struck: true },
  code: { code: true },
  small: { size: 0.8 },
};
/** Tags that may be open at once: what comes beyond is not shown, and does nothing. */
const DEEPEST = 16;
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
  const open: { tag: string; style: Partial<Style> }[] = [];
  let action = false;
  let bold = false;
  let thoughtUntil = -1;
  let at = 0;

  const style = (): Style => {
    const s: Style = { ...PLAIN, bold, tone: action ? 'action' : at <= thoughtUntil ? 'thought' : 'say' };
    for (const one of open) Object.assign(s, one.style);
    return s;
  };
  const put = (letter: string, ruby: Ruby | null = null, picture: Picture | null = null, place = at) =>
    cells.push({ letter, at: place, style: style(), ruby, picture });
  /** Opens a style, or closes the innermost of its name. */
  const turn = (tag: string, style: Partial<Style> | null) => {
    if (style) {
      if (open.length < DEEPEST) open.push({ tag, style });
      return;
    }
    const index = open.map((one) => one.tag).lastIndexOf(tag);
    if (index >= 0) open.splice(index, 1);
  };
  // Looks no further than it may: a text of nothing but open braces would be read over and over.
  const find = (letter: string, from: number, within: number) => {
    for (let i = from; i < source.length && i - from <= within; i++) if (source[i] === letter) return i;
    return -1;
  };
  /** Where a picture's address could end at the latest. */
  const lastClose = source.lastIndexOf(')');

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
    // A direction, and what markdown began, end with their row where they were never closed.
    if (letter === '\n') {
      action = false;
      for (const mark of ['~~', '_', '`']) turn(mark, null);
    }
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
      const tag = end < 0 ? null : tagOf(inside);
      if (tag) {
        turn(`{${tag.name}`, tag.style);
        at = end + 1;
        continue;
      }
      if (end >= 0 && SILENT_TAGS.test(inside)) {
        at = end + 1;
        continue;
      }
    }
    if (letter === '<') {
      const end = find('>', at + 1, 9);
      const inside =
        end < 0
          ? ''
          : source
              .slice(at + 1, end)
              .join('')
              .toLowerCase();
      const name = inside.replace(/^\//, '');
      const html = Object.hasOwn(HTML_TAGS, name) ? HTML_TAGS[name] : undefined;
      if (html) {
        turn(`<${name}`, inside.startsWith('/') ? null : html);
        at = end + 1;
        continue;
      }
    }
    if ((letter === '~' && next === '~') || letter === '_' || letter === '`') {
      const mark = letter === '~' ? '~~' : letter;
      const style: Partial<Style> =
        letter === '~' ? { struck: true } : letter === '_' ? { italic: true } : { code: true };
      const closes = open.some((one) => one.tag === mark);
      if (closes ? closesWord(source, at, mark) : opensWord(source, at, mark)) {
        turn(mark, closes ? null : style);
        at += mark.length;
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
      const end =
        close >= 0 && source[close + 1] === '(' && close + 2 <= lastClose ? source.indexOf(')', close + 2) : -1;
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

/** A tag of Ren'Py's that changes how letters look: its name, and the style it opens (null: it closes); null for any other. */
function tagOf(inside: string): { name: string; style: Partial<Style> | null } | null {
  const [, slash = '', name = '', value = ''] = /^(\/?)(\w+)(?:=(.*))?$/.exec(inside) ?? [];
  const own = Object.hasOwn(TOGGLES, name) ? TOGGLES[name] : undefined;
  if (own) return { name, style: slash ? null : own };
  if (name !== 'color' && name !== 'size' && name !== 'alpha') return null;
  if (slash) return { name, style: null };
  // What cannot be read is a tag all the same: it opens a style that changes nothing, for its end to close.
  if (name === 'color') {
    const colour = colourOf(value);
    return { name, style: colour === null ? {} : { colour } };
  }
  if (name === 'alpha')
    return { name, style: readable(Number(value.replace('*', '')), (n) => ({ alpha: within(n, 0.25, 1) })) };
  const sized = (size: number) => ({ size: within(size, 0.6, 1.8) });
  if (value.startsWith('*')) return { name, style: readable(Number(value.slice(1)), sized) };
  const pixels = Number(value);
  return { name, style: readable(pixels, (n) => sized(/^[+-]/.test(value) ? 1 + n / RENPY_SIZE : n / RENPY_SIZE)) };
}
/** Pixels of a letter in Ren'Py where nobody says otherwise. */
const RENPY_SIZE = 22;
const within = (value: number, least: number, most: number) => Math.min(most, Math.max(least, value));
const readable = (value: number, style: (value: number) => Partial<Style>) =>
  Number.isFinite(value) ? style(value) : {};

const NAMED: Record<string, string> = {
  red: '#e03131',
  orange: '#e8590c',
  yellow: '#e6b800',
  green: '#2f9e44',
  blue: '#1c7ed6',
  purple: '#9c36b5',
  pink: '#e64980',
  white: '#ffffff',
  gray: '#868e96',
  grey: '#868e96',
  black: '#000000',
};
/** A colour as `#rrggbb`, from that, `#rgb`, either with an alpha that is left out, or a common name; null for anything else. */
function colourOf(value: string): string | null {
  const text = value.trim().toLowerCase();
  if (Object.hasOwn(NAMED, text)) return NAMED[text] ?? null;
  if (/^#[0-9a-f]{6}(?:[0-9a-f]{2})?$/.test(text)) return text.slice(0, 7);
  if (/^#[0-9a-f]{3,4}$/.test(text)) return `#${Array.from(text.slice(1, 4), (c) => c + c).join('')}`;
  return null;
}

/** Letters within which one of markdown's marks must be closed. */
const LONGEST_RUN = 240;

/** True where one of markdown's marks begins a run: at the start of a word, and closed before the row ends. */
function opensWord(source: readonly string[], at: number, mark: string): boolean {
  const before = source[at - 1] ?? ' ';
  const first = source[at + mark.length] ?? ' ';
  if (/[\s_~`]/.test(first) || (mark === '_' && /[\p{L}\p{N}]/u.test(before))) return false;
  for (let i = at + mark.length + 1; i < Math.min(source.length, at + LONGEST_RUN) && source[i] !== '\n'; i++)
    if (closesWord(source, i, mark)) return true;
  return false;
}
function closesWord(source: readonly string[], at: number, mark: string): boolean {
  if (
    source[at] !== mark[0] ||
    source.slice(at, at + mark.length).join('') !== mark ||
    /\s/.test(source[at - 1] ?? ' ')
  )
    return false;
  return mark !== '_' || !/[\p{L}\p{N}]/u.test(source[at + 1] ?? ' ');
}

/** Letters within which the end of a direction is looked for. */
const LONGEST_ACTION = 600;

/** True where a `*` begins a direction: a word follows, and it is closed before the row ends. */
function opensAction(source: readonly string[], at: number): boolean {
  if (/[\s*]/.test(source[at + 1] ?? ' ')) return false;
  if (/[\p{L}\p{N}]/u.test(source[at - 1] ?? '') && !IDEOGRAPH.test(source[at - 1] ?? '')) return false;
  for (let i = at + 1; i < Math.min(source.length, at + LONGEST_ACTION) && source[i] !== '\n'; i++) {
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

const alike = (a: Style, b: Style) => (Object.keys(PLAIN) as (keyof Style)[]).every((what) => a[what] === b[what]);

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
