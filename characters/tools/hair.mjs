/** Hair as it is painted: clumps with several tips, a braid, and the ring of light around a head. */
import { curve, fill, random, sample, taper } from './kit.mjs';

const corner = ([x, y]) => [x, y, 'c'];
const mix = (a, b, t) => [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t];
const dark = (points, widths, colour, opacity) => fill(taper(points, widths, 8), colour, opacity ? { opacity } : {});

/**
 * A clump of hair: down its `left` side from the root, along its `tips` (a tip, a notch, a tip … from left to right), and up its `right` side, whose
 * points are given from the root down as well. Tips hook by `hook` (positive: to the right). `tone`: {base, shade, deep, light, ink}; `shade` is the
 * share of its width that lies in shadow at the right, or at the left where it is negative; `strands` are fine lines of the deep tone.
 */
export function clump(defs, { left, tips, right }, tone, options = {}) {
  const { hook = 0, shade = 0.4, strands = 2, gleams = 1, inkWidth = 2, from = 0.22, under = 0 } = options;
  const ends = tips.map(corner);
  const bow = (a, b, side) => {
    const [x, y] = mix(a, b, 0.5);
    const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
    return [x - dy * side * 0.12 + hook * 0.5, y + dx * side * 0.12];
  };
  const hem = ends.flatMap((p, i) => (i === 0 ? [p] : [bow(ends[i - 1], p, i % 2 ? -1 : 1), p]));
  const outline = [...left, ...hem, ...[...right].reverse()];
  const body = curve([corner(outline[0]), ...outline.slice(1, -1), corner(outline.at(-1))], true);
  const count = 14;
  const [l, r] = [sample([...left, tips[0]], count), sample([...right, tips.at(-1)], count)].map((s) =>
    s.map(({ p }) => p),
  );
  /** A point at a share of the way down and a share across from the left. */
  const at = (u, v) => {
    const k = Math.min(count - 1, Math.floor(u * count));
    return mix(mix(l[k], l[k + 1], u * count - k), mix(r[k], r[k + 1], u * count - k), v);
  };
  const parts = [fill(body, tone.base)];
  const inside = [];
  if (shade !== 0) {
    const edge = shade > 0 ? 1 : 0;
    const inner = [0.08, 0.3, 0.55, 0.8, 1].map((u, i) => at(u, edge - shade * [0.1, 0.7, 1, 0.85, 0.55][i]));
    const outer = [1.0, 0.6, 0.3, 0.08].map((u) => at(u, edge + Math.sign(shade) * 0.3));
    const floor = shade > 0 ? tips.at(-1) : tips[0];
    inside.push(
      fill(
        curve(
          [
            corner(inner[0]),
            ...inner.slice(1, -1),
            corner(inner.at(-1)),
            corner([floor[0] + shade * 20, floor[1] + 20]),
            ...outer,
          ],
          true,
        ),
        tone.shade,
        { opacity: '0.72' },
      ),
    );
  }
  // Between two tips the clump parts, a good way up.
  tips.forEach((notch, i) => {
    if (i % 2 === 0) return;
    let u = 1;
    while (u > 0.3 && at(u, 0.5)[1] > notch[1]) u -= 0.04;
    const [a, b] = [at(u, 0)[0], at(u, 1)[0]];
    const v = Math.min(0.9, Math.max(0.1, (notch[0] - a) / (b - a || 1)));
    inside.push(dark([notch, at(u * 0.8, v), at(u * 0.5, v * 0.8 + 0.1)], [5, 3, 0], tone.deep, '0.8'));
  });
  const rnd = random(Math.round(Math.abs(tips[0][0] * 13 + tips[0][1] * 7 + left[0][0])));
  for (let i = 0; i < strands; i++) {
    const v = (i + 0.6 + rnd() * 0.5) / (strands + 0.6);
    const [u0, u1] = [0.2 + rnd() * 0.2, 0.78 + rnd() * 0.16];
    inside.push(dark([at(u0, v), at((u0 + u1) / 2, v), at(u1, v * 0.9 + 0.05)], [0, 1.5, 0], tone.deep, '0.55'));
  }
  for (let i = 0; i < gleams; i++) {
    const v = (shade > 0 ? 0.12 : 0.62) + (0.26 * (i + rnd() * 0.5)) / Math.max(1, gleams);
    inside.push(
      dark([at(0.42 + rnd() * 0.12, v), at(0.66, v), at(0.9, v * 0.9 + 0.05)], [0, 2.2, 0], tone.light, '0.42'),
    );
  }
  if (under > 0) {
    // What hangs over it throws a shadow on its root.
    inside.push(
      fill(
        curve([corner(at(0, -0.2)), corner(at(0, 1.2)), at(under, 1.1), at(under * 1.15, 0.5), at(under, -0.1)], true),
        tone.deep,
        { opacity: '0.45' },
      ),
    );
  }
  if (inside.length > 0) parts.push(defs.clip(body, inside));
  const edgeInk = (points) => {
    const s = sample(points, 16)
      .slice(Math.round(16 * from))
      .map(({ p }) => p);
    return dark(
      s.filter((_, i) => i % 2 === 0 || i === s.length - 1),
      [0, inkWidth * 0.75, inkWidth, inkWidth * 0.6],
      tone.ink,
    );
  };
  parts.push(edgeInk([...left, tips[0]]), edgeInk([...right, tips.at(-1)]));
  ends.forEach((p, i) => {
    if (i > 0)
      parts.push(
        dark(
          [ends[i - 1], bow(ends[i - 1], p, i % 2 ? -1 : 1), p],
          [inkWidth * 0.5, inkWidth, inkWidth * 0.5],
          tone.ink,
        ),
      );
  });
  return parts.join('');
}

/**
 * The ring of light around a head, ragged above and below. `y(x)` is its height, `from` and `to` its ends, `crown` where the hair grows from; `size`
 * its height in the middle; in `gaps` there is none of it.
 */
export function halo({ y, from, to, crown, size, colour, core, seed, step = 9, gaps = [] }) {
  const rnd = random(seed);
  /** Points on both edges of one piece; every other one is a tip. */
  const piece = (x0, x1, height, tooth) => {
    const [above, below] = [[], []];
    const count = Math.max(2, Math.round((x1 - x0) / tooth));
    for (let i = 0; i <= 2 * count; i++) {
      const x = x0 + ((x1 - x0) * i) / (2 * count) + (rnd() - 0.5) * tooth * 0.3;
      const [dx, dy] = [x - crown[0], y(x) - crown[1]];
      const long = Math.hypot(dx, dy);
      const whole = Math.sin((Math.PI * (x - from + 20)) / (to - from + 40));
      const own = Math.sin((Math.PI * i) / (2 * count)) ** 0.6;
      const reach = height * (0.3 + 0.7 * whole) * (0.35 + 0.65 * own);
      const along = (t) => [x + (dx / long) * t, y(x) + (dy / long) * t, 'c'];
      const tip = i % 2 === 1;
      above.push(along(-reach * (tip ? 0.4 + 0.3 * rnd() : 0.12)));
      below.push(along(reach * (tip ? 0.6 + 0.5 * rnd() : 0.22)));
    }
    return curve([...above, ...below.reverse()], true);
  };
  const edges = [from, ...gaps.flat(), to];
  let [soft, bright] = ['', ''];
  for (let i = 0; i + 1 < edges.length; i += 2) {
    const [a, b] = [edges[i], edges[i + 1]];
    soft += piece(a, b, size, step);
    if (b - a > 24) bright += piece(a + (b - a) * 0.14, b - (b - a) * 0.18, size * 0.42, step * 0.8);
  }
  return fill(soft, colour, { opacity: '0.5' }) + fill(bright, core, { opacity: '0.5' });
}

/** A braid along `spine`, from its share `from` to `to`: `count` strands that cross from one side to the other, `w0` wide at first, `w1` at last. */
export function braid(defs, spine, { from, to, count, w0, w1, first = 0 }, tone) {
  const s = sample(spine, 60);
  const out = [];
  for (let i = 0; i < count; i++) {
    const u = from + ((to - from) * (i + 0.5)) / count;
    const { p, t } = s[Math.round(u * 60)];
    const w = w0 + ((w1 - w0) * i) / count;
    const side = (i + first) % 2 ? 1 : -1;
    const n = [-t[1] * side, t[0] * side];
    const L = w * 1.32;
    const at = (a, b) => [p[0] + n[0] * a * w + t[0] * b * L, p[1] + n[1] * a * w + t[1] * b * L];
    const d = curve(
      [
        corner(at(-0.42, -0.5)),
        at(0.2, -0.74),
        at(0.78, -0.52),
        at(1.0, -0.02),
        at(0.74, 0.5),
        at(0.26, 0.86),
        corner(at(-0.34, 1.06)),
        at(-0.16, 0.5),
        at(-0.3, 0),
      ],
      true,
    );
    const lit = side > 0 ? 0 : 1;
    out.push(
      fill(d, tone.ink, { stroke: tone.ink, 'stroke-width': 2, 'stroke-linejoin': 'round' }),
      fill(d, tone.base),
    );
    out.push(
      defs.clip(d, [
        // in the shadow of the strand above, and towards the middle
        fill(
          curve(
            [
              corner(at(-0.6, -0.8)),
              corner(at(1.2, -0.9)),
              at(0.86, -0.4),
              at(0.3, -0.3),
              at(0.02, 0.1),
              at(-0.02, 0.6),
              corner(at(-0.5, 1.2)),
            ],
            true,
          ),
          tone.shade,
        ),
        fill(
          curve(
            [
              corner(at(-0.6, -0.9)),
              corner(at(0.7, -0.9)),
              at(0.2, -0.56),
              at(-0.14, -0.1),
              at(-0.1, 0.5),
              corner(at(-0.5, 1.2)),
            ],
            true,
          ),
          tone.deep,
          { opacity: '0.8' },
        ),
        lit
          ? ''
          : fill(
              curve(
                [corner(at(1.1, -0.5)), at(0.8, 0.1), at(0.5, 0.6), corner(at(-0.3, 1.2)), corner(at(1.3, 1))],
                true,
              ),
              tone.deep,
              { opacity: '0.4' },
            ),
        dark([at(0.1, -0.6), at(0.66, -0.3), at(0.66, 0.2), at(0, 0.9)], [0, 1.5, 1.5, 0], tone.deep, '0.7'),
        dark([at(0.0, -0.4), at(0.4, -0.14), at(0.38, 0.26), at(-0.1, 0.86)], [0, 1.4, 1.4, 0], tone.deep, '0.6'),
        lit
          ? fill(
              [
                [0.84, 0.24],
                [0.7, 0.34],
                [0.54, 0.22],
              ]
                .map(([v, k]) => taper([at(v - 0.05, -0.06 - k), at(v, 0), at(v - 0.12, k)], [0, 4, 0], 4))
                .join(''),
              tone.light,
              { opacity: '0.62' },
            )
          : fill(taper([at(0.7, -0.36), at(0.8, -0.06), at(0.6, 0.34)], [0, 3, 0], 4), tone.light, { opacity: '0.34' }),
      ]),
    );
  }
  return out;
}
