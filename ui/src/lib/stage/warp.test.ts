import { describe, expect, it } from 'vitest';
import koto from '$characters/koto/puppet/rig.json';
import haru from '$characters/haru/puppet/rig.json';
import { parallelogram } from './drawing/canvas';
import { matrixOf } from './drawing/paint';
import { Pose } from './drawing/pose';
import { trianglesOf } from './drawing/webgl';
import { readRig, type Layer, type Rig, type Warp } from './format';
import { defaults } from './rig';
import { bendOffsets, layersUnder, Mesh, meshes } from './warp';

/** Two by one cells; the middle knots of the upper edge go down by 10 at 1. */
const warp: Warp = {
  layers: ['art'],
  box: [0, 0, 100, 50],
  columns: 2,
  rows: 1,
  tracks: [
    {
      param: 'P',
      keys: [
        [0, new Array<number>(12).fill(0)],
        [1, [0, 0, 0, 10, 0, 0, 0, 0, 0, 0, 0, 0]],
      ],
    },
  ],
};

describe('a warp', () => {
  const bent = (p: number, box: Layer['box'] = [0, 0, 100, 50]) => {
    const offsets = new Float32Array(12);
    bendOffsets(warp, { P: p }, offsets);
    const mesh = new Mesh(box, [{ warp, at: 0 }]);
    mesh.bend([offsets]);
    return mesh;
  };

  it('moves the knots between its keys, and holds beyond them', () => {
    expect(bent(0).reach).toBe(0);
    expect(bent(0.5).bent[3]).toBe(5);
    expect(bent(7).bent[3]).toBe(10);
    expect(bent(1).reach).toBe(10);
  });
  it('bends a layer that lies elsewhere in it by what lies there', () => {
    const mesh = bent(1, [25, 0, 50, 25]);
    // A quarter across the grid the upper edge sinks by half, and half as much half way down.
    expect(mesh.bent[1]).toBeCloseTo(5);
    expect(mesh.bent[2 * (mesh.rows * (mesh.columns + 1)) + 1]).toBeCloseTo(25 + 2.5);
  });
  it('holds its edge for what lies beyond', () => {
    const mesh = bent(1, [-100, -50, 50, 25]);
    expect(mesh.reach).toBe(0);
  });
  it('adds up with others', () => {
    const offsets = new Float32Array(12);
    bendOffsets(warp, { P: 1 }, offsets);
    const mesh = new Mesh(warp.box, [
      { warp, at: 0 },
      { warp, at: 1 },
    ]);
    mesh.bend([offsets, offsets]);
    expect(mesh.bent[3]).toBe(20);
  });
});

it('a bone stands for all that hangs on it', () => {
  const layer = (id: string, parent: string | null, art: boolean) => ({ id, parent, art }) as Layer;
  const layers = [
    layer('body', null, false),
    layer('head', 'body', false),
    layer('face', 'head', true),
    layer('locks', 'face', true),
    layer('coat', 'body', true),
  ];
  const under = (...named: string[]) => layersUnder({ layers }, { ...warp, layers: named });
  expect(under('head')).toEqual(['face', 'locks']);
  expect(under('body')).toEqual(['face', 'locks', 'coat']);
  expect(under('face')).toEqual(['face']);
});

it('one parallelogram stands for cells that are moved, turned or sheared alike', () => {
  const mesh = new Mesh([0, 0, 100, 50], [{ warp, at: 0 }]);
  for (let i = 0; i < mesh.bent.length; i += 2) {
    const [x, y] = [mesh.rest[i] ?? 0, mesh.rest[i + 1] ?? 0];
    mesh.bent[i] = 0.9 * x + 0.1 * y + 7;
    mesh.bent[i + 1] = 1.1 * y - 0.2 * x - 3;
  }
  const { matrix, miss } = parallelogram(mesh, [0, 0, 100, 50], [0, 0, 2, 1]);
  expect(miss).toBeLessThan(1e-4);
  [0.9, -0.2, 0.1, 1.1, 7, -3].forEach((n, i) => expect(matrix[i]).toBeCloseTo(n, 4));
  mesh.bent[3] = (mesh.bent[3] ?? 0) + 10;
  expect(parallelogram(mesh, [0, 0, 100, 50], [0, 0, 2, 1]).miss).toBeGreaterThan(4);
});

it('cuts cells into triangles', () => {
  expect([...trianglesOf({ columns: 2, rows: 1 })]).toEqual([0, 1, 3, 1, 4, 3, 1, 2, 4, 2, 5, 4]);
});

it.each([
  ['translate(3 4)', [1, 0, 0, 1, 3, 4]],
  ['scale(2)', [2, 0, 0, 2, 0, 0]],
  ['translate(0 180) scale(1 0.6)', [1, 0, 0, 0.6, 0, 180]],
  ['rotate(90 10 0)', [0, 1, -1, 0, 10, -10]],
  ['matrix(1 2 3 4 5 6)', [1, 2, 3, 4, 5, 6]],
])('reads the transform %s', (text, wanted) => {
  matrixOf(text)?.forEach((n, i) => expect(n).toBeCloseTo(wanted[i] ?? NaN));
});

describe('rigs with warps', () => {
  const plain = (warps: unknown): unknown => ({
    format: 'hanashi-puppet',
    version: 1,
    name: 'x',
    size: [100, 50],
    eyes: [50, 20],
    layers: [{ id: 'art', parent: null, pivot: [0, 0], box: [0, 0, 100, 50] }],
    warps,
  });
  it('are read', () => expect(readRig(plain([warp])).warps).toHaveLength(1));
  it.each([
    ['a layer that is not there', { layers: ['hat'] }, 'no layer hat'],
    ['too many cells', { columns: 4000 }, 'from 1 to 16'],
    ['half a cell', { rows: 0.5 }, 'whole number'],
    ['offsets missing', { columns: 3 }, '16 offsets are needed'],
    ['an empty box', { box: [0, 0, 0, 50] }, 'is empty'],
  ])('are refused with %s', (_, fault, message) => {
    expect(() => readRig(plain([{ ...warp, ...fault }]))).toThrow(message);
  });
  it('are refused in thousands', () => {
    expect(() => readRig(plain(new Array(5000).fill(warp)))).toThrow('at most 32');
  });

  it.each([
    ['Koto', koto],
    ['Haru', haru],
  ])('%s bends, and by no more than a head can', (_, source) => {
    const rig: Rig = readRig(source);
    expect(rig.warps.length).toBeGreaterThan(2);
    const face = rig.layers.find((layer) => layer.id === 'face');
    const mesh = meshes(rig).get('face');
    expect(mesh?.columns).toBeGreaterThan(1);
    for (const p of rig.parameters) {
      for (const value of [p.min, p.max]) {
        const pose = new Pose(rig, true);
        pose.update({ ...defaults(rig), [p.id]: value }, 1);
        for (const layer of pose.layers)
          expect(layer.mesh?.reach ?? 0, `${layer.layer.id} at ${p.id}`).toBeLessThan(60);
        const bent = pose.layers.find((l) => l.layer.id === face?.id)?.mesh?.reach ?? 0;
        if (p.id === 'ParamAngleX') expect(bent).toBeGreaterThan(4);
      }
    }
    // SVG leaves warps out.
    const flat = new Pose(rig, false);
    flat.update({ ...defaults(rig), ParamAngleX: 30 }, 1);
    expect(flat.layers.every((layer) => layer.mesh === null)).toBe(true);
  });
});
