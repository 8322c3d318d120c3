/** What the program tells the page by itself. */

import type { AppraisalRun } from './appraisal';
import type { Because, CastView } from './cast';
import type { ReadingView } from './documents';
import type { MicTest } from './microphone';
import type { ModelEntry } from './models';
import type { CharacterSummary } from './onstage';
import type { Settings } from './settings';
import type { StudioAsking, StudioRun } from './studio';
import type { Cue, MessageView, StageCue, Viseme } from './turns';
import type { Timings } from './why';

export interface Problem {
  kind: string;
  message: string;
  remedy: string;
}

export type PartKind = 'model' | 'voice' | 'ears';

export type PartState =
  | { state: 'absent' }
  | { state: 'loading'; name: string; progress: number | null }
  | { state: 'ready'; name: string }
  | { state: 'failed'; name: string; problem: Problem };

export type AppEvent =
  /** The person said something: it is in the log. */
  | {
      type: 'turnStarted';
      turn: number;
      message: MessageView | null;
      speaker?: string | null;
      because?: Because | null;
    }
  /** Somebody was invited or sent away, or they take turns otherwise. */
  | { type: 'castChanged'; cast: CastView }
  /** The model writes (first look at the text, ahead of the voice). */
  | { type: 'textDelta'; turn: number; text: string }
  /** A line's first sample is heard now (or its time has come, with the sound off). */
  | {
      type: 'lineStarted';
      turn: number;
      line: number;
      text: string;
      cues: Cue[];
      staging?: StageCue[];
      visemes: Viseme[];
      durationMs: number | null;
    }
  | { type: 'visemes'; turn: number; line: number; visemes: Viseme[] }
  | { type: 'playhead'; turn: number; line: number; atMs: number }
  | { type: 'lineEnded'; turn: number; line: number }
  /** The reply is in the log; `message` is null where nothing of it was heard. */
  | { type: 'turnFinished'; turn: number; message: MessageView | null; interrupted: boolean; timings: Timings }
  | { type: 'turnFailed'; turn: number; problem: Problem }
  /** The messages shown changed otherwise (another character, conversation, swipe, an edit). */
  | { type: 'conversationChanged'; character: string; conversation: string; messages: MessageView[] }
  | { type: 'charactersChanged'; characters: CharacterSummary[] }
  /** The library is not what it was: lists are asked for anew. */
  | { type: 'libraryChanged'; all: number; indexing: boolean }
  /** The person's own places and sounds are not what they were. */
  | { type: 'sceneryChanged' }
  /** A conversation is being taken over: how many of its messages are through. */
  | { type: 'importing'; through: number; of: number }
  /** Files were given to the program, to be looked at before they are taken in. */
  | { type: 'filesOpened'; paths: string[] }
  /** Who the person is in the conversation on stage. */
  | { type: 'personaChanged'; name: string }
  | { type: 'settingsChanged'; settings: Settings }
  | { type: 'part'; part: PartKind; state: PartState }
  | { type: 'hearing'; state: 'off' | 'waiting' | 'asleep' | 'speech' | 'transcribing' }
  /** Microphone level 0..1, at most ten a second while it is open. */
  | { type: 'level'; level: number }
  /** A test of the microphone goes on. */
  | { type: 'micTest'; test: MicTest }
  /** What was understood so far of somebody who is still speaking: words that stay, and words that may still change. */
  | { type: 'understood'; committed: string; tentative: string }
  | { type: 'heard'; text: string }
  /** The microphone was pressed and there are no ears yet: offer these. */
  | { type: 'earsWanted'; offers: ModelEntry[] }
  /** Documents are being read, or have been. */
  | { type: 'reading'; reading: ReadingView }
  | { type: 'studio'; project: string; run: StudioRun }
  /** A model makes up instructions for a dataset of the studio, or has ended. */
  | { type: 'studioAsking'; project: string; asking: StudioAsking }
  | { type: 'appraisal'; run: AppraisalRun }
  | { type: 'download'; entry: ModelEntry; bytesPerSecond: number; problem: Problem | null }
  /** A model on this machine draws a picture: steps that are done. */
  | { type: 'picturing'; done: number; of: number }
  /** A newer version is being fetched. */
  | { type: 'updating'; done: number; total: number | null }
  /** A question is being looked up at that machine; null: no longer. */
  | { type: 'searching'; host: string | null }
  /** The person asked for something to be forgotten (`topic` null: "that"), and it is; `undo` takes it back. */
  | { type: 'forgotten'; topic: string | null; messages: number; undo: number }
  /** Something a person should read: a toast. `problem.kind` may be 'info'. */
  | { type: 'notice'; problem: Problem };
