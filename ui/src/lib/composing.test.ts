import { describe, expect, it, vi } from 'vitest';
import { composing, watchCompositions } from './composing';
import { actionOf } from './story/keys';

describe('a key of the input method', () => {
  it('is one that comes while a word is composed, or that WebKit marks', () => {
    expect(composing({ isComposing: true, keyCode: 13 })).toBe(true);
    expect(composing({ isComposing: false, keyCode: 229 })).toBe(true);
    expect(composing({ isComposing: false, keyCode: 13 })).toBe(false);
  });

  it('may come just after the composition has ended', () => {
    vi.useFakeTimers();
    const page = new EventTarget();
    const stop = watchCompositions(page);
    page.dispatchEvent(new Event('compositionend'));
    expect(composing({ isComposing: false, keyCode: 13 })).toBe(true);
    vi.runAllTimers();
    expect(composing({ isComposing: false, keyCode: 13 })).toBe(false);
    stop();
    page.dispatchEvent(new Event('compositionend'));
    expect(composing({ isComposing: false })).toBe(false);
    vi.useRealTimers();
  });

  it('asks for nothing on the stage', () => {
    const escape = { key: 'Escape', code: 'Escape', shiftKey: false, ctrlKey: false, altKey: false, metaKey: false };
    expect(actionOf({ ...escape, isComposing: false, keyCode: 229 }, true)).toBeNull();
    expect(actionOf({ ...escape, isComposing: false, keyCode: 27 }, true)).toBe('menu');
  });
});
