// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { spokenName, voice } from './voicing';

const put = (html: string) => {
  document.body.innerHTML = html;
  return document.body.querySelector('[data-it]') as HTMLElement;
};

describe('self-voicing', () => {
  beforeEach(() => vi.useFakeTimers());

  it('says names, values and explanations as they are labelled', () => {
    expect(spokenName(put('<button data-it aria-label="Send">x</button>'))).toBe('Send');
    expect(spokenName(put('<button data-it> New\n game </button>'))).toBe('New game');
    expect(
      spokenName(
        put('<label for="a">Name</label><input id="a" data-it value="Koto" aria-describedby="h"><p id="h">Yours.</p>'),
      ),
    ).toBe('Name. Koto. Yours.');
    expect(spokenName(put('<h2 id="t">Save</h2><div data-it aria-labelledby="t">much text</div>'))).toBe('Save');
  });
  it('speaks once the focus rests, and stops when asked', () => {
    const said: string[] = [];
    const stop = voice((text) => said.push(text), 'en');
    document.body.innerHTML = '<button id="a">One</button><button id="b">Two</button>';
    document.getElementById('a')?.focus();
    document.getElementById('b')?.focus();
    vi.advanceTimersByTime(500);
    expect(said).toEqual(['Two']);
    stop();
    document.getElementById('a')?.focus();
    vi.advanceTimersByTime(500);
    expect(said).toEqual(['Two']);
  });
});
