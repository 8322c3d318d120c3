import { describe, expect, it } from 'vitest';
import { letters } from '$lib/session/pace';
import { actionsOf } from './actions';
import { parse } from './markup';
import { gapsIn, paginate, shownIn } from './pages';
import { marksOf, stopOf, turnsAfter, typedTo } from './typing';

const typed = (text: string, seconds: number, speed = 10) =>
  typedTo(marksOf(text), 0, letters(text).length, seconds, speed);

describe('the pace of a text', () => {
  it('is that of the setting where the text says nothing', () => {
    expect([0, 0.5, 9].map((s) => typed('twelve letters', s))).toEqual([1, 6, 14]);
  });
  it('waits where the text does, and no longer than a person would', () => {
    const text = 'ab{w=2}cd';
    expect([0.1, 0.3, 2.1, 2.21, 2.35].map((s) => typed(text, s))).toEqual([2, 2, 2, 8, 9]);
    expect(typed('a{w=9999}b', 5.2)).toBe(letters('a{w=9999}b').length);
  });
  it('waits for the person at a bare one, also where nothing is typed', () => {
    expect(typed('ab{w}cd', 3600)).toBe(2);
    expect(typed('ab{w}cd', 3600, 0)).toBe(2);
    const marks = marksOf('ab{w}cd{w=1}e');
    expect(stopOf(marks, 0, 14)).toMatchObject({ at: 2, end: 5 });
    expect(stopOf(marks, 5, 14)).toBeNull();
    expect(typedTo(marks, 5, 14, 9, 10)).toBe(14);
  });
  it('holds up what stands at once for as long as it says', () => {
    expect([0, 1.9, 2].map((s) => typed('ab{w=2}cd', s, 0))).toEqual([2, 2, 9]);
  });
  it('knows where the next page comes by itself', () => {
    const after = (text: string) => {
      const [page] = paginate(text);
      return page ? turnsAfter(marksOf(text), page.from, page.to) : undefined;
    };
    expect(after('One.{p}Two.')).toBeNull();
    expect(after('One.{p=2}Two.')).toBe(2);
    expect(after('One.{p=60}Two.')).toBe(5);
    expect(after('One.{nw}{p}Two.')).toBe(0);
    expect(after('One.{p}{nw}Two.')).toBeNull();
  });
  it('types quicker and slower, within bounds', () => {
    const text = '{cps=100}abcdefghij{/cps}klm';
    expect(typed(text, 0.05)).toBe(15);
    expect(typed(text, 0.1 + 0.05)).toBe(letters(text).length - 2);
    expect(typed(`{cps=0.0001}${'a'.repeat(40)}`, 1)).toBe(12 + 4 + 1 - 0);
    expect(marksOf('{cps=-1}{cps=x}{cps=*1e9}')).toHaveLength(1);
  });
  it('shows at once what stands before a fast', () => {
    expect(typed('a long beginning{fast} and', 0)).toBe(letters('a long beginning{fast}').length + 1);
  });
  it('never goes back and ends with the whole text', () => {
    for (const text of ['a{w=1}b{cps=50}c{/cps}{fast}d{w=2}e', '{w=0}{w=1}{w=2}', '{', '{p}a', '{w=0.3}']) {
      let last = 0;
      for (let s = 0; s < 30; s += 0.05) {
        const now = typed(text, s);
        expect(now, `${text} at ${s}`).toBeGreaterThanOrEqual(last);
        last = now;
      }
      expect(last, text).toBe(letters(text).length);
    }
  });
  it('takes no time for what is not shown', () => {
    const text = `{color=#ff0000}ab{/color}{w=1}c ![a map](data:image/png;base64,${'A'.repeat(5000)})`;
    const [page] = paginate(text);
    if (!page) throw new Error('there is a page');
    const whole = letters(text).length;
    const at = (seconds: number) => typedTo(marksOf(text), page.from, page.to, seconds, 10, gapsIn(page));
    expect(shownIn(page)).toBe(5);
    expect(at(0)).toBe(letters('{color=#ff0000}a').length);
    expect(at(0.9)).toBe(letters('{color=#ff0000}ab{/color}').length);
    expect(at(1.6)).toBe(whole);
  });
  it('goes on over the end of a page', () => {
    const text = '{cps=100}One.{p}Another sentence.';
    const from = letters('{cps=100}One.{p}').length;
    expect(typedTo(marksOf(text), from, letters(text).length, 0.05, 10) - from).toBe(6);
  });
  it.each(['{', '<', '(', '|', '![a](', '*a **', '`', '~~', '_a'])(
    'a text of nothing but %s is read in no time',
    (part) => {
      const text = part.repeat(120_000 / part.length);
      const began = performance.now();
      parse(text);
      marksOf(text);
      expect(performance.now() - began).toBeLessThan(1500);
    },
  );
  it('counts only so many marks', () => {
    expect(marksOf('{w=5}'.repeat(1000))).toHaveLength(64);
  });
});

it('a page ends where the text says so', () => {
  const pages = paginate('One sentence. {p}Another, and {p}a third.').map((p) => p.runs.map((r) => r.text).join(''));
  expect(pages).toEqual(['One sentence.', 'Another, and', 'a third.']);
});

it('large letters take more of a page', () => {
  const text = `${'word '.repeat(20)}end.`;
  expect(paginate(`{size=*1.8}${text}{/size}`, 60).length).toBeGreaterThan(paginate(text, 60).length);
});

it('actions have their words and places', () => {
  expect(actionsOf('Hello. *nods* Yes. *waves her hand*')).toEqual([
    { at: 8, words: 'nods' },
    { at: 20, words: 'waves her hand' },
  ]);
  expect(actionsOf('2 * 3')).toEqual([]);
  expect(actionsOf('*a* '.repeat(500))).toHaveLength(24);
});
