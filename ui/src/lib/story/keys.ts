/** The keys of the stage, in one table: what the window obeys and what the keyboard page shows, where a person has not changed them (`bindings.ts`). Ren'Py's where it has one. */

import { composing } from '$lib/composing';

export const ACTIONS = [
  'advance',
  'back',
  'forward',
  'skipHold',
  'skip',
  'auto',
  'history',
  'hide',
  'menu',
  'save',
  'load',
  'quickSave',
  'quickLoad',
  'branches',
  'replay',
  'regenerate',
  'swipeBack',
  'swipeForward',
  'talk',
  'stop',
  'why',
  'memory',
  'presentation',
  'fullscreen',
  'access',
  'voicing',
  'keys',
] as const;
export type Action = (typeof ACTIONS)[number];

/** A key as it is matched: `key` for letters (any layout), `code` for places on the keyboard. */
export interface Chord {
  key?: string;
  code?: string;
  shift?: boolean;
  /** Works while something is being typed too. */
  always?: boolean;
  /** How it is written on the keyboard page. */
  cap: string;
}

export const KEYS: Record<Action, Chord[]> = {
  advance: [
    { key: ' ', cap: 'Space' },
    { key: 'Enter', cap: 'Enter' },
  ],
  back: [{ key: 'PageUp', always: true, cap: 'PageUp' }],
  forward: [{ key: 'PageDown', always: true, cap: 'PageDown' }],
  skipHold: [{ code: 'ControlLeft', cap: 'Ctrl' }],
  skip: [{ key: '>', shift: true, cap: '>' }],
  auto: [{ key: 'a', cap: 'A' }],
  history: [
    { key: 'l', cap: 'L' },
    { key: 'b', cap: 'B' },
  ],
  hide: [{ key: 'h', cap: 'H' }],
  menu: [{ key: 'Escape', always: true, cap: 'Esc' }],
  save: [{ key: 's', cap: 'S' }],
  load: [{ key: 'o', cap: 'O' }],
  quickSave: [{ key: 'F5', always: true, cap: 'F5' }],
  quickLoad: [{ key: 'F9', always: true, cap: 'F9' }],
  branches: [{ key: 't', cap: 'T' }],
  replay: [{ key: 'v', cap: 'V' }],
  regenerate: [{ key: 'r', cap: 'R' }],
  swipeBack: [{ key: 'ArrowLeft', cap: '←' }],
  swipeForward: [{ key: 'ArrowRight', cap: '→' }],
  talk: [
    { code: 'ControlRight', always: true, cap: 'Ctrl (right)' },
    { code: 'Backquote', cap: '`' },
  ],
  stop: [{ key: 'Escape', always: true, cap: 'Esc' }],
  why: [{ key: 'F2', always: true, cap: 'F2' }],
  memory: [{ key: 'm', cap: 'M' }],
  presentation: [{ key: 'n', cap: 'N' }],
  fullscreen: [
    { key: 'f', cap: 'F' },
    { key: 'F11', always: true, cap: 'F11' },
  ],
  access: [{ key: 'a', shift: true, cap: 'Shift+A' }],
  voicing: [{ key: 'v', shift: true, cap: 'Shift+V' }],
  keys: [
    { key: '?', shift: true, cap: '?' },
    { key: 'F1', always: true, cap: 'F1' },
  ],
};

/** What of a keyboard event is looked at. */
export interface Pressed {
  key: string;
  code: string;
  shiftKey: boolean;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
  isComposing: boolean;
  keyCode?: number;
}

/** What a key asks for; null where it is nobody's. `typing`: the focus is in a field. */
export function actionOf(event: Pressed, typing: boolean, keys: Record<Action, Chord[]> = KEYS): Action | null {
  if (composing(event) || event.altKey || event.metaKey) return null;
  for (const action of ACTIONS) {
    for (const chord of keys[action]) {
      if (typing && !chord.always) continue;
      const modifier = chord.code?.startsWith('Control') ?? false;
      if (event.ctrlKey && !modifier) continue;
      if (chord.code !== undefined ? event.code !== chord.code : event.key.toLowerCase() !== chord.key?.toLowerCase())
        continue;
      if (event.shiftKey && !chord.shift) continue;
      // What is no letter may need Shift or not, as somebody's keyboard has it; a letter with Shift is another key.
      if (!event.shiftKey && chord.shift && /^\p{L}$/u.test(chord.key ?? '')) continue;
      return action;
    }
  }
  return null;
}
