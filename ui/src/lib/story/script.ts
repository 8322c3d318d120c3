/** The conversation as a script to be read: an entry for every message, and one for the reply that is being heard. */

import type { Cue, Emotion, MessageView, StageCue } from '$lib/backend/backend';
import type { Line, SessionState } from '$lib/session/reduce';
import { feelingAt, letters } from '$lib/session/pace';
import { joinLines } from '$lib/session/reduce';
import { pagesOf, type Page } from './pages';

/** Id of the entry that is being heard and is not in the log yet. */
export const LIVE = 'live';

export interface Entry {
  id: string;
  who: 'user' | 'character' | 'narrator';
  text: string;
  emotion: Emotion;
  cues: Cue[];
  staging: StageCue[];
  interrupted: boolean;
  /** The message of the log; null while it is being heard. */
  message: MessageView | null;
  /** Letters of `text` before each line; empty for what is in the log. */
  starts: number[];
}

const past = new WeakMap<MessageView, Entry>();
const heard = new WeakMap<readonly Line[], Entry>();

/** A message as an entry; always the same object for the same message. */
export function entryOf(message: MessageView): Entry {
  let entry = past.get(message);
  if (!entry) {
    const { id, role, text, emotion, interrupted } = message;
    const cues = message.cues ?? [{ at: 0, emotion }];
    const staging = message.staging ?? [];
    entry = { id, who: role, text, emotion, cues, staging, interrupted, message, starts: [] };
    past.set(message, entry);
  }
  return entry;
}

/** The reply as far as it has come; null before its first line. */
export function liveEntry(state: SessionState): Entry | null {
  const { lines } = state;
  if (!state.busy || lines.length === 0) return null;
  let entry = heard.get(lines);
  if (!entry) {
    let text = '';
    const starts: number[] = [];
    const cues: Cue[] = [];
    const staging: StageCue[] = [];
    for (const line of lines) {
      const joined = joinLines(text, line.text);
      const start = letters(joined).length - letters(line.text).length;
      starts.push(start);
      for (const cue of line.cues) cues.push({ at: start + cue.at, emotion: cue.emotion });
      for (const cue of line.staging ?? []) staging.push({ ...cue, at: start + cue.at });
      text = joined;
    }
    const emotion = cues[0]?.emotion ?? 'neutral';
    entry = { id: LIVE, who: 'character', text, emotion, cues, staging, interrupted: false, message: null, starts };
    heard.set(lines, entry);
  }
  return entry;
}

/** How many entries there are. */
export const entryCount = (state: SessionState): number => state.messages.length + (liveEntry(state) ? 1 : 0);

export function entryAt(state: SessionState, index: number): Entry | null {
  const message = state.messages[index];
  if (message) return entryOf(message);
  return index === state.messages.length ? liveEntry(state) : null;
}

/** Index of an entry by its id, looked for from the end; -1 where it has gone. */
export function indexOf(state: SessionState, id: string): number {
  if (id === LIVE) return liveEntry(state) ? state.messages.length : -1;
  return state.messages.findLastIndex((m) => m.id === id);
}

/** The reply that runs is being spoken, not only written. */
export const voiced = (state: SessionState): boolean =>
  state.lines.some((l) => l.durationMs !== null || l.visemes.length > 0);

/** The face that belongs to a page: that of the last cue on it. */
export const feelingOn = (entry: Entry, page: Page | undefined): Emotion =>
  feelingAt(entry, (page?.to ?? 1) - 1, entry.emotion);

export const pagesIn = (entry: Entry): Page[] => pagesOf(entry);
