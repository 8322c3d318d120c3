/**
 * Keys that a person has changed, as the settings keep them: `auto=x history=l,F7`. What is not named has its usual keys. Pure; whatever
 * cannot be understood in the text is passed over, because a person may edit the file.
 */

import { ACTIONS, KEYS, type Action, type Chord, type Pressed } from './keys';

/** Escape leads back from everywhere, whatever else is changed. */
export const FIXED: readonly Action[] = ['menu', 'stop'];
/** Keys that belong to moving in the page or to the system. */
const RESERVED = [
  'Tab',
  'Escape',
  'Shift',
  'Alt',
  'Meta',
  'AltGraph',
  'Dead',
  'Process',
  'Unidentified',
  'ContextMenu',
];
const CAPS: Record<string, string> = {
  ' ': 'Space',
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ControlLeft: 'Ctrl',
  ControlRight: 'Ctrl (right)',
  Backquote: '`',
};

const isAction = (name: string): name is Action => (ACTIONS as readonly string[]).includes(name);

/** A key as the settings write it: control keys by their place, all others by what they write. */
export function nameOf(event: Pick<Pressed, 'key' | 'code' | 'shiftKey'>): string | null {
  if (event.key === 'Control') return event.code;
  if (RESERVED.includes(event.key)) return null;
  if (event.key === ' ') return 'Space';
  if (event.key === ',') return 'Comma';
  if (event.key === '=') return 'Equal';
  return event.key.length === 1 ? event.key.toLowerCase() : event.key;
}

/** A written key as it is matched. */
export function chordOf(name: string): Chord | null {
  if (name === '' || RESERVED.includes(name)) return null;
  if (name === 'Space') return { key: ' ', cap: 'Space' };
  if (name === 'Comma') return { key: ',', cap: ',' };
  if (name === 'Equal') return { key: '=', cap: '=' };
  if (name.startsWith('Control') || name === 'Backquote')
    return { code: name, always: name === 'ControlRight', cap: CAPS[name] ?? name };
  const letters = Array.from(name);
  if (letters.length > 1 && !/^[A-Z][A-Za-z0-9]{1,20}$/.test(name)) return null;
  // What is no letter may need Shift on somebody's keyboard; a function key works while something is typed.
  const shift = letters.length === 1 && !/\p{L}/u.test(name);
  const always = /^F\d{1,2}$|^Page/.test(name);
  return { key: name, shift, always, cap: CAPS[name] ?? (letters.length === 1 ? name.toUpperCase() : name) };
}

/** How the settings write a key of the table. */
const written = (chord: Chord): string => {
  const name = chord.code ?? chord.key ?? '';
  // A letter with Shift is another key than the letter; it can only be one of the usual ones.
  if (chord.shift && /^\p{L}$/u.test(name)) return `Shift+${name}`;
  return { ' ': 'Space', ',': 'Comma', '=': 'Equal' }[name] ?? name;
};

/** All keys, with those that were changed. */
export function bindings(text: string): Record<Action, Chord[]> {
  const keys: Record<Action, Chord[]> = { ...KEYS };
  for (const word of text.trim().split(/\s+/)) {
    const [action = '', names] = word.split('=');
    if (names === undefined || !isAction(action) || FIXED.includes(action)) continue;
    keys[action] = names
      .split(',')
      .map(chordOf)
      .filter((chord): chord is Chord => chord !== null);
  }
  return keys;
}

/** The text for these keys: only what differs from the usual. */
function textOf(keys: Record<Action, Chord[]>): string {
  const names = (chords: Chord[]) => chords.map(written).join(',');
  return ACTIONS.filter((action) => !FIXED.includes(action) && names(keys[action]) !== names(KEYS[action]))
    .map((action) => `${action}=${names(keys[action])}`)
    .join(' ');
}

/** Gives an action one key instead of those it has; whoever had that key loses it. */
export function rebind(text: string, action: Action, name: string): { text: string; lost: Action | null } {
  const keys = bindings(text);
  const chord = chordOf(name);
  if (!chord || FIXED.includes(action)) return { text, lost: null };
  let lost: Action | null = null;
  for (const other of ACTIONS) {
    if (other === action || FIXED.includes(other)) continue;
    const rest = keys[other].filter((one) => written(one).toLowerCase() !== name.toLowerCase());
    if (rest.length < keys[other].length) lost = other;
    keys[other] = rest;
  }
  keys[action] = [chord];
  return { text: textOf(keys), lost };
}

/** The rows of a keyboard, by the names that the settings write; for the picture of it. */
export const ROWS: readonly (readonly string[])[] = [
  ['Escape', 'F1', 'F2', 'F3', 'F4', 'F5', 'F6', 'F7', 'F8', 'F9', 'F10', 'F11', 'F12'],
  ['Backquote', '1', '2', '3', '4', '5', '6', '7', '8', '9', '0', '-', 'Equal', 'PageUp'],
  ['q', 'w', 'e', 'r', 't', 'y', 'u', 'i', 'o', 'p', '[', ']', '\\', 'PageDown'],
  ['a', 's', 'd', 'f', 'g', 'h', 'j', 'k', 'l', ';', "'", 'Enter'],
  ['z', 'x', 'c', 'v', 'b', 'n', 'm', 'Comma', '.', '/', 'ArrowUp'],
  ['ControlLeft', 'Space', 'ControlRight', 'ArrowLeft', 'ArrowDown', 'ArrowRight'],
];
/** Characters that stand on a key together with another: what `>` means is found on `.`. */
const SHIFTED: Record<string, string> = { '>': '.', '?': '/', '<': 'Comma', ':': ';', '"': "'", '+': 'Equal', _: '-' };

/** The action of a key in the picture. */
export function onKey(keys: Record<Action, Chord[]>, name: string): Action | null {
  const has = (chord: Chord) => {
    const own = written(chord);
    return own.toLowerCase() === name.toLowerCase() || SHIFTED[own] === name;
  };
  return ACTIONS.find((action) => keys[action].some(has)) ?? null;
}
