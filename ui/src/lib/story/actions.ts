/** What is done in a text: the words between asterisks, each with its place. Pure. */

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
