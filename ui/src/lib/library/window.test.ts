/** Which cells of a long grid are drawn, and where keys lead. */

import { describe, expect, it } from 'vitest';
import { gridWindow, scrollTo, step } from './window';

const size = { width: 1000, height: 600, top: 0, count: 5000, cellWidth: 160, cellHeight: 280, gap: 20 };

describe('the window', () => {
  it('draws what is seen and two rows around it', () => {
    expect(gridWindow(size)).toEqual({ columns: 5, rows: 1000, height: 299_980, first: 0, end: 20, offset: 0 });
    const deep = gridWindow({ ...size, top: 150_000 });
    expect([deep.first, deep.end, deep.offset]).toEqual([498 * 5, 504 * 5, 498 * 300]);
    expect(deep.end - deep.first).toBeLessThan(40);
  });
  it.each([
    [0, 0],
    [1, 0],
    [1, 100_000],
    [4999, 299_400],
  ])('covers every place of %i cells at %i', (count, top) => {
    const view = gridWindow({ ...size, count, top });
    expect(view.first).toBeGreaterThanOrEqual(0);
    expect(view.end).toBeLessThanOrEqual(count);
    expect(view.end).toBeGreaterThanOrEqual(view.first);
  });
  it('has one column where it is too narrow for any', () => {
    expect(gridWindow({ ...size, width: 50 }).columns).toBe(1);
    expect(gridWindow({ ...size, width: 0, height: 0 }).columns).toBe(1);
  });
});

describe('keys', () => {
  it.each([
    ['ArrowRight', 3, 4],
    ['ArrowLeft', 0, 0],
    ['ArrowDown', 3, 8],
    ['ArrowUp', 3, 3],
    ['ArrowUp', 8, 3],
    ['ArrowDown', 97, 99],
    ['PageDown', 0, 10],
    ['PageUp', 12, 2],
    ['Home', 50, 0],
    ['End', 50, 99],
  ])('%s from %i leads to %i', (key, at, to) => expect(step(key, at, 100, 5, 2)).toBe(to));
  it('lead nowhere otherwise', () => {
    expect(step('a', 3, 100, 5, 2)).toBeNull();
    expect(step('ArrowDown', 0, 0, 5, 2)).toBeNull();
  });
});

it('scrolls only as far as it must', () => {
  const seen = { top: 300, height: 600, cellHeight: 280, gap: 20 };
  expect(scrollTo(7, 5, seen)).toBe(300);
  expect(scrollTo(0, 5, seen)).toBe(0);
  expect(scrollTo(20, 5, seen)).toBe(4 * 300 + 280 - 600);
});

it('shows the head of a cell that is taller than the window, wherever it is scrolled to', () => {
  const small = { top: 0, height: 230, cellHeight: 286, gap: 14 };
  expect(scrollTo(0, 2, small)).toBe(0);
  expect(scrollTo(0, 2, { ...small, top: 55 })).toBe(0);
  expect(scrollTo(2, 2, { ...small, top: 55 })).toBe(300);
});
