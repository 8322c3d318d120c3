/** The part of the door that is about memory, disk and network, over Tauri's IPC. */

import { commands } from './bindings.gen';
import type { KeepingBackend } from './keeping';
import { progress } from './tauri-errands';

const answer = <T>(promise: Promise<unknown>) => promise as Promise<T>;

export function tauriKeeping(): KeepingBackend {
  return {
    plan: (chosen) => answer(commands.plan(chosen)),
    computeDevices: () => answer(commands.computeDevices()),
    fetchSet: (ids) => answer(commands.fetchSet(ids)),
    accesses: () => answer(commands.accesses()),
    keeping: () => answer(commands.keeping()),
    deleteAside: (name) => answer(commands.deleteAside(name)),
    freeRoom: () => answer(commands.freeRoom()),
    checkData: () => answer(commands.checkData()),
    backUp: (withModels, on) => answer(commands.backUp(withModels, progress(on))),
    lookForUpdate: () => answer(commands.lookForUpdate()),
    fetchUpdate: () => answer(commands.fetchUpdate()),
    stopUpdate: () => answer(commands.stopUpdate()),
    updateStanding: () => answer(commands.updateStanding()),
    installUpdate: () => answer(commands.installUpdate()),
    undoUpdate: () => answer(commands.undoUpdate()),
    keepUpdate: () => answer(commands.keepUpdate()),
  };
}
