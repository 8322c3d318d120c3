/**
 * A rig for layers that come without one: what they are is told by their names, where they are by their frames. A head that turns, eyes that
 * look and blink, lips, breath, hair on springs. Pure.
 */

import { readRig, type Rig } from '../stage/format';
import { ofHead, roleOf, type Role } from './roles';

export interface Named {
  path: readonly string[];
  box: readonly [number, number, number, number];
  /** The place among the layers of the one over which alone it is seen. */
  clip?: number | null;
}
type Keys = [number, Record<string, number> | number | number[]][];
interface Track {
  param: string;
  keys: Keys;
}

const track = (param: string, ...keys: Keys): Track => ({ param, keys });
const both = (param: string, end: number, move: Record<string, number>): Track => ({
  param,
  keys: [
    [-end, Object.fromEntries(Object.entries(move).map(([k, v]) => [k, -v]))],
    [end, move],
  ],
});

/** How far a thing runs ahead of the head that turns, in shares of what the nose does. */
const DEPTH: Partial<Record<Role, number>> = {
  'hair-back': -0.4,
  ear: -0.1,
  head: 0.2,
  hair: 0.3,
  'hair-side': 0.2,
  'hair-front': 0.45,
  face: 0.28,
  blush: 0.55,
  glasses: 0.8,
  brow: 0.6,
  sweat: 0.5,
  nose: 1,
};
const SPRINGS: Partial<Record<Role, [param: string, degrees: number]>> = {
  'hair-back': ['ParamHairBack', 9],
  'hair-side': ['ParamHairSide', 11],
  'hair-front': ['ParamHairFront', 2.5],
};
/** For each vowel the shapes of a mouth that can stand for it, best first: few files have all five. */
const VOWELS: Record<string, readonly Role[]> = {
  A: ['mouth-a', 'mouth-open', 'mouth-o', 'mouth-e', 'mouth-i', 'mouth-u'],
  I: ['mouth-i', 'mouth-e', 'mouth-open', 'mouth-a', 'mouth-u', 'mouth-o'],
  U: ['mouth-u', 'mouth-o', 'mouth-open', 'mouth-a', 'mouth-i', 'mouth-e'],
  E: ['mouth-e', 'mouth-i', 'mouth-open', 'mouth-a', 'mouth-o', 'mouth-u'],
  O: ['mouth-o', 'mouth-u', 'mouth-open', 'mouth-a', 'mouth-e', 'mouth-i'],
};
/** The vowels together: an open mouth of any shape. */
const ANY = 'ParamMouthAny';
const shown = (role: Role) => `Param-${role}`;
const ACROSS = 4;

/** A layer's id in the rig: its name, told apart by its place. */
export const layerId = (layer: Named, index: number): string => `${index}-${(layer.path.at(-1) ?? '').slice(0, 60)}`;

/** The rig of some layers, back to front, on a picture of this size. */
export function autorig(name: string, size: [number, number], layers: readonly Named[]): Rig {
  const roles = layers.map((layer) => roleOf(layer.path));
  const boxes = (...wanted: Role[]) =>
    layers.filter((_, i) => wanted.some((role) => role === roles[i])).map((l) => l.box);
  const head = around(boxes('face')) ??
    around(boxes('head', 'hair-front', 'eye')) ?? [size[0] * 0.3, size[1] * 0.05, size[0] * 0.4, size[1] * 0.3];
  const eyes = around(boxes('eye', 'iris')) ?? [head[0], head[1] + head[3] * 0.4, head[2], head[3] * 0.15];
  const [middle, reach] = [head[0] + head[2] / 2, head[2] * 0.055];
  const neck: [number, number] = [middle, head[1] + head[3] * 1.02];
  const feet: [number, number] = [size[0] / 2, size[1]];
  const has = (role: Role, left: boolean) => layers.some((l, i) => roles[i] === role && side(l.box, middle) === left);
  const closes = roles.includes('mouth-closed') || roles.includes('mouth');
  const shapes = new Map<Role, string[]>();
  for (const [vowel, stand] of Object.entries(VOWELS)) {
    const shape = stand.find((role) => roles.includes(role));
    if (shape) shapes.set(shape, [...(shapes.get(shape) ?? []), vowel]);
  }
  const opens = shapes.size > 0;
  const sums = [...shapes].map(([role, of]): [string, string[]] => [shown(role), of]);
  if (opens) sums.push([ANY, Object.keys(VOWELS)]);

  const clipOf = ({ clip }: Named): string | null => {
    const base = clip === null || clip === undefined ? undefined : layers[clip];
    return base ? layerId(base, clip ?? 0) : null;
  };
  const made = layers.map((layer, i) => {
    const role = roles[i] ?? null;
    const [x, y, w, h] = layer.box;
    const left = side(layer.box, middle);
    const letter = left ? 'L' : 'R';
    const centre: [number, number] = [x + w / 2, y + h / 2];
    const moves: Track[] = [];
    let fade: Track | null = null;
    if (ofHead(role)) {
      const near = role === null ? 0 : (DEPTH[role] ?? 0.72);
      moves.push(both('ParamAngleX', 30, { x: reach * near }), both('ParamAngleY', 30, { y: -0.7 * reach * near }));
    }
    const swings = role === null ? undefined : SPRINGS[role];
    if (swings) moves.push(both(swings[0], 20, { r: swings[1] }));
    const eyeOpen = `ParamEye${letter}Open`;
    if (role === 'brow') moves.push(both(`ParamBrow${letter}Y`, 1, { y: -h * 0.35 - 2 }));
    if (role === 'iris')
      moves.push(both('ParamEyeBallX', 1, { x: w * 0.14 }), both('ParamEyeBallY', 1, { y: -h * 0.1 }));
    if (role === 'eye-closed') fade = track(eyeOpen, [0.22, 1], [0.3, 0]);
    else if (role === 'eye' || role === 'iris') {
      if (has('eye-closed', left)) fade = track(eyeOpen, [0.22, 0], [0.3, 1]);
      else moves.push(track(eyeOpen, [0, { sy: 0.06 }], [1, { sy: 1 }]));
    }
    if (role !== null && shapes.has(role)) {
      // Where no mouth is closed, an open one narrows instead.
      if (closes) fade = track(shown(role), [0.1, 0], [0.25, 1]);
      else moves.push(track(shown(role), [0, { sy: 0.15 }], [0.6, { sy: 1 }]));
    }
    if (role === 'mouth-closed' || role === 'mouth') {
      if (opens) fade = track(ANY, [0.1, 1], [0.25, 0]);
      else moves.push(track('ParamMouthOpenY', [0, { sy: 1 }], [1, { sy: 1.7, sx: 0.92 }]));
    }
    if (role === 'blush') fade = track('ParamCheek', [0, 0], [1, 1]);
    if (role === 'tear') fade = track('ParamTear', [0, 0], [1, 1]);
    if (role === 'sweat') fade = track('ParamSweat', [0, 0], [1, 1]);
    return {
      id: layerId(layer, i),
      parent: ofHead(role) ? 'head-bone' : 'body-bone',
      pivot: swings ? [x + w / 2, Math.max(y, head[1])] : role === 'body' || role === null ? feet : centre,
      box: [...layer.box],
      moves,
      fade,
      clip: clipOf(layer),
    };
  });

  return readRig({
    format: 'hanashi-puppet',
    version: 1,
    // Files may be called anything, and puppets not.
    name: name.slice(0, 80) || 'layers',
    size,
    eyes: [eyes[0] + eyes[2] / 2, eyes[1] + eyes[3] / 2],
    parameters: PARAMETERS.map(([id, min, max, rest]) => ({ id, min, max, default: rest })),
    layers: [
      bone('body-bone', null, feet, [
        both('ParamBodyAngleX', 10, { x: size[0] * 0.01, r: 1 }),
        both('ParamBodyAngleZ', 10, { r: 2.4 }),
        {
          param: 'ParamBreath',
          keys: [
            [0, {}],
            [1, { y: -size[1] * 0.002, sy: 1.002 }],
          ],
        },
      ]),
      bone('head-bone', 'body-bone', neck, [
        both('ParamAngleZ', 30, { r: 13 }),
        both('ParamAngleX', 30, { x: head[2] * 0.025, r: 1.2 }),
        both('ParamAngleY', 30, { y: -head[3] * 0.015 }),
      ]),
      ...made,
    ],
    warps: [turning(head)],
    springs: [
      // Sums of vowels: springs so quick that they are there at once.
      ...sums.map(([out, vowels]) =>
        spring(out, Object.fromEntries(vowels.map((vowel) => [`ParamMouth${vowel}`, 1])), 8, 1),
      ),
      spring('ParamHairFront', { ParamAngleX: -0.25, ParamAngleZ: -0.2 }, 1.7, 0.32),
      spring('ParamHairSide', { ParamAngleZ: -0.42, ParamAngleX: -0.16 }, 1.15, 0.26),
      spring('ParamHairBack', { ParamAngleZ: -0.6, ParamAngleX: -0.1 }, 0.85, 0.34),
    ],
    expressions: EXPRESSIONS,
  });
}

const bone = (id: string, parent: string | null, pivot: [number, number], moves: Track[]) => ({
  id,
  parent,
  pivot,
  art: false,
  moves,
});
const spring = (out: string, inputs: Record<string, number>, frequency: number, damping: number) => ({
  out,
  inputs: Object.entries(inputs).map(([param, weight]) => ({ param, weight })),
  frequency,
  damping,
});
const side = (box: readonly number[], middle: number) => (box[0] ?? 0) + (box[2] ?? 0) / 2 < middle;

function around(boxes: readonly (readonly number[])[]): [number, number, number, number] | null {
  if (boxes.length === 0) return null;
  const left = Math.min(...boxes.map((b) => b[0] ?? 0));
  const top = Math.min(...boxes.map((b) => b[1] ?? 0));
  const right = Math.max(...boxes.map((b) => (b[0] ?? 0) + (b[2] ?? 0)));
  const bottom = Math.max(...boxes.map((b) => (b[1] ?? 0) + (b[3] ?? 0)));
  return right > left && bottom > top ? [left, top, right - left, bottom - top] : null;
}

/** The head bends like something round: its middle runs ahead of its edges. */
function turning([x, y, w, h]: readonly [number, number, number, number]) {
  const depth = (u: number) => Math.sqrt(Math.max(0, 1 - u * u));
  const knots = (shape: (u: number, v: number) => [number, number]) => {
    const out: number[] = [];
    for (let j = 0; j <= ACROSS; j++)
      for (let i = 0; i <= ACROSS; i++) out.push(...shape((2 * i) / ACROSS - 1, (2 * j) / ACROSS - 1));
    return out;
  };
  const nod = (a: number) => knots((u, v) => [0, -w * 0.5 * a * (depth(u * 0.98) * depth(v * 0.7) - 0.62)]);
  const turn = (a: number) => knots((u, v) => [w * 0.34 * a * (depth(u * 0.98) * depth(v * 0.7) - 0.7), 0]);
  const still = knots(() => [0, 0]);
  return {
    layers: ['head-bone'],
    box: [x - w * 0.06, y - h * 0.1, w * 1.12, h * 1.15],
    columns: ACROSS,
    rows: ACROSS,
    tracks: [
      track('ParamAngleX', [-30, turn(-0.19)], [0, still], [30, turn(0.19)]),
      track('ParamAngleY', [-30, nod(-0.13)], [0, still], [30, nod(0.13)]),
    ],
  }; // prettier-ignore
}

const PARAMETERS: readonly (readonly [string, number, number, number])[] = [
  ...['ParamAngleX', 'ParamAngleY', 'ParamAngleZ'].map((id) => [id, -30, 30, 0] as const),
  ...['ParamBodyAngleX', 'ParamBodyAngleY', 'ParamBodyAngleZ'].map((id) => [id, -10, 10, 0] as const),
  ...['ParamEyeLOpen', 'ParamEyeROpen'].map((id) => [id, 0, 1.2, 1] as const),
  ...['ParamBreath', 'ParamCheek', 'ParamTear', 'ParamSweat', 'ParamMouthOpenY'].map((id) => [id, 0, 1, 0] as const),
  ...['A', 'I', 'U', 'E', 'O'].map((id) => [`ParamMouth${id}`, 0, 1, 0] as const),
  ...['ParamEyeBallX', 'ParamEyeBallY', 'ParamBrowLY', 'ParamBrowRY', 'ParamMouthForm'].map(
    (id) => [id, -1, 1, 0] as const,
  ),
  ...['ParamHairFront', 'ParamHairSide', 'ParamHairBack'].map((id) => [id, -20, 20, 0] as const),
];
const brows = (y: number) => ({ ParamBrowLY: y, ParamBrowRY: y });
const lids = (open: number) => ({ ParamEyeLOpen: open, ParamEyeROpen: open });
const EXPRESSIONS: Rig['expressions'] = {
  neutral: {},
  joy: { ...brows(0.5), ParamCheek: 0.4, ParamAngleZ: 2, ParamAngleY: 3 },
  sad: { ...lids(0.75), ...brows(-0.2), ParamTear: 1, ParamEyeBallY: -0.4, ParamAngleY: -9, ParamAngleZ: -4 },
  angry: { ...lids(0.8), ...brows(-0.9), ParamAngleY: -3 },
  surprised: { ...lids(1.15), ...brows(1), ParamAngleY: 4 },
  shy: { ...lids(0.8), ParamCheek: 1, ParamEyeBallX: 0.6, ParamEyeBallY: -0.4, ParamAngleX: -9, ParamAngleZ: 5 },
  love: { ...lids(0), ...brows(0.5), ParamCheek: 1, ParamAngleZ: -5 },
  thinking: { ParamBrowLY: 0.7, ParamEyeBallX: -0.6, ParamEyeBallY: 0.6, ParamAngleX: -10, ParamAngleZ: 6 },
  sleepy: { ...lids(0.4), ...brows(0.2), ParamAngleY: -8, ParamAngleZ: -7 },
  worried: { ...brows(0.3), ParamSweat: 1, ParamAngleX: 5, ParamAngleY: -3 },
};
