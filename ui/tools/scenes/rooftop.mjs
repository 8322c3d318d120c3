/** A school roof above the city: a railing, a tank, a great deal of sky. */
import { blur, glow, grain, linear, path, pick, radial, random, rect, wobble } from './brush.mjs';
import { by, FAR, sky, skyDefs } from './sky.mjs';

export function rooftop(hour) {
  const rnd = random(808);
  const defs = `<defs>${skyDefs(hour)}${linear('floor', [
    [0, by(hour, '#b9c0bf', '#9a7a7c', '#2a3450')],
    [1, by(hour, '#8d9696', '#5c464f', '#141b2e')],
  ])}${linear(
    'metal',
    [
      [0, by(hour, '#e6ecec', '#c79a94', '#3d4a6b')],
      [1, by(hour, '#9fadb0', '#76545f', '#1d2740')],
    ],
    'x1="0" y1="0" x2="1" y2="0"',
  )}${radial('warm', [
    [0, '#ffe2a0', 0.8],
    [1, '#ffb050', 0],
  ])}${radial(
    'vig',
    [
      [0.55, '#000', 0],
      [1, by(hour, '#1c2a34', '#240f1e', '#01030a'), 0.5],
    ],
    'cx=".5" cy=".45" r=".82"',
  )}${blur('b2', 2)}${blur('b4', 4)}${grain('grain', 41)}${wobble('wob', 12, 4)}</defs>`;
  const blocks = (base, low, high, colours, lights) => {
    let out = '';
    for (let x = -20; x < 1940;) {
      const w = 50 + rnd() * 110;
      const h = low + rnd() * (high - low);
      out += rect(x, base - h, w, h + 20, pick(rnd, colours));
      for (let wy = base - h + 14; wy < base - 10; wy += 22)
        for (let wx = x + 8; wx < x + w - 12; wx += 18)
          if (rnd() < lights)
            out += rect(
              wx,
              wy,
              8,
              11,
              hour === 'day' ? '#e9f4f8' : pick(rnd, ['#ffd98a', '#ffe9b8', '#ffb866']),
              `opacity="${by(hour, 0.35, 0.75, 0.85)}"`,
            );
      x += w + rnd() * 8;
    }
    return out;
  };
  const far = path('M0 640Q400 560 820 620T1500 590T1920 650V760H0Z', FAR[hour], 'opacity=".8"');
  const city =
    blocks(
      800,
      80,
      230,
      by(hour, ['#a9c2d2', '#b7ccd8', '#9cb6c8'], ['#8a6484', '#9a6c84', '#7a5c80'], ['#1b2747', '#21305a', '#18223f']),
      by(hour, 0.5, 0.2, 0.4),
    ) +
    blocks(
      860,
      60,
      170,
      by(hour, ['#8fabbd', '#c7d3d6', '#7f9db0'], ['#6a4a6c', '#7c5470', '#5c4466'], ['#131d38', '#182446', '#0f1830']),
      by(hour, 0.45, 0.3, 0.5),
    );
  let floor = rect(0, 880, 1920, 320, 'url(#floor)');
  for (let i = -12; i <= 12; i++)
    floor += `<path d="M${960 + i * 120} 880L${960 + i * 300} 1200" stroke="#000" stroke-width="3" opacity=".14"/>`;
  for (const y of [912, 956, 1020, 1110]) floor += rect(0, y, 1920, 3, '#000', 'opacity=".14"');
  for (let i = 0; i < 60; i++)
    floor += `<ellipse cx="${rnd() * 1920}" cy="${890 + rnd() * 300}" rx="${20 + rnd() * 90}" ry="${4 + rnd() * 10}" fill="#000" opacity=".05"/>`;
  let fence = '';
  for (let x = 20; x < 1920; x += 150) fence += rect(x, 560, 14, 330, 'url(#metal)');
  for (const y of [560, 720, 872]) fence += rect(0, y, 1920, 11, 'url(#metal)');
  for (let x = 0; x < 1920; x += 25)
    fence += rect(x, 570, 3, 306, by(hour, '#c9d6d8', '#9a7078', '#2b3654'), 'opacity=".8"');
  const tank = `<g transform="translate(1510 300)">${rect(40, 300, 20, 290, 'url(#metal)')}${rect(280, 300, 20, 290, 'url(#metal)')}<path d="M60 420L280 560M280 420L60 560" stroke="${by(hour, '#9fadb0', '#76545f', '#232d48')}" stroke-width="10"/>${rect(0, 60, 340, 250, 'url(#metal)', 'rx="26"')}<ellipse cx="170" cy="62" rx="170" ry="34" fill="${by(hour, '#f2f6f6', '#dcb0a6', '#46547a')}"/>${[120, 190, 260].map((y) => rect(0, y, 340, 6, '#000', 'opacity=".16"')).join('')}</g>`;
  const door = `<g transform="translate(40 330)">${rect(0, 0, 330, 560, by(hour, '#d9d6cc', '#a5807c', '#232d49'))}${rect(0, 0, 330, 26, '#fff', 'opacity=".25"')}${rect(84, 150, 170, 410, by(hour, '#7d9aa6', '#6a4c62', '#141c33'), 'rx="4"')}${rect(110, 186, 118, 120, hour === 'day' ? '#cfe6ef' : '#ffd890', 'rx="4"')}${rect(228, 380, 12, 40, '#d8d2c0', 'rx="5"')}</g>`;
  return `${defs}${sky(rnd, hour, 0, 0, 1920, 800, [0.3, by(hour, 0.18, 0.84, 0.2)])}<g filter="url(#b4)">${far}${city}</g><g filter="url(#wob)">${floor}${fence}<g filter="url(#b2)">${tank}${door}</g></g>${hour === 'day' ? '' : glow(210, 570, 300, 'warm')}<rect width="1920" height="1200" filter="url(#grain)" opacity=".4"/>${rect(0, 0, 1920, 1200, 'url(#vig)')}`;
}
