/** The memory's part of the door: what a character knows, and every change of it. See `backend.ts`. */

import type { MessageView } from './backend';

export interface MemoryFact {
  id: number;
  /** Whom it is about, where that is neither of the two who talk. */
  who: string | null;
  /** `birthday`, `home`, … or the words that were used. */
  attribute: string;
  value: string;
  /** What was said, where it was put right by hand. */
  said: string | null;
  clause: string;
  /** The language model that read it there; null for a rule, and for what was written down by hand. */
  by: string | null;
  /** About the person (else about the character). */
  ofUser: boolean;
  /** The message that said it; null for what was written down by hand. */
  message: string | null;
  at: number;
  pinned: boolean;
  /** What it was before, the newest first. */
  before: string[];
  /** The line that the model reads when it comes to mind. */
  line: string;
}

export interface MemoryScene {
  from: number;
  to: number;
  messages: number;
  first: string;
  /** The lines that say most, as they were said. */
  highlights: MessageView[];
  /** Words that say what it was about, the most telling first. */
  topics: string[];
  /** What was told: of what, and what. */
  told: [string, string][];
  /** What a model wrote about it; empty: nothing. */
  summary: string;
  by: string;
  /** The person has put it right. */
  byHand: boolean;
  /** Its number; null where there is none. */
  summaryId: number | null;
}

/** Scenes that lie within a month, the newest first. */
export interface MemoryChapter {
  from: number;
  to: number;
  topics: string[];
  scenes: MemoryScene[];
}

export interface MemoryAcquaintance {
  since: number;
  last: number;
  /** Days on which they talked. */
  days: number;
  said: number;
  /** What the person wants to be called. */
  name: string | null;
  /** What the person calls the character. */
  herName: string | null;
}

/** The encoder by which memories and documents are found by what they mean. */
export interface MeaningView {
  name: string;
  /** Messages, or passages, that it has read, of all there are. */
  done: number;
  all: number;
  /** What is wrong with it; empty: nothing. */
  problem: string;
}

/** Who finds facts beside the rules. */
export interface MemoryReader {
  name: string;
  state: 'off' | 'server' | 'none' | 'waits' | 'unfit' | 'reads';
  /** Messages that it has read, and how many there are. */
  read: number;
  all: number;
}

export interface MemoryPage {
  character: string;
  name: string;
  /** Null where the person has said nothing yet. */
  acquaintance: MemoryAcquaintance | null;
  /** Null where memories are found by their words alone. */
  meaning: MeaningView | null;
  reader: MemoryReader;
  /** The newest first. */
  facts: MemoryFact[];
  /** The newest first. */
  chapters: MemoryChapter[];
  /** The conversations are still being read. */
  reading: boolean;
  /** The model on stage is too small to be given any of it. */
  unused: boolean;
}

export interface Recollection {
  fact: number | null;
  /** The summary of a scene that it is. */
  summary: number | null;
  /** What said it; of a scene the first message. */
  message: string | null;
  byUser: boolean;
  text: string;
  at: number;
  why: 'core' | 'pinned' | 'words' | 'meaning' | 'around' | 'before';
  words: string[];
}

export interface MemorySource {
  conversation: string;
  title: string;
  /** The message among its neighbours, the oldest first. */
  messages: MessageView[];
}

/** Every change answers the number that takes it back. */
export interface MemoryBackend {
  memories(character: string): Promise<MemoryPage>;
  memoryAsk(character: string, question: string): Promise<Recollection[]>;
  memorySource(message: string): Promise<MemorySource>;
  memoryCorrect(fact: number, value: string): Promise<number>;
  memoryPin(fact: number, pinned: boolean): Promise<number>;
  memoryForget(character: string, fact: number): Promise<number>;
  memoryForgetMessage(character: string, message: string): Promise<number>;
  /** Puts what is written about a scene right; an empty text takes it away. */
  memoryRetell(summary: number, text: string): Promise<number>;
  memoryAdd(character: string, attribute: string, value: string): Promise<number>;
  memoryUndo(undo: number): Promise<void>;
  /** Asks for the folder of an encoder; false where the person changed their mind. */
  memoryChooseEncoder(): Promise<boolean>;
  memoryDropEncoder(): Promise<void>;
  /** Asks where to; false where the person changed their mind. */
  memoryExport(character: string): Promise<boolean>;
  memoryImport(character: string): Promise<{ added: number; skipped: number; undo: number } | null>;
}
