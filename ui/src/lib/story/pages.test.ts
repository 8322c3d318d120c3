import { describe, expect, it } from 'vitest';
import { pageAt, pagesOf, paginate, ROOM, roomOf, setRoom } from './pages';

const texts = (text: string, room?: number) => paginate(text, room).map((p) => p.runs.map((r) => r.text).join(''));

describe('pages', () => {
  it('keep sentences together while there is room', () => {
    expect(texts('One is short. Two is short. Three.', 30)).toEqual(['One is short. Two is short.', 'Three.']);
    expect(texts('雨ですね。傘を持って。行きましょう。', 24)).toEqual(['雨ですね。傘を持って。', '行きましょう。']);
  });
  it('never cut a direction in two', () => {
    expect(texts('Go. *She nods. Waits.* No.', 20)[1]).toContain('She nods. Waits.');
  });
  it('cut what is longer than a page at a comma, then at a space', () => {
    for (const page of texts('word '.repeat(200))) expect(page.length).toBeLessThanOrEqual(ROOM);
    expect(texts('first of all, second of all', 16)).toEqual(['first of all,', 'second of all']);
  });
  it('lose no letter and repeat none', () => {
    const text = '「雨の日は、本を読むのがいちばんです。」そう言って笑った。 And then? *She waits.* '.repeat(20);
    const pages = paginate(text, 60);
    expect(pages[0]?.from).toBe(0);
    expect(pages.at(-1)?.to).toBe(Array.from(text).length);
    pages.forEach((p, i) => i > 0 && expect(p.from).toBe(pages[i - 1]?.to));
  });
  it('do not move when more is written behind them', () => {
    const text =
      'I kept the blue one. It has the sea on its cover. Nobody else asked for it, which is a shame. Will you read it? ';
    const whole = paginate(text.repeat(3)).map((p) => p.from);
    const part = paginate(text).map((p) => p.from);
    expect(whole.slice(0, part.length)).toEqual(part);
  });
  it('are found by a letter of the source', () => {
    const pages = paginate('One is short. Two is short. Three.', 30);
    expect([0, 13, 28, 99].map((n) => pageAt(pages, n))).toEqual([0, 0, 1, 1]);
  });
  it('there is one even where nothing is said', () => {
    expect(paginate('')).toEqual([{ from: 0, to: 0, runs: [] }]);
  });
  it('become more where the letters are larger or the window is narrow', () => {
    expect(roomOf(928, 3, 23, 0.5)).toBe(ROOM);
    expect(roomOf(928, 3, 37, 0.72)).toBeLessThan(90);
    expect(roomOf(1, 1, 100, 1)).toBe(24);
    const message = { text: 'One is short. Two is short. Three.' };
    expect(pagesOf(message).length).toBe(1);
    expect(setRoom(16)).toBe(true);
    expect(pagesOf(message).length).toBe(3);
    expect(setRoom(16)).toBe(false);
    setRoom(ROOM);
  });
});
