/** Pictures of scenes over Tauri's IPC: one command per method. See `tauri.ts`. */

import { commands } from './bindings.gen';
import type { PictureBackend } from './pictures';

const answer = <T>(promise: Promise<unknown>) => promise as Promise<T>;

export function tauriPictures(): PictureBackend {
  return {
    pictureScene: (now) => answer(commands.pictureScene(now)),
    stopPicture: () => answer(commands.stopPicture()),
    scenePictures: () => answer(commands.scenePictures()),
    scenePicture: (id) => answer(commands.scenePicture(id)),
    hangPicture: (id, on) => answer(commands.hangPicture(id, on)),
    removePicture: (id, removed) => answer(commands.removePicture(id, removed)),
    setPictureKey: (key) => answer(commands.setPictureKey(key)),
  };
}
