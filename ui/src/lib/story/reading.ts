/**
 * Where a person reads: at the end with the voice, or on a page of their own after going back. Pure.
 *
 * A spoken reply turns its own pages, because the voice cannot wait for a click; a reply that is only written waits to be
 * read, page by page. Going back never changes anything: what was said stays said, and speaking from there begins a branch.
 */

import type { SessionState } from '$lib/session/reduce';
import { entryAt, entryCount, indexOf, LIVE, pagesIn, voiced, type Entry } from './script';
import { pageAt, type Page } from './pages';

/** A page of an entry. */
export interface Spot {
  entry: string;
  page: number;
}
export type Pace = 'click' | 'auto' | 'skip';

export interface Reading {
  /** The page that is shown; null where it is the end, and goes along with it. */
  spot: Spot | null;
  /** The furthest page of the newest reply that has been shown while there are more; null where all has been. */
  frontier: Spot | null;
}

export const AT_END: Reading = { spot: null, frontier: null };

/** What is shown. */
export interface View {
  index: number;
  entry: Entry;
  page: number;
  pages: Page[];
  /** Nothing comes after it yet. */
  last: boolean;
  /** Shown for the first time: it is typed. */
  fresh: boolean;
}

/** The page that a reading shows. `letter`: how far the voice has come in the reply that runs. */
export function view(state: SessionState, reading: Reading, letter = 0): View | null {
  const count = entryCount(state);
  if (count === 0) return null;
  const found = reading.spot ? indexOf(state, reading.spot.entry) : -1;
  const index = found >= 0 ? found : count - 1;
  const entry = entryAt(state, index);
  if (!entry) return null;
  const pages = pagesIn(entry);
  const live = entry.id === LIVE;
  const end = live && voiced(state) ? pageAt(pages, letter) : pages.length - 1;
  const page = found >= 0 && reading.spot ? Math.min(reading.spot.page, pages.length - 1) : end;
  const last = index === count - 1 && page >= end;
  return { index, entry, page, pages, last, fresh: isFresh(reading, entry, page, found < 0 && live) };
}

function isFresh(reading: Reading, entry: Entry, page: number, following: boolean): boolean {
  if (following) return true;
  const { frontier } = reading;
  return frontier !== null && frontier.entry === entry.id && page >= frontier.page;
}

/** The page before; the same reading at the very beginning. */
export function back(state: SessionState, reading: Reading, letter = 0): Reading {
  const here = view(state, reading, letter);
  if (!here) return reading;
  if (here.page > 0) return { ...reading, spot: { entry: here.entry.id, page: here.page - 1 } };
  const before = entryAt(state, here.index - 1);
  if (!before) return reading;
  return { ...reading, spot: { entry: before.id, page: pagesIn(before).length - 1 } };
}

/** The page after; the end where there is none. */
export function forward(state: SessionState, reading: Reading, letter = 0): Reading {
  const here = view(state, reading, letter);
  if (!here || here.last) return settle(state, reading, letter);
  const next =
    here.page < here.pages.length - 1
      ? { entry: here.entry.id, page: here.page + 1 }
      : { entry: entryAt(state, here.index + 1)?.id ?? '', page: 0 };
  const { frontier } = reading;
  const further = frontier && frontier.entry === next.entry && next.page > frontier.page ? next : frontier;
  return settle(state, { spot: next, frontier: further }, letter);
}

/** To a given entry, at its first page. */
export function goTo(state: SessionState, reading: Reading, entry: string): Reading {
  if (indexOf(state, entry) < 0) return reading;
  return settle(state, { ...reading, spot: { entry, page: 0 } });
}

/** A reading that has arrived where it would be anyway goes along with the end again. */
function settle(state: SessionState, reading: Reading, letter = 0): Reading {
  const here = view(state, reading, letter);
  if (!here?.last) return reading;
  // What is shown for the first time and is only written keeps its place: it is being typed, and more pages may follow.
  if (here.fresh && reading.frontier) return reading;
  return AT_END;
}

/** The page after would be new: skipping what has been read stops here. */
export function nextIsNew(state: SessionState, reading: Reading): boolean {
  const here = view(state, reading);
  const { frontier } = reading;
  if (!here || !frontier || here.last) return false;
  if (here.entry.id !== frontier.entry) {
    return (
      here.page === here.pages.length - 1 && indexOf(state, frontier.entry) === here.index + 1 && frontier.page === 0
    );
  }
  return here.page >= frontier.page;
}

/** The person has gone back: what they say now begins a branch. */
export const isBack = (state: SessionState, reading: Reading): boolean => {
  if (!reading.spot) return false;
  const index = indexOf(state, reading.spot.entry);
  return index >= 0 && index < entryCount(state) - 1;
};

/** What the next state of the conversation does to a reading. */
export function follow(before: SessionState, after: SessionState, reading: Reading): Reading {
  if (after.turn !== before.turn) return AT_END;
  if (after.conversation !== before.conversation) return AT_END;
  const began = before.lines.length === 0 && after.lines.length > 0;
  if (began && after.busy && !voiced(after)) {
    const first = { entry: LIVE, page: 0 };
    return { spot: reading.spot ?? first, frontier: first };
  }
  const ended = before.lines.length > 0 && after.lines.length === 0;
  if (ended) {
    // The reply has its place in the log now.
    const id = after.messages.at(-1)?.id ?? '';
    const rename = (spot: Spot | null) => (spot?.entry === LIVE ? { ...spot, entry: id } : spot);
    return settle(after, { spot: rename(reading.spot), frontier: rename(reading.frontier) });
  }
  if (reading.spot && indexOf(after, reading.spot.entry) < 0) return AT_END;
  return reading;
}
