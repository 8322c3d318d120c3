import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRig, RigError, type Rig } from './format';
import { GESTURES } from './gestures';
import {
  about,
  blendMorph,
  clampParams,
  defaults,
  displacement,
  gridMorph,
  IDENTITY,
  inverse,
  locate,
  morphs,
  movement,
  multiply,
  opacity,
  worldMatrices,
  type Matrix,
  type Params,
} from './rig';

const minimal = {
  format: 'hanashi-puppet',
  version: 1,
  name: 'Test',
  size: [100, 200],
  eyes: [50, 50],
  parameters: [{ id: 'ParamAngleZ', min: -30, max: 30, default: 0 }],
  layers: [
    {
      id: 'bone',
      parent: null,
      pivot: [50, 200],
      art: false,
      moves: [
        {
          param: 'ParamAngleZ',
          keys: [
            [-30, { r: -30 }],
            [30, { r: 30 }],
          ],
        },
      ],
    },
    { id: 'head', parent: 'bone', pivot: [50, 100], box: [0, 0, 100, 100], moves: [] },
  ],
};

const clipped = (clip: string, id = 'iris') => [...minimal.layers, { ...minimal.layers[1], id, clip }];

describe('reading a rig', () => {
  it('takes a minimal rig', () => expect(readRig(minimal).layers).toHaveLength(2));
  it('takes a layer that is seen over another alone', () => {
    const { layers } = readRig({ ...minimal, layers: clipped('head') });
    expect(layers.map((layer) => layer.clip)).toEqual([null, null, 'head']);
  });

  it.each([
    ['no object', 7, 'must be an object'],
    ['another format', { ...minimal, format: 'moc3' }, 'hanashi-puppet'],
    ['a later version', { ...minimal, version: 2 }, 'not known'],
    ['a child before its parent', { ...minimal, layers: [...minimal.layers].reverse() }, 'before its child'],
    ['an id twice', { ...minimal, layers: [...minimal.layers, minimal.layers[1]] }, 'used twice'],
    ['a clip that is not there', { ...minimal, layers: clipped('hat') }, 'clip: hat is no other layer'],
    ['a clip to a bone', { ...minimal, layers: clipped('bone') }, 'clip: bone is no other layer'],
    ['a clip to itself', { ...minimal, layers: clipped('iris') }, 'clip: iris is no other layer'],
    [
      'a chain of clips',
      { ...minimal, layers: [...clipped('head'), ...clipped('iris', 'spark').slice(2)] },
      'is not clipped itself',
    ],
    ['no artwork', { ...minimal, layers: [minimal.layers[0]] }, 'no artwork'],
    ['too many layers', { ...minimal, layers: new Array(97).fill(minimal.layers[1]) }, 'at most'],
    ['a number that is none', { ...minimal, eyes: [Number.NaN, 0] }, 'must be a number'],
    [
      'keys out of order',
      {
        ...minimal,
        layers: [
          {
            ...minimal.layers[1],
            parent: null,
            moves: [
              {
                param: 'p',
                keys: [
                  [1, {}],
                  [0, {}],
                ],
              },
            ],
          },
        ],
      },
      'ascend',
    ],
    [
      'forms that do not fit',
      {
        ...minimal,
        blends: [{ path: 'x', base: 'M0 0L1 1', shapes: [{ param: 'p', at: 1, form: 'M0 0C1 1 2 2 3 3' }] }],
      },
      'cannot be blended',
    ],
    ['script in a path', { ...minimal, blends: [{ path: 'x', base: 'M0 0<script>', shapes: [] }] }, 'path data'],
    [
      'a grid with a form too few',
      { ...minimal, grids: [{ path: 'x', params: ['p'], stops: [[0, 1]], forms: ['M0 0'] }] },
      '2 forms',
    ],
  ])('refuses %s', (_name, rig, message) => {
    expect(() => readRig(rig)).toThrow(RigError);
    expect(() => readRig(rig)).toThrow(message);
  });
});

describe('interpolation', () => {
  it.each([
    [-5, 0, 0],
    [0.5, 0, 0.5],
    [1, 1, 0],
    [3, 1, 1],
  ])('finds %f in 0, 1, 2', (value, index, share) => expect(locate([0, 1, 2], value)).toEqual({ index, share }));

  it('adds translations and multiplies scales', () => {
    const tracks = [
      {
        param: 'a',
        keys: [
          [0, {}],
          [1, { x: 10, sx: 2 }],
        ] as [number, object][],
      },
      {
        param: 'b',
        keys: [
          [0, {}],
          [1, { x: 4, sx: 3, r: 8 }],
        ] as [number, object][],
      },
    ];
    expect(movement(tracks, { a: 1, b: 0.5 })).toEqual({ x: 12, y: 0, r: 4, sx: 4, sy: 1 });
  });

  it('turns about the pivot, which stays where it is', () => {
    const m = about([50, 100], { x: 0, y: 0, r: 90, sx: 1, sy: 1 });
    const at = ([a, b, c, d, e, f]: typeof m, x: number, y: number) =>
      [a * x + c * y + e, b * x + d * y + f].map((n) => Math.round(n * 1e6) / 1e6 + 0);
    expect(at(m, 50, 100)).toEqual([50, 100]);
    expect(at(m, 60, 100)).toEqual([50, 110]);
  });

  it('carries children along with their bones', () => {
    const rig = readRig(minimal);
    const world = worldMatrices(rig.layers, { ParamAngleZ: 30 });
    expect(world.get('head')).toEqual(multiply(world.get('bone') ?? IDENTITY, IDENTITY));
    expect(displacement([0, 0, 100, 100], IDENTITY, world.get('head') ?? IDENTITY)).toBeGreaterThan(50);
  });

  it('fades between keys and not beyond them', () => {
    const fade = {
      param: 'p',
      keys: [
        [0, 0],
        [1, 1],
      ] as [number, number][],
    };
    expect([-1, 0.25, 9].map((p) => opacity(fade, { p }))).toEqual([0, 0.25, 1]);
  });
});

describe('morphs', () => {
  const grid = gridMorph({
    path: 'eye',
    params: ['open', 'smile'],
    stops: [
      [0, 1],
      [0, 1],
    ],
    forms: ['M0 0', 'M10 0', 'M0 10', 'M10 10'],
  });
  it.each([
    [{ open: 0, smile: 0 }, 'M0 0'],
    [{ open: 0.5, smile: 0.5 }, 'M5 5'],
    [{ open: 1.2, smile: 0 }, 'M12 0'],
    [{ open: 9, smile: 9 }, 'M12.5 12.5'],
  ])('blends the grid at %o', (params, d) => expect(grid.data(grid.weights(params))).toBe(d));

  it('adds shapes to the base by their share', () => {
    const blend = blendMorph({
      path: 'm',
      base: 'M0 0L10 0',
      shapes: [
        { param: 'a', at: 1, form: 'M0 0L10 20' },
        { param: 'f', at: -1, form: 'M0 4L10 0' },
      ],
    });
    expect(blend.data(blend.weights({ a: 0.5, f: -1 }))).toBe('M0 4L10 10');
    expect(blend.data(blend.weights({ a: -1, f: 1 }))).toBe('M0 0L10 0');
  });
});

describe.each(['koto', 'haru'])('the puppet of %s', (name) => {
  const file = (path: string) => readFileSync(join('..', 'characters', name, 'puppet', path), 'utf8');
  const rig: Rig = readRig(JSON.parse(file('rig.json')));
  const art = file('puppet.svg');

  it('has every layer, part and morphed path in its artwork', () => {
    const ids = new Set(Array.from(art.matchAll(/ id="([^"]+)"/g), (m) => m[1]));
    const wanted = [...rig.layers.filter((l) => l.art), ...rig.parts]
      .map((l) => l.id)
      .concat(
        rig.grids.map((g) => g.path),
        rig.blends.map((b) => b.path),
      );
    expect(wanted.filter((id) => !ids.has(id))).toEqual([]);
  });

  it('has ten expressions that differ, in parameters it knows', () => {
    const known = new Set(rig.parameters.map((p) => p.id));
    const names = ['neutral', 'joy', 'sad', 'angry', 'surprised', 'shy', 'love', 'thinking', 'sleepy', 'worried'];
    expect(Object.keys(rig.expressions).sort()).toEqual([...names].sort());
    for (const targets of Object.values(rig.expressions))
      expect(Object.keys(targets).filter((p) => !known.has(p))).toEqual([]);
    expect(new Set(Object.values(rig.expressions).map((e) => JSON.stringify(e))).size).toBe(10);
  });

  it('draws six mouths that differ', () => {
    const mouth = morphs(rig).find((m) => m.path === 'mouth-line');
    const poses: Params[] = [{}, ...['A', 'I', 'U', 'E', 'O'].map((vowel) => ({ [`ParamMouth${vowel}`]: 1 }))];
    const drawn = poses.map((p) => mouth?.data(mouth.weights(p)));
    expect(new Set(drawn).size).toBe(6);
  });

  it('closes its eyes when it blinks', () => {
    const white = morphs(rig).find((m) => m.path === 'eye-L-white');
    const height = (open: number) => {
      const ys = (white?.data(white.weights({ ParamEyeLOpen: open })).match(/-?[\d.]+/g) ?? [])
        .map(Number)
        .filter((_, i) => i % 2 === 1);
      return Math.max(...ys) - Math.min(...ys);
    };
    expect(height(1)).toBeGreaterThan(30);
    expect(height(0)).toBeLessThan(height(1) * 0.6);
  });

  it('stands on one leg: shoulders slope to it, hips to the other side, and the neck is where the head turns', () => {
    const pivot = (id: string) => rig.layers.find((layer) => layer.id === id)?.pivot ?? [0, 0];
    const slope = pivot('arm-R')[1] - pivot('arm-L')[1];
    expect(Math.abs(slope)).toBeGreaterThan(12);
    expect(Math.sign(slope)).toBe(name === 'koto' ? -1 : 1);
    // The head is held against the shoulders, not with them.
    expect(Math.sign(rig.expressions.neutral?.ParamAngleZ ?? 0)).toBe(-Math.sign(slope));
    expect(pivot('head-bone')[0]).toBe(500);
  });

  it('raises a hand: the arm that hangs goes as the other one comes', () => {
    const side = name === 'koto' ? 'R' : 'L';
    const of = (id: string) => rig.layers.find((layer) => layer.id === id);
    const seen = (id: string, at: number) => opacity(of(id)?.fade ?? null, { [`ParamArm${side}B`]: at });
    // What a voice stresses lifts no hand off what it holds.
    expect([`arm-${side}`, `fore-${side}`].map((id) => seen(id, 4))).toEqual([1, 0]);
    expect([`arm-${side}`, `upper-${side}`, `fore-${side}`].map((id) => seen(id, 10))).toEqual([0, 1, 1]);
    const box = of(`fore-${side}`)?.box ?? [0, 0, 0, 0];
    const up = worldMatrices(rig.layers, { [`ParamArm${side}B`]: 10 }).get(`fore-${side}`) ?? IDENTITY;
    const down = worldMatrices(rig.layers, { [`ParamArm${side}B`]: 5.5 }).get(`fore-${side}`) ?? IDENTITY;
    const top = (m: Matrix) => m[1] * (box[0] + box[2] / 2) + m[3] * box[1] + m[5];
    expect(top(up)).toBeLessThan(top(down) - 150);
  });

  it('is moved by every gesture, in more than its head', () => {
    const known = new Map(rig.parameters.map((p) => [p.id, p]));
    for (const [gesture, { curves }] of Object.entries(GESTURES))
      expect(
        Object.keys(curves).filter((id) => /Body|Shoulder|Arm/.test(id) && known.has(id)).length,
        gesture,
      ).toBeGreaterThan(0);
  });

  it('carries no script, no style attribute and no address', () => {
    expect(art).not.toMatch(/<script|\sstyle=|\son\w+=|href="http|url\(http/i);
  });

  it('keeps its defaults within their ranges', () => {
    const params = { ...defaults(rig), ParamAngleX: 999 };
    clampParams(rig, params);
    expect(params.ParamAngleX).toBe(30);
    for (const p of rig.parameters) expect(p.default >= p.min && p.default <= p.max).toBe(true);
  });
});

it('takes a matrix back', () => {
  const turned = multiply(about([50, 100], { x: 3, y: -2, r: 30, sx: 1.5, sy: 0.5 }), [1, 0, 0, 1, 7, 9]);
  multiply(inverse(turned), turned).forEach((n, i) => expect(n).toBeCloseTo(IDENTITY[i] ?? NaN));
  expect(inverse([0, 0, 0, 0, 5, 5])).toEqual(IDENTITY);
});
