/** Whether what is about to be chosen fits, and any repository by its name: the part of the door that is about those. Sizes in bytes. */

import type { PlannedModel } from './keeping';

/** A choice that is not made yet; what is left out stays as the settings have it. */
export interface FitAsked {
  chatModel?: string;
  /** Tokens; 0 leaves it to the program. */
  contextLength?: number;
  quantize?: string;
  voice?: string;
  earsModel?: string;
}
export interface FitPart {
  id: string;
  kind: 'chat' | 'ears' | 'voice' | 'encoder';
  name: string;
  needs: number;
  here: boolean;
  /** Only its size was known. */
  estimated: boolean;
}
/** What would be in memory together. */
export interface Fitting {
  fits: boolean;
  needs: number;
  budget: number;
  base: number;
  /** Tokens of context that it was planned with. */
  context: number;
  parts: FitPart[];
  /** The longest context at which it would fit, where a shorter one helps. */
  longest: number | null;
  /** Language models that fit instead, those that are here first; empty where nothing is refused. */
  instead: FitPart[];
}

export interface RepositoryFile {
  /** Empty for the repository as a model that is a folder. */
  path: string;
  /** Id that it gets here. */
  id: string;
  kind: 'chat' | 'ears' | 'encoder';
  size: number | null;
  quantisation: string | null;
  /** What that means, in a word; empty where it is not known. */
  meaning: '' | 'f32' | 'half' | '8' | '6' | '5' | '4' | '3' | '2';
  verdict: PlannedModel['verdict'] | '';
  /** Bytes that stay; below nought, those that are missing. */
  spare: number;
  /** The hub names a checksum. */
  pinned: boolean;
  pickle: boolean;
  here: boolean;
}
export interface Repository {
  /** What `pullFrom` takes. */
  name: string;
  page: string;
  commit: string | null;
  /** As the hub names it; null: it stands on the page. */
  licence: string | null;
  /** Its makers let only those in who have asked them. */
  gated: boolean;
  files: RepositoryFile[];
  all: number;
}

export interface FittingBackend {
  fit(asked: FitAsked): Promise<Fitting>;
  /** `owner/name`, `modelscope:owner/name` or the address of a page. Asks the hub, where that is allowed. */
  lookInto(name: string): Promise<Repository>;
  /** A file of the repository that was looked into; an empty path is the repository as a folder. */
  pullFrom(name: string, path: string): Promise<void>;
}
