/** Koto, who keeps a lamp-lit bookshop: draws `characters/koto/puppet/puppet.svg` and `rig.json`. Run: `node characters/tools/koto.mjs`. One shape a line, as drawn: this file is not reformatted. */
import { Defs, curve, fill, group, ink, inked, line, lock, mirror, oval, random, sample, taper } from './kit.mjs';
import { brow, eye, mouth } from './face.mjs';
import { write } from './rigging.mjs';

const defs = new Defs('koto');
const SKIN = { base: '#fde4d2', light: '#fff1e4', shade: '#f3bfa6', deep: '#dd9a83', ink: '#8a4a3c' };
const HAIR = { base: '#5b3328', shade: '#42221c', deep: '#2f1613', light: '#a5684a', ink: '#33160f' };
const KNIT = { base: '#f6e9d2', shade: '#dfc6a5', deep: '#c4a37d', ink: '#7d5f45', light: '#fff8ea' };
const GREEN = { base: '#2f5d4c', shade: '#234839', deep: '#18352b', light: '#4a7f69', ink: '#10251e' };
const BLOUSE = { base: '#fdf8f0', shade: '#dcd0cb', ink: '#8d7a72' };
const hairFill = defs.linear(0, 100, 0, 420, [[0, '#4d2a21'], [0.5, '#643a2c'], [1, '#5b3328']]);

/** A group that only the rig shows. */
const groupHidden = (id, ...children) => group(id, ...children).replace('<g ', '<g opacity="0" ');

// --- back of the hair -------------------------------------------------------------------------------------------------
const backTone = { ...HAIR, base: '#492820', shade: '#371c17', light: '#6f4030' };
const backShape = curve([[500, 112, 'c'], [410, 126], [352, 190], [338, 300], [340, 430], [326, 560], [300, 690], [282, 820], [300, 935], [338, 1010, 'c'], [352, 968], [372, 1030, 'c'], [400, 985], [432, 1042, 'c'], [470, 980], [500, 1020], [540, 985], [572, 1040, 'c'], [600, 985], [630, 1028, 'c'], [654, 960], [668, 1000, 'c'], [704, 920], [716, 810], [700, 690], [674, 560], [660, 430], [662, 300], [648, 190], [590, 126]], true);
const hairBack = group(
  'hair-back',
  inked(backShape, defs.linear(0, 120, 0, 1030, [[0, '#3a1e18'], [0.5, '#4a2920'], [1, '#5d3628']]), HAIR.ink, 2.4, 2),
  defs.clip(backShape, [
    fill(curve([[420, 480, 'c'], [580, 480, 'c'], [600, 620], [580, 760], [500, 800], [420, 760], [400, 620]], true), '#2a1411', { opacity: '0.7' }),
    [[352, 420, 318, 660, 316, 960], [376, 540, 346, 740, 350, 980], [410, 560, 388, 780, 410, 1000], [640, 420, 676, 660, 684, 950], [618, 540, 650, 740, 644, 990], [590, 560, 612, 780, 590, 1000]].map(([a, b, c, d, e, f]) =>
      ink([[a, b], [c, d], [e, f]], [0, 4, 0], HAIR.deep, { opacity: '0.75' })),
    ink([[352, 200], [342, 300], [344, 430], [330, 560], [304, 690], [288, 820], [304, 930]], [0, 7, 9, 7, 0], '#e0a468', { opacity: '0.55' }),
    [[346, 470, 306, 720, 312, 880], [660, 470, 696, 700, 694, 860]].map(([a, b, c, d, e, f]) => ink([[a, b], [c, d], [e, f]], [0, 9, 0], '#7d4a36', { opacity: '0.7' })),
  ]),
);

// --- face -------------------------------------------------------------------------------------------------------------
const half = [[500, 160], [420, 185], [381, 245], [370, 310], [369, 362], [374, 402], [387, 440], [411, 472], [444, 501], [478, 521], [500, 526]];
const faceShape = curve([...half, ...mirror(half).reverse().slice(1, -1)], true);
const ear = (side) => {
  const x = (u) => 500 + side * u;
  const d = curve([[x(126), 372, 'c'], [x(143), 366], [x(149), 386], [x(143), 412], [x(130), 430], [x(122), 424, 'c']], true);
  return inked(d, SKIN.base, SKIN.ink, 1.8, 0.8) + ink([[x(130), 380], [x(141), 384], [x(138), 402], [x(131), 412]], [0.4, 2, 0.4], SKIN.deep);
};
const face = group(
  'face',
  ear(-1), ear(1),
  inked(faceShape, defs.linear(380, 300, 640, 520, [[0, '#fff0e3'], [0.55, SKIN.base], [1, '#fad6c1']]), SKIN.ink, 2.2, 1.2),
  defs.clip(faceShape, [
    // shade thrown by the bangs and along the side away from the lamp
    fill(curve([[360, 200, 'c'], [360, 352], [392, 330], [420, 352], [452, 334], [482, 356], [512, 336], [548, 352], [580, 330], [612, 350], [650, 330], [650, 200, 'c']], true), SKIN.shade, { opacity: '0.75' }),
    fill(curve([[640, 330, 'c'], [612, 400], [596, 446], [566, 486], [520, 516], [500, 536, 'c'], [650, 545, 'c']], true), SKIN.shade, { opacity: '0.5' }),
    oval(418, 446, 34, 20, defs.radial(418, 446, 34, [[0, '#f58f7d', 0.42], [1, '#f58f7d', 0]], 'translate(0 180) scale(1 0.6)')),
    oval(582, 446, 34, 20, defs.radial(582, 446, 34, [[0, '#f58f7d', 0.42], [1, '#f58f7d', 0]], 'translate(0 180) scale(1 0.6)')),
    groupHidden('blush',
      oval(418, 444, 40, 24, '#ef6f66', { opacity: '0.34' }), oval(582, 444, 40, 24, '#ef6f66', { opacity: '0.34' }),
      [-1, 1].map((s) => [0, 1, 2].map((i) => ink([[500 + s * (68 + i * 13), 452], [500 + s * (72 + i * 13) , 438]], [0.5, 2.4, 0.5], '#d9584f', { opacity: '0.7' })))),
  ]),
);
const nose = group('nose', ink([[497, 437], [494, 448], [499, 455], [505, 453]], [0, 1.2, 2.2, 0.4], SKIN.deep), oval(503, 441, 2.6, 4.2, '#fff8f0', { opacity: '0.9' }));

// --- features ---------------------------------------------------------------------------------------------------------
const EYES = { irisTop: '#4d2110', irisMid: '#a3561a', irisLow: '#e39a35', irisGlow: '#ffd983', irisRim: '#35150d', pupil: '#260d0a', white: '#fffdf9', whiteShade: '#dcd2d6', lidShade: '#6b4a58', lash: '#2a1110', lowerLash: '#5d2f28', crease: '#9a5a4a' };
const eyeSpec = { w: 43, h: 38, colours: EYES, slant: 3, irisH: 1.06, irisW: 0.76, irisDown: 2 };
const left = eye(defs, { ...eyeSpec, side: -1, cx: 431, cy: 390, name: 'eye-L' });
const right = eye(defs, { ...eyeSpec, side: 1, cx: 569, cy: 390, name: 'eye-R' });
const browL = brow({ side: -1, cx: 430, cy: 326, w: 35, thick: [3, 7.5, 6, 1.2], name: 'brow-L', colour: '#4a241b' });
const browR = brow({ side: 1, cx: 570, cy: 326, w: 35, thick: [3, 7.5, 6, 1.2], name: 'brow-R', colour: '#4a241b' });
const lips = mouth(defs, { cx: 500, cy: 478, colours: { deep: '#6d2026', inside: '#9a3a3c', tongue: '#ee8d84', line: '#7a3430', lipShade: '#d98a76' } });

// --- hair in front ----------------------------------------------------------------------------------------------------
const capShape = curve([[342, 400, 'c'], [338, 330], [345, 250], [370, 180], [420, 132], [470, 112], [512, 107], [560, 114], [612, 140], [646, 190], [662, 260], [664, 330], [659, 400, 'c'], [640, 330], [625, 270], [560, 220], [500, 205], [430, 225], [380, 270], [360, 330]], true);
const bang = (points, widths, more = {}) => lock(points, widths, { ...HAIR, base: hairFill }, { shine: [0.3, 0.47], shadeSide: 1, strands: 1, ...more });
const hairFront = group(
  'hair-front',
  inked(capShape, hairFill, HAIR.ink, 2.4, 0.6),
  defs.clip(capShape, [
    fill(curve([[600, 100, 'c'], [680, 100, 'c'], [680, 420, 'c'], [640, 420], [650, 300], [630, 210]], true), HAIR.shade, { opacity: '0.8' }),
    [[510, 112, 470, 140, 420, 200], [520, 112, 500, 150, 480, 210], [530, 112, 560, 140, 600, 210], [540, 114, 600, 150, 640, 240], [500, 112, 430, 140, 372, 230]].map(([a, b, c, d, e, f]) => ink([[a, b], [c, d], [e, f]], [0, 2.2, 0.6], HAIR.deep, { opacity: '0.8' })),
    ink([[344, 372], [342, 300], [352, 236], [382, 176], [430, 136]], [0, 6, 7, 4, 0], '#e0a468', { opacity: '0.55' }),
    // the lamp's gleam on the crown
    fill(curve([[362, 262, 'c'], [378, 214], [408, 176], [452, 152], [470, 150, 'c'], [440, 172], [412, 204], [392, 246, 'c'], [386, 228], [372, 266, 'c']], true), HAIR.light, { opacity: '0.75' }),
  ]),
  bang([[566, 134], [618, 186], [646, 276], [640, 382]], [8, 66, 46, 0], { shine: [0.4, 0.52] }),
  bang([[460, 130], [398, 172], [362, 266], [366, 384]], [8, 70, 48, 0], { shine: [0.34, 0.5], shadeSide: -1 }),
  bang([[556, 130], [600, 186], [618, 274], [602, 376]], [8, 60, 46, 0], { shine: [0.4, 0.53] }),
  bang([[480, 126], [424, 176], [394, 262], [404, 372]], [8, 66, 46, 0], { shine: [0.37, 0.53], shadeSide: -1 }),
  bang([[546, 128], [578, 190], [584, 262], [560, 346]], [8, 56, 40, 0], { shine: [0.43, 0.57] }),
  bang([[496, 124], [452, 182], [430, 262], [444, 360]], [8, 62, 42, 0], { shine: [0.4, 0.55], shadeSide: -1 }),
  bang([[536, 126], [546, 190], [540, 258], [520, 330]], [8, 50, 36, 0], { shine: [0.46, 0.6] }),
  bang([[510, 122], [486, 184], [470, 262], [486, 352]], [8, 56, 42, 0], { shine: [0.42, 0.57], shadeSide: -1 }),
  bang([[524, 124], [516, 180], [504, 244], [508, 306]], [8, 34, 24, 0], { shine: [0.5, 0.66], strands: 0 }),
  // fine loose hairs
  ink([[470, 300], [476, 336], [470, 366]], [0, 2.2, 0], HAIR.base), ink([[590, 300], [588, 350], [578, 384]], [0, 2.4, 0], HAIR.base), ink([[418, 320], [424, 356], [420, 388]], [0, 2.2, 0], HAIR.base),
);
const tuft = group('hair-tuft', lock([[500, 124], [522, 96], [556, 86], [588, 100]], [5, 9, 7, 0], HAIR, { strands: 0, shadeSide: 1, inkWidth: 1.5 }), ink([[486, 118], [466, 98], [440, 96]], [0, 3, 0], HAIR.base));
const side = (s) => [
  lock([[500 + s * 128, 250], [500 + s * 146, 340], [500 + s * 142, 450], [500 + s * 134, 560], [500 + s * 150, 660]], [34, 46, 42, 26, 0], HAIR, { shadeSide: s, shine: [0.2, 0.32], rootInk: false, strands: 2 }),
  lock([[500 + s * 128, 270], [500 + s * 135, 350], [500 + s * 127, 430], [500 + s * 131, 520]], [16, 22, 18, 0], HAIR, { shadeSide: s, shine: null, strands: 1 }),
];
const hairSideL = group('hair-side-L',
  lock([[372, 250], [346, 360], [340, 480], [352, 610], [330, 760]], [40, 56, 56, 40, 0], HAIR, { shadeSide: -1, shine: [0.18, 0.28], strands: 2 }),
  side(-1));
const hairSideR = group('hair-side-R', side(1));

// --- the braid --------------------------------------------------------------------------------------------------------
const spine = [[648, 420], [664, 520], [660, 620], [640, 730], [632, 840]];
const braidLobes = (from, to, count, w0, w1) => {
  const out = [];
  const s = sample(spine, 40);
  for (let i = 0; i < count; i++) {
    const u = from + ((to - from) * i) / count;
    const k = Math.round(u * 40);
    const { p, t } = s[k];
    const w = w0 + ((w1 - w0) * i) / count;
    const n = [-t[1], t[0]];
    const sideSign = i % 2 ? 1 : -1;
    const L = w * 1.55;
    const pt = (a, b) => [p[0] + n[0] * a * sideSign + t[0] * b, p[1] + n[1] * a * sideSign + t[1] * b];
    const d = curve([[...pt(-w * 0.1, -L * 0.66), 'c'], pt(w * 0.72, -L * 0.5), pt(w * 1.04, -L * 0.02), pt(w * 0.62, L * 0.42), [...pt(-w * 0.5, L * 0.92), 'c'], pt(-w * 0.72, L * 0.3), pt(-w * 0.5, -L * 0.2)], true);
    out.push(inked(d, sideSign > 0 ? HAIR.shade : HAIR.base, HAIR.ink, 2, 0.8));
    out.push(ink([pt(w * 0.3, -L * 0.4), pt(w * 0.5, 0), pt(-w * 0.1, L * 0.5)], [0, 1.8, 0], HAIR.deep));
    if (sideSign < 0) out.push(ink([pt(w * 0.62, -L * 0.3), pt(w * 0.74, -L * 0.05), pt(w * 0.5, L * 0.18)], [0, 5, 0], HAIR.light, { opacity: '0.9' }));
  }
  return out;
};
const braidUpper = group('braid-upper', braidLobes(0.0, 0.62, 9, 28, 30));
const ribbonColour = { base: '#c9503c', shade: '#9c3527', ink: '#5a1a14' };
const braidLower = group(
  'braid-lower',
  braidLobes(0.62, 0.95, 5, 30, 23),
  lock([[634, 830], [626, 866], [634, 900], [622, 936]], [22, 34, 26, 0], HAIR, { shadeSide: 1, strands: 2 }),
  lock([[638, 830], [648, 866], [640, 900], [650, 924]], [18, 24, 18, 0], HAIR, { shadeSide: -1, strands: 1 }),
  inked(curve([[634, 836, 'c'], [600, 816], [584, 838], [598, 860], [634, 844, 'c']], true), ribbonColour.base, ribbonColour.ink, 2),
  inked(curve([[634, 836, 'c'], [668, 818], [684, 840], [670, 862], [634, 844, 'c']], true), ribbonColour.shade, ribbonColour.ink, 2),
  inked(curve([[630, 844, 'c'], [612, 872], [604, 902, 'c'], [618, 894, 'c'], [628, 900, 'c'], [640, 846, 'c']], true), ribbonColour.base, ribbonColour.ink, 2),
  inked(curve([[636, 844, 'c'], [656, 868], [668, 896, 'c'], [652, 892, 'c'], [644, 900, 'c'], [632, 846, 'c']], true), ribbonColour.shade, ribbonColour.ink, 2),
  inked(curve([[622, 828], [646, 828], [650, 842], [644, 854], [624, 854], [618, 842]], true), ribbonColour.base, ribbonColour.ink, 2),
);

// --- the paper crane --------------------------------------------------------------------------------------------------
const paper = (pts, colour) => inked(`M${pts.map((p) => p.join(' ')).join('L')}Z`, colour, '#7a3b2a', 1.5, 0.8);
const crane = group(
  'crane',
  paper([[386, 250], [360, 214], [398, 232]], '#f7e3cc'),
  paper([[392, 246], [430, 196], [420, 246]], '#e8b79a'),
  paper([[388, 250], [402, 190], [416, 244]], '#fdf1e2'),
  paper([[384, 252], [420, 244], [402, 276]], '#f2cdb0'),
  paper([[384, 252], [402, 276], [376, 262]], '#fdf1e2'),
  paper([[416, 246], [446, 236], [458, 246], [440, 246], [408, 268]], '#fbe8d5'),
  oval(402, 256, 3, 3, '#c9503c'),
);

// --- body -------------------------------------------------------------------------------------------------------------
const neckShape = curve([[455, 470, 'c'], [457, 540], [452, 585], [425, 612], [380, 634, 'c'], [400, 720, 'c'], [600, 720, 'c'], [620, 634, 'c'], [575, 612], [548, 585], [543, 540], [545, 470, 'c']], true);
const torso = curve([[420, 640, 'c'], [380, 700], [372, 800], [382, 900], [398, 1000], [390, 1100], [366, 1200], [350, 1310, 'c'], [650, 1310, 'c'], [634, 1200], [610, 1100], [602, 1000], [618, 900], [628, 800], [620, 700], [580, 640, 'c']], true);
const blouse = curve([[430, 622, 'c'], [390, 660], [380, 860, 'c'], [620, 860, 'c'], [610, 660], [570, 622, 'c'], [546, 646], [500, 668], [454, 646]], true);
const bib = curve([[424, 760, 'c'], [500, 772], [576, 760, 'c'], [590, 850], [604, 960, 'c'], [500, 975], [396, 960, 'c'], [410, 850]], true);
const strap = (s) => curve([[500 + s * 60, 770, 'c'], [500 + s * 76, 764, 'c'], [500 + s * 116, 640, 'c'], [500 + s * 94, 632, 'c']], true);
const skirt = curve([[396, 958, 'c'], [500, 974], [604, 958, 'c'], [640, 1080], [668, 1310, 'c'], [332, 1310, 'c'], [360, 1080]], true);
const collar = (s) => curve([[500 + s * 4, 672, 'c'], [500 + s * 34, 640], [500 + s * 62, 606, 'c'], [500 + s * 98, 632], [500 + s * 96, 682], [500 + s * 56, 706], [500 + s * 20, 700]], true);

// Cardigan: shoulder, sleeve and front of each side, drawn as one shape and folded with shade.
const sleeve = (s) => curve([[500 + s * 96, 622, 'c'], [500 + s * 150, 640], [500 + s * 196, 668], [500 + s * 218, 720], [500 + s * 228, 820], [500 + s * 242, 930], [500 + s * 236, 1016], [500 + s * 198, 1078], [500 + s * 130, 1130], [500 + s * 74, 1152, 'c'], [500 + s * 62, 1106], [500 + s * 66, 1068, 'c'], [500 + s * 120, 1030], [500 + s * 158, 970], [500 + s * 156, 890], [500 + s * 140, 800, 'c'], [500 + s * 118, 740]], true);
const front = (s) => curve([[500 + s * 90, 618, 'c'], [500 + s * 150, 642], [500 + s * 176, 700], [500 + s * 160, 800], [500 + s * 150, 900], [500 + s * 138, 1000], [500 + s * 150, 1120], [500 + s * 176, 1310, 'c'], [500 + s * 112, 1310, 'c'], [500 + s * 100, 1120], [500 + s * 92, 960], [500 + s * 104, 820], [500 + s * 110, 720]], true);
const rnd = random(7);
const knit = (d, s, x0, x1, y0, y1) => {
  const rows = [];
  for (let x = x0; x <= x1; x += 17) {
    for (let y = y0; y < y1; y += 15) {
      if (rnd() < 0.12) continue;
      const px = 500 + s * (x + (y - y0) * 0.04);
      rows.push(`M${Math.round(px - 4)} ${y}q4 6 4 9q0 -3 4 -9`);
    }
  }
  return line(rows.join(''), KNIT.deep, 1.5, { opacity: '0.34' });
};
const cardiganFill = defs.linear(270, 640, 730, 1100, [[0, KNIT.light], [0.45, KNIT.base], [1, '#ead6b8']]);
const cardFront = (s) => {
  const d = front(s);
  return inked(d, cardiganFill, KNIT.ink, 2.2, 1.2) +
    defs.clip(d, [
      knit(d, s, 100, 180, 650, 1300),
      fill(curve([[500 + s * 176, 690, 'c'], [500 + s * 146, 820], [500 + s * 140, 940], [500 + s * 128, 1010], [500 + s * 144, 1140], [500 + s * 190, 1310, 'c'], [500 + s * 210, 900, 'c']], true), KNIT.shade, { opacity: '0.8' }),
      line(curve([[500 + s * 104, 640], [500 + s * 126, 720], [500 + s * 120, 820], [500 + s * 108, 960], [500 + s * 116, 1120], [500 + s * 130, 1310]]), KNIT.ink, 1.6, { opacity: '0.7' }),
    ]);
};
const cardSleeve = (s) => {
  const d = sleeve(s);
  return inked(d, cardiganFill, KNIT.ink, 2.4, 1.4) +
    defs.clip(d, [
      knit(d, s, 120, 250, 650, 1150),
      fill(curve([[500 + s * 140, 770, 'c'], [500 + s * 176, 860], [500 + s * 186, 970], [500 + s * 150, 1046], [500 + s * 96, 1086], [500 + s * 50, 1096, 'c'], [500 + s * 120, 900, 'c']], true), KNIT.shade, { opacity: s > 0 ? '0.95' : '0.75' }),
      fill(curve([[500 + s * 252, 930, 'c'], [500 + s * 214, 1040], [500 + s * 150, 1100], [500 + s * 66, 1132, 'c'], [500 + s * 60, 1170, 'c'], [500 + s * 260, 1140, 'c']], true), KNIT.shade, { opacity: '0.6' }),
      [0, 1, 2, 3].map((i) => ink([[500 + s * (70 + i * 9), 1066 - i * 3], [500 + s * (66 + i * 9), 1106 - i * 3], [500 + s * (78 + i * 9), 1150 - i * 3]], [1, 2.2, 1], KNIT.deep, { opacity: '0.8' })),
      s < 0 ? ink([[404, 636], [340, 652], [302, 676], [284, 730], [272, 830], [262, 930], [268, 1010]], [0, 8, 10, 8, 0], '#ffffff', { opacity: '0.75' }) : '',
      s > 0 ? fill(curve([[735, 690, 'c'], [722, 800], [730, 930], [716, 1040], [690, 1110], [760, 1150, 'c'], [770, 690, 'c']], true), KNIT.shade, { opacity: '0.7' }) : '',
      [[236, 900, 200, 912, 168, 900], [240, 946, 204, 966, 160, 956], [228, 1020, 190, 1030, 150, 1010]].map(([a, b, c, e, f, g]) => ink([[500 + s * a, b], [500 + s * c, e], [500 + s * f, g]], [0, 3.4, 0], KNIT.deep)),
    ]);
};
const ribbon = group('ribbon',
  inked(curve([[500, 690, 'c'], [466, 672], [448, 690], [462, 712], [500, 698, 'c']], true), ribbonColour.base, ribbonColour.ink, 2),
  inked(curve([[500, 690, 'c'], [534, 672], [552, 690], [538, 712], [500, 698, 'c']], true), ribbonColour.shade, ribbonColour.ink, 2),
  inked(curve([[496, 698, 'c'], [478, 730], [470, 764, 'c'], [484, 758, 'c'], [492, 768, 'c'], [504, 700, 'c']], true), ribbonColour.base, ribbonColour.ink, 2),
  inked(curve([[504, 698, 'c'], [522, 728], [532, 758, 'c'], [516, 754, 'c'], [508, 764, 'c'], [496, 700, 'c']], true), ribbonColour.shade, ribbonColour.ink, 2),
  inked(curve([[490, 686], [510, 686], [514, 698], [508, 708], [492, 708], [486, 698]], true), ribbonColour.base, ribbonColour.ink, 2));
const book = [
  inked(curve([[428, 1010, 'c'], [572, 1010, 'c'], [580, 1190, 'c'], [420, 1190, 'c']], true), '#2f4f74', '#14243a', 2.2),
  fill(curve([[560, 1012, 'c'], [572, 1012, 'c'], [580, 1188, 'c'], [566, 1188, 'c']], true), '#22395a'),
  line(curve([[442, 1026, 'c'], [556, 1026, 'c'], [562, 1174, 'c'], [436, 1174, 'c']], true), '#d9b36a', 2),
  line('M470 1070C480 1054 494 1056 500 1070C506 1056 520 1054 530 1070', '#d9b36a', 2.4), line('M462 1094C476 1080 492 1080 500 1094C508 1080 524 1080 538 1094', '#d9b36a', 2),
];
// A hand that holds the book: its back comes out of the cuff, the thumb lies along the edge, four fingers on the cover.
const handBack = (s) => {
  const d = curve([[500 + s * 96, 1060, 'c'], [500 + s * 76, 1066], [500 + s * 60, 1076], [500 + s * 53, 1096], [500 + s * 52, 1120], [500 + s * 58, 1136], [500 + s * 72, 1142], [500 + s * 84, 1140, 'c']], true);
  return inked(d, SKIN.base, SKIN.ink, 1.8, 0.8) +
    defs.clip(d, [fill(curve([[500 + s * 100, 1124, 'c'], [500 + s * 70, 1130], [500 + s * 48, 1122, 'c'], [500 + s * 48, 1160, 'c'], [500 + s * 100, 1160, 'c']], true), SKIN.shade, { opacity: '0.7' })]);
};
const thumb = (s) => {
  const d = curve([[500 + s * 78, 1070, 'c'], [500 + s * 68, 1052], [500 + s * 60, 1038], [500 + s * 51, 1034], [500 + s * 46, 1041], [500 + s * 50, 1056], [500 + s * 56, 1074], [500 + s * 62, 1086, 'c']], true);
  return inked(d, SKIN.base, SKIN.ink, 1.7, 0.7) + fill(curve([[500 + s * 52, 1037], [500 + s * 48, 1041], [500 + s * 50, 1049], [500 + s * 55, 1046]], true), '#ffeae2', { opacity: '0.9' });
};
const fingers = (s) =>
  [[1082, 27, 0], [1098, 21, 1], [1114, 23, 2], [1129, 31, 3]].map(([y, tip, i]) => {
    const h = i === 3 ? 6.6 : 7.8;
    const [bx, tx, dy] = [500 + s * 76, 500 + s * tip, 2.4 - i * 0.4];
    const d = curve([[bx, y - h, 'c'], [bx - s * 12, y - h - 0.8], [tx + s * 8, y - h + 1 + dy], [tx + s * 1, y - 2.4 + dy], [tx + s * 1.4, y + 3.6 + dy], [tx + s * 9, y + h - 0.4 + dy], [bx - s * 12, y + h], [bx, y + h, 'c']], true);
    return inked(d, SKIN.base, SKIN.ink, 1.7, 0.7) +
      defs.clip(d, [fill(curve([[bx, y + 2.6, 'c'], [tx + s * 10, y + 3.4 + dy], [tx, y + 3 + dy, 'c'], [tx, y + h + 5, 'c'], [bx, y + h + 5, 'c']], true), SKIN.shade, { opacity: '0.75' })]) +
      fill(curve([[tx + s * 3, y - 3 + dy], [tx + s * 2.4, y + 1.4 + dy], [tx + s * 7.5, y + 1.8 + dy], [tx + s * 8.6, y - 3.2 + dy]], true), '#ffeae2', { opacity: '0.95' }) +
      ink([[bx - s * 30, y - h + 2], [bx - s * 31.6, y - 1], [bx - s * 30.4, y + 2]], [0, 1.3, 0], SKIN.deep);
  });
const body = group(
  'body',
  inked(torso, GREEN.base, GREEN.ink, 2),
  inked(neckShape, defs.linear(0, 480, 0, 700, [[0, SKIN.shade], [0.45, SKIN.base], [1, SKIN.base]]), SKIN.ink, 2),
  defs.clip(neckShape, [
    fill(curve([[440, 470, 'c'], [560, 470, 'c'], [560, 548], [530, 574], [500, 580], [462, 560], [440, 530]], true), SKIN.deep, { opacity: '0.75' }),
    ink([[440, 640], [466, 652], [486, 652]], [0, 2.4, 0], SKIN.deep), ink([[560, 640], [534, 652], [514, 652]], [0, 2.4, 0], SKIN.deep),
  ]),
  inked(blouse, BLOUSE.base, BLOUSE.ink, 2),
  defs.clip(blouse, [fill(curve([[620, 640, 'c'], [560, 720], [556, 800, 'c'], [640, 800, 'c']], true), BLOUSE.shade), [[440, 720, 452, 770], [560, 720, 548, 770]].map(([a, b, c, d]) => ink([[a, b], [(a + c) / 2 + 3, (b + d) / 2], [c, d]], [0, 3, 0], BLOUSE.shade))]),
  inked(skirt, defs.linear(0, 960, 0, 1310, [[0, GREEN.base], [1, GREEN.shade]]), GREEN.ink, 2),
  [-1, 1].map((s) => inked(strap(s), s < 0 ? GREEN.base : GREEN.shade, GREEN.ink, 2)),
  inked(bib, defs.linear(420, 760, 600, 960, [[0, '#3a6d5a'], [0.6, GREEN.base], [1, GREEN.shade]]), GREEN.ink, 2),
  defs.clip(bib, [fill(curve([[576, 750, 'c'], [556, 850], [566, 970, 'c'], [620, 970, 'c'], [620, 750, 'c']], true), GREEN.shade), line(curve([[434, 776, 'c'], [500, 786], [566, 776, 'c'], [580, 856], [590, 946]]), GREEN.light, 1.6, { 'stroke-dasharray': '6 5' }), line(curve([[434, 776], [420, 856], [410, 946]]), GREEN.light, 1.6, { 'stroke-dasharray': '6 5' })]),
  [-1, 1].map((s) => oval(500 + s * 62, 786, 8, 8, '#c79a5a', { stroke: '#6b4a22', 'stroke-width': 2 })),
  inked(curve([[394, 950, 'c'], [500, 966], [606, 950, 'c'], [610, 984, 'c'], [500, 1000], [390, 984, 'c']], true), GREEN.shade, GREEN.ink, 2),
  [[430, 1010, 410, 1120, 392, 1310], [470, 1010, 460, 1120, 448, 1310], [530, 1010, 540, 1120, 552, 1310], [570, 1010, 590, 1120, 608, 1310]].map(([a, b, c, d, e, f]) => ink([[a, b], [c, d], [e, f]], [0, 4, 5], GREEN.deep)),
  [-1, 1].map((s) => inked(collar(s), s < 0 ? BLOUSE.base : '#f3eae3', BLOUSE.ink, 2, 1)),
  ribbon,
  [-1, 1].map(cardFront),
  book,
  [-1, 1].map(handBack),
  [-1, 1].map(thumb),
  [-1, 1].map(fingers),
  [-1, 1].map(cardSleeve),
);

// --- marks of feeling -------------------------------------------------------------------------------------------------
const tear = group('tear', [-1, 1].map((s) => fill(curve([[500 + s * 86, 428, 'c'], [500 + s * 94, 446], [500 + s * 87, 458], [500 + s * 79, 446]], true), '#dff1fa', { opacity: '0.92', stroke: '#93bdd4', 'stroke-width': 1.2 })));
const sweat = group('sweat', fill(curve([[630, 316, 'c'], [645, 342], [639, 361], [622, 355], [619, 338]], true), '#dff1fa', { stroke: '#7fa9c4', 'stroke-width': 1.6 }), oval(627, 347, 3, 5, '#ffffff'));

write('koto', defs, {
  parts: { 'hair-back': hairBack, body, 'hair-side-L': hairSideL, face, nose, 'eye-L': group('eye-L', left.svg), 'eye-R': group('eye-R', right.svg), mouth: group('mouth', lips.svg), tear, 'hair-side-R': hairSideR, 'braid-upper': braidUpper, 'braid-lower': braidLower, 'hair-front': hairFront, 'brow-L': group('brow-L', browL.svg), 'brow-R': group('brow-R', browR.svg), 'hair-tuft': tuft, crane, sweat },
  keyforms: [...left.keyforms, ...right.keyforms, ...browL.keyforms, ...browR.keyforms],
  blends: lips.blends,
  options: { name: 'Koto', eyeX: [431, 569], eyeY: 390 },
});
