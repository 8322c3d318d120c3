/** What the page asks of its surroundings: sounds, words read aloud, files. */

import type { UiLanguage } from './settings';

/** Sounds without a voice of their own, and files that a person gives. */
export interface PageBackend {
  /** Loops under the voice from now on, by the names of `lib/stage/direction.ts`; '' for silence. */
  setLoops(music: string, ambience: string): Promise<void>;
  playEffect(name: string): Promise<void>;
  /** Reads words of the page aloud; a newer text takes the place of an older one. */
  readAloud(text: string, language: UiLanguage): Promise<void>;

  /** Asks the person for files with the system's dialogue; empty where they changed their mind. */
  pickFiles(): Promise<string[]>;
  /** Files dragged over the window and dropped, and 'enter' / 'leave' for the hint. */
  onFileDrop(on: (event: { type: 'enter' | 'leave' } | { type: 'drop'; paths: string[] }) => void): Promise<() => void>;
  /** The window is hidden or shown: the program saves power behind a hidden one. */
  setVisible(visible: boolean): Promise<void>;
}
