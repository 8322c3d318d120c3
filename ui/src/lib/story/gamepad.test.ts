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
  function page() {
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
    vi.stubGlobal('navigator', { getGamepads: () => pads });
    const hide = (to: boolean) => {
      document.hidden = to;
      for (const one of turned) one();
    };
    return { heard, pads, hide };
  }

  it('waits for none behind another window, where the engine would look for one all the time', () => {
    const { heard, hide } = page();
    const stop = watchPads(() => undefined);
    expect(heard.size).toBe(1);
    hide(true);
    expect(heard.size).toBe(0);
    hide(false);
    expect(heard.size).toBe(1);
    stop();
    expect(heard.size).toBe(0);
  });

  it('keeps one that is connected', () => {
    const { heard, pads, hide } = page();
    const seen: string[] = [];
    const stop = watchPads(({ pressed }) => seen.push(...pressed));
    pads.push({ connected: true, buttons: [{ pressed: true }], axes: [0, 0] });
    for (const one of heard) one();
    expect(seen).toEqual(['a']);
    hide(true);
    expect(heard.size).toBe(1);
    stop();
    expect(heard.size).toBe(0);
  });
});
