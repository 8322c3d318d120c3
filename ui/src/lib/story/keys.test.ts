import { describe, expect, it } from 'vitest';
import { ACTIONS, actionOf, KEYS, type Pressed } from './keys';

const press = (key: string, more: Partial<Pressed> = {}): Pressed => ({
  key,
  code: '',
  shiftKey: false,
  ctrlKey: false,
  altKey: false,
  metaKey: false,
  isComposing: false,
  ...more,
});

describe('keys', () => {
  it('are Ren’Py’s where it has one', () => {
    expect([' ', 'Enter', 'PageUp', 'PageDown', 'h', 'Escape', 'f'].map((k) => actionOf(press(k), false))).toEqual([
      'advance',
      'advance',
      'back',
      'forward',
      'hide',
      'menu',
      'fullscreen',
    ]);
    expect(actionOf(press('>', { shiftKey: true }), false)).toBe('skip');
    expect(actionOf(press('A', { shiftKey: true }), false)).toBe('access');
    expect(actionOf(press('V', { shiftKey: true }), false)).toBe('voicing');
    expect(actionOf(press('a'), false, { ...KEYS, auto: [] })).toBeNull();
    expect(actionOf(press('Control', { code: 'ControlLeft', ctrlKey: true }), false)).toBe('skipHold');
  });
  it('leave letters to a field that is typed in, and everything to an input method', () => {
    expect(actionOf(press('h'), true)).toBeNull();
    expect(actionOf(press('PageUp'), true)).toBe('back');
    expect(actionOf(press('Enter', { isComposing: true }), false)).toBeNull();
  });
  it('leave the shortcuts of the system alone', () => {
    expect(actionOf(press('a', { ctrlKey: true }), false)).toBeNull();
    expect(actionOf(press('f', { metaKey: true }), false)).toBeNull();
    expect(actionOf(press('Tab'), false)).toBeNull();
  });
  it('no key means two things, but for Escape, which stops before it opens the menu', () => {
    const seen = ACTIONS.flatMap((a) => KEYS[a].map((c) => c.cap)).filter((cap) => cap !== 'Esc');
    expect(new Set(seen).size).toBe(seen.length);
  });
});
