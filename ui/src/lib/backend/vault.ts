/** Encryption at rest: the part of the door that works before anything is opened. */

import type { Problem } from './backend';

/** `lost`: encrypted, and the key file is gone or damaged: only the recovery code opens it. */
export type VaultPhase = 'off' | 'prepared' | 'on' | 'leaving' | 'sealing' | 'unsealing' | 'lost';
export interface Vault {
  phase: VaultPhase;
  /** The passphrase is needed before anything can be opened, or before what was begun goes on. */
  waits: boolean;
  /** Copies from before that are not encrypted. */
  plainCopies: number;
  plainBytes: number;
  /** Characters that a passphrase has at least. */
  least: number;
}
/** Bytes; `file` is empty at the end. */
export interface VaultProgress {
  done: number;
  total: number;
  file: string;
}

export interface VaultBackend {
  vault(): Promise<Vault>;
  /** With the passphrase or the recovery code. Answers with what the keychain said, where the key could not be remembered. */
  openVault(proof: string, remember: boolean, on: (progress: VaultProgress) => void): Promise<Problem | null>;
  /** Takes back what was prepared and not begun. */
  cancelVault(): Promise<void>;
  /** Prepares the encryption; answers with the recovery code, which is shown this once. */
  prepareVault(passphrase: string): Promise<string>;
  leaveVault(proof: string): Promise<void>;
  changePassphrase(proof: string, passphrase: string): Promise<void>;
  /** The passphrase is asked for at every start again. */
  forgetVault(): Promise<void>;
  /** Answers with the bytes that were freed. */
  deletePlainCopies(): Promise<number>;
  /** Ends the program in order and starts it again. */
  restart(): Promise<void>;
}
