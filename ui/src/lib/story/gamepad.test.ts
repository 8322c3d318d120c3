import { afterEach, describe, expect, it, vi } from 'vitest';
import { nearest, padEvents, watchPads, type PadState } from './gamepad';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const pad = (down: number[], x = 0, y = 0): PadState => ({
  buttons: Array.from({ length: 17 }, (_, i) => down.includes(i)),
  x,
  y,
});

describe('a gamepad', () => {
  it('says once what is pressed and let go', () => {
    expect(padEvents(pad([]), pad([0, 7]))).toEqual({ pressed: ['a', 'rt'], released: [], ways: [] });
    expect(padEvents(pad([0, 7]), pad([0]))).toEqual({ pressed: [], released: ['rt'], ways: [] });
    expect(padEvents(pad([0]), pad([0]))).toEqual({ pressed: [], released: [], ways: [] });
  });
  it('moves by the cross or by a stick that leans far enough', () => {
    expect(padEvents(pad([]), pad([13])).ways).toEqual(['down']);
    expect(padEvents(pad([]), pad([], 0.9)).ways).toEqual(['right']);
    expect(padEvents(pad([]), pad([], 0.3)).ways).toEqual([]);
    expect(padEvents(pad([], 0.9), pad([15], 0.9)).ways).toEqual([]);
  });
  it('finds the neighbour that lies in the way, not the one beside it', () => {
    const places = [
      { name: 'aside', at: { x: 90, y: 20 } },
      { name: 'below', at: { x: 5, y: 60 } },
      { name: 'far', at: { x: 0, y: 400 } },
    ];
    expect(nearest({ x: 0, y: 0 }, places, 'down')?.name).toBe('below');
    expect(nearest({ x: 0, y: 0 }, places, 'right')?.name).toBe('aside');
    expect(nearest({ x: 0, y: 0 }, places, 'up')).toBeNull();
    const shelf = [
      { name: 'rail', at: { x: 0, y: 40, width: 90, height: 20 } },
      { name: 'first', at: { x: 100, y: 60, width: 200, height: 100 } },
      { name: 'second', at: { x: 310, y: 60, width: 200, height: 100 } },
    ];
    const chip = { x: 100, y: 20, width: 30, height: 30 };
    expect(nearest(chip, shelf, 'down')?.name).toBe('first');
    expect(nearest({ x: 100, y: 60, width: 200, height: 100 }, shelf, 'right')?.name).toBe('second');
    expect(nearest({ x: 100, y: 60, width: 200, height: 100 }, shelf, 'left')?.name).toBe('rail');
  });
  it('of no size at all is a pad without buttons', () => {
    expect(padEvents({ buttons: [], x: 0, y: 0 }, { buttons: [true], x: NaN, y: NaN })).toEqual({
      pressed: ['a'],
      released: [],
      ways: [],
    });
  });
});

describe('waiting for a gamepad', () => {
  /** A page in which nothing is but what listening for a gamepad needs. */
  function page(brands: boolean) {
    vi.useFakeTimers();
    const heard = new Set<() => void>();
    const turned = new Set<() => void>();
    const pads: object[] = [];
    const into = (set: Set<() => void>) => ({
      addEventListener: (_: string, on: () => void) => set.add(on),
      removeEventListener: (_: string, on: () => void) => set.delete(on),
    });
    const document = { hidden: false, ...into(turned) };
    vi.stubGlobal('window', into(heard));
    vi.stubGlobal('document', document);
    vi.stubGlobal('navigator', { getGamepads: () => pads, ...(brands ? { userAgentData: {} } : {}) });
    const hide = (to: boolean) => {
      document.hidden = to;
      for (const one of turned) one();
    };
    return { heard, pads, hide };
  }
  /** The share of three seconds for which somebody listens. */
  function share(heard: Set<unknown>): number {
    let times = 0;
    for (let i = 0; i < 300; i++) {
      if (heard.size > 0) times++;
      vi.advanceTimersByTime(10);
    }
    return times / 300;
  }

  it('listens a part of the time where the engine asks for one as long as somebody listens, and never behind another window', () => {
    const { heard, hide } = page(true);
    const stop = watchPads(() => undefined);
    expect(share(heard)).toBeGreaterThan(0.2);
    expect(share(heard)).toBeLessThan(0.35);
    hide(true);
    expect(share(heard)).toBe(0);
    hide(false);
    expect(heard.size).toBe(1);
    stop();
    expect(share(heard)).toBe(0);
  });

  it('listens all the time elsewhere, and while one is connected', () => {
    const other = page(false);
    watchPads(() => undefined)();
    const stop = watchPads(() => undefined);
    expect(share(other.heard)).toBe(1);
    stop();
    const { heard, pads } = page(true);
    const seen: string[] = [];
    const end = watchPads(({ pressed }) => seen.push(...pressed));
    pads.push({ connected: true, buttons: [{ pressed: true }], axes: [0, 0] });
    for (const one of heard) one();
    expect(seen).toEqual(['a']);
    expect(share(heard)).toBe(1);
    pads.length = 0;
    expect(share(heard)).toBeLessThan(0.5);
    end();
  });
});
