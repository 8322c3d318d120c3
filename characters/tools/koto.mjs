/** Koto, who keeps a lamp-lit bookshop: draws `characters/koto/puppet/puppet.svg` and `rig.json`. Run: `node characters/tools/koto.mjs`. One shape a line, as drawn: this file is not reformatted. */
import { forearm, upperArm } from './arms.mjs';
import { Defs, curve, fill, group, ink, inked, line, lock, mirror, oval, random, sample, taper } from './kit.mjs';
import { brow, eye, mouth } from './face.mjs';
import { write } from './rigging.mjs';

const defs = new Defs('koto');
const SKIN = { base: '#fde4d2', light: '#fff1e4', shade: '#f3bfa6', deep: '#dd9a83', ink: '#8a4a3c' };
const HAIR = { base: '#633a2d', shade: '#48261f', deep: '#321814', light: '#c08a63', ink: '#2e140f', gleam: '0.6' };
const EYE_Y = 374;
const KNIT = { base: '#f6e9d2', shade: '#dfc6a5', deep: '#c4a37d', ink: '#7d5f45', light: '#fff8ea' };
const GREEN = { base: '#2f5d4c', shade: '#234839', deep: '#18352b', light: '#4a7f69', ink: '#10251e' };
const BLOUSE = { base: '#fdf8f0', shade: '#dcd0cb', ink: '#8d7a72' };
const hairFill = defs.linear(0, 120, 0, 420, [[0, '#4f2a21'], [0.42, '#6a3d2f'], [0.75, '#633a2d'], [1, '#875340']]);

/** A group that only the rig shows. */
const groupHidden = (id, ...children) => group(id, ...children).replace('<g ', '<g opacity="0" ');

// --- back of the hair -------------------------------------------------------------------------------------------------
const backTone = { ...HAIR, base: '#492820', shade: '#371c17', light: '#6f4030' };
const backShape = curve([[500, 146, 'c'], [424, 156], [374, 206], [350, 300], [340, 430], [326, 560], [300, 690], [282, 820], [300, 935], [338, 1010, 'c'], [352, 968], [372, 1030, 'c'], [400, 985], [432, 1042, 'c'], [470, 980], [500, 1020], [540, 985], [572, 1040, 'c'], [600, 985], [630, 1028, 'c'], [654, 960], [668, 1000, 'c'], [704, 920], [716, 810], [700, 690], [674, 560], [660, 430], [650, 300], [626, 206], [576, 156]], true);
const hairBack = group(
  'hair-back',
  inked(backShape, defs.linear(0, 120, 0, 1030, [[0, '#3a1e18'], [0.5, '#4a2920'], [1, '#5d3628']]), HAIR.ink, 2.4, 2),
  defs.clip(backShape, [
    fill(curve([[420, 480, 'c'], [580, 480, 'c'], [600, 620], [580, 760], [500, 800], [420, 760], [400, 620]], true), '#2a1411', { opacity: '0.7' }),
    [[352, 420, 318, 660, 316, 960], [376, 540, 346, 740, 350, 980], [410, 560, 388, 780, 410, 1000], [640, 420, 676, 660, 684, 950], [618, 540, 650, 740, 644, 990], [590, 560, 612, 780, 590, 1000]].map(([a, b, c, d, e, f]) =>
      ink([[a, b], [c, d], [e, f]], [0, 4, 0], HAIR.deep, { opacity: '0.75' })),
    ink([[352, 270], [346, 340], [344, 430], [330, 560], [304, 690], [288, 820], [304, 930]], [0, 7, 9, 7, 0], '#e0a468', { opacity: '0.55' }),
    [[346, 470, 306, 720, 312, 880], [660, 470, 696, 700, 694, 860]].map(([a, b, c, d, e, f]) => ink([[a, b], [c, d], [e, f]], [0, 9, 0], '#7d4a36', { opacity: '0.7' })),
  ]),
);

// --- face -------------------------------------------------------------------------------------------------------------
const half = [[500, 170], [424, 190], [386, 248], [376, 310], [374, 362], [378, 406], [390, 442], [413, 474], [447, 503], [480, 522], [500, 525]];
const faceShape = curve([...half, ...mirror(half).reverse().slice(1, -1)], true);
const face = group(
  'face',
  inked(faceShape, defs.linear(380, 300, 640, 520, [[0, '#fff0e3'], [0.55, SKIN.base], [1, '#fad6c1']]), SKIN.ink, 1.7, 0.8),
  defs.clip(faceShape, [
    // shade thrown by the bangs and along the side away from the lamp
    fill(curve([[360, 190, 'c'], [360, 392], [378, 410, 'c'], [388, 352, 'c'], [414, 372, 'c'], [432, 340], [464, 360, 'c'], [488, 336], [512, 344, 'c'], [530, 326], [548, 350, 'c'], [570, 334], [590, 368, 'c'], [612, 350, 'c'], [622, 406, 'c'], [650, 392], [650, 190, 'c']], true), SKIN.shade, { opacity: '0.6' }),
    fill(curve([[640, 340, 'c'], [618, 402], [604, 444], [572, 482], [530, 512], [500, 528, 'c'], [650, 545, 'c']], true), SKIN.shade, { opacity: '0.5' }),
    [-1, 1].map((s) => oval(500 + s * 82, 436, 36, 20, defs.radial(500 + s * 82, 436, 36, [[0, '#f58f7d', 0.4], [1, '#f58f7d', 0]], 'translate(0 192) scale(1 0.56)'))),
    groupHidden('blush',
      [-1, 1].map((s) => oval(500 + s * 82, 436, 44, 24, defs.radial(500 + s * 82, 436, 44, [[0, '#ee6258', 0.5], [0.6, '#ee6258', 0.3], [1, '#ee6258', 0]], 'translate(0 198) scale(1 0.545)'))),
      fill([-1, 1].map((s) => [0, 1, 2].map((i) => taper([[500 + s * (68 + i * 13), 443], [500 + s * (72 + i * 13), 430]], [0.5, 2.3, 0.5]))).flat().join(''), '#d9584f', { opacity: '0.6' })),
  ]),
);
const nose = group('nose', fill(curve([[502, 432, 'c'], [507, 440], [505, 446], [499, 448, 'c'], [501, 441]], true), SKIN.shade, { opacity: '0.8' }), ink([[494, 443], [499, 448], [506, 445]], [0.2, 2, 0.4], SKIN.deep));

// --- features ---------------------------------------------------------------------------------------------------------
const EYES = { irisTop: '#4d2110', irisMid: '#a3561a', irisLow: '#e39a35', irisGlow: '#ffd983', irisRim: '#35150d', pupil: '#260d0a', white: '#fffdf9', whiteShade: '#dcd2d6', lidShade: '#6b4a58', lash: '#2a1110', lashEnd: '#8a4636', irisSky: '#ffe2ef', lowerLash: '#5d2f28', crease: '#9a5a4a' };
const eyeSpec = { w: 43, h: 36, colours: EYES, slant: -1.5, lash: [1.6, 5.8, 10, 11.5, 10.5, 4.5], irisH: 1.06, irisW: 0.7, irisX: -0.03, irisDown: 0, flick: 1 };
const left = eye(defs, { ...eyeSpec, side: -1, cx: 434, cy: EYE_Y, name: 'eye-L' });
const right = eye(defs, { ...eyeSpec, side: 1, cx: 566, cy: EYE_Y, name: 'eye-R' });
const browL = brow({ side: -1, cx: 432, cy: EYE_Y - 58, w: 32, arch: 6, tilt: 3, thick: [2, 5.6, 5, 1], name: 'brow-L', colour: '#4a241b' });
const browR = brow({ side: 1, cx: 568, cy: EYE_Y - 58, w: 32, arch: 6, tilt: 3, thick: [2, 5.6, 5, 1], name: 'brow-R', colour: '#4a241b' });
const lips = mouth(defs, { cx: 500, cy: 474, size: 0.95, colours: { deep: '#6d2026', inside: '#9a3a3c', tongue: '#ee8d84', line: '#7a3430', lipShade: '#d98a76' } });

// --- hair in front ----------------------------------------------------------------------------------------------------
const RING = { y: (x) => 208 + 0.0016 * (x - 500) ** 2, size: 48 };
const capShape = curve([[353, 400, 'c'], [346, 330], [348, 262], [366, 198], [406, 152], [460, 126], [512, 121], [566, 130], [614, 158], [644, 206], [655, 264], [654, 332], [648, 400, 'c'], [636, 330], [610, 262], [560, 216], [500, 210], [434, 226], [386, 276], [366, 336]], true);
const bang = (points, widths, more = {}) => lock(points, widths, { ...HAIR, base: hairFill }, { ring: RING, shadeSide: 1, strands: 1, inkWidth: 1.6, ...more });
/** A lock of the fringe, from the crown to its tip; it bows outward by `bow` and is `width` wide. */
const strand = ([tx, ty], bow, width) => bang([[512 + (tx - 512) * 0.2, 138 + Math.abs(tx - 512) * 0.07], [512 + (tx - 512) * 0.78 + bow * 0.6, 196 + Math.abs(tx - 512) * 0.04], [tx + bow, 262 + Math.abs(tx - 512) * 0.16], [tx, ty]], [4, 0.72, 1, 0.94, 0.64, 0].map((n) => (n === 4 ? 4 : n * width)), { shadeSide: Math.sign(bow) });
const hairFront = group(
  'hair-front',
  inked(capShape, hairFill, HAIR.ink, 2, 0.6),
  defs.clip(capShape, [
    fill(curve([[608, 110, 'c'], [690, 110, 'c'], [690, 430, 'c'], [640, 430], [648, 300], [636, 216]], true), HAIR.shade, { opacity: '0.75' }),
    fill([[510, 124, 450, 138, 396, 208], [506, 124, 430, 130, 372, 206], [522, 124, 580, 150, 628, 230], [528, 124, 604, 144, 644, 230]].map(([a, b, c, d, e, f]) => taper([[a, b], [c, d], [e, f]], [0, 2.2, 0.6])).join(''), HAIR.deep, { opacity: '0.8' }),
    ink([[351, 372], [350, 300], [360, 240], [388, 186], [430, 150]], [0, 5, 6, 4, 0], '#e0a468', { opacity: '0.5' }),
  ]),
  strand([628, 416], 16, 54), strand([370, 420], -18, 60),
  strand([606, 352], 14, 58), strand([396, 352], -16, 62),
  strand([490, 324], -6, 56), strand([566, 332], 10, 58),
  strand([440, 336], -14, 64), strand([526, 330], 4, 58),
  // slivers that cross from one to the next
  bang([[508, 140], [470, 200], [448, 258], [466, 320]], [2, 16, 20, 0], { shadeSide: -1, ring: null, strands: 0 }),
  bang([[520, 140], [556, 200], [564, 262], [544, 326]], [2, 18, 20, 0], { ring: null, strands: 0 }),
);
const tuft = group('hair-tuft', lock([[500, 138], [508, 112], [536, 98], [568, 108]], [8, 13, 10, 0], HAIR, { strands: 0, shadeSide: 1, inkWidth: 1.6 }));
const side = (s) => [
  lock([[500 + s * 126, 270], [500 + s * 142, 350], [500 + s * 138, 450], [500 + s * 128, 540], [500 + s * 138, 632]], [30, 44, 40, 26, 0], HAIR, { shadeSide: s, strands: 2 }),
  lock([[500 + s * 124, 280], [500 + s * 129, 360], [500 + s * 120, 430], [500 + s * 122, 506]], [16, 22, 18, 0], HAIR, { shadeSide: s, strands: 1 }),
];
const hairSideL = group('hair-side-L',
  lock([[376, 270], [346, 380], [336, 500], [334, 610], [352, 732]], [30, 46, 52, 40, 0], HAIR, { shadeSide: -1, strands: 2 }),
  lock([[370, 280], [352, 400], [346, 520], [340, 620], [318, 700]], [24, 44, 48, 34, 0], HAIR, { shadeSide: -1, strands: 2 }),
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
    const rim = [pt(w * 0.55, -L * 0.52), pt(w * 1.0, -L * 0.16), pt(w * 0.86, L * 0.3)];
    const d = curve([[...pt(-w * 0.2, -L * 0.6), 'c'], ...rim, [...pt(-w * 0.42, L * 0.96), 'c'], pt(-w * 0.62, L * 0.4), pt(-w * 0.52, -L * 0.16)], true);
    out.push(inked(d, sideSign > 0 ? '#573126' : HAIR.base, HAIR.ink, 1.8, 0.7));
    out.push(fill(curve([[...pt(-w * 0.2, -L * 0.56), 'c'], pt(w * 0.2, -L * 0.24), pt(w * 0.26, L * 0.2), [...pt(-w * 0.4, L * 0.9), 'c'], pt(-w * 0.58, L * 0.4), pt(-w * 0.48, -L * 0.14)], true), sideSign > 0 ? HAIR.deep : HAIR.shade, { opacity: '0.85' }));
    out.push(fill(taper([pt(w * 0.34, -L * 0.4), pt(w * 0.66, 0), pt(w * 0.2, L * 0.46)], [0, 1.6, 0]), HAIR.deep));
    if (sideSign < 0) out.push(fill([[0.5, 0.26], [0.7, 0.34], [0.86, 0.2]].map(([x, l]) => taper([pt(w * x, -L * l * 0.9), pt(w * (x + 0.05), 0), pt(w * (x - 0.04), L * l)], [0, 3.4, 0], 4)).join(''), HAIR.light, { opacity: '0.7' }));
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
  fill([[620, 838, 606, 830, 594, 834], [620, 846, 608, 848, 598, 850], [648, 838, 660, 832, 674, 834], [648, 846, 660, 850, 670, 852], [626, 858, 618, 878, 614, 890], [642, 858, 650, 874, 656, 886]].map(([a, b, c, d, e, f]) => taper([[a, b], [c, d], [e, f]], [2.4, 1.6, 0])).join(''), ribbonColour.ink, { opacity: '0.75' }), fill(taper([[588, 838], [596, 826], [612, 826]], [0, 4, 0]), '#ee9a7e'),
  inked(curve([[622, 828], [646, 828], [650, 842], [644, 854], [624, 854], [618, 842]], true), ribbonColour.base, ribbonColour.ink, 2), fill(taper([[623, 835], [631, 831], [639, 833]], [0, 3, 0]), '#ee9a7e'),
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
const neckShape = curve([[459, 470, 'c'], [461, 540], [456, 586], [428, 612], [380, 634, 'c'], [400, 720, 'c'], [600, 720, 'c'], [620, 634, 'c'], [572, 612], [544, 586], [539, 540], [541, 470, 'c']], true);
const torso = curve([[420, 640, 'c'], [380, 700], [372, 800], [382, 900], [398, 1000], [390, 1100], [366, 1200], [350, 1310, 'c'], [650, 1310, 'c'], [634, 1200], [610, 1100], [602, 1000], [618, 900], [628, 800], [620, 700], [580, 640, 'c']], true);
const blouse = curve([[430, 622, 'c'], [390, 660], [380, 860], [392, 970, 'c'], [608, 970, 'c'], [620, 860], [610, 660], [570, 622, 'c'], [546, 646], [500, 668], [454, 646]], true);
const bib = curve([[424, 760, 'c'], [500, 772], [576, 760, 'c'], [590, 850], [604, 960, 'c'], [500, 975], [396, 960, 'c'], [410, 850]], true);
const strap = (s) => curve([[500 + s * 60, 770, 'c'], [500 + s * 76, 764, 'c'], [500 + s * 116, 640, 'c'], [500 + s * 94, 632, 'c']], true);
const skirt = curve([[396, 958, 'c'], [500, 974], [604, 958, 'c'], [640, 1080], [668, 1310, 'c'], [332, 1310, 'c'], [360, 1080]], true);
const collar = (s) => curve([[500 + s * 4, 672, 'c'], [500 + s * 34, 640], [500 + s * 62, 606, 'c'], [500 + s * 98, 632], [500 + s * 96, 682], [500 + s * 56, 706], [500 + s * 20, 700]], true);

// Cardigan: shoulder, sleeve and front of each side, drawn as one shape and folded with shade.
const sleeve = (s) => { const x = (u) => 500 + s * u; return curve([[x(96), 622, 'c'], [x(150), 638], [x(190), 662], [x(210), 714], [x(220), 820], [x(234), 915], [x(246), 984], [x(230), 1034], [x(176), 1080], [x(116), 1122], [x(76), 1152, 'c'], [x(62), 1108], [x(66), 1066, 'c'], [x(112), 1034], [x(150), 990], [x(160), 948, 'c'], [x(152), 880], [x(138), 800, 'c'], [x(118), 740]], true); };
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
    ]) +
    (s > 0 ? [[126, 776], [122, 884], [126, 1176]].map(([u, y]) => oval(500 + s * u + 0.6, y + 1.2, 7.4, 7.4, '#5a3a20') + oval(500 + s * u, y, 6.4, 6.4, '#a5713f') + oval(500 + s * u - 2, y - 1.4, 1.2, 1.2, '#5a3a20') + oval(500 + s * u + 2, y + 1.4, 1.2, 1.2, '#5a3a20')).join('') : '');
};
const cardSleeve = (s) => {
  const d = sleeve(s);
  return inked(d, cardiganFill, KNIT.ink, 2.4, 1.4) +
    defs.clip(d, [
      knit(d, s, 120, 250, 650, 1150),
      fill(curve([[500 + s * 138, 770, 'c'], [500 + s * 172, 860], [500 + s * 182, 940], [500 + s * 166, 1000], [500 + s * 116, 1058], [500 + s * 60, 1090, 'c'], [500 + s * 100, 900, 'c']], true), KNIT.shade, { opacity: s > 0 ? '0.95' : '0.75' }),
      fill(curve([[500 + s * 256, 960, 'c'], [500 + s * 216, 1030], [500 + s * 150, 1088], [500 + s * 70, 1130, 'c'], [500 + s * 60, 1170, 'c'], [500 + s * 270, 1140, 'c']], true), KNIT.shade, { opacity: '0.6' }),
      line([0, 1, 2, 3, 4].map((i) => `M${500 + s * (70 + i * 8)} ${1064 - i * 5}Q${500 + s * (66 + i * 8)} ${1106 - i * 5} ${500 + s * (80 + i * 8)} ${1150 - i * 6}`).join(''), KNIT.deep, 1.8, { opacity: '0.75' }), line(`M${500 + s * 108} ${1034}Q${500 + s * 104} 1076 ${500 + s * 124} 1122`, KNIT.ink, 1.8),
      s < 0 ? ink([[404, 636], [340, 652], [302, 676], [292, 720], [282, 820], [268, 915], [258, 990]], [0, 8, 10, 8, 0], '#ffffff', { opacity: '0.75' }) : '',
      s > 0 ? fill(curve([[735, 690, 'c'], [722, 800], [730, 930], [716, 1040], [690, 1110], [760, 1150, 'c'], [770, 690, 'c']], true), KNIT.shade, { opacity: '0.7' }) : '',
      fill([[160, 944, 192, 956, 228, 940], [160, 952, 188, 990, 226, 1002], [156, 962, 166, 1010, 192, 1042], [150, 884, 176, 900, 206, 890]].map(([a, b, c, e, f, g]) => taper([[500 + s * a, b], [500 + s * c, e], [500 + s * f, g]], [0, 4, 0])).join(''), KNIT.deep),
    ]);
};
const ribbon = group('ribbon',
  inked(curve([[500, 690, 'c'], [466, 672], [448, 690], [462, 712], [500, 698, 'c']], true), ribbonColour.base, ribbonColour.ink, 2),
  inked(curve([[500, 690, 'c'], [534, 672], [552, 690], [538, 712], [500, 698, 'c']], true), ribbonColour.shade, ribbonColour.ink, 2),
  inked(curve([[496, 698, 'c'], [478, 730], [470, 764, 'c'], [484, 758, 'c'], [492, 768, 'c'], [504, 700, 'c']], true), ribbonColour.base, ribbonColour.ink, 2),
  inked(curve([[504, 698, 'c'], [522, 728], [532, 758, 'c'], [516, 754, 'c'], [508, 764, 'c'], [496, 700, 'c']], true), ribbonColour.shade, ribbonColour.ink, 2),
  fill([[486, 694, 472, 686, 460, 688], [486, 701, 474, 702, 462, 704], [514, 694, 528, 686, 540, 688], [514, 701, 526, 702, 538, 704], [492, 712, 482, 734, 480, 752], [508, 712, 518, 732, 522, 748]].map(([a, b, c, d, e, f]) => taper([[a, b], [c, d], [e, f]], [2.4, 1.6, 0])).join(''), ribbonColour.ink, { opacity: '0.75' }), fill(taper([[452, 690], [460, 680], [474, 680]], [0, 4, 0]), '#ee9a7e'),
  inked(curve([[490, 686], [510, 686], [514, 698], [508, 708], [492, 708], [486, 698]], true), ribbonColour.base, ribbonColour.ink, 2), fill(taper([[491, 692], [497, 689], [503, 690]], [0, 3, 0]), '#ee9a7e'));
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
    fill(taper([[452, 616], [474, 630], [490, 630]], [0, 2.2, 0]) + taper([[548, 616], [526, 630], [510, 630]], [0, 2.2, 0]), SKIN.deep, { opacity: '0.8' }),
  ]),
  inked(blouse, BLOUSE.base, BLOUSE.ink, 2),
  defs.clip(blouse, [fill(curve([[630, 640, 'c'], [590, 700], [578, 790], [590, 980, 'c'], [640, 980, 'c']], true), BLOUSE.shade), fill(curve([[390, 690, 'c'], [440, 722], [500, 716], [560, 722], [610, 690, 'c'], [600, 740, 'c'], [548, 748], [500, 736], [450, 748], [400, 728, 'c']], true), BLOUSE.shade, { opacity: '0.8' }), [[440, 720, 452, 770], [560, 720, 548, 770]].map(([a, b, c, d]) => ink([[a, b], [(a + c) / 2 + 3, (b + d) / 2], [c, d]], [0, 3, 0], BLOUSE.shade))]),
  inked(skirt, defs.linear(0, 960, 0, 1310, [[0, GREEN.base], [1, GREEN.shade]]), GREEN.ink, 2),
  [-1, 1].map((s) => inked(strap(s), s < 0 ? GREEN.base : GREEN.shade, GREEN.ink, 2)),
  inked(bib, defs.linear(420, 760, 600, 960, [[0, '#3a6d5a'], [0.6, GREEN.base], [1, GREEN.shade]]), GREEN.ink, 2),
  defs.clip(bib, [fill(curve([[576, 750, 'c'], [556, 850], [566, 970, 'c'], [620, 970, 'c'], [620, 750, 'c']], true), GREEN.shade), fill(taper([[424, 850], [446, 874], [480, 880]], [0, 6, 0]) + taper([[416, 910], [440, 926], [470, 926]], [0, 5, 0]) + taper([[576, 868], [556, 884], [530, 886]], [0, 5, 0]), GREEN.shade), fill(taper([[436, 790], [428, 850], [420, 930]], [0, 10, 0]), GREEN.light, { opacity: '0.6' }), line(curve([[434, 776, 'c'], [500, 786], [566, 776, 'c'], [580, 856], [590, 946]]), GREEN.light, 1.6, { 'stroke-dasharray': '6 5' }), line(curve([[434, 776], [420, 856], [410, 946]]), GREEN.light, 1.6, { 'stroke-dasharray': '6 5' })]),
  [-1, 1].map((s) => oval(500 + s * 62, 786, 8, 8, '#c79a5a', { stroke: '#6b4a22', 'stroke-width': 2 })),
  inked(curve([[394, 950, 'c'], [500, 966], [606, 950, 'c'], [610, 984, 'c'], [500, 1000], [390, 984, 'c']], true), GREEN.shade, GREEN.ink, 2),
  defs.clip(skirt, [
    fill([[428, 408, 384], [472, 462, 446], [528, 538, 554], [572, 592, 616]].map(([x0, x1, x2]) => curve([[x0, 1000, 'c'], [x1, 1120], [x2, 1310, 'c'], [x2 + 20, 1310, 'c'], [x1 + 9, 1120]], true)).join(''), GREEN.deep, { opacity: '0.8' }),
    fill(taper([[446, 1010], [436, 1130], [418, 1310]], [0, 6, 9]) + taper([[404, 1010], [384, 1130], [360, 1310]], [0, 5, 8]), GREEN.light, { opacity: '0.5' }),
    fill(curve([[390, 984, 'c'], [500, 1000], [610, 984, 'c'], [612, 1002, 'c'], [500, 1022], [388, 1002, 'c']], true), GREEN.deep, { opacity: '0.6' }),
  ]),
  [-1, 1].map((s) => inked(collar(s), s < 0 ? BLOUSE.base : '#f3eae3', BLOUSE.ink, 2, 1)),
  line([-1, 1].map((s) => curve([[500 + s * 92, 636], [500 + s * 89, 676], [500 + s * 56, 697], [500 + s * 24, 692]])).join(''), GREEN.light, 2),
  ribbon,
  [-1, 1].map(cardFront),
);
// Arms and book are layers of their own: shoulders rise, a hand leaves the book.
const bookGroup = group(
  'book',
  fill(curve([[416, 1186, 'c'], [584, 1186, 'c'], [590, 1206], [580, 1214, 'c'], [440, 1212, 'c'], [424, 1204]], true), '#0d1f18', { opacity: '0.4' }),
  book,
);
const armOf = (id, s) => group(id, handBack(s), thumb(s), fingers(s), cardSleeve(s));
const knitCloth = { fill: cardiganFill, shade: KNIT.shade, deep: KNIT.deep, ink: KNIT.ink };
// Round at the shoulder: a corner there would stand over the collar when the arm is up.
const UPPER = [[128, 650], [152, 638], [190, 662], [212, 714], [224, 820], [240, 900], [250, 950], [232, 990], [194, 988], [166, 960, 'c'], [152, 880], [138, 800, 'c'], [118, 740], [114, 690]];
const UPPER_SHADE = [[136, 770, 'c'], [166, 850], [182, 930], [210, 1000, 'c'], [150, 1000, 'c'], [110, 820, 'c']];
const upperR = upperArm(defs, 'upper-R', { s: 1, outline: UPPER, shadeOf: UPPER_SHADE, cloth: knitCloth });
const foreR = forearm(defs, 'fore-R', { s: 1, elbow: [708, 944], angle: 22, cloth: knitCloth, cuff: { ...knitCloth, ribs: true }, skin: SKIN });

// --- marks of feeling -------------------------------------------------------------------------------------------------
const tear = group('tear', [-1, 1].map((s) => fill(curve([[500 + s * 86, 416, 'c'], [500 + s * 94, 434], [500 + s * 87, 446], [500 + s * 79, 434]], true), '#dff1fa', { opacity: '0.92', stroke: '#93bdd4', 'stroke-width': 1.2 })));
const sweat = group('sweat', fill(curve([[628, 298, 'c'], [643, 324], [637, 343], [620, 337], [617, 320]], true), '#dff1fa', { stroke: '#7fa9c4', 'stroke-width': 1.6 }), oval(625, 329, 3, 5, '#ffffff'));

write('koto', defs, {
  parts: { 'hair-back': hairBack, body, book: bookGroup, 'arm-L': armOf('arm-L', -1), 'arm-R': armOf('arm-R', 1), 'upper-R': upperR, 'fore-R': foreR, 'hair-side-L': hairSideL, face, nose, 'eye-L': group('eye-L', left.svg), 'eye-R': group('eye-R', right.svg), mouth: group('mouth', lips.svg), tear, 'hair-side-R': hairSideR, 'braid-upper': braidUpper, 'braid-lower': braidLower, 'hair-front': hairFront, 'brow-L': group('brow-L', browL.svg), 'brow-R': group('brow-R', browR.svg), 'hair-tuft': tuft, crane, sweat },
  keyforms: [...left.keyforms, ...right.keyforms, ...browL.keyforms, ...browR.keyforms],
  blends: lips.blends,
  options: { name: 'Koto', eyeX: [434, 566], eyeY: EYE_Y },
});
