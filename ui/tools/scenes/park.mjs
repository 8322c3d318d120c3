/** A park with cherry trees in blossom, a path, a bench and a lamp. */
import { blur, glow, grain, linear, path, pick, radial, random, rect, wobble } from './brush.mjs';
import { by, FAR, sky, skyDefs } from './sky.mjs';

export function park(hour) {
  const rnd = random(5151);
  const lit = hour !== 'day';
  const defs = `<defs>${skyDefs(hour)}${linear('grass', [
    [0, by(hour, '#a8cc78', '#a08a5c', '#2a4254')],
    [0.35, by(hour, '#7db061', '#77694c', '#1d3444')],
    [1, by(hour, '#3f7842', '#44403a', '#0d1a26')],
  ])}${linear('path', [
    [0, by(hour, '#f2e4cc', '#e2b190', '#48587a')],
    [1, by(hour, '#c7ab88', '#7e584e', '#1a2338')],
  ])}${linear(
    'bark',
    [
      [0, by(hour, '#8a6653', '#8a5548', '#333a58')],
      [0.45, by(hour, '#5f4238', '#54343a', '#1c2136')],
      [1, by(hour, '#3f2b2a', '#38242e', '#101424')],
    ],
    'x1="0" y1="0" x2="1" y2="0"',
  )}${linear('iron', [
    [0, by(hour, '#5c646c', '#4a3c48', '#1b2436')],
    [1, by(hour, '#343a42', '#2a2230', '#0b111e')],
  ])}${radial('warm', [
    [0, '#fff0c4', 0.95],
    [0.12, '#ffdc94', 0.6],
    [0.4, '#ffb860', 0.22],
    [1, '#ff9a40', 0],
  ])}${radial(
    'vig',
    [
      [0.55, '#000', 0],
      [1, by(hour, '#20301c', '#2a1020', '#02040c'), 0.55],
    ],
    'cx=".5" cy=".45" r=".8"',
  )}${blur('b2', 1.4)}${blur('b5', 5)}${blur('b12', 13)}${grain('grain', 31)}${wobble('wob', 7, 5)}</defs>`;
  // Blossom from its own shadow to the light, and what is far away.
  const bloom = by(
    hour,
    [
      ['#c9789a', '#d488a6', '#bd6b90'],
      ['#f0a3bf', '#eb97b6', '#f5b3ca'],
      ['#ffd2e0', '#ffc3d5', '#ffdfe9'],
      ['#fff3f6', '#ffe8ef'],
    ],
    [
      ['#87476a', '#7b4066', '#955069'],
      ['#d27f8e', '#c97488', '#dd8f92'],
      ['#ffb7a0', '#f7a497', '#ffc4a6'],
      ['#ffe3c0', '#ffd6b2'],
    ],
    [
      ['#262d52', '#20274a', '#2d345a'],
      ['#454d7e', '#3d4674', '#525a8c'],
      ['#6d74a8', '#626a9e', '#7a80b2'],
      ['#9aa0cc', '#8d93c2'],
    ],
  );
  const green = by(
    hour,
    ['#5c9152', '#6fa35c', '#86b56b', '#4f8049'],
    ['#6a5648', '#7d6a52', '#94735a', '#584840'],
    ['#152535', '#1b2f40', '#22394b', '#101e2c'],
  );
  const petals = [...bloom[2], ...bloom[3]];
  /** Points of a cloud, thicker in the middle. */
  const cloud = (cx, cy, w, h, count, draw) => {
    let out = '';
    for (let i = 0; i < count; i++) {
      const a = rnd() * Math.PI * 2;
      const d = Math.sqrt(rnd());
      out += draw(cx + Math.cos(a) * d * w, cy + Math.sin(a) * d * h, d);
    }
    return out;
  };
  const flower = (x, y, size, colours, opacity) => {
    const turn = rnd() * 72;
    let out = '';
    for (let k = 0; k < 5; k++)
      out += `<ellipse cx="0" cy="${-size * 0.62}" rx="${size * 0.42}" ry="${size * 0.6}" transform="rotate(${turn + k * 72})"/>`;
    return `<g transform="translate(${x.toFixed(1)} ${y.toFixed(1)})" fill="${pick(rnd, colours)}" opacity="${opacity}">${out}</g>`;
  };
  /** Clumps of blossom: shadow below, then the middle, then light from the upper left. */
  const clump = (cx, cy, r) => {
    let out = cloud(
      cx + r * 0.1,
      cy + r * 0.2,
      r,
      r * 0.72,
      26,
      (x, y) =>
        `<circle cx="${x}" cy="${y}" r="${r * (0.12 + rnd() * 0.16)}" fill="${pick(rnd, bloom[0])}" opacity=".9"/>`,
    );
    out += cloud(
      cx,
      cy,
      r * 0.94,
      r * 0.66,
      34,
      (x, y) =>
        `<circle cx="${x}" cy="${y}" r="${r * (0.08 + rnd() * 0.12)}" fill="${pick(rnd, bloom[1])}" opacity=".85"/>`,
    );
    out += cloud(
      cx - r * 0.16,
      cy - r * 0.2,
      r * 0.74,
      r * 0.5,
      30,
      (x, y) =>
        `<circle cx="${x}" cy="${y}" r="${r * (0.06 + rnd() * 0.09)}" fill="${pick(rnd, bloom[2])}" opacity=".85"/>`,
    );
    out += cloud(cx, cy, r * 1.12, r * 0.84, 26, (x, y) =>
      flower(x, y, 4 + rnd() * 4.5, bloom[rnd() < 0.5 ? 1 : 2], 0.95),
    );
    out += cloud(cx - r * 0.22, cy - r * 0.26, r * 0.66, r * 0.44, 16, (x, y) =>
      flower(x, y, 4.5 + rnd() * 5, bloom[3], 0.95),
    );
    return out;
  };
  const branch = (points, width) =>
    `<path d="${points}" stroke="url(#bark)" stroke-width="${width}" fill="none" stroke-linecap="round" stroke-linejoin="round"/>`;
  const tree = (x, flip) => {
    const trunk =
      path(
        'M-64 1000Q-26 880 -34 720Q-40 600 -92 500Q-130 430 -196 396L-184 376Q-110 404 -62 468Q-48 360 -2 280L22 288Q-8 380 -2 480Q40 420 120 386L130 404Q52 448 22 540Q4 640 22 760Q34 900 92 1000Q10 984 -64 1000Z',
        'url(#bark)',
      ) +
      [
        [-20, 700],
        [-30, 820],
        [6, 640],
        [-6, 900],
        [20, 780],
      ]
        .map(([u, y]) => `<path d="M${u} ${y}q10 34 -2 70" stroke="#000" stroke-width="4" opacity=".22" fill="none"/>`)
        .join('') +
      [
        [-22, 730],
        [4, 850],
      ]
        .map(([u, y]) => `<ellipse cx="${u}" cy="${y}" rx="12" ry="5" fill="#000" opacity=".25"/>`)
        .join('');
    const limbs =
      branch('M-190 386Q-260 350 -320 360', 14) +
      branch('M10 284Q40 200 30 130', 16) +
      branch('M124 394Q200 350 270 360', 13) +
      branch('M-60 470Q-160 330 -150 220', 14) +
      branch('M30 200Q90 150 150 150', 9) +
      branch('M-150 250Q-210 200 -260 200', 9);
    let crown = '';
    for (const [cx, cy, r] of [
      [-60, 330, 120],
      [60, 330, 110],
      [-250, 300, 130],
      [220, 310, 120],
      [-330, 370, 90],
      [300, 390, 84],
      [-150, 200, 140],
      [120, 190, 140],
      [0, 110, 140],
      [-260, 160, 90],
      [250, 180, 100],
      [-100, 80, 90],
      [130, 70, 90],
      [-200, 410, 80],
      [180, 420, 76],
    ])
      crown += clump(cx, cy, r);
    // Twigs that hang out of it.
    for (const [cx, cy] of [
      [-360, 430],
      [-220, 470],
      [210, 470],
      [330, 450],
      [-110, 440],
    ])
      crown +=
        branch(`M${cx + 20} ${cy - 60}Q${cx} ${cy - 20} ${cx - 6} ${cy + 40}`, 4) +
        cloud(cx, cy, 26, 50, 22, (px, py) =>
          flower(px, py, 4 + rnd() * 5, pick(rnd, [bloom[1], bloom[2], bloom[3]]), 0.95),
        );
    return `<g transform="translate(${x} 0) scale(${flip} 1)"><ellipse cx="20" cy="1000" rx="330" ry="44" fill="${by(hour, '#274a2c', '#2a2026', '#050a12')}" opacity=".45"/>${trunk}${limbs}${crown}</g>`;
  };

  // Far away: hills, a wood, a row of cherries along the water.
  let far =
    path('M0 620Q260 500 560 590T1120 560T1920 620V800H0Z', FAR[hour], 'opacity=".6"') +
    path('M0 668Q420 600 820 650T1920 640V800H0Z', by(hour, '#83ae8c', '#7c6072', '#1c2f48'), 'opacity=".8"');
  for (let x = -40; x < 1960; x += 62)
    far += cloud(
      x,
      690 + rnd() * 16,
      60,
      44,
      18,
      (u, v) => `<circle cx="${u}" cy="${v}" r="${12 + rnd() * 18}" fill="${pick(rnd, green)}" opacity=".85"/>`,
    );
  for (const x of [380, 520, 660, 1230, 1370, 1520]) {
    far += rect(x - 5, 700, 10, 60, by(hour, '#5a4038', '#4a2f38', '#141a2c'));
    far += cloud(
      x,
      680,
      66,
      40,
      46,
      (u, v, d) =>
        `<circle cx="${u}" cy="${v}" r="${7 + rnd() * 11}" fill="${pick(rnd, bloom[d > 0.6 ? 1 : 2])}" opacity=".8"/>`,
    );
  }
  far +=
    rect(0, 744, 1920, 22, by(hour, '#bfe0ea', '#f2b9a0', '#4a5f8c'), 'opacity=".8"') +
    rect(0, 744, 1920, 4, '#fff', 'opacity=".4"');

  let ground = rect(0, 758, 1920, 442, 'url(#grass)');
  // Light between the leaves, shadow below the trees.
  for (let i = 0; i < 60; i++)
    ground += `<ellipse cx="${rnd() * 1920}" cy="${780 + rnd() * 400}" rx="${40 + rnd() * 130}" ry="${5 + rnd() * 13}" fill="${rnd() < 0.5 ? by(hour, '#d6eb9c', '#e0a872', '#4a6484') : by(hour, '#2f6838', '#352c30', '#08121c')}" opacity="${0.1 + rnd() * 0.16}"/>`;
  ground += path(
    'M880 760Q960 860 640 1030Q520 1100 430 1200H1500Q1440 1080 1240 960Q1060 850 1030 760Z',
    'url(#path)',
  );
  ground +=
    path(
      'M880 760Q960 860 640 1030Q520 1100 430 1200H500Q590 1110 690 1044Q990 872 898 760Z',
      '#fff',
      'opacity=".16"',
    ) +
    path(
      'M1012 760Q1040 850 1210 950Q1400 1080 1450 1200H1500Q1440 1080 1240 960Q1060 850 1030 760Z',
      '#000',
      'opacity=".14"',
    );
  for (let i = 0; i < 120; i++) {
    const y = 790 + rnd() ** 1.3 * 400;
    const half = 90 + (y - 760) * 1.05;
    ground += `<ellipse cx="${960 + (rnd() - 0.5) * half * 1.7}" cy="${y}" rx="${3 + (y - 760) * 0.02}" ry="${1.5 + (y - 760) * 0.008}" fill="${by(hour, '#9c8464', '#5c4040', '#0f1628')}" opacity=".28"/>`;
  }
  let tufts = '';
  for (let i = 0; i < 620; i++) {
    const y = 770 + rnd() ** 1.5 * 430;
    const x = rnd() * 1920;
    const half = 80 + (y - 760) * 1.15;
    if (Math.abs(x - 960) < half) continue;
    const tall = 8 + (y - 750) * 0.07;
    tufts += `<path d="M${x} ${y}q${-3 - rnd() * 5} ${-tall * 0.6} ${-6 + rnd() * 4} ${-tall}q6 ${tall * 0.4} 7 ${tall}q2 ${-tall * 0.7} ${6 + rnd() * 4} ${-tall * 0.9}q-1 ${tall * 0.5} -5 ${tall * 0.95}z" fill="${pick(rnd, green)}" opacity=".75"/>`;
  }
  for (let i = 0; i < 420; i++) {
    const y = 772 + rnd() ** 1.2 * 420;
    const s = 1 + (y - 760) * 0.006;
    tufts += `<ellipse cx="${rnd() * 1920}" cy="${y}" rx="${3.4 * s}" ry="${1.7 * s}" fill="${pick(rnd, petals)}" opacity=".9" transform="rotate(${rnd() * 40 - 20} 960 ${y})"/>`;
  }
  const wood = by(hour, '#a87448', '#7d4c3c', '#2c3652');
  const woodLight = by(hour, '#d9a676', '#d08a62', '#4a5880');
  const slats = (ys, h) =>
    ys.map((y) => rect(0, y, 330, h, wood, 'rx="5"') + rect(0, y, 330, 4, woodLight, 'rx="2" opacity=".8"')).join('');
  const bench = `<g transform="translate(1330 790)"><ellipse cx="165" cy="196" rx="210" ry="20" fill="#000" opacity=".28"/>${[22, 292].map((x) => `<path d="M${x} -6V196M${x} 96H${x + 30}M${x + 30} 96V186" stroke="url(#iron)" stroke-width="13" fill="none" stroke-linecap="round"/><path d="M${x} 60Q${x + 36} 52 ${x + 38} 92" stroke="url(#iron)" stroke-width="9" fill="none"/>`).join('')}${slats([0, 28, 56], 20)}${slats([94, 112], 14)}</g>`;
  const lamp = `<g transform="translate(590 470)"><ellipse cx="0" cy="392" rx="44" ry="9" fill="#000" opacity=".3"/>${rect(-7, 20, 14, 370, 'url(#iron)')}${rect(-12, 330, 24, 60, 'url(#iron)', 'rx="4"')}${rect(-14, 14, 28, 12, 'url(#iron)', 'rx="3"')}<path d="M-46 60Q-30 30 0 30Q30 30 46 60" stroke="url(#iron)" stroke-width="6" fill="none"/><path d="M-30 14L-40 -60H40L30 14Z" fill="${lit ? '#fff0c4' : '#eef4f4'}" opacity=".95"/><path d="M-30 14L-40 -60H-14L-10 14Z" fill="#fff" opacity=".5"/><path d="M-30 14L-40 -60M30 14L40 -60M0 14V-60" stroke="url(#iron)" stroke-width="5"/><path d="M-48 -58Q0 -112 48 -58Z" fill="url(#iron)"/><circle cx="0" cy="-92" r="8" fill="url(#iron)"/></g>`;
  // A twig of the tree under which one stands, out of focus.
  let near = '';
  for (const [x, y, r] of [
    [-20, 30, 150],
    [160, -10, 130],
    [330, -30, 100],
    [1930, 20, 150],
    [1760, -20, 120],
    [1590, -40, 90],
  ])
    near += clump(x, y, r);
  const rays = lit
    ? ''
    : [
        [300, 120],
        [700, 90],
        [1180, 130],
      ]
        .map(([x, w]) =>
          path(
            `M${x} 0L${x + w} 0L${x - 160 + w} 1000L${x - 300} 1000Z`,
            '#fffbe0',
            'opacity=".09" filter="url(#b12)"',
          ),
        )
        .join('');
  return `${defs}${sky(rnd, hour, 0, 0, 1920, 760)}<g filter="url(#b5)">${far}</g><g filter="url(#b2)"><g filter="url(#wob)">${ground}${tufts}${lamp}${bench}${tree(210, 1)}${tree(1740, -1)}</g></g>${rays}<g filter="url(#b12)">${near}</g>${lit ? glow(590, 440, 460, 'warm') : ''}<rect width="1920" height="1200" filter="url(#grain)" opacity=".34"/>${rect(0, 0, 1920, 1200, 'url(#vig)')}`;
}
