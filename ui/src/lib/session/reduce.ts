/** What the page knows, and how each event of the program changes it. Pure: time comes in as data. */

import type {
  AppEvent,
  CharacterSummary,
  Cue,
  Emotion,
  MessageView,
  ModelEntry,
  PartState,
  Problem,
  Settings,
  Snapshot,
  StageCue,
  Timings,
  Viseme,
} from '$lib/backend/backend';
import type { CastView } from '$lib/backend/cast';
import type { ReadingView } from '$lib/backend/documents';
import type { MicTest } from '$lib/backend/microphone';
import { MAX_TURNS } from './console';

/** A line of the reply that is being spoken. */
export interface Line {
  line: number;
  text: string;
  cues: Cue[];
  staging?: StageCue[];
  visemes: Viseme[];
  durationMs: number | null;
  /** The page's clock when its first sample was heard. */
  startedAt: number;
  ended: boolean;
}
export interface Download {
  entry: ModelEntry;
  bytesPerSecond: number;
  problem: Problem | null;
}
export interface Notice {
  id: number;
  problem: Problem;
}
/** What was forgotten because the person asked for it in the talk. */
export interface Forgotten {
  topic: string | null;
  messages: number;
  undo: number;
}
export type Hearing = 'off' | 'waiting' | 'asleep' | 'speech' | 'transcribing';

export interface SessionState {
  version: string;
  settings: Settings;
  characters: CharacterSummary[];
  character: string;
  conversation: string;
  /** Name of the person in the conversation on stage. */
  persona: string;
  /** Who is in it. */
  cast: CastView;
  messages: MessageView[];
  parts: { model: PartState; voice: PartState; ears: PartState };
  /** A turn is running. */
  busy: boolean;
  turn: number;
  /** Who of several speaks in it; null: the conversation's own character. */
  speaker: string | null;
  /** What the model has written in this turn, ahead of the voice. */
  written: string;
  /** Lines of this turn that have begun. */
  lines: Line[];
  hearing: Hearing;
  level: number;
  /** What was understood so far of somebody who is still speaking. */
  understood: { committed: string; tentative: string };
  heard: string;
  /** How far the test of the microphone is, or what it came to; null before the first. */
  micTest: MicTest | null;
  /** Ears to offer; null where nobody asked. */
  offers: ModelEntry[] | null;
  downloads: Record<string, Download>;
  notices: Notice[];
  noticeCount: number;
  timings: Timings | null;
  forgotten: Forgotten | null;
  /** The machine at which a question is being looked up. */
  searching: string | null;
  /** Of the turns of this session, the last one last. */
  turns: Timings[];
  /** Documents that are being read, or how the last reading ended. */
  reading: ReadingView | null;
}

/** Nobody speaks, or nothing was understood yet. */
const NOTHING = { committed: '', tentative: '' };

export function fromSnapshot(s: Snapshot): SessionState {
  return {
    version: s.version,
    settings: s.settings,
    characters: s.characters,
    character: s.character,
    conversation: s.conversation,
    persona: s.persona,
    cast: s.cast,
    messages: s.messages,
    parts: { model: s.model, voice: s.voice, ears: s.ears },
    busy: s.busy,
    turn: 0,
    speaker: null,
    written: '',
    lines: [],
    hearing: 'off',
    level: 0,
    understood: NOTHING,
    heard: '',
    micTest: null,
    offers: null,
    downloads: {},
    notices: [],
    noticeCount: 0,
    timings: null,
    forgotten: null,
    searching: null,
    turns: [],
    reading: null,
  };
}

/** At most this many notices are kept; the oldest go. */
const MAX_NOTICES = 4;

export function addNotice(state: SessionState, problem: Problem): SessionState {
  const told = ({ problem: old }: Notice) => old.message === problem.message && old.remedy === problem.remedy;
  if (state.notices.some(told)) return state;
  const id = state.noticeCount + 1;
  return { ...state, noticeCount: id, notices: [...state.notices, { id, problem }].slice(-MAX_NOTICES) };
}

export function dropNotice(state: SessionState, id: number): SessionState {
  return { ...state, notices: state.notices.filter((n) => n.id !== id) };
}

/** Puts a message in its place: replaces one of the same id, otherwise goes last. */
function withMessage(messages: MessageView[], message: MessageView): MessageView[] {
  const index = messages.findIndex((m) => m.id === message.id);
  return index < 0 ? [...messages, message] : messages.with(index, message);
}

function editLine(state: SessionState, line: number, edit: (line: Line) => Line): SessionState {
  return { ...state, lines: state.lines.map((l) => (l.line === line ? edit(l) : l)) };
}

/** Advances the state by one event. Events of a turn that is not the present one change nothing. */
export function reduce(state: SessionState, event: AppEvent, now: number): SessionState {
  switch (event.type) {
    case 'turnStarted':
      return {
        ...state,
        busy: true,
        turn: event.turn,
        speaker: event.speaker ?? null,
        written: '',
        lines: [],
        understood: NOTHING,
        heard: '',
        messages: event.message ? withMessage(state.messages, event.message) : state.messages,
      };
    case 'textDelta':
      return event.turn === state.turn ? { ...state, written: state.written + event.text } : state;
    case 'lineStarted': {
      if (event.turn !== state.turn) return state;
      const { line, text, cues, staging, visemes, durationMs } = event;
      const before = state.lines.filter((l) => l.line !== line).map((l) => ({ ...l, ended: true }));
      return {
        ...state,
        lines: [...before, { line, text, cues, staging, visemes, durationMs, startedAt: now, ended: false }],
      };
    }
    case 'visemes':
      return event.turn === state.turn
        ? editLine(state, event.line, (l) => ({ ...l, visemes: [...l.visemes, ...event.visemes] }))
        : state;
    case 'playhead':
      return state;
    case 'lineEnded':
      return event.turn === state.turn ? editLine(state, event.line, (l) => ({ ...l, ended: true })) : state;
    case 'turnFinished':
      if (event.turn !== state.turn) return state;
      return {
        ...state,
        busy: false,
        written: '',
        lines: [],
        timings: event.timings,
        turns: [...state.turns, event.timings].slice(-MAX_TURNS),
        messages: event.message ? withMessage(state.messages, event.message) : state.messages,
      };
    case 'turnFailed':
      if (event.turn !== state.turn) return addNotice(state, event.problem);
      return addNotice({ ...state, busy: false, written: '', lines: [] }, event.problem);
    case 'conversationChanged':
      return {
        ...state,
        character: event.character,
        conversation: event.conversation,
        messages: event.messages,
        written: '',
        lines: [],
        busy: state.busy && event.conversation === state.conversation,
      };
    case 'charactersChanged':
      return { ...state, characters: event.characters };
    case 'castChanged':
      return { ...state, cast: event.cast };
    case 'personaChanged':
      return { ...state, persona: event.name };
    case 'sceneryChanged':
    case 'libraryChanged':
    case 'importing':
    case 'filesOpened':
      // The desk's business: see `Session.apply`.
      return state;
    case 'settingsChanged':
      return { ...state, settings: event.settings };
    case 'part': {
      const next = { ...state, parts: { ...state.parts, [event.part]: event.state } };
      return event.state.state === 'failed' ? addNotice(next, event.state.problem) : next;
    }
    case 'hearing':
      return {
        ...state,
        hearing: event.state,
        level: event.state === 'off' ? 0 : state.level,
        understood: event.state === 'speech' || event.state === 'transcribing' ? state.understood : NOTHING,
      };
    case 'level':
      return { ...state, level: event.level };
    case 'micTest':
      return { ...state, micTest: event.test };
    case 'understood':
      return { ...state, understood: { committed: event.committed, tentative: event.tentative } };
    case 'heard':
      return { ...state, understood: NOTHING, heard: event.text };
    // The workshop and the report listen themselves.
    case 'studio':
    case 'studioAsking':
    case 'appraisal':
    case 'updating':
    case 'picturing':
      return state;
    case 'reading':
      return { ...state, reading: event.reading };
    case 'earsWanted':
      return { ...state, offers: event.offers };
    case 'download': {
      const { entry, bytesPerSecond, problem } = event;
      const downloads = { ...state.downloads, [entry.id]: { entry, bytesPerSecond, problem } };
      const next = { ...state, downloads };
      return problem ? addNotice(next, problem) : next;
    }
    case 'searching':
      return { ...state, searching: event.host };
    case 'forgotten': {
      const { topic, messages, undo } = event;
      return { ...state, forgotten: { topic, messages, undo } };
    }
    case 'notice':
      return addNotice(state, event.problem);
  }
}

/** What stands in the text box. */
export interface Box {
  who: 'user' | 'character' | 'narrator' | 'nobody';
  /** Text that is complete. */
  done: string;
  /** The line that is being revealed; null where nothing moves. */
  line: Line | null;
  /** The person waits for the first word. */
  waiting: boolean;
  emotion: Emotion;
}

/** Joins lines as they were written: no space between ideographs. */
export function joinLines(a: string, b: string): string {
  if (a === '' || b === '') return a + b;
  const wide =
    /[\u3000-\u9fff\uff00-\uffef]$/.test(a.trimEnd()) && /^[\u3000-\u9fff\uff00-\uffef「『]/.test(b.trimStart());
  return wide || /\s$/.test(a) || /^\s/.test(b) ? a + b : `${a} ${b}`;
}

export function textBox(state: SessionState): Box {
  const last = state.messages.at(-1);
  if (state.busy && state.lines.length > 0) {
    const open = state.lines.at(-1) ?? null;
    const done = state.lines.slice(0, -1).reduce((text, l) => joinLines(text, l.text), '');
    return { who: 'character', done, line: open, waiting: false, emotion: open?.cues[0]?.emotion ?? 'neutral' };
  }
  if (state.busy)
    return {
      who: last?.role ?? 'nobody',
      done: last?.role === 'user' ? last.text : '',
      line: null,
      waiting: true,
      emotion: 'thinking',
    };
  if (!last) return { who: 'nobody', done: '', line: null, waiting: false, emotion: 'neutral' };
  return { who: last.role, done: last.text, line: null, waiting: false, emotion: last.emotion };
}

/** The reply that can be answered anew or swiped: the last message, if the character said it. */
export function lastReply(state: SessionState): MessageView | null {
  const last = state.messages.at(-1);
  return last && last.role === 'character' && !state.busy ? last : null;
}
