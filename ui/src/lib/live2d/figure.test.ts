import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Wishes } from '../stage/life';
import { SHUT } from '../stage/lips';
import { openModel, versionName, type CoreModel, type CoreParts } from './core';
import { expressionFor, Expressions, readExpression } from './expression';
import { Figure, readMaterial } from './figure';
import { readDisplay, readModelList } from './model3';
import { normalised, Physics, readPhysics } from './physics';
import { Pose } from './pose';
import { boundsOf, drawOrder, maskSets } from './renderer';
import { bufferOf, fakeCore, filesIn, FIXTURES, json, SHARED } from './testing';
import { Values } from './values';

const WISHES: Wishes = { emotion: 'neutral', mouth: null, gaze: { x: 0, y: 0 }, listening: false, still: false };
const files = filesIn(join(FIXTURES, 'mika'));

function mika(random = () => 0.5) {
  const list = readModelList('mika.model3.json', files);
  const bytes = files.bytes(list.moc);
  if (!bytes) throw new Error('no model');
  const { model } = openModel(fakeCore(), bytes);
  return { model, figure: new Figure(model, list, readMaterial(list, files), random) };
}
const value = (model: CoreModel, id: string) => model.parameters.values[model.parameters.ids.indexOf(id)] ?? Number.NaN;
const part = (parts: CoreParts, id: string) => parts.opacities[parts.ids.indexOf(id)] ?? Number.NaN;
/** Plays seconds at 30 frames a second and hands every frame to `look`. */
function play(figure: Figure, from: number, seconds: number, wishes: Wishes, look?: (now: number) => void) {
  for (let now = from; now < from + seconds; now += 1 / 30) {
    figure.frame(now, 1 / 30, wishes);
    look?.(now);
  }
}

describe('a Core', () => {
  it('refuses what is no model, and what is too new', () => {
    const core = fakeCore();
    expect(() => openModel(core, bufferOf('MOC3\u0001 and nothing else'))).toThrow('cannot read');
    expect(() => openModel(core, bufferOf('none'))).toThrow('damaged');
    const newer = bufferOf(new Uint8Array([77, 79, 67, 51, 9, 0]));
    expect(() => openModel(core, newer)).toThrow('newer kind (9)');
    expect(versionName(core.Version.csmGetVersion())).toBe('5.1.0');
  });
});

describe('a figure', () => {
  it('plays its idle motion, and breathes', () => {
    const { model, figure } = mika();
    const tilts: number[] = [];
    const breaths: number[] = [];
    play(figure, 0, 5, WISHES, () => {
      tilts.push(value(model, 'ParamAngleZ'));
      breaths.push(value(model, 'ParamBreath'));
    });
    expect(figure.shown.motion).toBe('idle');
    expect(Math.max(...tilts)).toBeGreaterThan(6);
    expect(Math.max(...breaths) - Math.min(...breaths)).toBeGreaterThan(0.8);
  });

  it('blinks, also while an expression half closes the eyes', () => {
    const { model, figure } = mika();
    const open: number[] = [];
    play(figure, 0, 8, { ...WISHES, emotion: 'joy' }, () => open.push(value(model, 'ParamEyeLOpen')));
    expect(figure.shown.expression).toBe('joy');
    expect(Math.min(...open)).toBeLessThan(0.1);
    // The expression multiplies by a half; nothing opens the eyes wider.
    expect(Math.max(...open.slice(40))).toBeCloseTo(0.5, 1);
  });

  it('speaks with its own lips, whatever else would open the mouth, and closes them after', () => {
    const { model, figure } = mika();
    play(figure, 0, 0.3, { ...WISHES, mouth: { ...SHUT, a: 1 } });
    expect(value(model, 'ParamMouthOpenY')).toBeCloseTo(1, 2);
    // Wide for i, round for u, where there are no shapes for vowels.
    play(figure, 0.3, 0.2, { ...WISHES, mouth: { ...SHUT, i: 1 } });
    expect(value(model, 'ParamMouthForm')).toBeGreaterThan(0.6);
    play(figure, 0.5, 0.2, { ...WISHES, mouth: { ...SHUT, u: 1 } });
    expect(value(model, 'ParamMouthForm')).toBeLessThan(-0.3);
    play(figure, 0.7, 1.2, WISHES);
    expect(value(model, 'ParamMouthOpenY')).toBeLessThan(0.02);
  });

  it('looks where the scene wants, and its hair follows late', () => {
    const { model, figure } = mika();
    play(figure, 0, 1, WISHES);
    const hair: number[] = [];
    play(figure, 1, 2, { ...WISHES, gaze: { x: 1, y: 0.5 } }, () => hair.push(value(model, 'ParamHairFront')));
    expect(value(model, 'ParamAngleX')).toBeGreaterThan(8);
    expect(value(model, 'ParamEyeBallX')).toBeGreaterThan(0.4);
    expect(Math.max(...hair) - Math.min(...hair)).toBeGreaterThan(0.03);
  });

  it('makes a gesture of a feeling, and changes arms for it', () => {
    const { model, figure } = mika();
    play(figure, 0, 1, WISHES);
    expect(part(model.parts, 'PartArmUp')).toBe(0);
    play(figure, 1, 1, { ...WISHES, emotion: 'surprised' });
    expect(figure.shown.motion).toBe('surprised');
    expect(part(model.parts, 'PartArmUp')).toBe(1);
    expect(part(model.parts, 'PartArmDown')).toBe(0);
    play(figure, 2, 2.5, { ...WISHES, emotion: 'surprised' });
    expect(figure.shown.motion).toBe('idle');
    expect(part(model.parts, 'PartArmDown')).toBe(1);
  });

  it('nods where the story asks for it, with its idle motion beneath', () => {
    const lowest = (wishes: Wishes) => {
      const { model, figure } = mika();
      play(figure, 0, 1, WISHES);
      let least = 0;
      play(figure, 1, 1, wishes, () => (least = Math.min(least, value(model, 'ParamAngleY'))));
      return least;
    };
    const asked = { name: 'nod', id: 1 } as const;
    expect(lowest({ ...WISHES, gesture: asked })).toBeLessThan(lowest(WISHES) - 8);
    expect(lowest({ ...WISHES, gesture: asked, gestures: false })).toBeCloseTo(lowest(WISHES), 5);
  });

  it('holds still where nothing may move, lips and faces apart', () => {
    const { model, figure } = mika();
    const still = { ...WISHES, still: true };
    play(figure, 0, 1, still);
    const before = Array.from(model.parameters.values);
    play(figure, 1, 3, still);
    expect(Array.from(model.parameters.values)).toEqual(before);
    play(figure, 4, 0.2, { ...still, mouth: { ...SHUT, a: 1 }, emotion: 'joy' });
    expect(value(model, 'ParamMouthOpenY')).toBeCloseTo(1, 2);
    expect(value(model, 'ParamCheek')).toBe(1);
  });

  it('never leaves the ranges of the model, however frames come', () => {
    const { model, figure } = mika(Math.random);
    const { minimumValues: min, maximumValues: max, values } = model.parameters;
    let now = 0;
    for (let i = 0; i < 600; i++) {
      const dt = i % 50 === 0 ? 5 : Math.random() * 0.1;
      now += dt;
      const emotion = (['joy', 'angry', 'surprised', 'neutral'] as const)[i % 4] ?? 'joy';
      figure.frame(now, dt, {
        ...WISHES,
        emotion,
        gaze: { x: Math.sin(i), y: 1 },
        mouth: i % 3 ? { ...SHUT, a: 1, i: 1 } : null,
      });
      values.forEach((v, p) => {
        expect(v).toBeGreaterThanOrEqual((min[p] ?? 0) - 1e-4);
        expect(v).toBeLessThanOrEqual((max[p] ?? 0) + 1e-4);
      });
    }
  });
});

describe('parameters', () => {
  it('are found by the names of older editors', () => {
    const ids = ['PARAM_EYE_L_OPEN', 'PARAM_MOUTH_OPEN_Y', 'ParamTere', 'ParamA'];
    const of = (n: number) => Float32Array.from(ids, () => n);
    const values = new Values({
      count: 4,
      ids,
      minimumValues: of(0),
      maximumValues: of(1),
      defaultValues: of(0),
      values: of(0),
    });
    expect(
      ['ParamEyeLOpen', 'ParamMouthOpenY', 'ParamCheek', 'ParamMouthA', 'ParamBreath'].map((id) => values.find(id)),
    ).toEqual([0, 1, 2, 3, -1]);
    // What every object has is no parameter.
    expect(['constructor', '__proto__', 'toString'].map((id) => values.find(id))).toEqual([-1, -1, -1]);
    values.set(0, Number.NaN);
    values.set(9, 1);
    expect(values.get(0)).toBe(0);
  });
});

describe('expressions', () => {
  it('have those of the standard where a model has none', () => {
    const own = readExpression(json({ Parameters: [] }), 'Happy 2');
    expect(expressionFor('joy', [own])).toBe(own);
    expect(expressionFor('angry', [own]).parts.map((one) => one.id)).toContain('ParamBrowLForm');
    expect(expressionFor('neutral', []).parts).toEqual([]);
  });

  it('fade into each other and leave nothing behind', () => {
    const { model } = mika();
    const values = new Values(model.parameters);
    const shown = new Expressions();
    const cheek = values.find('ParamCheek');
    const one = readExpression(
      json({ FadeInTime: 1, FadeOutTime: 1, Parameters: [{ Id: 'ParamCheek', Value: 1, Blend: 'Add' }] }),
      'a',
    );
    const none = readExpression(json({ FadeInTime: 1, Parameters: [] }), 'b');
    const run = (seconds: number) => {
      for (let t = 0; t < seconds - 1e-9; t += 0.1) {
        values.set(cheek, 0);
        shown.update(values, 0.1);
      }
      return values.get(cheek);
    };
    shown.show(one);
    expect(run(0.5)).toBeCloseTo(0.5, 1);
    expect(run(0.6)).toBe(1);
    shown.show(none);
    expect(run(1.2)).toBe(0);
    expect(shown.settling).toBe(false);
  });
});

describe('physics', () => {
  it('counts places in ranges from their middles', () => {
    const to = { min: -10, mid: 2, max: 30 };
    expect([-30, 0, 15, 30, 99].map((v) => normalised(v, -30, 30, to))).toEqual([-10, 2, 16, 30, 30]);
    expect(normalised(5, 5, 5, to)).toBe(2);
  });

  it('hangs straight at rest, swings past and comes to rest again', () => {
    const list = readModelList('mika.model3.json', files);
    const { model } = mika();
    const values = new Values(model.parameters);
    const bytes = files.bytes(list.physics ?? '');
    if (!bytes) throw new Error('no physics');
    const physics = new Physics(readPhysics(bytes, 'physics'));
    physics.settle(values);
    const hair = values.find('ParamHairFront');
    expect(values.get(hair)).toBeCloseTo(0, 3);
    values.set(values.find('ParamAngleX'), 30);
    const seen: number[] = [];
    for (let i = 0; i < 240; i++) {
      physics.update(values, 1 / 60);
      seen.push(values.get(hair));
    }
    expect(Math.max(...seen.map(Math.abs))).toBeGreaterThan(0.2);
    // It swings to both sides, and ends where it began: its root moved, and it hangs from there.
    expect(Math.min(...seen) < -0.02 && Math.max(...seen) > 0.02).toBe(true);
    expect(Math.abs(seen.at(-1) ?? 1)).toBeLessThan(0.03);
  });

  it('is the same at any frame rate', () => {
    const list = readModelList('mika.model3.json', files);
    const bytes = files.bytes(list.physics ?? '');
    if (!bytes) throw new Error('no physics');
    const at = (rate: number) => {
      const { model } = mika();
      const values = new Values(model.parameters);
      const physics = new Physics(readPhysics(bytes, 'physics'));
      physics.settle(values);
      values.set(values.find('ParamAngleX'), 30);
      const path: number[] = [];
      for (let i = 1; i <= rate; i++) {
        physics.update(values, 1 / rate);
        if ((i * 10) % rate === 0) path.push(values.get(values.find('ParamHairFront')));
      }
      return path;
    };
    const [slow, quick] = [at(20), at(120)];
    slow.forEach((v, i) => expect(v).toBeCloseTo(quick[i] ?? Number.NaN, 1));
  });
});

describe('a pose', () => {
  it('never lets more than a little shine through', () => {
    const parts: CoreParts = { count: 3, ids: ['a', 'b', 'l'], opacities: new Float32Array(3).fill(1) };
    const pose = new Pose(
      {
        fade: 0.5,
        groups: [
          [
            { id: 'a', links: ['l'] },
            { id: 'b', links: [] },
            { id: 'gone', links: [] },
          ],
        ],
      },
      parts,
    );
    expect([...parts.opacities]).toEqual([1, 0, 1]);
    for (let i = 0; i < 20; i++) {
      pose.update(new Map([['b', 1]]), 0.05);
      const [a = 0, b = 0, l] = parts.opacities;
      if (b < 1) expect((1 - a) * (1 - b)).toBeLessThanOrEqual(0.151);
      expect(l).toBeCloseTo(a, 6);
    }
    expect([...parts.opacities]).toEqual([0, 1, 0]);
  });
});

describe('the renderer', () => {
  it('draws in render order, and equal masks once', () => {
    const { model } = mika();
    const { sets, of } = maskSets(model.drawables);
    expect(sets.map((set) => set.drawables)).toEqual([[5, 6], [5]]);
    expect(sets.map((set) => [set.texture, set.channel])).toEqual([
      [0, 0],
      [0, 1],
    ]);
    expect(of.filter((set) => set >= 0)).toEqual([0, 0, 1]);
    expect(drawOrder({ count: 3, renderOrders: Int32Array.of(2, 0, 1) })).toEqual([1, 2, 0]);
    const bad = { count: 2, masks: [Int32Array.of(7, -1), Int32Array.of()], maskCounts: Int32Array.of(2, 3) };
    expect(maskSets(bad).of).toEqual([-1, -1]);
  });
  it('frames what is seen', () => {
    const { model } = mika();
    const [left, bottom, right, top] = boundsOf(model.drawables);
    expect([left, bottom, right, top].map((n) => Math.round(n * 100) / 100)).toEqual([-0.75, -2, 0.98, 1.8]);
    expect(
      boundsOf({ count: 0, vertexPositions: [], opacities: new Float32Array(), dynamicFlags: new Uint8Array() }),
    ).toEqual([-1, -1, 1, 1]);
  });
});

it.runIf(existsSync(SHARED))(
  'real motions, expressions, poses and physics move a stand-in with their parameters',
  () => {
    let frames = 0;
    for (const name of ['Haru', 'Hiyori', 'Wanko']) {
      const folder = join(SHARED, 'live2d/web5', name);
      const all = filesIn(folder);
      const list = readModelList(`${name}.model3.json`, all);
      const material = readMaterial(list, all);
      const ids = [...readDisplay(bufferOf(readFileSync(join(folder, `${name}.cdi3.json`))), 'cdi3').keys()];
      const partIds = [...new Set((material.pose?.groups ?? []).flat().map((one) => one.id))];
      const plan = {
        parameters: ids.map((id) => ({
          id,
          min: /Open/i.test(id) ? 0 : -30,
          max: 30,
          rest: /EYE.*OPEN/i.test(id) ? 1 : 0,
        })),
        parts: partIds,
        drawables: [],
      };
      const moc = bufferOf(`MOC3\u0004${'\0'.repeat(59)}${JSON.stringify(plan)}`);
      const { model } = openModel(fakeCore(), moc);
      // The same motions every time: with other ones a pose may be on its way from one arm to the other when this ends.
      const figure = new Figure(model, list, material, () => 0.5);
      const before = Array.from(model.parameters.values);
      const moved = new Set<number>();
      play(figure, 0, 12, { ...WISHES, mouth: { ...SHUT, a: 0.8 } }, () => {
        frames++;
        model.parameters.values.forEach((v, i) => {
          expect(Number.isFinite(v)).toBe(true);
          if (Math.abs(v - (before[i] ?? 0)) > 0.01) moved.add(i);
        });
      });
      expect(moved.size, name).toBeGreaterThan(8);
      // Of two arms of a pose one is seen.
      for (const group of material.pose?.groups ?? [])
        expect(group.reduce((sum, one) => sum + part(model.parts, one.id), 0)).toBeCloseTo(1, 1);
    }
    console.warn(`three models of ../shared/puppets, ${frames} frames`);
  },
);
