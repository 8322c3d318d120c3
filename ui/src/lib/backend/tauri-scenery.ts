/** Places and sounds of the person's own over Tauri's IPC: one command per method. See `tauri.ts`. */

import { commands } from './bindings.gen';
import type { SceneryBackend } from './scenery';

const answer = <T>(promise: Promise<unknown>) => promise as Promise<T>;

export function tauriScenery(): SceneryBackend {
  return {
    ownScenery: () => answer(commands.ownScenery()),
    ownPlacePicture: (id, hour, small) => answer(commands.ownPlacePicture(id, hour, small)),
    changeOwnScenery: (id, patch) =>
      answer(commands.changeOwnScenery(id, { name: null, description: null, kind: null, ...patch })),
    removeOwnScenery: (id, removed) => answer(commands.removeOwnScenery(id, removed)),
    hearAt: (heard) => answer(commands.hearAt(heard)),
  };
}
