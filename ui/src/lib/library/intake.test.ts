/** An import, step by step. */

import { describe, expect, it } from 'vitest';
import type { ImportPreview, ImportReport } from '$lib/backend/library';
import { begin, choices, reduceIntake, tally, wanted, type IntakeEvent, type IntakeState } from './intake';

const preview = (path: string, more: Partial<ImportPreview> = {}): ImportPreview => ({
  path,
  file: path,
  kind: 'character',
  name: path,
  creator: '',
  format: 'V2, png',
  bytes: 1,
  greeting: '',
  tagline: '',
  greetings: 1,
  loreEntries: 0,
  assets: 0,
  tags: [],
  picture: null,
  warnings: [],
  problem: null,
  twin: null,
  messages: 0,
  target: null,
  members: [],
  ...more,
});
const problem = { kind: 'unsupported', message: 'no card', remedy: 'choose a card' };
const twin = (sameFile: boolean, builtIn = false) => ({ id: 'x', name: 'X', sameFile, builtIn });
const report = (warnings: string[] = []): ImportReport => ({
  file: 'f',
  kind: 'character',
  name: 'n',
  id: 'i',
  warnings,
  problem: null,
});
const play = (state: IntakeState, events: IntakeEvent[]) => events.reduce(reduceIntake, state);

describe('deciding', () => {
  it('imports what is new, skips the same file and what is refused', () => {
    const state = play(begin(['new', 'same', 'bad', 'twin', 'new']), [
      { type: 'looked', preview: preview('new') },
      { type: 'looked', preview: preview('same', { twin: twin(true) }) },
      { type: 'looked', preview: preview('bad', { kind: null, problem }) },
      { type: 'looked', preview: preview('twin', { twin: twin(false) }) },
      { type: 'allLooked' },
    ]);
    expect(state.items.map((i) => [i.path, i.choice])).toEqual([
      ['new', 'add'],
      ['same', 'skip'],
      ['bad', 'skip'],
      ['twin', 'add'],
    ]);
    expect(state.stage).toBe('deciding');
    expect(wanted(state).map((i) => i.path)).toEqual(['new', 'twin']);
  });
  it('replaces only what can be replaced', () => {
    expect(choices(preview('a', { twin: twin(false) }))).toEqual(['add', 'replace', 'skip']);
    expect(choices(preview('a', { twin: twin(false, true) }))).toEqual(['add', 'skip']);
    expect(choices(preview('a', { problem }))).toEqual(['skip']);
    const state = play(begin(['a', 'b']), [
      { type: 'looked', preview: preview('a', { twin: twin(false) }) },
      { type: 'looked', preview: preview('b') },
      { type: 'allLooked' },
      { type: 'choose', path: 'b', choice: 'replace' },
      { type: 'chooseAll', choice: 'replace' },
    ]);
    expect(state.items.map((i) => i.choice)).toEqual(['replace', 'add']);
  });
});

describe('importing', () => {
  const ready = play(begin(['a', 'b', 'c']), [
    { type: 'looked', preview: preview('a') },
    { type: 'looked', preview: preview('b') },
    { type: 'looked', preview: preview('c', { kind: null, problem }) },
    { type: 'allLooked' },
    { type: 'import' },
  ]);
  it('counts what became of each', () => {
    const state = play(ready, [
      { type: 'taken', path: 'a', report: report() },
      { type: 'taken', path: 'b', report: report(['tags: split']) },
      { type: 'allTaken' },
    ]);
    expect(tally(state)).toEqual({ imported: 1, warned: 1, refused: 1, skipped: 0 });
    expect([state.stage, state.cancelled]).toEqual(['done', false]);
  });
  it('stops where it is when cancelled, and says what is in', () => {
    const state = play(ready, [{ type: 'taken', path: 'a', report: report() }, { type: 'cancel' }]);
    expect([state.stage, state.cancelled]).toEqual(['done', true]);
    expect(tally(state)).toEqual({ imported: 1, warned: 0, refused: 1, skipped: 1 });
    expect(reduceIntake(state, { type: 'taken', path: 'b', report: report() })).toBe(state);
  });
  it('cancelled while looking, it keeps what was looked at', () => {
    const state = play(begin(['a', 'b']), [{ type: 'looked', preview: preview('a') }, { type: 'cancel' }]);
    expect(state.items.map((i) => i.path)).toEqual(['a']);
    expect(state.stage).toBe('deciding');
  });
});

describe('files that are more than a card', () => {
  it('puts the characters of an archive in its place', () => {
    const state = play(begin(['a', 'pack', 'b']), [
      { type: 'looked', preview: preview('a') },
      { type: 'looked', preview: preview('pack', { kind: null, members: ['pack!/1', 'b', 'pack!/2'] }) },
      { type: 'looked', preview: preview('pack!/1') },
    ]);
    expect(state.items.map((i) => [i.path, i.preview !== null])).toEqual([
      ['a', true],
      ['pack!/1', true],
      ['pack!/2', false],
      ['b', false],
    ]);
    expect(state.through).toBe(2);
  });
  it('offers a lorebook to everybody or to who is on stage', () => {
    const target = { id: 'mira', name: 'Mira' };
    expect(choices(preview('w', { kind: 'lorebook', target }))).toEqual(['add', 'attach', 'skip']);
    expect(choices(preview('w', { kind: 'lorebook' }))).toEqual(['add', 'skip']);
    expect(choices(preview('c', { kind: 'conversation', target }))).toEqual(['add', 'skip']);
  });
});

describe('conversations', () => {
  const talk = (path: string, more: Partial<ImportPreview> = {}) =>
    preview(path, { kind: 'conversation', target: { id: 'mira', name: 'Mira' }, messages: 3, ...more });

  it('opens what is here already instead of taking it over twice', () => {
    const known = talk('known', { twin: twin(true) });
    expect(choices(known)).toEqual(['skip']);
    const state = play(begin(['known', 'new']), [
      { type: 'looked', preview: known },
      { type: 'looked', preview: talk('new') },
      { type: 'allLooked' },
    ]);
    expect(wanted(state).map((i) => i.path)).toEqual(['new']);
  });

  it('is given to whom the person says, and only a conversation is', () => {
    const state = play(begin(['a', 'b']), [
      { type: 'looked', preview: talk('a', { toChoose: true }) },
      { type: 'looked', preview: preview('b') },
      { type: 'allLooked' },
      { type: 'give', path: 'a', into: 'haru' },
      { type: 'give', path: 'b', into: 'haru' },
    ]);
    expect(state.items.map((i) => i.into)).toEqual(['haru', null]);
    const taking = play(state, [{ type: 'import' }, { type: 'give', path: 'a', into: 'koto' }]);
    expect(taking.items.map((i) => i.into)).toEqual(['haru', null]);
  });
});
