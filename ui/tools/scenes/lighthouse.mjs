/** Haru's room in the lighthouse: dusk over the sea, instruments, a stove. */
import { blur, glow, grain, linear, path, pick, radial, random, rect, wobble } from './brush.mjs';
import { by, sky, skyDefs } from './sky.mjs';

/** The sea by day and at night. */
function otherSea(rnd, hour) {
  let out = sky(rnd, hour, 440, 60, 1040, 480, [0.62, by(hour, 0.24, 0.9, 0.3)], 'open');
  out += path(
    'M440 470L520 452L610 466L700 448L760 470L840 478V540H440Z',
    by(hour, '#7f9fb8', '#5b5a7d', '#16213c'),
    'opacity=".8" filter="url(#b2)"',
  );
  out += rect(440, 522, 1040, 320, by(hour, '#3f86b8', '#3d5680', '#0f1b38'));
  for (let i = 0; i < 170; i++) {
    const y = 528 + rnd() ** 1.5 * 230;
    const near = (y - 522) / 230;
    const x = rnd() < 0.4 ? 1085 + (rnd() - 0.5) * (90 + near * 260) : 440 + rnd() * 1040;
    out += `<ellipse cx="${x}" cy="${y}" rx="${10 + near * 60 * rnd()}" ry="${0.8 + near * 2.6}" fill="${pick(rnd, by(hour, ['#cfe8f4', '#8fc0de', '#5ba0c8'], [], ['#8fa6dc', '#41588c', '#2a3d6c']))}" opacity="${0.25 + rnd() * 0.5}"/>`;
  }
  return `<g clip-path="url(#glass)">${out}</g>`;
}

function sea(rnd, hour) {
  if (hour !== 'dusk') return otherSea(random(5), hour);
  let out = rect(440, 60, 1040, 560, 'url(#sky)');
  // clouds lit from below
  for (let i = 0; i < 26; i++) {
    const x = 380 + rnd() * 1160;
    const y = 110 + rnd() * 330;
    const w = 90 + rnd() * 260;
    out += `<ellipse cx="${x}" cy="${y}" rx="${w}" ry="${8 + rnd() * 22}" fill="${y > 300 ? pick(rnd, ['#ffb98a', '#ff9d78', '#f7c79a']) : pick(rnd, ['#8e7a9d', '#a98aa0', '#6e6b93'])}" opacity="${0.16 + rnd() * 0.26}" filter="url(#b8)"/>`;
  }
  out += `<circle cx="1080" cy="520" r="46" fill="#fff0c4"/><circle cx="1080" cy="520" r="300" fill="url(#sun)"/>`;
  out += path(
    'M440 470L520 452L610 466L700 448L760 470L840 478V540H440Z',
    '#5b5a7d',
    'opacity=".75" filter="url(#b2)"',
  );
  out += rect(440, 522, 1040, 320, 'url(#water)');
  for (let i = 0; i < 190; i++) {
    const y = 528 + rnd() ** 1.5 * 230;
    const near = (y - 522) / 230;
    const x = rnd() < 0.55 ? 1080 + (rnd() - 0.5) * (120 + near * 420) : 440 + rnd() * 1040;
    const w = 10 + near * 60 * rnd();
    out += `<ellipse cx="${x}" cy="${y}" rx="${w}" ry="${0.8 + near * 2.6}" fill="${Math.abs(x - 1080) < 220 ? pick(rnd, ['#ffd9a0', '#fff0c8', '#ffb985']) : pick(rnd, ['#8aa4c4', '#3b5077', '#a7bcd4'])}" opacity="${0.2 + rnd() * 0.5}"/>`;
  }
  for (const [x, y, s] of [
    [620, 240, 1],
    [690, 210, 0.7],
    [1300, 260, 0.9],
    [1240, 190, 0.6],
  ])
    out += `<path d="M${x - 26 * s} ${y}q13 -14 26 0q13 -14 26 0" stroke="#40405e" stroke-width="${4 * s}" fill="none" stroke-linecap="round"/>`;
  out += `<g transform="translate(700 545)"><path d="M-40 0h80l-14 18h-52z" fill="#2c3350"/><path d="M-2 -70v66h-30zM4 -62v58h34z" fill="#e7d9cf"/></g>`;
  return `<g clip-path="url(#glass)">${out}</g>`;
}

export function lighthouse(hour) {
  const rnd = random(4242);
  const defs = `<defs>${skyDefs(hour, 'open')}${linear('wall', [
    [0, '#3a4152'],
    [0.5, '#5a5c66'],
    [1, '#2e3140'],
  ])}${linear('sky', [
    [0, '#3d4a78'],
    [0.32, '#8573a0'],
    [0.58, '#e8957f'],
    [0.8, '#ffc58c'],
    [1, '#ffe2ab'],
  ])}${linear('water', [
    [0, '#e9a98a'],
    [0.16, '#8a86a8'],
    [0.5, '#3d5680'],
    [1, '#1d2f4f'],
  ])}
  ${radial('sun', [
    [0, '#fff3cf', 0.95],
    [0.25, '#ffd59a', 0.55],
    [1, '#ff9d60', 0],
  ])}${radial('stove', [
    [0, '#ffb45a', 0.75],
    [0.4, '#f0702a', 0.3],
    [1, '#d04010', 0],
  ])}${linear('wood', [
    [0, '#8a6446'],
    [0.4, '#684730'],
    [1, '#38251a'],
  ])}${linear(
    'woodh',
    [
      [0, '#4b3424'],
      [0.5, '#8a6446'],
      [1, '#4b3424'],
    ],
    'x1="0" y1="0" x2="1" y2="0"',
  )}
  ${linear('brass', [
    [0, '#ffe2a0'],
    [0.5, '#c9913f'],
    [1, '#7a4f1e'],
  ])}${linear('iron', [
    [0, '#4a4a52'],
    [1, '#1b1b21'],
  ])}${radial(
    'vig',
    [
      [0.45, '#000', 0],
      [1, '#0a0a14', 0.7],
    ],
    'cx=".5" cy=".45" r=".76"',
  )}${linear('paper', [
    [0, '#f4e6c8'],
    [1, '#cfb98f'],
  ])}${radial('soft', [
    [0, '#ffd9a0', 0.5],
    [1, '#ffb060', 0],
  ])}
  ${blur('b2', 2)}${blur('b8', 10)}${grain('grain', 11)}${wobble('wob', 9, 5)}<clipPath id="glass"><path d="M440 760V330Q440 60 960 60T1480 330V760Z"/></clipPath></defs>`;
  let stones = rect(0, 0, 1920, 1200, 'url(#wall)');
  for (let row = 0; row < 17; row++) {
    let x = -60 + (row % 2) * 55;
    while (x < 1960) {
      const w = 84 + rnd() * 60;
      stones += rect(
        x,
        row * 72,
        w - 5,
        67,
        pick(rnd, ['#667085', '#565d70', '#737787', '#4c5265', '#7c7a80']),
        `rx="9" opacity="${0.3 + rnd() * 0.4}"`,
      );
      stones += rect(x + 4, row * 72 + 2, w - 14, 4, '#ffe0c0', `rx="2" opacity="${0.06 + rnd() * 0.12}"`);
      x += w;
    }
  }
  const bars =
    [612, 784, 950, 1118, 1290].map((x) => rect(x, 60, 18, 700, 'url(#woodh)')).join('') +
    rect(440, 300, 1040, 16, 'url(#wood)');
  const arch = `<path d="M414 784V330Q414 30 960 30T1506 330V784H1480V330Q1480 60 960 60T440 330V784Z" fill="url(#wood)"/><path d="M414 784V330Q414 30 960 30T1506 330" fill="none" stroke="#e0a878" stroke-width="4" opacity=".55"/>`;
  const sill = rect(380, 760, 1160, 40, 'url(#wood)') + rect(380, 760, 1160, 4, '#ffd2a0', 'opacity=".7"');
  const telescope = `<g transform="translate(1390 758)"><path d="M-40 0L-6 -120L34 0" stroke="#4a3220" stroke-width="10" fill="none"/><g transform="rotate(-24 -6 -128)"><rect x="-120" y="-148" width="150" height="38" rx="6" fill="url(#brass)"/><rect x="24" y="-144" width="74" height="30" rx="5" fill="url(#brass)"/><rect x="-136" y="-152" width="24" height="46" rx="5" fill="#7a4f1e"/><rect x="-100" y="-144" width="110" height="6" fill="#fff6d8" opacity=".6"/></g></g>`;
  const lamp = `<g transform="translate(520 758)"><rect x="-28" y="-20" width="56" height="20" rx="4" fill="url(#brass)"/><path d="M-24 -20Q-34 -70 0 -98Q34 -70 24 -20Z" fill="#fff2c9" opacity=".85"/><path d="M-8 -24Q-12 -54 0 -70Q12 -54 8 -24Z" fill="#ffb04a"/><path d="M-14 -98h28l-6 -18h-16z" fill="url(#brass)"/><path d="M-28 -100Q0 -170 28 -100" stroke="#8a6030" stroke-width="4" fill="none"/></g>`;
  const barometer = `<g transform="translate(1600 330)"><circle r="112" fill="#6b4228"/><circle r="112" fill="none" stroke="#e0a060" stroke-width="4" opacity=".5"/><circle r="90" fill="url(#brass)"/><circle r="78" fill="#f6ead0"/>${Array.from({ length: 25 }, (_, i) => `<path d="M0 -70v${i % 5 ? 8 : 15}" stroke="#5a4632" stroke-width="3" transform="rotate(${-132 + i * 11})"/>`).join('')}<path d="M-3 12L0 -60L3 12Z" fill="#8a2f24" transform="rotate(34)"/><path d="M-2 10L0 -52L2 10Z" fill="#333" transform="rotate(-30)"/><circle r="7" fill="#5a3a20"/><path d="M-60 -40A74 74 0 0 1 10 -72" stroke="#fff" stroke-width="9" fill="none" opacity=".5" stroke-linecap="round"/></g>`;
  const chart = `<g transform="translate(90 170) rotate(-1.5)"><rect width="280" height="330" fill="url(#paper)"/><path d="M30 210Q80 150 130 190T220 120Q240 170 200 230T110 270Q60 280 30 210Z" fill="#c9b583" stroke="#8a6a40" stroke-width="3"/>${[60, 110, 160, 210].map((y) => `<path d="M14 ${y}H266" stroke="#9a8a60" stroke-width="1.500" opacity=".6"/>`).join('')}${[70, 140, 210].map((x) => `<path d="M${x} 14V316" stroke="#9a8a60" stroke-width="1.500" opacity=".6"/>`).join('')}<path d="M50 60L120 110L190 90L240 200" stroke="#a03c2c" stroke-width="4" stroke-dasharray="10 8" fill="none"/><g transform="translate(226 276)"><circle r="24" fill="none" stroke="#8a6a40" stroke-width="3"/><path d="M0 -34L7 0L0 34L-7 0Z" fill="#8a2f24"/></g><circle cx="140" cy="6" r="7" fill="#a03c2c"/></g>`;
  const shelf = `<g transform="translate(60 640)">${rect(0, 120, 330, 20, 'url(#wood)')}${rect(0, 120, 330, 3, '#ffd2a0', 'opacity=".6"')}${
    [
      ['#2f4a68', 30, 96],
      ['#2f4a68', 30, 96],
      ['#7a3a2c', 26, 84],
      ['#c9a868', 22, 100],
      ['#3a5a4a', 34, 90],
    ].reduce(
      ([x, s], [c, w, h]) => [
        x + w + 2,
        s +
          rect(x, 120 - h, w, h, c, 'rx="2"') +
          rect(x, 120 - h, w * 0.3, h, '#fff', 'opacity=".14"') +
          rect(x + 3, 120 - h + 14, w - 6, 4, '#e8cf98', 'opacity=".8"'),
      ],
      [16, ''],
    )[1]
  }<path d="M206 120v-52h54v52zM260 84q26 -2 22 20q-6 12 -22 6" fill="#e6ddd0" stroke="#e6ddd0" stroke-width="2"/><path d="M260 84q26 -2 22 20q-6 12 -22 6" fill="none" stroke="#e6ddd0" stroke-width="8"/>${rect(206, 84, 54, 9, '#2f4a68')}</g>`;
  const stove = `<g transform="translate(1690 720)"><rect x="60" y="-720" width="54" height="760" fill="url(#iron)"/><path d="M-30 40Q-36 -40 10 -60H160Q206 -40 200 40V330H-30Z" fill="url(#iron)"/><rect x="20" y="80" width="130" height="120" rx="12" fill="#120a08"/><rect x="28" y="88" width="114" height="104" rx="8" fill="#ff8a3a"/><path d="M34 192Q50 130 66 160Q80 110 96 150Q116 120 136 192Z" fill="#ffd27a"/>${[0, 1, 2].map((i) => rect(30 + i * 40, 86, 7, 108, '#1a1214')).join('')}<rect x="-34" y="28" width="238" height="14" rx="4" fill="#55555e"/></g>`;
  const light =
    glow(1080, 560, 640, 'soft') +
    glow(520, 690, 300, 'soft') +
    glow(1776, 860, 460, 'stove') +
    glow(1080, 840, 460, 'soft');
  let dust = '';
  for (let i = 0; i < 50; i++)
    dust += `<circle cx="${rnd() * 1920}" cy="${80 + rnd() * 900}" r="${0.8 + rnd() * 2}" fill="#ffe6c8" opacity="${0.12 + rnd() * 0.32}"/>`;
  return `${defs}<g filter="url(#b2)"><g filter="url(#wob)">${stones}</g></g>${sea(rnd, hour)}<g filter="url(#wob)"><g clip-path="url(#glass)">${bars}</g>${arch}${sill}${chart}${barometer}${shelf}${stove}${telescope}${lamp}</g>${light}${dust}<rect width="1920" height="1200" filter="url(#grain)" opacity=".5"/>${rect(0, 0, 1920, 1200, 'url(#vig)')}`;
}

/** Before the character, out of focus: the log book and a coil of rope on the table. */
export function lighthouseNear() {
  const defs = `<defs>${blur('b', 7)}${linear('t', [
    [0, '#5a3f2c'],
    [1, '#17100d'],
  ])}</defs>`;
  const rope = [0, 1, 2, 3]
    .map(
      (i) =>
        `<ellipse cx="1690" cy="${1120 - i * 24}" rx="${190 - i * 14}" ry="42" fill="none" stroke="${i % 2 ? '#b8935a' : '#9a7744'}" stroke-width="26"/>`,
    )
    .join('');
  const book = `<path d="M20 1130L330 1090L400 1140L90 1190Z" fill="#e9d9b8"/><path d="M20 1130L330 1090V1112L20 1156Z" fill="#2f4a68"/>`;
  return `${defs}<g filter="url(#b)">${rope}${book}${path('M-40 1156H1960V1260H-40Z', 'url(#t)')}</g>`;
}
