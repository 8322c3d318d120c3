/** Koto's shop: shelves to the ceiling, rain at the window, one good lamp. */
import { blur, glow, grain, linear, path, pick, radial, random, rect, wobble } from './brush.mjs';
import { by, sky, skyDefs } from './sky.mjs';

const SPINES = [
  '#7a2f2a',
  '#8f4a2c',
  '#a8672f',
  '#c08a45',
  '#39533f',
  '#2c4650',
  '#4d3b57',
  '#6b3a46',
  '#d8b98a',
  '#b9a27c',
  '#5a4632',
  '#26333f',
  '#863b34',
  '#4f5d3a',
];

function shelf(rnd, x, y, w, h, dim) {
  let out = rect(x - 8, y - 6, w + 16, h + 18, '#23130d');
  out += rect(x, y, w, h, 'url(#shelfdark)');
  let at = x + 4;
  while (at < x + w - 14) {
    const bw = 13 + rnd() * 22;
    if (at + bw > x + w - 4) break;
    const r = rnd();
    const bh = h * (0.62 + rnd() * 0.3);
    const colour = pick(rnd, SPINES);
    if (r < 0.07) {
      // a stack lying down
      const n = 2 + Math.floor(rnd() * 3);
      const sw = 50 + rnd() * 34;
      if (at + sw > x + w - 4) break;
      for (let i = 0; i < n; i++) {
        const c = pick(rnd, SPINES);
        out +=
          rect(at + rnd() * 6, y + h - (i + 1) * 17, sw - rnd() * 10, 15, c, 'rx="2"') +
          rect(at + 4, y + h - (i + 1) * 17 + 2, sw - 12, 2, '#fff', 'opacity=".12"');
      }
      at += sw + 6;
      continue;
    }
    const lean = r > 0.93 ? `transform="rotate(${-7 - rnd() * 4} ${at + bw} ${y + h})"` : '';
    out += `<g ${lean}>${rect(at, y + h - bh, bw, bh, colour, 'rx="2"')}${rect(at, y + h - bh, bw * 0.28, bh, '#fff', 'opacity=".1"')}${rect(at + bw * 0.78, y + h - bh, bw * 0.22, bh, '#000', 'opacity=".28"')}`;
    if (rnd() < 0.6)
      out +=
        rect(at + 2, y + h - bh * 0.84, bw - 4, 3, '#e7c98d', 'opacity=".7"') +
        rect(at + 2, y + h - bh * 0.2, bw - 4, 3, '#e7c98d', 'opacity=".55"');
    if (rnd() < 0.35) out += rect(at + 3, y + h - bh * 0.66, bw - 6, bh * 0.2, '#ead9b4', 'opacity=".7" rx="1"');
    out += '</g>';
    at += bw + (rnd() < 0.1 ? 10 : 1.5);
    if (r > 0.93) at += 14;
  }
  out += rect(x, y, w, 26, '#000', `opacity="${0.3 + dim * 0.2}"`);
  out += rect(x - 10, y + h, w + 20, 13, 'url(#plank)') + rect(x - 10, y + h, w + 20, 2.5, '#d89a5c', 'opacity=".55"');
  return out;
}

function windowView(rnd, hour) {
  if (hour !== 'night') return dryStreet(random(3), hour);
  // A wet street at night, out of focus, behind panes.
  let out = rect(690, 90, 540, 640, 'url(#night)');
  for (let i = 0; i < 9; i++) {
    const x = 680 + rnd() * 540;
    const h = 160 + rnd() * 240;
    out += rect(x, 730 - h, 60 + rnd() * 80, h, pick(rnd, ['#16233a', '#1b2a42', '#132034']), 'filter="url(#b6)"');
  }
  for (let i = 0; i < 46; i++) {
    const r = 8 + rnd() * 24;
    const warm = rnd() < 0.65;
    out += `<circle cx="${690 + rnd() * 540}" cy="${330 + rnd() * 380}" r="${r}" fill="${warm ? pick(rnd, ['#ffcf7d', '#ff9f55', '#ffe3ab']) : pick(rnd, ['#7fb4d8', '#9fd1d8', '#c0a0d8'])}" opacity="${0.1 + rnd() * 0.3}" filter="url(#b4)"/>`;
  }
  let rain = '';
  for (let i = 0; i < 150; i++) {
    const x = 690 + rnd() * 560;
    const y = 80 + rnd() * 640;
    const l = 24 + rnd() * 60;
    rain += `<path d="M${x} ${y}l${-l * 0.12} ${l}" stroke="#cfe0f2" stroke-width="${0.8 + rnd() * 1.6}" opacity="${0.1 + rnd() * 0.28}" stroke-linecap="round"/>`;
  }
  for (let i = 0; i < 120; i++) {
    const x = 695 + rnd() * 530;
    const y = 95 + rnd() * 630;
    const r = 1.5 + rnd() * 4;
    rain += `<ellipse cx="${x}" cy="${y}" rx="${r * 0.8}" ry="${r}" fill="#dfeaf6" opacity="${0.18 + rnd() * 0.3}"/><circle cx="${x - r * 0.2}" cy="${y - r * 0.3}" r="${r * 0.3}" fill="#fff" opacity=".7"/>`;
    if (rnd() < 0.16)
      rain += `<path d="M${x} ${y}v${-30 - rnd() * 70}" stroke="#dfeaf6" stroke-width="${r * 0.7}" opacity=".16" stroke-linecap="round"/>`;
  }
  return `<g clip-path="url(#pane)">${out}${rain}${rect(690, 90, 540, 640, 'url(#paneglow)')}</g>`;
}

/** The street when it does not rain: roofs, a little green, the sky above. */
function dryStreet(rnd, hour) {
  let out = sky(rnd, hour, 690, 90, 540, 640, [0.7, by(hour, 0.16, 0.7, 0.2)]);
  for (let i = 0; i < 9; i++) {
    const h = 120 + rnd() * 220;
    out += rect(
      680 + rnd() * 540,
      730 - h,
      60 + rnd() * 90,
      h,
      pick(rnd, by(hour, ['#c9b49a', '#b8a08c', '#d6c6ae'], ['#7a5468', '#8c5c66', '#694a62'])),
      'filter="url(#b6)"',
    );
  }
  for (let i = 0; i < 40; i++)
    out += `<circle cx="${690 + rnd() * 540}" cy="${640 + rnd() * 90}" r="${14 + rnd() * 26}" fill="${pick(rnd, by(hour, ['#6f9a5c', '#86ab6b', '#5b8650'], ['#5c5048', '#6b5a50', '#4d453f']))}" opacity=".8" filter="url(#b4)"/>`;
  return `<g clip-path="url(#pane)">${out}${rect(690, 90, 540, 640, 'url(#paneglow)')}</g>`;
}

export function bookshop(hour) {
  const rnd = random(20261);
  const defs = `<defs>${hour === 'night' ? '' : skyDefs(hour)}${linear('wall', [
    [0, '#2a1913'],
    [0.5, '#4a2c1d'],
    [1, '#2a1912'],
  ])}${linear('shelfdark', [
    [0, '#1b0f0a'],
    [1, '#2d1a11'],
  ])}${linear('plank', [
    [0, '#9a5f34'],
    [0.4, '#6f4024'],
    [1, '#3d2112'],
  ])}
  ${linear('frame', [
    [0, '#80502d'],
    [0.5, '#6a3f22'],
    [1, '#4a2a17'],
  ])}${linear('night', [
    [0, '#131f38'],
    [0.55, '#28415d'],
    [1, '#4b5a66'],
  ])}${linear('desk', [
    [0, '#8a5230'],
    [0.12, '#6b3c22'],
    [1, '#2b160d'],
  ])}
  ${radial('warm', [
    [0, '#ffdf9c', 0.95],
    [0.18, '#ffc069', 0.6],
    [0.5, '#f08b3a', 0.2],
    [1, '#e07020', 0],
  ])}${radial('soft', [
    [0, '#ffd28a', 0.5],
    [1, '#ffb050', 0],
  ])}${linear('paneglow', [
    [0, '#ffb060', 0],
    [1, '#ffb060', 0.22],
  ])}
  ${radial(
    'vig',
    [
      [0.45, '#000', 0],
      [1, '#0d0503', 0.72],
    ],
    'cx=".5" cy=".46" r=".75"',
  )}${linear('shade', [
    [0, '#fff1cf'],
    [0.6, '#ffcf85'],
    [1, '#e58f40'],
  ])}${linear(
    'curtain',
    [
      [0, '#7c3428'],
      [0.35, '#a04a35'],
      [0.6, '#702d24'],
      [1, '#4d1e19'],
    ],
    'x1="0" y1="0" x2="1" y2="0"',
  )}
  ${blur('b2', 2.2)}${blur('b4', 5)}${blur('b6', 7)}${grain('grain', 5)}${wobble('wob', 3, 5)}<clipPath id="pane"><path d="M690 730V250Q690 90 960 90T1230 250V730Z"/></clipPath></defs>`;
  const room = rect(0, 0, 1920, 1200, 'url(#wall)');
  let shelves = '';
  for (const [x, w] of [
    [40, 270],
    [342, 270],
    [1308, 270],
    [1610, 270],
  ]) {
    for (let row = 0; row < 6; row++) shelves += shelf(rnd, x, 22 + row * 172, w, 146, row < 1 ? 1 : 0);
  }
  for (const x of [8, 318, 620, 1272, 1586, 1888])
    shelves += rect(x, 0, 24, 1080, 'url(#frame)') + rect(x, 0, 5, 1080, '#d99a5a', 'opacity=".3"');
  const mullions =
    rect(948, 90, 24, 640, 'url(#frame)') +
    rect(690, 300, 540, 18, 'url(#frame)') +
    rect(690, 510, 540, 18, 'url(#frame)');
  const arch =
    `<path d="M672 748V250Q672 68 960 68T1248 250V748H1230V250Q1230 90 960 90T690 250V748Z" fill="url(#frame)"/>` +
    `<path d="M672 748V250Q672 68 960 68T1248 250" fill="none" stroke="#c98a50" stroke-width="3" opacity=".6"/>`;
  const sill = rect(650, 728, 620, 34, 'url(#plank)') + rect(650, 728, 620, 4, '#f0b878', 'opacity=".6"');
  const plant = `<g transform="translate(1150 728)"><path d="M-34 0h68l-10 -54h-48z" fill="#9a4d31"/><path d="M-34 0h68l-10 -54h-20z" fill="#000" opacity=".2"/>${[
    [-50, -90, -20],
    [-30, -130, -8],
    [0, -150, 0],
    [30, -126, 10],
    [54, -84, 22],
    [-66, -60, -30],
    [66, -56, 30],
  ]
    .map(
      ([x, y, r]) =>
        `<path d="M0 -50Q${x * 0.4} ${y * 0.7} ${x} ${y}Q${x * 0.9 + 16} ${y * 0.5} 0 -50Z" fill="#3f6b46"/><path d="M0 -50Q${x * 0.4} ${y * 0.7} ${x} ${y}" stroke="#7fa56a" stroke-width="2" fill="none" transform="rotate(${r * 0.1})"/>`,
    )
    .join('')}</g>`;
  const pile = `<g transform="translate(742 728)">${['#8f4a2c', '#2c4650', '#d8b98a', '#7a2f2a'].map((c, i) => rect(-40 + (i % 2) * 8, -(i + 1) * 24, 120 - i * 8, 22, c, 'rx="3"') + rect(-36 + (i % 2) * 8, -(i + 1) * 24 + 3, 112 - i * 8, 3, '#fff', 'opacity=".18"')).join('')}<path d="M0 -98q6 -40 34 -40q30 0 30 40z" fill="#e9dcc3"/><path d="M62 -126q24 2 14 24q-8 8 -18 4" fill="none" stroke="#e9dcc3" stroke-width="7"/><path d="M20 -148q-10 -20 4 -36M38 -148q12 -18 0 -38" stroke="#fff" stroke-width="5" fill="none" opacity=".25" filter="url(#b2)"/></g>`;
  const drape = (flip) =>
    `<g ${flip ? 'transform="translate(1920 0) scale(-1 1)"' : ''}><path d="M610 40H720Q712 330 650 520Q640 700 656 760H606Z" fill="url(#curtain)"/>${[626, 648, 672, 694].map((x, i) => `<path d="M${x} 44Q${x - 4} 340 ${x - 22 + i * -4} 560" stroke="#3d1512" stroke-width="5" opacity=".45" fill="none"/>`).join('')}<path d="M606 528q34 14 60 -6l4 22q-34 18 -66 4z" fill="#d8a658"/></g>`;
  const lamp = `<g><path d="M330 0V190" stroke="#2a160d" stroke-width="5"/><path d="M330 0V190" stroke="#c98a50" stroke-width="1.5"/><path d="M270 286Q276 190 330 184Q384 190 390 286Q330 300 270 286Z" fill="url(#shade)"/><path d="M270 286Q330 300 390 286" stroke="#fff4d6" stroke-width="4" fill="none"/></g>`;
  const lights = [
    [300, 250, 560],
    [330, 250, 240],
    [1500, 170, 300],
    [960, 700, 420],
  ]
    .map(([x, y, r], i) => glow(x, y, r, i === 1 ? 'warm' : i === 0 ? 'warm' : 'soft'))
    .join('');
  let string = '';
  for (let i = 0; i <= 22; i++) {
    const x = 40 + i * 84;
    const y = 34 + Math.sin((i / 22) * Math.PI * 3) * 18 + 20;
    string += `<circle cx="${x}" cy="${y}" r="5" fill="#fff0c2"/><circle cx="${x}" cy="${y}" r="26" fill="url(#soft)"/>`;
  }
  let dust = '';
  for (let i = 0; i < 70; i++)
    dust += `<circle cx="${rnd() * 1920}" cy="${80 + rnd() * 900}" r="${0.8 + rnd() * 2.2}" fill="#ffe6b8" opacity="${0.15 + rnd() * 0.4}"/>`;
  return `${defs}${room}<g filter="url(#b2)"><g filter="url(#wob)">${shelves}</g></g>${windowView(rnd, hour)}<g filter="url(#wob)">${mullions}${arch}${drape(false)}${drape(true)}${sill}${plant}${pile}</g>${string}${lamp}<g>${lights}</g>${dust}${rect(0, 960, 1920, 240, 'url(#desk)', 'opacity=".0"')}<rect width="1920" height="1200" filter="url(#grain)" opacity=".5"/>${rect(0, 0, 1920, 1200, 'url(#vig)')}`;
}

/** Out of focus, before the character: the counter's edge, a pile of books, a lamp's foot. */
export function bookshopNear() {
  const rnd = random(77);
  const defs = `<defs>${blur('b', 7)}${linear('c', [
    [0, '#6b3c22'],
    [1, '#1c0d07'],
  ])}</defs>`;
  let books = '';
  for (let i = 0; i < 6; i++)
    books +=
      rect(40 + rnd() * 30, 1120 - i * 46, 330 - i * 22, 42, pick(rnd, SPINES), 'rx="6"') +
      rect(50, 1124 - i * 46, 300 - i * 22, 6, '#ffd9a0', 'opacity=".25"');
  let right = '';
  for (let i = 0; i < 4; i++)
    right +=
      rect(1560 + rnd() * 30, 1130 - i * 50, 320 - i * 26, 46, pick(rnd, SPINES), 'rx="6"') +
      rect(1570, 1134 - i * 50, 290 - i * 26, 6, '#ffd9a0', 'opacity=".2"');
  return `${defs}<g filter="url(#b)">${books}${right}${path('M-40 1150H1960V1260H-40Z', 'url(#c)')}</g>`;
}
