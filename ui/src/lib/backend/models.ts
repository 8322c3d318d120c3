/** Models of the catalogue and of this machine, and fetching them. */

export interface ModelEntry {
  id: string;
  kind: 'chat' | 'ears' | 'voice' | 'pictures' | 'encoder' | 'vad';
  name: string;
  /** One honest sentence. */
  note: string;
  licence: string;
  /** Where its terms stand; null where nobody says. */
  licenceUrl: string | null;
  /** The terms are to be read and agreed to before it is fetched. */
  ask: boolean;
  /** Bytes; null where not known. */
  size: number | null;
  languages: string[];
  /** True where no hash is pinned in the catalogue. */
  unpinned: boolean;
  /** Not another program's: it can be removed, or forgotten. */
  removable: boolean;
  state: 'builtin' | 'available' | 'by-hand' | 'downloading' | 'paused' | 'installed';
  /** Where it is handed out, where no program can fetch it there; null for everything else. */
  page: string | null;
  /** A folder of plain floats; PyTorch's pickles; replies written as a whole. */
  traits: ('floats' | 'pickle' | 'whole')[];
  /** What the setting is that uses it, where that is not its id: of a voice the name that it is spoken with. */
  chosenAs?: string | null;
  /** Bytes fetched so far while downloading or paused. */
  done: number;
}

/** What there is, and what becomes of it. */
export interface ModelsBackend {
  models(): Promise<ModelEntry[]>;
  /** Starts (or goes on with) a download; progress comes as events. */
  pull(id: string): Promise<void>;
  pausePull(id: string): Promise<void>;
  removeModel(id: string): Promise<void>;
}
