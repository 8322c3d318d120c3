import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readExpression } from './expression';
import { Files } from './files';
import { readMaterial } from './figure';
import { readDisplay, readModelList } from './model3';
import { readMotion, valueAt, type Curve } from './motion';
import { readPhysics } from './physics';
import { readPose } from './pose';
import { bufferOf, filesIn, FIXTURES, json, SHARED, walk } from './testing';

const files = (content: Record<string, unknown>) =>
  new Files(new Map(Object.entries(content).map(([path, value]) => [path, json(value)])));

describe('files', () => {
  it('are found as people write their paths', () => {
    const all = files({ 'Tex/テクスチャ 00.png': 1, 'a/b.json': 2, 'c.json': 3 });
    expect(all.find('tex\\テクスチャ 00.PNG')).toBe('Tex/テクスチャ 00.png');
    expect(all.find('Tex/%E3%83%86%E3%82%AF%E3%82%B9%E3%83%81%E3%83%A3%2000.png')).toBe('Tex/テクスチャ 00.png');
    expect(all.find('../c.json', 'a/b.json')).toBe('c.json');
    expect(all.find('../../../c.json', 'a/b.json')).toBe('c.json');
    expect(all.find('%E0%A4%A')).toBeNull();
  });
});

describe('the list of a model', () => {
  it('is read with what it leaves out', () => {
    const list = readModelList(
      'm.model3.json',
      files({
        'm.model3.json': {
          FileReferences: {
            Moc: 'M.moc3',
            Textures: ['t.png'],
            Physics: null,
            Pose: null,
            Motions: { Idle: [{ File: 'gone.motion3.json' }] },
          },
        },
        'm.moc3': 0,
        't.png': 0,
        'x/joy.exp3.json': {},
        'x/wave.motion3.json': {},
        'm.physics3.json': {},
      }),
    );
    expect(list.moc).toBe('m.moc3');
    expect(list.expressions).toEqual([{ name: 'joy', path: 'x/joy.exp3.json' }]);
    expect(list.motions.map((one) => one.name)).toEqual(['wave']);
    expect(list.physics).toBe('m.physics3.json');
    expect(list.missing).toEqual(['gone.motion3.json']);
    expect(list.eyeBlink).toEqual([]);
  });

  it('may be missing where there is one model', () => {
    const list = readModelList('m.moc3', files({ 'm.moc3': 0, 'tex/texture_00.png': 0 }));
    expect(list.textures).toEqual(['tex/texture_00.png']);
  });

  it('names no model without its pictures', () => {
    const bad = files({
      'm.model3.json': { FileReferences: { Moc: 'm.moc3', Textures: ['t.png', 'u.png'] } },
      'm.moc3': 0,
      'u.png': 0,
    });
    expect(() => readModelList('m.model3.json', bad)).toThrow('t.png');
    expect(() => readModelList('m.model3.json', files({ 'm.model3.json': [] }))).toThrow('no JSON object');
    expect(() => readModelList('gone', bad)).toThrow('missing');
  });
});

describe('hostile files', () => {
  const odd: unknown[] = [
    {},
    { Meta: 1 },
    { Curves: [{ Target: 'Parameter', Segments: [0, 'x', 9, 1] }] },
    { Groups: [[null]] },
  ];
  it('end as what they hold, or as a sentence', () => {
    for (const value of odd) {
      const bytes = json(value);
      expect(readMotion(bytes, 'a').duration).toBeGreaterThan(0);
      expect(readPose(bytes, 'a').fade).toBe(0.5);
      expect(readPhysics(bytes, 'a').chains).toEqual([]);
      expect(readExpression(bytes, 'a').parts).toEqual([]);
      expect(readDisplay(bytes, 'a').size).toBe(0);
    }
    expect(() => readMotion(bufferOf('{'), 'a.motion3.json')).toThrow('a.motion3.json is no JSON');
    const endless = json({ Curves: [{ Target: 'Parameter', Id: 'a', Segments: Array(500_000).fill(0) }] });
    expect(readMotion(endless, 'a').curves.length).toBeLessThanOrEqual(1);
  });
});

describe('curves', () => {
  const curve = (Segments: number[], restricted = true): Curve => {
    const motion = readMotion(
      json({
        Meta: { Duration: 4, AreBeziersRestricted: restricted },
        Curves: [{ Target: 'Parameter', Id: 'p', Segments }],
      }),
      'a',
    );
    const [first] = motion.curves;
    if (!first) throw new Error('no curve');
    return first;
  };
  it('go straight, stay and jump', () => {
    const straight = curve([0, 0, 0, 1, 10]);
    expect([-1, 0, 0.5, 1, 3].map((t) => valueAt(straight, t))).toEqual([0, 0, 5, 10, 10]);
    const stepped = curve([0, 1, 2, 1, 5, 3, 2, 9]);
    expect([0, 0.99, 1, 1.01, 2].map((t) => valueAt(stepped, t))).toEqual([1, 1, 5, 9, 9]);
  });
  it('bend as béziers do', () => {
    // Control values on the straight line give the straight line.
    const line = curve([0, 0, 1, 1 / 3, 1, 2 / 3, 2, 1, 3]);
    for (const t of [0, 0.2, 0.5, 0.9]) expect(valueAt(line, t)).toBeCloseTo(3 * t, 5);
    // Ease in and out: half way is half way, and it begins slowly.
    const eased = curve([0, 0, 1, 1 / 3, 0, 2 / 3, 1, 1, 1]);
    expect(valueAt(eased, 0.5)).toBeCloseTo(0.5, 5);
    expect(valueAt(eased, 0.1)).toBeLessThan(0.05);
  });
  it('take free control points where those are not restricted', () => {
    const free = curve([0, 0, 1, 0.9, 0, 1, 1, 1, 1], false);
    // At three quarters of the time this one has hardly begun.
    expect(valueAt(free, 0.5)).toBeLessThan(0.15);
    expect(valueAt(free, 1)).toBeCloseTo(1, 4);
    for (let t = 0; t < 1; t += 0.05) expect(valueAt(free, t + 0.05)).toBeGreaterThanOrEqual(valueAt(free, t) - 1e-6);
  });
});

it('our own figure is read whole', () => {
  const all = filesIn(join(FIXTURES, 'mika'));
  const list = readModelList('mika.model3.json', all);
  const material = readMaterial(list, all);
  expect(material.broken).toEqual([]);
  expect(material.expressions.map((one) => one.name)).toEqual(['joy', 'angry']);
  expect(material.motions.map(({ motion }) => motion.name)).toEqual(['idle', 'surprised']);
  expect(list.eyeBlink).toHaveLength(2);
});

it.runIf(existsSync(SHARED))('real files of each kind are read', () => {
  const count: Record<string, number> = {};
  const seen = (kind: string) => (count[kind] = (count[kind] ?? 0) + 1);
  for (const path of walk(join(SHARED, 'live2d'))) {
    const kind = /\.(exp3|motion3|physics3|pose3|cdi3|model3)\.json$/.exec(path)?.[1];
    if (!kind) continue;
    const bytes = bufferOf(readFileSync(path));
    if (kind === 'exp3') {
      const own = JSON.parse(readFileSync(path, 'utf8')) as { Parameters?: unknown[] };
      expect(readExpression(bytes, path).parts).toHaveLength(own.Parameters?.length ?? 0);
    } else if (kind === 'motion3') {
      const { Meta } = JSON.parse(readFileSync(path, 'utf8')) as {
        Meta: { CurveCount: number; TotalSegmentCount: number; Duration: number };
      };
      const motion = readMotion(bytes, path);
      expect(motion.curves, path).toHaveLength(Meta.CurveCount);
      const segments = motion.curves.reduce((sum, one) => sum + one.segments.length, 0);
      expect(segments, path).toBe(Meta.TotalSegmentCount);
      for (const one of motion.curves)
        for (let t = 0; t <= Meta.Duration; t += Meta.Duration / 7) expect(Number.isFinite(valueAt(one, t))).toBe(true);
    } else if (kind === 'physics3') {
      const { Meta } = JSON.parse(readFileSync(path, 'utf8')) as {
        Meta: { PhysicsSettingCount: number; TotalInputCount: number; TotalOutputCount: number; VertexCount: number };
      };
      const { chains } = readPhysics(bytes, path);
      const sum = (of: (chain: (typeof chains)[number]) => number) => chains.reduce((all, chain) => all + of(chain), 0);
      expect(chains).toHaveLength(Meta.PhysicsSettingCount);
      expect(sum((chain) => chain.inputs.length)).toBe(Meta.TotalInputCount);
      expect(sum((chain) => chain.outputs.length)).toBe(Meta.TotalOutputCount);
      expect(sum((chain) => chain.vertices.length)).toBe(Meta.VertexCount);
    } else if (kind === 'pose3') {
      expect(readPose(bytes, path).groups).toBeInstanceOf(Array);
    } else if (kind === 'cdi3') {
      expect(readDisplay(bytes, path).size).toBeGreaterThan(10);
    } else {
      const folder = dirname(path);
      const all = filesIn(folder);
      const list = readModelList(path.slice(folder.length + 1), all);
      expect(
        list.missing.filter((name) => !/\.(wav|mp3)$/.test(name)),
        path,
      ).toEqual([]);
      expect(readMaterial(list, all).broken, path).toEqual([]);
      expect(list.eyeBlink.length, path).toBeGreaterThan(0);
    }
    seen(kind);
  }
  console.warn('read from ../shared/puppets:', count);
  expect(Object.keys(count).sort()).toEqual(['cdi3', 'exp3', 'model3', 'motion3', 'physics3', 'pose3']);
});
