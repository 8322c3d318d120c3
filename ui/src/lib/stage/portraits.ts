/** Faces of characters as pictures, made once for each character and feeling and kept for the life of the page. */

import type { Session } from '$lib/session/session.svelte';
import { portrait } from './portrait';

const kept = new Map<string, Promise<string | null>>();

/** URL of a character's face with a feeling; null where there is neither puppet nor picture. */
export function faceOf(session: Session, character: string, feeling: string): Promise<string | null> {
  const key = `${character}/${feeling}`;
  let face = kept.get(key);
  if (!face) kept.set(key, (face = make(session, character, feeling)));
  return face;
}

async function make(session: Session, character: string, feeling: string): Promise<string | null> {
  const source = await session.backend.puppet(character).catch(() => null);
  if (source) {
    try {
      return portrait(source, feeling);
    } catch {
      // An unusable puppet is reported when it comes on stage; here the card's picture will do.
    }
  }
  return session.backend.picture(character).catch(() => null);
}
