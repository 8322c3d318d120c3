/** Arms that a figure raises: an upper arm at its side, and a forearm with an open hand that turns at the elbow. */
import { curve, fill, group, inked, line, taper } from './kit.mjs';

const round = (value) => Math.round(value * 10) / 10;

/**
 * A forearm with its hand, straight up from an elbow and turned outwards by `angle` degrees. `s` is 1 for the viewer's right and -1 for the
 * left; `cloth`: {fill, shade, deep, ink}; `cuff`: the same, with `ribs` where it is knitted; `skin` as everywhere.
 */
export function forearm(defs, id, { s, elbow, angle, cloth, cuff, skin }) {
  const turn = (angle * s * Math.PI) / 180;
  /** From the arm's own place (the elbow is 0, the hand is up, the outside is right) to the artwork's. */
  const at = (x, y, ...corner) => {
    const across = x * s;
    return [
      round(elbow[0] + across * Math.cos(turn) - y * Math.sin(turn)),
      round(elbow[1] + across * Math.sin(turn) + y * Math.cos(turn)),
      ...corner,
    ];
  };
  const shape = (points) =>
    curve(
      points.map((p) => at(...p)),
      true,
    );
  const stroke = (points, widths) =>
    taper(
      points.map((p) => at(...p)),
      widths,
    );

  const sleeve = shape([
    [-46, 26],
    [-54, -22],
    [-49, -92],
    [-37, -176, 'c'],
    [37, -176, 'c'],
    [51, -92],
    [56, -20],
    [48, 30],
    [2, 52],
  ]);
  const band = shape([
    [-39, -166, 'c'],
    [-42, -190],
    [-37, -214, 'c'],
    [0, -218],
    [37, -214, 'c'],
    [42, -190],
    [39, -166, 'c'],
    [0, -160],
  ]);
  const wrist = -208;
  const hand = (points) => points.map(([x, y, ...c]) => [x, y + wrist, ...c]);
  const palm = shape(
    hand([
      [-23, 6, 'c'],
      [-29, -16],
      [-38, -42],
      [-39, -66],
      [-33, -84],
      [-2, -92],
      [28, -84],
      [37, -60],
      [34, -26],
      [24, 6, 'c'],
    ]),
  );
  /** From knuckle to tip, as wide as `w` at the root; it bends by `bend`, and is thicker at its joint. */
  const finger = ([bx, by], [tx, ty], w, bend = 0) => {
    const length = Math.hypot(tx - bx, ty - by);
    const [ux, uy] = [(tx - bx) / length, (ty - by) / length];
    const side = (k, along, more = []) => {
      const aside = bend * Math.sin((Math.PI * along) / length);
      return [bx + ux * along - uy * (k + aside), by + uy * along + ux * (k + aside), ...more];
    };
    const h = w / 2;
    return shape(
      hand([
        side(-h, 0, ['c']),
        side(-h * 0.94, length * 0.3),
        side(-h * 1.0, length * 0.5),
        side(-h * 0.84, length * 0.82),
        side(-h * 0.5, length * 0.97),
        side(0, length + 1),
        side(h * 0.5, length * 0.97),
        side(h * 0.84, length * 0.82),
        side(h * 1.0, length * 0.5),
        side(h * 0.94, length * 0.3),
        side(h, 0, ['c']),
      ]),
    );
  };
  const fingers = [
    [[29, -72], [46, -124], 15.5, -2],
    [[13, -80], [23, -150], 17.5, -2],
    [[-7, -82], [-6, -160], 18, 0],
    [[-26, -78], [-32, -148], 17, 2.5],
  ];
  const thumb = [[-22, -20], [-64, -86], 20, 5];
  const joint = ([bx, by], [tx, ty], k) => {
    const [x, y] = [bx + (tx - bx) * k, by + (ty - by) * k];
    return stroke(
      hand([
        [x - 5, y + 0.6],
        [x, y + 2],
        [x + 5, y + 0.4],
      ]),
      [0, 1.5, 0],
    );
  };
  return group(
    id,
    inked(finger(...thumb), skin.base, skin.ink, 1.9, 0.8),
    inked(palm, skin.base, skin.ink, 1.9, 0.8),
    fingers.map((one) => inked(finger(...one), skin.base, skin.ink, 1.8, 0.7)),
    // The fingers grow out of the palm: their roots have no outline.
    fill(
      shape(
        hand([
          [-34, -58],
          [-34, -80],
          [-24, -92],
          [-6, -95],
          [14, -93],
          [31, -84],
          [34, -58],
          [10, -40],
          [-14, -40],
        ]),
      ),
      skin.base,
    ),
    fill(
      shape(
        hand([
          [-26, -6],
          [-34, -34],
          [-28, -44],
          [-14, -30],
          [-8, -6],
        ]),
      ),
      skin.base,
    ),
    fill(
      shape(
        hand([
          [-22, 8, 'c'],
          [-27, -8],
          [-10, -14],
          [12, -13],
          [29, -8],
          [23, 8, 'c'],
        ]),
      ),
      skin.shade,
      { opacity: '0.75' },
    ),
    fill(
      shape(
        hand([
          [36, -58],
          [34, -24],
          [26, 2],
          [20, -10],
          [26, -40],
          [30, -70],
        ]),
      ),
      skin.shade,
      { opacity: '0.6' },
    ),
    fill(
      stroke(
        hand([
          [-12, -28],
          [-20, -46],
          [-12, -62],
          [0, -66],
        ]),
        [0, 1.8, 0],
      ) +
        stroke(
          hand([
            [30, -54],
            [12, -58],
            [-4, -50],
          ]),
          [0, 1.6, 0],
        ) +
        stroke(
          hand([
            [20, -84],
            [20, -94],
          ]),
          [1.6, 0],
        ) +
        stroke(
          hand([
            [3, -86],
            [2, -97],
          ]),
          [1.6, 0],
        ) +
        stroke(
          hand([
            [-16, -84],
            [-17, -95],
          ]),
          [1.6, 0],
        ) +
        fingers.map(([b, t]) => joint(b, t, 0.36) + joint(b, t, 0.66)).join(''),
      skin.deep,
      { opacity: '0.8' },
    ),
    inked(sleeve, cloth.fill, cloth.ink, 2.4, 1.4),
    defs.clip(sleeve, [
      cuff.ribs
        ? fill(
            [-0.66, -0.33, 0, 0.33, 0.66]
              .map((v) =>
                stroke(
                  [
                    [v * 50, 20],
                    [v * 52, -50],
                    [v * 44, -120],
                    [v * 36, -172],
                  ],
                  [0, 1.7, 1.7, 0.6],
                ),
              )
              .join(''),
            cloth.deep,
            { opacity: '0.42' },
          )
        : '',
      fill(
        shape([
          [60, 60, 'c'],
          [60, -100, 'c'],
          [38, -180, 'c'],
          [20, -180, 'c'],
          [30, -90],
          [26, -10],
          [4, 40],
        ]),
        cloth.shade,
        { opacity: '0.8' },
      ),
      fill(
        stroke(
          [
            [-50, -4],
            [-20, 8],
            [22, -2],
          ],
          [0, 6, 0],
        ) +
          stroke(
            [
              [-50, -34],
              [-16, -24],
              [14, -36],
            ],
            [0, 5, 0],
          ) +
          stroke(
            [
              [54, -30],
              [26, -18],
              [0, -24],
            ],
            [0, 5, 0],
          ) +
          stroke(
            [
              [-46, -120],
              [-22, -112],
              [0, -120],
            ],
            [0, 4, 0],
          ),
        cloth.deep,
        { opacity: '0.85' },
      ),
    ]),
    inked(band, cuff.fill, cuff.ink, 2.1, 1),
    cuff.ribs
      ? line(
          [-30, -20, -10, 0, 10, 20, 30]
            .map((x) => `M${at(x, -167).join(' ')}L${at(x * 0.96, -212).join(' ')}`)
            .join(''),
          cuff.deep,
          1.8,
          { opacity: '0.75' },
        )
      : line(curve([at(-38, -176), at(0, -171), at(38, -176)]), cuff.deep, 1.3, {
          opacity: '0.6',
          'stroke-dasharray': '5 4',
        }),
  );
}

/** The upper arm that hangs from a shoulder to `elbow`. `inner` and `outer` are points of its sides, from the shoulder down. */
export function upperArm(defs, id, { s, outline, shadeOf, cloth, lit, grown = (...parts) => parts }) {
  const place = ([u, y, ...c]) => [500 + s * u, y, ...c];
  const d = curve(outline.map(place), true);
  return group(
    id,
    grown(
      inked(d, cloth.fill, cloth.ink, 2.4, 1.4),
      defs.clip(d, [
        fill(curve(shadeOf.map(place), true), cloth.shade, { opacity: '0.8' }),
        fill(
          [
            [
              [150, 880],
              [178, 902],
              [214, 896],
            ],
            [
              [146, 916],
              [176, 930],
              [222, 920],
            ],
          ]
            .map((points) => taper(points.map(place), [0, 5, 0]))
            .join(''),
          cloth.deep,
          { opacity: '0.85' },
        ),
        lit
          ? fill(
              taper(
                [
                  [190, 664],
                  [212, 720],
                  [224, 820],
                  [238, 900],
                ].map(place),
                [0, 8, 9, 0],
              ),
              lit,
              { opacity: '0.7' },
            )
          : '',
      ]),
    ),
  );
}
