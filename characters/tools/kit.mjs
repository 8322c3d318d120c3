/**
 * Drawing kit for the shipped puppets: smooth curves through points, tapered ink, locks of hair with two-tone shading.
 *
 * Everything is plain SVG with presentation attributes (no style attributes, no filters), so that the artwork passes a
 * strict content security policy and stays cheap to paint in software.
 */

/** @typedef {[number, number] | [number, number, 'c']} Point A point of a curve; 'c' marks a corner. */

const round = (n) => String(Math.round(n * 10) / 10);
const xy = (p) => `${round(p[0])} ${round(p[1])}`;
const sub = (a, b) => [a[0] - b[0], a[1] - b[1]];
const add = (a, b, k = 1) => [a[0] + b[0] * k, a[1] + b[1] * k];
const len = (v) => Math.hypot(v[0], v[1]);
const unit = (v) => {
  const l = len(v) || 1;
  return [v[0] / l, v[1] / l];
};

/** Mirrors points about the middle line x = `cx`. */
export const mirror = (points, cx = 500) => points.map(([x, y, c]) => (c ? [2 * cx - x, y, c] : [2 * cx - x, y]));
/** Moves points. */
export const shift = (points, dx, dy) => points.map(([x, y, c]) => (c ? [x + dx, y + dy, c] : [x + dx, y + dy]));

/** Bezier segments of a smooth curve; tangents follow the neighbours, handles a third of each chord: it never overshoots. */
export function segments(points, closed = false) {
  const n = points.length;
  const at = (i) => points[(i + n) % n];
  const tangent = (i) => {
    if (at(i)[2] === 'c') return null;
    if (!closed && (i === 0 || i === n - 1)) return null;
    return unit(sub(at(i + 1), at(i - 1)));
  };
  const out = [];
  const count = closed ? n : n - 1;
  for (let i = 0; i < count; i++) {
    const a = at(i);
    const b = at(i + 1);
    const third = len(sub(b, a)) / 3;
    const chord = unit(sub(b, a));
    const ta = tangent(i) ?? chord;
    const tb = tangent((i + 1) % n) ?? chord;
    out.push([a, add(a, ta, third), add(b, tb, -third), b]);
  }
  return out;
}

/** Path data of a smooth curve through points. */
export function curve(points, closed = false) {
  const segs = segments(points, closed);
  const body = segs.map((s) => `C${xy(s[1])} ${xy(s[2])} ${xy(s[3])}`).join('');
  return `M${xy(points[0])}${body}${closed ? 'Z' : ''}`;
}

/** `count` + 1 points along a curve, evenly by parameter, with unit tangents. */
export function sample(points, count, closed = false) {
  const segs = segments(points, closed);
  const out = [];
  for (let i = 0; i <= count; i++) {
    const u = (i / count) * segs.length;
    const k = Math.min(segs.length - 1, Math.floor(u));
    const t = u - k;
    const s = segs[k];
    const m = 1 - t;
    const p = [0, 1].map(
      (d) => m * m * m * s[0][d] + 3 * m * m * t * s[1][d] + 3 * m * t * t * s[2][d] + t * t * t * s[3][d],
    );
    const v = [0, 1].map(
      (d) => 3 * m * m * (s[1][d] - s[0][d]) + 6 * m * t * (s[2][d] - s[1][d]) + 3 * t * t * (s[3][d] - s[2][d]),
    );
    out.push({ p, t: unit(v) });
  }
  return out;
}

/** Linear interpolation in a list of values spread evenly over 0..1. */
export function profile(values, t) {
  const u = Math.min(1, Math.max(0, t)) * (values.length - 1);
  const i = Math.min(values.length - 2, Math.floor(u));
  return values.length === 1 ? values[0] : values[i] + (values[i + 1] - values[i]) * (u - i);
}

/** Outline of a stroke whose full width follows `widths` from start to end. */
export function taper(points, widths, steps = Math.max(6, points.length * 3)) {
  const s = sample(points, steps);
  const left = [];
  const right = [];
  s.forEach(({ p, t }, i) => {
    const w = profile(widths, i / steps) / 2;
    left.push([p[0] - t[1] * w, p[1] + t[0] * w]);
    right.push([p[0] + t[1] * w, p[1] - t[0] * w]);
  });
  const ends = (list) => list.map((p, i) => (i === 0 || i === list.length - 1 ? [...p, 'c'] : p));
  return curve([...ends(left), ...ends(right.reverse())], true);
}

/** Attributes as text. */
export const attrs = (o) =>
  Object.entries(o)
    .filter(([, v]) => v !== undefined && v !== null && v !== false)
    .map(([k, v]) => ` ${k}="${typeof v === 'number' ? round(v) : v}"`)
    .join('');

/** A filled path. */
export const fill = (d, colour, more = {}) => `<path d="${d}"${attrs({ fill: colour, ...more })}/>`;
/** A stroked path. */
export const line = (d, colour, width, more = {}) =>
  `<path d="${d}"${attrs({ fill: 'none', stroke: colour, 'stroke-width': width, 'stroke-linecap': 'round', 'stroke-linejoin': 'round', ...more })}/>`;
/** A tapered ink line. */
export const ink = (points, widths, colour, more = {}) => fill(taper(points, widths), colour, more);
/** An ellipse. */
export const oval = (cx, cy, rx, ry, colour, more = {}) =>
  `<ellipse${attrs({ cx, cy, rx, ry, fill: colour, ...more })}/>`;
/** A group. */
export const group = (id, ...children) => `<g id="${id}">${children.flat(9).join('')}</g>`;

/** A shape with a coloured outline that is heavier on the shaded side (below, right). */
export function inked(d, colour, inkColour, width = 2, heavier = 1.2) {
  return (
    fill(d, inkColour, {
      stroke: inkColour,
      'stroke-width': width,
      'stroke-linejoin': 'round',
      transform: `translate(${round(heavier * 0.7)} ${round(heavier)})`,
    }) + fill(d, colour, { stroke: inkColour, 'stroke-width': width * 0.8, 'stroke-linejoin': 'round' })
  );
}

/** Collects gradients and clip paths while a picture is drawn. */
export class Defs {
  #items = [];
  #count = 0;
  constructor(prefix) {
    this.prefix = prefix;
  }
  #add(kind, build) {
    const id = `${this.prefix}-${kind}${++this.#count}`;
    this.#items.push(build(id));
    return id;
  }
  /** Linear gradient in user space; stops are [offset, colour, opacity?]. */
  linear(x1, y1, x2, y2, stops) {
    const id = this.#add(
      'lg',
      (i) =>
        `<linearGradient${attrs({ id: i, gradientUnits: 'userSpaceOnUse', x1, y1, x2, y2 })}>${stopList(stops)}</linearGradient>`,
    );
    return `url(#${id})`;
  }
  /** Radial gradient in user space. */
  radial(cx, cy, r, stops, transform) {
    const id = this.#add(
      'rg',
      (i) =>
        `<radialGradient${attrs({ id: i, gradientUnits: 'userSpaceOnUse', cx, cy, r, gradientTransform: transform })}>${stopList(stops)}</radialGradient>`,
    );
    return `url(#${id})`;
  }
  /** Children clipped to a shape. `pathId` names the path inside the clip, so that a rig can morph it. */
  clip(d, children, pathId) {
    const id = this.#add('cp', (i) => `<clipPath id="${i}"><path${attrs({ id: pathId, d })}/></clipPath>`);
    return `<g clip-path="url(#${id})">${[children].flat(9).join('')}</g>`;
  }
  toString() {
    return `<defs>${this.#items.join('')}</defs>`;
  }
}
const stopList = (stops) =>
  stops
    .map(
      ([offset, c, o]) =>
        `<stop${attrs({ offset: String(offset), 'stop-color': c, 'stop-opacity': o === undefined ? undefined : String(o) })}/>`,
    )
    .join('');

/**
 * A lock of hair: centre line, width profile, base tone, shade along one side, a highlight band and fine strands.
 *
 * `tone` = {base, shade, deep, light, ink}; `shadeSide` +1 shades the left of the direction of growth, -1 the right;
 * `ring` = {y: (x) => height of the light that lies around the head, size: length of its slivers}; `rootInk` false leaves the root open, so that locks grow out of the cap.
 */
export function lock(points, widths, tone, options = {}) {
  const {
    shadeSide = 1,
    ring = null,
    strands = 1,
    rootInk = false,
    shadeFrom = 0.1,
    inkWidth = 1.9,
    opacity,
  } = options;
  const steps = Math.max(10, points.length * 4);
  const s = sample(points, steps);
  const edge = (k) =>
    s.map(({ p, t }, i) => {
      const w = (profile(widths, i / steps) / 2) * k;
      return [p[0] - t[1] * w, p[1] + t[0] * w];
    });
  const a = edge(1);
  const b = edge(-1);
  const corner = (list) => list.map((p, i) => (i === 0 || i === list.length - 1 ? [...p, 'c'] : p));
  const body = curve([...corner(a), ...corner([...b].reverse()).slice(1)], true);
  const parts = [fill(body, tone.base)];
  // Shade: from the edge to a wandering inner line, thin at the root.
  const from = Math.round(steps * shadeFrom);
  const outer = edge(shadeSide).slice(from);
  const inner = s.slice(from).map(({ p, t }, i, all) => {
    const u = i / (all.length - 1);
    const depth = 1 - Math.sin(Math.PI * Math.min(1, u * 0.9 + 0.12)) * 0.78;
    const w = (profile(widths, (from + i) / steps) / 2) * shadeSide * depth;
    return [p[0] - t[1] * w, p[1] + t[0] * w];
  });
  parts.push(fill(curve([...corner(outer), ...corner(inner.reverse()).slice(1, -1)], true), tone.shade));
  const gleam = ring ? gleamOf(s, widths, steps, shadeSide, ring) : '';
  if (gleam) parts.push(fill(gleam, tone.light, { opacity: tone.gleam ?? '0.6' }));
  for (let i = 0; i < strands; i++) {
    const k = strands === 1 ? -0.25 * shadeSide : -0.55 + (1.1 * i) / (strands - 1);
    const path = s.slice(Math.round(steps * 0.25), Math.round(steps * 0.92)).map(({ p, t }, j, all) => {
      const w = (profile(widths, 0.25 + (0.67 * j) / (all.length - 1)) / 2) * k;
      return [p[0] - t[1] * w, p[1] + t[0] * w];
    });
    parts.push(
      fill(
        taper(
          path.filter((_, j) => j % 2 === 0),
          [0, 1.5, 0],
        ),
        tone.deep,
        { opacity: '0.6' },
      ),
    );
  }
  const every = (list) => list.filter((_, i) => i % 2 === 0 || i === list.length - 1);
  const weights = rootInk ? [1.6, inkWidth, inkWidth * 0.8] : [0, inkWidth * 0.7, inkWidth, inkWidth * 0.7];
  parts.push(ink(every(a), weights, tone.ink), ink(every(b), weights, tone.ink));
  return opacity ? `<g opacity="${opacity}">${parts.join('')}</g>` : parts.join('');
}

/** Where the ring of light around a head crosses a lock: slivers side by side, of different lengths. Empty where it does not. */
function gleamOf(s, widths, steps, shadeSide, { y, size }) {
  const k = s.findIndex(({ p }) => p[1] >= y(p[0]));
  const u = k / steps;
  if (k <= 0 || u > 0.86) return '';
  const length = s.reduce((sum, { p }, i) => (i ? sum + len(sub(p, s[i - 1].p)) : 0), 0);
  const width = profile(widths, u);
  const count = Math.max(1, Math.round(width / 10));
  const rnd = random(Math.round(s[0].p[0] * 7 + s[steps].p[0] * 3));
  let d = '';
  for (let i = 0; i < count; i++) {
    const across = -shadeSide * (-0.42 + (1.2 * (i + 0.5)) / count);
    const half = (0.62 * (0.75 + rnd() * 0.5)) / count;
    // Longer in the middle of the lock than at its edges.
    const du = (size / length) * (0.55 + 0.6 * Math.sin((Math.PI * (i + 0.5)) / count)) * (0.75 + 0.5 * rnd());
    const at = (du0, da, c) => [...pointAt(s, widths, u + du0, across + da), ...(c ? ['c'] : [])];
    d += curve([at(-du * 0.42, 0, 'c'), at(-du * 0.06, -half), at(du * 0.58, 0, 'c'), at(-du * 0.06, half)], true);
  }
  return d;
}
function pointAt(s, widths, u, across) {
  const x = Math.max(0, Math.min(1, u)) * (s.length - 1);
  const i = Math.min(s.length - 2, Math.floor(x));
  const k = x - i;
  const mix = (a, b) => a + (b - a) * k;
  const p = [mix(s[i].p[0], s[i + 1].p[0]), mix(s[i].p[1], s[i + 1].p[1])];
  const t = unit([mix(s[i].t[0], s[i + 1].t[0]), mix(s[i].t[1], s[i + 1].t[1])]);
  const w = (profile(widths, u) / 2) * across;
  return [p[0] - t[1] * w, p[1] + t[0] * w];
}

/** Reproducible noise for hand-made irregularity. */
export function random(seed) {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
