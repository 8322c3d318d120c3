import { describe, expect, it } from 'vitest';
import type { AppEvent, MessageView } from '$lib/backend/backend';
import { SETTINGS } from '$lib/backend/fake-data';
import { fromSnapshot, reduce, type SessionState } from '$lib/session/reduce';
import { Reader, restFor } from './reader.svelte';

const said = (id: string, role: MessageView['role'], text: string): MessageView => ({
  id,
  role,
  text,
  emotion: 'joy',
  cues: [{ at: 0, emotion: 'joy' }],
  interrupted: false,
  swipe: 0,
  swipes: 1,
  createdAt: 0,
});

/** A reader over a conversation in which nothing is spoken aloud. */
class Desk {
  state: SessionState = fromSnapshot({
    version: '0',
    settings: { ...SETTINGS, textSpeed: 10 },
    characters: [],
    character: 'koto',
    conversation: 'c',
    persona: 'You',
    cast: { members: [], lines: 1, room: 2 },
    messages: [said('a', 'character', 'Hello.')],
    model: { state: 'absent' },
    voice: { state: 'absent' },
    ears: { state: 'absent' },
    busy: false,
  });
  playing = null;
  reader = new Reader(this);
  revealed = () => 0;
  play(...events: AppEvent[]) {
    for (const event of events) {
      const before = this.state;
      this.state = reduce(before, event, 0);
      this.reader.changed(before, this.state);
    }
  }
}
const turn = (n: number): AppEvent => ({ type: 'turnStarted', turn: n, message: said(`u${n}`, 'user', 'And?') });
const line = (n: number, text: string): AppEvent => ({
  type: 'lineStarted',
  turn: n,
  line: 0,
  text,
  cues: [],
  visemes: [],
  durationMs: null,
});
const over = (n: number, text: string): AppEvent => ({
  type: 'turnFinished',
  turn: n,
  message: said(`r${n}`, 'character', text),
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
const TEXT = 'A reply of some length.';

describe('a page that is typed', () => {
  it('goes on where it was when the reply comes into the log', () => {
    const desk = new Desk();
    desk.play(turn(1), line(1, TEXT));
    expect(desk.reader.shown(1000)).toBe(1);
    expect(desk.reader.shown(1500)).toBe(6);
    desk.play(over(1, TEXT));
    expect(desk.reader.shown(1600)).toBe(7);
    expect(desk.reader.shown(9000)).toBe(TEXT.length);
  });
  it('is typed anew in the next turn, though the last one was hurried', () => {
    const desk = new Desk();
    desk.play(turn(1), line(1, TEXT));
    desk.reader.shown(performance.now());
    expect(desk.reader.advance()).toBe(true);
    expect(desk.reader.shown(performance.now())).toBe(TEXT.length);
    desk.play(over(1, TEXT), turn(2), line(2, TEXT));
    expect(desk.reader.shown(performance.now() + 1000)).toBe(1);
  });
  it('waits for the person where it says so, as in Ren’Py', () => {
    const text = 'One,{w} two,{w} three.';
    const desk = new Desk();
    const { reader } = desk;
    desk.play(turn(1), line(1, text), over(1, text));
    const soon = () => reader.shown(performance.now() + 60_000);
    reader.shown(performance.now());
    expect(soon()).toBe(4);
    expect(reader.advance()).toBe(true);
    expect(reader.halted(reader.shown(performance.now()))).toBe(true);
    expect(reader.held).toBe(true);
    expect(reader.advance()).toBe(true);
    expect(reader.held).toBe(false);
    expect(soon()).toBe(12);
    // A click while it is typed shows the rest up to the next one.
    expect(reader.advance()).toBe(true);
    expect(reader.shown(performance.now())).toBe(12);
    expect(reader.advance()).toBe(true);
    expect(soon()).toBe(text.length);
    expect(reader.halted(soon())).toBe(false);
  });
  it('stands there at once where it has been read', () => {
    const desk = new Desk();
    expect(desk.reader.shown(0)).toBe('Hello.'.length);
  });
});

it('auto leaves time to read: more for more letters, never less than a moment', () => {
  expect(restFor(250, 10)).toBeGreaterThan(10_000);
  expect(restFor(3, 10)).toBeGreaterThanOrEqual(700);
  expect(restFor(500, 0)).toBe(700);
});
