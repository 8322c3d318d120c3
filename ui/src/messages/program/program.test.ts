// Every sentence of the program in every language: found again with values in it, and taken for no other.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CHINESE, JAPANESE, pattern, teller } from '$lib/sentences/sentences';
import { words } from '..';
import { programJa, programZh } from '.';
import { BESIDE } from './beside';
import { TEMPLATES } from './templates.gen';

const templates: string[] = [...new Set([...Object.values(TEMPLATES).flat(), ...BESIDE])];
const holes = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
/** A template with a value in every hole that no template fits. */
const sample = (template: string) => {
  const values = new Map<string, string>();
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    if (!values.has(name)) values.set(name, `⟨${values.size + 1}⟩`);
    return values.get(name) ?? '';
  });
};

it('are more than a thousand', () => expect(templates.length).toBeGreaterThan(1000));

describe.each([
  ['zh', programZh as Record<string, string>, CHINESE],
  ['ja', programJa as Record<string, string>, JAPANESE],
])('the sentences in %s', (_language, all, style) => {
  it('are all there, with the same values and the same names', () => {
    expect(Object.keys(all).sort()).toEqual([...templates].sort());
    const wrong = Object.entries(all).filter(
      ([template, translation]) =>
        translation.trim() === '' ||
        holes(translation).join() !== holes(template).join() ||
        translation.split('`').length % 2 === 0 ||
        // A sentence stands in others: its end is put there by whoever tells it.
        /[。.]$/.test(translation),
    );
    expect(wrong).toEqual([]);
  });

  it('are found again with values in them', () => {
    const { said } = teller(all, style);
    const lost = templates.filter((template) => {
      const alone = teller({ [template]: all[template] ?? '' }, style);
      return said(sample(template)) !== alone.said(sample(template));
    });
    expect(lost).toEqual([]);
  });

  it('are the same where the same words are told', () => {
    const known = new Map<string, [string, string]>();
    for (const template of templates) {
      const words = pattern(template).literals.join('{}');
      const order = new Map(pattern(template).holes.map(({ name }, at) => [name, at]));
      const told = (all[template] ?? '').replace(/\{(\w+)\}/g, (_, name: string) => `{${order.get(name)}}`);
      const [before, other] = known.get(words) ?? [told, template];
      expect(told, `${template} and ${other}`).toBe(before);
      known.set(words, [told, template]);
    }
  });

  it('are translated', () => {
    for (const template of templates.filter((text) => /\p{L}{3}/u.test(pattern(text).literals.join(''))))
      expect(all[template], template).toMatch(/[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}]/u);
  });
});

it('show no backticks and begin with a capital in English', () => {
  for (const template of templates) {
    const told = words('en').said(sample(template));
    expect(told, template).not.toContain('`');
    expect(told, template).toMatch(/[.!?…]$/);
  }
});

it('name a setting as the window does, unless the window has none for it', () => {
  const keys = templates.flatMap((text) => [
    ...text.matchAll(/`(\w+_(?:downloads|model|pictures|search|updates|assets|url))`/g),
  ]);
  const unnamed = keys.map(([, key = '']) => key).filter((key) => words('zh').said(`\`${key}\``).includes(key));
  expect([...new Set(unnamed)]).toEqual(['allow_remote_assets']);
  expect(words('zh').said('switch `allow_downloads` on, or import a file')).toBe(
    '请打开“允许下载模型和语音”，或导入文件。',
  );
});

/** The sentences of a file that match, with what is in `${…}` taken for a value. */
const literals = (file: URL, found: RegExp) =>
  [...readFileSync(file, 'utf8').matchAll(found)].map(([, text = '']) =>
    text
      .slice(1, -1)
      .replace(/\$\{(?:[^{}]|\{[^}]*\})*\}/g, '⟨1⟩')
      .replaceAll("\\'", "'")
      .replaceAll('\\`', '`'),
  );
const files = (folder: URL) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|svelte)$/.test(name) && !name.includes('.test.'))
    .map((name) => new URL(name.replaceAll('\\', '/'), folder));
const TEXT = String.raw`('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\x60(?:[^\x60\\]|\\.)*\x60)`;

it.each(['live2d', 'layered', 'vrm', 'stage'])('has what figures fail with: %s', (room) => {
  const told = files(new URL(`../../lib/${room}/`, import.meta.url)).flatMap((file) =>
    literals(file, new RegExp(String.raw`new \w*Error\(\s*${TEXT}`, 'g')),
  );
  expect(told.length).toBeGreaterThan(0);
  for (const text of told) expect(words('zh').said(text), text).toMatch(/\p{sc=Han}/u);
});

it('has what the scripted program of the tests says', () => {
  const told = files(new URL('../../lib/backend/', import.meta.url))
    .filter(({ pathname }) => pathname.includes('/fake'))
    .flatMap((file) => literals(file, new RegExp(String.raw`\b(?:message|remedy|reason|notice|problem): ${TEXT}`, 'g')))
    .filter((text) => /^[a-z`].* /.test(text));
  expect(told.length).toBeGreaterThan(3);
  for (const text of told) expect(words('zh').said(text), text).toMatch(/\p{sc=Han}/u);
});
