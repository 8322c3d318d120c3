/** Save slots: pages of nine, as many as anyone fills, and one page each for quick and automatic saves. Pure. */

import type { SaveView } from '$lib/backend/backend';

export const SLOTS_A_PAGE = 9;
/** Numbered pages: 12 of them are 108 slots. */
export const PAGES = 12;

export type ShelfPage = 'auto' | 'quick' | number;
export const SHELF: ShelfPage[] = ['auto', 'quick', ...Array.from({ length: PAGES }, (_, i) => i + 1)];

export interface Slot {
  /** What a save into it is called; null on the pages that fill themselves. */
  name: string | null;
  number: number;
  save: SaveView | null;
}

/** The slots of a page. `saves` stand newest first. */
export function slotsOn(page: ShelfPage, saves: readonly SaveView[]): Slot[] {
  const numbers = Array.from({ length: SLOTS_A_PAGE }, (_, i) => i);
  if (page === 'auto' || page === 'quick') {
    const own = saves.filter((s) => s.slot === page);
    return numbers.map((i) => ({ name: null, number: i + 1, save: own[i] ?? null }));
  }
  return numbers.map((i) => {
    const number = (page - 1) * SLOTS_A_PAGE + i + 1;
    const name = String(number);
    return { name, number, save: saves.find((s) => s.slot === name) ?? null };
  });
}

/** The page that a slot stands on. */
export const pageOf = (slot: string): ShelfPage =>
  slot === 'auto' || slot === 'quick' ? slot : Math.ceil(Number(slot) / SLOTS_A_PAGE);
