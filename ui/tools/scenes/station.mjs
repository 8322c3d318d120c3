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
    rect(0, 850, 1920, 90, by(hour, '#8d8478', '#6b504e', '#1f2940')) +
    rect(0, 908, 1920, 30, '#000', 'opacity=".35"') +
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
  const paper = by(hour, '#fbf8ee', '#f4d2b6', '#67739a');
  const inkTone = by(hour, '#3c3836', '#573a40', '#1a2240');
  // The station's name, as far as one can read it out of focus.
  // The station's name, 木の下 ("under the tree"), in strokes: no font comes with the generator.
  const glyphs = (x, y, size) =>
    [0, 1, 2]
      .map(
        (i) =>
          `<g transform="translate(${x + i * size * 1.3} ${y})" stroke="${inkTone}" stroke-width="${size * 0.13}" fill="none" stroke-linecap="round"><path d="${['M2 12H38M20 0V44M19 13Q14 26 2 34M21 13Q26 26 38 34', 'M21 9Q17 34 9 32Q2 28 6 18Q14 5 27 9Q38 14 36 26Q33 36 24 40', 'M2 5H38M20 5V44M21 16L33 25'][i]}"/></g>`,
      )
      .join('');
  const sign = `<g transform="translate(236 520)"><ellipse cx="150" cy="436" rx="190" ry="13" fill="#000" opacity=".25"/>${rect(6, 0, 16, 430, dark)}${rect(284, 0, 16, 430, dark)}${rect(6, 0, 5, 430, '#fff', 'opacity=".12"')}${rect(-26, 4, 364, 178, dark, 'rx="9"')}${rect(-18, 12, 348, 162, paper, 'rx="6"')}${rect(-18, 12, 348, 40, '#fff', 'opacity=".25" rx="6"')}${glyphs(88, 36, 42)}${rect(-18, 112, 348, 26, by(hour, '#3f7fa8', '#8a5470', '#2c3a66'))}<path d="M-2 125L24 112V138ZM314 125L288 112V138Z" fill="#fff" opacity=".9"/>${rect(30, 148, 70, 10, inkTone, 'opacity=".6" rx="4"')}${rect(216, 148, 70, 10, inkTone, 'opacity=".6" rx="4"')}<circle cx="156" cy="125" r="9" fill="${by(hour, '#e2533c', '#e0704c', '#7a4a5c')}"/></g>`;
  const board = `<g transform="translate(1490 410)">${rect(6, 8, 250, 310, '#000', 'opacity=".22" rx="6"')}${rect(0, 0, 250, 310, wood, 'rx="6"')}${rect(0, 0, 250, 8, '#fff', 'opacity=".2" rx="4"')}${rect(16, 18, 130, 274, paper)}${rect(156, 18, 78, 120, by(hour, '#e9d9b8', '#e0b392', '#4d5a80'))}${rect(156, 148, 78, 144, by(hour, '#bcd6de', '#c78f98', '#3f4f7c'))}${path('M156 250Q180 200 200 240T234 230V292H156Z', by(hour, '#6f9a68', '#7a4f66', '#1f2c4e'))}<circle cx="212" cy="180" r="13" fill="${by(hour, '#fff3c4', '#ffd69a', '#c8d2f4')}"/>${rect(26, 28, 110, 16, inkTone, 'opacity=".75"')}${Array.from({ length: 13 }, (_, i) => rect(26, 56 + i * 17, 16, 7, inkTone, 'opacity=".6"') + rect(50, 56 + i * 17, 40 + rnd() * 46, 7, inkTone, 'opacity=".35"')).join('')}${rect(166, 30, 58, 10, by(hour, '#b8473a', '#a84a40', '#5a3c58'))}${Array.from({ length: 5 }, (_, i) => rect(166, 50 + i * 15, 30 + rnd() * 28, 6, inkTone, 'opacity=".4"')).join('')}</g>`;
  const slat = (y, h) =>
    rect(0, y, 420, h, wood, 'rx="5"') +
    rect(0, y, 420, 4, '#fff', 'opacity=".22" rx="2"') +
    rect(0, y + h - 4, 420, 4, '#000', 'opacity=".25" rx="2"');
  const bench = `<g transform="translate(1400 792)"><ellipse cx="210" cy="186" rx="250" ry="16" fill="#000" opacity=".3"/>${rect(28, 0, 16, 180, dark)}${rect(376, 0, 16, 180, dark)}${slat(0, 22)}${slat(32, 22)}${slat(96, 18)}${slat(118, 14)}<path d="M20 96V60Q20 52 44 52M400 96V60Q400 52 376 52" stroke="${dark}" stroke-width="12" fill="none"/></g>`;
  const drinks = by(
    hour,
    ['#d9553f', '#e7a53c', '#4f8f6a', '#3f7fa8', '#f3ecdc'],
    ['#c4553f', '#d9944a', '#7a7a58', '#7a5a80', '#f0cfae'],
    ['#e2705a', '#f0b860', '#6ab08c', '#6aa0d0', '#f6f0e0'],
  );
  let cans = '';
  for (let row = 0; row < 3; row++)
    for (let i = 0; i < 6; i++)
      cans +=
        rect(20 + i * 22, 34 + row * 52, 15, 34, pick(rnd, drinks), 'rx="4"') +
        rect(20 + i * 22, 34 + row * 52, 5, 34, '#fff', 'opacity=".35" rx="2"');
  const machine = `<g transform="translate(600 620)"><ellipse cx="86" cy="330" rx="120" ry="13" fill="#000" opacity=".3"/>${rect(0, 0, 170, 328, by(hour, '#c9463a', '#a8453e', '#5a3048'), 'rx="8"')}${rect(0, 0, 22, 328, '#fff', 'opacity=".16" rx="8"')}${rect(148, 0, 22, 328, '#000', 'opacity=".2" rx="8"')}${rect(12, 20, 146, 176, by(hour, '#f4f7f5', '#ffe7c4', '#fff3d0'), 'rx="5"')}${cans}${[0, 1, 2].map((row) => rect(14, 70 + row * 52, 142, 5, '#8d8f92')).join('')}${rect(118, 208, 34, 54, dark, 'rx="4"')}${rect(18, 212, 86, 34, by(hour, '#e7ded0', '#d9b6a0', '#7a86ac'), 'rx="4"')}${rect(22, 278, 126, 34, '#1d1a1c', 'rx="5" opacity=".8"')}</g>`;
  let flowers = '';
  for (const x of [1180, 1276]) {
    flowers += `<g transform="translate(${x} 876)">`;
    for (let i = 0; i < 26; i++) {
      const [u, v] = [(rnd() - 0.5) * 84, -rnd() * 66];
      flowers += `<path d="M${u * 0.5} 0Q${u} ${v * 0.5} ${u} ${v}" stroke="${by(hour, '#5c8f4f', '#66603f', '#1d3340')}" stroke-width="3" fill="none"/>`;
      flowers += `<circle cx="${u}" cy="${v}" r="${6 + rnd() * 5}" fill="${pick(rnd, by(hour, ['#f2b83f', '#f6d36a', '#e8744f', '#fff0c8'], ['#e8985a', '#f0b070', '#c8604f', '#ffd9a8'], ['#5a6490', '#6f78a6', '#4a5080', '#8a90bc']))}"/><circle cx="${u}" cy="${v}" r="3" fill="${by(hour, '#7a4a24', '#6a3a2c', '#20284a')}"/>`;
    }
    flowers += `${path('M-46 0H46L38 62H-38Z', by(hour, '#b87a54', '#96584a', '#2c3450'))}${path('M-46 0H-20L-18 62H-38Z', '#fff', 'opacity=".2"')}${rect(-50, -6, 100, 14, by(hour, '#cf9068', '#a86a58', '#38426a'), 'rx="4"')}</g>`;
  }
  const lamp = (x) =>
    `<g transform="translate(${x} 136)">${rect(-3, 0, 6, 70, dark)}<path d="M-46 92Q-40 66 0 64Q40 66 46 92Z" fill="${dark}"/><circle cx="0" cy="94" r="17" fill="${hour === 'day' ? '#f4f4ea' : '#fff2c8'}"/></g>`;
  const lights =
    hour === 'day'
      ? ''
      : [420, 1500].map((x) => glow(x, 230, 460, 'warm')).join('') + glow(686, 720, by(hour, 0, 150, 260), 'warm');
  return `${defs}${sky(rnd, hour, 0, 0, 1920, 780, [0.56, by(hour, 0.3, 0.8, 0.34)])}<g filter="url(#b4)">${hills}${fields}${poles}</g><g filter="url(#b2)"><g filter="url(#wob)">${rails}${deck}${sign}${machine}${flowers}${board}${bench}${post(150)}${post(1760)}${roof}${lamp(420)}${lamp(1500)}</g></g>${lights}<rect width="1920" height="1200" filter="url(#grain)" opacity=".4"/>${rect(0, 0, 1920, 1200, 'url(#vig)')}`;
}
