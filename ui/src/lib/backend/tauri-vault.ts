/** The part of the door that is about encryption, over Tauri's IPC. */

import { Channel } from '@tauri-apps/api/core';
import { commands, type VaultProgress as WireProgress } from './bindings.gen';
import type { VaultBackend, VaultProgress } from './vault';

const answer = <T>(promise: Promise<unknown>) => promise as Promise<T>;

export function tauriVault(): VaultBackend {
  return {
    vault: () => answer(commands.vault()),
    openVault(proof, remember, on) {
      const channel = new Channel<WireProgress>();
      channel.onmessage = (now) => on(now as VaultProgress);
      return answer(commands.openVault(proof, remember, channel));
    },
    cancelVault: () => answer(commands.cancelVault()),
    prepareVault: (passphrase) => answer(commands.prepareVault(passphrase)),
    leaveVault: (proof) => answer(commands.leaveVault(proof)),
    changePassphrase: (proof, passphrase) => answer(commands.changePassphrase(proof, passphrase)),
    forgetVault: () => answer(commands.forgetVault()),
    deletePlainCopies: () => answer(commands.deletePlainCopies()),
    restart: () => answer(commands.restart()),
  };
}
