/** How the last prompt was made, and the person's notes that stand in it. */

import type { BookScope } from './library';
import type { Recollection } from './memory';

/** A block of the prompt of the last turn. */
export interface PromptBlock {
  /** What it is: `system`, `description`, `history`, the name of a note, … */
  name: string;
  text: string;
  tokens: number;
}

/** An entry of a lorebook that fired. */
export interface LoreFired {
  /** Its name, else its first keys. */
  name: string;
  book: string;
  scope: BookScope;
  keys: string[];
  rule: 'key' | 'constant' | 'sticky' | 'activate' | 'keep_activate_after_match';
  /** The key that was found; empty where none had to be. */
  key: string;
  place: 'message' | 'entry' | 'beside' | 'window' | '';
  /** Of a message, its place from the end, 1 is the newest; of a sticky entry, for how many messages it stays. */
  count: number;
  /** Name of the entry that called it. */
  caller: string;
  /** Further keys that had to be there, and must not be. */
  with: string[];
  without: string[];
  /** Why it is not in the prompt all the same; empty where it is. */
  leftOut: 'book' | 'books' | 'context' | 'outlet' | 'model' | '';
  tokens: number;
  text: string;
}

export interface Explanation {
  model: string;
  blocks: PromptBlock[];
  /** Messages of the branch that no longer fitted. */
  leftOut: number;
  /** Entries of lorebooks that fired, in the order of the prompt. */
  lore: LoreFired[];
  /** What came to mind, and why; it is in the block `memory`. */
  recalled: Recollection[];
  /** Why parts of the reply were written anew before anybody heard them. */
  again: string[];
}

/** A note of the person's to the model. */
export interface AuthorNote {
  text: string;
  /** How many messages from the end. */
  depth: number;
}

export interface AuthorNotes {
  /** For every conversation with who is on stage. */
  character: AuthorNote | null;
  /** For this conversation, in place of the other. */
  conversation: AuthorNote | null;
}

export interface Timings {
  endpointMs: number | null;
  endOfTurn: string | null;
  guessed: boolean;
  transcriptMs: number | null;
  firstTokenMs: number | null;
  firstLineMs: number | null;
  firstAudioMs: number | null;
  totalMs: number;
  promptTokens: number;
  reusedTokens: number;
}

/** Looking into the prompt, and writing notes into it. */
export interface WhyBackend {
  /** How the last prompt was made; null before the first turn. */
  explain(): Promise<Explanation | null>;
  authorNotes(): Promise<AuthorNotes>;
  /** An empty note is forgotten. */
  keepAuthorNote(forConversation: boolean, note: AuthorNote): Promise<void>;
}
