/**
 * Warp grids of a person seen from the front: a head that turns like something round, hair that bends before it swings, a chest
 * that breathes, a jaw that drops and cheeks that rise. They add to what the layers do by themselves, so they hold only what a
 * shifted picture lacks.
 */

/** A track: `shape(u, v)` gives the offset of a knot at the place -1..1, -1..1 of the box, for each value of the parameter. */
const track = ({ box, columns, rows }, param, values, shape) => ({
  param,
  keys: values.map((value) => {
    const offsets = [];
    for (let j = 0; j <= rows; j++) {
      for (let i = 0; i <= columns; i++) {
        const [x, y] = shape((2 * i) / columns - 1, (2 * j) / rows - 1, value, box);
        offsets.push(Math.round(x * 100) / 100, Math.round(y * 100) / 100);
      }
    }
    return [value, offsets];
  }),
});
const warp = (layers, box, columns, rows, tracks) => {
  const grid = { box, columns, rows };
  return { layers, ...grid, tracks: tracks.map(([param, values, shape]) => track(grid, param, values, shape)) };
};

/** How near something on a ball is to the eye, 0 at its edge. Beyond the edge it is as far as the edge. */
const depth = (u) => Math.sqrt(Math.max(0, 1 - u * u));
const bell = (t) => Math.exp(-t * t * 2);
const radians = (degrees) => (degrees * Math.PI) / 180;

/** `eyeY` and `chinY` in artwork units; `hair` names layers that hang freely, with their boxes. */
export function warpsOf({ eyeY, chinY, body, hair }) {
  const half = 168;
  const head = [500 - half, eyeY - 250, 2 * half, chinY - eyeY + 270];
  const round = (u, v) => depth(u * 0.98) * depth(v * 0.7);
  const warps = [
    warp(['head-bone'], head, 4, 4, [
      // The middle of a ball runs ahead of its edges; the side that turns away is foreshortened.
      [
        'ParamAngleX',
        [-30, -15, 0, 15, 30],
        (u, v, a) => {
          const turn = radians(a * 0.36);
          return [half * (u * (Math.cos(turn) - 1) * 1.6 + Math.sin(turn) * (round(u, v) - 0.72) * 0.62), 0];
        },
      ],
      // Nodding bows what lies across: the middle goes down, the temples stay.
      ['ParamAngleY', [-30, 0, 30], (u, v, a) => [0, -half * Math.sin(radians(a * 0.26)) * (round(u, v) - 0.62)]],
    ]),
    warp(['face'], [500 - half, eyeY - 40, 2 * half, chinY - eyeY + 60], 4, 4, [
      ['ParamMouthOpenY', [0, 1], (u, v, a) => [0, a * 9 * Math.max(0, v) ** 2 * bell(u * 0.9)]],
      [
        'ParamMouthForm',
        [-1, 0, 1],
        (u, v, a) => {
          const cheek = bell((v - 0.1) * 1.5) * Math.min(1, Math.abs(u) * 1.2);
          return a > 0 ? [Math.sign(u) * 3.4 * cheek, -3 * cheek] : [0, -a * 2 * bell((v - 0.6) * 2)];
        },
      ],
    ]),
    warp(['body'], body, 4, 6, [
      [
        'ParamBreath',
        [0, 1],
        (u, v, a) => {
          const chest = bell((v + 0.36) * 1.9);
          return [a * 3.2 * u * chest, -a * 4.2 * chest * (1 - 0.35 * Math.abs(u))];
        },
      ],
      [
        'ParamBodyAngleX',
        [-10, 0, 10],
        (u, v, a, box) => {
          const turn = radians(a * 0.9);
          const upper = 0.5 * (1 - v);
          return [
            (box[2] / 2) * (u * (Math.cos(turn) - 1) * 2 + Math.sin(turn) * (depth(u * 0.95) - 0.6) * 0.55) * upper,
            0,
          ];
        },
      ],
      // A shoulder rises as the body leans to the other side.
      ['ParamBodyAngleZ', [-10, 0, 10], (u, v, a) => [0, -a * 0.55 * u * bell((v + 0.6) * 1.6)]],
    ]),
  ];
  for (const { layer, box, rows, param, sway, bow } of hair) {
    warps.push(
      warp([layer], box, 1, rows, [
        [
          param,
          [-20, 20],
          (u, v, a) => {
            const down = (v + 1) / 2;
            // Roots hold, tips go furthest; a lock in between bellies the other way.
            return [(a / 20) * (sway * down ** 2.2 - bow * Math.sin(Math.PI * down)), 0];
          },
        ],
      ]),
    );
  }
  return warps;
}
