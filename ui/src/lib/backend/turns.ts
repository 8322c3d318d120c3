/** What is said: the messages of a branch, what moves the stage and the mouth within them, saves, and the tree that they hang in. */

import type { Because } from './cast';

export type Emotion =
  'neutral' | 'joy' | 'sad' | 'angry' | 'surprised' | 'shy' | 'love' | 'thinking' | 'sleepy' | 'worried';

export type MouthShape = 'closed' | 'a' | 'i' | 'u' | 'e' | 'o';

export interface Viseme {
  atMs: number;
  shape: MouthShape;
  weight: number;
}

/** `at` counts characters (Unicode scalar values) of the line's text. */
export interface Cue {
  at: number;
  emotion: Emotion;
}

/** Something that happens to the stage at a letter of a text. */
export interface StageCue {
  at: number;
  kind: 'scene' | 'weather' | 'time' | 'music' | 'sound' | 'camera' | 'transition' | 'gesture';
  /** What the character wrote; see `lib/stage/direction.ts` for what it means. */
  value: string;
}

export interface MessageView {
  id: string;
  role: 'user' | 'character' | 'narrator';
  /** Id of the character who said it, where several are there. */
  speaker?: string | null;
  /** Why it was that one's turn. */
  because?: Because | null;
  /** Without emotion tags. */
  text: string;
  /** The first emotion of the message. */
  emotion: Emotion;
  /** Changes of expression within the text, in letters of it. */
  cues?: Cue[];
  /** What happens to the stage within the text. */
  staging?: StageCue[];
  /** What the character offers as answers. */
  choices?: string[];
  interrupted: boolean;
  /** Position among its alternatives, from 0, and how many there are. */
  swipe: number;
  swipes: number;
  createdAt: number;
}

/** How the stage looked when a save was made. The log keeps it with the save; the page draws the thumbnail from it. */
export interface StageState {
  scene: string;
  daylight: string;
  weather: string;
  emotion: Emotion;
}

/** A place to come back to: a message of the log, and the stage around it. */
export interface SaveView {
  /** Position of the save in the log. */
  id: number;
  /** A number from 1, `quick` or `auto`. */
  slot: string;
  character: string;
  characterName: string;
  conversation: string;
  /** The line that stood in the box. */
  line: string;
  at: number;
  stage: StageState;
}

/** A message in the tree of its conversation. */
export interface BranchNode {
  id: string;
  parent: string | null;
  role: MessageView['role'];
  /** Id of the character who said it, where several are there. */
  speaker?: string | null;
  /** The beginning of the text. */
  text: string;
  emotion: Emotion;
  createdAt: number;
  /** On the branch that is shown. */
  shown: boolean;
}

/** Saying, answering anew, and going to another place of the log. */
export interface TurnsBackend {
  say(text: string): Promise<void>;
  /** Stops the turn that is running; what was heard stays. */
  stop(): Promise<void>;
  /** Another answer to the last thing the person said; the old one stays as a swipe. */
  regenerate(): Promise<void>;
  /** Shows the alternative before (-1) or after (+1) of a message. */
  swipe(message: string, by: -1 | 1): Promise<void>;
  /** As `say`, but as an answer to an earlier message: another branch begins there. */
  sayAfter(message: string, text: string): Promise<void>;
  /** Gives a message another text; the old one stays as a swipe. A person's message is answered anew. */
  edit(message: string, text: string): Promise<void>;
  /** The character goes on without being asked anything. */
  goOn(): Promise<void>;
  /** Another answer in the place of an earlier one; what followed that stays on its own branch. */
  regenerateAt(message: string): Promise<void>;
  /** Says a message again. */
  replay(message: string): Promise<void>;
  /** What the person might say next, written by the model. */
  suggest(count: number): Promise<string[]>;
  /** All messages of the conversation, oldest first. */
  branches(): Promise<BranchNode[]>;
  /** Shows the branch through a message: up to it, or (`whole`) on to where that branch was left. */
  goTo(message: string, whole: boolean): Promise<void>;

  /** The newest save of each numbered slot, and all quick and automatic ones that are kept; newest first. */
  saves(): Promise<SaveView[]>;
  save(slot: string, message: string | null, line: string, stage: StageState): Promise<SaveView>;
  load(id: number): Promise<SaveView>;
  /** Empties a slot; what was saved there stays in the log. */
  clearSave(slot: string): Promise<void>;

  micDown(): Promise<void>;
  micUp(): Promise<void>;
  setHandsFree(on: boolean): Promise<void>;
}
