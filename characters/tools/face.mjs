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
    [-1.0, -0.34],
    [-0.82, 0.28],
    [-0.4, 0.75],
    [0.16, 0.92],
    [0.68, 0.74],
    [1.06, 0.12],
  ],
  closed: [
    [-1.0, -0.3],
    [-0.76, -0.58],
    [-0.3, -0.8],
    [0.28, -0.88],
    [0.78, -0.78],
    [1.1, -0.56],
  ],
  openSmile: [
    [-1.0, -0.34],
    [-0.82, 0.22],
    [-0.4, 0.67],
    [0.16, 0.84],
    [0.68, 0.66],
    [1.06, 0.1],
  ],
  closedSmile: [
    [-1.04, -0.62],
    [-0.74, -0.16],
    [-0.25, 0.16],
    [0.3, 0.17],
    [0.8, -0.16],
    [1.1, -0.62],
  ],
};
const LOWER = {
  open: [
    [1.04, 0.02],
    [0.86, -0.58],
    [0.5, -0.92],
    [-0.04, -1.0],
    [-0.6, -0.9],
    [-0.97, -0.46],
  ],
  openSmile: [
    [1.04, 0.02],
    [0.84, -0.36],
    [0.46, -0.56],
    [-0.06, -0.62],
    [-0.6, -0.58],
    [-0.97, -0.42],
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
    spike: stands = 1,
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
    // Closed lids carry their lashes downward.
    const drop = { closed: 7, closedSmile: 6, open: 0, openSmile: 0 }[f];
    const tip1 = [outer[0] + side * 13 * flick, outer[1] - 10 * flick * thick(f) + drop];
    const notch = [outer[0] + side * 3 * flick, outer[1] - 1 + drop * 0.5];
    const tip2 = [outer[0] + side * 6 * flick, outer[1] + 2.4 * flick + drop];
    // A single lash stands off above the corner.
    const [rootA, rootB] = [0.62, 0.86].map((k) => {
      const a = up(low[4], lash[4] * thick(f));
      const b = up(low[5], lash[5] * thick(f));
      return [a[0] + (b[0] - a[0]) * k, a[1] + (b[1] - a[1]) * k];
    });
    const spike = [
      rootA[0] + side * 8 * flick * stands,
      rootA[1] - 6 * flick * thick(f) * stands + drop * 1.3 * stands,
    ];
    const pts = [
      [...low[0], 'c'],
      ...top.slice(1, 5),
      [...rootA, 'c'],
      [...spike, 'c'],
      [...rootB, 'c'],
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
    const depth = f.startsWith('closed') ? 0 : h * 0.3;
    const under = low.map((p, i) => [p[0], p[1] + depth * [0.5, 1, 1.05, 1, 0.9, 0.4][i]]).reverse();
    return curve([[...low[0], 'c'], ...low.slice(1, 5), [...low[5], 'c'], ...under], true);
  };
  const creasePath = (f) => {
    const lift = { open: 15, openSmile: 14, closed: 20, closedSmile: 15 }[f] * (h / 37);
    const p = lid(f);
    const over = p.map((q, i) => up(q, lift * [0.5, 0.74, 1, 1.05, 1, 0.8][i] + lash[i] * 0.4));
    return taper([over[1], over[2], over[3], over[4]], [0, 1.9, 2.3, 0.4], 8);
  };
  const lowerLash = (f) => {
    const p = lowerPts(f);
    return taper(p.slice(0, 5), f.startsWith('closed') ? [0.6, 0.6, 0.2] : [3.4, 2.6, 1.5, 1, 0.2], 8);
  };

  const c = colours;
  const ix = cx + side * irisX * w;
  const iy = cy + (o.irisDown ?? 1);
  const rx = w * irisW;
  const ry = h * irisH;
  const within = (x, y) => [ix + rx * x, iy + ry * y];
  const blob = (points) =>
    curve(
      points.map(([x, y, ...c]) => [...within(x, y), ...c]),
      true,
    );
  const irisFill = defs.linear(0, iy - ry, 0, iy + ry, [
    [0, c.irisTop],
    [0.34, c.irisMid],
    [0.72, c.irisLow],
    [1, c.irisGlow],
  ]);
  // The lid's shadow goes over into the light below without an edge.
  const shadow = defs.linear(0, iy - ry, 0, iy + ry, [
    [0, c.irisRim, 0.95],
    [0.26, c.irisRim, 0.72],
    [0.52, c.irisRim, 0.12],
    [0.62, c.irisRim, 0],
  ]);
  const gathered = defs.radial(ix, iy + ry * 0.62, rx * 0.95, [
    [0, c.irisShine ?? c.irisGlow, 0.95],
    [0.5, c.irisGlow, 0.5],
    [1, c.irisGlow, 0],
  ]);
  // Fibres: dark ones from the rim, light ones around the pupil.
  let fibres = '';
  let rays = '';
  for (let i = 0; i < 11; i++) {
    const angle = Math.PI * (0.06 + (0.88 * i) / 10);
    const long = i % 2 ? 0.92 : 0.82;
    const at = (r, turn = 0) => within(Math.cos(angle + turn) * r, Math.sin(angle + turn) * r);
    rays += taper([at(0.46), at((0.46 + long) / 2), at(long)], [0.3, rx * 0.055, 0.2], 4);
    fibres += taper([at(0.97, 0.14), at(0.8, 0.14), at(0.62, 0.14)], [rx * 0.07, rx * 0.04, 0], 4);
  }
  const turned = (x, y, by = -16) => ({ transform: `rotate(${by} ${Math.round(x)} ${Math.round(y)})` });
  const [lx, ly] = within(-0.36, -0.46);
  const pupil = defs.linear(0, iy - ry * 0.4, 0, iy + ry * 0.42, [
    [0, c.pupil],
    [0.6, c.pupil],
    [1, c.irisTop],
  ]);
  const iris = group(
    `${name}-iris`,
    oval(ix, iy, rx, ry, c.irisRim),
    oval(ix, iy, rx * 0.92, ry * 0.94, irisFill),
    fill(fibres, c.irisTop, { opacity: '0.5' }),
    oval(ix, iy + ry * 0.44, rx * 0.84, ry * 0.5, gathered),
    fill(rays, c.irisShine ?? c.irisGlow, { opacity: '0.55' }),
    oval(ix, iy + ry * 0.04, rx * 0.38, ry * 0.4, pupil),
    oval(ix, iy, rx * 0.98, ry * 0.98, shadow),
    // The room, dim, on the side away from the light, and what comes back from below.
    fill(
      blob([
        [0.2, -0.62, 'c'],
        [0.6, -0.44],
        [0.84, 0.02, 'c'],
        [0.58, -0.12],
        [0.34, -0.36],
      ]),
      c.irisSky ?? '#ffffff',
      { opacity: '0.34' },
    ),
    fill(
      blob([
        [-0.62, 0.5, 'c'],
        [-0.3, 0.76],
        [0.1, 0.83],
        [0.46, 0.7, 'c'],
        [0.1, 0.92],
        [-0.36, 0.86],
      ]),
      '#ffffff',
      { opacity: '0.5' },
    ),
    fill(
      blob([
        [-0.72, -0.42],
        [-0.56, -0.7],
        [-0.2, -0.76],
        [0.02, -0.56],
        [-0.06, -0.26],
        [-0.4, -0.14],
        [-0.66, -0.2],
      ]),
      '#ffffff',
    ),
    oval(...within(0.4, 0.42), rx * 0.19, ry * 0.13, '#ffffff', { opacity: '0.95', ...turned(...within(0.4, 0.42)) }),
    oval(...within(0.12, -0.52), rx * 0.09, ry * 0.07, '#ffffff', { opacity: '0.9' }),
    oval(lx - rx * 0.2, ly + ry * 0.52, rx * 0.08, ry * 0.06, '#ffffff', { opacity: '0.75' }),
  );
  // Lashes are dark in the middle and let light through at their ends.
  const lashFill = defs.linear(cx - side * w * 1.02, 0, cx + side * w * 1.3, 0, [
    [0, c.lashEnd ?? c.lash],
    [0.3, c.lash],
    [0.74, c.lash],
    [1, c.lashEnd ?? c.lash],
  ]);
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
        fill(shadePath('open'), c.lidShade, { id: `${name}-shade`, opacity: '0.3' }),
        iris,
      ],
      `${name}-white`,
    ) +
    fill(lowerLash('open'), c.lowerLash, { id: `${name}-lower` }) +
    fill(lashPath('open'), lashFill, { id: `${name}-lash` });
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
  const { side, cx, cy, w, name, colour, arch = 7, tilt = 0, thick = [2, 6.5, 5, 1] } = o;
  const path = (form) => {
    const inner = form * 13;
    const bow = arch - Math.abs(form) * 3;
    return taper(
      [
        [cx - side * w, cy + 3 - tilt + inner],
        [cx - side * w * 0.35, cy - bow * 0.75 + inner * 0.5],
        [cx + side * w * 0.3, cy - bow + inner * -0.2],
        [cx + side * w, cy + 4 + tilt - inner * 0.5],
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

/** Mouth shapes: half width, upper edge, lower edge, corner height; all in pixels around (cx, cy). A round one has no teeth to show. */
const MOUTHS = {
  closed: { w: 19, top: 1.4, low: 2.4, corner: -0.8 },
  a: { w: 23, top: -6, low: 28, corner: -3.5 },
  i: { w: 25, top: -3, low: 11, corner: -3.5, teeth: 9 },
  u: { w: 9.5, top: -4, low: 10, corner: 3, round: 0.69 },
  e: { w: 23, top: -4, low: 17, corner: -2 },
  o: { w: 13, top: -8, low: 20, corner: 5, round: 0.69 },
  smile: { w: 27, top: 3.6, low: 5, corner: -7 },
  frown: { w: 17, top: -3.4, low: -2.4, corner: 5 },
};

/** A mouth: outline, inside, teeth and tongue, with additive shapes for each viseme and for smile and frown. */
export function mouth(defs, o) {
  const { cx, cy, size = 1, colours: c } = o;
  const at = (m, u, v) => [cx + m.w * u * size, cy + v * size];
  const arch = ({ top, corner, round = 0.7 }) => top * round + corner * (1 - round);
  const upper = (m) => [
    at(m, -1, m.corner),
    at(m, m.round ? -0.72 : -0.56, arch(m)),
    at(m, 0, m.top),
    at(m, m.round ? 0.72 : 0.56, arch(m)),
    at(m, 1, m.corner),
  ];
  const outline = (m) => {
    const [l, ...rest] = upper(m);
    const r = rest.pop();
    const k = m.round ?? 0.78;
    const under = m.low * k + m.corner * (1 - k);
    return curve(
      [
        m.round ? l : [...l, 'c'],
        ...rest,
        m.round ? r : [...r, 'c'],
        at(m, m.round ? 0.72 : 0.64, under),
        at(m, 0, m.low),
        at(m, m.round ? -0.72 : -0.64, under),
      ],
      true,
    );
  };
  // The upper lip is drawn with more weight than the lower one, and runs out at the corners.
  const over = (m) =>
    taper(
      upper(m),
      [0.6, 2.6, 2.2, 2.6, 0.6].map((n) => n * Math.sqrt(size)),
      8,
    );
  const open = (m) => Math.max(0, m.low - m.top);
  const teeth = (m) => {
    const s = size;
    const d = m.teeth ?? (m.round ? -2 : Math.min(5, open(m) * 0.26));
    const k = m.w * 0.92;
    return curve(
      [
        [cx - k * s, cy + m.corner * s - 2, 'c'],
        [cx, cy + m.top * s - 3],
        [cx + k * s, cy + m.corner * s - 2, 'c'],
        [cx + k * 0.5 * s, cy + (m.top * 0.8 + m.corner * 0.2 + d) * s],
        [cx, cy + (m.top + d) * s],
        [cx - k * 0.5 * s, cy + (m.top * 0.8 + m.corner * 0.2 + d) * s],
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
    'mouth-over': over,
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
    line(outline(base), c.line, 1.3, { id: 'mouth-line' }) +
    fill(over(base), c.line, { id: 'mouth-over' });
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
