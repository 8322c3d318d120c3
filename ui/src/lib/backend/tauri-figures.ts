/** The part of the door that is about figures, the small window and the tray, over Tauri's IPC. */

import { convertFileSrc } from '@tauri-apps/api/core';
import { commands } from './bindings.gen';
import type { FiguresBackend } from './figures';

const answer = <T>(promise: Promise<unknown>) => promise as Promise<T>;

export function tauriFigures(): FiguresBackend {
  return {
    previewFigure: (paths) => answer(commands.previewFigure(paths)),
    importFigure: (character, paths) => answer(commands.importFigure(character, paths)),
    removeFigure: async (character) => void (await commands.removeFigure(character)),
    restoreFigure: async (character) => void (await commands.restoreFigure(character)),
    figure: (character) => answer(commands.figure(character)),
    async figureFile(character, path) {
      const text = await commands.figureFile(character, path);
      if (text === null) return null;
      const raw = atob(text);
      const bytes = new Uint8Array(raw.length);
      for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
      return bytes.buffer;
    },
    live2dCore: () => answer(commands.live2dCore()),
    live2dSource: () => answer(commands.live2dSource()),
    live2dFrame: () => convertFileSrc('frame', 'live2d'),
    chooseLive2dCore: (path) => answer(commands.chooseLive2dCore(path)),
    forgetLive2dCore: async () => void (await commands.forgetLive2dCore()),
    windowAbilities: () => answer(commands.windowAbilities()),
    openPet: async () => void (await commands.openPet()),
    closePet: async () => void (await commands.closePet()),
    petThrough: async (on) => void (await commands.petThrough(on)),
    dressTray: (words) => answer(commands.dressTray(words)),
  };
}
