/**
 * How a figure stands: parts that were drawn straight and from the front, bent so that the weight rests on one leg. The shoulders slope
 * to that side, the hips to the other, the spine curves between them, and the body is turned a little away. The neck stays where it is, so that heads
 * and their key forms need not know of it.
 */

const SHOULDERS = 720;
const HIPS = 1120;
const radians = (degrees) => (degrees * Math.PI) / 180;
const smooth = (t) => {
  const u = Math.min(1, Math.max(0, t));
  return u * u * (3 - 2 * u);
};

/**
 * A map of artwork units for one stance. `side`: 1 where the weight is on the viewer's right, -1 on the left. `shoulders` and `hips` slope by so many
 * degrees, `turn` is how far the middle of the chest goes aside, `neck` the height that nothing moves at.
 *
 * @returns {(point: [number, number]) => [number, number]}
 */
export function stance({ side, shoulders = 5, hips = 3.5, turn = 18, neck = 575 }) {
  /** The slope of what lies across the body at a height. */
  const slope = (y) =>
    Math.tan(radians(side * (shoulders - (shoulders + hips) * smooth((y - SHOULDERS) / (HIPS - SHOULDERS)))));
  /** How far the spine has gone aside: it is upright on every slope. Summed once, in steps of ten units. */
  const spine = [0];
  for (let y = neck; y < 1500; y += 10) spine.push(spine.at(-1) - 10 * slope(y + 5));
  const aside = (y) => {
    if (y <= neck) return 0;
    const at = Math.min(spine.length - 1.001, (y - neck) / 10);
    const i = Math.floor(at);
    return spine[i] + (spine[i + 1] - spine[i]) * (at - i);
  };
  return ([x, y]) => {
    const across = x - 500;
    const near = 1 - Math.min(1, Math.abs(across) / 270) ** 2;
    // The breast turns away from the leg that carries; the shoulder on that side comes nearer.
    const turned = -side * turn * near * smooth((y - neck) / 130);
    const nearer = side * across > 0 ? 0.02 : -0.045;
    return [x + turned + across * nearer * smooth((y - neck) / 130) + aside(y), y + across * slope(y)];
  };
}

const round = (n) => Math.round(n * 10) / 10;
const FRAME = / transform="translate\((-?[\d.]+) (-?[\d.]+)\) scale\(([\d.]+)\)"/;

/** Bends drawn parts in place. `svgs`: those of one figure by name; `defs` its gradients and clips as text. Gives both anew. */
export function bend(svgs, defs, map) {
  /** Clips are used within one group each; they are bent as what they cut. */
  const clips = new Map();
  const through = (d, [dx, dy, k]) => {
    if (/[a-zHV]/.test(d)) throw new Error(`only M L C Q Z can be bent: ${d.slice(0, 60)}`);
    return d.replace(/(-?[\d.]+)[ ,](-?[\d.]+)/g, (_, u, v) => {
      const [x, y] = map([dx + k * Number(u), dy + k * Number(v)]);
      return `${round((x - dx) / k)} ${round((y - dy) / k)}`;
    });
  };
  const parts = Object.fromEntries(
    Object.entries(svgs).map(([name, svg]) => {
      const frames = [[0, 0, 1]];
      const bent = svg.replace(/<[^>]+>/g, (tag) => {
        const frame = frames.at(-1);
        if (tag.startsWith('</g')) {
          frames.pop();
          return tag;
        }
        const clip = / clip-path="url\(#([^)]+)\)"/.exec(tag)?.[1];
        if (tag.startsWith('<g')) {
          const own = FRAME.exec(tag)?.slice(1).map(Number);
          frames.push(own ? [frame[0] + frame[2] * own[0], frame[1] + frame[2] * own[1], frame[2] * own[2]] : frame);
        }
        if (clip) clips.set(clip, frames.at(-1));
        if (tag.startsWith('<ellipse')) {
          const [cx, cy] = ['cx', 'cy'].map((name) => Number(new RegExp(` ${name}="([^"]*)"`).exec(tag)[1]));
          const [x, y] = map([frame[0] + frame[2] * cx, frame[1] + frame[2] * cy]);
          return tag
            .replace(/ cx="[^"]*"/, ` cx="${round((x - frame[0]) / frame[2])}"`)
            .replace(/ cy="[^"]*"/, ` cy="${round((y - frame[1]) / frame[2])}"`);
        }
        return tag.replace(/ d="([^"]*)"/, (_, d) => ` d="${through(d, frame)}"`);
      });
      return [name, bent];
    }),
  );
  const cut = String(defs).replace(/<clipPath id="([^"]+)">(.*?)<\/clipPath>/g, (whole, id, inner) =>
    clips.has(id)
      ? `<clipPath id="${id}">${inner.replace(/ d="([^"]*)"/, (_, d) => ` d="${through(d, clips.get(id))}"`)}</clipPath>`
      : whole,
  );
  return { parts, defs: cut };
}
