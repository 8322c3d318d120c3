/** Conversations over Tauri's IPC: one command per method. See `tauri.ts`. */

import { commands } from './bindings.gen';
import type { TalksBackend } from './talks';

const answer = <T>(promise: Promise<unknown>) => promise as Promise<T>;

export function tauriTalks(): TalksBackend {
  return {
    newConversation: () => answer(commands.newConversation()),
    conversations: () => answer(commands.conversations()),
    openConversation: (id) => answer(commands.openConversation(id)),
    removeConversation: (id, forget) => answer(commands.removeConversation(id, forget)),
    restoreConversation: (id) => answer(commands.restoreConversation(id)),
    removedConversations: () => answer(commands.removedConversations()),
    purgeConversations: (id) => answer(commands.purgeConversations(id)),
  };
}
