/** A park with cherry trees, a path, a bench and a lamp. */
import { blur, glow, grain, linear, path, pick, radial, random, rect, wobble } from './brush.mjs';
import { by, FAR, sky, skyDefs } from './sky.mjs';

export function park(hour) {
  const rnd = random(5151);
  const lit = hour !== 'day';
  const defs = `<defs>${skyDefs(hour)}${linear('grass', [
    [0, by(hour, '#8dbb6a', '#8a7f58', '#22384a')],
    [1, by(hour, '#4f8a4a', '#574a3c', '#101f2c')],
  ])}${linear('path', [
    [0, by(hour, '#efe0c4', '#d9a987', '#3b4a66')],
    [1, by(hour, '#cdb692', '#8d6253', '#1d2840')],
  ])}${linear(
    'bark',
    [
      [0, by(hour, '#6b4a3c', '#543438', '#161a2a')],
      [1, by(hour, '#8c6450', '#7d4b45', '#29304a')],
    ],
    'x1="0" y1="0" x2="1" y2="0"',
  )}${radial('warm', [
    [0, '#ffe9b0', 0.9],
    [0.25, '#ffc873', 0.4],
    [1, '#ff9a40', 0],
  ])}${radial(
    'vig',
    [
      [0.55, '#000', 0],
      [1, by(hour, '#20301c', '#2a1020', '#02040c'), 0.55],
    ],
    'cx=".5" cy=".45" r=".8"',
  )}${blur('b2', 2)}${blur('b5', 5)}${grain('grain', 31)}${wobble('wob', 7, 6)}</defs>`;
  const petals = by(
    hour,
    ['#ffd3e0', '#ffbcd2', '#fff0f4', '#f7a3c0'],
    ['#ffb9a8', '#f59fae', '#d98299', '#ffd9c0'],
    ['#5b6494', '#6f74a6', '#8b8abb', '#474f7d'],
  );
  const leaves = by(
    hour,
    ['#6fa35c', '#86b56b', '#5b8f52'],
    ['#7d6a52', '#94735a', '#6a5648'],
    ['#1b2f40', '#22394b', '#152535'],
  );
  const mass = (cx, cy, w, h, count, colours, size) => {
    let out = '';
    for (let i = 0; i < count; i++) {
      const a = rnd() * Math.PI * 2;
      const d = Math.sqrt(rnd());
      out += `<circle cx="${cx + Math.cos(a) * d * w}" cy="${cy + Math.sin(a) * d * h}" r="${size * (0.5 + rnd())}" fill="${pick(rnd, colours)}" opacity="${0.55 + rnd() * 0.45}"/>`;
    }
    return out;
  };
  let hills = path('M0 640Q300 540 620 610T1180 580T1920 640V800H0Z', FAR[hour], 'opacity=".7"');
  for (let x = -40; x < 1960; x += 90) hills += mass(x, 690 + rnd() * 20, 90, 60, 26, leaves, 26);
  const ground =
    rect(0, 740, 1920, 460, 'url(#grass)') +
    path('M820 742Q880 900 560 1200H1420Q1160 900 1010 742Z', 'url(#path)') +
    path('M820 742Q880 900 560 1200H620Q930 900 850 742Z', '#fff', 'opacity=".12"');
  let tufts = '';
  for (let i = 0; i < 260; i++) {
    const y = 760 + rnd() ** 1.5 * 420;
    tufts += `<path d="M${rnd() * 1920} ${y}l${4 + rnd() * 8} ${-10 - (y - 740) * 0.05}l4 ${12 + (y - 740) * 0.05}z" fill="${pick(rnd, leaves)}" opacity=".5"/>`;
  }
  for (let i = 0; i < 240; i++)
    tufts += `<ellipse cx="${rnd() * 1920}" cy="${770 + rnd() * 420}" rx="${2 + rnd() * 5}" ry="${1 + rnd() * 2}" fill="${pick(rnd, petals)}" opacity=".8"/>`;
  const tree = (x, flip) => {
    const trunk = `<path d="M-44 1010Q-10 760 -60 560Q-90 430 -190 330L-170 316Q-80 400 -36 470Q-20 330 60 220L80 230Q10 380 18 540Q70 470 150 440L156 458Q60 520 30 640Q24 820 70 1010Z" fill="url(#bark)"/>`;
    const crown =
      mass(-150, 300, 210, 130, 210, petals, 20) +
      mass(60, 190, 260, 150, 280, petals, 22) +
      mass(170, 390, 170, 100, 150, petals, 18);
    return `<g transform="translate(${x} 0) scale(${flip} 1)">${trunk}${crown}</g>`;
  };
  const bench = `<g transform="translate(1380 800)">${[0, 26, 96].map((y) => rect(0, y, 300, 17, by(hour, '#9a6b45', '#74483a', '#252f49'), 'rx="5"')).join('')}${rect(14, 0, 14, 170, by(hour, '#4a4f55', '#3a2f3c', '#121a2c'))}${rect(272, 0, 14, 170, by(hour, '#4a4f55', '#3a2f3c', '#121a2c'))}</g>`;
  const lamp = `<g transform="translate(560 470)">${rect(-7, 30, 14, 330, by(hour, '#4a4f55', '#352c38', '#0f1626'))}<path d="M-34 30L-22 -40H22L34 30Z" fill="${lit ? '#ffe9b4' : '#e8eef0'}"/><path d="M-30 -40L0 -66L30 -40Z" fill="${by(hour, '#4a4f55', '#352c38', '#0f1626')}"/></g>`;
  return `${defs}${sky(rnd, hour, 0, 0, 1920, 760)}<g filter="url(#b5)">${hills}</g><g filter="url(#b2)"><g filter="url(#wob)">${ground}${tufts}${bench}${lamp}${tree(250, 1)}${tree(1690, -1)}</g></g>${lit ? glow(560, 465, 420, 'warm') : ''}<rect width="1920" height="1200" filter="url(#grain)" opacity=".45"/>${rect(0, 0, 1920, 1200, 'url(#vig)')}`;
}
