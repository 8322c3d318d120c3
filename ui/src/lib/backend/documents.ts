/** What the page can ask of the documents that characters may read. Mirrors `api::knowledge`. */

import type { Problem } from './backend';
import type { MeaningView } from './memory';

export interface DocumentView {
  id: number;
  path: string;
  name: string;
  title: string;
  /** Whose it is; null: every character's. */
  character: string | null;
  format: string;
  kilobytes: number;
  passages: number;
  state: 'ready' | 'reading' | 'refused';
  /** Why it was refused: `protected`, `scanned`, …; else empty. */
  reason: string;
  message: string;
}
export interface PassageView {
  path: string;
  name: string;
  place: { kind: 'whole' | 'page' | 'line' | 'row' | 'time' | 'chapter'; at: number };
  heading: string;
  text: string;
  because: string[];
  /** How much of the question it holds, 0 to 1. */
  coverage: number;
  /** How near it is in meaning (cosine), where an encoder found it. */
  near: number | null;
  /** How much of the reply is in it; null: the reply does not lean on it, or is not there yet. */
  evidence: number | null;
  said: string;
}
export interface LookedUp {
  need: 'no' | 'maybe' | 'yes';
  question: string;
  passages: PassageView[];
  /** The rule that fired; empty where none did. */
  rule: string;
  pattern: string;
}
export interface RefusedView {
  name: string;
  reason: string;
  message: string;
}
export interface ReadingView {
  done: number;
  files: number;
  name: string;
  /** How much of a long file is read, 0 to 1. */
  part: number | null;
  finished: boolean;
  refused: RefusedView[];
  problem: Problem | null;
}

export interface DocumentsBackend {
  /** What a character may read, or (null) all there is. */
  documents(character: string | null): Promise<DocumentView[]>;
  /** Reads files and folders, for a character or for all; progress comes as events. */
  addDocuments(paths: string[], character: string | null): Promise<void>;
  refreshDocuments(): Promise<void>;
  stopDocuments(): Promise<void>;
  searchDocuments(question: string, character: string | null): Promise<PassageView[]>;
  /** How many passages an encoder has read; null where documents are found by their words alone. */
  documentsMeaning(): Promise<MeaningView | null>;
  /** Takes a document out; it can be put back until the app is closed. */
  removeDocument(id: number): Promise<void>;
  restoreDocument(id: number): Promise<void>;
  /** What was looked up for the last turn; null before the first. */
  lookedUp(): Promise<LookedUp | null>;
  /** Asks the person for a folder; null where they changed their mind. */
  pickFolder(): Promise<string | null>;
}
