import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Viseme } from '$lib/backend/backend';
import { trackOf } from '$lib/backend/fake-data';
import { Animator } from './animator';
import type { Wishes } from './life';
import { readRig } from './format';
import { dominant, LineClock, mouthAt, openness, SHUT, visemeAt } from './lips';
import { Springs } from './springs';
import { CALM, lettering, LIVELY, lively, nextBeat, pace, Pacer, RATES, resting, talking } from './ticker';

const rig = readRig(JSON.parse(readFileSync(join('..', 'characters', 'koto', 'puppet', 'rig.json'), 'utf8')));

describe('lips', () => {
  const track: Viseme[] = [
    { atMs: 0, shape: 'closed', weight: 1 },
    { atMs: 200, shape: 'a', weight: 1 },
    { atMs: 400, shape: 'o', weight: 0.5 },
    { atMs: 600, shape: 'closed', weight: 1 },
  ];
  it('finds the viseme of a time', () =>
    expect([-1, 0, 199, 200, 5000].map((t) => visemeAt(track, t))).toEqual([-1, 0, 0, 1, 3]));
  it('holds a shape and glides into the next', () => {
    expect(dominant(mouthAt(track, 300))).toBe('a');
    expect(mouthAt(track, 300).a).toBeCloseTo(1);
    const border = mouthAt(track, 400);
    expect(border.a).toBeCloseTo(0.5);
    expect(border.o).toBeCloseTo(0.25);
    expect(dominant(mouthAt(track, 900))).toBe('closed');
  });
  it('stays shut without a track', () => expect(mouthAt([], 100)).toEqual(SHUT));
  it('never opens further than open', () => {
    for (let t = 0; t < 700; t += 10) expect(openness(mouthAt(track, t))).toBeLessThanOrEqual(1);
  });
  it('makes a track from spelling that ends with the line', () => {
    const { visemes, durationMs } = trackOf('Hello, moon!');
    expect(visemes.at(-1)).toMatchObject({ shape: 'closed' });
    expect(visemes.every((v, i) => i === 0 || v.atMs >= (visemes[i - 1]?.atMs ?? 0))).toBe(true);
    expect(durationMs).toBeGreaterThan(visemes.at(-1)?.atMs ?? 0);
  });
});

describe('the line clock', () => {
  it('counts on and is corrected gently, or at once after a jump', () => {
    const clock = new LineClock(1000);
    expect(clock.at(1500)).toBe(500);
    clock.correct(1500, 400);
    expect(clock.at(1500)).toBe(450);
    clock.correct(1500, 2000);
    expect(clock.at(1500)).toBe(2000);
    expect(new LineClock(1000).at(0)).toBe(0);
  });
});

describe('springs', () => {
  const spring = { out: 'hair', inputs: [{ param: 'head', weight: 1 }], frequency: 1.2, damping: 0.3 };
  it('come late, swing past the mark and come to rest on it', () => {
    const springs = new Springs([spring]);
    const params: Record<string, number> = { head: 10 };
    const path: number[] = [];
    for (let i = 0; i < 300; i++) {
      springs.update(params, 1 / 30);
      path.push(params.hair ?? 0);
    }
    expect(path[0]).toBeLessThan(2);
    expect(Math.max(...path)).toBeGreaterThan(11);
    expect(path.at(-1)).toBeCloseTo(10, 2);
  });
  it('do not explode after a long pause', () => {
    const springs = new Springs([spring]);
    const params: Record<string, number> = { head: 10 };
    springs.update(params, 3600);
    expect(Math.abs(params.hair ?? 0)).toBeLessThan(30);
  });
});

describe('the animator', () => {
  const still: Wishes = { emotion: 'neutral', mouth: null, gaze: { x: 0, y: 0 }, listening: false, still: true };
  const alive: Wishes = { ...still, still: false };
  const run = (animator: Animator, seconds: number, wishes: Wishes, from = 0) => {
    const frames = [];
    for (let t = 0; t < seconds; t += 1 / 30) frames.push(animator.frame(from + t, 1 / 30, wishes));
    return frames;
  };

  it('blinks every few seconds, and the eyes open again', () => {
    const eyes = run(new Animator(rig, () => 0.5), 20, alive).map((p) => p.ParamEyeLOpen ?? 1);
    const shut = eyes.filter((e, i) => e < 0.2 && (eyes[i - 1] ?? 1) >= 0.2).length;
    expect(shut).toBeGreaterThanOrEqual(3);
    expect(shut).toBeLessThanOrEqual(9);
    expect(eyes.at(-1)).toBeGreaterThan(0.8);
  });

  it('leaves eyes alone that an expression has closed', () => {
    const eyes = run(new Animator(rig, () => 0.5), 8, { ...alive, emotion: 'love' })
      .slice(20)
      .map((p) => p.ParamEyeLOpen ?? 1);
    expect(Math.max(...eyes)).toBeLessThan(0.05);
  });

  it('changes expression within half a second, not at once', () => {
    const animator = new Animator(rig, () => 0.5);
    run(animator, 1, alive);
    const frames = run(animator, 0.6, { ...alive, emotion: 'angry' }, 1).map((p) => p.ParamBrowLForm ?? 0);
    expect(frames[2]).toBeGreaterThan(0);
    expect(frames[2]).toBeLessThan(0.4);
    expect(frames.at(-1)).toBeCloseTo(1, 5);
  });

  it('sets the lips while a line is spoken and lets them close after it', () => {
    const animator = new Animator(rig, () => 0.5);
    const open = animator.frame(0, 1 / 30, { ...alive, emotion: 'joy', mouth: { ...SHUT, o: 0.9 } });
    expect(open.ParamMouthO).toBeCloseTo(0.9);
    expect(open.ParamMouthA).toBe(0);
    const after = run(animator, 0.5, alive, 0.1);
    expect(after[0]?.ParamMouthO).toBeGreaterThan(0.3);
    expect(after.at(-1)?.ParamMouthO).toBeLessThan(0.05);
  });

  it('holds still where less motion is wanted, yet changes its face and speaks', () => {
    const animator = new Animator(rig, () => 0.5);
    const [first, ...rest] = run(animator, 5, still);
    expect(rest.every((p) => JSON.stringify(p) === JSON.stringify(first))).toBe(true);
    const sad = animator.frame(6, 1 / 30, { ...still, emotion: 'sad', mouth: { ...SHUT, a: 1 } });
    expect(sad.ParamBrowLForm).toBe(-1);
    expect(sad.ParamMouthA).toBe(1);
  });

  it('looks where it is asked to', () => {
    const frames = run(new Animator(rig, () => 0.5), 2, { ...alive, gaze: { x: 1, y: 0 } });
    expect(frames.at(-1)?.ParamEyeBallX).toBeGreaterThan(0.5);
    expect(frames.at(-1)?.ParamAngleX).toBeGreaterThan(8);
  });

  it('never leaves the ranges of the rig', () => {
    const animator = new Animator(rig);
    for (const params of run(animator, 10, {
      ...alive,
      emotion: 'surprised',
      gaze: { x: 1, y: 1 },
      mouth: { a: 1, i: 1, u: 1, e: 1, o: 1 },
    })) {
      for (const p of rig.parameters) {
        if (p.id.startsWith('ParamHair')) continue;
        expect(params[p.id] ?? 0).toBeGreaterThanOrEqual(p.min);
        expect(params[p.id] ?? 0).toBeLessThanOrEqual(p.max);
      }
    }
  });
});

describe('the beat', () => {
  it('is shared: whoever draws at whatever rate draws with the others', () => {
    const beat = 1000 / 60;
    for (const now of [0, 3, 41, 1000, 12345.6]) {
      for (const rate of [LIVELY, CALM, 8]) {
        const next = nextBeat(now, rate);
        expect(Math.abs(next / beat - Math.round(next / beat))).toBeLessThan(1e-6);
        expect(next).toBeGreaterThan(now);
        expect(next - now).toBeLessThanOrEqual(1000 / rate + beat);
      }
    }
  });

  /** Frames that cost `cost` milliseconds, for some seconds; the rates of a moment that were found meanwhile. */
  function play(pacer: Pacer, from: number, seconds: number, cost: number): number[] {
    const found: number[] = [];
    let last = pacer.rates().moment;
    for (let now = from; now < from + seconds; now += 1 / last) {
      pacer.note(now, cost);
      const { moment } = pacer.rates();
      if (moment !== last) found.push((last = moment));
    }
    return found;
  }
  it('is as quick as the screen where frames are cheap, slows down at once where they are not, and quickens slowly', () => {
    const pacer = new Pacer();
    expect(play(pacer, 0, 10, 3)).toEqual([60]);
    expect(pacer.rates()).toEqual({ moment: 60, speech: 60, rest: 30 });
    expect(play(pacer, 10, 5, 14)).toEqual([20]);
    expect(pacer.rates()).toEqual({ moment: 20, speech: 15, rest: 15 });
    expect(play(pacer, 15, 5, 60)).toEqual([CALM]);
    expect(play(pacer, 20, 2, 3)).toEqual([]);
    expect(play(pacer, 22, 60, 3)).toEqual([15, 20, 30, 60]);
  });
  it('takes no more of a core than its share, whatever a frame costs', () => {
    for (let cost = 0.5; cost < 20; cost += 0.5) {
      const pacer = new Pacer();
      play(pacer, 0, 300, cost);
      const { moment, speech, rest } = pacer.rates();
      expect((cost / 1000) * moment, `${cost} ms`).toBeLessThanOrEqual(0.4);
      expect((cost / 1000) * speech, `${cost} ms`).toBeLessThanOrEqual(0.25);
      expect((cost / 1000) * rest, `${cost} ms`).toBeLessThanOrEqual(0.25);
    }
  });
  it('does not go to and fro between two rates', () => {
    for (let cost = 1; cost < 40; cost++) expect(play(new Pacer(), 0, 300, cost).length).toBeLessThanOrEqual(1);
    expect(RATES.every((rate) => 60 % rate === 0)).toBe(true);
  });
  it('keeps below a rate at which work is done that it does not see', () => {
    const pacer = new Pacer();
    play(pacer, 0, 60, 1);
    const most = { moment: 30, speech: 20, rest: 12 };
    expect(pacer.rates(most)).toEqual(most);
    pace(pacer.rates(most));
    expect([lively(), talking(), resting(), lettering()]).toEqual([30, 20, 12, 20]);
    pace();
    expect(lively()).toBe(30);
  });
});
