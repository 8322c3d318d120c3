/** The memory over Tauri's IPC: one command per method. See `tauri.ts`. */

import { commands } from './bindings.gen';
import type { MemoryBackend } from './memory';

const answer = <T>(promise: Promise<unknown>) => promise as Promise<T>;

export function tauriMemory(): MemoryBackend {
  return {
    memories: (character) => answer(commands.memories(character)),
    memoryAsk: (character, question) => answer(commands.memoryAsk(character, question)),
    memorySource: (message) => answer(commands.memorySource(message)),
    memoryCorrect: (fact, value) => answer(commands.memoryCorrect(fact, value)),
    memoryPin: (fact, pinned) => answer(commands.memoryPin(fact, pinned)),
    memoryForget: (character, fact) => answer(commands.memoryForget(character, fact)),
    memoryForgetMessage: (character, message) => answer(commands.memoryForgetMessage(character, message)),
    memoryRetell: (summary, text) => answer(commands.memoryRetell(summary, text)),
    memoryAdd: (character, attribute, value) => answer(commands.memoryAdd(character, attribute, value)),
    memoryUndo: (undo) => answer(commands.memoryUndo(undo)),
    memoryChooseEncoder: () => answer(commands.memoryChooseEncoder()),
    memoryDropEncoder: () => answer(commands.memoryDropEncoder()),
    memoryExport: (character) => answer(commands.memoryExport(character)),
    memoryImport: (character) => answer(commands.memoryImport(character)),
  };
}
