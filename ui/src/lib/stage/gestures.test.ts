import { describe, expect, it } from 'vitest';
import type { Emotion } from '$lib/backend/backend';
import { along, gestureOf, Gestures, GESTURES, type GestureName } from './gestures';
import { Life, type Wishes } from './life';

const NAMES = Object.keys(GESTURES) as GestureName[];
const LIMITS: [RegExp, number][] = [
  [/^ParamAngle/, 30],
  [/^Param(Body|Shoulder|Arm|Hand)/, 10],
  [/./, 1.2],
];

describe('gestures', () => {
  it.each(NAMES)('%s begins and ends at rest, ascends in time and stays within what a rig can do', (name) => {
    const { seconds, curves } = GESTURES[name];
    expect(seconds).toBeGreaterThan(0.4);
    for (const [id, curve] of Object.entries(curves) as [string, [number, number][]][]) {
      expect([curve[0], curve.at(-1)], id).toEqual([
        [0, 0],
        [1, 0],
      ]);
      curve.forEach(([at], i) => i > 0 && expect(at, id).toBeGreaterThan(curve[i - 1]?.[0] ?? 1));
      const most = LIMITS.find(([test]) => test.test(id))?.[1] ?? 0;
      for (const [, value] of curve) expect(Math.abs(value), id).toBeLessThanOrEqual(most);
    }
  });
  it('moves without corners or jumps, at thirty frames a second', () => {
    for (const name of NAMES) {
      const { seconds, curves } = GESTURES[name];
      for (const [id, curve] of Object.entries(curves)) {
        const most = LIMITS.find(([test]) => test.test(id))?.[1] ?? 1;
        for (let t = 0; t < seconds; t += 1 / 30) {
          const step = Math.abs(along(curve, (t + 1 / 30) / seconds) - along(curve, t / seconds));
          expect(step, `${name} ${id}`).toBeLessThan(most * 0.62);
        }
      }
    }
  });

  it('gives way to the next one smoothly and adds nothing in the end', () => {
    const player = new Gestures();
    const sums: number[] = [];
    player.start('bow', 'story');
    for (let i = 0; i < 300; i++) {
      if (i === 40) player.start('nod', 'story');
      let sum = 0;
      player.frame((id, value) => (sum += id === 'ParamAngleY' ? value : 0), 1 / 60);
      sums.push(sum);
    }
    sums.forEach((sum, i) => i > 0 && expect(Math.abs(sum - (sums[i - 1] ?? 0)), `frame ${i}`).toBeLessThan(4));
    expect(Math.min(...sums)).toBeLessThan(-20);
    expect(sums.at(-1)).toBe(0);
    expect(player.quick).toBe(false);
  });

  it('is not broken off for what counts for less', () => {
    const player = new Gestures();
    const raised = () => {
      let up = 0;
      player.frame((id, value) => (up += id === 'ParamArmRB' ? value : 0), 0.3);
      return up;
    };
    player.start('wave', 'story');
    player.start('bounce', 'feeling');
    raised();
    player.start('beat-left', 'stress');
    expect(raised()).toBeGreaterThan(3);
    player.start('nod', 'story');
    raised();
    expect(raised()).toBe(0);
  });

  it.each([
    ['nods', 'nod'],
    ['She nods slowly.', 'nod'],
    ['shakes her head', 'shake'],
    ['点头', 'nod'],
    ['深々とお辞儀する', 'bow'],
    ['waves', 'wave'],
    ['looks away', 'away'],
    ['笑', 'laugh'],
    ['微笑', null],
    ['wavelength', null],
    ['waves crash on the rocks', null],
    ['listens to the waves', null],
    ['smiles and waves at you', 'wave'],
    ['gives a small wave', 'wave'],
    ['shakes hands with you', null],
    ['shake head', 'shake'],
    ['苦笑', null],
    ['笑顔を見せる', null],
    ['恐縮する', null],
    ['reads a book', null],
  ])('"%s" is %s', (words, name) => expect(gestureOf(words)).toBe(name));
});

describe('a figure', () => {
  const wishes = (emotion: Emotion, more: Partial<Wishes> = {}): Wishes => ({
    emotion,
    mouth: null,
    gaze: { x: 0, y: 0 },
    listening: false,
    still: false,
    ...more,
  });
  /** What gestures add to a parameter at most, in two seconds. */
  function most(life: Life, id: string, wish: Wishes | ((i: number) => Wishes)): number {
    let found = 0;
    for (let i = 0; i < 120; i++) {
      const add = (which: string, value: number) => (found = which === id ? Math.max(found, Math.abs(value)) : found);
      life.gesture(add, i / 60, 1 / 60, typeof wish === 'function' ? wish(i) : wish);
    }
    return found;
  }

  it('startles when it is surprised, not when it comes on surprised', () => {
    expect(most(new Life(), 'ParamBodyAngleY', wishes('surprised'))).toBe(0);
    const life = new Life();
    life.gesture(() => undefined, 0, 1 / 60, wishes('neutral'));
    expect(most(life, 'ParamBodyAngleY', wishes('surprised'))).toBeGreaterThan(6);
  });
  it('does what it is asked to once', () => {
    const life = new Life();
    life.gesture(() => undefined, 0, 1 / 60, wishes('neutral'));
    const asked = wishes('neutral', { gesture: { name: 'nod', id: 1 } });
    expect(most(life, 'ParamAngleY', asked)).toBeGreaterThan(10);
    expect(most(life, 'ParamAngleY', asked)).toBe(0);
    expect(most(life, 'ParamAngleY', wishes('neutral', { gesture: { name: 'nod', id: 2 } }))).toBeGreaterThan(10);
  });
  it('stresses what is said louder', () => {
    const life = new Life(() => 0.5);
    const said = (i: number) => wishes('neutral', { mouth: { a: i % 60 > 40 ? 1 : 0.1, i: 0, u: 0, e: 0, o: 0 } });
    expect(most(life, 'ParamBodyAngleY', said)).toBeGreaterThan(1);
    const even = () => wishes('neutral', { mouth: { a: 0.2, i: 0, u: 0, e: 0, o: 0 } });
    expect(most(new Life(() => 0.5), 'ParamBodyAngleY', even)).toBe(0);
  });
  it('shifts its weight from one leg to the other, slowly and not far', () => {
    const life = new Life(() => 0.5);
    let [least, most, quickest] = [0, 0, 0];
    let before: Record<string, number> = {};
    for (let i = 0; i < 60 * 90; i++) {
      const at: Record<string, number> = { ParamBodyAngleX: 0, ParamBodyAngleZ: 0, ParamShoulderY: 0 };
      life.breathe((id, value) => (at[id] = (at[id] ?? 0) + value), i / 60, 1 / 60, wishes('neutral'));
      const x = at.ParamBodyAngleX ?? 0;
      [least, most] = [Math.min(least, x), Math.max(most, x)];
      for (const id of Object.keys(before)) quickest = Math.max(quickest, Math.abs((at[id] ?? 0) - (before[id] ?? 0)));
      before = at;
    }
    expect(least).toBeLessThan(-1.5);
    expect(most).toBeGreaterThan(1.5);
    expect(Math.max(-least, most)).toBeLessThan(4);
    expect(quickest, 'in a sixtieth of a second').toBeLessThan(0.2);
  });
  it('keeps its body still where gestures are switched off', () => {
    const life = new Life();
    life.gesture(() => undefined, 0, 1 / 60, wishes('neutral'));
    const off = wishes('surprised', { gestures: false, gesture: { name: 'bow', id: 9 } });
    expect(most(life, 'ParamBodyAngleY', off)).toBe(0);
  });
});
