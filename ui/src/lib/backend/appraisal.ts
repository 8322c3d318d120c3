/** Appraisals: interviews of a character, and what became of their figures. Mirrors `api::appraisal`. */

import type { Problem } from './backend';

export interface AppraisalView {
  id: string;
  character: string;
  model: string;
  lang: string;
  /** Guard, temperature, adapters. */
  variant: string;
  replies: number;
  at: number;
}
export interface AppraisalOrder {
  character: string;
  /** Empty: the settings'. */
  model: string;
  /** Id of an adapter; empty for none. */
  adapter: string;
  whole: boolean;
  /** She remembers what was said in a talk, as she does on stage. */
  memory: boolean;
}
export interface AppraisalRun {
  done: number;
  /** Nought while the model is loaded. */
  all: number;
  finished: boolean;
  /** What it was kept as, where it came to its end. */
  id: string | null;
  problem: Problem | null;
}
export interface FigureChange {
  metric: string;
  better: 'high' | 'low' | 'neither';
  before: number;
  after: number;
  low: number | null;
  high: number | null;
  pairs: number;
  verdict: 'better' | 'worse' | 'unsure' | 'changed' | 'same';
}
export interface FigureExample {
  metric: string;
  asked: string;
  before: string;
  after: string;
  better: boolean;
}
export interface ComparisonView {
  changes: FigureChange[];
  examples: FigureExample[];
  /** They were asked different things. */
  unlike: boolean;
}

/** A block of the prompt of a reply. */
export interface FailureBlock {
  name: string;
  tokens: number;
  /** Its first words. */
  begins: string;
  /** It held the right answer. */
  holds: boolean;
  /** Messages that were left out of it. */
  leftOut: number;
}
/** A reply that went wrong, and what its prompt had to do with it. */
export interface FailureView {
  metric: string;
  /** Talk and turn, or the question. */
  item: string;
  asked: string;
  reply: string;
  /** What a right reply holds, alternatives between `|`; empty where there is no such thing. */
  expected: string;
  /** What a right reply does not hold. */
  unwanted: string;
  /** `absent`: it stood in no block; `left_out`: it was told, and fell out; `unused`: it stood there; `other`: no fact was asked for. */
  cause: 'absent' | 'left_out' | 'unused' | 'other';
  blocks: FailureBlock[];
}

export interface AppraisalBackend {
  appraisals(): Promise<AppraisalView[]>;
  /** Progress comes as events. */
  startAppraisal(order: AppraisalOrder): Promise<void>;
  stopAppraisal(): Promise<void>;
  compareAppraisals(before: string, after: string): Promise<ComparisonView>;
  /** What went wrong in one of them, and why. */
  appraisalFailures(id: string): Promise<FailureView[]>;
  /** Answers with the page's file. */
  keepComparison(before: string, after: string): Promise<string>;
  removeAppraisal(id: string): Promise<void>;
}
