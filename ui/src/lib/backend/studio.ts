/** The studio: from scripts to a character's own adapter. Mirrors `api::studio`. */

import type { ArenaRound, ArenaVote } from './arena';
import type { Problem } from './backend';

export interface StudioProject {
  id: string;
  name: string;
  state: 'new' | StudioRun['state'];
  step: number;
  total: number;
  createdAt: number;
}
export interface StudioPerson {
  name: string;
  lines: number;
  /** Answers that were swiped away in chats, and comparisons. */
  swipes: number;
  samples: string[];
  /** Another name that may be the same person. */
  perhaps: string | null;
}
export interface StudioScan {
  engines: string[];
  /** The readers have been tried on real scripts. */
  tried: boolean;
  files: number;
  lines: number;
  chats: number;
  /** Statements that are not understood. */
  unknown: number;
  refused: { file: string; reason: string }[];
  people: StudioPerson[];
}
export interface StudioChoice {
  /** Empty while nobody is chosen. */
  speaker: string;
  aliases: string[];
  narration: boolean;
  terms: StudioTerms;
  knownTerms: string[];
  /** Terms are looked for in the text, too. */
  learnTerms: boolean;
  /** A character of the library whose attributes become questions and answers. */
  attributes: string | null;
  /** A model makes up what was said before lines that answer nobody. */
  reconstruct: boolean;
}
/** What becomes of the names and terms of a story's world. */
export type StudioTerms = 'keep' | 'replace' | 'drop';
/** What a choice begins with. */
export const NO_CHOICE: StudioChoice = {
  speaker: '',
  aliases: [],
  narration: false,
  terms: 'keep',
  knownTerms: [],
  learnTerms: false,
  attributes: null,
  reconstruct: false,
};
export type StudioWarningKind =
  'nothing' | 'very_few' | 'few' | 'not_watched' | 'markup' | 'repeated' | 'long' | 'mixed';
export interface StudioDataset {
  conversations: number;
  answers: number;
  watched: number;
  removed: number;
  changed: number;
  characters: number;
  median: number;
  /** Answers by length: up to 20, 50, 100, 200, 400 characters, and more. */
  lengths: number[];
  preferences: number;
  warnings: { kind: StudioWarningKind; count: number }[];
  /** What a model made up for it; null where it was not asked to. */
  madeUp: StudioMadeUp | null;
}
/** Why what a model made up was not taken. */
export type StudioUnusable = 'noRoom' | 'empty' | 'long' | 'same' | 'alike' | 'foreign' | 'copied';
export interface StudioMadeUp extends Record<StudioUnusable, number> {
  model: string;
  /** Lines that it was asked about. */
  asked: number;
  /** Lines of the dataset before which it made something up. */
  madeUp: number;
}
/** How far the making up of instructions is, or how it ended. */
export interface StudioAsking {
  state: 'asking' | 'waiting' | 'made' | 'stopped' | 'failed';
  done: number;
  all: number;
  problem: Problem | null;
}
export type StudioRemark = 'short' | 'long' | 'markup' | 'repeated' | 'made_up';
export interface StudioQuery {
  text: string;
  remarked: boolean;
  touched: boolean;
  /** Only those before which a model made something up. */
  madeUp: boolean;
  from: number;
  count: number;
}
export interface StudioLine {
  entry: number;
  turn: number;
  said: string;
  answer: string;
  removed: boolean;
  changed: boolean;
  /** It is watched and not learnt. */
  watched: boolean;
  remarks: StudioRemark[];
}
export interface StudioLines {
  all: number;
  lines: StudioLine[];
}
export interface StudioChange {
  entry: number;
  turn: number;
  what: 'edit' | 'remove' | 'keep' | 'restore';
  said: string;
  answer: string;
}
/** Answers, better answers, telling better from worse (a judge), trying answers that the judge rates. */
export type StudioMethod = 'speak' | 'prefer' | 'reward' | 'ppo';
export interface StudioRecipe {
  /** Id of a model; empty for the one in the box. */
  base: string;
  method: StudioMethod;
  effort: 'light' | 'usual' | 'thorough';
  /** Null: as advised. */
  epochs: number | null;
  learningRate: number | null;
  /** `auto`, `cpu`, `cuda:0`, `metal`; null: as in the settings. */
  device: string | null;
}
export interface StudioAdvice {
  bases: { id: string; name: string; numbers: number }[];
  numbers: number;
  epochs: number;
  learningRate: number;
  usualRate: number;
  steps: number;
  items: number;
  /** Examples that are too long for the model. */
  cut: number;
  secondsLow: number;
  secondsHigh: number;
  weights: number;
  trained: number;
  activations: number;
  memory: number;
  free: number | null;
  fits: boolean;
  way: 'dense' | 'recompute' | 'blocks' | 'blocks_recompute';
  /** Where it computes; memory is that of this place. */
  device: string;
  /** Empty for the processor. */
  deviceName: string;
  /** Why it is not where it was asked to be. */
  notice: string | null;
}
export interface StudioPoint {
  step: number;
  loss: number;
  /** Share of tokens that would have been guessed, or of pairs that were told apart. */
  accuracy: number | null;
  /** What a judge says of the answers that were tried. */
  score: number | null;
  /** How far they stray from the base, in nats an answer. */
  kl: number | null;
  learningRate: number | null;
}
export interface StudioSample {
  step: number;
  said: string;
  answer: string;
}
export interface StudioRun {
  /** Empty where there is none any more. */
  state: 'preparing' | 'training' | 'waiting' | 'pausing' | 'paused' | 'finished' | 'failed' | '';
  step: number;
  total: number;
  /** Share of the step that is under way. */
  part: number;
  /** Seconds. */
  left: number | null;
  tokensPerS: number | null;
  /** In events, the newest alone; `samples` too. */
  train: StudioPoint[];
  watched: StudioPoint[];
  samples: StudioSample[];
  noBetter: boolean;
  /** Empty where it is not known any more. */
  method: StudioMethod | '';
  /** `cpu` or a card's name; empty before it began. */
  device: string;
  notice: string | null;
  problem: Problem | null;
}
export interface StudioVotes {
  tuned: number;
  tie: number;
  base: number;
}
export interface StudioReveal {
  tunedLeft: boolean;
  votes: StudioVotes;
}
export interface StudioDesk {
  id: string;
  name: string;
  sources: string[];
  ownChats: boolean;
  scan: StudioScan;
  choice: StudioChoice;
  dataset: StudioDataset | null;
  /** Another one is about to take its place, for which a model is asked. */
  asking: StudioAsking | null;
  recipe: StudioRecipe;
  run: StudioRun | null;
  /** There is something trained that can be talked to. */
  trained: boolean;
  /** A judge of answers was trained. */
  judge: boolean;
  votes: StudioVotes;
  /** The character that speaks with it. */
  usedBy: string | null;
}

export interface StudioBackend {
  studioProjects(): Promise<StudioProject[]>;
  studioBegin(paths: string[], ownChats: boolean): Promise<StudioDesk>;
  studioAdd(id: string, paths: string[]): Promise<StudioDesk>;
  studioOpen(id: string): Promise<StudioDesk>;
  studioRemove(id: string): Promise<void>;
  studioRestore(id: string): Promise<void>;
  /** Makes the dataset, or begins to (`asking`): then the event `studioAsking` tells how far it is and of its end. */
  studioChoose(id: string, choice: StudioChoice): Promise<StudioDesk>;
  /** How many lines of whoever is chosen answer nobody. */
  studioUnprompted(id: string, choice: StudioChoice): Promise<number>;
  studioStopAsking(id: string): Promise<void>;
  studioLines(id: string, query: StudioQuery): Promise<StudioLines>;
  studioChange(id: string, change: StudioChange): Promise<StudioDataset>;
  studioTidy(id: string, remark: StudioRemark): Promise<StudioDataset>;
  studioRecipe(id: string, recipe: StudioRecipe): Promise<StudioAdvice>;
  studioTrain(id: string): Promise<void>;
  studioPause(id: string): Promise<void>;
  studioGiveUp(id: string): Promise<void>;
  studioRun(id: string): Promise<StudioRun | null>;
  studioRound(id: string, asked: string, anew: boolean): Promise<ArenaRound>;
  studioVote(id: string, round: string, vote: ArenaVote): Promise<StudioReveal>;
  /** Null: a new character of the speaker's name. */
  studioUse(id: string, character: string | null): Promise<StudioDesk>;
  studioUnuse(id: string): Promise<StudioDesk>;
}
