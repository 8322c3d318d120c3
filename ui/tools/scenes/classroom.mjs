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
  const desk = (x, y, s) =>
    `<g transform="translate(${x} ${y}) scale(${s})">${rect(-120, 26, 12, 170, by(hour, '#8d9aa0', '#6a4c52', '#1a2138'))}${rect(108, 26, 12, 170, by(hour, '#8d9aa0', '#6a4c52', '#1a2138'))}${path('M-140 0L-110 -46H110L140 0Z', 'url(#top)')}${rect(-140, 0, 280, 26, by(hour, '#a57440', '#7a4638', '#1c2440'), 'rx="3"')}${rect(-96, -150, 14, 110, by(hour, '#8d9aa0', '#6a4c52', '#1a2138'))}${rect(82, -150, 14, 110, by(hour, '#8d9aa0', '#6a4c52', '#1a2138'))}${rect(-108, -170, 216, 54, by(hour, '#cfa06a', '#a8664e', '#2a3454'), 'rx="8"')}</g>`;
  let desks = '';
  for (const [y, s, step] of [
    [800, 0.62, 330],
    [890, 0.86, 430],
    [1020, 1.2, 600],
  ])
    for (let i = -2; i <= 2; i++) if (Math.abs(i) > (s > 1 ? 0 : -1)) desks += desk(960 + i * step, y, s);
  const shafts = [120, 420, 800]
    .map((x) => path(`M${x} 120H${x + 190}L${x + 760} 1100H${x + 420}Z`, 'url(#shaft)'))
    .join('');
  return `${defs}${rect(0, 0, 1920, 760, 'url(#wall)')}${rect(0, 740, 1920, 460, 'url(#floor)')}${rect(0, 722, 1920, 20, by(hour, '#a5855a', '#704638', '#141a2e'))}<g filter="url(#b2)"><g filter="url(#wob)">${windows}${curtain(20, 1)}${curtain(1190, -1)}${board}${desks}</g></g><g filter="url(#b12)">${shafts}</g><rect width="1920" height="1200" filter="url(#grain)" opacity=".4"/>${rect(0, 0, 1920, 1200, 'url(#vig)')}`;
}
