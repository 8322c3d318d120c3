import { describe, expect, it } from 'vitest';
import type { SaveView } from '$lib/backend/backend';
import { PAGES, pageOf, SHELF, slotsOn, SLOTS_A_PAGE } from './slots';

const save = (id: number, slot: string): SaveView => ({
  id,
  slot,
  character: 'koto',
  characterName: 'Koto',
  conversation: 'c',
  line: '',
  at: id,
  stage: { scene: '', daylight: 'day', weather: 'clear', emotion: 'joy' },
});

describe('slots', () => {
  it('are more than a hundred, each on one page', () => {
    expect(PAGES * SLOTS_A_PAGE).toBeGreaterThan(100);
    const names = SHELF.flatMap((p) => slotsOn(p, []).map((s) => s.name)).filter((n) => n !== null);
    expect(new Set(names).size).toBe(PAGES * SLOTS_A_PAGE);
    for (const name of names) expect(slotsOn(pageOf(name), []).some((s) => s.name === name)).toBe(true);
  });
  it('hold what was saved in them', () => {
    const page = slotsOn(2, [save(3, '11'), save(2, '1'), save(1, 'quick')]);
    expect(page[1]?.save?.id).toBe(3);
    expect(page.filter((s) => s.save).length).toBe(1);
  });
  it('show quick saves by age', () => {
    const page = slotsOn('quick', [save(9, 'quick'), save(8, 'auto'), save(7, 'quick')]);
    expect(page.map((s) => s.save?.id)).toEqual([9, 7, ...new Array<undefined>(7).fill(undefined)]);
    expect(page.every((s) => s.name === null)).toBe(true);
  });
});
