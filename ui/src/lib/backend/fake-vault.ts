/**
 * A data folder that is plain, for the browser and the tests. `?vault=on` is an encrypted one that is locked, `prepared`, `sealing` and
 * `leaving` wait to be changed, `lost` has no key file (`&half`: since it was being encrypted); the passphrase is `correct horse`. A restart is a reload with the phase that the program would have.
 */

import { sleep } from './fake-time';
import type { Vault, VaultBackend, VaultPhase } from './vault';

const CODE = '7Q2M-K0XV-9F3D-8HJT-1CWR-5NBE-6PGZ-4YSA-2K7M-Q0VX-3F9D-H8JT-C1WR-N5BE';
const PHASES: VaultPhase[] = ['off', 'prepared', 'on', 'leaving', 'sealing', 'unsealing', 'lost'];
const wrong = {
  kind: 'invalid',
  message: 'that is not the passphrase',
  remedy:
    "try again as often as you like, mind the keyboard's language and capitals, or use the recovery code; if neither opens it, the key file may be damaged",
};
const notACode = {
  kind: 'invalid',
  message: 'that is not a recovery code: it has 8 of 56 characters',
  remedy: 'type it as it was shown; capitals, spaces and dashes do not matter',
};

export function fakeVault(query: URLSearchParams): VaultBackend {
  let passphrase = 'correct horse';
  const asked = query.get('vault') as VaultPhase | null;
  const vault: Vault = {
    phase: asked !== null && PHASES.includes(asked) ? asked : 'off',
    waits: asked !== null && asked !== 'off' && !query.has('remembered'),
    plainCopies: query.has('remembered') ? 3 : 0,
    plainBytes: query.has('remembered') ? 12_400_000 : 0,
    least: 8,
  };
  const check = (proof: string) => {
    if (proof !== passphrase && proof !== CODE) throw wrong;
  };

  return {
    async vault() {
      return { ...vault };
    },
    async openVault(proof, remember, on) {
      check(proof);
      if (vault.phase !== 'on') {
        for (let done = 0; done <= 4; done += 1) {
          on({ done: done * 1e6, total: 4e6, file: done < 4 ? 'hanashi.sqlite' : '' });
          await sleep(60);
        }
        vault.phase = vault.phase === 'leaving' || vault.phase === 'unsealing' ? 'off' : 'on';
      }
      vault.waits = false;
      if (!remember || !query.has('nokeychain')) return null;
      return {
        kind: 'device',
        message: 'the keychain of the system keeps no key: it is closed',
        remedy:
          'unlock the keychain of the system and try again; without it the passphrase is asked for at every start',
      };
    },
    async cancelVault() {
      vault.phase = vault.phase === 'leaving' ? 'on' : 'off';
      vault.waits = vault.phase === 'on';
    },
    async prepareVault(next) {
      passphrase = next;
      vault.phase = 'prepared';
      return CODE;
    },
    async leaveVault(proof) {
      check(proof);
      vault.phase = 'leaving';
    },
    async changePassphrase(proof, next) {
      if (vault.phase === 'lost') {
        if (proof !== CODE) throw notACode;
        vault.phase = query.has('half') ? 'sealing' : 'on';
      }
      check(proof);
      passphrase = next;
    },
    forgetVault: () => Promise.resolve(),
    async deletePlainCopies() {
      const freed = vault.plainBytes;
      Object.assign(vault, { plainCopies: 0, plainBytes: 0 });
      return freed;
    },
    async restart() {
      if (vault.phase !== 'off' || query.has('vault')) query.set('vault', vault.phase);
      window.location.search = query.toString();
    },
  };
}
