/** Comparing replies, score sheets, marks on replies: mirrors `api::arena`. */

export interface ArenaSide {
  /** Id of a chat model; empty for the one that is loaded. */
  model: string;
  /** Null for the settings'. */
  temperature: number | null;
  guard: boolean;
  /** System prompt in the place of the card's; empty for the card's. */
  instructions: string;
  /** Id of an adapter; empty for none; null for what writes on stage, with the model that is loaded. */
  adapter: string | null;
}
export interface AdapterView {
  id: string;
  name: string;
  from: 'library' | 'character' | 'studio';
}
export interface ArenaRound {
  id: string;
  left: string;
  right: string;
}
export interface ArenaReveal {
  left: string;
  right: string;
}
export type ArenaVote = 'left' | 'tie' | 'right';
export interface ArenaCounts {
  /** Category or topic; empty for all. */
  name: string;
  win: number;
  tie: number;
  lose: number;
}
export interface ArenaPair {
  one: string;
  other: string;
  counts: ArenaCounts[];
  leftWon: number;
  decided: number;
}
export interface ArenaRow {
  label: string;
  count: number;
  values: (number | null)[];
  overall: number | null;
}
export interface ArenaResults {
  pairs: ArenaPair[];
  sheets: ArenaRow[];
  marks: ArenaRow[];
  damaged: number;
}
export interface MarkedReply {
  message: string;
  text: string;
  /** Null where nobody looked at it. */
  marks: Mark[] | null;
}

export const MARKS = [
  'out_of_character',
  'contradiction',
  'repetition',
  'low_quality',
  'low_information',
  'proactive',
] as const;
export type Mark = (typeof MARKS)[number];
export const DIMENSIONS = ['consistency', 'human_likeness', 'engagement', 'quality', 'safety', 'correctness'] as const;
export const TOPICS = ['chit_chat', 'interview', 'affection'] as const;

export interface ArenaBackend {
  /** Both sides answer `asked`, or what was said last where it is empty. */
  arenaRound(asked: string, one: ArenaSide, other: ArenaSide): Promise<ArenaRound>;
  arenaVote(id: string, vote: ArenaVote, topic: string): Promise<ArenaReveal>;
  /** Six scores, 1 to 5; 0 for none. */
  arenaSheet(scores: number[]): Promise<void>;
  markedReplies(): Promise<MarkedReply[]>;
  markReply(message: string, marks: Mark[]): Promise<void>;
  arenaResults(): Promise<ArenaResults>;
  /** Answers with the files that were written. */
  arenaExport(): Promise<string[]>;
  /** Adapters that may write. */
  adapters(): Promise<AdapterView[]>;
}
