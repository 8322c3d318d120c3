import { describe, expect, it } from 'vitest';
import { bindings, chordOf, nameOf, onKey, rebind, ROWS } from './bindings';
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

describe('changed keys', () => {
  it('are the usual ones where nothing is written', () => {
    expect(bindings('')).toEqual(KEYS);
  });
  it('take effect, and the old key is free', () => {
    const { text, lost } = rebind('', 'auto', 'x');
    expect([text, lost]).toEqual(['auto=x', null]);
    const keys = bindings(text);
    expect(actionOf(press('x'), false, keys)).toBe('auto');
    expect(actionOf(press('a'), false, keys)).toBeNull();
  });
  it('are taken from whoever had them, which is said', () => {
    const { text, lost } = rebind('', 'auto', 'h');
    expect(lost).toBe('hide');
    const keys = bindings(text);
    expect(actionOf(press('h'), false, keys)).toBe('auto');
    expect(keys.hide).toEqual([]);
    // And back again: nothing is left to write down.
    const again = rebind(rebind(text, 'hide', 'h').text, 'auto', 'a');
    expect(again.text).toBe('');
  });
  it('one of several keys of an action can be taken without the others', () => {
    const { text } = rebind('', 'why', 'b');
    expect(bindings(text).history.map((chord) => chord.cap)).toEqual(['L']);
  });
  it('Escape stays, and cannot be given away', () => {
    expect(nameOf(press('Escape'))).toBeNull();
    expect(rebind('', 'menu', 'x').text).toBe('');
    expect(bindings('menu=x stop=y').menu).toEqual(KEYS.menu);
  });
  it('whatever a person wrote into the file is read or passed over', () => {
    const keys = bindings('auto=F6,Space nonsense=x auto history= =l skip==');
    expect(keys.auto.map((chord) => chord.cap)).toEqual(['F6', 'Space']);
    expect(keys.history).toEqual([]);
    expect(chordOf('<script>')).toBeNull();
    for (const text of ['auto', '=', 'auto=\u0000', '🙂=🙂']) expect(() => bindings(text)).not.toThrow();
  });
  it('any key that can be pressed can be written and read again', () => {
    for (const key of [' ', ',', '=', 'ü', 'F7', 'PageUp', '>', '漢', 'ArrowUp']) {
      const name = nameOf(press(key));
      expect(name, key).not.toBeNull();
      const { text } = rebind('', 'why', name ?? '');
      expect(actionOf(press(key, { shiftKey: key === '>' }), false, bindings(text)), text).toBe('why');
    }
    const control = press('Control', { code: 'ControlRight', ctrlKey: true });
    const { text } = rebind('', 'auto', nameOf(control) ?? '');
    expect(actionOf(control, true, bindings(text))).toBe('auto');
  });
  it('the picture of the keyboard shows every action that has a key', () => {
    const shown = new Set(ROWS.flat().map((name) => onKey(KEYS, name)));
    // Escape stops before it opens the menu; on a key that does one thing with Shift the other one is shown.
    const hidden = ['menu', 'stop', 'access', 'voicing'];
    expect(ACTIONS.filter((action) => !shown.has(action) && !hidden.includes(action))).toEqual([]);
  });
});
