/**
 * The one door between the page and the program. `tauri.ts` implements it over IPC, `fake.ts` plays scripted turns in a
 * browser; nothing else in `ui/` knows which of the two is behind it. Each room of the program has a file of its own here.
 *
 * All times are milliseconds. The page never touches audio: it animates against events that are clocked by played samples.
 */

import type { AppraisalBackend } from './appraisal';
import type { ArenaBackend } from './arena';
import type { CastBackend, CastView } from './cast';
import type { DocumentsBackend } from './documents';
import type { ErrandBackend } from './errands';
import type { AppEvent, PartState } from './events';
import type { FiguresBackend } from './figures';
import type { FittingBackend } from './fitting';
import type { KeepingBackend } from './keeping';
import type { LibraryBackend } from './library';
import type { MemoryBackend } from './memory';
import type { MicrophoneBackend } from './microphone';
import type { ModelsBackend } from './models';
import type { CharacterSummary, OnstageBackend } from './onstage';
import type { PageBackend } from './page';
import type { PictureBackend } from './pictures';
import type { SceneryBackend } from './scenery';
import type { Settings, SettingsBackend } from './settings';
import type { StudioBackend } from './studio';
import type { TalksBackend } from './talks';
import type { MessageView, TurnsBackend } from './turns';
import type { VaultBackend } from './vault';
import type { WhyBackend } from './why';

export type * from './events';
export type * from './models';
export type * from './onstage';
export type * from './page';
export type * from './settings';
export type * from './turns';
export type * from './why';

export interface Snapshot {
  version: string;
  settings: Settings;
  characters: CharacterSummary[];
  character: string;
  conversation: string;
  /** Name of the person in it. */
  persona: string;
  /** Who is there. */
  cast: CastView;
  messages: MessageView[];
  model: PartState;
  voice: PartState;
  ears: PartState;
  /** A turn is running (for a page that was reloaded). */
  busy: boolean;
}

export interface Backend
  extends
    TurnsBackend,
    WhyBackend,
    SettingsBackend,
    ModelsBackend,
    OnstageBackend,
    PageBackend,
    LibraryBackend,
    KeepingBackend,
    VaultBackend,
    ErrandBackend,
    FittingBackend,
    ArenaBackend,
    CastBackend,
    TalksBackend,
    MemoryBackend,
    DocumentsBackend,
    StudioBackend,
    AppraisalBackend,
    PictureBackend,
    SceneryBackend,
    FiguresBackend,
    MicrophoneBackend {
  snapshot(): Promise<Snapshot>;
  /** Events from now on, in order. Returns the way to stop them. */
  listen(on: (event: AppEvent) => void): Promise<() => void>;
}
