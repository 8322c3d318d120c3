import { afterEach, expect, it, vi } from 'vitest';
import { nextBeat, Sparing, Ticker, Twos } from './ticker';

afterEach(() => vi.unstubAllGlobals());

it('leaves out frames of whoever stands aside, and none of whoever speaks', () => {
  const play = (whole: boolean) => {
    const sparing = new Sparing();
    let drawn = 0;
    let time = 0;
    for (let i = 0; i < 240; i++) {
      const since = sparing.since(i / 24, 1 / 24, whole);
      if (since === null) continue;
      drawn++;
      time += since;
    }
    return { drawn, time };
  };
  expect(play(true).drawn).toBe(240);
  const aside = play(false);
  expect(aside.drawn).toBeGreaterThan(50);
  expect(aside.drawn).toBeLessThan(70);
  // No time is lost: breath and springs go on as fast as ever.
  expect(aside.time).toBeGreaterThan(9.7);
});

it('draws once for a beat, also where a frame comes a little before it', () => {
  const beat = 1000 / 30;
  // A timer is set six milliseconds ahead, and may come one earlier.
  for (const early of [6.9, 6.5, 6, 2, 0]) expect(nextBeat(9 * beat - early, 30)).toBeCloseTo(10 * beat);
  expect(nextBeat(9 * beat + 12, 30)).toBeCloseTo(10 * beat);
});

it('moves on twos between the beats on which letters come, and catches up where one was left out', () => {
  const twos = new Twos();
  const beat = 1 / 30;
  const play = (beats: number[], on: boolean) => beats.filter((n) => twos.whole(n * beat + 0.002, on));
  expect(play([0, 1, 2, 3], false)).toEqual([0, 1, 2, 3]);
  expect(play([4, 5, 6, 7, 8, 9], true)).toEqual([5, 7, 9]);
  // Letters at fifteen a second have the others.
  expect(Math.round(nextBeat(9.06 * 1000 * beat, 15) / (1000 * beat)) % 2).toBe(0);
  expect(play([12, 13], true)).toEqual([12, 13]);
});

it('draws nothing while nobody looks, and then what was asked for in between', () => {
  const seen: (() => void)[] = [];
  const page = { hidden: true, addEventListener: (_: string, look: () => void) => seen.push(look) };
  const frames: FrameRequestCallback[] = [];
  vi.stubGlobal('document', page);
  vi.stubGlobal('requestAnimationFrame', (frame: FrameRequestCallback) => frames.push(frame));
  vi.stubGlobal('cancelAnimationFrame', () => undefined);
  let drawn = 0;
  const ticker = new Ticker(() => {
    drawn++;
    return 0;
  });
  ticker.wake();
  expect(frames).toHaveLength(0);
  page.hidden = false;
  for (const look of seen) look();
  frames.at(-1)?.(performance.now());
  expect(drawn).toBe(1);
  expect(ticker.running).toBe(false);
});
