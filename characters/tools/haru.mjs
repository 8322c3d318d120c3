/** Haru, who keeps the lighthouse: draws `characters/haru/puppet/puppet.svg` and `rig.json`. Run: `node characters/tools/haru.mjs`. One shape a line, as drawn: this file is not reformatted. */
import { forearm, upperArm } from './arms.mjs';
import { Defs, curve, fill, group, ink, inked, line, lock, mirror, oval, taper } from './kit.mjs';
import { brow, eye, mouth } from './face.mjs';
import { clump, halo } from './hair.mjs';
import { write } from './rigging.mjs';
import { stance } from './stance.mjs';

const defs = new Defs('haru');
const SKIN = { base: '#f9dcc8', light: '#ffecdd', shade: '#e9b49d', deep: '#c98a76', ink: '#7d4638' };
const HAIR = { base: '#7389ab', shade: '#4d6188', deep: '#36456a', light: '#cfe0f2', ink: '#222c48', gleam: '0.62' };
const KNIT = { base: '#efe3cd', shade: '#d3bd9c', deep: '#a98d69', light: '#fff8e9', ink: '#6a5138' };
const COAT = { base: '#3a5078', shade: '#293a5c', deep: '#1b2743', light: '#58729d', ink: '#121a2e', rim: '#9fb4d4' };
const GOLD = { base: '#dda63f', shade: '#ad7a26', light: '#ffdd8a', ink: '#57390f' };
const EYE_Y = 380;
const hairFill = defs.linear(0, 110, 0, 430, [[0, '#566b90'], [0.3, '#7389ac'], [0.48, '#7d93b4'], [0.72, '#687ea2'], [1, '#9ab0ca']]);
const tone = { ...HAIR, base: hairFill };
const hidden = (id, ...children) => group(id, ...children).replace('<g ', '<g opacity="0" ');
const both = (draw) => [-1, 1].map(draw);
/** The weight is on the leg at the viewer's right, under the mug. */
const STANCE = { side: 1, neck: 610, turn: 24 };
const stand = stance(STANCE);
const zoom = (k, x, y, ...parts) => `<g transform="translate(${Math.round(x * (1 - k))} ${Math.round(y * (1 - k))}) scale(${k})">${parts.flat(9).join('')}</g>`;
const sx = (s) => (u) => 500 + s * u;

// --- back of the hair: short, a little over the neck -------------------------------------------------------------------
const backShape = curve([[500, 150, 'c'], [424, 160], [376, 210], [358, 290], [354, 370], [364, 440], [376, 486], [380, 532, 'c'], [390, 514, 'c'], [394, 530], [404, 554, 'c'], [413, 528, 'c'], [420, 546], [434, 570, 'c'], [446, 536, 'c'], [456, 548], [470, 562, 'c'], [500, 530], [530, 562, 'c'], [544, 548], [554, 536, 'c'], [560, 548], [572, 566, 'c'], [582, 526, 'c'], [588, 540], [600, 550, 'c'], [608, 512, 'c'], [612, 522], [622, 530, 'c'], [624, 486], [636, 440], [646, 370], [642, 290], [624, 210], [576, 160]], true);
const hairBack = group('hair-back',
  inked(backShape, defs.linear(0, 300, 0, 575, [[0, '#35446a'], [0.6, '#40517a'], [1, '#5d7299']]), HAIR.ink, 2, 0.8),
  fill([[374, 400, 384, 460, 396, 526], [392, 440, 404, 500, 418, 544], [626, 400, 616, 460, 606, 522], [608, 440, 598, 500, 586, 538], [420, 480, 428, 520, 442, 556], [580, 480, 572, 520, 562, 556]].map(([a, b, c, d, e, f]) => taper([[a, b], [c, d], [e, f]], [0, 3.4, 0])).join(''), HAIR.deep),
  fill(taper([[358, 400], [368, 450], [384, 500]], [0, 4, 0]), '#a9bedb', { opacity: '0.6' }));

// --- face -------------------------------------------------------------------------------------------------------------
const half = [[500, 170], [425, 190], [391, 250], [383, 310], [381, 368], [384, 414], [391, 454], [406, 492], [438, 524], [474, 545], [500, 549]];
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
    hidden('gloom', fill('M360 150H640V450H360Z', defs.linear(0, 240, 0, 440, [[0, '#3c4270', 0.6], [0.5, '#484d80', 0.32], [1, '#5a5f8e', 0]]))),
    hidden('blush', both((s) => oval(500 + s * 82, 444, 42, 22, defs.radial(500 + s * 82, 444, 42, [[0, '#e0604f', 0.5], [0.6, '#e0604f', 0.3], [1, '#e0604f', 0]], 'translate(0 213) scale(1 0.52)'))), fill(both((s) => [0, 1, 2].map((i) => taper([[500 + s * (68 + i * 12), 450], [500 + s * (72 + i * 12), 437]], [0.5, 2.2, 0.5]))).flat().join(''), '#c9554a', { opacity: '0.6' })),
  ]),
);
const nose = group('nose',
  fill(curve([[504, 408, 'c'], [511, 432], [517, 450], [508, 459, 'c'], [500, 457], [505, 446], [503, 430]], true), SKIN.shade, { opacity: '0.75' }),
  fill(taper([[510, 436], [516, 450], [508, 459], [496, 457]], [0, 1.6, 2.3, 0.3]) + taper([[503, 396], [506, 408], [508, 420]], [0, 1.3, 0]), SKIN.deep),
  fill(curve([[499, 436], [502, 438], [501, 447], [498, 446]], true), '#fff8f0', { opacity: '0.6' }));

// --- features ---------------------------------------------------------------------------------------------------------
const EYES = { irisTop: '#22314f', irisMid: '#3f6390', irisLow: '#7fb0d2', irisGlow: '#d3eef5', irisRim: '#17233c', pupil: '#0f172a', white: '#fdfcfb', whiteShade: '#c8cad8', lidShade: '#3e3c58', lash: '#1d1c2a', lashEnd: '#4a3f55', irisSky: '#eef6ff', lowerLash: '#6b4a40', crease: '#9a5f4d' };
const eyeSpec = { w: 38.5, h: 23, colours: EYES, slant: 0.5, lash: [1.4, 4.4, 7.4, 8.4, 7.8, 3.6], irisW: 0.63, irisH: 1.2, irisX: -0.04, irisDown: 0, flick: 0.35, spike: 0 };
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
const capShape = curve([[358, 384, 'c'], [348, 320], [350, 248], [372, 184], [414, 138], [466, 112], [516, 106], [568, 116], [614, 146], [642, 196], [653, 262], [652, 330], [644, 384, 'c'], [634, 320], [606, 250], [560, 222], [500, 220], [434, 246], [388, 286], [368, 336]], true);
const swept = (left, tips, right, more) => clump(defs, { left, tips, right }, tone, { shade: 0.42, inkWidth: 1.9, ...more });
const hairFront = group('hair-front',
  // what stands off the head, behind the rest
  swept([[420, 150], [366, 190], [342, 232]], [[316, 280], [340, 262], [350, 292]], [[450, 170], [400, 224], [370, 262]], { hook: -4, strands: 1, gleams: 0, under: 0.35 }),
  swept([[404, 184], [358, 234], [340, 294]], [[314, 352], [338, 330], [344, 376]], [[436, 210], [394, 264], [374, 322]], { hook: -5, strands: 2, gleams: 0, under: 0.3 }),
  swept([[580, 150], [620, 200], [642, 246]], [[650, 286], [662, 250], [684, 262]], [[604, 138], [646, 172], [668, 216]], { hook: 4, strands: 1, gleams: 0, under: 0.35 }),
  swept([[590, 204], [624, 262], [640, 322]], [[652, 380], [662, 330], [688, 348]], [[624, 180], [658, 236], [668, 292]], { hook: 5, strands: 2, gleams: 0, under: 0.3 }),
  inked(capShape, hairFill, HAIR.ink, 2, 0.5),
  defs.clip(capShape, [
    fill([[546, 118, 470, 124, 400, 196], [550, 116, 460, 106, 380, 178], [554, 116, 608, 140, 640, 220], [556, 116, 590, 124, 616, 160]].map(([a, b, c, d, e, f]) => taper([[a, b], [c, d], [e, f]], [0, 2.2, 0.6])).join(''), HAIR.deep, { opacity: '0.8' }),
  ]),
  swept([[594, 136], [628, 190], [638, 270], [634, 334]], [[626, 408], [642, 364], [656, 398]], [[608, 140], [652, 196], [664, 270], [660, 340]], { hook: -3, shade: 0.55, gleams: 0 }),
  swept([[472, 134], [402, 180], [364, 250], [354, 320]], [[352, 404], [366, 356], [380, 388]], [[504, 132], [432, 190], [398, 260], [388, 330]], { hook: 4 }),
  swept([[562, 126], [594, 180], [604, 250], [604, 300]], [[594, 376], [612, 326], [630, 366]], [[592, 130], [632, 190], [646, 262], [642, 320]], { hook: -4, shade: 0.5 }),
  swept([[492, 128], [422, 180], [384, 250], [378, 310]], [[390, 384], [402, 330], [416, 350]], [[526, 126], [470, 190], [438, 256], [428, 312]], { hook: 5, strands: 3 }),
  swept([[548, 122], [554, 176], [552, 232], [548, 278]], [[548, 336], [566, 292], [590, 338]], [[580, 124], [608, 184], [616, 250], [610, 300]], { hook: -5, shade: 0.46 }),
  swept([[514, 124], [454, 184], [422, 250], [418, 306]], [[442, 346], [452, 300], [474, 340]], [[550, 122], [516, 184], [494, 250], [486, 296]], { hook: 6, strands: 3, gleams: 2 }),
  swept([[536, 120], [506, 184], [484, 244], [488, 292]], [[508, 344], [516, 288], [538, 318]], [[564, 120], [562, 180], [552, 240], [544, 282]], { hook: 6, strands: 2 }),
  swept([[540, 120], [520, 176], [478, 236]], [[418, 298]], [[560, 122], [548, 184], [506, 248]], { hook: 0, strands: 1, gleams: 1, shade: 0.36 }),
  fill([[[452, 190], [418, 252], [404, 310]], [[600, 200], [622, 262], [624, 320]], [[560, 190], [572, 240], [570, 290]]].map((p) => taper(p, [0, 3, 0], 6)).join(''), HAIR.ink, { opacity: '0.8' }),
  defs.clip(capShape, [fill(curve([[606, 100, 'c'], [690, 100, 'c'], [690, 430, 'c'], [646, 430], [652, 300], [636, 206]], true), HAIR.deep, { opacity: '0.42' })]),
  halo({ y: (x) => 204 + 0.0016 * (x - 500) ** 2, from: 366, to: 636, crown: [548, 60], size: 44, colour: '#b9cde6', core: '#f4faff', seed: 5, gaps: [[398, 408], [456, 466], [520, 532], [584, 592]] }),
  ink([[352, 350], [352, 290], [362, 236], [388, 178], [432, 138]], [0, 4, 6, 4, 0], '#f3f8ff', { opacity: '0.7' }),
  ink([[650, 360], [651, 300], [644, 230], [618, 170]], [0, 3, 4, 0], '#ffd9a8', { opacity: '0.4' }),
);
const tuft = group('hair-tuft',
  lock([[562, 130], [588, 120], [612, 128], [630, 146]], [10, 16, 12, 0], tone, { strands: 0 }),
  lock([[528, 130], [502, 108], [470, 102], [438, 114]], [14, 22, 15, 0], tone, { strands: 0, shadeSide: -1 }),
  lock([[548, 126], [532, 98], [504, 84], [470, 86]], [16, 24, 16, 0], tone, { strands: 1, shadeSide: -1 }));
const sideOf = (s) => {
  const x = sx(s);
  const [inner, outer] = [[[x(108), 290], [x(112), 352], [x(108), 400]], [[x(140), 300], [x(146), 360], [x(138), 410]]];
  const tips = [[x(112), 446], [x(122), 414], [x(136), 460]];
  return clump(defs, s > 0 ? { left: inner, tips, right: outer } : { left: outer, tips: [...tips].reverse(), right: inner }, tone, { shade: s > 0 ? 0.5 : 0.4, strands: 2, inkWidth: 1.8, from: 0.1, hook: -s * 3, under: 0.3 });
};
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
const coatFill = defs.linear(250, 640, 760, 1200, [[0, COAT.light], [0.3, COAT.base], [1, COAT.shade]]);
const front = (s) => { const x = sx(s); return curve([[x(90), 606, 'c'], [x(150), 626], [x(204), 654], [x(200), 720], [x(192), 790], [x(176), 900], [x(186), 1040], [x(206), 1180], [x(222), 1310, 'c'], [x(74), 1310, 'c'], [x(78), 1180], [x(96), 1040], [x(108), 900], [x(104), 760], [x(88), 680, 'c']], true); };
const lining = (s) => { const x = sx(s); return curve([[x(96), 690, 'c'], [x(112), 780], [x(112), 900], [x(98), 1040], [x(80), 1180], [x(76), 1310, 'c'], [x(58), 1310, 'c'], [x(66), 1180], [x(84), 1040], [x(96), 900], [x(96), 780], [x(82), 700, 'c']], true); };
const lapel = (s) => { const x = sx(s); return curve([[x(76), 640, 'c'], [x(112), 668, 'c'], [x(126), 690, 'c'], [x(176), 690, 'c'], [x(180), 724], [x(160), 790], [x(122), 862], [x(96), 904, 'c'], [x(98), 800], [x(84), 720]], true); };
const collar = (s) => { const x = sx(s); return curve([[x(58), 574, 'c'], [x(84), 570], [x(108), 584], [x(140), 626], [x(164), 668, 'c'], [x(142), 682], [x(112), 692, 'c'], [x(90), 664], [x(70), 632]], true); };
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
const armL = curve([[302, 650, 'c'], [278, 664], [250, 706], [234, 790], [220, 900], [212, 1000], [216, 1060], [240, 1112], [282, 1160, 'c'], [366, 1140, 'c'], [330, 1090], [312, 1030], [322, 930], [334, 840], [334, 760], [320, 696]], true);
// The other one is bent: the forearm comes across to the mug.
const armR = curve([[698, 650, 'c'], [722, 664], [750, 706], [768, 790], [784, 880], [794, 950], [792, 1004], [772, 1036], [734, 1036], [696, 1010], [652, 976, 'c'], [652, 880, 'c'], [684, 890], [706, 872, 'c'], [690, 830], [672, 780], [666, 740], [680, 696]], true);
const sleeveL = inked(armL, coatFill, COAT.ink, 2.3, 1.4) + defs.clip(armL, [
  fill(curve([[334, 780, 'c'], [300, 900], [290, 1010], [308, 1100], [344, 1160, 'c'], [380, 1160, 'c'], [380, 780, 'c']], true), COAT.shade),
  fill(curve([[214, 980, 'c'], [250, 1012], [310, 1000, 'c'], [262, 1030], [216, 1010]], true) + curve([[212, 1020, 'c'], [256, 1050], [312, 1030, 'c'], [266, 1070], [218, 1052]], true) + curve([[326, 890, 'c'], [296, 926], [256, 930, 'c'], [292, 946], [324, 920]], true) + curve([[330, 790, 'c'], [312, 826], [282, 840, 'c'], [314, 848], [334, 830]], true) + curve([[318, 700, 'c'], [318, 760], [332, 800, 'c'], [338, 760], [330, 710]], true), COAT.deep, { opacity: '0.75' }),
  fill(taper([[226, 1006], [256, 1030], [296, 1018]], [0, 4, 0]) + taper([[276, 690], [262, 780], [256, 880], [246, 970]], [0, 14, 16, 0]), COAT.light, { opacity: '0.5' }),
  inked(curve([[246, 822, 'c'], [296, 812, 'c'], [300, 834], [276, 846], [248, 842]], true), COAT.base, COAT.ink, 1.6, 0.8), button(274, 832, 4.4),
  fill(taper([[330, 654], [286, 672], [256, 714], [242, 800], [229, 900], [221, 1000], [228, 1076]], [0, 6, 8, 7, 0]), COAT.rim, { opacity: '0.75' }),
]);
const sleeveR = inked(armR, coatFill, COAT.ink, 2.3, 1.4) + defs.clip(armR, [
  fill(curve([[774, 700, 'c'], [746, 800], [758, 890], [766, 956], [752, 1000], [712, 994], [640, 944, 'c'], [630, 1050, 'c'], [740, 1090], [830, 1040, 'c'], [830, 700, 'c']], true), COAT.shade),
  fill(curve([[660, 740, 'c'], [684, 820], [712, 876], [700, 904], [650, 900, 'c'], [640, 840, 'c']], true), COAT.deep, { opacity: '0.6' }),
  fill(curve([[700, 866, 'c'], [734, 880], [772, 846, 'c'], [744, 900], [704, 886]], true) + curve([[700, 884, 'c'], [744, 912], [792, 892, 'c'], [752, 934], [706, 906]], true) + curve([[696, 896, 'c'], [722, 950], [764, 972, 'c'], [716, 962], [690, 920]], true) + curve([[668, 780, 'c'], [702, 812], [742, 800, 'c'], [704, 832], [674, 812]], true) + curve([[682, 700, 'c'], [674, 744], [678, 790, 'c'], [668, 750], [670, 710]], true), COAT.deep, { opacity: '0.65' }),
  fill(taper([[702, 872], [734, 872], [762, 842]], [0, 6, 0]) + taper([[704, 878], [744, 898], [786, 882]], [0, 7, 0]) + taper([[700, 888], [728, 934], [768, 956]], [0, 6, 0]) + taper([[672, 800], [700, 812], [736, 794]], [0, 4, 0]) + taper([[668, 660], [688, 700], [690, 750]], [0, 3, 0]), COAT.deep),
  fill(taper([[716, 690], [732, 760], [738, 830]], [0, 14, 0]) + taper([[690, 930], [724, 962], [762, 972]], [0, 7, 0]), COAT.light, { opacity: '0.6' }),
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
  const d = curve([[642, y - h, 'c'], [624, y - h - 2.4], [tip + 26, y - h - 2], [tip + 9, y - h + 3], [tip, y + 1], [tip + 3, y + h - 3], [tip + 13, y + h + 1], [tip + 28, y + h], [624, y + h + 1], [642, y + h, 'c']], true);
  return inked(d, defs.linear(tip, 0, 642, 0, [[0, '#fff0e4'], [0.4, SKIN.base], [1, '#f0c9b3']]), SKIN.ink, 1.6, 0.7) +
    defs.clip(d, [fill(curve([[646, y + h - 5, 'c'], [612, y + h - 4], [tip + 14, y + h - 3], [tip, y + h - 1, 'c'], [tip, y + h + 8, 'c'], [646, y + h + 8, 'c']], true), SKIN.shade, { opacity: '0.85' }),
      fill(taper([[tip + 30, y - h], [tip + 27, y], [tip + 29, y + h]], [0, 4, 0]), SKIN.shade, { opacity: '0.6' }), fill(taper([[620, y - h], [617, y], [619, y + h]], [0, 5, 0]), SKIN.shade, { opacity: '0.6' })]) +
    fill(curve([[tip + 3.4, y - 2.6], [tip + 2.6, y + 2], [tip + 5, y + 4.4], [tip + 11, y + 3], [tip + 12.6, y - 2.4], [tip + 8, y - 5]], true), '#ffe3d9', { stroke: '#d99c88', 'stroke-width': 0.7 }) +
    fill(taper([[tip + 27, y - h + 2.5], [tip + 25.6, y - 0.6], [tip + 26.6, y + 3.6]], [0, 1.4, 0]) + taper([[618, y - h + 3], [616.4, y], [617.4, y + 4]], [0, 1.4, 0]), SKIN.deep, { opacity: '0.8' });
};
const hand = [
  inked(curve([[650, 962, 'c'], [628, 950], [612, 948], [604, 960], [602, 1000], [606, 1026], [622, 1034], [650, 1036, 'c']], true), SKIN.base, SKIN.ink, 1.8, 0.8),
  [[1024, 587, 7.2], [1007, 574, 8.4], [988.5, 567, 9.2], [969, 571, 9]].map(finger),
];
const body = group('body', zoom(1.06, 500, 600,
  inked(rollBack, KNIT.shade, KNIT.ink, 1.8),
  inked(neck, defs.linear(0, 500, 0, 640, [[0, SKIN.shade], [1, SKIN.base]]), SKIN.ink, 1.8),
  defs.clip(neck, [
    fill(curve([[436, 480, 'c'], [564, 480, 'c'], [564, 612], [536, 612], [508, 594], [476, 588], [440, 592]], true), '#b96f60', { opacity: '0.5' }),
    fill(curve([[436, 480, 'c'], [564, 480, 'c'], [564, 590], [530, 584], [500, 566], [440, 566]], true), '#9c5750', { opacity: '0.35' }),
    fill(taper([[466, 576], [480, 606], [492, 640]], [0, 2.6, 0]) + taper([[540, 570], [530, 604], [516, 640]], [0, 2.6, 0]) + taper([[496, 596], [500, 610], [497, 622]], [0, 2, 0]), SKIN.deep, { opacity: '0.6' }),
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
  both((s) => inked(lining(s), s < 0 ? GOLD.base : GOLD.shade, GOLD.ink, 1.8, 0.6)),
  both(coatFront),
  flap(-1, 122, 984, 56, 36), flap(1, 124, 1100, 62, 36),
));
const arms = {
  'arm-L': group('arm-L', zoom(1.06, 500, 600, sleeveL, pocket)),
  'arm-R': group('arm-R', zoom(1.06, 500, 600, sleeveR)),
};
const collars = group('front-collar', zoom(1.06, 500, 600,
  both((s) => {
    const x = sx(s);
    const d = lapel(s);
    return inked(d, defs.linear(x(76), 690, x(186), 800, [[0, s < 0 ? COAT.light : '#46618f'], [0.35, COAT.base], [1, COAT.shade]]), COAT.ink, 2.1, 1.2) + defs.clip(d, [
      fill(curve([[x(190), 690, 'c'], [x(150), 712], [x(128), 780], [x(112), 850], [x(96), 910, 'c'], [x(200), 860, 'c']], true), COAT.deep, { opacity: '0.38' }),
      fill(curve([[x(70), 630, 'c'], [x(92), 668], [x(116), 696], [x(180), 704, 'c'], [x(180), 680, 'c'], [x(110), 640, 'c']], true), COAT.deep, { opacity: '0.5' }),
      fill(taper([[x(86), 690], [x(104), 772], [x(103), 860]], [0, 6, 0]), s < 0 ? COAT.rim : COAT.light, { opacity: '0.7' }),
      line(curve([[x(132), 698, 'c'], [x(168), 698, 'c'], [x(171), 726], [x(150), 788], [x(110), 860]]), COAT.rim, 1.2, { opacity: '0.55', 'stroke-dasharray': '6 5' })]);
  }),
  both((s) => {
    const x = sx(s);
    const d = collar(s);
    return inked(d, defs.linear(x(64), 600, x(164), 660, [[0, COAT.shade], [0.4, s < 0 ? COAT.light : '#4a6694'], [1, COAT.base]]), COAT.ink, 2.1, 1.2) + defs.clip(d, [
      fill(curve([[x(52), 566, 'c'], [x(74), 590], [x(92), 634], [x(120), 700, 'c'], [x(80), 690, 'c'], [x(50), 630, 'c']], true), COAT.deep, { opacity: '0.6' }),
      fill(taper([[x(82), 574], [x(106), 590], [x(136), 630], [x(158), 666]], [0, 5, 5, 0]), s < 0 ? COAT.rim : COAT.light, { opacity: s < 0 ? '0.8' : '0.5' }),
      line(curve([[x(80), 592], [x(100), 606], [x(128), 642], [x(146), 672]]), COAT.rim, 1.2, { opacity: '0.5', 'stroke-dasharray': '6 5' })]);
  }),
));
const mugGroup = group('mug', zoom(1.06, 500, 600, fill(curve([[516, 950, 'c'], [520, 1000], [560, 1018], [604, 1006], [646, 994], [676, 1020], [674, 1056, 'c'], [640, 1032], [600, 1034], [556, 1042], [522, 1016]], true), '#2a2433', { opacity: '0.28' }), zoom(1.2, 640, 1350, mug, hand, cuff)));
const coatCloth = { fill: coatFill, shade: COAT.shade, deep: COAT.deep, ink: COAT.ink };
const UPPER = [[150, 640, 'c'], [214, 656], [252, 700], [270, 800], [288, 900], [290, 950], [270, 990], [228, 988], [196, 950, 'c'], [182, 860], [172, 780], [164, 700]];
const UPPER_SHADE = [[164, 760, 'c'], [196, 850], [214, 930], [246, 1000, 'c'], [180, 1000, 'c'], [150, 800, 'c']];
const upperL = upperArm(defs, 'upper-L', { s: -1, outline: UPPER, shadeOf: UPPER_SHADE, cloth: coatCloth, lit: COAT.rim });
const foreL = forearm(defs, 'fore-L', { s: -1, elbow: stand([256, 944]), angle: 20, cloth: coatCloth, cuff: coatCloth, skin: SKIN });

// --- marks of feeling ---------------------------------------------------------------------------------------------------
const tear = group('tear', both((s) => fill(curve([[500 + s * 84, 416, 'c'], [500 + s * 92, 434], [500 + s * 85, 446], [500 + s * 77, 434]], true), '#dff1fa', { opacity: '0.92', stroke: '#8fb8cf', 'stroke-width': 1.2 })));
const anger = group('anger', fill([[-1, -1], [1, -1], [1, 1], [-1, 1]].map(([a, b]) => taper([[604 + a * 22, 226 + b * 7], [604 + a * 8, 226 + b * 8], [604 + a * 7, 226 + b * 22]], [2, 7.5, 2], 8)).join(''), '#e2523f', { stroke: '#7c1f1a', 'stroke-width': 1.4, 'stroke-linejoin': 'round' }));
const sweat = group('sweat', fill(curve([[626, 304, 'c'], [640, 330], [634, 348], [618, 342], [616, 326]], true), '#dff1fa', { stroke: '#7fa9c4', 'stroke-width': 1.6 }), oval(623, 334, 3, 5, '#ffffff'));

const size = write('haru', defs, {
  parts: { 'hair-back': hairBack, body, 'arm-L': arms['arm-L'], 'upper-L': upperL, 'arm-R': arms['arm-R'], 'front-collar': collars, mug: mugGroup, 'fore-L': foreL, face, nose, 'eye-L': group('eye-L', left.svg), 'eye-R': group('eye-R', right.svg), mouth: group('mouth', lips.svg), tear, glasses, 'hair-side-L': hairSideL, 'hair-side-R': hairSideR, 'hair-front': hairFront, 'hair-tuft': tuft, 'brow-L': group('brow-L', browL.svg), 'brow-R': group('brow-R', browR.svg), sweat, anger },
  keyforms: [...left.keyforms, ...right.keyforms, ...browL.keyforms, ...browR.keyforms],
  blends: lips.blends,
  options: { name: 'Haru', eyeX: [437, 563], eyeY: EYE_Y, chinY: 550, neck: [500, 600], stance: STANCE },
});
console.log(size);
