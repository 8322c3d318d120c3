/** Koto, who keeps a lamp-lit bookshop: draws `characters/koto/puppet/puppet.svg` and `rig.json`. Run: `node characters/tools/koto.mjs`. One shape a line, as drawn: this file is not reformatted. */
import { forearm, upperArm } from './arms.mjs';
import { Defs, curve, fill, group, ink, inked, line, lock, mirror, oval, sample, taper } from './kit.mjs';
import { brow, eye, mouth } from './face.mjs';
import { braid, clump, halo } from './hair.mjs';
import { write } from './rigging.mjs';
import { stance } from './stance.mjs';

const defs = new Defs('koto');
const SKIN = { base: '#fde6d6', light: '#fff4ea', shade: '#f4bfa9', deep: '#dd9686', ink: '#8a4a3e' };
const HAIR = { base: '#6b3f30', shade: '#4a2a23', deep: '#341b17', light: '#d69d6e', ink: '#2c1512', gleam: '0.6' };
const EYE_Y = 380;
const KNIT = { base: '#f7ead6', shade: '#d9b9a4', deep: '#b98f78', ink: '#765244', light: '#fffaf0' };
const GREEN = { base: '#2f5d4c', shade: '#234839', deep: '#18352b', light: '#4a7f69', ink: '#10251e' };
const BLOUSE = { base: '#fdf8f0', shade: '#dcd0cb', ink: '#8d7a72' };
const hairFill = defs.linear(0, 116, 0, 460, [[0, '#56311f'], [0.2, '#6b3f2f'], [0.42, '#744535'], [0.66, '#603729'], [1, '#8c5a41']]);
const longFill = defs.linear(0, 260, 0, 780, [[0, '#4d2b22'], [0.3, '#6a3f30'], [0.7, '#70452f'], [1, '#9a6648']]);

/** Body and arms are drawn a little smaller and lower than they stand. */
const BODY = 1.045;
const grown = (...parts) => `<g transform="translate(${Math.round(500 * (1 - BODY))} ${Math.round(1300 * (1 - BODY))}) scale(${BODY})">${parts.flat(9).join('')}</g>`;
const place = ([x, y]) => [Math.round(500 + (x - 500) * BODY), Math.round(1300 + (y - 1300) * BODY)];

/** The weight is on the leg at the viewer's left, under the arm that stays with the book. */
const STANCE = { side: -1, neck: 575 };
const stand = stance(STANCE);

/** A group that only the rig shows. */
const groupHidden = (id, ...children) => group(id, ...children).replace('<g ', '<g opacity="0" ');

// --- back of the hair -------------------------------------------------------------------------------------------------
const backShape = curve([[500, 146, 'c'], [424, 156], [374, 206], [350, 300], [338, 430], [322, 560], [296, 690], [280, 820], [296, 940], [330, 1012, 'c'], [346, 972], [372, 1034, 'c'], [398, 990], [432, 1044, 'c'], [470, 985], [500, 1022], [540, 985], [572, 1040, 'c'], [600, 985], [630, 1028, 'c'], [654, 960], [672, 1000, 'c'], [706, 920], [718, 810], [702, 690], [676, 560], [660, 430], [650, 300], [626, 206], [576, 156]], true);
const hairBack = group(
  'hair-back',
  inked(backShape, defs.linear(0, 120, 0, 1030, [[0, '#3a1f19'], [0.42, '#4a2a21'], [0.7, '#5f3729'], [1, '#84543c']]), HAIR.ink, 2.2, 1.6),
  defs.clip(backShape, [
    // behind the neck hardly any light comes
    oval(500, 620, 150, 240, defs.radial(500, 620, 150, [[0, '#1f0d0d', 0.85], [0.6, '#241010', 0.6], [1, '#2c1512', 0]], 'translate(0 -372) scale(1 1.6)')),
    [[352, 420, 318, 660, 316, 960], [372, 540, 340, 740, 348, 980], [394, 560, 366, 780, 384, 1000], [640, 420, 680, 660, 688, 950], [622, 540, 662, 740, 660, 990], [604, 560, 634, 780, 624, 1000], [410, 600, 402, 800, 420, 1010]].map(([a, b, c, d, e, f], i) =>
      ink([[a, b], [c, d], [e, f]], [0, 3 + (i % 3), 0], HAIR.deep, { opacity: '0.7' })),
    [[338, 470, 304, 700, 306, 900], [356, 560, 324, 760, 330, 940], [666, 470, 700, 700, 700, 880], [646, 600, 676, 780, 674, 930]].map(([a, b, c, d, e, f], i) => ink([[a, b], [c, d], [e, f]], [0, i % 2 ? 4 : 8, 0], '#8d5a40', { opacity: '0.6' })),
    ink([[350, 290], [343, 400], [334, 500], [318, 600], [298, 710], [286, 820], [304, 930]], [0, 5, 7, 6, 0], '#f2bf85', { opacity: '0.5' }),
  ]),
);

// --- face -------------------------------------------------------------------------------------------------------------
const half = [[500, 170], [426, 188], [389, 246], [378, 310], [376, 362], [379, 404], [388, 438], [408, 469], [442, 498], [476, 514], [500, 517]];
const faceShape = curve([...half, ...mirror(half).reverse().slice(1, -1)], true);
const cheek = (s, colour, strength, rx, ry) => oval(500 + s * 86, 434, rx, ry, defs.radial(500 + s * 86, 434, rx, [[0, colour, strength], [0.55, colour, strength * 0.5], [1, colour, 0]], `translate(0 ${Math.round(434 * (1 - ry / rx))}) scale(1 ${Math.round((100 * ry) / rx) / 100})`));
const face = group(
  'face',
  inked(faceShape, defs.linear(380, 270, 640, 520, [[0, SKIN.light], [0.5, SKIN.base], [1, '#f9d3c0']]), SKIN.ink, 1.6, 0.8),
  defs.clip(faceShape, [
    // the side away from the lamp, and what the chin turns under
    fill(curve([[640, 330, 'c'], [614, 392], [602, 438], [574, 476], [536, 503], [500, 516], [470, 516, 'c'], [500, 545, 'c'], [660, 545, 'c']], true), SKIN.shade, { opacity: '0.42' }),
    fill(`M360 150H640V420H360Z`, defs.linear(0, 250, 0, 400, [[0, '#d98f80', 0.5], [0.55, '#e9a08e', 0.24], [1, '#f0b09c', 0]])),
    // shade thrown by the fringe
    fill(curve([[360, 190, 'c'], [360, 420], [374, 452, 'c'], [388, 398, 'c'], [398, 386, 'c'], [412, 362], [428, 372, 'c'], [436, 350, 'c'], [452, 336], [470, 352, 'c'], [480, 334], [494, 344, 'c'], [506, 328], [526, 350, 'c'], [540, 334], [556, 350, 'c'], [568, 328], [588, 356, 'c'], [600, 366, 'c'], [612, 360], [622, 452, 'c'], [650, 420], [650, 190, 'c']], true), '#e79c88', { opacity: '0.5' }),
    [-1, 1].map((s) => cheek(s, '#f58c7c', 0.34, 36, 18)),
    // light on the nose's bridge and above the lip
    oval(470, 462, 46, 26, defs.radial(470, 462, 46, [[0, '#ffffff', 0.28], [1, '#ffffff', 0]], 'translate(0 201) scale(1 0.565)')),
    groupHidden('gloom', fill('M360 150H640V440H360Z', defs.linear(0, 240, 0, 430, [[0, '#4c4a78', 0.62], [0.5, '#55508a', 0.34], [1, '#6a6296', 0]]))),
    groupHidden('blush',
      [-1, 1].map((s) => cheek(s, '#ee5a52', 0.62, 46, 23)),
      oval(500, 440, 40, 14, defs.radial(500, 440, 40, [[0, '#ee5a52', 0.24], [1, '#ee5a52', 0]], 'translate(0 286) scale(1 0.35)')),
      fill([-1, 1].map((s) => [0, 1, 2, 3].map((i) => taper([[500 + s * (66 + i * 12), 441], [500 + s * (70 + i * 12), 429]], [0.4, 2, 0.4]))).flat().join(''), '#d8514c', { opacity: '0.5' })),
  ]),
);
const nose = group('nose', fill(curve([[502, 430, 'c'], [507, 438], [505, 444], [499, 446, 'c'], [501, 439]], true), SKIN.shade, { opacity: '0.75' }), ink([[495, 441], [499, 446], [505, 443.5]], [0.2, 1.8, 0.4], SKIN.deep), oval(497.5, 435, 1.8, 3, '#ffffff', { opacity: '0.75' }));

// --- features ---------------------------------------------------------------------------------------------------------
const EYES = { irisTop: '#5a2a12', irisMid: '#a85d1e', irisLow: '#e8a23c', irisGlow: '#ffdc8c', irisShine: '#fff0bc', irisRim: '#34160e', pupil: '#240c0a', white: '#fffdfb', whiteShade: '#d3c6d0', lidShade: '#6b4a58', lash: '#2a1110', lashEnd: '#8f4738', irisSky: '#ffd9ea', lowerLash: '#6a372e', crease: '#a8614f' };
const eyeSpec = { w: 43, h: 38, colours: EYES, slant: -1, lash: [2, 6.5, 11.5, 13, 12, 6], irisH: 1.1, irisW: 0.75, irisX: 0.01, irisDown: 0, flick: 1.1 };
const left = eye(defs, { ...eyeSpec, side: -1, cx: 435, cy: EYE_Y, name: 'eye-L' });
const right = eye(defs, { ...eyeSpec, side: 1, cx: 565, cy: EYE_Y, name: 'eye-R' });
const browL = brow({ side: -1, cx: 432, cy: EYE_Y - 62, w: 33, arch: 7, tilt: 3, thick: [3, 6.6, 5.4, 1], name: 'brow-L', colour: '#3f1f17' });
const browR = brow({ side: 1, cx: 568, cy: EYE_Y - 62, w: 33, arch: 7, tilt: 3, thick: [3, 6.6, 5.4, 1], name: 'brow-R', colour: '#3f1f17' });
const lips = mouth(defs, { cx: 500, cy: 473, size: 1.04, colours: { deep: '#6d2026', inside: '#9a3a3c', tongue: '#ee8d84', line: '#7a3430', lipShade: '#d98a76' } });

// --- hair in front ----------------------------------------------------------------------------------------------------
const capShape = curve([[354, 400, 'c'], [345, 330], [347, 262], [364, 198], [404, 150], [458, 123], [512, 117], [568, 127], [616, 156], [646, 206], [657, 264], [656, 332], [648, 400, 'c'], [636, 330], [610, 262], [560, 226], [500, 220], [434, 236], [386, 280], [366, 336]], true);
const crownTone = { ...HAIR, base: hairFill };
const fringe = (left, tips, right, more) => clump(defs, { left, tips, right }, crownTone, { shade: 0.38, ...more });
const hairFront = group(
  'hair-front',
  inked(capShape, hairFill, HAIR.ink, 2, 0.6),
  fringe([[446, 138], [384, 190], [350, 268], [346, 350]], [[356, 456], [368, 404], [382, 436]], [[480, 138], [420, 206], [390, 290], [380, 366]], { hook: 4, strands: 2 }),
  fringe([[566, 136], [608, 196], [630, 280], [632, 360]], [[634, 432], [644, 404], [656, 456]], [[596, 140], [650, 200], [664, 280], [662, 360]], { hook: -4, shade: 0.55, gleams: 0 }),
  fringe([[546, 130], [586, 190], [602, 256], [608, 320]], [[622, 392], [632, 350], [644, 372]], [[588, 132], [632, 200], [650, 266], [648, 326]], { hook: -4, shade: 0.45 }),
  fringe([[462, 132], [404, 192], [374, 258], [368, 322]], [[378, 386], [390, 340], [404, 350]], [[496, 130], [452, 200], [424, 268], [412, 316]], { hook: 4 }),
  fringe([[522, 126], [534, 190], [536, 250], [542, 298]], [[560, 340], [576, 296], [596, 334]], [[562, 126], [598, 190], [610, 250], [606, 304]], { hook: -4 }),
  fringe([[488, 126], [440, 190], [412, 250], [410, 300]], [[424, 338], [446, 292], [474, 340]], [[520, 126], [500, 190], [488, 250], [482, 300]], { hook: 5, strands: 3, gleams: 2 }),
  fringe([[508, 124], [490, 190], [482, 246], [484, 296]], [[502, 346], [514, 292], [536, 328]], [[536, 124], [548, 190], [550, 250], [544, 292]], { hook: 3, strands: 2 }),
  // fine hair that crosses from one clump to the next, and what stands off the crown
  fill([[[474, 200], [452, 262], [446, 318]], [[552, 210], [566, 270], [566, 320]], [[410, 230], [394, 290], [392, 348]], [[604, 230], [618, 290], [620, 350]]].map((p) => taper(p, [0, 3.4, 0], 6)).join(''), HAIR.ink, { opacity: '0.85' }),
  fill([[[476, 200], [454, 262], [447, 316]], [[550, 210], [564, 270], [565, 318]]].map((p) => taper(p, [0, 1.8, 0], 6)).join(''), '#8c5a41'),
  fill([[[470, 122], [410, 136], [366, 184], [352, 230]], [[556, 124], [612, 142], [648, 186], [664, 236]]].map((p) => taper(p, [0, 2.4, 2, 0], 8)).join(''), HAIR.base),
  defs.clip(capShape, [
    fill([[506, 122, 460, 134, 404, 190], [500, 121, 440, 126, 376, 196], [520, 121, 574, 140, 620, 204], [526, 121, 596, 136, 642, 222], [512, 120, 508, 150, 496, 190], [508, 122, 480, 140, 446, 196], [516, 122, 548, 142, 580, 196], [504, 120, 424, 124, 362, 214], [524, 120, 612, 132, 652, 236]].map(([a, b, c, d, e, f]) => taper([[a, b], [c, d], [e, f]], [0, 2.2, 0])).join(''), HAIR.deep, { opacity: '0.6' }),
    fill(curve([[600, 110, 'c'], [690, 110, 'c'], [690, 430, 'c'], [650, 430], [654, 300], [636, 216]], true), HAIR.deep, { opacity: '0.4' }),
  ]),
  fill([[[470, 150], [430, 176], [398, 214]], [[556, 150], [594, 176], [622, 220]], [[494, 146], [476, 168], [462, 200]]].map((p) => taper(p, [0, 6, 0], 6)).join(''), '#8a5540', { opacity: '0.5' }),
  halo({ y: (x) => 206 + 0.0016 * (x - 500) ** 2, from: 366, to: 640, crown: [508, 70], size: 46, colour: '#c98f62', core: '#ffdcae', seed: 11, gaps: [[408, 416], [474, 484], [520, 528], [590, 598]] }),
  ink([[350, 380], [347, 310], [356, 246], [382, 190], [426, 148]], [0, 4, 6, 4, 0], '#ffd7a0', { opacity: '0.62' }),
  ink([[653, 390], [655, 320], [650, 250], [632, 190], [600, 150]], [0, 3, 4, 3, 0], '#b9c4ff', { opacity: '0.34' }),
);
const tuft = group('hair-tuft', lock([[498, 134], [506, 108], [532, 94], [566, 102]], [8, 11, 8, 0], HAIR, { strands: 0, shadeSide: 1, inkWidth: 1.5 }));
const long = { ...HAIR, base: longFill };
const hanging = (left, tips, right, more) => clump(defs, { left, tips, right }, long, { strands: 3, inkWidth: 1.9, from: 0.1, ...more });
const hairSideL = group('hair-side-L',
  hanging([[380, 270], [356, 380], [344, 500], [340, 600]], [[334, 704], [350, 664], [366, 724]], [[400, 280], [392, 400], [388, 500], [386, 610]], { shade: 0.6, gleams: 0 }),
  hanging([[372, 262], [346, 350], [330, 460], [320, 570], [312, 660]], [[322, 762], [334, 712], [350, 786], [358, 738], [364, 752]], [[396, 280], [386, 380], [376, 480], [372, 580], [370, 670]], { shade: 0.42, gleams: 2, strands: 4 }),
  fill(taper([[344, 370], [332, 460], [324, 560], [318, 650]], [0, 4, 5, 0]), '#ffd7a0', { opacity: '0.5' }),
  hanging([[362, 280], [364, 370], [366, 450]], [[396, 552]], [[388, 290], [384, 370], [384, 450]], { shade: 0.4, strands: 1, under: 0.4 }));
const hairSideR = group('hair-side-R',
  hanging([[614, 260], [628, 360], [632, 440], [638, 500]], [[652, 556]], [[654, 270], [676, 360], [686, 440], [680, 500]], { shade: 0.45, strands: 4, gleams: 1 }),
  hanging([[610, 280], [616, 370], [618, 450]], [[604, 546]], [[640, 280], [642, 370], [636, 450]], { shade: 0.45, strands: 1, gleams: 0, under: 0.4 }));

// --- the braid --------------------------------------------------------------------------------------------------------
const spine = [[656, 516], [664, 600], [656, 700], [640, 790], [632, 860]];
const plait = { ...HAIR, base: defs.linear(0, 480, 0, 860, [[0, '#6a3f30'], [1, '#7d4c37']]) };
const braidUpper = group('braid-upper', braid(defs, spine, { from: 0, to: 0.62, count: 7, w0: 29, w1: 27 }, plait));
const ribbonColour = { base: '#c9503c', shade: '#9c3527', ink: '#5a1a14' };
const braidLower = group(
  'braid-lower',
  braid(defs, spine, { from: 0.62, to: 0.96, count: 4, w0: 26.5, w1: 21, first: 1 }, plait),
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
const neckShape = curve([[463, 470, 'c'], [464, 540], [460, 582], [436, 606], [380, 630, 'c'], [400, 720, 'c'], [600, 720, 'c'], [620, 630, 'c'], [564, 606], [540, 582], [536, 540], [537, 470, 'c']], true);
const torso = curve([[420, 640, 'c'], [380, 700], [372, 800], [382, 900], [398, 1000], [390, 1100], [366, 1200], [350, 1310, 'c'], [650, 1310, 'c'], [634, 1200], [610, 1100], [602, 1000], [618, 900], [628, 800], [620, 700], [580, 640, 'c']], true);
const blouse = curve([[430, 622, 'c'], [390, 660], [380, 860], [392, 970, 'c'], [608, 970, 'c'], [620, 860], [610, 660], [570, 622, 'c'], [546, 646], [500, 668], [454, 646]], true);
const bib = curve([[428, 760, 'c'], [500, 771], [572, 760, 'c'], [584, 830], [586, 890], [582, 962, 'c'], [500, 975], [418, 962, 'c'], [414, 890], [416, 830]], true);
const strap = (s) => curve([[500 + s * 60, 770, 'c'], [500 + s * 76, 764, 'c'], [500 + s * 116, 640, 'c'], [500 + s * 94, 632, 'c']], true);
const skirt = curve([[416, 958, 'c'], [500, 974], [584, 958, 'c'], [622, 1050], [650, 1170], [672, 1310, 'c'], [328, 1310, 'c'], [350, 1170], [378, 1050]], true);
const collar = (s) => curve([[500 + s * 4, 672, 'c'], [500 + s * 34, 640], [500 + s * 62, 606, 'c'], [500 + s * 98, 632], [500 + s * 96, 682], [500 + s * 56, 706], [500 + s * 20, 700]], true);

// Cardigan: shoulder, sleeve and front of each side, drawn as one shape and folded with shade.
const sleeve = (s) => { const x = (u) => 500 + s * u; return curve([[x(96), 622, 'c'], [x(150), 638], [x(190), 662], [x(210), 714], [x(220), 820], [x(234), 915], [x(246), 984], [x(230), 1034], [x(176), 1080], [x(116), 1122], [x(76), 1152, 'c'], [x(62), 1108], [x(66), 1066, 'c'], [x(112), 1034], [x(150), 990], [x(160), 948, 'c'], [x(152), 880], [x(138), 800, 'c'], [x(118), 740]], true); };
const front = (s) => curve([[500 + s * 90, 618, 'c'], [500 + s * 150, 642], [500 + s * 176, 700], [500 + s * 160, 800], [500 + s * 150, 900], [500 + s * 138, 1000], [500 + s * 150, 1120], [500 + s * 176, 1310, 'c'], [500 + s * 112, 1310, 'c'], [500 + s * 100, 1120], [500 + s * 92, 960], [500 + s * 104, 820], [500 + s * 110, 720]], true);
/** Lines of a knit that follow a shape between two sides, from one end to the other. */
const ribbing = (outer, inner, shares, from = 0, to = 1) => {
  const [o, i] = [sample(outer, 24), sample(inner, 24)].map((list) => list.map(({ p }) => p));
  return shares.map((v) => {
    const points = o.map((p, k) => [p[0] + (i[k][0] - p[0]) * v, p[1] + (i[k][1] - p[1]) * v]).slice(Math.round(24 * from), Math.round(24 * to) + 1);
    return taper(points.filter((_, k) => k % 3 === 0), [0, 1.7, 1.7, 0], 14);
  }).join('');
};
/** A cable of the knit down a line: strands that cross. */
const cable = (points, width, count) => {
  const s = sample(points, count * 4);
  const at = (k, a) => { const { p, t } = s[Math.min(s.length - 1, Math.max(0, k))]; return [p[0] - t[1] * a * width, p[1] + t[0] * a * width]; };
  let d = '';
  for (let i = 0; i < count; i++) {
    const k = i * 4;
    d += taper([at(k, -1), at(k + 1, -0.7), at(k + 3, 0.7), at(k + 4, 1)], [0.4, 2.2, 0.4], 6) + taper([at(k, 1), at(k + 1, 0.75), at(k + 2, 0.3)], [0.4, 1.9, 0], 4) + taper([at(k + 2, -0.3), at(k + 3, -0.75), at(k + 4, -1)], [0, 1.9, 0.4], 4);
  }
  return d;
};
const cardiganFill = defs.linear(270, 620, 740, 1120, [[0, KNIT.light], [0.42, KNIT.base], [1, '#e6cdb6']]);
const cardFront = (s) => {
  const d = front(s);
  const x = (u) => 500 + s * u;
  const edge = [[90, 618], [110, 720], [104, 820], [92, 960], [100, 1120], [112, 1310]].map(([u, y]) => [x(u), y]);
  const seam = [[108, 626], [130, 720], [124, 820], [111, 960], [119, 1120], [132, 1310]].map(([u, y]) => [x(u), y]);
  const [e, m] = [sample(edge, 80), sample(seam, 80)];
  const ribs = e.map(({ p }, k) => `M${Math.round(p[0])} ${Math.round(p[1])}L${Math.round(m[k].p[0])} ${Math.round(m[k].p[1] + 1)}`).join('');
  return inked(d, cardiganFill, KNIT.ink, 2.1, 1.2) +
    defs.clip(d, [
      fill(cable([[146, 646], [150, 740], [140, 860], [126, 980], [136, 1120], [152, 1310]].map(([u, y]) => [x(u), y]), 8, 22), KNIT.deep, { opacity: '0.45' }),
      line(ribs, KNIT.deep, 1.4, { opacity: '0.35' }),
      // the arm's shadow, and the shadow of the hair that lies over it
      fill(curve([[x(182), 690, 'c'], [x(158), 780], [x(146), 900], [x(134), 1000], [x(146), 1140], [x(190), 1310, 'c'], [x(214), 900, 'c']], true), '#b98b80', { opacity: s > 0 ? '0.62' : '0.46' }),
      s < 0 ? fill(curve([[372, 620, 'c'], [410, 640, 'c'], [412, 760], [404, 860], [396, 872], [388, 800], [360, 720, 'c']], true), '#9c6f6a', { opacity: '0.4' })
        : fill(curve([[610, 620, 'c'], [592, 740], [596, 840], [612, 930, 'c'], [668, 930, 'c'], [690, 720, 'c']], true), '#9c6f6a', { opacity: '0.3' }),
      s > 0 ? fill(curve([[582, 620, 'c'], [602, 720], [598, 820], [587, 960], [595, 1120], [606, 1310, 'c'], [590, 1310, 'c'], [570, 900, 'c']], true), '#b98b80', { opacity: '0.35' }) : fill(taper([[409, 640], [391, 730], [397, 820], [408, 950], [400, 1110]], [0, 4, 5, 4, 0]), '#ffffff', { opacity: '0.75' }),
      fill(taper(seam, [1.4, 2, 1.6], 16), KNIT.ink, { opacity: '0.6' }),
      fill(taper([[x(150), 900], [x(134), 930], [x(112), 944]], [0, 5, 0]) + taper([[x(148), 960], [x(128), 1000], [x(104), 1010]], [0, 6, 0]), '#b98b80', { opacity: '0.6' }),
    ]) +
    (s > 0 ? [[121, 776], [116, 884], [119, 1176]].map(([u, y]) => oval(x(u) + 0.6, y + 1.4, 7.6, 7.6, '#4a2c1c') + oval(x(u), y, 6.6, 6.6, '#a8703f') + fill(curve([[x(u) - 4.6, y - 1], [x(u) - 2, y - 4.4], [x(u) + 2.6, y - 4.6], [x(u) - 1, y - 2.6]], true), '#e2b27a') + oval(x(u) - 2, y + 0.6, 1.2, 1.2, '#4a2c1c') + oval(x(u) + 2, y + 0.6, 1.2, 1.2, '#4a2c1c')).join('') : '');
};
const cardSleeve = (s) => {
  const d = sleeve(s);
  const x = (u) => 500 + s * u;
  const side = (list) => list.map(([u, y]) => [x(u), y]);
  const outer = side([[150, 638], [190, 662], [210, 714], [220, 820], [234, 915], [246, 984], [230, 1034], [176, 1080], [116, 1122], [76, 1152]]);
  const inner = side([[100, 640], [108, 690], [118, 740], [138, 800], [152, 880], [160, 948], [152, 984], [132, 1012], [98, 1044], [66, 1066]]);
  return inked(d, cardiganFill, KNIT.ink, 2.3, 1.4) +
    defs.clip(d, [
      fill(ribbing(outer, inner, [0.14, 0.3, 0.46, 0.62, 0.78], 0.1, 0.86), KNIT.deep, { opacity: '0.42' }),
      // the inside of the arm, the underside of the forearm, the crook
      fill(curve([[x(112), 700, 'c'], [x(150), 790], [x(178), 880], [x(190), 950], [x(172), 1006], [x(120), 1060], [x(60), 1094, 'c'], [x(56), 1060, 'c'], [x(150), 960, 'c']], true), '#b98b80', { opacity: s > 0 ? '0.62' : '0.46' }),
      fill(curve([[x(262), 950, 'c'], [x(222), 1026], [x(152), 1088], [x(70), 1134, 'c'], [x(60), 1180, 'c'], [x(280), 1150, 'c']], true), '#a87a72', { opacity: s > 0 ? '0.56' : '0.42' }),
      s > 0 ? fill(curve([[736, 670, 'c'], [716, 720], [712, 820], [722, 930], [712, 1030], [690, 1110], [770, 1150, 'c'], [780, 690, 'c']], true), '#a87a72', { opacity: '0.4' }) : '',
      fill(curve([[x(158), 940, 'c'], [x(188), 966], [x(226), 966, 'c'], [x(192), 984], [x(160), 976]], true) + curve([[x(156), 968, 'c'], [x(180), 1000], [x(214), 1026, 'c'], [x(178), 1018], [x(150), 990]], true) + curve([[x(146), 850, 'c'], [x(172), 878], [x(206), 880, 'c'], [x(174), 894], [x(148), 876]], true), '#8f5f56', { opacity: '0.5' }),
      fill([[160, 944, 192, 960, 230, 946], [158, 960, 186, 1000, 222, 1014], [150, 880, 176, 894, 208, 882], [120, 742, 146, 768, 176, 776], [206, 1046, 186, 1034, 170, 1010]].map(([a, b, c, e, f, g]) => taper([[x(a), b], [x(c), e], [x(f), g]], [0, 2.6, 0])).join(''), KNIT.ink, { opacity: '0.8' }),
      // light along the forearm and on the shoulder
      fill(taper([[x(206), 1000], [x(170), 1040], [x(120), 1076]], [0, 9, 0]), '#ffffff', { opacity: s < 0 ? '0.6' : '0.3' }),
      line([0, 1, 2, 3, 4, 5].map((i) => `M${x(69 + i * 7)} ${1064 - i * 5}Q${x(65 + i * 7)} ${1106 - i * 5} ${x(80 + i * 7)} ${1150 - i * 6}`).join(''), KNIT.deep, 1.8, { opacity: '0.7' }), line(`M${x(110)} ${1034}Q${x(105)} 1076 ${x(126)} 1122`, KNIT.ink, 1.8),
      s < 0 ? ink([[404, 636], [340, 652], [302, 676], [292, 720], [282, 820], [268, 915], [257, 985], [276, 1034], [324, 1080]], [0, 7, 10, 9, 8, 7, 0], '#ffffff', { opacity: '0.85' }) : '',
      // the lock of hair over this shoulder, and the braid over the other
      s < 0 ? fill(curve([[330, 640, 'c'], [396, 640, 'c'], [392, 740], [384, 800], [366, 780], [330, 760, 'c']], true), '#9c6f6a', { opacity: '0.3' }) : fill(curve([[640, 630, 'c'], [632, 720], [640, 790], [668, 760], [684, 660, 'c']], true), '#9c6f6a', { opacity: '0.26' }),
    ]);
};
const ribbon = group('ribbon',
  inked(curve([[500, 690, 'c'], [466, 672], [448, 690], [462, 712], [500, 698, 'c']], true), ribbonColour.base, ribbonColour.ink, 2),
  inked(curve([[500, 690, 'c'], [534, 672], [552, 690], [538, 712], [500, 698, 'c']], true), ribbonColour.shade, ribbonColour.ink, 2),
  inked(curve([[496, 698, 'c'], [478, 730], [470, 764, 'c'], [484, 758, 'c'], [492, 768, 'c'], [504, 700, 'c']], true), ribbonColour.base, ribbonColour.ink, 2),
  inked(curve([[504, 698, 'c'], [522, 728], [532, 758, 'c'], [516, 754, 'c'], [508, 764, 'c'], [496, 700, 'c']], true), ribbonColour.shade, ribbonColour.ink, 2),
  fill([[486, 694, 472, 686, 460, 688], [486, 701, 474, 702, 462, 704], [514, 694, 528, 686, 540, 688], [514, 701, 526, 702, 538, 704], [492, 712, 482, 734, 480, 752], [508, 712, 518, 732, 522, 748]].map(([a, b, c, d, e, f]) => taper([[a, b], [c, d], [e, f]], [2.4, 1.6, 0])).join(''), ribbonColour.ink, { opacity: '0.75' }), fill(taper([[452, 690], [460, 680], [474, 680]], [0, 4, 0]), '#ee9a7e'),
  inked(curve([[490, 686], [510, 686], [514, 698], [508, 708], [492, 708], [486, 698]], true), ribbonColour.base, ribbonColour.ink, 2), fill(taper([[491, 692], [497, 689], [503, 690]], [0, 3, 0]), '#ee9a7e'));
// Pages show at its side; a crane is stamped on the cover.
const book = [
  inked(curve([[432, 1014, 'c'], [580, 1014, 'c'], [588, 1186, 'c'], [426, 1190, 'c']], true), '#efe2c6', '#5a4a34', 2),
  line('M583 1022L590 1182M580 1020L586 1184', '#b9a57e', 1.2),
  inked(curve([[428, 1010, 'c'], [572, 1010, 'c'], [580, 1190, 'c'], [420, 1190, 'c']], true), defs.linear(420, 1010, 590, 1190, [[0, '#4a7098'], [0.4, '#33557c'], [1, '#223c5e']]), '#14243a', 2.2),
  fill(curve([[428, 1012, 'c'], [440, 1012, 'c'], [433, 1188, 'c'], [421, 1188, 'c']], true), '#1c3250', { opacity: '0.7' }), fill(taper([[443, 1014], [439, 1100], [436, 1186]], [0, 3, 0]), '#8fb0d0', { opacity: '0.5' }),
  line(curve([[452, 1024, 'c'], [560, 1024, 'c'], [567, 1176, 'c'], [446, 1176, 'c']], true), '#d9b36a', 2), line(curve([[458, 1030, 'c'], [554, 1030, 'c'], [561, 1170, 'c'], [452, 1170, 'c']], true), '#d9b36a', 0.9),
  fill([[453, 1025, 1, 1], [559, 1025, -1, 1], [566, 1175, -1, -1], [447, 1175, 1, -1]].map(([x, y, i, j]) => `M${x} ${y}L${x + i * 16} ${y}L${x} ${y + j * 16}Z`).join(''), '#e6c37c'),
  fill('M472 1142L494 1124L484 1104L503 1120L514 1088L520 1124L546 1112L540 1122L522 1134L508 1152Z', '#e6c37c'), line('M494 1124L508 1152M503 1120L522 1134', '#33557c', 1.4),
];
// A hand that holds the book: its back comes out of the cuff, the thumb lies along the edge, four fingers on the cover.
const handBack = (s) => {
  const d = curve([[500 + s * 96, 1060, 'c'], [500 + s * 76, 1066], [500 + s * 60, 1076], [500 + s * 53, 1096], [500 + s * 52, 1120], [500 + s * 58, 1136], [500 + s * 72, 1142], [500 + s * 84, 1140, 'c']], true);
  return inked(d, SKIN.base, SKIN.ink, 1.8, 0.8) +
    defs.clip(d, [fill(curve([[500 + s * 100, 1124, 'c'], [500 + s * 70, 1130], [500 + s * 48, 1122, 'c'], [500 + s * 48, 1160, 'c'], [500 + s * 100, 1160, 'c']], true), SKIN.shade, { opacity: '0.7' })]);
};
const thumb = (s) => {
  const d = curve([[500 + s * 80, 1072, 'c'], [500 + s * 68, 1061], [500 + s * 55, 1052], [500 + s * 43, 1047], [500 + s * 35, 1049], [500 + s * 34, 1057], [500 + s * 42, 1065], [500 + s * 52, 1074], [500 + s * 60, 1090, 'c']], true);
  return inked(d, SKIN.base, SKIN.ink, 1.7, 0.7) + defs.clip(d, [fill(curve([[500 + s * 60, 1092, 'c'], [500 + s * 50, 1074], [500 + s * 36, 1061], [500 + s * 44, 1061], [500 + s * 58, 1072], [500 + s * 70, 1086, 'c']], true), SKIN.shade, { opacity: '0.7' })]) + fill(curve([[500 + s * 42, 1049], [500 + s * 36.5, 1051.5], [500 + s * 38.5, 1057], [500 + s * 44.5, 1055]], true), '#ffe6dc', { opacity: '0.95' });
};
const fingers = (s) =>
  [[1082, 27, 0], [1098, 21, 1], [1114, 23, 2], [1129, 31, 3]].map(([y, tip, i]) => {
    const h = i === 3 ? 6.6 : 7.8;
    const [bx, tx, dy] = [500 + s * 76, 500 + s * tip, 2.4 - i * 0.4];
    const d = curve([[bx, y - h, 'c'], [bx - s * 12, y - h - 1.4], [bx - s * 26, y - h + 0.4 + dy * 0.5], [tx + s * 9, y - h + 1.6 + dy], [tx + s * 2.4, y - 3 + dy], [tx + s * 1, y + 1 + dy], [tx + s * 3.4, y + h - 3 + dy], [tx + s * 10, y + h - 1 + dy], [bx - s * 26, y + h - 0.6 + dy * 0.4], [bx, y + h, 'c']], true);
    return inked(d, SKIN.base, SKIN.ink, 1.7, 0.7) +
      defs.clip(d, [fill(curve([[bx, y + 2.6, 'c'], [tx + s * 10, y + 3.4 + dy], [tx, y + 3 + dy, 'c'], [tx, y + h + 5, 'c'], [bx, y + h + 5, 'c']], true), SKIN.shade, { opacity: '0.75' })]) +
      fill(curve([[tx + s * 3, y - 3 + dy], [tx + s * 2.4, y + 1.4 + dy], [tx + s * 7.5, y + 1.8 + dy], [tx + s * 8.6, y - 3.2 + dy]], true), '#ffeae2', { opacity: '0.95' }) +
      ink([[bx - s * 30, y - h + 2], [bx - s * 31.6, y - 1], [bx - s * 30.4, y + 2]], [0, 1.3, 0], SKIN.deep);
  });
const body = group('body', grown(
  inked(torso, GREEN.base, GREEN.ink, 2),
  inked(neckShape, defs.linear(0, 480, 0, 700, [[0, SKIN.shade], [0.45, SKIN.base], [1, SKIN.base]]), SKIN.ink, 2),
  defs.clip(neckShape, [
    // the chin's shadow, with a soft edge, and light that comes back from the collar
    fill(curve([[440, 470, 'c'], [560, 470, 'c'], [556, 574], [540, 588], [516, 580], [490, 568], [468, 566], [440, 576]], true), '#c9786c', { opacity: '0.55' }),
    fill(curve([[440, 470, 'c'], [560, 470, 'c'], [556, 556], [530, 560], [500, 552], [440, 548]], true), '#b05f58', { opacity: '0.4' }),
    fill(curve([[548, 560, 'c'], [540, 592], [530, 622], [570, 650, 'c'], [630, 660, 'c'], [630, 600, 'c']], true), SKIN.shade, { opacity: '0.45' }),
    fill(taper([[448, 618], [472, 630], [491, 632]], [0, 2.4, 0]) + taper([[552, 618], [528, 630], [509, 632]], [0, 2.4, 0]), SKIN.deep, { opacity: '0.65' }),
    fill(taper([[446, 612], [468, 622], [486, 625]], [0, 3.4, 0]), '#ffffff', { opacity: '0.6' }),
  ]),
  inked(blouse, BLOUSE.base, BLOUSE.ink, 2),
  defs.clip(blouse, [
    fill(curve([[630, 640, 'c'], [590, 700], [580, 790], [590, 980, 'c'], [640, 980, 'c']], true), '#c9b3bd', { opacity: '0.8' }),
    // under collar and bow, and between the straps
    fill(curve([[390, 680, 'c'], [404, 706], [444, 722], [480, 716], [500, 728], [520, 716], [556, 722], [596, 706], [610, 680, 'c'], [606, 744, 'c'], [560, 742], [530, 752], [500, 744], [466, 752], [440, 740], [394, 736, 'c']], true), '#b79fae', { opacity: '0.5' }),
    fill(taper([[434, 726], [448, 748], [470, 756]], [0, 4, 0]) + taper([[566, 726], [552, 748], [532, 756]], [0, 4, 0]) + taper([[470, 730], [474, 748], [486, 760]], [0, 3, 0]) + taper([[530, 730], [526, 748], [514, 760]], [0, 3, 0]) + taper([[396, 742], [406, 800], [404, 870]], [0, 4, 0]), '#a58d9e', { opacity: '0.6' }),
    fill(taper([[500, 700], [500, 740], [500, 770]], [0, 1.4, 1.2]), BLOUSE.ink, { opacity: '0.5' }),
  ]),
  inked(skirt, defs.linear(340, 960, 660, 1310, [[0, '#3a6f5b'], [0.45, GREEN.base], [1, GREEN.shade]]), GREEN.ink, 2),
  [-1, 1].map((s) => inked(strap(s), s < 0 ? defs.linear(0, 632, 0, 770, [[0, GREEN.base], [1, '#3a6f5b']]) : GREEN.shade, GREEN.ink, 2) + fill(taper([[500 + s * 92, 646], [500 + s * 84, 704], [500 + s * 70, 762]], [0, 2.6, 0]), GREEN.light, { opacity: s < 0 ? '0.7' : '0.3' })),
  inked(bib, defs.linear(420, 760, 590, 960, [[0, '#43806a'], [0.42, GREEN.base], [1, '#21463a']]), GREEN.ink, 2),
  defs.clip(bib, [
    fill(curve([[580, 750, 'c'], [548, 800], [544, 860], [552, 910], [566, 975, 'c'], [620, 975, 'c'], [620, 750, 'c']], true), GREEN.deep, { opacity: '0.55' }),
    // the cloth turns under the chest and draws together at the waist
    fill(curve([[414, 850, 'c'], [452, 872], [500, 868], [552, 876], [590, 852, 'c'], [590, 884], [548, 890], [500, 880], [452, 888], [412, 880, 'c']], true), GREEN.deep, { opacity: '0.22' }),
    fill([[418, 846, 436, 866, 458, 876], [582, 848, 566, 868, 544, 878], [434, 970, 440, 936, 434, 906], [456, 970, 462, 946, 459, 926], [480, 972, 483, 950, 481, 934], [522, 972, 519, 948, 521, 930], [548, 970, 542, 942, 545, 918], [568, 968, 562, 934, 566, 902]].map(([a, b, c, d, e, f]) => taper([[a, b], [c, d], [e, f]], [3.6, 3, 0])).join(''), GREEN.deep, { opacity: '0.8' }),
    fill(taper([[448, 786], [438, 820], [444, 856]], [0, 15, 0]) + taper([[446, 906], [449, 934], [446, 966]], [0, 6, 0]) + taper([[470, 926], [472, 946], [470, 968]], [0, 5, 0]) + taper([[500, 936], [501, 952], [500, 970]], [0, 4, 0]), GREEN.light, { opacity: '0.5' }),
    line(curve([[438, 774, 'c'], [500, 784], [562, 774, 'c'], [573, 836], [574, 890], [570, 950]]), '#6da08b', 1.5, { 'stroke-dasharray': '6 5', opacity: '0.8' }), line(curve([[438, 774], [427, 836], [426, 890], [430, 950]]), '#6da08b', 1.5, { 'stroke-dasharray': '6 5', opacity: '0.8' }),
    // the bow's shadow
    fill(curve([[452, 750, 'c'], [480, 776], [508, 772], [540, 752, 'c'], [540, 740, 'c'], [452, 740, 'c']], true), GREEN.deep, { opacity: '0.55' }),
  ]),
  [-1, 1].map((s) => oval(500 + s * 62, 786, 8, 8, '#c79a5a', { stroke: '#6b4a22', 'stroke-width': 2 })),
  inked(curve([[414, 952, 'c'], [500, 966], [586, 952, 'c'], [588, 982, 'c'], [500, 998], [412, 982, 'c']], true), defs.linear(412, 0, 588, 0, [[0, GREEN.base], [0.5, GREEN.shade], [1, GREEN.deep]]), GREEN.ink, 2), line(curve([[416, 960], [500, 974], [584, 960]]), '#6da08b', 1.2, { 'stroke-dasharray': '6 5', opacity: '0.6' }),
  defs.clip(skirt, [
    fill([[430, 400, 366], [456, 436, 416], [486, 478, 470], [516, 522, 530], [546, 564, 584], [570, 604, 640]].map(([x0, x1, x2], i) => curve([[x0, 984, 'c'], [x1, 1120], [x2, 1310, 'c'], [x2 + 16 + i * 4, 1310, 'c'], [x1 + 9 + i, 1120]], true)).join(''), GREEN.deep, { opacity: '0.7' }),
    fill(taper([[446, 1000], [424, 1130], [398, 1310]], [0, 7, 10]) + taper([[476, 1000], [462, 1130], [448, 1310]], [0, 6, 9]) + taper([[420, 1000], [384, 1130], [350, 1310]], [0, 5, 8]), GREEN.light, { opacity: '0.5' }),
    fill(curve([[410, 980, 'c'], [500, 996], [590, 980, 'c'], [600, 1004, 'c'], [500, 1026], [400, 1004, 'c']], true), GREEN.deep, { opacity: '0.65' }),
  ]),
  [-1, 1].map((s) => inked(collar(s), s < 0 ? BLOUSE.base : '#f3eae3', BLOUSE.ink, 2, 1)),
  line([-1, 1].map((s) => curve([[500 + s * 92, 636], [500 + s * 89, 676], [500 + s * 56, 697], [500 + s * 24, 692]])).join(''), GREEN.light, 2),
  ribbon,
  [-1, 1].map(cardFront),
));
// Arms and book are layers of their own: shoulders rise, a hand leaves the book.
const bookGroup = group('book', grown(
  fill(curve([[416, 1186, 'c'], [584, 1186, 'c'], [590, 1206], [580, 1214, 'c'], [440, 1212, 'c'], [424, 1204]], true), '#0d1f18', { opacity: '0.4' }),
  book,
));
const armOf = (id, s) => group(id, grown(handBack(s), thumb(s), fingers(s), cardSleeve(s)));
const knitCloth = { fill: cardiganFill, shade: KNIT.shade, deep: KNIT.deep, ink: KNIT.ink };
// Round at the shoulder: a corner there would stand over the collar when the arm is up.
const UPPER = [[128, 650], [152, 638], [190, 662], [212, 714], [224, 820], [240, 900], [250, 950], [232, 990], [194, 988], [166, 960, 'c'], [152, 880], [138, 800, 'c'], [118, 740], [114, 690]];
const UPPER_SHADE = [[136, 770, 'c'], [166, 850], [182, 930], [210, 1000, 'c'], [150, 1000, 'c'], [110, 820, 'c']];
const upperR = upperArm(defs, 'upper-R', { grown, s: 1, outline: UPPER, shadeOf: UPPER_SHADE, cloth: knitCloth });
const foreR = forearm(defs, 'fore-R', { s: 1, elbow: stand(place([708, 944])), angle: 34, cloth: knitCloth, cuff: { ...knitCloth, ribs: true }, skin: SKIN });

// --- marks of feeling -------------------------------------------------------------------------------------------------
const tear = group('tear', [-1, 1].map((s) => fill(curve([[500 + s * 86, 416, 'c'], [500 + s * 94, 434], [500 + s * 87, 446], [500 + s * 79, 434]], true), '#dff1fa', { opacity: '0.92', stroke: '#93bdd4', 'stroke-width': 1.2 })));
const anger = group('anger', fill([[-1, -1], [1, -1], [1, 1], [-1, 1]].map(([a, b]) => taper([[610 + a * 22, 236 + b * 7], [610 + a * 8, 236 + b * 8], [610 + a * 7, 236 + b * 22]], [2, 7.5, 2], 8)).join(''), '#e2523f', { stroke: '#7c1f1a', 'stroke-width': 1.4, 'stroke-linejoin': 'round' }));
const sweat = group('sweat', fill(curve([[628, 298, 'c'], [643, 324], [637, 343], [620, 337], [617, 320]], true), '#dff1fa', { stroke: '#7fa9c4', 'stroke-width': 1.6 }), oval(625, 329, 3, 5, '#ffffff'));

write('koto', defs, {
  parts: { 'hair-back': hairBack, body, book: bookGroup, 'arm-L': armOf('arm-L', -1), 'arm-R': armOf('arm-R', 1), 'upper-R': upperR, 'fore-R': foreR, 'hair-side-L': hairSideL, face, nose, 'eye-L': group('eye-L', left.svg), 'eye-R': group('eye-R', right.svg), mouth: group('mouth', lips.svg), tear, 'hair-side-R': hairSideR, 'braid-upper': braidUpper, 'braid-lower': braidLower, 'hair-front': hairFront, 'brow-L': group('brow-L', browL.svg), 'brow-R': group('brow-R', browR.svg), 'hair-tuft': tuft, crane, sweat, anger },
  keyforms: [...left.keyforms, ...right.keyforms, ...browL.keyforms, ...browR.keyforms],
  blends: lips.blends,
  options: { name: 'Koto', eyeX: [435, 565], eyeY: EYE_Y, chinY: 517, neck: [500, 555], elbowR: stand(place([708, 944])), stance: STANCE, braid: [652, 726] },
});
