/** Conversations: listed, put into the trash, brought back, deleted for good. */

export interface ConversationView {
  id: string;
  title: string;
  updatedAt: number;
  messages: number;
  active: boolean;
  /** Saves that point into it. */
  saves: number;
}

/** A conversation in the trash. */
export interface RemovedConversation {
  id: string;
  title: string;
  removedAt: number;
  messages: number;
}

/** What became of conversations that were deleted for good. */
export interface PurgedConversations {
  conversations: number;
  /** Copies of the database that still hold them. */
  copies: string[];
}

export interface TalksBackend {
  newConversation(): Promise<void>;
  /** The conversations with the character on stage, the newest first. */
  conversations(): Promise<ConversationView[]>;
  openConversation(id: string): Promise<void>;
  /** Puts one into the trash; `forget`: what the character learned there, too. On stage another takes its place. */
  removeConversation(id: string, forget: boolean): Promise<void>;
  restoreConversation(id: string): Promise<void>;
  /** What lies in the trash, the newest first. */
  removedConversations(): Promise<RemovedConversation[]>;
  /** Deletes one for good, or (`null`) all that are listed. */
  purgeConversations(id: string | null): Promise<PurgedConversations>;
}
