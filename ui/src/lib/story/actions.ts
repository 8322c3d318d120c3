/** What is done and heard in a text: the words between asterisks, and the sounds of `{sound=…}`, each with its place. Pure. */

import { letters } from '$lib/session/pace';
import { parse } from './markup';

export interface Action {
  /** Letters of the source before it. */
  at: number;
  words: string;
}
/** Actions of one text that are looked at, and letters of each. */
const MOST = 24;
const LONGEST = 160;

/** The actions of a text, in order. */
export function actionsOf(text: string): Action[] {
  if (!text.includes('*')) return [];
  const found: Action[] = [];
  let open: Action | null = null;
  for (const { letter, at, style } of parse(text)) {
    if (style.tone !== 'action') open = null;
    else if (open) open.words += open.words.length < LONGEST ? letter : '';
    else {
      if (found.length === MOST) break;
      found.push((open = { at, words: letter }));
    }
  }
  return found;
}

/** A sound that a text asks for where it comes to it: `{sound=bell}`, with a name that may have spaces. */
const SOUND = /\{sound=([^{}\n]{1,40})\}/g;

/** The sounds of one text, in order. */
export function soundsOf(text: string): Action[] {
  if (!text.includes('{sound=')) return [];
  const found: Action[] = [];
  for (const one of text.matchAll(SOUND)) {
    if (found.length === MOST) break;
    found.push({ at: letters(text.slice(0, one.index)).length, words: one[1]?.trim() ?? '' });
  }
  return found;
}
