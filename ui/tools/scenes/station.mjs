/** A platform in the country where few trains stop: a roof, a bench, a timetable, hills. */
import { blur, glow, grain, linear, path, pick, radial, random, rect, wobble } from './brush.mjs';
import { by, FAR, sky, skyDefs } from './sky.mjs';

export function station(hour) {
  const rnd = random(2727);
  const wood = by(hour, '#8d6848', '#6d4440', '#20273e');
  const dark = by(hour, '#5d432f', '#43292e', '#121829');
  const defs = `<defs>${skyDefs(hour)}${linear('deck', [
    [0, by(hour, '#cfcabb', '#a98278', '#38435f')],
    [1, by(hour, '#9c9788', '#664a4a', '#171e33')],
  ])}${linear('field', [
    [0, by(hour, '#a9c07a', '#96805c', '#22344a')],
    [1, by(hour, '#7d9c55', '#6a5744', '#142234')],
  ])}${radial('warm', [
    [0, '#fff0c0', 0.95],
    [0.2, '#ffcf80', 0.45],
    [1, '#ff9a40', 0],
  ])}${radial(
    'vig',
    [
      [0.5, '#000', 0],
      [1, by(hour, '#24301c', '#260e18', '#01030a'), 0.6],
    ],
    'cx=".5" cy=".46" r=".82"',
  )}${blur('b2', 2)}${blur('b4', 5)}${grain('grain', 61)}${wobble('wob', 18, 5)}</defs>`;
  const hills =
    path(
      'M0 620L180 520L380 600L620 470L860 590L1100 500L1380 600L1620 520L1920 610V760H0Z',
      FAR[hour],
      'opacity=".75"',
    ) + path('M0 680Q260 590 560 660T1120 640T1920 690V780H0Z', by(hour, '#6f9a68', '#6c5064', '#182640'));
  let fields = rect(0, 720, 1920, 160, 'url(#field)');
  for (let i = 0; i < 90; i++)
    fields += `<path d="M${rnd() * 1920} ${740 + rnd() * 120}q40 -6 ${60 + rnd() * 120} 0" stroke="${by(hour, '#cfdd9a', '#c79a68', '#33485e')}" stroke-width="3" opacity=".4" fill="none"/>`;
  let poles = '';
  for (const [x, s] of [
    [430, 1],
    [760, 0.7],
    [1220, 0.7],
    [1500, 1],
  ])
    poles += `<g transform="translate(${x} 740) scale(${s})">${rect(-5, -300, 10, 310, dark)}${rect(-50, -280, 100, 8, dark)}</g>`;
  poles += `<path d="M0 470Q220 500 430 462Q600 560 760 548Q990 590 1220 548Q1370 540 1500 462Q1720 500 1920 470" stroke="${dark}" stroke-width="3" fill="none" opacity=".7"/>`;
  const rails =
    rect(0, 850, 1920, 60, by(hour, '#8d8478', '#6b504e', '#1f2940')) +
    Array.from({ length: 49 }, (_, i) => rect(i * 40, 862, 24, 34, dark)).join('') +
    rect(0, 862, 1920, 7, by(hour, '#d8dcdc', '#d9a48f', '#5a6c92')) +
    rect(0, 888, 1920, 8, by(hour, '#e9eded', '#f0b99c', '#6a7ca4'));
  const deck =
    rect(0, 930, 1920, 270, 'url(#deck)') +
    rect(0, 930, 1920, 26, by(hour, '#f3d25a', '#d99a56', '#6b6a58')) +
    rect(0, 956, 1920, 5, '#000', 'opacity=".2"') +
    Array.from(
      { length: 13 },
      (_, i) =>
        `<path d="M${160 * i} 961L${160 * i - (6 - i) * 60} 1200" stroke="#000" stroke-width="3" opacity=".13"/>`,
    ).join('');
  const post = (x) =>
    rect(x, 120, 34, 830, wood) + rect(x, 120, 9, 830, '#fff', 'opacity=".14"') + rect(x - 12, 920, 58, 40, dark);
  let roof = path('M-20 0H1940V66L1880 130H40L-20 66Z', dark) + rect(0, 110, 1920, 26, wood);
  for (let x = 60; x < 1920; x += 120) roof += rect(x, 60, 16, 60, wood, 'opacity=".8"');
  const sign = `<g transform="translate(250 560)">${rect(0, 0, 14, 390, dark)}${rect(266, 0, 14, 390, dark)}${rect(-20, 10, 320, 150, by(hour, '#fbf8ee', '#f0cdb4', '#5c688c'), 'rx="6"')}${rect(-20, 118, 320, 16, by(hour, '#3f7fa8', '#7d4f6a', '#27345c'))}${rect(50, 46, 180, 34, by(hour, '#4a4440', '#5c3c40', '#1c243e'), 'rx="4" opacity=".8"')}</g>`;
  const board = `<g transform="translate(1470 430)">${rect(0, 0, 260, 320, wood, 'rx="6"')}${rect(18, 18, 224, 284, by(hour, '#f7f1df', '#eac3a6', '#525e84'))}${Array.from({ length: 9 }, (_, i) => rect(34, 44 + i * 28, 90 + rnd() * 90, 8, '#3a3430', 'opacity=".45"')).join('')}</g>`;
  const bench = `<g transform="translate(1400 800)">${[0, 34, 96].map((y) => rect(0, y, 400, 22, pick(rnd, [wood, by(hour, '#9a7350', '#7a4c46', '#262e4a')]), 'rx="5"')).join('')}${rect(30, 0, 16, 160, dark)}${rect(354, 0, 16, 160, dark)}</g>`;
  const lamp = (x) =>
    `<g transform="translate(${x} 136)">${rect(-3, 0, 6, 70, dark)}<path d="M-46 92Q-40 66 0 64Q40 66 46 92Z" fill="${dark}"/><circle cx="0" cy="94" r="17" fill="${hour === 'day' ? '#f4f4ea' : '#fff2c8'}"/></g>`;
  const lights = hour === 'day' ? '' : [420, 1500].map((x) => glow(x, 230, 460, 'warm')).join('');
  return `${defs}${sky(rnd, hour, 0, 0, 1920, 780, [0.56, by(hour, 0.3, 0.8, 0.34)])}<g filter="url(#b4)">${hills}${fields}${poles}</g><g filter="url(#b2)"><g filter="url(#wob)">${rails}${deck}${sign}${board}${bench}${post(150)}${post(1760)}${roof}${lamp(420)}${lamp(1500)}</g></g>${lights}<rect width="1920" height="1200" filter="url(#grain)" opacity=".4"/>${rect(0, 0, 1920, 1200, 'url(#vig)')}`;
}
