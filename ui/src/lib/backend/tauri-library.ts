/** The library over Tauri's IPC: one command per method. See `tauri.ts`. */

import { commands, type CardDocument as WireDocument } from './bindings.gen';
import type { LibraryBackend } from './library';

const answer = <T>(promise: Promise<unknown>) => promise as Promise<T>;

export function tauriLibrary(): LibraryBackend {
  return {
    library: (query) => answer(commands.library(query)),
    portrait: (id) => answer(commands.portrait(id)),
    setFavourite: (id, on) => answer(commands.setFavourite(id, on)),
    allowRemote: (id, on) => answer(commands.allowRemote(id, on)),
    remotePicture: (id, address) => answer(commands.remotePicture(id, address)),
    removeCharacter: (id) => answer(commands.removeCharacter(id)),
    restoreCharacter: (key) => answer(commands.restoreCharacter(key)),
    duplicateCharacter: (id, name) => answer(commands.duplicateCharacter(id, name)),
    createCharacter: (name) => answer(commands.createCharacter(name)),
    exportCharacter: (id, format) => answer(commands.exportCharacter(id, format)),
    expandPaths: (paths) => answer(commands.expandPaths(paths)),
    previewImport: (path) => answer(commands.previewImport(path)),
    importFile: (path, into) => answer(commands.importFile(path, into)),
    stopImport: () => answer(commands.stopImport()),
    trash: () => answer(commands.trash()),
    deleteRemoved: (key) => answer(commands.deleteRemoved(key)),
    emptyTrash: () => answer(commands.emptyTrash()),
    books: () => answer(commands.books()),
    removeBook: (scope, file) => answer(commands.removeBook(scope, file)),
    restoreBook: (scope, file) => answer(commands.restoreBook(scope, file)),
    openCard: (id) => answer(commands.openCard(id)),
    checkCard: (document) => answer(commands.checkCard(document as WireDocument)),
    saveCard: (document) => answer(commands.saveCard(document as WireDocument)),
    countTokens: (texts) => answer(commands.countTokens(texts)),
    previewPicture: (path) => answer(commands.previewPicture(path)),
    assetPicture: (id, asset) => answer(commands.assetPicture(id, asset)),
    pickPicture: () => answer(commands.pickPicture()),
    personas: () => answer(commands.personas()),
    savePersona: (persona) => answer(commands.savePersona(persona)),
    removePersona: (id) => answer(commands.removePersona(id)),
    choosePersona: (scope, id) => answer(commands.choosePersona(scope, id)),
    beginnings: (id) => answer(commands.beginnings(id)),
    beginConversation: (id, greeting, persona) => answer(commands.beginConversation(id, greeting, persona)),
  };
}
