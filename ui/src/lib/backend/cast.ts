/** Several characters in one conversation. */

export interface CastMember {
  id: string;
  name: string;
  /** Speaks only when the person chooses them. */
  muted: boolean;
}

/** Who is there, the conversation's own character first. */
export interface CastView {
  members: CastMember[];
  /** Most lines that follow a line of the person's: 1 is one answer a turn. */
  lines: number;
  /** How many more can be invited. */
  room: number;
}

/** Why it is somebody's turn to speak. */
export type Because = 'chosen' | 'named' | 'addressed' | 'silent' | 'only' | 'on';

/** Most lines between two of the person's. */
export const MOST_LINES = 8;
export const NOBODY_ELSE: CastView = { members: [], lines: 1, room: 2 };

export interface CastBackend {
  invite(character: string): Promise<CastView>;
  sendAway(character: string): Promise<CastView>;
  setMuted(character: string, muted: boolean): Promise<CastView>;
  setLinesATurn(lines: number): Promise<CastView>;
  /** Makes one of those who are there speak. */
  speak(character: string): Promise<void>;
}
