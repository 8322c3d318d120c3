/**
 * Eyes, brows and mouths of the puppets, each with the key forms that the rig blends between.
 *
 * "L" and "R" are the viewer's left and right. Forms of one path always have the same number of points: the page blends
 * their coordinates.
 */
import { curve, fill, group, ink, line, oval, taper } from './kit.mjs';

/** Rows of an eye's lid, in half widths outward from the middle and lid heights above it. */
const LID = {
  open: [
    [-1.0, -0.16],
    [-0.8, 0.4],
    [-0.3, 0.86],
    [0.3, 0.94],
    [0.78, 0.66],
    [1.05, 0.12],
  ],
  closed: [
    [-1.0, -0.5],
    [-0.74, -0.7],
    [-0.25, -0.86],
    [0.32, -0.86],
    [0.8, -0.64],
    [1.08, -0.32],
  ],
  openSmile: [
    [-1.0, -0.18],
    [-0.8, 0.34],
    [-0.3, 0.78],
    [0.3, 0.86],
    [0.78, 0.6],
    [1.05, 0.14],
  ],
  closedSmile: [
    [-1.02, -0.66],
    [-0.76, -0.28],
    [-0.25, 0.06],
    [0.32, 0.08],
    [0.8, -0.24],
    [1.08, -0.62],
  ],
};
const LOWER = {
  open: [
    [0.99, -0.06],
    [0.8, -0.6],
    [0.42, -0.93],
    [-0.1, -1.0],
    [-0.6, -0.82],
    [-1.0, -0.26],
  ],
  openSmile: [
    [0.99, -0.04],
    [0.8, -0.38],
    [0.42, -0.58],
    [-0.1, -0.64],
    [-0.6, -0.54],
    [-1.0, -0.28],
  ],
};

/**
 * An eye.
 *
 * `side` is -1 for the eye on the viewer's left, +1 for the right. Returns the artwork and its key forms over
 * (open 0..1) x (smile 0..1).
 */
export function eye(defs, o) {
  const {
    side,
    cx,
    cy,
    w,
    h,
    lash = [1.2, 4.5, 8, 10.5, 10, 4],
    colours,
    name,
    slant = 0,
    irisW = 0.74,
    irisH = 0.99,
    irisX = -0.06,
    flick = 1,
  } = o;
  const at = ([u, v]) => [cx + side * u * w, cy - v * h - u * slant];
  const forms = ['closed', 'open', 'closedSmile', 'openSmile'];
  const lid = (f) => LID[f].map(at);
  const thick = (f) => (f.startsWith('closed') ? 0.62 : 1);
  const up = (p, dy) => [p[0], p[1] - dy];

  const lashPath = (f) => {
    const low = lid(f);
    const top = low.map((p, i) => up(p, lash[i] * thick(f)));
    const outer = low[5];
    const drop = f === 'closedSmile' ? 5 : 0;
    const tip1 = [outer[0] + side * 8 * flick, outer[1] - 9 * flick * thick(f) + drop];
    const notch = [outer[0] + side * 1.5, outer[1] - 2 + drop * 0.4];
    const tip2 = [outer[0] + side * 6 * flick, outer[1] + 1.5 + drop];
    const pts = [
      [...low[0], 'c'],
      ...top.slice(1, 5),
      up(low[5], lash[5] * thick(f)),
      [...tip1, 'c'],
      [...notch, 'c'],
      [...tip2, 'c'],
      [low[5][0] - side * 3, low[5][1] + 3, 'c'],
      ...low.slice(1, 5).reverse(),
    ];
    return curve(pts, true);
  };
  const lowerPts = (f) => (f.startsWith('closed') ? lid(f).reverse() : LOWER[f].map(at));
  const whitePath = (f) => {
    const low = lid(f).map((p, i) => (i === 0 || i === 5 ? [...p, 'c'] : p));
    const under = lowerPts(f).map((p, i) => (i === 0 || i === 5 ? [...p, 'c'] : p));
    return curve([...low, ...under], true);
  };
  const shadePath = (f) => {
    const low = lid(f);
    const depth = f.startsWith('closed') ? 0 : h * 0.34;
    const under = low.map((p, i) => [p[0], p[1] + depth * [0.5, 1, 1.05, 1, 0.9, 0.4][i]]).reverse();
    return curve([[...low[0], 'c'], ...low.slice(1, 5), [...low[5], 'c'], ...under], true);
  };
  const creasePath = (f) => {
    const lift = { open: 14, openSmile: 13, closed: 24, closedSmile: 15 }[f] * (h / 37);
    const p = lid(f);
    return taper([up(p[1], lift * 0.72), up(p[2], lift), up(p[3], lift), up(p[4], lift * 0.92)], [0, 1.8, 2.2, 0.4], 8);
  };
  const lowerLash = (f) => {
    const p = lowerPts(f);
    return taper([p[0], p[1], p[2], p[3]], f.startsWith('closed') ? [0.6, 0.6, 0.2] : [2.8, 2.4, 1.6, 0.2], 8);
  };

  const c = colours;
  const ix = cx + side * irisX * w;
  const iy = cy + (o.irisDown ?? 1);
  const rx = w * irisW;
  const ry = h * irisH;
  const irisFill = defs.linear(0, iy - ry, 0, iy + ry, [
    [0, c.irisTop],
    [0.42, c.irisMid],
    [0.78, c.irisLow],
    [1, c.irisGlow],
  ]);
  const rays = [];
  for (let i = 0; i < 11; i++) {
    const angle = Math.PI * (0.08 + (0.84 * i) / 10);
    const from = [ix + Math.cos(angle) * rx * 0.45, iy + Math.sin(angle) * ry * 0.5];
    const to = [ix + Math.cos(angle) * rx * 0.86, iy + Math.sin(angle) * ry * 0.88];
    rays.push(
      ink([from, [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2], to], [0.3, 1.7, 0.2], c.irisGlow, { opacity: '0.55' }),
    );
  }
  const iris = group(
    `${name}-iris`,
    oval(ix, iy, rx, ry, c.irisRim),
    oval(ix, iy + 0.6, rx * 0.9, ry * 0.92, irisFill),
    oval(
      ix,
      iy + ry * 0.5,
      rx * 0.62,
      ry * 0.36,
      defs.radial(ix, iy + ry * 0.62, rx * 0.75, [
        [0, c.irisGlow, 0.95],
        [1, c.irisGlow, 0],
      ]),
    ),
    rays,
    oval(
      ix,
      iy + ry * 0.02,
      rx * 0.5,
      ry * 0.52,
      defs.radial(ix, iy, rx * 0.6, [
        [0.55, c.pupil, 0.75],
        [1, c.pupil, 0],
      ]),
    ),
    oval(ix, iy - ry * 0.02, rx * 0.33, ry * 0.4, c.pupil),
    fill(
      curve(
        [
          [ix - rx, iy - ry * 0.1, 'c'],
          [ix - rx * 0.72, iy - ry * 0.72],
          [ix, iy - ry],
          [ix + rx * 0.72, iy - ry * 0.72],
          [ix + rx, iy - ry * 0.1, 'c'],
          [ix + rx * 0.4, iy - ry * 0.36],
          [ix - rx * 0.4, iy - ry * 0.36],
        ],
        true,
      ),
      c.pupil,
      { opacity: '0.42' },
    ),
    oval(ix - rx * 0.36, iy - ry * 0.4, rx * 0.33, ry * 0.29, '#ffffff', {
      transform: `rotate(-14 ${Math.round(ix)} ${Math.round(iy)})`,
    }),
    oval(ix + rx * 0.42, iy + ry * 0.42, rx * 0.17, ry * 0.14, '#ffffff', { opacity: '0.92' }),
    oval(ix - rx * 0.5, iy + ry * 0.12, rx * 0.08, ry * 0.07, '#ffffff', { opacity: '0.85' }),
  );
  const white = defs.linear(0, cy - h, 0, cy + h, [
    [0, c.whiteShade],
    [0.38, c.white],
    [1, c.white],
  ]);
  const svg =
    fill(creasePath('open'), c.crease, { id: `${name}-crease`, opacity: '0.75' }) +
    defs.clip(
      whitePath('open'),
      [
        fill(`M${cx - w * 1.3} ${cy - h * 1.4}h${w * 2.6}v${h * 2.8}h${-w * 2.6}Z`, white),
        iris,
        fill(shadePath('open'), c.lidShade, { id: `${name}-shade`, opacity: '0.3' }),
      ],
      `${name}-white`,
    ) +
    fill(lowerLash('open'), c.lowerLash, { id: `${name}-lower` }) +
    fill(lashPath('open'), c.lash, { id: `${name}-lash` });
  const params = [`ParamEye${name.slice(-1)}Open`, `ParamEye${name.slice(-1)}Smile`];
  const keyed = (id, make) => ({
    path: `${name}-${id}`,
    params,
    stops: [
      [0, 1],
      [0, 1],
    ],
    forms: forms.map(make),
  });
  return {
    svg,
    keyforms: [
      keyed('crease', creasePath),
      keyed('white', whitePath),
      keyed('shade', shadePath),
      keyed('lower', lowerLash),
      keyed('lash', lashPath),
    ],
  };
}

/** A brow: a tapered arc whose form bends between worried (-1), rest and angry (+1). */
export function brow(o) {
  const { side, cx, cy, w, name, colour, arch = 7, thick = [2, 6.5, 5, 1] } = o;
  const path = (form) => {
    const inner = form * 10;
    const bow = arch - Math.abs(form) * 3;
    return taper(
      [
        [cx - side * w, cy + 3 + inner],
        [cx - side * w * 0.35, cy - bow * 0.75 + inner * 0.5],
        [cx + side * w * 0.3, cy - bow + inner * -0.2],
        [cx + side * w, cy + 4 - inner * 0.35],
      ],
      thick,
      9,
    );
  };
  const letter = name.slice(-1);
  return {
    svg: fill(path(0), colour, { id: `${name}-arc` }),
    keyforms: [
      {
        path: `${name}-arc`,
        params: [`ParamBrow${letter}Form`],
        stops: [[-1, 0, 1]],
        forms: [path(-1), path(0), path(1)],
      },
    ],
  };
}

/** Mouth shapes: half width, upper edge, lower edge, corner height; all in pixels around (cx, cy). */
const MOUTHS = {
  closed: { w: 18, top: 2.2, low: 3.0, corner: -0.6 },
  a: { w: 21, top: -5, low: 27, corner: 1 },
  i: { w: 25, top: -3, low: 10, corner: -2 },
  u: { w: 9.5, top: -4, low: 10, corner: 3 },
  e: { w: 23, top: -4, low: 16, corner: 0 },
  o: { w: 13, top: -7, low: 20, corner: 5 },
  smile: { w: 24, top: 4.2, low: 5.2, corner: -6 },
  frown: { w: 16, top: -2.6, low: -1.8, corner: 5 },
};

/** A mouth: outline, inside, teeth and tongue, with additive shapes for each viseme and for smile and frown. */
export function mouth(defs, o) {
  const { cx, cy, size = 1, colours: c } = o;
  const outline = (m) => {
    const s = size;
    return curve(
      [
        [cx - m.w * s, cy + m.corner * s, 'c'],
        [cx - m.w * 0.55 * s, cy + (m.top * 0.88 + m.corner * 0.12) * s],
        [cx, cy + m.top * 1.04 * s],
        [cx + m.w * 0.55 * s, cy + (m.top * 0.88 + m.corner * 0.12) * s],
        [cx + m.w * s, cy + m.corner * s, 'c'],
        [cx + m.w * 0.62 * s, cy + (m.low * 0.82 + m.corner * 0.18) * s],
        [cx, cy + m.low * s],
        [cx - m.w * 0.62 * s, cy + (m.low * 0.82 + m.corner * 0.18) * s],
      ],
      true,
    );
  };
  const open = (m) => Math.max(0, m.low - m.top);
  const teeth = (m) => {
    const s = size;
    const d = Math.min(5.5, open(m) * 0.28);
    const k = m.w * 0.8;
    return curve(
      [
        [cx - k * s, cy + (m.top + m.corner * 0.3) * s - 3, 'c'],
        [cx + k * s, cy + (m.top + m.corner * 0.3) * s - 3, 'c'],
        [cx + k * 0.86 * s, cy + (m.top + d * 0.8) * s, 'c'],
        [cx, cy + (m.top + d * 1.1) * s],
        [cx - k * 0.86 * s, cy + (m.top + d * 0.8) * s, 'c'],
      ],
      true,
    );
  };
  const tongue = (m) => {
    const s = size;
    const y = m.low - open(m) * 0.36;
    return curve(
      [
        [cx - m.w * 0.66 * s, cy + (m.low + 3) * s, 'c'],
        [cx - m.w * 0.4 * s, cy + (y + 1) * s],
        [cx, cy + y * s],
        [cx + m.w * 0.4 * s, cy + (y + 1) * s],
        [cx + m.w * 0.66 * s, cy + (m.low + 3) * s, 'c'],
      ],
      true,
    );
  };
  const lip = (m) => ink2(cx - m.w * 0.3 * size, cx + m.w * 0.3 * size, cy + (m.low + 7 + open(m) * 0.1) * size);
  const ink2 = (x0, x1, y) =>
    taper(
      [
        [x0, y - 1],
        [(x0 + x1) / 2, y + 0.8],
        [x1, y - 1],
      ],
      [0, 2, 0],
      6,
    );
  const make = {
    'mouth-line': outline,
    'mouth-inside': outline,
    'mouth-teeth': teeth,
    'mouth-tongue': tongue,
    'mouth-lip': lip,
  };
  const base = MOUTHS.closed;
  const dark = defs.linear(0, cy - 8, 0, cy + 24, [
    [0, c.deep],
    [1, c.inside],
  ]);
  const svg =
    fill(lip(base), c.lipShade, { id: 'mouth-lip', opacity: '0.5' }) +
    defs.clip(
      outline(base),
      [
        fill(`M${cx - 40} ${cy - 30}h80v80h-80Z`, dark),
        fill(tongue(base), c.tongue, { id: 'mouth-tongue' }),
        fill(teeth(base), '#fffaf4', { id: 'mouth-teeth' }),
      ],
      'mouth-inside',
    ) +
    line(outline(base), c.line, 2.3, { id: 'mouth-line' });
  const targets = [
    ['ParamMouthA', 1, 'a'],
    ['ParamMouthI', 1, 'i'],
    ['ParamMouthU', 1, 'u'],
    ['ParamMouthE', 1, 'e'],
    ['ParamMouthO', 1, 'o'],
    ['ParamMouthForm', 1, 'smile'],
    ['ParamMouthForm', -1, 'frown'],
  ];
  const blends = Object.entries(make).map(([path, f]) => ({
    path,
    base: f(base),
    shapes: targets.map(([param, at, name]) => ({ param, at, form: f(MOUTHS[name]) })),
  }));
  return { svg, blends };
}
