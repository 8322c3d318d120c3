/** Haru, who keeps the lighthouse: draws `characters/haru/puppet/puppet.svg` and `rig.json`. Run: `node characters/tools/haru.mjs`. One shape a line, as drawn: this file is not reformatted. */
import { forearm, upperArm } from './arms.mjs';
import { Defs, curve, fill, group, ink, inked, line, lock, mirror, oval, taper } from './kit.mjs';
import { brow, eye, mouth } from './face.mjs';
import { write } from './rigging.mjs';

const defs = new Defs('haru');
const SKIN = { base: '#f9dcc8', light: '#ffecdd', shade: '#e9b49d', deep: '#c98a76', ink: '#7d4638' };
const HAIR = { base: '#7287a6', shade: '#52668a', deep: '#3b4b6e', light: '#c4d6e8', ink: '#27324e', gleam: '0.62' };
const KNIT = { base: '#efe3cd', shade: '#d3bd9c', deep: '#a98d69', light: '#fff8e9', ink: '#6a5138' };
const COAT = { base: '#3a5078', shade: '#293a5c', deep: '#1b2743', light: '#58729d', ink: '#121a2e', rim: '#9fb4d4' };
const GOLD = { base: '#dda63f', shade: '#ad7a26', light: '#ffdd8a', ink: '#57390f' };
const EYE_Y = 380;
const hairFill = defs.linear(0, 110, 0, 430, [[0, '#5c7192'], [0.45, '#7a8fae'], [0.72, '#7186a6'], [1, '#93a8c2']]);
const tone = { ...HAIR, base: hairFill };
const hidden = (id, ...children) => group(id, ...children).replace('<g ', '<g opacity="0" ');
const both = (draw) => [-1, 1].map(draw);
const zoom = (k, x, y, ...parts) => `<g transform="translate(${Math.round(x * (1 - k))} ${Math.round(y * (1 - k))}) scale(${k})">${parts.flat(9).join('')}</g>`;
const sx = (s) => (u) => 500 + s * u;

// --- back of the hair: short, a little over the neck -------------------------------------------------------------------
const backShape = curve([[500, 150, 'c'], [424, 160], [376, 210], [358, 290], [354, 370], [372, 440], [392, 490], [404, 530, 'c'], [416, 502, 'c'], [430, 550, 'c'], [446, 512, 'c'], [464, 544, 'c'], [500, 520], [536, 544, 'c'], [554, 512, 'c'], [570, 550, 'c'], [584, 502, 'c'], [596, 530, 'c'], [608, 490], [628, 440], [646, 370], [642, 290], [624, 210], [576, 160]], true);
const hairBack = group('hair-back',
  inked(backShape, defs.linear(0, 300, 0, 560, [[0, '#3d4d6f'], [1, '#4a5c80']]), HAIR.ink, 2, 0.8),
  fill([[380, 400, 396, 460, 420, 510], [620, 400, 604, 460, 580, 510]].map(([a, b, c, d, e, f]) => taper([[a, b], [c, d], [e, f]], [0, 4, 0])).join(''), HAIR.deep));

// --- face -------------------------------------------------------------------------------------------------------------
const half = [[500, 170], [425, 190], [391, 250], [383, 310], [381, 368], [384, 414], [392, 452], [410, 488], [446, 524], [480, 547], [500, 550]];
const faceShape = curve([...half, ...mirror(half).reverse().slice(1, -1)], true);
const ear = (s) => {
  const x = sx(s);
  const d = curve([[x(104), 380, 'c'], [x(132), 368], [x(147), 376], [x(148), 402], [x(139), 430], [x(126), 446], [x(100), 440, 'c']], true);
  return inked(d, s < 0 ? SKIN.base : '#f3cfb9', SKIN.ink, 1.7, 0.6) +
    fill(curve([[x(124), 388, 'c'], [x(138), 382], [x(140), 402], [x(130), 424, 'c'], [x(133), 404]], true), SKIN.shade) + ink([[x(127), 382], [x(140), 380], [x(143), 400], [x(135), 424]], [0.4, 1.9, 0.4], SKIN.deep);
};
/** A pencil behind the ear, its point to the front. */
const pencil = [
  inked(curve([[626, 356, 'c'], [688, 290, 'c'], [698, 299, 'c'], [636, 366, 'c']], true), '#d8862f', '#4b2a12', 1.7, 0.8),
  fill(curve([[628, 358, 'c'], [690, 292, 'c'], [694, 295, 'c'], [632, 361, 'c']], true), '#f2b45e'),
  inked(curve([[688, 290, 'c'], [695, 282, 'c'], [706, 291, 'c'], [698, 299, 'c']], true), '#c9ced8', '#4b2a12', 1.5, 0.6),
  inked(curve([[695, 282, 'c'], [703, 275], [712, 280], [711, 286], [706, 291, 'c']], true), '#d77a78', '#4b2a12', 1.5, 0.6),
];
const blushOf = (s) => oval(500 + s * 82, 442, 36, 18, defs.radial(500 + s * 82, 442, 36, [[0, '#ea8571', 0.26], [1, '#ea8571', 0]], 'translate(0 221) scale(1 0.5)'));
const face = group('face',
  pencil,
  both(ear),
  inked(faceShape, defs.linear(390, 280, 620, 560, [[0, SKIN.light], [0.5, SKIN.base], [1, '#f3ccb5']]), SKIN.ink, 1.8, 0.9),
  defs.clip(faceShape, [
    // the shadow of the hair, deeper on the side away from the light
    fill(curve([[360, 190, 'c'], [360, 390], [380, 404, 'c'], [392, 366, 'c'], [408, 380, 'c'], [428, 348], [456, 358, 'c'], [480, 338], [508, 352, 'c'], [530, 330], [560, 300], [584, 340, 'c'], [606, 366, 'c'], [614, 410, 'c'], [650, 400], [650, 190, 'c']], true), SKIN.shade, { opacity: '0.62' }),
    fill(curve([[640, 350, 'c'], [616, 410], [604, 456], [572, 502], [534, 532], [500, 552, 'c'], [660, 570, 'c']], true), SKIN.shade, { opacity: '0.6' }),
    both(blushOf),
    hidden('blush', both((s) => oval(500 + s * 82, 444, 42, 22, defs.radial(500 + s * 82, 444, 42, [[0, '#e0604f', 0.5], [0.6, '#e0604f', 0.3], [1, '#e0604f', 0]], 'translate(0 213) scale(1 0.52)'))), fill(both((s) => [0, 1, 2].map((i) => taper([[500 + s * (68 + i * 12), 450], [500 + s * (72 + i * 12), 437]], [0.5, 2.2, 0.5]))).flat().join(''), '#c9554a', { opacity: '0.6' })),
  ]),
);
const nose = group('nose',
  fill(curve([[504, 408, 'c'], [511, 432], [517, 450], [508, 459, 'c'], [500, 457], [505, 446], [503, 430]], true), SKIN.shade, { opacity: '0.75' }),
  fill(taper([[510, 436], [516, 450], [508, 459], [496, 457]], [0, 1.6, 2.3, 0.3]) + taper([[503, 396], [506, 408], [508, 420]], [0, 1.3, 0]), SKIN.deep),
  fill(curve([[499, 436], [502, 438], [501, 447], [498, 446]], true), '#fff8f0', { opacity: '0.85' }));

// --- features ---------------------------------------------------------------------------------------------------------
const EYES = { irisTop: '#22314f', irisMid: '#3f6390', irisLow: '#7fb0d2', irisGlow: '#d3eef5', irisRim: '#17233c', pupil: '#0f172a', white: '#fdfcfb', whiteShade: '#c8cad8', lidShade: '#3e3c58', lash: '#1d1c2a', lashEnd: '#4a3f55', irisSky: '#eef6ff', lowerLash: '#6b4a40', crease: '#9a5f4d' };
const eyeSpec = { w: 38.5, h: 20.5, colours: EYES, slant: 0.5, lash: [1.4, 4, 6.4, 7.2, 6.6, 3], irisW: 0.62, irisH: 1.22, irisX: -0.04, irisDown: 0, flick: 0.35 };
const left = eye(defs, { ...eyeSpec, side: -1, cx: 437, cy: EYE_Y, name: 'eye-L' });
const right = eye(defs, { ...eyeSpec, side: 1, cx: 563, cy: EYE_Y, name: 'eye-R' });
const browSpec = { w: 35, arch: 4, tilt: 1, thick: [3.4, 7.6, 6, 1.2], colour: '#3f4f70' };
const browL = brow({ ...browSpec, side: -1, cx: 435, cy: EYE_Y - 41, name: 'brow-L' });
const browR = brow({ ...browSpec, side: 1, cx: 565, cy: EYE_Y - 41, name: 'brow-R' });
const lips = mouth(defs, { cx: 500, cy: 494, size: 1.1, colours: { deep: '#561c22', inside: '#8a3537', tongue: '#d97f76', line: '#70342b', lipShade: '#cf917c' } });

// --- glasses: thin, a little low, the light on them from the window ------------------------------------------------------
const rim = (s) => curve([[500 + s * 18, EYE_Y - 8], [500 + s * 30, EYE_Y - 27], [500 + s * 66, EYE_Y - 32], [500 + s * 102, EYE_Y - 26], [500 + s * 112, EYE_Y], [500 + s * 104, EYE_Y + 32], [500 + s * 68, EYE_Y + 44], [500 + s * 30, EYE_Y + 36], [500 + s * 18, EYE_Y + 12]], true);
const lens = (s) =>
  fill(rim(s), '#dfeefa', { opacity: '0.1' }) +
  fill(curve([[500 + s * 66 - 40, EYE_Y + 14, 'c'], [500 + s * 66 - 14, EYE_Y - 27, 'c'], [500 + s * 66 + 2, EYE_Y - 29, 'c'], [500 + s * 66 - 32, EYE_Y + 28, 'c']], true), '#ffffff', { opacity: '0.16' }) +
  line(rim(s), '#3b3340', 2.6) + line(rim(s), '#c9a361', 1.1, { transform: 'translate(-0.3 -0.7)' });
const glasses = group('glasses', both(lens), line(`M483 ${EYE_Y - 6}Q500 ${EYE_Y - 17} 517 ${EYE_Y - 6}`, '#3b3340', 2.8), line(`M483 ${EYE_Y - 7}Q500 ${EYE_Y - 18} 517 ${EYE_Y - 7}`, '#c9a361', 1.2), line(both((s) => `M${500 + s * 112} ${EYE_Y - 8}L${500 + s * 128} ${EYE_Y - 14}`).join(''), '#3b3340', 2.8));

// --- hair in front: parted on the viewer's right, swept over the forehead ------------------------------------------------
const RING = { y: (x) => 204 + 0.0016 * (x - 500) ** 2, size: 44 };
const capShape = curve([[358, 384, 'c'], [348, 320], [350, 248], [372, 184], [414, 138], [466, 112], [516, 106], [568, 116], [614, 146], [642, 196], [653, 262], [652, 330], [644, 384, 'c'], [634, 320], [606, 250], [560, 212], [500, 210], [434, 240], [388, 286], [368, 336]], true);
const sweep = (points, widths, more = {}) => lock(points, widths, tone, { ring: RING, strands: 1, shadeSide: -1, ...more });
const fall = (points, widths, more = {}) => lock(points, widths, tone, { ring: RING, strands: 1, shadeSide: 1, ...more });
const hairFront = group('hair-front',
  // what stands off the head, behind the rest
  sweep([[410, 150], [376, 188], [352, 236], [326, 268]], [4, 40, 32, 0], { ring: null }),
  sweep([[392, 176], [356, 226], [342, 290], [318, 340]], [10, 52, 38, 0], { ring: null }),
  fall([[600, 146], [632, 174], [656, 216], [676, 250]], [4, 34, 28, 0], { ring: null }),
  fall([[620, 180], [650, 232], [660, 292], [682, 336]], [10, 46, 34, 0], { ring: null }),
  inked(capShape, hairFill, HAIR.ink, 2, 0.5),
  defs.clip(capShape, [
    fill(curve([[612, 100, 'c'], [690, 100, 'c'], [690, 430, 'c'], [636, 430], [646, 300], [636, 206]], true), HAIR.shade, { opacity: '0.8' }),
    fill([[546, 118, 470, 124, 400, 196], [550, 116, 460, 106, 380, 178], [554, 116, 608, 140, 640, 220]].map(([a, b, c, d, e, f]) => taper([[a, b], [c, d], [e, f]], [0, 2.2, 0.6])).join(''), HAIR.deep, { opacity: '0.8' }),
  ]),
  fall([[584, 144], [630, 200], [646, 274], [630, 364]], [4, 56, 46, 0]),
  fall([[570, 134], [612, 186], [628, 262], [606, 360]], [4, 56, 46, 0]),
  sweep([[470, 134], [404, 186], [366, 264], [368, 370]], [4, 68, 54, 0]),
  sweep([[494, 128], [430, 184], [392, 266], [398, 374]], [4, 70, 58, 0]),
  fall([[560, 128], [588, 182], [596, 252], [566, 336]], [4, 54, 44, 0]),
  sweep([[514, 126], [462, 184], [428, 262], [444, 358]], [4, 66, 58, 0]),
  sweep([[532, 126], [496, 186], [474, 256], [500, 344]], [4, 60, 50, 0]),
  sweep([[554, 124], [560, 180], [540, 246], [522, 322]], [4, 46, 40, 0]),
  sweep([[546, 124], [528, 184], [494, 244], [424, 300]], [4, 44, 34, 0]),
);
const tuft = group('hair-tuft',
  lock([[562, 130], [588, 120], [612, 128], [630, 146]], [10, 16, 12, 0], tone, { strands: 0 }),
  lock([[528, 130], [502, 108], [470, 102], [438, 114]], [14, 22, 15, 0], tone, { strands: 0, shadeSide: -1 }),
  lock([[548, 126], [532, 98], [504, 84], [470, 86]], [16, 24, 16, 0], tone, { strands: 1, shadeSide: -1 }));
const sideOf = (s) => [
  lock([[500 + s * 128, 300], [500 + s * 140, 356], [500 + s * 132, 410], [500 + s * 138, 452]], [20, 32, 22, 0], tone, { shadeSide: s, strands: 1 }),
  lock([[500 + s * 122, 300], [500 + s * 125, 352], [500 + s * 117, 398], [500 + s * 118, 428]], [14, 22, 14, 0], tone, { shadeSide: s, strands: 0 }),
];
const hairSideL = group('hair-side-L', sideOf(-1));
const hairSideR = group('hair-side-R', sideOf(1));

// --- body -------------------------------------------------------------------------------------------------------------
const neck = curve([[453, 490, 'c'], [453, 570], [446, 620], [424, 660, 'c'], [576, 660, 'c'], [554, 620], [547, 570], [547, 490, 'c']], true);
const sweater = curve([[430, 640, 'c'], [370, 690], [344, 800], [350, 1000], [344, 1200, 'c'], [656, 1200, 'c'], [650, 1000], [656, 800], [630, 690], [570, 640, 'c']], true);
const rollBack = curve([[432, 590, 'c'], [500, 574], [568, 590, 'c'], [574, 640], [500, 656], [426, 640, 'c']], true);
const roll = curve([[426, 596, 'c'], [460, 616], [500, 622], [540, 616], [574, 596, 'c'], [584, 630], [582, 672, 'c'], [546, 694], [500, 702], [454, 694], [418, 672, 'c'], [416, 630]], true);
const ribsOf = (x0, x1, step, y0, y1, bow) => {
  let d = '';
  for (let x = x0; x <= x1; x += step) {
    const v = (x - 500) / 100;
    const dip = bow * (1 - v * v);
    d += `M${Math.round(x)} ${Math.round(y0 + dip)}Q${Math.round(x + v * 3)} ${Math.round((y0 + y1) / 2 + dip)} ${Math.round(x + v * 6)} ${Math.round(y1 + dip)}`;
  }
  return d;
};
const cableOf = (cx) => {
  let d = '';
  for (let y = 712; y < 1150; y += 44) d += `M${cx - 15} ${y}C${cx - 15} ${y + 18} ${cx + 14} ${y + 22} ${cx + 14} ${y + 44}M${cx + 15} ${y}C${cx + 15} ${y + 10} ${cx + 9} ${y + 14} ${cx + 4} ${y + 18}M${cx - 5} ${y + 26}C${cx - 10} ${y + 30} ${cx - 14} ${y + 36} ${cx - 14} ${y + 44}`;
  return d;
};
const trousers = curve([[344, 1180, 'c'], [656, 1180, 'c'], [666, 1310, 'c'], [334, 1310, 'c']], true);
const stand = (s) => curve([[500 + s * 60, 590, 'c'], [500 + s * 96, 586], [500 + s * 124, 600], [500 + s * 138, 640, 'c'], [500 + s * 96, 680, 'c'], [500 + s * 70, 640]], true);
const coatFill = defs.linear(250, 640, 760, 1200, [[0, COAT.light], [0.3, COAT.base], [1, COAT.shade]]);
const front = (s) => { const x = sx(s); return curve([[x(100), 620, 'c'], [x(160), 642], [x(206), 670], [x(196), 780], [x(176), 900], [x(186), 1040], [x(206), 1180], [x(222), 1310, 'c'], [x(74), 1310, 'c'], [x(78), 1180], [x(96), 1040], [x(108), 900], [x(104), 760], [x(88), 680, 'c']], true); };
const lining = (s) => { const x = sx(s); return curve([[x(96), 690, 'c'], [x(112), 780], [x(112), 900], [x(98), 1040], [x(80), 1180], [x(76), 1310, 'c'], [x(58), 1310, 'c'], [x(66), 1180], [x(84), 1040], [x(96), 900], [x(96), 780], [x(82), 700, 'c']], true); };
const lapel = (s) => { const x = sx(s); return curve([[x(72), 640, 'c'], [x(132), 652, 'c'], [x(150), 676, 'c'], [x(196), 668, 'c'], [x(202), 720], [x(176), 790], [x(126), 868], [x(96), 904, 'c'], [x(96), 800], [x(80), 720]], true); };
const collar = (s) => { const x = sx(s); return curve([[x(62), 584, 'c'], [x(104), 586], [x(146), 606], [x(196), 652, 'c'], [x(176), 684], [x(140), 700, 'c'], [x(100), 676], [x(72), 640]], true); };
const flap = (s, x0, y, w, h) => { const x = sx(s); return inked(curve([[x(x0), y, 'c'], [x(x0 + w), y - 6, 'c'], [x(x0 + w), y + h - 8], [x(x0 + w * 0.5), y + h], [x(x0), y + h - 2]], true), COAT.base, COAT.ink, 1.8, 1) + line(`M${x(x0 + 4)} ${y + h - 8}L${x(x0 + w * 0.5)} ${y + h - 5}L${x(x0 + w - 4)} ${y + h - 12}`, COAT.rim, 1.1, { opacity: '0.5', 'stroke-dasharray': '5 4' }) + button(x(x0 + w * 0.5), y + h * 0.56, 5); };
const button = (cx, cy, r) => oval(cx + 0.8, cy + 1.2, r + 1, r + 1, GOLD.ink) + oval(cx, cy, r, r, GOLD.base) + fill(curve([[cx - r * 0.6, cy, 'c'], [cx - r * 0.4, cy - r * 0.5], [cx + r * 0.2, cy - r * 0.6, 'c'], [cx - r * 0.1, cy - r * 0.2]], true), GOLD.light);
const coatFront = (s) => {
  const d = front(s);
  const x = sx(s);
  return inked(d, coatFill, COAT.ink, 2.1, 1.2) +
    defs.clip(d, [
      fill(curve([[x(206), 690, 'c'], [x(168), 800], [x(150), 920], [x(158), 1040], [x(178), 1180], [x(196), 1310, 'c'], [x(250), 1310, 'c'], [x(230), 700, 'c']], true), COAT.deep, { opacity: s > 0 ? '0.75' : '0.5' }),
      fill(taper([[x(170), 1000], [x(140), 1020], [x(112), 1016]], [0, 5, 0]) + taper([[x(168), 930], [x(140), 962], [x(120), 968]], [0, 5, 0]), COAT.deep),
      line(curve([[x(112), 900], [x(108), 1040], [x(92), 1180], [x(86), 1310]]), COAT.rim, 1.2, { opacity: '0.45', 'stroke-dasharray': '6 5' }),
    ]) + [0, 1, 2].map((i) => button(x(132 - i * 10), 944 + i * 116, 8)).join('');
};
// The arm on the viewer's left hangs, its hand in the pocket.
const armL = curve([[334, 646, 'c'], [284, 664], [250, 706], [234, 790], [220, 900], [212, 1000], [216, 1060], [240, 1112], [282, 1160, 'c'], [366, 1140, 'c'], [330, 1090], [312, 1030], [322, 930], [334, 830], [340, 740]], true);
// The other one is bent: the forearm comes across to the mug.
const armR = curve([[666, 646, 'c'], [716, 664], [750, 706], [768, 790], [784, 880], [794, 950], [792, 1004], [772, 1036], [734, 1036], [696, 1010], [652, 976, 'c'], [652, 880, 'c'], [684, 890], [706, 872, 'c'], [690, 830], [674, 780], [660, 730]], true);
const sleeveL = inked(armL, coatFill, COAT.ink, 2.3, 1.4) + defs.clip(armL, [
  fill(curve([[334, 780, 'c'], [300, 900], [290, 1010], [308, 1100], [344, 1160, 'c'], [380, 1160, 'c'], [380, 780, 'c']], true), COAT.shade),
  fill(taper([[216, 990], [250, 1016], [300, 1004]], [0, 7, 0]) + taper([[214, 1030], [256, 1052], [306, 1030]], [0, 7, 0]) + taper([[318, 900], [290, 930], [262, 930]], [0, 5, 0]) , COAT.deep),
  fill(taper([[226, 1006], [256, 1030], [296, 1018]], [0, 4, 0]) + taper([[300, 700], [288, 800], [276, 900], [268, 980]], [0, 12, 14, 0]), COAT.light, { opacity: '0.55' }),
  inked(curve([[246, 822, 'c'], [296, 812, 'c'], [300, 834], [276, 846], [248, 842]], true), COAT.base, COAT.ink, 1.6, 0.8), button(274, 832, 4.4),
  fill(taper([[330, 654], [286, 672], [256, 714], [242, 800], [229, 900], [221, 1000], [228, 1076]], [0, 6, 8, 7, 0]), COAT.rim, { opacity: '0.75' }),
]);
const sleeveR = inked(armR, coatFill, COAT.ink, 2.3, 1.4) + defs.clip(armR, [
  fill(curve([[774, 700, 'c'], [746, 800], [758, 890], [766, 956], [752, 1000], [712, 994], [640, 944, 'c'], [630, 1050, 'c'], [740, 1090], [830, 1040, 'c'], [830, 700, 'c']], true), COAT.shade),
  fill(curve([[660, 740, 'c'], [684, 820], [712, 876], [700, 904], [650, 900, 'c'], [640, 840, 'c']], true), COAT.deep, { opacity: '0.6' }),
  fill(taper([[702, 872], [734, 872], [762, 842]], [0, 6, 0]) + taper([[704, 878], [744, 898], [786, 882]], [0, 7, 0]) + taper([[700, 888], [728, 934], [768, 956]], [0, 6, 0]) + taper([[672, 800], [700, 812], [736, 794]], [0, 4, 0]) + taper([[668, 660], [688, 700], [690, 750]], [0, 3, 0]), COAT.deep),
  fill(taper([[704, 690], [720, 760], [730, 830]], [0, 14, 0]) + taper([[690, 930], [724, 962], [762, 972]], [0, 7, 0]), COAT.light, { opacity: '0.6' }),
  fill(taper([[680, 660], [712, 672], [738, 704]], [0, 4, 0]), COAT.rim, { opacity: '0.45' }),
]);
const cuff = inked(curve([[628, 950, 'c'], [648, 942], [672, 940, 'c'], [682, 990], [676, 1050, 'c'], [650, 1050], [632, 1044, 'c'], [636, 1000]], true), defs.linear(620, 940, 690, 1050, [[0, COAT.light], [0.4, COAT.base], [1, COAT.shade]]), COAT.ink, 2, 1) + line(curve([[662, 946], [671, 992], [666, 1044]]), COAT.rim, 1.2, { opacity: '0.5', 'stroke-dasharray': '5 4' });
const pocket = inked(curve([[284, 1150, 'c'], [376, 1126, 'c'], [382, 1150, 'c'], [290, 1178, 'c']], true), COAT.base, COAT.ink, 2, 1.2) + line('M294 1169L374 1146', COAT.rim, 1.1, { opacity: '0.5', 'stroke-dasharray': '5 4' });
// An enamel mug, four fingers around it.
const mugShape = curve([[538, 938, 'c'], [574, 946], [610, 938, 'c'], [608, 1016], [600, 1034], [574, 1041], [548, 1034], [540, 1016]], true);
const mug = [
  line(curve([[542, 964], [516, 962], [512, 992], [522, 1012], [546, 1010]]), GOLD.ink, 11), line(curve([[542, 964], [516, 962], [512, 992], [522, 1012], [546, 1010]]), GOLD.shade, 7),
  inked(mugShape, defs.linear(538, 0, 612, 0, [[0, GOLD.light], [0.35, GOLD.base], [1, GOLD.shade]]), GOLD.ink, 2, 1),
  oval(574, 939, 37.5, 9.5, GOLD.light, { stroke: GOLD.ink, 'stroke-width': 1.6 }), oval(574, 940, 32, 6.8, '#3d2414', { stroke: GOLD.shade, 'stroke-width': 1 }), fill(curve([[552, 941, 'c'], [566, 944], [584, 944, 'c'], [566, 942]], true), '#8a5a36'),
  fill(taper([[548, 956], [549, 990], [554, 1024]], [0, 5, 0]), '#fff3c8', { opacity: '0.8' }),
];
const finger = ([y, tip, h]) => {
  const d = curve([[640, y - h, 'c'], [620, y - h - 2], [tip + 10, y - h + 2], [tip + 1, y - 1], [tip + 2, y + h - 4], [tip + 12, y + h], [620, y + h + 1], [640, y + h, 'c']], true);
  return inked(d, SKIN.base, SKIN.ink, 1.7, 0.7) + fill(curve([[640, y + h - 4, 'c'], [612, y + h - 3], [tip + 4, y + h - 3, 'c'], [tip + 12, y + h], [620, y + h + 1], [640, y + h, 'c']], true), SKIN.shade) +
    fill(curve([[tip + 4, y - 3.4], [tip + 3, y + 1.6], [tip + 11, y + 2.4], [tip + 12.5, y - 4.4]], true), '#ffece4', { stroke: '#e0a793', 'stroke-width': 0.7 }) +
    fill(taper([[tip + 27, y - h + 1.5], [tip + 25.4, y - 1], [tip + 26.6, y + 3]], [0, 1.3, 0]), SKIN.deep);
};
const hand = [
  inked(curve([[650, 962, 'c'], [628, 950], [612, 948], [604, 960], [602, 1000], [606, 1026], [622, 1034], [650, 1036, 'c']], true), SKIN.base, SKIN.ink, 1.8, 0.8),
  [[1024, 584, 7.5], [1007, 572, 8.6], [989, 568, 9], [970, 574, 8.8]].map(finger),
];
const body = group('body', zoom(1.06, 500, 600,
  inked(rollBack, KNIT.shade, KNIT.ink, 1.8),
  inked(neck, defs.linear(0, 500, 0, 640, [[0, SKIN.shade], [1, SKIN.base]]), SKIN.ink, 1.8),
  defs.clip(neck, [
    fill(curve([[436, 480, 'c'], [564, 480, 'c'], [564, 600], [536, 606], [500, 596], [470, 580], [440, 556]], true), SKIN.deep, { opacity: '0.62' }),
    fill(taper([[462, 560], [476, 600], [490, 640]], [0, 3, 0]) + taper([[538, 560], [528, 600], [514, 640]], [0, 3, 0]), SKIN.deep, { opacity: '0.7' }),
  ]),
  inked(trousers, '#4b4650', '#221f28', 2),
  inked(sweater, defs.linear(350, 680, 650, 1100, [[0, KNIT.light], [0.45, KNIT.base], [1, '#dfcdae']]), KNIT.ink, 2),
  defs.clip(sweater, [
    line(cableOf(446) + cableOf(500) + cableOf(554), KNIT.deep, 2.2, { opacity: '0.5' }),
    line(ribsOf(360, 640, 12, 1160, 1200, 0), KNIT.deep, 1.8, { opacity: '0.6' }), line('M340 1156Q500 1162 660 1156', KNIT.deep, 2),
    fill(curve([[410, 660, 'c'], [440, 704], [500, 728], [560, 704], [590, 660, 'c'], [620, 640, 'c'], [620, 1210, 'c'], [572, 1210, 'c'], [588, 1040], [574, 940, 'c'], [580, 860], [572, 780], [560, 724, 'c'], [500, 748], [438, 724, 'c'], [424, 780], [414, 860], [420, 940], [408, 1040], [420, 1210, 'c'], [330, 1210, 'c'], [330, 640, 'c']], true), KNIT.shade, { opacity: '0.8' }),
  ]),
  inked(roll, defs.linear(420, 600, 580, 700, [[0, KNIT.light], [0.5, KNIT.base], [1, KNIT.shade]]), KNIT.ink, 2, 1.2),
  defs.clip(roll, [
    line(ribsOf(420, 580, 10, 594, 680, 22), KNIT.deep, 1.7, { opacity: '0.55' }),
    fill(curve([[416, 600, 'c'], [440, 616], [500, 640], [560, 616], [584, 600, 'c'], [584, 590, 'c'], [416, 590, 'c']], true), KNIT.shade, { opacity: '0.55' }),
    fill(curve([[590, 600, 'c'], [556, 630], [548, 700, 'c'], [600, 700, 'c']], true), KNIT.shade, { opacity: '0.8' }),
  ]),
  both((s) => inked(stand(s), GOLD.shade, GOLD.ink, 2)),
  both((s) => inked(lining(s), s < 0 ? GOLD.base : GOLD.shade, GOLD.ink, 1.8, 0.6)),
  both(coatFront),
  flap(-1, 122, 984, 56, 36), flap(1, 124, 1100, 62, 36),
));
const arms = {
  'arm-L': group('arm-L', zoom(1.06, 500, 600, sleeveL, pocket)),
  'arm-R': group('arm-R', zoom(1.06, 500, 600, sleeveR)),
};
const collars = group('front-collar', zoom(1.06, 500, 600,
  both((s) => inked(lapel(s), coatFill, COAT.ink, 2.1, 1.2) + defs.clip(lapel(s), [fill(curve([[500 + s * 210, 680, 'c'], [500 + s * 172, 760], [500 + s * 118, 850], [500 + s * 96, 910, 'c'], [500 + s * 220, 860, 'c']], true), COAT.shade), fill(taper([[500 + s * 92, 690], [500 + s * 112, 770], [500 + s * 108, 850]], [0, 14, 0]), s < 0 ? COAT.rim : COAT.light, { opacity: '0.4' }), line(curve([[500 + s * 150, 684, 'c'], [500 + s * 188, 680, 'c'], [500 + s * 190, 724], [500 + s * 164, 788], [500 + s * 106, 876]]), COAT.rim, 1.2, { opacity: '0.5', 'stroke-dasharray': '6 5' })])),
  both((s) => inked(collar(s), s < 0 ? COAT.light : COAT.base, COAT.ink, 2.1, 1.2) + defs.clip(collar(s), [fill(curve([[500 + s * 58, 580, 'c'], [500 + s * 84, 610], [500 + s * 120, 660], [500 + s * 150, 704, 'c'], [500 + s * 90, 700, 'c'], [500 + s * 50, 640, 'c']], true), COAT.shade, { opacity: '0.8' })])),
));
const mugGroup = group('mug', zoom(1.06, 500, 600, fill(curve([[516, 950, 'c'], [520, 1000], [560, 1018], [604, 1006], [646, 994], [676, 1020], [674, 1056, 'c'], [640, 1032], [600, 1034], [556, 1042], [522, 1016]], true), '#2a2433', { opacity: '0.28' }), zoom(1.2, 640, 1350, mug, hand, cuff)));
const coatCloth = { fill: coatFill, shade: COAT.shade, deep: COAT.deep, ink: COAT.ink };
const UPPER = [[150, 640, 'c'], [214, 656], [252, 700], [270, 800], [288, 900], [290, 950], [270, 990], [228, 988], [196, 950, 'c'], [182, 860], [172, 780], [164, 700]];
const UPPER_SHADE = [[164, 760, 'c'], [196, 850], [214, 930], [246, 1000, 'c'], [180, 1000, 'c'], [150, 800, 'c']];
const upperL = upperArm(defs, 'upper-L', { s: -1, outline: UPPER, shadeOf: UPPER_SHADE, cloth: coatCloth, lit: COAT.rim });
const foreL = forearm(defs, 'fore-L', { s: -1, elbow: [256, 944], angle: 20, cloth: coatCloth, cuff: coatCloth, skin: SKIN });

// --- marks of feeling ---------------------------------------------------------------------------------------------------
const tear = group('tear', both((s) => fill(curve([[500 + s * 84, 416, 'c'], [500 + s * 92, 434], [500 + s * 85, 446], [500 + s * 77, 434]], true), '#dff1fa', { opacity: '0.92', stroke: '#8fb8cf', 'stroke-width': 1.2 })));
const sweat = group('sweat', fill(curve([[626, 304, 'c'], [640, 330], [634, 348], [618, 342], [616, 326]], true), '#dff1fa', { stroke: '#7fa9c4', 'stroke-width': 1.6 }), oval(623, 334, 3, 5, '#ffffff'));

const size = write('haru', defs, {
  parts: { 'hair-back': hairBack, body, 'arm-L': arms['arm-L'], 'upper-L': upperL, 'arm-R': arms['arm-R'], 'front-collar': collars, mug: mugGroup, 'fore-L': foreL, face, nose, 'eye-L': group('eye-L', left.svg), 'eye-R': group('eye-R', right.svg), mouth: group('mouth', lips.svg), tear, glasses, 'hair-side-L': hairSideL, 'hair-side-R': hairSideR, 'hair-front': hairFront, 'hair-tuft': tuft, 'brow-L': group('brow-L', browL.svg), 'brow-R': group('brow-R', browR.svg), sweat },
  keyforms: [...left.keyforms, ...right.keyforms, ...browL.keyforms, ...browR.keyforms],
  blends: lips.blends,
  options: { name: 'Haru', eyeX: [437, 563], eyeY: EYE_Y, chinY: 550, neck: [500, 600] },
});
console.log(size);
