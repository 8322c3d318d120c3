import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bytes, duration, LANGUAGE_NAMES, moment, words } from '.';
import { en } from './en';

const languages = Object.keys(LANGUAGE_NAMES) as (keyof typeof LANGUAGE_NAMES)[];

/** A text, or what a text with values in it says. */
const said = (value: unknown): string =>
  typeof value === 'function' ? (value as (...a: unknown[]) => string)('N', 'M', 'O') : (value as string);

describe.each(languages)('the words in %s', (language) => {
  const all = words(language);
  it('are all there, and none is empty', () => {
    expect(Object.keys(all).sort()).toEqual(Object.keys(en).sort());
    for (const [key, value] of Object.entries(all)) {
      // What stands between two sentences: nothing, in Chinese and Japanese.
      if (key === 'gap') continue;
      if (typeof value === 'object') {
        expect(Object.keys(value)).toEqual(
          Object.keys(
            en[
              key as
                | 'keyActions'
                | 'scenes'
                | 'blocks'
                | 'purposes'
                | 'dataParts'
                | 'planGpus'
                | 'meanings'
                | 'errandTitle'
                | 'databaseStates'
            ],
          ),
        );
        // Words with values in them may be empty for some.
        for (const inner of Object.values(value)) if (typeof inner === 'string') expect(inner.trim(), key).not.toBe('');
        continue;
      }
      expect(said(value).trim(), key).not.toBe('');
    }
  });
  it('use every value they are given', () => {
    for (const [key, value] of Object.entries(all)) {
      if (typeof value !== 'function') continue;
      const given = ['⟨1⟩', '⟨2⟩', '⟨3⟩'].slice(0, value.length);
      const text = (value as (...a: unknown[]) => string)(...given);
      for (const g of given) expect(text, `${language}.${key}`).toContain(g);
    }
  });
});

it('name every block that a prompt is made of', () => {
  const crates = new URL('../../../crates/', import.meta.url);
  const texts = ['prompt', 'app'].flatMap((room) =>
    readdirSync(new URL(`${room}/src/`, crates), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.rs') && !name.endsWith('tests.rs'))
      .map((name) => readFileSync(new URL(`${room}/src/${name}`, crates), 'utf8')),
  );
  // Made here, or by what makes one of a name: `Sheet::add`, and `headed` and `block` where their first argument is a text.
  const made = texts.flatMap((text) =>
    [
      ...text.matchAll(/(?:Block::new\(|prompt::Note \{ name: |\bsheet\.add\(|\bheaded\(|\bblock\()\s*"([a-z_]+)"/g),
    ].map((found) => found[1]),
  );
  // The points of a card have the names of the fields.
  const points = readFileSync(new URL('domain/src/character.rs', crates), 'utf8').matchAll(/^ +\("([a-z_]+)", &self/gm);
  made.push(...[...points].map((found) => found[1]));
  const some = ['lore', 'author_note', 'history', 'feelings', 'scenario', 'memory', 'rule', 'identity', 'interaction'];
  expect(made).toEqual(expect.arrayContaining(some));
  for (const name of made) expect(Object.keys(en.blocks), name).toContain(name);
});

it('differ between the languages', () => {
  const same = Object.keys(en).filter((key) => {
    const texts = languages.map((l) => words(l)[key as keyof typeof en]);
    return typeof texts[0] === 'string' && texts.every((t) => t === texts[0]);
  });
  // Names, and a word that Chinese writes as Japanese does, are the same.
  expect(same).toEqual(['app', 'fontReadable']);
});

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [9_400_000, '9.4 MB'],
  [148_000_000, '148 MB'],
  [4_200_000_000, '4.2 GB'],
])('writes %i bytes as %s', (n, text) => expect(bytes(n)).toBe(text));

it.each([
  [5, '1 minute', '1 分'],
  [3600, '60 minutes', '60 分'],
  [7300, '2 hours', '2 時間'],
])('writes %i seconds as %s', (seconds, english, japanese) => {
  expect(duration(seconds, 'en')).toBe(english);
  expect(duration(seconds, 'ja').replace(/\s/g, '')).toBe(japanese.replace(/\s/g, ''));
});

it('writes a moment in each language', () => {
  const at = Date.UTC(2026, 10, 22, 12);
  expect(new Set(languages.map((l) => moment(at, l))).size).toBeGreaterThan(1);
  expect(moment(at, 'ja')).toContain('2026');
});
