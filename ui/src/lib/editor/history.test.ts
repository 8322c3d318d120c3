/** Undo and redo. */

import { describe, expect, it } from 'vitest';
import { edited, isDirty, openHistory, redone, savedAs, undone } from './history';

const open = () => openHistory({ name: 'a', text: '' });

describe('undo', () => {
  it('takes typing in one field as one step', () => {
    let h = open();
    for (const [i, name] of ['b', 'bc', 'bcd'].entries()) h = edited(h, { ...h.present, name }, 'name', 100 * i);
    h = edited(h, { ...h.present, text: 'x' }, 'text', 350);
    h = edited(h, { ...h.present, text: 'xy' }, 'text', 5000);
    expect(h.present).toEqual({ name: 'bcd', text: 'xy' });
    h = undone(h);
    expect(h.present.text).toBe('x');
    h = undone(h);
    expect(h.present).toEqual({ name: 'bcd', text: '' });
    h = undone(h);
    expect(h.present).toEqual({ name: 'a', text: '' });
    expect(undone(h)).toBe(h);
  });
  it('is undone by redo, until something else is written', () => {
    let h = edited(open(), { name: 'b', text: '' }, 'name', 0);
    h = redone(undone(h));
    expect(h.present.name).toBe('b');
    h = edited(undone(h), { name: 'c', text: '' }, 'name', 1);
    expect(redone(h)).toBe(h);
    expect(undone(h).present.name).toBe('a');
  });
  it('keeps a bounded number of steps', () => {
    let h = open();
    for (let i = 0; i < 1000; i++) h = edited(h, { name: String(i), text: '' }, `f${i}`, i);
    expect(h.past.length).toBe(300);
  });
});

it('is dirty only where something differs from what is saved', () => {
  let h = open();
  expect(isDirty(h)).toBe(false);
  h = edited(h, { name: 'b', text: '' }, 'name', 0);
  expect(isDirty(h)).toBe(true);
  expect(isDirty(edited(h, { name: 'a', text: '' }, 'name', 5000))).toBe(false);
  expect(isDirty(undone(h))).toBe(false);
  expect(isDirty(savedAs({ name: 'b', text: '' }))).toBe(false);
});
