/** What is done with the whole data folder before anything is opened, and the terminal program's place. */

export interface Errand {
  what: 'restore' | 'move' | 'mend';
  /** The backup, or where to; empty for mending. */
  path: string;
}
/** Bytes. */
export interface WorkProgress {
  done: number;
  total: number;
}
export interface Database {
  name: string;
  /** `remade`: set aside, and made again; `returned`: set aside, and back from a copy. */
  state: 'sound' | 'locked' | 'damaged' | 'remade' | 'returned';
  /** What is wrong with it, the copy that it came from, or where it was set aside. */
  detail: string;
}
export interface ErrandReport {
  what: Errand['what'];
  /** Where the data folder is; of a restored one, where that lies which was there before (empty: nothing was). */
  path: string;
  bytes: number;
  databases: Database[];
}
export interface ModelCheck {
  id: string;
  name: string;
  /** `unpinned`: there is nothing to compare it with; `changed`: a file is not what it was. */
  state: 'good' | 'unpinned' | 'changed';
  file: string;
}
export interface BackupView {
  path: string;
  program: string;
  at: number;
  files: number;
  bytes: number;
  models: boolean;
  encrypted: boolean;
}
export interface MovePlace {
  path: string;
  bytes: number;
}
export interface CommandLine {
  state: 'there' | 'elsewhere' | 'ready' | 'absent';
  program: string;
  /** Where a terminal finds it, or would. */
  at: string;
  /** A terminal looks there. */
  onPath: boolean;
}

export interface ErrandBackend {
  /** What waits to be done; works before anything is opened, as the next three do. */
  errand(): Promise<Errand | null>;
  runErrand(on: (progress: WorkProgress) => void): Promise<ErrandReport>;
  /** Compares every model with the checksums that it came with; `stopWork` ends it. */
  checkModels(on: (progress: WorkProgress) => void): Promise<ModelCheck[]>;
  /** Ends it, or a backup that is being made, where it still can be. */
  stopWork(): Promise<void>;
  dropErrand(): Promise<void>;
  /** Asks for a file; null where the person changed their mind. */
  chooseBackup(): Promise<BackupView | null>;
  prepareRestore(path: string): Promise<void>;
  /** Asks for a folder; null where the person changed their mind. */
  choosePlace(): Promise<MovePlace | null>;
  prepareMove(path: string): Promise<void>;
  prepareMend(): Promise<void>;
  /** What a restore has set aside comes back. */
  prepareReturn(name: string): Promise<void>;
  commandLine(): Promise<CommandLine>;
  installCommandLine(): Promise<CommandLine>;
}
