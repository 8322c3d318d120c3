import { afterEach, expect, it, vi } from 'vitest';
import { Sparing, Ticker } from './ticker';

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
