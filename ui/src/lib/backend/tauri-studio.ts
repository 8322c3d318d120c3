/** The studio over Tauri's IPC: one command per method. See `tauri.ts`. */

import { commands } from './bindings.gen';
import type { StudioBackend } from './studio';

const answer = <T>(promise: Promise<unknown>) => promise as Promise<T>;

export function tauriStudio(): StudioBackend {
  return {
    studioProjects: () => answer(commands.studioProjects()),
    studioBegin: (paths, ownChats) => answer(commands.studioBegin(paths, ownChats)),
    studioAdd: (id, paths) => answer(commands.studioAdd(id, paths)),
    studioOpen: (id) => answer(commands.studioOpen(id)),
    studioRemove: (id) => answer(commands.studioRemove(id)),
    studioRestore: (id) => answer(commands.studioRestore(id)),
    studioChoose: (id, choice) => answer(commands.studioChoose(id, choice)),
    studioUnprompted: (id, choice) => answer(commands.studioUnprompted(id, choice)),
    studioStopAsking: (id) => answer(commands.studioStopAsking(id)),
    studioLines: (id, query) => answer(commands.studioLines(id, query)),
    studioChange: (id, change) => answer(commands.studioChange(id, change)),
    studioTidy: (id, remark) => answer(commands.studioTidy(id, remark)),
    studioRecipe: (id, recipe) => answer(commands.studioRecipe(id, recipe)),
    studioTrain: (id) => answer(commands.studioTrain(id)),
    studioPause: (id) => answer(commands.studioPause(id)),
    studioGiveUp: (id) => answer(commands.studioGiveUp(id)),
    studioRun: (id) => answer(commands.studioRun(id)),
    studioRound: (id, asked, anew) => answer(commands.studioRound(id, asked, anew)),
    studioVote: (id, round, vote) => answer(commands.studioVote(id, round, vote)),
    studioUse: (id, character) => answer(commands.studioUse(id, character)),
    studioUnuse: (id) => answer(commands.studioUnuse(id)),
  };
}
