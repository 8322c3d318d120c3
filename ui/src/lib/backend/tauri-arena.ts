/** The arena over Tauri's IPC: one command per method. See `tauri.ts`. */

import type { ArenaBackend } from './arena';
import { commands } from './bindings.gen';

const answer = <T>(promise: Promise<unknown>) => promise as Promise<T>;

export function tauriArena(): ArenaBackend {
  return {
    arenaRound: (asked, one, other) => answer(commands.arenaRound(asked, one, other)),
    arenaVote: (id, vote, topic) => answer(commands.arenaVote(id, vote, topic)),
    arenaSheet: (scores) => answer(commands.arenaSheet(scores)),
    markedReplies: () => answer(commands.markedReplies()),
    markReply: (message, marks) => answer(commands.markReply(message, marks)),
    arenaResults: () => answer(commands.arenaResults()),
    arenaExport: () => answer(commands.arenaExport()),
    adapters: () => answer(commands.adapters()),
  };
}
