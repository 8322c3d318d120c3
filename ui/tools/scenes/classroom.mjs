/** An empty classroom after the last lesson: tall windows, desks, a board that was wiped in a hurry. */
import { blur, grain, linear, path, radial, random, rect, wobble } from './brush.mjs';
import { by, sky, skyDefs } from './sky.mjs';

export function classroom(hour) {
  const rnd = random(1313);
  const defs = `<defs>${skyDefs(hour)}${linear('wall', [
    [0, by(hour, '#f0e6d2', '#d9a488', '#2a3250')],
    [1, by(hour, '#d6c7aa', '#9c6a60', '#171d33')],
  ])}${linear('floor', [
    [0, by(hour, '#c79a66', '#9c5f48', '#222843')],
    [1, by(hour, '#7d5836', '#4d2c2a', '#0d1122')],
  ])}${linear('board', [
    [0, by(hour, '#3f6a57', '#3f5050', '#142430')],
    [1, by(hour, '#2f5446', '#2c3a40', '#0c1822')],
  ])}${linear('top', [
    [0, by(hour, '#e0b682', '#c98460', '#3a4468')],
    [1, by(hour, '#b98a56', '#8c5244', '#20283f')],
  ])}${linear(
    'shaft',
    [
      [0, by(hour, '#fffbe0', '#ffcf8f', '#a9bcf0'), by(hour, 0.5, 0.6, 0.22)],
      [1, by(hour, '#fffbe0', '#ffb070', '#a9bcf0'), 0],
    ],
    'x1="0" y1="0" x2="1" y2="1"',
  )}${radial(
    'vig',
    [
      [0.5, '#000', 0],
      [1, by(hour, '#3a2410', '#2a0c10', '#02030a'), 0.6],
    ],
    'cx=".5" cy=".45" r=".8"',
  )}${blur('b2', 2.4)}${blur('b12', 14)}${grain('grain', 51)}${wobble('wob', 15, 4)}<clipPath id="panes"><path d="M60 110H720V690H60ZM760 110H1150V690H760Z"/></clipPath></defs>`;
  const frame = by(hour, '#f6f1e4', '#c9988a', '#2e3858');
  const windows = `<g clip-path="url(#panes)">${sky(rnd, hour, 60, 110, 1090, 580, [0.42, by(hour, 0.2, 0.78, 0.25)])}${path('M60 600Q260 520 480 580T900 560T1150 600V690H60Z', by(hour, '#7fae74', '#6b5266', '#14203a'))}</g>${[60, 280, 500, 706, 760, 945, 1136].map((x) => rect(x - 7, 104, 20, 592, frame)).join('')}${[100, 380, 684].map((y) => rect(52, y, 1104, 18, frame)).join('')}${rect(40, 696, 1126, 26, by(hour, '#e2d6bd', '#b3806f', '#252e4c'))}`;
  const curtain = (x, flip) =>
    `<g transform="translate(${x} 90) scale(${flip} 1)"><path d="M0 0H120Q112 260 70 420Q78 560 92 640H0Z" fill="${by(hour, '#fffdf6', '#f0b9a0', '#4a567e')}" opacity=".9"/>${[24, 52, 82].map((u) => `<path d="M${u} 4Q${u - 6} 300 ${u * 0.7} 630" stroke="#000" stroke-width="5" opacity=".08" fill="none"/>`).join('')}</g>`;
  let chalk = '';
  for (let i = 0; i < 26; i++)
    chalk += `<ellipse cx="${1330 + rnd() * 480}" cy="${270 + rnd() * 240}" rx="${40 + rnd() * 90}" ry="${8 + rnd() * 24}" fill="#fff" opacity="${0.02 + rnd() * 0.05}"/>`;
  for (let i = 0; i < 5; i++)
    chalk += `<path d="M${1340 + i * 70} ${250 + rnd() * 40}q20 -14 44 0t40 4" stroke="#f4f4ea" stroke-width="4" opacity=".5" fill="none" stroke-linecap="round"/>`;
  const board = `${rect(1262, 190, 620, 380, by(hour, '#a87b4c', '#7d4e3c', '#272e48'), 'rx="6"')}${rect(1282, 208, 580, 344, 'url(#board)')}${chalk}${rect(1262, 566, 620, 16, by(hour, '#8c6238', '#5f3a30', '#1b2138'))}<circle cx="1560" cy="110" r="46" fill="${by(hour, '#fffdf4', '#f4cdb4', '#56628c')}" stroke="${by(hour, '#6b5a48', '#573a3c', '#161d36')}" stroke-width="8"/><path d="M1560 110V82M1560 110L1580 122" stroke="#3a3028" stroke-width="6" stroke-linecap="round"/>`;
  const steel = by(hour, '#8d9aa0', '#6a4c52', '#1a2138');
  const edge = by(hour, '#a57440', '#7a4638', '#1c2440');
  const gleam = by(hour, '#fff3d8', '#ffd0a0', '#8fa0d0');
  const leg = (x, y, h) => rect(x, y, 11, h, steel) + rect(x, y, 4, h, gleam, 'opacity=".4"');
  // A chair before its desk: back, seat and legs, and the shadow of both.
  const desk = (x, y, s) =>
    `<g transform="translate(${x} ${y}) scale(${s})"><ellipse cx="10" cy="206" rx="190" ry="17" fill="#000" opacity=".24"/>${leg(-126, 24, 184)}${leg(114, 24, 184)}${rect(-122, 60, 244, 44, '#000', 'opacity=".28"')}${path('M-150 0L-118 -50H118L150 0Z', 'url(#top)')}${path('M-150 0L-118 -50H-40L-100 0Z', gleam, 'opacity=".28"')}<path d="M-96 -12H60M-60 -32H96" stroke="${edge}" stroke-width="3" opacity=".35"/>${rect(-150, 0, 300, 22, edge, 'rx="3"')}${rect(-150, 0, 300, 4, gleam, 'opacity=".5"')}${rect(-138, 22, 276, 40, steel, 'opacity=".75"')}${rect(150, 8, 12, 34, steel, 'rx="4"')}${leg(-92, 60, 150)}${leg(80, 60, 150)}${path('M-100 66H100L112 92H-112Z', by(hour, '#cfa06a', '#a8664e', '#2a3454'))}${rect(-112, 92, 224, 10, edge, 'rx="4"')}${leg(-92, -66, 140)}${leg(80, -66, 140)}${rect(-106, -84, 212, 58, by(hour, '#d9ac76', '#b06e54', '#303a5c'), 'rx="10"')}${rect(-106, -84, 212, 8, gleam, 'opacity=".5" rx="4"')}${rect(-106, -36, 212, 10, edge, 'rx="5" opacity=".7"')}</g>`;
  const bag = (x, y, s, colour) =>
    `<g transform="translate(${x} ${y}) scale(${s})"><path d="M-24 0Q0 -44 24 0" stroke="${by(hour, '#3a2c24', '#3a2028', '#0c1224')}" stroke-width="6" fill="none"/><path d="M-44 0H44L52 92H-52Z" fill="${colour}"/><path d="M-44 0H44L47 34Q0 46 -47 34Z" fill="#000" opacity=".2"/><path d="M-44 0H-20L-26 92H-52Z" fill="#fff" opacity=".14"/></g>`;
  const notes = `${rect(1240, 640, 330, 96, by(hour, '#b98a58', '#8a5644', '#28304c'), 'rx="4"')}${rect(1248, 648, 314, 80, by(hour, '#d9b98c', '#b98068', '#39446a'))}${[
    [1262, '#fff8e8'],
    [1330, '#dcebf0'],
    [1394, '#f6dcc8'],
    [1462, '#fff8e8'],
    [1514, '#e2ecd2'],
  ]
    .map(
      ([x, c], i) =>
        `<g transform="rotate(${(i % 3) - 1} ${x} 680)">${rect(x, 658, 46, 58, hour === 'night' ? '#5c688e' : c)}${[0, 1, 2, 3].map((k) => rect(x + 6, 668 + k * 11, 26 + ((k * 7 + i * 5) % 10), 4, '#4a4440', 'opacity=".4"')).join('')}<circle cx="${x + 23}" cy="660" r="4" fill="#c4503f"/></g>`,
    )
    .join('')}`;
  const locker = `<g transform="translate(1650 596)"><ellipse cx="120" cy="160" rx="160" ry="14" fill="#000" opacity=".3"/>${rect(0, 0, 270, 156, by(hour, '#c79a64', '#96604c', '#28314e'), 'rx="4"')}${rect(0, 0, 270, 10, gleam, 'opacity=".5"')}${[0, 1, 2].map((i) => rect(12 + i * 86, 20, 74, 58, '#000', 'opacity=".35"') + rect(12 + i * 86, 88, 74, 58, '#000', 'opacity=".35"')).join('')}${rect(22, 40, 40, 38, by(hour, '#8f3f3a', '#7a3438', '#3a2a48'), 'rx="6"')}${rect(112, 104, 46, 42, by(hour, '#3f5f86', '#4a4468', '#22305a'), 'rx="6"')}<g transform="translate(216 0)">${[
    [-40, 0.9],
    [30, 1],
    [-8, 1.3],
    [62, 0.7],
    [-66, 0.7],
  ]
    .map(
      ([turn, k]) =>
        `<path transform="rotate(${turn}) scale(${k})" d="M0 -26Q-18 -56 0 -96Q18 -56 0 -26Z" fill="${by(hour, '#6f9a5c', '#7a6a48', '#1f3a44')}"/>`,
    )
    .join('')}${path('M-28 -36H28L22 0H-22Z', by(hour, '#d98f6a', '#b0644e', '#3a4468'))}</g></g>`;
  let desks = '';
  for (const [y, s, step] of [
    [800, 0.62, 330],
    [890, 0.86, 430],
    [1020, 1.2, 600],
  ])
    for (let i = -2; i <= 2; i++) if (Math.abs(i) > (s > 1 ? 0 : -1)) desks += desk(960 + i * step, y, s);
  const bags =
    bag(470, 850, 0.66, by(hour, '#4a3a34', '#4a2c30', '#141a30')) +
    bag(1512, 950, 0.86, by(hour, '#7a3a34', '#6a3034', '#241c38'));
  const shafts = [120, 420, 800]
    .map((x) => path(`M${x} 120H${x + 190}L${x + 760} 1100H${x + 420}Z`, 'url(#shaft)'))
    .join('');
  return `${defs}${rect(0, 0, 1920, 760, 'url(#wall)')}${rect(0, 740, 1920, 460, 'url(#floor)')}${rect(0, 722, 1920, 20, by(hour, '#a5855a', '#704638', '#141a2e'))}<g filter="url(#b2)"><g filter="url(#wob)">${windows}${curtain(20, 1)}${curtain(1190, -1)}${board}${notes}${locker}${desks}${bags}</g></g><g filter="url(#b12)">${shafts}</g><rect width="1920" height="1200" filter="url(#grain)" opacity=".4"/>${rect(0, 0, 1920, 1200, 'url(#vig)')}`;
}
