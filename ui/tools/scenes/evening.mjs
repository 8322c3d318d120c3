/** A sitting room at evening, for guests whose home we do not know: a window over a town, a lamp, an armchair, a shelf with a record player. */
import { blur, glow, grain, linear, path, pick, radial, random, rect, wobble } from './brush.mjs';
import { by, sky as skyAt, skyDefs } from './sky.mjs';

const WOOD = { light: '#a8714c', base: '#8a583e', dark: '#5c3729', deep: '#3a211c' };
const across = 'x1="0" y1="0" x2="1" y2="0"';

export function evening(hour) {
  const rnd = random(9);
  const defs = `<defs>${skyDefs(hour, 'open')}${linear('wall', [
    [0, '#4a3f5c'],
    [0.5, '#73525f'],
    [1, '#6a4450'],
  ])}${linear('panel', [
    [0, '#6d4a4a'],
    [1, '#46302f'],
  ])}${linear('sky', [
    [0, '#35406e'],
    [0.45, '#a8718f'],
    [0.8, '#f39a7d'],
    [1, '#ffcf96'],
  ])}${linear('floor', [
    [0, '#7d4f3a'],
    [0.5, '#5e3a2c'],
    [1, '#2a1813'],
  ])}${linear('frame', [
    [0, '#a87b5e'],
    [1, '#7a5140'],
  ])}${linear(
    'curtain',
    [
      [0, '#e9cdbf', 0.96],
      [0.3, '#c79e9c', 0.94],
      [0.55, '#dcb9ae', 0.92],
      [1, '#8d6474', 0.95],
    ],
    across,
  )}${linear(
    'shade',
    [
      [0, '#ffdf9e'],
      [0.5, '#fff3cf'],
      [1, '#f0b76a'],
    ],
    across,
  )}${linear('chair', [
    [0, '#8f5a55'],
    [0.5, '#74434a'],
    [1, '#472a35'],
  ])}${linear('shelf', [
    [0, WOOD.base],
    [1, WOOD.dark],
  ])}${radial('soft', [
    [0, '#ffdca4', 0.75],
    [0.35, '#ffbe78', 0.32],
    [1, '#ff9a50', 0],
  ])}${radial('pool', [
    [0, '#ffcf94', 0.5],
    [1, '#ff9a50', 0],
  ])}${radial(
    'vig',
    [
      [0.45, '#000', 0],
      [1, '#0c0612', 0.72],
    ],
    'cx=".5" cy=".45" r=".78"',
  )}${blur('b2', 2.2)}${blur('b9', 11)}${grain('grain', 21)}${wobble('wob', 2, 4)}<clipPath id="w"><rect x="560" y="90" width="800" height="610"/></clipPath></defs>`;

  // What is seen of the world: sky, hills, the town with its windows.
  let sky =
    hour === 'dusk'
      ? rect(560, 90, 800, 640, 'url(#sky)')
      : skyAt(random(8), hour, 560, 90, 800, 640, [0.75, 0.2], 'open');
  for (let i = 0; i < (hour === 'dusk' ? 22 : 0); i++)
    sky += `<ellipse cx="${560 + rnd() * 800}" cy="${150 + rnd() * 330}" rx="${60 + rnd() * 180}" ry="${6 + rnd() * 16}" fill="${pick(rnd, ['#ffd6c0', '#ffb59a', '#c78aa8'])}" opacity="${0.16 + rnd() * 0.24}" filter="url(#b9)"/>`;
  sky +=
    path('M560 560Q700 480 820 540T1080 520T1360 550V730H560Z', by(hour, '#9dbcae', '#5b4a72', '#1c2642')) +
    path('M560 610Q720 560 900 600T1360 590V730H560Z', by(hour, '#7ea57a', '#41385c', '#141d36'));
  const lit = by(hour, '#f6f2e4', '#ffd48c', '#ffd98f');
  for (let x = 556; x < 1370;) {
    const w = 34 + rnd() * 46;
    const h = 44 + rnd() * 74;
    const y = 700 - h;
    sky +=
      rect(
        x,
        y,
        w,
        h + 20,
        by(hour, pick(rnd, ['#d9c7b4', '#c8b1a0', '#b7a49c']), pick(rnd, ['#3a3150', '#433656', '#332a48']), '#0f1730'),
      ) +
      path(
        `M${x - 5} ${y}L${x + w / 2} ${y - 14 - rnd() * 16}L${x + w + 5} ${y}Z`,
        by(hour, '#a4574a', '#4d3350', '#0b1226'),
      );
    for (let v = y + 12; v < 690; v += 19)
      for (let u = x + 7; u < x + w - 10; u += 15)
        if (rnd() < 0.5)
          sky += rect(u, v, 7, 9, lit, `opacity="${by(hour, 0.5, 0.5 + rnd() * 0.5, 0.4 + rnd() * 0.6)}"`);
    x += w + rnd() * 10;
  }

  let wall = rect(0, 0, 1920, 1200, 'url(#wall)');
  for (let x = 0; x < 1920; x += 48)
    wall += rect(x, 0, 22, 720, '#000', 'opacity=".05"') + rect(x + 34, 0, 2, 720, '#ffd9c0', 'opacity=".06"');
  wall += rect(0, 0, 1920, 46, WOOD.deep, 'opacity=".7"') + rect(0, 46, 1920, 8, '#c0906c', 'opacity=".35"');
  // Wainscot: a rail, panels, a skirting board.
  wall +=
    rect(0, 716, 1920, 230, 'url(#panel)') +
    rect(0, 704, 1920, 18, '#8f6250') +
    rect(0, 704, 1920, 4, '#dba884', 'opacity=".6"') +
    rect(0, 722, 1920, 8, '#000', 'opacity=".3"');
  for (let x = 24; x < 1920; x += 190)
    wall +=
      rect(x, 752, 160, 134, '#000', 'opacity=".22" rx="3"') +
      rect(x + 4, 757, 156, 129, '#7c5450', 'rx="3"') +
      rect(x + 4, 757, 156, 4, '#000', 'opacity=".22"') +
      rect(x + 4, 880, 156, 4, '#ffd2b0', 'opacity=".2"');
  wall += rect(0, 912, 1920, 30, '#51332c') + rect(0, 912, 1920, 4, '#c08f70', 'opacity=".45"');

  // Boards that run towards the wall.
  let floor = rect(0, 940, 1920, 260, 'url(#floor)') + rect(0, 940, 1920, 16, '#000', 'opacity=".35"');
  for (let i = -16; i <= 16; i++)
    floor += `<path d="M${960 + i * 74} 940L${960 + i * 168} 1200" stroke="#1c0f0b" stroke-width="3" opacity=".4"/>`;
  for (let i = 0; i < 40; i++) {
    const y = 950 + rnd() ** 1.5 * 240;
    const x = rnd() * 1920;
    floor += `<path d="M${x} ${y}l${40 + rnd() * 60} 0" stroke="${rnd() < 0.5 ? '#1c0f0b' : '#d09468'}" stroke-width="2" opacity=".2"/>`;
  }
  floor +=
    `<ellipse cx="960" cy="1110" rx="690" ry="104" fill="#3a1c26"/><ellipse cx="960" cy="1106" rx="676" ry="98" fill="#7d3b42"/>` +
    `<ellipse cx="960" cy="1106" rx="616" ry="84" fill="none" stroke="#d9a878" stroke-width="7" opacity=".55"/><ellipse cx="960" cy="1106" rx="560" ry="73" fill="none" stroke="#d9a878" stroke-width="3" opacity=".5" stroke-dasharray="16 12"/>`;

  const window =
    rect(524, 54, 872, 38, 'url(#frame)') +
    rect(524, 54, 872, 6, '#e6b990', 'opacity=".6"') +
    rect(536, 90, 26, 616, '#8a5f4a') +
    rect(1358, 90, 26, 616, '#6f4a3c') +
    rect(948, 90, 22, 610, '#7d5443') +
    rect(948, 90, 6, 610, '#d9a680', 'opacity=".5"') +
    rect(562, 380, 796, 16, '#7d5443') +
    rect(562, 380, 796, 4, '#d9a680', 'opacity=".5"') +
    rect(506, 698, 908, 30, 'url(#frame)') +
    rect(506, 698, 908, 6, '#efc49a', 'opacity=".7"') +
    rect(520, 728, 880, 14, '#000', 'opacity=".3"') +
    path('M562 96L800 96L600 380L562 380Z', '#fff', 'opacity=".05"') +
    path('M980 96L1090 96L980 300Z', '#fff', 'opacity=".05"');
  const drape = (x, flip) => {
    let folds = '';
    for (const u of [22, 46, 74, 100, 128, 156])
      folds += `<path d="M${u} 40Q${u - 6} 330 ${u * 0.62} 520Q${u * 0.8} 700 ${u * 1.02} 930" stroke="#6d4658" stroke-width="9" opacity=".3" fill="none"/><path d="M${u + 9} 40Q${u + 4} 330 ${(u + 9) * 0.64} 520Q${(u + 9) * 0.8} 700 ${(u + 9) * 1.02} 930" stroke="#ffe9d4" stroke-width="5" opacity=".26" fill="none"/>`;
    return `<g transform="translate(${x} 0) scale(${flip} 1)"><path d="M0 40H186Q168 330 116 520Q150 720 190 932Q90 944 0 934Z" fill="url(#curtain)"/>${folds}<path d="M-4 500Q60 532 122 508L124 534Q60 562 -4 530Z" fill="#b8824c"/><path d="M-4 500Q60 532 122 508" stroke="#f0c98a" stroke-width="4" fill="none" opacity=".7"/></g>`;
  };
  const rod =
    rect(360, 30, 1200, 12, '#4a2d24', 'rx="6"') +
    rect(360, 31, 1200, 4, '#d0996c', 'opacity=".5" rx="2"') +
    [360, 1560]
      .map(
        (x) =>
          `<circle cx="${x}" cy="36" r="15" fill="#7a4f38"/><circle cx="${x - 4}" cy="31" r="5" fill="#e0b084" opacity=".7"/>`,
      )
      .join('');

  const picture = (x, y, w, h, art) =>
    rect(x + 6, y + 10, w, h, '#000', 'opacity=".35"') +
    rect(x, y, w, h, WOOD.dark, 'rx="3"') +
    rect(x + 3, y + 3, w - 6, 5, WOOD.light, 'opacity=".7"') +
    rect(x + 12, y + 12, w - 24, h - 24, '#f0e2cc') +
    `<g transform="translate(${x + 24} ${y + 24})">${art(w - 48, h - 48)}</g>`;
  const sea = (w, h) =>
    rect(0, 0, w, h, '#9fb8c8') +
    rect(0, h * 0.56, w, h * 0.44, '#567f96') +
    `<circle cx="${w * 0.7}" cy="${h * 0.4}" r="${h * 0.13}" fill="#ffe6b4"/>` +
    path(`M0 ${h * 0.6}Q${w * 0.3} ${h * 0.46} ${w * 0.55} ${h * 0.58}L0 ${h * 0.62}Z`, '#3e5f70') +
    path(`M${w * 0.3} ${h * 0.74}l${w * 0.1} -${h * 0.26}l${w * 0.08} ${h * 0.26}Z`, '#fff7ea');
  const flower = (w, h) =>
    rect(0, 0, w, h, '#e7d3b8') +
    [
      [0.5, 0.3, '#b4503f'],
      [0.34, 0.42, '#d08a5a'],
      [0.66, 0.44, '#8f4a55'],
    ]
      .map(
        ([u, v, c]) =>
          `<path d="M${w * u} ${h * v}Q${w * 0.5} ${h * 0.7} ${w * 0.5} ${h * 0.96}" stroke="#5c7a55" stroke-width="4" fill="none"/><circle cx="${w * u}" cy="${h * v}" r="${w * 0.13}" fill="${c}"/><circle cx="${w * u - 3}" cy="${h * v - 3}" r="${w * 0.05}" fill="#ffe0b8" opacity=".7"/>`,
      )
      .join('');
  const cat = (w, h) =>
    rect(0, 0, w, h, '#c9b8c4') +
    path(
      `M${w * 0.25} ${h}Q${w * 0.2} ${h * 0.5} ${w * 0.36} ${h * 0.4}L${w * 0.34} ${h * 0.22}L${w * 0.45} ${h * 0.32}H${w * 0.55}L${w * 0.66} ${h * 0.22}L${w * 0.64} ${h * 0.4}Q${w * 0.8} ${h * 0.5} ${w * 0.75} ${h}Z`,
      '#4a3a4c',
    );

  // An armchair with a cushion, and a lamp beside it.
  const chair = `<g transform="translate(-30 600)"><ellipse cx="230" cy="420" rx="280" ry="34" fill="#000" opacity=".4"/>${path('M30 420V140Q30 30 150 20H300Q404 26 410 140V420Z', 'url(#chair)')}${path('M62 300V150Q66 62 160 54H290Q372 60 376 150V300Z', '#8d565a')}${path('M62 170Q66 62 160 54H200Q110 80 108 300H62Z', '#b67f78', 'opacity=".5"')}${[150, 220, 290].map((x) => [120, 190].map((y) => `<circle cx="${x + (y === 190 ? 34 : 0)}" cy="${y}" r="6" fill="#4a2a35"/>`).join('')).join('')}${path('M70 290H372Q392 292 390 330V372H56V330Q52 292 70 290Z', '#96605f')}${path('M70 290H372Q392 292 390 312H56Q54 292 70 290Z', '#c08a80', 'opacity=".7"')}${path('M2 236Q-2 200 40 198Q84 200 82 250V430H8Z', '#7f4b50')}${path('M10 222Q20 202 44 202Q70 204 74 226Q40 214 10 222Z', '#c79086', 'opacity=".7"')}${path('M366 236Q366 200 408 198Q450 200 446 250V430H372Z', '#5d3540')}${path('M374 222Q384 202 408 202Q434 204 438 226Q404 214 374 222Z', '#a36c6c', 'opacity=".7"')}${rect(30, 424, 26, 34, WOOD.deep)}${rect(392, 424, 26, 34, WOOD.deep)}<g transform="rotate(-14 150 240)">${path('M90 190Q150 176 214 190Q226 250 212 308Q150 318 92 306Q80 250 90 190Z', '#d7a25c')}${path('M90 190Q150 176 214 190Q150 200 110 300L92 306Q80 250 90 190Z', '#f3cf8a', 'opacity=".55"')}<path d="M104 214H200M102 248H204M104 282H202" stroke="#9c6a38" stroke-width="5" opacity=".5"/></g></g>`;
  const lamp = `<g transform="translate(470 360)"><ellipse cx="0" cy="590" rx="76" ry="14" fill="#2a1713"/><path d="M-58 586Q0 560 58 586Z" fill="#5a3a2c"/>${rect(-7, 160, 14, 420, '#6a4632')}${rect(-7, 160, 4, 420, '#d09a6c', 'opacity=".6"')}<path d="M-62 0H62L104 168Q0 190 -104 168Z" fill="url(#shade)"/><path d="M-62 0H62L66 14H-66Z" fill="#c98f52"/><path d="M-104 168Q0 190 104 168L106 180Q0 204 -106 180Z" fill="#c98f52"/>${[-60, -20, 20, 60].map((u) => `<path d="M${u * 0.7} 14L${u * 1.2} 178" stroke="#d99a54" stroke-width="3" opacity=".35"/>`).join('')}</g>`;
  const table = `<g transform="translate(560 800)"><ellipse cx="70" cy="172" rx="110" ry="16" fill="#000" opacity=".35"/>${rect(62, 20, 16, 150, WOOD.deep)}<path d="M20 172Q70 140 120 172Z" fill="${WOOD.deep}"/><ellipse cx="70" cy="22" rx="106" ry="20" fill="${WOOD.deep}"/><ellipse cx="70" cy="15" rx="106" ry="20" fill="${WOOD.base}"/><ellipse cx="60" cy="12" rx="84" ry="13" fill="${WOOD.light}" opacity=".5"/>${rect(14, -12, 92, 14, '#36506a', 'rx="2"')}${rect(20, -26, 84, 14, '#9c4a3c', 'rx="2"')}${rect(20, -26, 84, 4, '#fff', 'opacity=".25"')}<path d="M116 -22h34v16q0 18 -17 18t-17 -18Z" fill="#f3e6d2"/><path d="M150 -16q16 0 12 14q-4 8 -14 6" stroke="#f3e6d2" stroke-width="5" fill="none"/></g>`;

  // A long shelf: books, a record player, a plant; leaves hang from above.
  const SPINES = ['#7a2f3a', '#a8672f', '#39533f', '#2c4650', '#c08a45', '#5a3a57', '#d8b98a', '#863b34', '#46577a'];
  let books = '';
  for (const [x0, x1, y] of [
    [1440, 1640, 886],
    [1668, 1880, 886],
  ])
    for (let x = x0; x < x1 - 14;) {
      const w = 13 + rnd() * 17;
      const h = 84 + rnd() * 40;
      const colour = pick(rnd, SPINES);
      books +=
        rect(x, y - h, w, h, colour, 'rx="2"') +
        rect(x, y - h, w * 0.3, h, '#fff', 'opacity=".14"') +
        rect(x + 2, y - h * 0.82, w - 4, 3, '#e7c98d', 'opacity=".7"');
      x += w + (rnd() < 0.15 ? 14 : 1.5);
    }
  const shelf =
    `<ellipse cx="1660" cy="952" rx="300" ry="22" fill="#000" opacity=".4"/>` +
    rect(1410, 720, 520, 224, 'url(#shelf)', 'rx="5"') +
    rect(1430, 744, 220, 150, '#2a1814') +
    rect(1660, 744, 230, 150, '#2a1814') +
    books +
    rect(1400, 706, 540, 22, WOOD.light, 'rx="4"') +
    rect(1400, 706, 540, 6, '#f0c090', 'opacity=".6" rx="3"') +
    rect(1400, 728, 540, 9, '#000', 'opacity=".3"') +
    rect(1424, 944, 22, 26, WOOD.deep);
  const player = `<g transform="translate(1610 620)">${rect(0, 44, 220, 44, '#6a3f2c', 'rx="6"')}${rect(0, 44, 220, 10, '#c48a5c', 'opacity=".6" rx="5"')}<ellipse cx="96" cy="44" rx="84" ry="15" fill="#1a1214"/><ellipse cx="96" cy="42" rx="62" ry="10" fill="none" stroke="#4a3a40" stroke-width="2"/><ellipse cx="96" cy="42" rx="22" ry="4.6" fill="#c4553f"/><path d="M190 36L182 18L120 34" stroke="#d9c8b4" stroke-width="5" fill="none"/><circle cx="190" cy="70" r="6" fill="#e8c890"/><circle cx="24" cy="70" r="5" fill="#ffb35a"/></g>`;
  const leaf = (x, y, turn, size, colour) =>
    `<path transform="translate(${x} ${y}) rotate(${turn}) scale(${size})" d="M0 0Q-22 -34 0 -84Q22 -34 0 0Z" fill="${colour}"/><path transform="translate(${x} ${y}) rotate(${turn}) scale(${size})" d="M0 -6L0 -70" stroke="#d5e3a8" stroke-width="2" opacity=".4"/>`;
  let plant = `<g transform="translate(1480 708)">`;
  for (const [turn, size, colour] of [
    [-64, 1.2, '#3d6149'],
    [58, 1.2, '#33523f'],
    [-34, 1.55, '#4a7355'],
    [34, 1.5, '#3f6549'],
    [-8, 1.8, '#567f5c'],
    [14, 1.4, '#6a9468'],
    [-50, 0.9, '#6a9468'],
    [74, 0.9, '#4a7355'],
  ])
    plant += leaf(0, -56, turn, size, colour);
  plant += `${path('M-46 -66H46L36 0H-36Z', '#c98a5e')}${path('M-46 -66H-10L-14 0H-36Z', '#edb98c', 'opacity=".6"')}${rect(-50, -74, 100, 16, '#d99c70', 'rx="4"')}</g>`;
  let vine = '';
  for (const [x, length] of [
    [1690, 150],
    [1722, 220],
    [1756, 120],
    [1790, 190],
  ]) {
    vine += `<path d="M1740 150Q${x} 190 ${x} ${170 + length}" stroke="#3a5743" stroke-width="4" fill="none"/>`;
    for (let y = 140; y < 170 + length; y += 20)
      vine += leaf(
        x + (rnd() - 0.5) * 12,
        y + 12,
        140 + rnd() * 80,
        0.36 + rnd() * 0.14,
        pick(rnd, ['#4a7355', '#5e8a60', '#3d6149']),
      );
  }
  const hanging = `<path d="M1740 54V120" stroke="#2a1a18" stroke-width="4"/>${vine}${path('M1694 118H1786L1770 172H1710Z', '#b98464')}${path('M1694 118H1722L1728 172H1710Z', '#e6b48c', 'opacity=".5"')}${rect(1688, 110, 104, 14, '#cc9674', 'rx="4"')}`;
  const pictures =
    picture(96, 250, 150, 190, flower) + picture(270, 300, 116, 136, cat) + picture(1500, 250, 150, 200, sea);
  // What comes in through the window lies on the floor.
  const fallen = [
    ['M600 950L930 950L860 1200L420 1200Z', 0],
    ['M990 950L1320 950L1500 1200L1060 1200Z', 1],
  ]
    .map(([d]) =>
      path(d, by(hour, '#fff3d6', '#ffb98a', '#8fa4dc'), `opacity="${by(hour, 0.17, 0.2, 0.1)}" filter="url(#b9)"`),
    )
    .join('');
  return `${defs}${wall}<g filter="url(#b2)"><g clip-path="url(#w)">${sky}</g><g filter="url(#wob)">${floor}${window}${rod}${drape(380, 1)}${drape(1540, -1)}${pictures}${hanging}${shelf}${player}${plant}${chair}${table}${lamp}</g></g>${fallen}${hour === 'day' ? '' : `${glow(470, 460, 430, 'soft')}<ellipse cx="470" cy="980" rx="420" ry="110" fill="url(#pool)"/>`}${glow(960, 560, 560, 'pool')}<rect width="1920" height="1200" filter="url(#grain)" opacity=".42"/>${rect(0, 0, 1920, 1200, 'url(#vig)')}`;
}
