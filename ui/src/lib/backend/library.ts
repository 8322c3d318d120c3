/** The library's part of the door: lists, imports, the editor, profiles. See `backend.ts`. */

import type { Problem, UiLanguage } from './backend';

export type LibraryOrder = 'name' | 'talked' | 'added';

export interface LibraryQuery {
  /** Words that must all be found, in parts of words. */
  text: string;
  tags: string[];
  favourites: boolean;
  order: LibraryOrder;
  /** The part wanted of what is found. */
  offset: number;
  limit: number;
}

export interface LibraryCard {
  id: string;
  name: string;
  creator: string;
  tagline: string;
  tags: string[];
  greetings: number;
  loreEntries: number;
  puppet: boolean;
  builtIn: boolean;
  favourite: boolean;
  /** What the card names on the network may be loaded. */
  remote: boolean;
  addedAt: number;
  talkedAt: number | null;
}

export interface LibraryPage {
  /** Cards in the whole library. */
  all: number;
  /** Cards found. */
  total: number;
  offset: number;
  cards: LibraryCard[];
  /** The most frequent tags of what is found. */
  tags: { tag: string; cards: number }[];
  /** Cards are still being read; more may come. */
  indexing: boolean;
}

export interface ImportPreview {
  path: string;
  file: string;
  kind: ImportReport['kind'];
  name: string;
  creator: string;
  /** `V2, png`. */
  format: string;
  bytes: number;
  greeting: string;
  tagline: string;
  greetings: number;
  loreEntries: number;
  assets: number;
  tags: string[];
  /** A `data:` URL. */
  picture: string | null;
  warnings: string[];
  problem: Problem | null;
  /** Who of the library it may be already. */
  twin: { id: string; name: string; sameFile: boolean; builtIn: boolean } | null;
  /** How many messages a conversation has. */
  messages: number;
  /** How many conversations there are in the file. */
  talks?: number;
  /** How many other answers come along. */
  swipes?: number;
  /** Nobody here has the name of the conversation's character: `target` is a guess. */
  toChoose?: boolean;
  /** Whom a conversation, a lorebook or pictures can be given to. */
  target: { id: string; name: string } | null;
  /** The characters in a file that holds several, each as a path of its own. */
  members: string[];
}

export type BookScope = 'global' | 'character' | 'persona' | 'chat';
/** A lorebook in a file of its own. */
export interface BookFile {
  scope: BookScope;
  file: string;
  name: string;
  entries: number;
  problem: Problem | null;
}

export interface RemovedCharacter {
  key: string;
  name: string;
  removedAt: number;
}

export type ExportFormat = 'original' | 'json_v2' | 'json_v3' | 'png' | 'charx';

export interface PersonaEntry {
  /** Empty for the one of the settings. */
  id: string;
  name: string;
  description: string;
}
export interface PersonaList {
  personas: PersonaEntry[];
  usual: string;
  /** Chosen for who is on stage; null where nothing is. */
  forCharacter: string | null;
  forConversation: string | null;
  active: string;
}
export type PersonaScope = 'usual' | 'character' | 'conversation';

export interface Beginnings {
  character: string;
  name: string;
  greetings: string[];
  /** There is a conversation that could go on. */
  talked: boolean;
}

export interface LanguageNote {
  language: string;
  text: string;
}
export const ATTRIBUTES = [
  'identity',
  'interests',
  'viewpoints',
  'experiences',
  'achievements',
  'relationships',
  'other',
  'languageStyle',
  'emotionalExpression',
  'interaction',
] as const;
export type CardAttributes = Record<(typeof ATTRIBUTES)[number], string>;
export interface AssetRow {
  /** Its place in the card as it was opened; null for a new one. */
  origin: number | null;
  kind: string;
  name: string;
  uri: string;
  ext: string;
  /** `inside`, `default`, `network`, `missing`, `unknown`. */
  at: string;
  bytes: number | null;
  /** A file on the disk whose bytes it gets on saving. */
  file: string;
}
export const POSITIONS = [
  'before_char',
  'after_char',
  'note_top',
  'note_bottom',
  'depth',
  'before_examples',
  'after_examples',
  'outlet',
] as const;
export const LOGICS = ['and_any', 'and_all', 'not_any', 'not_all'] as const;
/** Texts beside the conversation that an entry may be called by. */
export const ALSO_SCAN = [
  'persona',
  'description',
  'personality',
  'depth_prompt',
  'scenario',
  'creator_notes',
] as const;
export const ROLES = ['system', 'user', 'assistant'] as const;

export interface EntryDocument {
  origin: number | null;
  name: string;
  comment: string;
  keys: string[];
  secondaryKeys: string[];
  selective: boolean;
  logic: string;
  useRegex: boolean;
  content: string;
  enabled: boolean;
  constant: boolean;
  caseSensitive: boolean | null;
  wholeWords: boolean | null;
  insertionOrder: number;
  priority: number | null;
  position: string;
  depth: number | null;
  outlet: string;
  role: string;
  scanDepth: number | null;
  alsoScan: string[];
  probability: number | null;
  sticky: number | null;
  cooldown: number | null;
  delay: number | null;
  group: string;
  groupWeight: number | null;
  groupOverride: boolean;
  groupScoring: boolean | null;
  excludeRecursion: boolean;
  preventRecursion: boolean;
  /** From which level of entries that call each other; 0: at once. */
  delayUntilRecursion: number;
  ignoreBudget: boolean;
  filterNames: string[];
  filterTags: string[];
  filterExclude: boolean;
}
export interface BookDocument {
  name: string;
  description: string;
  scanDepth: number | null;
  tokenBudget: number | null;
  recursive: boolean | null;
  entries: EntryDocument[];
}

/** A card as the editor sees it. What it holds beyond this stays with the program. */
export interface CardDocument {
  id: string;
  revision: string;
  builtIn: boolean;
  format: string;
  name: string;
  nickname: string;
  description: string;
  personality: string;
  scenario: string;
  greetings: string[];
  groupGreetings: string[];
  exampleDialogue: string;
  systemPrompt: string;
  postHistoryInstructions: string;
  creatorNotes: string;
  notes: LanguageNote[];
  creator: string;
  version: string;
  tags: string[];
  attributes: CardAttributes;
  /** Phrases that it never says. */
  neverSays: string[];
  /** Words for what it cannot know of. */
  outside: string[];
  voice: string;
  voiceRate: number;
  voicePitch: number;
  language: UiLanguage | '';
  assets: AssetRow[];
  book: BookDocument | null;
  /** A picture file that becomes the portrait on saving. */
  portrait: string;
}

export interface CardIssue {
  /** `name`, `greetings`, `book.entries.3.keys`. */
  field: string;
  code: string;
  detail: string;
  /** It cannot be saved like this. */
  blocks: boolean;
}

export interface ImportReport {
  file: string;
  /** What it was: a character card, a model, a voice, …; null where it was refused. */
  kind:
    | 'character'
    | 'conversation'
    | 'lorebook'
    | 'sprites'
    | 'place'
    | 'music'
    | 'ambience'
    | 'effect'
    | 'chat'
    | 'ears'
    | 'voice'
    | 'pictures'
    | 'encoder'
    | null;
  name: string;
  /** Id of what came of it (character or model). */
  id: string;
  warnings: string[];
  problem: Problem | null;
  /** It was there already; nothing was written. */
  known?: boolean;
}

export interface LibraryBackend {
  library(query: LibraryQuery): Promise<LibraryPage>;
  /** The character's small picture as a data: URL, or null. */
  portrait(id: string): Promise<string | null>;
  setFavourite(id: string, on: boolean): Promise<void>;
  /** Allows that what a card names on the network is loaded. */
  allowRemote(id: string, on: boolean): Promise<void>;
  /** A picture on the network as a `data:` URL; refused without that permission. */
  remotePicture(id: string, address: string): Promise<string>;
  removeCharacter(id: string): Promise<RemovedCharacter>;
  /** Answers with the id that it has now. */
  restoreCharacter(key: string): Promise<string>;
  duplicateCharacter(id: string, name: string): Promise<string>;
  createCharacter(name: string): Promise<string>;
  /** Asks where to; answers what could not come along, null where the person changed their mind. */
  exportCharacter(id: string, format: ExportFormat): Promise<string[] | null>;
  /** What lies in the trash, the newest first. */
  trash(): Promise<RemovedCharacter[]>;
  deleteRemoved(key: string): Promise<void>;
  emptyTrash(): Promise<number>;
  /** The lorebooks beside the card of who is on stage. */
  books(): Promise<BookFile[]>;
  removeBook(scope: BookScope, file: string): Promise<void>;
  restoreBook(scope: BookScope, file: string): Promise<void>;

  /** Folders become the files in them. */
  expandPaths(paths: string[]): Promise<string[]>;
  previewImport(path: string): Promise<ImportPreview>;
  /** With `into`, in place of that character's card, or as something of that character's. */
  importFile(path: string, into: string | null): Promise<ImportReport>;
  /** Stops the conversation that is being taken over: nothing of it stays. */
  stopImport(): Promise<unknown>;

  openCard(id: string): Promise<CardDocument>;
  checkCard(document: CardDocument): Promise<CardIssue[]>;
  saveCard(document: CardDocument): Promise<CardDocument>;
  /** Tokens of each text as the loaded model counts; null while there is none. */
  countTokens(texts: string[]): Promise<number[] | null>;
  previewPicture(path: string): Promise<string>;
  /** A small copy of an asset of a card; null where it is no picture. */
  assetPicture(id: string, asset: number): Promise<string | null>;
  pickPicture(): Promise<string | null>;

  personas(): Promise<PersonaList>;
  savePersona(persona: PersonaEntry): Promise<string>;
  removePersona(id: string): Promise<void>;
  /** Null takes the choice back; an empty id chooses the one of the settings. */
  choosePersona(scope: PersonaScope, id: string | null): Promise<void>;

  beginnings(id: string): Promise<Beginnings>;
  beginConversation(id: string, greeting: number, persona: string | null): Promise<void>;
}
