/**
 * Writes a puppet: `puppet.svg` from drawn parts, and a `rig.json` for a person seen from the front.
 *
 * All shipped puppets share this rig; what differs (pivots, how far hair swings) comes with the drawing.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXPRESSIONS, MIRRORED } from './expressions.mjs';
import { bend, stance } from './stance.mjs';
import { warpsOf } from './warps.mjs';

const here = dirname(fileURLToPath(import.meta.url));
export const SIZE = [1000, 1300];

/** A symmetric track: `move` at the upper end, its opposite at the lower. */
const both = (param, end, move) => ({
  param,
  keys: [
    [-end, Object.fromEntries(Object.entries(move).map(([k, v]) => [k, -v]))],
    [end, move],
  ],
});
const up = (param, move, end = 1) => ({
  param,
  keys: [
    [0, {}],
    [end, move],
  ],
});
/** Turning and nodding of the head: how far a thing at this depth shifts. */
const turn = (dx, dy) => [both('ParamAngleX', 30, { x: dx }), both('ParamAngleY', 30, { y: -dy })];

/** Bounds of drawn shapes outside clipped groups (what is clipped lies within a drawn shape). Paths must be absolute. */
export function bounds(svg, margin) {
  let depth = 0;
  let clippedAt = -1;
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
  /** Of the groups around: [x, y, scale]. Only these are drawn moved and enlarged. */
  const frames = [[0, 0, 1]];
  const see = (x, y) => {
    const [dx, dy, k] = frames.at(-1);
    x0 = Math.min(x0, dx + k * x);
    y0 = Math.min(y0, dy + k * y);
    x1 = Math.max(x1, dx + k * x);
    y1 = Math.max(y1, dy + k * y);
  };
  for (const [tag] of svg.matchAll(/<[^>]+>/g)) {
    if (tag.startsWith('</g')) {
      frames.pop();
      if (--depth === clippedAt) clippedAt = -1;
      continue;
    }
    if (tag.startsWith('<g')) {
      const [dx, dy, k] = frames.at(-1);
      const own = / transform="translate\((-?[\d.]+) (-?[\d.]+)\) scale\(([\d.]+)\)"/.exec(tag)?.slice(1).map(Number);
      frames.push(own ? [dx + k * own[0], dy + k * own[1], k * own[2]] : [dx, dy, k]);
      if (tag.includes('clip-path') && clippedAt < 0) clippedAt = depth;
      depth++;
      continue;
    }
    if (clippedAt >= 0) continue;
    const d = / d="([^"]*)"/.exec(tag)?.[1];
    if (d && /[a-z]/.test(d)) throw new Error(`relative path: ${d.slice(0, 60)}`);
    if (d) {
      const n = d.match(/-?\d*\.?\d+/g)?.map(Number) ?? [];
      for (let i = 0; i + 1 < n.length; i += 2) see(n[i], n[i + 1]);
    }
    const value = (name) => Number(new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1]);
    if (tag.startsWith('<ellipse')) {
      see(value('cx') - value('rx'), value('cy') - value('ry'));
      see(value('cx') + value('rx'), value('cy') + value('ry'));
    }
  }
  const l = Math.floor(x0 - margin);
  const t = Math.floor(y0 - margin);
  return [l, t, Math.ceil(x1 + margin) - l, Math.ceil(y1 + margin) - t];
}

const PARAMETERS = [
  ...['ParamAngleX', 'ParamAngleY', 'ParamAngleZ'].map((id) => [id, -30, 30, 0]),
  ...['ParamBodyAngleX', 'ParamBodyAngleY', 'ParamBodyAngleZ', 'ParamShoulderY', 'ParamArmLA', 'ParamArmRA'].map(
    (id) => [id, -10, 10, 0],
  ),
  ...['ParamEyeLOpen', 'ParamEyeROpen'].map((id) => [id, 0, 1.2, 1]),
  ...[
    'ParamEyeLSmile',
    'ParamEyeRSmile',
    'ParamBreath',
    'ParamCheek',
    'ParamTear',
    'ParamSweat',
    'ParamAnger',
    'ParamGloom',
  ].map((id) => [id, 0, 1, 0]),
  ...[
    'ParamEyeBallX',
    'ParamEyeBallY',
    'ParamEyeBallForm',
    'ParamEyeForm',
    'ParamBrowLY',
    'ParamBrowRY',
    'ParamBrowLForm',
    'ParamBrowRForm',
    'ParamMouthForm',
  ].map((id) => [id, -1, 1, 0]),
  ...['ParamMouthOpenY', 'ParamMouthA', 'ParamMouthI', 'ParamMouthU', 'ParamMouthE', 'ParamMouthO'].map((id) => [
    id,
    0,
    1,
    0,
  ]),
  ...['ParamHairFront', 'ParamHairSide', 'ParamHairBack', 'ParamHairTip', 'ParamHairEnd'].map((id) => [id, -20, 20, 0]),
].map(([id, min, max, def]) => ({ id, min, max, default: def }));

/** Parameters of arms that only some figures can raise. */
const ARM_PARAMETERS = (side) =>
  [`ParamArm${side}B`, `ParamHand${side}`].map((id) => ({ id, min: -10, max: 10, default: 0 }));

/** Values of a forearm's parameter between which the hand leaves what it holds. Below, an arm only moves a little. */
const RAISED = [4.5, 5.5];

/** Layers of a person, by part name: [parent, pivot, moves, margin]. */
function standardLayers(o, map) {
  const { neck = [500, 575], crown = [500, 300] } = o;
  const eye = (s) => [
    ...turn(24, 15),
    // Slanted in anger, hanging in grief.
    both('ParamEyeForm', 1, { r: s * -7, y: 1 }),
    // The eye on the far side of a turned head is narrower.
    {
      param: 'ParamAngleX',
      keys: [
        [-30, { sx: s < 0 ? 0.87 : 1 }],
        [0, {}],
        [30, { sx: s > 0 ? 0.87 : 1 }],
      ],
    },
  ];
  const brow = (letter) => [...turn(22, 16), both(`ParamBrow${letter}Y`, 1, { y: -11 })];
  const shoulders = (y) => both('ParamShoulderY', 10, { y });
  const raise = (side, r, y) => both(`ParamArm${side}A`, 10, { r, y });
  /** An arm at its side: rises with its shoulder, and moves a little with its own parameter. */
  const arm = (side, s) => [shoulders(-17), raise(side, s * 2, -9), both('ParamBodyAngleZ', 10, { r: 0.5 })];
  /** A hand that goes up: by `r` degrees where it is up, from `from` degrees further down. */
  const lift = (side, r, from = 0) => ({
    param: `ParamArm${side}B`,
    keys: [
      [RAISED[0], { r: -from }],
      [10, { r }],
    ],
  });
  const hang = (param, r) => [both(param, 20, { r })];
  return {
    'hair-back': ['head', [500, 250], [...turn(-14, -5), ...hang('ParamHairBack', 14)], 6],
    hood: ['body', [500, 640], [], 6],
    body: ['body', [500, 1300], [], 8],
    'front-collar': ['body', map([500, 640]), [shoulders(-8)], 6],
    book: ['body', map([500, 1100]), [shoulders(-6), raise('L', 0, -5), raise('R', 0, -5)], 6],
    'arm-L': ['body', map([372, 660]), arm('L', 1), 6],
    'arm-R': ['body', map([628, 660]), arm('R', -1), 6],
    mug: ['arm-R', map([640, 960]), [both('ParamArmRB', 10, { y: -16, r: 2 })], 6],
    'upper-L': ['body', map([330, 672]), [...arm('L', 1), lift('L', 20)], 6],
    'upper-R': ['body', map([670, 672]), [...arm('R', -1), lift('R', -20)], 6],
    'fore-L': ['upper-L', o.elbowL ?? map([256, 944]), [lift('L', 0, -125), both('ParamHandL', 10, { r: 13 })], 10],
    'fore-R': ['upper-R', o.elbowR ?? map([708, 944]), [lift('R', 0, 125), both('ParamHandR', 10, { r: 13 })], 10],
    'hair-side-L': ['head', [372, 300], [...turn(2, 2), ...hang('ParamHairSide', 17)], 6],
    'hair-side-R': ['head', [628, 300], [...turn(2, 2), ...hang('ParamHairSide', 17)], 6],
    face: ['head', neck, turn(9, 7), 6],
    nose: ['head', neck, turn(35, 21), 6],
    'eye-L': ['head', [o.eyeX[0], o.eyeY], eye(-1), 22],
    'eye-R': ['head', [o.eyeX[1], o.eyeY], eye(1), 22],
    mouth: ['head', [500, 480], turn(26, 17), 44],
    tear: ['head', neck, turn(24, 15), 6],
    'brow-L': ['head', [o.eyeX[0], o.eyeY - 62], brow('L'), 16],
    'brow-R': ['head', [o.eyeX[1], o.eyeY - 62], brow('R'), 16],
    glasses: ['head', neck, turn(27, 16), 6],
    'hair-front': ['head', crown, [...turn(15, 8), both('ParamHairFront', 20, { x: 7, r: 1.5 })], 8],
    'hair-tuft': ['head', [500, 130], [...turn(4, 3), ...hang('ParamHairFront', 14)], 6],
    crane: ['head', crown, [...turn(17, 9), both('ParamHairFront', 20, { x: 7, r: 1.5 })], 6],
    'braid-upper': ['head', [648, 420], [...turn(5, 3), ...hang('ParamHairSide', 13)], 6],
    'braid-lower': ['braid-upper', o.braid ?? [656, 650], hang('ParamHairTip', 16), 6],
    sweat: ['head', neck, turn(16, 9), 6],
    anger: ['head', neck, turn(16, 9), 6],
  };
}

/** Layers of hair that hang freely: how they bend, by their height. */
const HANGING = {
  'hair-back': (h) => ({
    rows: Math.min(6, Math.round(h / 130)),
    param: 'ParamHairEnd',
    sway: h * 0.05,
    bow: h * 0.014,
  }),
  'hair-side-L': (h) => ({
    rows: Math.min(5, Math.round(h / 90)),
    param: 'ParamHairTip',
    sway: h * 0.075,
    bow: h * 0.022,
  }),
  'hair-side-R': (h) => ({
    rows: Math.min(5, Math.round(h / 90)),
    param: 'ParamHairTip',
    sway: h * 0.075,
    bow: h * 0.022,
  }),
};

/** What of a figure stands on its legs: everything that does not hang on the head, or is drawn where it stands already. */
const STANDING = ['hood', 'body', 'front-collar', 'book', 'mug', 'arm-L', 'arm-R', 'upper-L', 'upper-R'];

/**
 * Writes both files. `parts` maps part names to SVG groups in draw order; `keyforms` and `blends` come from `face.mjs`;
 * `options`: {name, eyeX: [left, right], eyeY, stance (see `stance.mjs`), neck?, crown?, braid?}.
 */
export function write(id, drawnDefs, { parts: drawn, keyforms, blends, options }) {
  const folder = join(here, '..', id, 'puppet');
  mkdirSync(folder, { recursive: true });
  const map = stance(options.stance);
  const bent = bend(
    Object.fromEntries(Object.entries(drawn).filter(([name]) => STANDING.includes(name))),
    drawnDefs,
    map,
  );
  // In the order in which they were drawn.
  const parts = { ...drawn, ...bent.parts };
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE[0]} ${SIZE[1]}">\n${bent.defs}\n${Object.values(parts).join('\n')}\n</svg>\n`;
  writeFileSync(join(folder, 'puppet.svg'), svg);

  const standard = standardLayers(options, map);
  const fades = {
    tear: {
      param: 'ParamTear',
      keys: [
        [0, 0],
        [1, 1],
      ],
    },
    sweat: {
      param: 'ParamSweat',
      keys: [
        [0, 0],
        [1, 1],
      ],
    },
    anger: {
      param: 'ParamAnger',
      keys: [
        [0.4, 0],
        [1, 1],
      ],
    },
    // Where there is an arm that can be raised, the one that hangs goes as it comes.
    ...Object.fromEntries(
      ['L', 'R']
        .filter((side) => parts[`fore-${side}`])
        .flatMap((side) => {
          const over = (before, after) => ({
            param: `ParamArm${side}B`,
            keys: [
              [RAISED[0], before],
              [RAISED[1], after],
            ],
          });
          return [
            [`arm-${side}`, over(1, 0)],
            [`upper-${side}`, over(0, 1)],
            [`fore-${side}`, over(0, 1)],
          ];
        }),
    ),
  };
  const bones = [
    {
      id: 'body-bone',
      parent: null,
      pivot: [500, 1300],
      art: false,
      moves: [
        both('ParamBodyAngleX', 10, { x: 12, r: 1.3 }),
        both('ParamBodyAngleZ', 10, { r: 3 }),
        // Leaning towards the viewer it comes nearer and lower, and is seen a little from above.
        {
          param: 'ParamBodyAngleY',
          keys: [
            [-10, { y: 38, sx: 1.045, sy: 0.985 }],
            [0, {}],
            [10, { y: -15, sx: 0.988, sy: 1.008 }],
          ],
        },
        up('ParamBreath', { y: -3, sy: 1.0025 }),
      ],
    },
    {
      id: 'head-bone',
      parent: 'body-bone',
      pivot: options.neck ?? [500, 575],
      art: false,
      moves: [
        both('ParamAngleZ', 30, { r: 17 }),
        both('ParamAngleX', 30, { x: 9, r: 1.5 }),
        // Between raised shoulders the neck is short.
        both('ParamShoulderY', 10, { y: 3 }),
        // Bent down the head comes nearer to the chest, and is seen from above.
        {
          param: 'ParamAngleY',
          keys: [
            [-30, { y: 15, sy: 0.962, sx: 1.012 }],
            [0, {}],
            [30, { y: -10, sy: 0.985 }],
          ],
        },
        up('ParamBreath', { y: -1.5 }),
      ],
    },
  ];
  const layers = Object.entries(parts).map(([name, art]) => {
    const spec = standard[name];
    if (!spec) throw new Error(`no rig for part ${name}`);
    const [parent, pivot, moves, margin] = spec;
    return {
      id: name,
      parent: parent === 'head' || parent === 'body' ? `${parent}-bone` : parent,
      pivot,
      art: true,
      box: bounds(art, margin),
      moves,
      fade: fades[name],
    };
  });
  // Parents must stand before their children, yet drawing order is by list: children follow their parents in all our puppets.
  const iris = (name) => ({
    id: `${name}-iris`,
    pivot: [options.eyeX[name.endsWith('L') ? 0 : 1], options.eyeY],
    moves: [
      both('ParamEyeBallX', 1, { x: 9 }),
      both('ParamEyeBallY', 1, { y: -8 }),
      {
        param: 'ParamEyeBallForm',
        keys: [
          [-1, { sx: 0.8, sy: 0.8 }],
          [0, {}],
          [1, { sx: 1.12, sy: 1.12 }],
        ],
      },
    ],
  });
  const rig = {
    format: 'hanashi-puppet',
    version: 1,
    name: options.name,
    size: SIZE,
    eyes: [500, options.eyeY],
    parameters: [...PARAMETERS, ...['L', 'R'].filter((side) => parts[`fore-${side}`]).flatMap(ARM_PARAMETERS)],
    layers: [...bones, ...layers],
    parts: [
      iris('eye-L'),
      iris('eye-R'),
      {
        id: 'blush',
        pivot: [500, 445],
        moves: [],
        fade: {
          param: 'ParamCheek',
          keys: [
            [0, 0],
            [1, 1],
          ],
        },
      },
      {
        id: 'gloom',
        pivot: [500, 300],
        moves: [],
        fade: {
          param: 'ParamGloom',
          keys: [
            [0, 0],
            [1, 1],
          ],
        },
      },
    ],
    grids: keyforms,
    blends,
    springs: [
      {
        out: 'ParamHairFront',
        inputs: [
          { param: 'ParamAngleX', weight: -0.25 },
          { param: 'ParamAngleZ', weight: -0.2 },
          { param: 'ParamAngleY', weight: 0.14 },
        ],
        frequency: 1.7,
        damping: 0.32,
      },
      {
        out: 'ParamHairSide',
        inputs: [
          { param: 'ParamAngleZ', weight: -0.42 },
          { param: 'ParamAngleX', weight: -0.16 },
          { param: 'ParamBodyAngleX', weight: -0.3 },
        ],
        frequency: 1.15,
        damping: 0.26,
      },
      {
        out: 'ParamHairBack',
        inputs: [
          { param: 'ParamAngleZ', weight: -0.7 },
          { param: 'ParamAngleX', weight: -0.1 },
        ],
        frequency: 0.85,
        damping: 0.34,
      },
      {
        out: 'ParamHairTip',
        inputs: [
          { param: 'ParamHairSide', weight: -0.55 },
          { param: 'ParamAngleZ', weight: -0.12 },
        ],
        frequency: 1.5,
        damping: 0.2,
      },
      {
        out: 'ParamHairEnd',
        inputs: [
          { param: 'ParamHairBack', weight: -0.9 },
          { param: 'ParamAngleX', weight: 0.3 },
        ],
        frequency: 0.7,
        damping: 0.24,
      },
    ],
    warps: warpsOf({
      eyeY: options.eyeY,
      chinY: options.chinY ?? 526,
      body: layers.find((l) => l.id === 'body').box,
      hair: Object.entries(HANGING).flatMap(([id, how]) => {
        const layer = layers.find((l) => l.id === id);
        // Short hair has nothing that could bend.
        return layer && layer.box[3] > 150 ? [{ layer: id, box: layer.box, ...how(layer.box[3]) }] : [];
      }),
    }),
    expressions: options.stance.side < 0 ? EXPRESSIONS : MIRRORED,
  };
  writeFileSync(join(folder, 'rig.json'), `${JSON.stringify(rig)}\n`);
  return { svg: svg.length, layers: layers.length };
}
