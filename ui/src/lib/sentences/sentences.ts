/**
 * What the program tells a person, in the language of the page.
 *
 * The program speaks English, with names in backticks and without capitals or full stops, because its sentences also stand in each
 * other: `could not read {path}: {error}`. Here such a sentence is taken apart again: the template with the most words that fits gives
 * the values, each of which may be a sentence itself, and the translation of the template takes them up. What nobody wrote a template
 * for (the words of a library) stays as it came, in quotation marks.
 */

/** How a language writes sentences. */
export interface Style {
  /** Around a name. */
  quotes: readonly [string, string];
  /** Ends a sentence. */
  stop: string;
  /** Between the items of a list. */
  comma: string;
  /** Between two sentences. */
  gap: string;
  /** Whether words have spaces between them, which then stay around a name. */
  spaced: boolean;
}

export const ENGLISH: Style = { quotes: ['“', '”'], stop: '.', comma: ', ', gap: ' ', spaced: true };
export const CHINESE: Style = { quotes: ['“', '”'], stop: '。', comma: '、', gap: '', spaced: false };
export const JAPANESE: Style = { quotes: ['「', '」'], stop: '。', comma: '、', gap: '', spaced: false };

/** Tells sentences of the program in one language. */
export interface Teller {
  /** A sentence by itself, or several that belong together: what happened, and what to do. */
  said: (...sentences: readonly string[]) => string;
  /** What stands in a sentence of the page: without a capital and a full stop. */
  saidWithin: (text: string) => string;
  /** What stands between two sentences. */
  gap: string;
}

interface Hole {
  name: string;
  /** It stands in backticks: a name, which is never translated. */
  quoted: boolean;
}

interface Pattern {
  template: string;
  /** Between the holes: one more than there are holes. */
  literals: string[];
  holes: Hole[];
  /** Letters of its own. */
  weight: number;
}

/** With fewer letters of its own a template may fit by chance: ` bytes`, `: `. */
const WEAK = 8;
/** How deep sentences stand in each other at most. */
const DEEPEST = 6;
/** Sentences that are remembered; a page rarely meets more. */
const REMEMBERED = 500;

/** A template in its parts. */
export function pattern(template: string): Pattern {
  const literals: string[] = [];
  const holes: Hole[] = [];
  let from = 0;
  let ticks = 0;
  for (const found of template.matchAll(/\{(\w+)\}/g)) {
    const literal = template.slice(from, found.index);
    ticks += literal.split('`').length - 1;
    literals.push(literal);
    holes.push({ name: found[1] ?? '', quoted: ticks % 2 === 1 });
    from = found.index + found[0].length;
  }
  literals.push(template.slice(from));
  return { template, literals, holes, weight: literals.join('').replace(/[^\p{L}]/gu, '').length };
}

/** The values of a template's holes in a text, each as short as it can be; null where the template does not fit. */
export function values({ literals, holes }: Pattern, text: string): string[] | null {
  const [first = '', ...rest] = literals;
  if (!text.startsWith(first)) return null;
  const found: string[] = [];
  let from = first.length;
  for (const [at, literal] of rest.entries()) {
    const last = at === rest.length - 1;
    const to = last ? text.length - literal.length : text.indexOf(literal, from);
    if (to < from || (last && !text.endsWith(literal))) return null;
    found.push(text.slice(from, to));
    from = to + literal.length;
  }
  // A name has no backticks: two names with a sentence between them are no name.
  if (holes.some(({ quoted }, at) => quoted && found[at]?.includes('`'))) return null;
  // A hole that stands twice holds the same twice.
  const same = holes.every((hole, at) => found[at] === found[holes.findIndex(({ name }) => name === hole.name)]);
  return same && from === text.length ? found : null;
}

/** How much of a template is its own, marks and spaces included. */
const own = ({ literals }: Pattern) => literals.join('').length;

/** Words of a sentence, not a name, a number or an address. */
const isProse = (value: string) => /\p{L}/u.test(value) && /\s/.test(value.trim());

/**
 * Makes a teller of a language's translations: template to template. `known` gives names that the page calls otherwise: a setting's key in
 * the file is its label there. It is asked late, because these words belong to the language that the teller is a part of.
 */
export function teller(
  translations: Readonly<Record<string, string>>,
  style: Style,
  known: () => Readonly<Record<string, string>> = () => ({}),
): Teller {
  let patterns: Pattern[] | null = null;
  const remembered = new Map<string, string>();

  function translated(text: string, depth = 0): string | null {
    const whole = Object.hasOwn(translations, text) ? translations[text] : undefined;
    if (whole !== undefined) return whole;
    if (depth > DEEPEST) return null;
    patterns ??= Object.keys(translations)
      .map(pattern)
      .filter(({ holes }) => holes.length > 0)
      .sort((one, other) => other.weight - one.weight || own(other) - own(one));
    for (const one of patterns) {
      const found = values(one, text);
      if (!found) continue;
      const inside = found.map((value, at) => (one.holes[at]?.quoted ? value : (part(value, depth) ?? null)));
      // A few letters fit many a text: then something in it must be known, or all of it be names.
      if (one.weight < WEAK && inside.some((value) => value === null)) {
        if (/\p{L}/u.test(one.literals.join('')) || !inside.some((value, at) => value !== null && value !== found[at]))
          continue;
      }
      const filled = new Map(one.holes.map(({ name }, at) => [name, inside[at] ?? quotation(found[at] ?? '')]));
      return (translations[one.template] ?? '').replace(/\{(\w+)\}/g, (hole, name: string) => filled.get(name) ?? hole);
    }
    return null;
  }

  /** A value in a sentence: itself where it is no prose, translated where it is; null where nobody knows it. */
  function part(value: string, depth: number): string | null {
    const known = translated(value, depth + 1);
    if (known !== null || !isProse(value)) return known ?? value;
    const items = value.split(/, (?:and )?/);
    if (items.length < 2) return /^`[^`]*`$/.test(value) ? value : null;
    const parts = items.map((item) => part(item, depth));
    return parts.some((item) => item === null) ? null : parts.join(style.comma);
  }

  /** Somebody else's words. */
  const quotation = (value: string) => (value.includes('`') ? value : `\`${value}\``);

  /** Names in the language's quotation marks; what the program emphasises (a menu's name) is one, too. */
  function named(text: string): string {
    const [open, close] = style.quotes;
    const around = style.spaced ? /`([^`]+)`/g : / ?`([^`]+)` ?/g;
    const labels = known();
    const shown = (name: string) => (Object.hasOwn(labels, name) ? labels[name] : name);
    return text
      .replace(around, (_, name: string) => `${open}${shown(name)}${close}`)
      .replace(/\*(\p{L}[^*\n]*)\*/gu, `${open}$1${close}`);
  }

  /** Stands by itself: it begins with a capital, unless with a name (`espeak-ng`, `tags: …`), and has an end. */
  function whole(text: string): string {
    const first = text.split(/[\s,:;]/, 1)[0] ?? '';
    const begun =
      /^[a-z][a-z'’]*$/.test(first) && text[first.length] !== ':' ? text.charAt(0).toUpperCase() + text.slice(1) : text;
    if (/[.!?…。！？]$/.test(begun)) return begun;
    // What nobody has translated ends as English does.
    return begun + (/[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}]/u.test(begun) ? style.stop : ENGLISH.stop);
  }

  function saidWithin(text: string): string {
    const before = remembered.get(text);
    if (before !== undefined) return before;
    const told = named(translated(text) ?? text);
    if (remembered.size >= REMEMBERED) remembered.clear();
    remembered.set(text, told);
    return told;
  }

  const said = (...sentences: readonly string[]) =>
    sentences
      .map(saidWithin)
      .filter((text) => text.trim() !== '')
      .map(whole)
      // After what nobody has translated comes a space, as in English.
      .reduce((before, text) => before + (/[.!?]$/.test(before) ? ENGLISH.gap : before && style.gap) + text, '');
  return { said, saidWithin, gap: style.gap };
}
