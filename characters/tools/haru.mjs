/** Haru, who keeps the lighthouse: draws `characters/haru/puppet/puppet.svg` and `rig.json`. Run: `node characters/tools/haru.mjs`. One shape a line, as drawn: this file is not reformatted. */
import { Defs, curve, fill, group, ink, inked, line, lock, mirror, oval } from './kit.mjs';
import { brow, eye, mouth } from './face.mjs';
import { write } from './rigging.mjs';

const defs = new Defs('haru');
const SKIN = { base: '#f8dbc6', light: '#fdeadb', shade: '#e5ad93', deep: '#c98a72', ink: '#7a4335' };
const HAIR = { base: '#8094ac', shade: '#5c6f8b', deep: '#44546f', light: '#c3d3e2', ink: '#2c3850' };
const KNIT = { base: '#33456b', shade: '#232f4d', deep: '#182139', light: '#4c638f', ink: '#0f1626' };
const COAT = { base: '#e9b949', shade: '#c28f2d', deep: '#96691d', light: '#ffdf8c', ink: '#5d3f12' };
const hairFill = defs.linear(0, 90, 0, 420, [[0, '#6f849f'], [0.5, '#8a9db5'], [1, '#7c90a9']]);
const tone = { ...HAIR, base: hairFill };
const hidden = (id, ...children) => group(id, ...children).replace('<g ', '<g opacity="0" ');
const both = (draw) => [-1, 1].map(draw);

// --- back of the hair: short, a little over the neck -------------------------------------------------------------------
const backShape = curve([[500, 108, 'c'], [400, 122], [346, 190], [334, 290], [340, 390], [356, 470], [384, 530, 'c'], [400, 500], [424, 556, 'c'], [452, 512], [500, 548, 'c'], [548, 512], [576, 556, 'c'], [600, 500], [616, 530, 'c'], [644, 470], [660, 390], [666, 290], [654, 190], [600, 122]], true);
const hairBack = group('hair-back', inked(backShape, defs.linear(0, 120, 0, 550, [[0, '#50627e'], [1, '#465673']]), HAIR.ink, 2.2, 1.6));

// --- face -------------------------------------------------------------------------------------------------------------
const half = [[500, 160], [420, 182], [383, 240], [374, 305], [374, 362], [380, 412], [393, 454], [420, 494], [454, 526], [482, 545], [500, 549]];
const faceShape = curve([...half, ...mirror(half).reverse().slice(1, -1)], true);
const ear = (side) => {
  const x = (u) => 500 + side * (u - 5);
  const d = curve([[x(126), 366, 'c'], [x(146), 358], [x(154), 382], [x(147), 416], [x(132), 440], [x(122), 432, 'c']], true);
  return inked(d, SKIN.base, SKIN.ink, 1.9, 0.9) + ink([[x(132), 376], [x(145), 380], [x(142), 404], [x(133), 418]], [0.4, 2.2, 0.4], SKIN.deep);
};
const face = group(
  'face',
  both(ear),
  inked(faceShape, defs.linear(380, 300, 640, 540, [[0, SKIN.light], [0.55, SKIN.base], [1, '#efc7ae']]), SKIN.ink, 2.3, 1.3),
  defs.clip(faceShape, [
    fill(curve([[360, 200, 'c'], [360, 356], [388, 330], [412, 360], [446, 326], [478, 352], [512, 330], [540, 356], [576, 326], [606, 356], [650, 330], [650, 200, 'c']], true), SKIN.shade, { opacity: '0.75' }),
    fill(curve([[640, 330, 'c'], [612, 404], [598, 456], [566, 500], [522, 528], [500, 550, 'c'], [650, 560, 'c']], true), SKIN.shade, { opacity: '0.55' }),
    oval(420, 456, 34, 18, defs.radial(420, 456, 34, [[0, '#e98572', 0.22], [1, '#e98572', 0]], 'translate(0 200) scale(1 0.56)')),
    oval(580, 456, 34, 18, defs.radial(580, 456, 34, [[0, '#e98572', 0.22], [1, '#e98572', 0]], 'translate(0 200) scale(1 0.56)')),
    hidden('blush', both((s) => oval(500 + s * 80, 454, 38, 20, '#e36f62', { opacity: '0.32' })), both((s) => [0, 1, 2].map((i) => ink([[500 + s * (68 + i * 12), 460], [500 + s * (72 + i * 12), 447]], [0.5, 2.2, 0.5], '#c9554a', { opacity: '0.7' })))),
  ]),
);
const nose = group('nose', ink([[501, 404], [508, 428], [511, 446], [503, 457], [494, 455]], [0, 1.1, 1.4, 2.4, 0.4], SKIN.deep), fill(curve([[503, 420, 'c'], [513, 446], [506, 456, 'c'], [500, 448]], true), SKIN.shade, { opacity: '0.32' }));

// --- features ---------------------------------------------------------------------------------------------------------
const EYES = { irisTop: '#26344f', irisMid: '#4c6a8f', irisLow: '#86aac6', irisGlow: '#cfe6ee', irisRim: '#1c2740', pupil: '#121a2c', white: '#fdfcfb', whiteShade: '#cfcfda', lidShade: '#4d4a63', lash: '#20202e', lowerLash: '#59463f', crease: '#9a5f4d' };
const eyeSpec = { w: 37, h: 23.5, colours: EYES, slant: 2.5, lash: [1.2, 3.8, 6, 7, 6.5, 2.6], irisW: 0.6, irisH: 1.14, irisDown: -1, flick: 0.45 };
const left = eye(defs, { ...eyeSpec, side: -1, cx: 436, cy: 398, name: 'eye-L' });
const right = eye(defs, { ...eyeSpec, side: 1, cx: 564, cy: 398, name: 'eye-R' });
const browSpec = { w: 36, arch: 4, thick: [4.5, 8.5, 6.5, 1.5], colour: '#4c5d79' };
const browL = brow({ ...browSpec, side: -1, cx: 433, cy: 352, name: 'brow-L' });
const browR = brow({ ...browSpec, side: 1, cx: 567, cy: 352, name: 'brow-R' });
const lips = mouth(defs, { cx: 500, cy: 496, size: 1.0, colours: { deep: '#5d1f24', inside: '#8d3638', tongue: '#d97f76', line: '#74362c', lipShade: '#c98871' } });

// --- glasses: thin, round, and worn a little low ------------------------------------------------------------------------
const ring = (s, colour, width, dy) => `<ellipse cx="${500 + s * 65}" cy="${404 + dy}" rx="48" ry="40" fill="none" stroke="${colour}" stroke-width="${width}"/>`;
const lens = (s) =>
  oval(500 + s * 65, 404, 48, 40, '#eaf4fa', { opacity: '0.08' }) +
  ring(s, '#4a3a2c', 2.8, 0) +
  ring(s, '#d9b26a', 1.3, -0.8) +
  fill(curve([[500 + s * 65 - 36, 386, 'c'], [500 + s * 65 - 22, 371, 'c'], [500 + s * 65 - 31, 399, 'c'], [500 + s * 65 - 41, 407, 'c']], true), '#ffffff', { opacity: '0.26' });
const glasses = group('glasses', both(lens), line('M483 399Q500 390 517 399', '#4a3a2c', 2.8), line('M483 398Q500 389 517 398', '#d9b26a', 1.3), both((s) => line(`M${500 + s * 113} 398L${500 + s * 128} 390`, '#4a3a2c', 2.8)));

// --- hair in front ----------------------------------------------------------------------------------------------------
const capShape = curve([[346, 396, 'c'], [336, 330], [338, 250], [362, 176], [414, 126], [468, 106], [512, 102], [564, 108], [618, 138], [652, 196], [666, 268], [662, 340], [654, 396, 'c'], [640, 330], [622, 290], [560, 262], [500, 250], [440, 262], [384, 290], [360, 340]], true);
const spike = (points, widths, more = {}) => lock(points, widths, tone, { shine: [0.36, 0.52], strands: 1, ...more });
const hairFront = group(
  'hair-front',
  inked(capShape, hairFill, HAIR.ink, 2.2, 0.6),
  defs.clip(capShape, [
    fill(curve([[596, 96, 'c'], [690, 96, 'c'], [690, 430, 'c'], [640, 430], [650, 300], [632, 206]], true), HAIR.shade, { opacity: '0.75' }),
    [[500, 106, 456, 136, 400, 206], [512, 106, 500, 150, 470, 214], [526, 106, 566, 140, 606, 210], [490, 108, 420, 140, 366, 236]].map(([a, b, c, d, e, f]) => ink([[a, b], [c, d], [e, f]], [0, 2.2, 0.6], HAIR.deep, { opacity: '0.8' })),
  ]),
  // tousled layers over the ears: they follow the skull and leave it at the tips
  spike([[600, 150], [648, 206], [664, 290], [692, 362]], [8, 50, 40, 0], { shine: null }),
  spike([[580, 134], [640, 172], [668, 240], [700, 290]], [8, 52, 40, 0], { shine: null }),
  spike([[560, 120], [620, 132], [660, 174], [690, 212]], [8, 46, 36, 0], { shine: null }),
  spike([[404, 152], [352, 208], [336, 292], [306, 366]], [8, 50, 40, 0], { shadeSide: -1, shine: null }),
  spike([[424, 134], [362, 170], [330, 236], [296, 284]], [8, 52, 40, 0], { shadeSide: -1, shine: null }),
  spike([[446, 120], [386, 130], [344, 166], [312, 198]], [8, 46, 36, 0], { shadeSide: -1, shine: null }),
  spike([[592, 150], [634, 220], [650, 310], [660, 424]], [8, 48, 38, 0]),
  spike([[412, 150], [366, 220], [350, 310], [340, 430]], [8, 50, 40, 0], { shadeSide: -1 }),
  spike([[566, 132], [618, 200], [634, 286], [618, 398]], [8, 48, 38, 0]),
  spike([[440, 132], [386, 196], [366, 282], [386, 396]], [8, 52, 40, 0], { shadeSide: -1 }),
  spike([[552, 124], [596, 188], [604, 268], [574, 378]], [8, 50, 40, 0]),
  spike([[466, 122], [414, 184], [398, 262], [424, 372]], [8, 50, 40, 0], { shadeSide: -1 }),
  spike([[534, 120], [570, 184], [572, 262], [536, 366]], [8, 48, 40, 0]),
  spike([[488, 118], [440, 180], [428, 256], [468, 366]], [8, 48, 42, 0], { shadeSide: -1 }),
  spike([[520, 116], [534, 178], [528, 250], [482, 340]], [8, 46, 40, 0]),
  spike([[504, 116], [480, 176], [466, 240], [420, 318]], [8, 40, 34, 0], { shadeSide: -1, shine: null }),
  ink([[548, 300], [552, 340], [540, 384]], [0, 2.4, 0], HAIR.base), ink([[404, 310], [408, 350], [402, 394]], [0, 2.4, 0], HAIR.base),
);
const tuft = group('hair-tuft',
  lock([[492, 122], [474, 94], [478, 72], [500, 54]], [12, 18, 13, 0], tone, { strands: 1, shadeSide: -1 }),
  lock([[506, 118], [526, 94], [556, 84], [588, 92]], [10, 17, 12, 0], tone, { strands: 1 }),
  lock([[478, 122], [446, 102], [420, 98], [394, 108]], [10, 16, 12, 0], tone, { strands: 0 }));
const hairSideL = group('hair-side-L', lock([[366, 260], [350, 340], [356, 410], [346, 478]], [22, 34, 26, 0], tone, { shadeSide: -1, strands: 1 }), lock([[378, 270], [370, 350], [378, 420]], [14, 22, 0], tone, { strands: 0 }));
const hairSideR = group('hair-side-R', lock([[634, 260], [650, 340], [644, 410], [654, 478]], [22, 34, 26, 0], tone, { shadeSide: 1, strands: 1 }), lock([[622, 270], [630, 350], [622, 420]], [14, 22, 0], tone, { strands: 0 }));

// --- body -------------------------------------------------------------------------------------------------------------
const neck = curve([[446, 480, 'c'], [446, 560], [436, 610], [400, 660, 'c'], [600, 660, 'c'], [564, 610], [554, 560], [554, 480, 'c']], true);
const sweater = curve([[430, 640, 'c'], [360, 690], [336, 800], [344, 1000], [338, 1310, 'c'], [662, 1310, 'c'], [656, 1000], [664, 800], [640, 690], [570, 640, 'c']], true);
const rollBack = curve([[424, 574, 'c'], [500, 560], [576, 574, 'c'], [584, 640], [500, 660], [416, 640, 'c']], true);
const roll = curve([[418, 588, 'c'], [456, 608], [500, 614], [544, 608], [582, 588, 'c'], [596, 624], [590, 668, 'c'], [548, 692], [500, 700], [452, 692], [410, 668, 'c'], [404, 624]], true);
const ribs = (x0, x1, y0, y1, bend) => {
  const out = [];
  for (let x = x0; x <= x1; x += 11) out.push(ink([[x, y0], [x + (x - 500) * 0.02, (y0 + y1) / 2 + bend], [x + (x - 500) * 0.05, y1]], [0.8, 2.2, 0.8], KNIT.deep, { opacity: '0.55' }));
  return out;
};
const cable = (cx) => {
  const out = [];
  for (let y = 716; y < 1300; y += 42) {
    out.push(ink([[cx - 15, y], [cx + 2, y + 16], [cx + 15, y + 40]], [1, 4, 1], KNIT.deep), ink([[cx + 15, y], [cx + 8, y + 10], [cx + 4, y + 16]], [1, 3, 0.6], KNIT.deep), ink([[cx - 3, y + 24], [cx - 10, y + 32], [cx - 15, y + 40]], [0.6, 3, 1], KNIT.deep), ink([[cx - 12, y + 2], [cx + 4, y + 18], [cx + 12, y + 34]], [0, 2.4, 0], KNIT.light, { opacity: '0.7' }));
  }
  return out;
};
// The oilskin: hood behind the neck, wide collar, front edges with toggles, heavy sleeves.
const hood = curve([[500, 556, 'c'], [408, 560], [346, 596], [318, 650], [340, 700, 'c'], [660, 700, 'c'], [682, 650], [654, 596], [592, 560]], true);
const coatFill = (s) => defs.linear(500 + s * 90, 620, 500 + s * 280, 1100, s < 0 ? [[0, COAT.base], [0.45, COAT.light], [1, COAT.base]] : [[0, COAT.base], [0.55, '#dba93d'], [1, COAT.shade]]);
const panel = (s) => curve([[500 + s * 112, 640, 'c'], [500 + s * 190, 664], [500 + s * 214, 720], [500 + s * 196, 860], [500 + s * 190, 1000], [500 + s * 206, 1310, 'c'], [500 + s * 86, 1310, 'c'], [500 + s * 96, 1050], [500 + s * 112, 860], [500 + s * 100, 720, 'c']], true);
const sleeve = (s) => curve([[500 + s * 150, 648, 'c'], [500 + s * 214, 664], [500 + s * 258, 704], [500 + s * 278, 780], [500 + s * 292, 900], [500 + s * 306, 1060], [500 + s * 316, 1310, 'c'], [500 + s * 176, 1310, 'c'], [500 + s * 186, 1120], [500 + s * 188, 960], [500 + s * 176, 820, 'c'], [500 + s * 166, 720]], true);
const lapel = (s) => curve([[500 + s * 96, 598, 'c'], [500 + s * 142, 612], [500 + s * 196, 652], [500 + s * 214, 700, 'c'], [500 + s * 168, 762], [500 + s * 128, 792, 'c'], [500 + s * 104, 730], [500 + s * 92, 660]], true);
const coatSide = (s) => {
  const front = panel(s);
  const arm = sleeve(s);
  return [
    inked(front, coatFill(s), COAT.ink, 2.3, 1.3),
    defs.clip(front, [
      fill(curve([[500 + s * 214, 720, 'c'], [500 + s * 172, 860], [500 + s * 168, 1000], [500 + s * 176, 1310, 'c'], [500 + s * 240, 1310, 'c'], [500 + s * 240, 720, 'c']], true), COAT.shade),
      line(curve([[500 + s * 118, 740], [500 + s * 128, 860], [500 + s * 112, 1050], [500 + s * 104, 1310]]), COAT.deep, 1.8, { opacity: '0.8' }),
    ]),
    inked(arm, coatFill(s), COAT.ink, 2.5, 1.5),
    defs.clip(arm, [
      fill(curve([[500 + s * 170, 800, 'c'], [500 + s * 206, 900], [500 + s * 212, 1040], [500 + s * 204, 1310, 'c'], [500 + s * 150, 1310, 'c'], [500 + s * 150, 800, 'c']], true), COAT.shade, { opacity: s > 0 ? '1' : '0.85' }),
      s > 0 ? fill(curve([[752, 690, 'c'], [768, 800], [776, 940], [784, 1310, 'c'], [840, 1310, 'c'], [830, 690, 'c']], true), COAT.shade, { opacity: '0.7' }) : '',
      [[280, 880, 244, 896, 196, 884], [288, 930, 240, 960, 190, 944], [286, 1080, 240, 1096, 190, 1080]].map(([a, b, c, e, f, g]) => ink([[500 + s * a, b], [500 + s * c, e], [500 + s * f, g]], [0, 4.6, 0], COAT.deep, { opacity: '0.85' })),
      s < 0 ? ink([[340, 658], [288, 672], [246, 716], [228, 800], [214, 920], [202, 1060]], [0, 8, 11, 9, 0], '#fff6d6', { opacity: '0.85' }) : '',
    ]),
  ];
};
const collarSide = (s) => [
  inked(lapel(s), s < 0 ? COAT.light : COAT.base, COAT.ink, 2.3, 1.4),
  defs.clip(lapel(s), [
    fill(curve([[500 + s * 216, 700, 'c'], [500 + s * 160, 730], [500 + s * 122, 770], [500 + s * 128, 800, 'c'], [500 + s * 230, 780, 'c']], true), COAT.shade, { opacity: '0.8' }),
    line(curve([[500 + s * 104, 612], [500 + s * 146, 632], [500 + s * 186, 664], [500 + s * 200, 700], [500 + s * 162, 748], [500 + s * 132, 774]]), COAT.deep, 1.5, { 'stroke-dasharray': '6 4' }),
  ]),
];
const toggle = (s) => [880, 1010].map((y) => line(curve([[500 + s * 128, y], [500 + s * 100, y + 6], [500 + s * 84, y + 2]]), '#6b4a2a', 4) + (s < 0 ? inked(curve([[500 + s * 94, y - 7], [500 + s * 66, y - 5], [500 + s * 62, y + 4], [500 + s * 70, y + 10], [500 + s * 96, y + 9], [500 + s * 102, y]], true), '#a97c4a', '#4a3018', 2) : ''));
const body = group(
  'body',
  inked(hood, defs.linear(0, 560, 0, 700, [[0, COAT.shade], [1, COAT.deep]]), COAT.ink, 2.4, 1.2),
  defs.clip(hood, [fill(curve([[380, 610, 'c'], [500, 586], [620, 610, 'c'], [640, 710, 'c'], [360, 710, 'c']], true), '#5d3f12', { opacity: '0.55' }), ink([[350, 640], [400, 588], [500, 570], [600, 588], [650, 640]], [0, 4, 5, 4, 0], COAT.light, { opacity: '0.6' })]),
  inked(rollBack, KNIT.shade, KNIT.ink, 2),
  inked(neck, defs.linear(0, 500, 0, 640, [[0, SKIN.shade], [1, SKIN.base]]), SKIN.ink, 2),
  defs.clip(neck, [fill(curve([[436, 480, 'c'], [564, 480, 'c'], [564, 566], [530, 592], [500, 598], [466, 580], [436, 548]], true), SKIN.deep, { opacity: '0.6' })]),
  inked(sweater, defs.linear(350, 680, 650, 1100, [[0, '#40557f'], [0.5, KNIT.base], [1, KNIT.shade]]), KNIT.ink, 2.2),
  defs.clip(sweater, [cable(462), cable(538), ribs(408, 428, 700, 1310, 0), ribs(574, 594, 700, 1310, 0), fill(curve([[640, 680, 'c'], [588, 860], [596, 1310, 'c'], [680, 1310, 'c'], [680, 680, 'c']], true), KNIT.deep, { opacity: '0.55' })]),
  inked(roll, defs.linear(410, 590, 590, 700, [[0, '#4a608c'], [0.5, KNIT.base], [1, KNIT.shade]]), KNIT.ink, 2.2, 1.4),
  defs.clip(roll, [ribs(416, 588, 588, 704, 4), fill(curve([[404, 650, 'c'], [500, 684], [596, 650, 'c'], [596, 710, 'c'], [404, 710, 'c']], true), KNIT.deep, { opacity: '0.4' }), ink([[424, 604], [460, 622], [500, 628], [540, 622], [576, 604]], [0, 3, 4, 3, 0], KNIT.light, { opacity: '0.8' })]),
  both(coatSide), both(collarSide), both(toggle),
);

// --- marks of feeling ---------------------------------------------------------------------------------------------------
const tear = group('tear', both((s) => fill(curve([[500 + s * 82, 424, 'c'], [500 + s * 90, 440], [500 + s * 84, 452], [500 + s * 76, 440]], true), '#d8eef8', { opacity: '0.9', stroke: '#8fb8cf', 'stroke-width': 1.2 })));
const sweat = group('sweat', fill(curve([[626, 318, 'c'], [640, 344], [634, 362], [618, 356], [616, 340]], true), '#d8eef8', { stroke: '#7fa9c4', 'stroke-width': 1.6 }), oval(623, 348, 3, 5, '#ffffff'));

const size = write('haru', defs, {
  parts: { 'hair-back': hairBack, body, face, nose, 'eye-L': group('eye-L', left.svg), 'eye-R': group('eye-R', right.svg), mouth: group('mouth', lips.svg), tear, glasses, 'hair-side-L': hairSideL, 'hair-side-R': hairSideR, 'hair-front': hairFront, 'hair-tuft': tuft, 'brow-L': group('brow-L', browL.svg), 'brow-R': group('brow-R', browR.svg), sweat },
  keyforms: [...left.keyforms, ...right.keyforms, ...browL.keyforms, ...browR.keyforms],
  blends: lips.blends,
  options: { name: 'Haru', eyeX: [436, 564], eyeY: 398, neck: [500, 590] },
});
console.log(size);
