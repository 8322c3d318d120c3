/** English: encryption at rest. */

import type { VaultPhase } from '$lib/backend/vault';

export const vaultEn = {
  vaultTitle: 'Encrypt what was said',
  vaultOff:
    'Your conversations, memories, documents and notes lie in plain files: whoever can read your files can read them. A passphrase encrypts them.',
  vaultOn: 'What was said is encrypted.',
  vaultHelps:
    'It protects against whoever has your disk, a copy of the folder or a backup while Hanashi is closed. It does not protect while Hanashi is open, against programs that watch this computer, or against a passphrase that can be guessed.',
  vaultOutside:
    'Not encrypted: character cards and their pictures, models, settings, the list of connections, logs (which hold nothing that was said), weights that you trained, and files that you export yourself. Deleted plain files may leave traces on a disk.',
  vaultCost: 'A conversation takes a little longer to open, as the reading cache is not kept.',
  vaultPassphrase: 'Passphrase',
  vaultNew: 'New passphrase',
  vaultAgain: 'The same again',
  vaultLeast: (count: number) => `At least ${count} characters; several words that nobody would guess.`,
  vaultDiffers: 'The two are not the same.',
  vaultShow: 'Show what is typed',
  vaultShowHint: 'Needed for input methods, as for Chinese and Japanese.',
  vaultSwitchOn: 'Encrypt…',
  vaultSwitchOff: 'Decrypt everything…',
  vaultChange: 'Change the passphrase…',
  vaultForget: 'Ask at every start on this device',
  vaultForgotten: 'The passphrase is asked for at every start now.',
  vaultChanged: 'The passphrase is changed. The recovery code stays the same.',
  vaultCode: 'Your recovery code',
  vaultCodeHint:
    'Write it down and keep it apart from this computer. It is shown this once. Without it and without the passphrase nobody can read your conversations again; nobody at Hanashi can either.',
  vaultCodeKept: 'I have written it down',
  vaultRestartOn: 'Restart and encrypt',
  vaultRestartOff: 'Restart and decrypt',
  vaultOffHint: 'Everything is decrypted at the next start. Enter the passphrase to go on.',
  vaultCopies: (count: number, size: string) =>
    count === 1
      ? `One copy from before is not encrypted (${size}).`
      : `${count} copies from before are not encrypted (${size}).`,
  vaultDeleteCopies: 'Delete these copies',
  vaultCopiesGone: 'The copies are deleted.',
  vaultCancel: 'Cancel',
  unlockTitle: {
    off: 'Hanashi',
    on: 'Welcome back',
    prepared: 'Encrypt what was said',
    leaving: 'Decrypt everything',
    sealing: 'Encryption was interrupted',
    unsealing: 'Decryption was interrupted',
    lost: 'The key file is missing',
  } satisfies Record<VaultPhase, string>,
  unlockHint: {
    off: 'Nothing here is encrypted.',
    on: 'Your conversations are encrypted. Enter your passphrase to open them.',
    prepared: 'Enter your passphrase: everything is encrypted now. Please do not switch the computer off meanwhile.',
    leaving: 'Enter your passphrase: everything is decrypted now.',
    sealing: 'Nothing is lost. Enter your passphrase, and it is finished.',
    unsealing: 'Nothing is lost. Enter your passphrase, and it is finished.',
    lost: 'Your conversations are there and encrypted, but hanashi-vault.toml, which your passphrase opens, is gone or damaged. Put it back from a copy and try again, or make a new one with your recovery code. Please delete nothing.',
  } satisfies Record<VaultPhase, string>,
  unlockWith: 'Passphrase or recovery code',
  unlockOpen: 'Open',
  unlockGo: 'Go on',
  unlockNotNow: 'Not now',
  unlockRemember: 'Remember on this device',
  unlockRememberHint: 'The key goes into the keychain of this system: whoever uses your session can open Hanashi then.',
  unlockWrong:
    'That is not the passphrase. Try again as often as you like; mind capitals and the language of the keyboard.',
  unlockWrongCode: 'That is not the recovery code. Compare it with your note, group by group.',
  unlockCode: 'Use the recovery code',
  unlockCodeHint:
    'The 56 letters and digits that were shown when you encrypted. Spaces, dashes and capitals do not matter.',
  unlockRecover: 'Make a new key file',
  unlockByPassphrase: 'Use the passphrase',
  unlockBusy: 'Opening…',
  unlockWorking: (file: string) => `Working on ${file}`,
};
