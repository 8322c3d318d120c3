/** What the page and the frame of a Live2D figure say to each other. The frame has no other way out. */

import type { Wishes } from '../stage/life';

export type ToFrame =
  | { type: 'load'; core: string; entry: string; files: [path: string, bytes: ArrayBuffer][] }
  | { type: 'size'; width: number; height: number; ratio: number }
  | { type: 'frame'; now: number; dt: number; wishes: Wishes }
  | { type: 'release' };

export type FromFrame =
  /** The frame's own script runs. */
  | { type: 'open' }
  | { type: 'ready'; core: string; parameters: number; drawables: number; broken: string[] }
  /** The figure cannot be shown, or no longer. `reason` is a sentence. */
  | { type: 'failed'; reason: string }
  /** A frame was drawn; `quick` asks for more of them. */
  | { type: 'drawn'; ms: number; quick: boolean; motion: string; expression: string };
