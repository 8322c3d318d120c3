/** What fits this machine, what lies on its disk, and what left it: the part of the door that is about those. */

import type { WorkProgress } from './errands';

export interface PlannedModel {
  id: string;
  verdict: 'fits' | 'slow' | 'too-large';
  /** Bytes that stay; below nought, those that are missing. */
  spare: number;
  needs: number;
  /** Only its size was known. */
  estimated: boolean;
  tokensPerS: number | null;
}
/** A graphics card, or what calls itself one. */
export interface PlannedGpu {
  name: string;
  /** Bytes that it can use. */
  memory: number;
  /** Null where that is not known. */
  free: number | null;
  /** `used`: language models compute on it where they fit; `setting`: the setting says otherwise; `other-build`: one for CUDA or Metal would;
   * `no-driver`: NVIDIA's own is missing; `server`: only a server on this machine could; `shared`: it has no memory of its own;
   * `software`: it is no card. */
  fate: 'used' | 'setting' | 'other-build' | 'no-driver' | 'server' | 'shared' | 'software';
}
/** All sizes in bytes. */
export interface Plan {
  memory: number;
  budget: number;
  needs: number;
  base: number;
  available: number;
  download: number;
  fits: boolean;
  processor: string;
  cores: number;
  gpus: PlannedGpu[];
  /** Tokens of context that the set is planned with, where the usual ones are too many for this machine. */
  context: number | null;
  /** Ids of the recommended set. */
  set: string[];
  models: PlannedModel[];
}

/** Where a language model computes: `cpu`, `cuda:0`, `metal`. */
export interface ComputeDevice {
  id: string;
  name: string;
  free: number;
}
export interface ComputesOn {
  id: string;
  name: string;
  /** Bytes of the device's memory that it was planned with. */
  planned: number;
  /** Why it is not where it was asked to be. */
  notice: string | null;
}
export interface ComputeDevices {
  /** Kinds that this build was made for: `cuda`, `metal`. */
  builtFor: string[];
  found: ComputeDevice[];
  /** Null where no model is loaded here. */
  on: ComputesOn | null;
}

export type Purpose = 'download' | 'listing' | 'remote-model' | 'search' | 'asset' | 'picture' | 'update';
export interface Access {
  at: number;
  purpose: Purpose;
  host: string;
  what: string;
  /** Null where it is not over. */
  sent: number | null;
  received: number | null;
  refused: boolean;
}

export interface DataPart {
  part:
    | 'conversations'
    | 'characters'
    | 'models'
    | 'voices'
    | 'reading-caches'
    | 'backups'
    | 'logs'
    | 'set-aside'
    | 'other';
  path: string;
  bytes: number;
  files: number;
  disposable: boolean;
}
/** A data folder as it was before a backup took its place. */
export interface Aside {
  /** By which it is deleted and brought back. */
  name: string;
  path: string;
  /** Null where its name does not say. */
  at: number | null;
  bytes: number;
  /** `passphrase`: it is encrypted and opens with the passphrase of then; `unsealed`: it is not, and the data folder is. */
  opens: '' | 'passphrase' | 'unsealed';
}
export interface Keeping {
  root: string;
  parts: DataPart[];
  /** The newest first. */
  asides: Aside[];
  log: string[];
  /** Paths of crash reports, the newest first. */
  crashes: string[];
}

/** Whether there is a newer version of the program. */
export interface Update {
  /** `unconfigured`: nobody told this build where to look. */
  state: 'unconfigured' | 'newest' | 'newer';
  /** This version. */
  here: string;
  version: string;
  notes: string;
}

/** What can be done about versions without asking anybody. */
export interface UpdateStanding {
  /** The version that has been fetched and waits; empty where there is none. */
  ready: string;
  /** How it is installed; `flatpak` where newer versions come another way. */
  way: '' | 'replace' | 'open' | 'start' | 'by-hand' | 'flatpak';
  /** Where its file lies. */
  file: string;
  /** What does the same in a terminal; may be empty. */
  command: string;
  /** The version that one can go back to; empty where there is none. */
  previous: string;
  /** A version that was installed and did not start; empty where there is none. */
  failed: string;
}

/** `restart`: this program ends, and the newer one (or its installer) is started. `opened`: the system's installer has it. */
export type UpdateStep = 'restart' | 'opened';

export interface KeepingBackend {
  /** What fits, with these in the set; nothing chosen: what is recommended. */
  plan(chosen: string[]): Promise<Plan>;
  /** Where the language model computes, and where it could. Asking takes a second where there are cards. */
  computeDevices(): Promise<ComputeDevices>;
  /** Fetches what is missing of a set, and uses each part as soon as it is here. */
  fetchSet(ids: string[]): Promise<void>;
  accesses(): Promise<Access[]>;
  keeping(): Promise<Keeping>;
  /** Deletes what a restore has set aside; answers with the bytes that were freed. */
  deleteAside(name: string): Promise<number>;
  /** Throws away what is made again; answers with the bytes that were freed. */
  freeRoom(): Promise<number>;
  /** What is damaged; empty where all is well. */
  checkData(): Promise<string[]>;
  /** Asks where to, and packs everything; null where the person changed their mind. `stopWork` ends it. */
  backUp(withModels: boolean, on: (progress: WorkProgress) => void): Promise<number | null>;
  lookForUpdate(): Promise<Update>;
  /** Fetches it and checks its signature; answers with the path of the installer, null where it was stopped. */
  fetchUpdate(): Promise<string | null>;
  stopUpdate(): Promise<void>;
  updateStanding(): Promise<UpdateStanding>;
  /** Installs what was fetched; refused while she answers or something runs. */
  installUpdate(): Promise<UpdateStep>;
  /** Puts the version before back, and starts it. */
  undoUpdate(): Promise<void>;
  /** Throws the version before away, or the note that a newer one did not start. */
  keepUpdate(): Promise<void>;
}
