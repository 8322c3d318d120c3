import { describe, expect, it } from 'vitest';
import type { AppEvent, MessageView } from '$lib/backend/backend';
import { SETTINGS } from '$lib/backend/fake-data';
import { fromSnapshot, reduce, type SessionState } from '$lib/session/reduce';
import { AT_END, back, follow, forward, goTo, isBack, nextIsNew, view, type Reading } from './reading';
import { LIVE } from './script';

const said = (id: string, role: MessageView['role'], text: string): MessageView => ({
  id,
  role,
  text,
  emotion: 'joy',
  cues: [],
  interrupted: false,
  swipe: 0,
  swipes: 1,
  createdAt: 0,
});
const LONG = 'This sentence is about as long as half a page of the box, I would say, or nearly. '.repeat(5).trim();
const start = fromSnapshot({
  version: '0',
  settings: SETTINGS,
  characters: [],
  character: 'koto',
  conversation: 'c',
  persona: 'You',
  cast: { members: [], lines: 1, room: 2 },
  messages: [said('a', 'character', LONG), said('b', 'user', 'Yes.'), said('c', 'character', 'So it is.')],
  model: { state: 'absent' },
  voice: { state: 'absent' },
  ears: { state: 'absent' },
  busy: false,
});
type Both = [SessionState, Reading];
const play = ([state, reading]: Both, ...events: AppEvent[]): Both =>
  events.reduce<Both>(
    ([s, r], e) => {
      const next = reduce(s, e, 0);
      return [next, follow(s, next, r)];
    },
    [state, reading],
  );
const began: AppEvent = { type: 'turnStarted', turn: 1, message: said('d', 'user', 'And?') };
const line = (n: number, text: string, durationMs: number | null): AppEvent => ({
  type: 'lineStarted',
  turn: 1,
  line: n,
  text,
  cues: [{ at: 0, emotion: 'shy' }],
  visemes: [],
  durationMs,
});
const over = (text: string): AppEvent => ({
  type: 'turnFinished',
  turn: 1,
  message: said('e', 'character', text),
  interrupted: false,
  timings: {
    endpointMs: null,
    endOfTurn: null,
    guessed: false,
    transcriptMs: null,
    firstTokenMs: null,
    firstLineMs: null,
    firstAudioMs: null,
    totalMs: 1,
    promptTokens: 0,
    reusedTokens: 0,
  },
});
const place = (s: SessionState, r: Reading, letter = 0) => {
  const v = view(s, r, letter);
  return v && [v.entry.id, v.page, v.last];
};

describe('going back and forward', () => {
  it('turns page by page and arrives at the end again', () => {
    let r = AT_END;
    const seen: unknown[] = [];
    for (let i = 0; i < 8; i++) {
      r = back(start, r);
      seen.push(place(start, r)?.slice(0, 2).join(''));
    }
    expect(seen).toEqual(['b0', 'a2', 'a1', 'a0', 'a0', 'a0', 'a0', 'a0']);
    expect(isBack(start, r)).toBe(true);
    for (let i = 0; i < 9; i++) r = forward(start, r);
    expect(r).toEqual(AT_END);
    expect(isBack(start, r)).toBe(false);
  });
  it('has nowhere to go in an empty conversation', () => {
    const empty = { ...start, messages: [] };
    expect(view(empty, AT_END)).toBeNull();
    expect(back(empty, AT_END)).toEqual(AT_END);
    expect(forward(empty, AT_END)).toEqual(AT_END);
  });
  it('jumps to an entry, and to none that is not there', () => {
    expect(place(start, goTo(start, AT_END, 'a'))).toEqual(['a', 0, false]);
    expect(goTo(start, AT_END, 'nothing')).toEqual(AT_END);
    expect(goTo(start, AT_END, 'c')).toEqual(AT_END);
  });
});

describe('a reply that is spoken', () => {
  it('turns its own pages with the voice', () => {
    const [s, r] = play([start, AT_END], began, line(0, LONG, 9000));
    expect(place(s, r, 0)).toEqual([LIVE, 0, true]);
    expect(place(s, r, 300)?.slice(0, 2)).toEqual([LIVE, 1]);
    expect(view(s, r, 0)?.fresh).toBe(true);
  });
  it('lets a person read something else meanwhile, and catch up', () => {
    const [s, r] = play([start, AT_END], began, line(0, LONG, 9000));
    const away = back(s, back(s, r, 300), 300);
    expect(place(s, away, 300)).toEqual(['d', 0, false]);
    const [s2, r2] = play([s, away], line(1, 'More.', 500));
    expect(place(s2, r2, 300)?.[0]).toBe('d');
    expect(forward(s2, forward(s2, r2, 300), 300)).toEqual(AT_END);
  });
  it('is at the end when the turn is over', () => {
    const [s, r] = play([start, AT_END], began, line(0, 'Well.', 400), over('Well.'));
    expect(r).toEqual(AT_END);
    expect(place(s, r)).toEqual(['e', 0, true]);
  });
});

describe('a reply that is only written', () => {
  it('waits to be read from its first page, though all of it has come', () => {
    const [s, r] = play([start, AT_END], began, line(0, LONG, null), over(LONG));
    expect(place(s, r)).toEqual(['e', 0, false]);
    expect(view(s, r)?.fresh).toBe(true);
    expect(nextIsNew(s, r)).toBe(true);
    const second = forward(s, r);
    expect(place(s, second)).toEqual(['e', 1, false]);
    const again = back(s, second);
    expect(view(s, again)?.fresh).toBe(false);
    expect(nextIsNew(s, again)).toBe(false);
    const last = forward(s, forward(s, second));
    expect(place(s, last)).toEqual(['e', 2, true]);
    expect(isBack(s, last)).toBe(false);
    expect(nextIsNew(s, last)).toBe(false);
  });
  it('keeps its page while more is written', () => {
    const [s, r] = play([start, AT_END], began, line(0, 'One.', null), line(1, LONG, null));
    expect(place(s, r)?.slice(0, 2)).toEqual([LIVE, 0]);
  });
});

describe('what happens elsewhere', () => {
  it('a new turn brings the reader to the end', () => {
    const [, r] = play([start, goTo(start, AT_END, 'a')], began);
    expect(r).toEqual(AT_END);
  });
  it('a branch without the page that was read leads to its end', () => {
    const away = goTo(start, AT_END, 'b');
    const [s, r] = play([start, away], {
      type: 'conversationChanged',
      character: 'koto',
      conversation: 'c',
      messages: [said('x', 'character', 'Other.')],
    });
    expect(place(s, r)).toEqual(['x', 0, true]);
  });
});
