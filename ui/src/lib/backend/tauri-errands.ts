/** The part of the door that is about the whole data folder and about what fits, over Tauri's IPC. */

import { Channel } from '@tauri-apps/api/core';
import { commands, type WorkProgress as WireProgress } from './bindings.gen';
import type { ErrandBackend, WorkProgress } from './errands';
import type { FittingBackend } from './fitting';

const answer = <T>(promise: Promise<unknown>) => promise as Promise<T>;

/** What a program tells while it works. */
export function progress(on: (progress: WorkProgress) => void): Channel<WireProgress> {
  const channel = new Channel<WireProgress>();
  channel.onmessage = (now) => on(now as WorkProgress);
  return channel;
}

export function tauriErrands(): ErrandBackend & FittingBackend {
  return {
    errand: () => answer(commands.errand()),
    runErrand: (on) => answer(commands.runErrand(progress(on))),
    checkModels: (on) => answer(commands.checkModels(progress(on))),
    stopWork: async () => void (await answer(commands.stopWork())),
    dropErrand: async () => void (await answer(commands.dropErrand())),
    chooseBackup: () => answer(commands.chooseBackup()),
    prepareRestore: async (path) => void (await answer(commands.prepareRestore(path))),
    choosePlace: () => answer(commands.choosePlace()),
    prepareMove: async (path) => void (await answer(commands.prepareMove(path))),
    prepareMend: async () => void (await answer(commands.prepareMend())),
    prepareReturn: async (name) => void (await answer(commands.prepareReturn(name))),
    commandLine: () => answer(commands.commandLine()),
    installCommandLine: () => answer(commands.installCommandLine()),
    fit: (asked) =>
      answer(
        commands.fit({
          chatModel: asked.chatModel ?? null,
          contextLength: asked.contextLength ?? null,
          quantize: asked.quantize ?? null,
          voice: asked.voice ?? null,
          earsModel: asked.earsModel ?? null,
        }),
      ),
    lookInto: (name) => answer(commands.lookInto(name)),
    pullFrom: async (name, path) => void (await answer(commands.pullFrom(name, path))),
  };
}
