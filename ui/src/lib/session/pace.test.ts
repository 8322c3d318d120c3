import { describe, expect, it } from 'vitest';
import { feelingAt, letters, revealed } from './pace';

const spoken = (text: string, durationMs: number | null = 2000) => ({ text, durationMs, ended: false });

describe('the typewriter', () => {
  it('follows the voice from the first letter to the last, never backwards', () => {
    const line = spoken('Well, look who is here. Come in!');
    let last = 0;
    for (let at = 0; at <= 2000; at += 50) {
      const now = revealed(line, at, 40);
      expect(now).toBeGreaterThanOrEqual(last);
      last = now;
    }
    expect(revealed(line, 0, 40)).toBeLessThan(6);
    expect(last).toBe(letters(line.text).length);
  });

  it('rests at marks', () => {
    const plain = revealed(spoken('aaaaaaaaaaaaaaaaaaaa'), 900, 40);
    const resting = revealed(spoken('aaa. aaa. aaa. aaaaa'), 900, 40);
    expect(resting).toBeLessThan(plain);
  });

  it('counts letters as people do', () => {
    expect(letters('雨🌧です')).toHaveLength(4);
    expect(revealed({ text: '雨🌧です', durationMs: null, ended: false }, 50, 20)).toBe(2);
  });

  it('types unspoken lines at the chosen speed, and at once for 0', () => {
    expect(revealed(spoken('abcdefghij', null), 100, 40)).toBe(5);
    expect(revealed(spoken('abcdefghij', null), 0, 0)).toBe(10);
  });

  it('shows an ended line whole', () => expect(revealed({ text: 'abc', durationMs: 9000, ended: true }, 0, 1)).toBe(3));
});

describe('feelings', () => {
  const line = {
    cues: [
      { at: 0, emotion: 'joy' as const },
      { at: 10, emotion: 'sad' as const },
    ],
  };
  it.each([
    [0, 'joy'],
    [9, 'joy'],
    [10, 'sad'],
  ])('at letter %i it is %s', (at, feeling) => expect(feelingAt(line, at, 'neutral')).toBe(feeling));
  it('stays as it was where no cue has come yet', () =>
    expect(feelingAt({ cues: [{ at: 5, emotion: 'joy' }] }, 2, 'shy')).toBe('shy'));
});
