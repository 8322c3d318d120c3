import { describe, expect, it } from 'vitest';
import type { AppEvent, MessageView, ModelEntry, Problem, Snapshot, Timings } from '$lib/backend/backend';
import { SETTINGS } from '$lib/backend/fake-data';
import { dropNotice, fromSnapshot, joinLines, lastReply, reduce, textBox, type SessionState } from './reduce';

const timings: Timings = {
  endpointMs: null,
  endOfTurn: null,
  guessed: false,
  transcriptMs: null,
  firstTokenMs: 1,
  firstLineMs: 1,
  firstAudioMs: 2,
  totalMs: 3,
  promptTokens: 4,
  reusedTokens: 2,
};
const problem = (message: string): Problem => ({ kind: 'test', message, remedy: 'do this' });
const said = (id: string, role: MessageView['role'], text: string): MessageView => ({
  id,
  role,
  text,
  emotion: 'joy',
  interrupted: false,
  swipe: 0,
  swipes: 1,
  createdAt: 0,
});
const snapshot: Snapshot = {
  version: '0',
  settings: SETTINGS,
  characters: [],
  character: 'koto',
  conversation: 'c1',
  persona: '',
  cast: { members: [], lines: 1, room: 2 },
  messages: [said('m1', 'character', 'Hello.')],
  model: { state: 'ready', name: 'm' },
  voice: { state: 'ready', name: 'v' },
  ears: { state: 'absent' },
  busy: false,
};
const play = (events: AppEvent[], from: SessionState = fromSnapshot(snapshot)) =>
  events.reduce((s, e, i) => reduce(s, e, 1000 + i), from);
const line = (turn: number, n: number, text: string): AppEvent => ({
  type: 'lineStarted',
  turn,
  line: n,
  text,
  cues: [{ at: 0, emotion: 'shy' }],
  visemes: [],
  durationMs: 500,
});

describe('a turn', () => {
  const started: AppEvent = { type: 'turnStarted', turn: 7, message: said('m2', 'user', 'Rain?') };

  it('shows what the person said while the reply is awaited', () => {
    const state = play([started]);
    expect(state.busy).toBe(true);
    expect(textBox(state)).toMatchObject({ who: 'user', done: 'Rain?', waiting: true, emotion: 'thinking' });
  });

  it('reveals the open line after the lines that are done', () => {
    const state = play([started, line(7, 0, 'Yes.'), { type: 'lineEnded', turn: 7, line: 0 }, line(7, 1, 'All day.')]);
    expect(textBox(state)).toMatchObject({ who: 'character', done: 'Yes.', waiting: false, emotion: 'shy' });
    expect(textBox(state).line?.text).toBe('All day.');
    expect(state.lines.map((l) => l.ended)).toEqual([true, false]);
  });

  it('ends with the message of the log and forgets the lines', () => {
    const state = play([
      started,
      line(7, 0, 'Yes.'),
      { type: 'turnFinished', turn: 7, message: said('m3', 'character', 'Yes.'), interrupted: false, timings },
    ]);
    expect(state).toMatchObject({ busy: false, lines: [], timings });
    expect(textBox(state)).toMatchObject({ who: 'character', done: 'Yes.', line: null });
  });

  it('keeps no reply of which nothing was heard', () => {
    const state = play([started, { type: 'turnFinished', turn: 7, message: null, interrupted: true, timings }]);
    expect(state.messages.map((m) => m.id)).toEqual(['m1', 'm2']);
  });

  it.each<AppEvent>([
    line(6, 0, 'late'),
    { type: 'textDelta', turn: 6, text: 'late' },
    { type: 'lineEnded', turn: 6, line: 0 },
    { type: 'visemes', turn: 6, line: 0, visemes: [{ atMs: 0, shape: 'a', weight: 1 }] },
    { type: 'turnFinished', turn: 6, message: said('x', 'character', 'late'), interrupted: false, timings },
  ])('ignores %o of another turn', (stray) => {
    const before = play([started, line(7, 0, 'Yes.')]);
    expect(reduce(before, stray, 9)).toBe(before);
  });

  it('frees the stage and tells why when it fails', () => {
    const state = play([
      started,
      line(7, 0, 'Yes.'),
      { type: 'turnFailed', turn: 7, problem: problem('the model is gone') },
    ]);
    expect(state).toMatchObject({ busy: false, lines: [] });
    expect(state.notices[0]?.problem.message).toBe('the model is gone');
  });

  it('adds visemes that come later to their line', () => {
    const state = play([
      started,
      line(7, 0, 'Yes.'),
      { type: 'visemes', turn: 7, line: 0, visemes: [{ atMs: 10, shape: 'e', weight: 1 }] },
    ]);
    expect(state.lines[0]?.visemes).toEqual([{ atMs: 10, shape: 'e', weight: 1 }]);
  });
});

describe('messages', () => {
  it('replaces the message of a regenerated reply in its place', () => {
    const state = play([
      { type: 'turnStarted', turn: 1, message: null },
      {
        type: 'turnFinished',
        turn: 1,
        message: { ...said('m1', 'character', 'Hi!'), swipe: 1, swipes: 2 },
        interrupted: false,
        timings,
      },
    ]);
    expect(state.messages).toHaveLength(1);
    expect(lastReply(state)).toMatchObject({ text: 'Hi!', swipe: 1, swipes: 2 });
  });

  it('offers no other answer while a turn runs', () => {
    expect(lastReply(play([{ type: 'turnStarted', turn: 1, message: null }]))).toBeNull();
  });

  it('takes over another conversation whole', () => {
    const state = play([
      { type: 'turnStarted', turn: 1, message: null },
      { type: 'conversationChanged', character: 'haru', conversation: 'c2', messages: [] },
    ]);
    expect(state).toMatchObject({ character: 'haru', conversation: 'c2', messages: [], busy: false, lines: [] });
  });

  it.each([
    ['One.', 'Two.', 'One. Two.'],
    ['今日は。', '雨です。', '今日は。雨です。'],
    ['好。', 'OK.', '好。 OK.'],
    ['', 'Two.', 'Two.'],
  ])('joins %j and %j', (a, b, joined) => expect(joinLines(a, b)).toBe(joined));
});

describe('notices', () => {
  it('are not repeated, stay few, and go when dismissed', () => {
    const notice = (m: string): AppEvent => ({ type: 'notice', problem: problem(m) });
    const state = play(['a', 'a', 'b', 'c', 'd', 'e'].map(notice));
    expect(state.notices.map((n) => n.problem.message)).toEqual(['b', 'c', 'd', 'e']);
    const first = state.notices[0]?.id ?? 0;
    expect(dropNotice(state, first).notices).toHaveLength(3);
  });

  it('tell of a part and of a download that failed', () => {
    const entry = { id: 'w', name: 'W' } as ModelEntry;
    const state = play([
      { type: 'part', part: 'voice', state: { state: 'failed', name: 'v', problem: problem('no voice') } },
      { type: 'download', entry, bytesPerSecond: 0, problem: problem('cut off') },
    ]);
    expect(state.notices.map((n) => n.problem.message)).toEqual(['no voice', 'cut off']);
    expect(state.parts.voice.state).toBe('failed');
    expect(state.downloads.w?.problem?.message).toBe('cut off');
  });
});

it('holds what is understood of somebody for as long as they speak', () => {
  const speaks: AppEvent[] = [
    { type: 'hearing', state: 'speech' },
    { type: 'understood', committed: 'Is it', tentative: 'still' },
  ];
  expect(play(speaks).understood).toEqual({ committed: 'Is it', tentative: 'still' });
  expect(play([...speaks, { type: 'hearing', state: 'transcribing' }]).understood.tentative).toBe('still');
  const nothing = { committed: '', tentative: '' };
  expect(play([...speaks, { type: 'hearing', state: 'waiting' }]).understood).toEqual(nothing);
  expect(play([...speaks, { type: 'heard', text: 'Is it still raining?' }])).toMatchObject({
    understood: nothing,
    heard: 'Is it still raining?',
  });
});

it('silences the level when the microphone closes', () => {
  const state = play([
    { type: 'hearing', state: 'speech' },
    { type: 'level', level: 0.7 },
    { type: 'hearing', state: 'off' },
  ]);
  expect(state).toMatchObject({ hearing: 'off', level: 0 });
});
