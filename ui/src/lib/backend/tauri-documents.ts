/** Documents over Tauri's IPC: one command per method. See `tauri.ts`. */

import { commands } from './bindings.gen';
import type { DocumentsBackend } from './documents';

const answer = <T>(promise: Promise<unknown>) => promise as Promise<T>;

export function tauriDocuments(): DocumentsBackend {
  return {
    documents: (character) => answer(commands.documents(character)),
    addDocuments: (paths, character) => answer(commands.addDocuments(paths, character)),
    refreshDocuments: () => answer(commands.refreshDocuments()),
    stopDocuments: () => answer(commands.stopDocuments()),
    searchDocuments: (question, character) => answer(commands.searchDocuments(question, character)),
    documentsMeaning: () => answer(commands.documentsMeaning()),
    removeDocument: (id) => answer(commands.removeDocument(id)),
    restoreDocument: (id) => answer(commands.restoreDocument(id)),
    lookedUp: () => answer(commands.lookedUp()),
    pickFolder: () => answer(commands.pickFolder()),
  };
}
