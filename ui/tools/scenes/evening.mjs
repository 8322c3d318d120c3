/** A quiet room at evening, for guests whose home we do not know. */
import { blur, glow, grain, linear, path, radial, random, rect, wobble } from './brush.mjs';
import { by, sky as skyAt, skyDefs } from './sky.mjs';

export function evening(hour) {
  const rnd = random(9);
  const defs = `<defs>${skyDefs(hour, 'open')}${linear('wall', [
    [0, '#3b3550'],
    [0.6, '#6b4a58'],
    [1, '#3a2733'],
  ])}${linear('sky', [
    [0, '#35406e'],
    [0.5, '#a8718f'],
    [1, '#ffbf90'],
  ])}${radial('soft', [
    [0, '#ffd9a0', 0.55],
    [1, '#ffb060', 0],
  ])}${radial(
    'vig',
    [
      [0.45, '#000', 0],
      [1, '#0c0612', 0.7],
    ],
    'cx=".5" cy=".45" r=".76"',
  )}${linear(
    'curtain',
    [
      [0, '#f0d9cf', 0.85],
      [0.5, '#caa7ad', 0.8],
      [1, '#8d6f83', 0.85],
    ],
    'x1="0" y1="0" x2="1" y2="0"',
  )}${linear('floor', [
    [0, '#6a4434'],
    [1, '#241512'],
  ])}${blur('b3', 3)}${blur('b9', 11)}${grain('grain', 21)}${wobble('wob', 2, 5)}<clipPath id="w"><rect x="560" y="90" width="800" height="640"/></clipPath></defs>`;
  let sky =
    hour === 'dusk'
      ? rect(560, 90, 800, 640, 'url(#sky)')
      : skyAt(random(8), hour, 560, 90, 800, 640, [0.75, 0.2], 'open');
  for (let i = 0; i < (hour === 'dusk' ? 16 : 0); i++)
    sky += `<ellipse cx="${560 + rnd() * 800}" cy="${150 + rnd() * 360}" rx="${80 + rnd() * 180}" ry="${8 + rnd() * 18}" fill="#ffd6c0" opacity="${0.12 + rnd() * 0.2}" filter="url(#b9)"/>`;
  sky +=
    path('M560 600Q700 520 820 580T1080 560T1360 590V730H560Z', by(hour, '#8fb08a', '#4b4468', '#1c2642')) +
    path('M560 660Q760 600 940 650T1360 630V730H560Z', by(hour, '#6d9468', '#332f4e', '#121a30'));
  for (let i = 0; i < (hour === 'day' ? 0 : 40); i++)
    sky += `<circle cx="${560 + rnd() * 800}" cy="${600 + rnd() * 120}" r="${2 + rnd() * 3}" fill="#ffe0a8" opacity="${0.4 + rnd() * 0.5}"/>`;
  const frame =
    rect(536, 66, 848, 24, '#8d6450') +
    rect(536, 730, 848, 34, '#8d6450') +
    rect(536, 66, 24, 698, '#7a5546') +
    rect(1360, 66, 24, 698, '#7a5546') +
    rect(950, 90, 20, 640, '#7a5546') +
    rect(560, 400, 800, 14, '#7a5546');
  const drape = (x, flip) =>
    `<g transform="translate(${x} 0) scale(${flip} 1)"><path d="M0 30H170Q150 420 110 560Q120 800 150 900H0Z" fill="url(#curtain)"/>${[30, 66, 100, 134].map((u) => `<path d="M${u} 34Q${u - 8} 420 ${u * 0.7} 880" stroke="#6d5068" stroke-width="6" opacity=".3" fill="none"/>`).join('')}</g>`;
  return `${defs}${rect(0, 0, 1920, 1200, 'url(#wall)')}<g filter="url(#b3)"><g clip-path="url(#w)">${sky}</g><g filter="url(#wob)">${frame}${drape(420, 1)}${drape(1500, -1)}${path('M0 930H1920V1200H0Z', 'url(#floor)')}${path('M120 560h180v370h-180z', '#54382f')}${path('M150 460q60 -90 120 0l-20 100h-80z', '#ffe2ae')}</g></g>${glow(210, 500, 460, 'soft')}${glow(960, 600, 560, 'soft')}<rect width="1920" height="1200" filter="url(#grain)" opacity=".5"/>${rect(0, 0, 1920, 1200, 'url(#vig)')}`;
}
