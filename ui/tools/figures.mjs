/**
 * Writes the figures of the tests: `mika`, in the JSON formats of Cubism with a model that only the stand-in Core of the tests reads, and
 * `boxes.vrm`, a VRM 1 of boxes with faces and a spring. Run it with `node ui/tools/figures.mjs`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32, deflateSync } from 'node:zlib';

const folder = fileURLToPath(new URL('../../tests/fixtures/figures', import.meta.url));
function put(path, content) {
  const place = join(folder, path);
  mkdirSync(dirname(place), { recursive: true });
  writeFileSync(
    place,
    typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content, null, 1) + '\n',
  );
}

/** A picture of equal fields in a row, each with a soft round edge where it says so. */
function picture(side, colours) {
  const raw = Buffer.alloc((side * colours.length * 4 + 1) * side);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side * colours.length; x++) {
      const [r, g, b, round] = colours[Math.floor(x / side)];
      const far = Math.hypot((x % side) - side / 2 + 0.5, y - side / 2 + 0.5) / (side / 2);
      const a = round ? Math.max(0, Math.min(1, (1 - far) * 8)) : 1;
      raw.set([r, g, b, Math.round(a * 255)], y * (side * colours.length * 4 + 1) + 1 + x * 4);
    }
  }
  const chunk = (kind, data) => {
    const body = Buffer.concat([Buffer.from(kind), data]);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length);
    body.copy(out, 4);
    out.writeUInt32BE(crc32(body), body.length + 4);
    return out;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(side * colours.length);
  head.writeUInt32BE(side, 4);
  head.set([8, 6, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(raw, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

// ── mika ────────────────────────────────────────────────────────────────────────────────────────────────────────────
const FIELDS = [
  [243, 205, 180, true], // face
  [92, 60, 74, true], // hair
  [255, 255, 255, true], // white of the eyes
  [58, 92, 140, true], // irises
  [190, 84, 88, true], // mouth
  [88, 110, 168, false], // dress
  [255, 160, 160, true], // cheeks
  [255, 255, 255, true], // light
];
/** A box of the model with a field of the picture; `moves` by parameter: sideways, up, and how its height grows. */
function quad(id, field, [x, y, w, h], more = {}) {
  const [u0, u1] = [(field + 0.02) / FIELDS.length, (field + 0.98) / FIELDS.length];
  const { moves = {}, ...rest } = more;
  return {
    id,
    positions: [x - w / 2, y - h / 2, x + w / 2, y - h / 2, x + w / 2, y + h / 2, x - w / 2, y + h / 2],
    uvs: [u0, 0, u1, 0, u1, 1, u0, 1],
    indices: [0, 1, 2, 0, 2, 3],
    moves: Object.entries(moves).map(([param, [dx = 0, dy = 0, grow = 0]]) => ({
      id: param,
      by: [dx, dy - grow, dx, dy - grow, dx, dy + grow, dx, dy + grow],
    })),
    ...rest,
  };
}
const face = { ParamAngleX: [0.004, 0], ParamAngleY: [0, 0.004] };
const eyes = { ParamAngleX: [0.006, 0], ParamAngleY: [0, 0.006] };
const drawables = [
  quad('BackHair', 1, [0, 0.95, 1.5, 1.7], { moves: { ...face, ParamHairBack: [0.06, 0] } }),
  quad('Body', 5, [0, -0.9, 1.2, 2.2], { moves: { ParamBodyAngleX: [0.01, 0], ParamBreath: [0, 0.02] } }),
  quad('ArmDown', 0, [0.75, -0.7, 0.25, 1.1], { part: 'PartArmDown' }),
  quad('ArmUp', 0, [0.85, 0.1, 0.25, 0.9], { part: 'PartArmUp' }),
  quad('Face', 0, [0, 0.9, 1.15, 1.25], { moves: face }),
  quad('WhiteL', 2, [-0.26, 0.95, 0.26, 0.24], { moves: { ...eyes, ParamEyeLOpen: [0, 0, 0.11] } }),
  quad('WhiteR', 2, [0.26, 0.95, 0.26, 0.24], { moves: { ...eyes, ParamEyeROpen: [0, 0, 0.11] } }),
  quad('IrisL', 3, [-0.26, 0.95, 0.17, 0.2], {
    masks: [5, 6],
    moves: { ...eyes, ParamEyeBallX: [0.05, 0], ParamEyeBallY: [0, 0.05] },
  }),
  quad('IrisR', 3, [0.26, 0.95, 0.17, 0.2], {
    masks: [6, 5],
    moves: { ...eyes, ParamEyeBallX: [0.05, 0], ParamEyeBallY: [0, 0.05] },
  }),
  quad('Light', 7, [-0.22, 1.0, 0.05, 0.05], { flags: 1 | 4, masks: [5], moves: eyes }),
  quad('Cheeks', 6, [0, 0.72, 0.95, 0.16], { flags: 2 | 4, opacity: 0.5, moves: face }),
  quad('Mouth', 4, [0, 0.55, 0.28, 0.05], { moves: { ...eyes, ParamMouthOpenY: [0, 0, 0.1] } }),
  quad('Fringe', 1, [0, 1.38, 1.2, 0.36], { screen: [0.1, 0.05, 0, 1], moves: { ...face, ParamHairFront: [0.06, 0] } }),
];
const range = (id, min, rest, max) => ({ id, min, rest, max });
const head = Buffer.alloc(64);
head.write('MOC3');
head[4] = 4;
const plan = {
  parameters: [
    ...['ParamAngleX', 'ParamAngleY', 'ParamAngleZ'].map((id) => range(id, -30, 0, 30)),
    ...['ParamBodyAngleX', 'ParamBodyAngleY', 'ParamBodyAngleZ'].map((id) => range(id, -10, 0, 10)),
    ...['ParamEyeLOpen', 'ParamEyeROpen'].map((id) => range(id, 0, 1, 1.2)),
    ...['ParamEyeLSmile', 'ParamEyeRSmile', 'ParamCheek', 'ParamBreath', 'ParamMouthOpenY'].map((id) =>
      range(id, 0, 0, 1),
    ),
    ...[
      'ParamEyeBallX',
      'ParamEyeBallY',
      'ParamMouthForm',
      'ParamBrowLY',
      'ParamBrowRY',
      'ParamBrowLForm',
      'ParamBrowRForm',
      'ParamHairFront',
      'ParamHairBack',
    ].map((id) => range(id, -1, 0, 1)),
  ],
  parts: ['PartArmDown', 'PartArmUp'],
  drawables,
};
put('mika/mika.moc3', Buffer.concat([head, Buffer.from(JSON.stringify(plan))]));
put('mika/mika.textures/texture_00.png', picture(64, FIELDS));
put('mika/mika.model3.json', {
  Version: 3,
  FileReferences: {
    Moc: 'mika.moc3',
    Textures: ['mika.textures/texture_00.png'],
    Physics: 'mika.physics3.json',
    Pose: 'mika.pose3.json',
    DisplayInfo: 'mika.cdi3.json',
    Expressions: [{ Name: 'joy', File: 'expressions/joy.exp3.json' }],
    Motions: { Idle: [{ File: 'motions/idle.motion3.json', FadeInTime: 0.5, FadeOutTime: 0.5 }] },
  },
  Groups: [
    { Target: 'Parameter', Name: 'EyeBlink', Ids: ['ParamEyeLOpen', 'ParamEyeROpen'] },
    { Target: 'Parameter', Name: 'LipSync', Ids: ['ParamMouthOpenY'] },
  ],
  HitAreas: [],
});
put('mika/expressions/joy.exp3.json', {
  Type: 'Live2D Expression',
  FadeInTime: 0.2,
  FadeOutTime: 0.2,
  Parameters: [
    { Id: 'ParamMouthForm', Value: 1, Blend: 'Add' },
    { Id: 'ParamEyeLOpen', Value: 0.5, Blend: 'Multiply' },
    { Id: 'ParamCheek', Value: 1, Blend: 'Overwrite' },
  ],
});
// Not in the list, as some exporters leave it: found by its name.
put('mika/expressions/angry.exp3.json', {
  Type: 'Live2D Expression',
  Parameters: [{ Id: 'ParamBrowLForm', Value: -1 }],
});
const motion = (duration, loop, curves) => ({
  Version: 3,
  Meta: { Duration: duration, Fps: 30, Loop: loop, AreBeziersRestricted: true, CurveCount: curves.length },
  Curves: curves,
});
put(
  'mika/motions/idle.motion3.json',
  motion(4, true, [
    { Target: 'Parameter', Id: 'ParamAngleZ', Segments: [0, 0, 1, 0.67, 0, 1.33, 8, 2, 8, 1, 2.67, 8, 3.33, 0, 4, 0] },
    { Target: 'PartOpacity', Id: 'PartArmDown', Segments: [0, 1, 0, 4, 1] },
    { Target: 'PartOpacity', Id: 'PartArmUp', Segments: [0, 0, 0, 4, 0] },
  ]),
);
put(
  'mika/motions/surprised.motion3.json',
  motion(1.5, false, [
    { Target: 'Parameter', Id: 'ParamAngleY', Segments: [0, 0, 0, 0.5, 20, 2, 1, 5, 3, 1.5, 0] },
    { Target: 'PartOpacity', Id: 'PartArmDown', Segments: [0, 0, 0, 1.5, 0] },
    { Target: 'PartOpacity', Id: 'PartArmUp', Segments: [0, 1, 0, 1.5, 1] },
  ]),
);
put('mika/mika.pose3.json', {
  Type: 'Live2D Pose',
  FadeInTime: 0.3,
  Groups: [
    [
      { Id: 'PartArmDown', Link: [] },
      { Id: 'PartArmUp', Link: [] },
    ],
  ],
});
put('mika/mika.cdi3.json', { Version: 3, Parameters: [{ Id: 'ParamAngleX', GroupId: '', Name: 'Head X' }], Parts: [] });
const chain = (id, out) => ({
  Id: id,
  Input: [{ Source: { Target: 'Parameter', Id: 'ParamAngleX' }, Weight: 100, Type: 'X', Reflect: false }],
  Output: [
    {
      Destination: { Target: 'Parameter', Id: out },
      VertexIndex: 1,
      Scale: 1.5,
      Weight: 100,
      Type: 'Angle',
      Reflect: false,
    },
  ],
  Vertices: [
    { Position: { X: 0, Y: 0 }, Mobility: 1, Delay: 1, Acceleration: 1, Radius: 0 },
    { Position: { X: 0, Y: 8 }, Mobility: 0.95, Delay: 0.9, Acceleration: 1.2, Radius: 8 },
  ],
  Normalization: {
    Position: { Minimum: -10, Default: 0, Maximum: 10 },
    Angle: { Minimum: -10, Default: 0, Maximum: 10 },
  },
});
put('mika/mika.physics3.json', {
  Version: 3,
  Meta: { Fps: 60, EffectiveForces: { Gravity: { X: 0, Y: -1 }, Wind: { X: 0, Y: 0 } } },
  PhysicsSettings: [chain('Front', 'ParamHairFront'), chain('Back', 'ParamHairBack')],
});
put('mika/files.json', {
  kind: 'live2d',
  name: 'mika',
  entry: 'mika.model3.json',
  files: [
    'mika.model3.json',
    'mika.moc3',
    'mika.textures/texture_00.png',
    'mika.cdi3.json',
    'mika.physics3.json',
    'mika.pose3.json',
    'expressions/angry.exp3.json',
    'expressions/joy.exp3.json',
    'motions/idle.motion3.json',
    'motions/surprised.motion3.json',
  ],
});

// ── boxes.vrm ───────────────────────────────────────────────────────────────────────────────────────────────────────
const buffers = [];
const views = [];
const accessors = [];
let offset = 0;
function accessor(array, type, componentType, target, extremes = false) {
  const bytes = Buffer.from(array.buffer);
  views.push({ buffer: 0, byteOffset: offset, byteLength: bytes.length, ...(target ? { target } : {}) });
  const padded = Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
  buffers.push(padded);
  offset += padded.length;
  const size = { SCALAR: 1, VEC3: 3 }[type];
  const columns = (pick) => Array.from({ length: size }, (_, c) => pick(...array.filter((_, i) => i % size === c)));
  accessors.push({
    bufferView: views.length - 1,
    componentType,
    count: array.length / size,
    type,
    ...(extremes ? { min: columns(Math.min), max: columns(Math.max) } : {}),
  });
  return accessors.length - 1;
}
/** A box with normals, and the same box moved for each morph. */
function box([x, y, z], [w, h, d], material, morphs = []) {
  const positions = [];
  const normals = [];
  const indices = [];
  for (const axis of [0, 1, 2]) {
    for (const side of [-1, 1]) {
      const at = positions.length / 3;
      for (const [a, b] of [
        [-1, -1],
        [1, -1],
        [1, 1],
        [-1, 1],
      ]) {
        const p = [0, 0, 0];
        p[axis] = side;
        p[(axis + 1) % 3] = a * side;
        p[(axis + 2) % 3] = b;
        positions.push(x + (p[0] * w) / 2, y + (p[1] * h) / 2, z + (p[2] * d) / 2);
        normals.push(...[0, 1, 2].map((i) => (i === axis ? side : 0)));
      }
      indices.push(at, at + 1, at + 2, at, at + 2, at + 3);
    }
  }
  const primitive = {
    attributes: {
      POSITION: accessor(Float32Array.from(positions), 'VEC3', 5126, 34962, true),
      NORMAL: accessor(Float32Array.from(normals), 'VEC3', 5126, 34962),
    },
    indices: accessor(Uint16Array.from(indices), 'SCALAR', 5123, 34963),
    material,
  };
  if (morphs.length > 0) {
    primitive.targets = morphs.map((move) => ({
      POSITION: accessor(
        Float32Array.from(positions.flatMap((_, i) => (i % 3 === 0 ? move(positions.slice(i, i + 3), [x, y, z]) : []))),
        'VEC3',
        5126,
        undefined,
        true,
      ),
    }));
  }
  return primitive;
}
const nodes = [];
const bones = {};
function node(name, translation, children = [], more = {}) {
  nodes.push({ name, translation, ...(children.length > 0 ? { children } : {}), ...more });
  return nodes.length - 1;
}
const meshes = [];
const mesh = (primitives) => meshes.push({ primitives }) - 1;
const bone = (name, ...rest) => (bones[name] = { node: node(name, ...rest) }).node;

const taller =
  (by) =>
  ([, py], [, y]) => [0, Math.sign(py - y) * by, 0];
const tail2 = node('tail2', [0, -0.12, 0], [node('tailEnd', [0, -0.12, 0])], {
  mesh: mesh([box([0, -0.06, 0], [0.06, 0.12, 0.06], 1)]),
});
const tail1 = node('tail1', [0, 0.12, -0.16], [tail2], { mesh: mesh([box([0, -0.06, 0], [0.08, 0.12, 0.08], 1)]) });
const features = [
  box([-0.07, 0.13, 0.131], [0.05, 0.05, 0.01], 2, [taller(-0.022), taller(-0.012), taller(0)]),
  box([0.07, 0.13, 0.131], [0.05, 0.05, 0.01], 2, [taller(-0.022), taller(-0.012), taller(0)]),
  box([0, 0.05, 0.131], [0.08, 0.012, 0.01], 3, [taller(0), taller(0.006), taller(0.03)]),
];
const faceMesh =
  meshes.push({ primitives: features, weights: [0, 0, 0], extras: { targetNames: ['blink', 'happy', 'aa'] } }) - 1;
const faceNode = node('face', [0, 0, 0], [], { mesh: faceMesh });
const skull = mesh([box([0, 0.12, 0], [0.26, 0.3, 0.26], 0), box([0, 0.23, -0.01], [0.3, 0.14, 0.3], 1)]);
const headBone = bone('head', [0, 0.1, 0], [faceNode, tail1], { mesh: skull });
const arm = (side, s) =>
  bone(
    `${side}UpperArm`,
    [s * 0.16, 0.32, 0],
    [
      bone(
        `${side}LowerArm`,
        [s * 0.22, 0, 0],
        [bone(`${side}Hand`, [s * 0.2, 0, 0], [], { mesh: mesh([box([s * 0.04, 0, 0], [0.08, 0.06, 0.06], 0)]) })],
        { mesh: mesh([box([s * 0.1, 0, 0], [0.2, 0.07, 0.07], 0)]) },
      ),
    ],
    { mesh: mesh([box([s * 0.11, 0, 0], [0.22, 0.09, 0.09], 4)]) },
  );
const leg = (side, s) =>
  bone(
    `${side}UpperLeg`,
    [s * 0.08, -0.04, 0],
    [
      bone(
        `${side}LowerLeg`,
        [0, -0.38, 0],
        [bone(`${side}Foot`, [0, -0.38, 0], [], { mesh: mesh([box([0, -0.02, 0.04], [0.1, 0.06, 0.2], 1)]) })],
        { mesh: mesh([box([0, -0.19, 0], [0.1, 0.38, 0.1], 0)]) },
      ),
    ],
    { mesh: mesh([box([0, -0.19, 0], [0.13, 0.38, 0.13], 4)]) },
  );
const neck = bone('neck', [0, 0.4, 0], [headBone]);
const spine = bone('spine', [0, 0.06, 0], [neck, arm('left', 1), arm('right', -1)], {
  mesh: mesh([box([0, 0.19, 0], [0.32, 0.42, 0.18], 4)]),
});
const hips = bone('hips', [0, 0.86, 0], [spine, leg('left', 1), leg('right', -1)]);
const colour = (r, g, b) => ({
  pbrMetallicRoughness: { baseColorFactor: [r, g, b, 1], metallicFactor: 0, roughnessFactor: 1 },
});
const morph = (index) => ({ morphTargetBinds: [{ node: faceNode, index, weight: 1 }] });
const gltf = {
  asset: { version: '2.0', generator: 'ui/tools/figures.mjs' },
  scene: 0,
  scenes: [{ nodes: [hips] }],
  nodes,
  meshes,
  materials: [
    colour(0.95, 0.75, 0.65),
    colour(0.3, 0.2, 0.28),
    colour(0.15, 0.2, 0.4),
    colour(0.7, 0.25, 0.28),
    colour(0.3, 0.4, 0.65),
  ],
  accessors,
  bufferViews: views,
  buffers: [{ byteLength: offset }],
  extensionsUsed: ['VRMC_vrm', 'VRMC_springBone'],
  extensions: {
    VRMC_vrm: {
      specVersion: '1.0',
      meta: {
        name: 'Boxes',
        version: '1',
        authors: ['The Hanashi authors'],
        licenseUrl: 'https://vrm.dev/licenses/1.0/',
        avatarPermission: 'everyone',
        commercialUsage: 'corporation',
        creditNotation: 'unnecessary',
        modification: 'allowModificationRedistribution',
      },
      humanoid: { humanBones: bones },
      expressions: { preset: { blink: morph(0), happy: morph(1), aa: morph(2) } },
      lookAt: {
        type: 'bone',
        offsetFromHeadBone: [0, 0.1, 0],
        ...Object.fromEntries(
          ['rangeMapHorizontalInner', 'rangeMapHorizontalOuter', 'rangeMapVerticalDown', 'rangeMapVerticalUp'].map(
            (name) => [name, { inputMaxValue: 90, outputScale: 10 }],
          ),
        ),
      },
    },
    VRMC_springBone: {
      specVersion: '1.0',
      springs: [
        {
          name: 'tail',
          joints: [tail1, tail2, nodes[tail2].children[0]].map((n) => ({
            node: n,
            stiffness: 0.8,
            gravityPower: 0.2,
            dragForce: 0.3,
            hitRadius: 0.02,
          })),
        },
      ],
    },
  },
};
const json = Buffer.from(JSON.stringify(gltf));
const jsonPadded = Buffer.concat([json, Buffer.alloc((4 - (json.length % 4)) % 4, 0x20)]);
const binary = Buffer.concat(buffers);
const glb = Buffer.alloc(12 + 8 + jsonPadded.length + 8 + binary.length);
glb.write('glTF');
glb.writeUInt32LE(2, 4);
glb.writeUInt32LE(glb.length, 8);
glb.writeUInt32LE(jsonPadded.length, 12);
glb.write('JSON', 16);
jsonPadded.copy(glb, 20);
glb.writeUInt32LE(binary.length, 20 + jsonPadded.length);
glb.write('BIN\0', 24 + jsonPadded.length);
binary.copy(glb, 28 + jsonPadded.length);
put('boxes/boxes.vrm', glb);
put('boxes/files.json', { kind: 'vrm', name: 'boxes', entry: 'boxes.vrm', files: ['boxes.vrm'] });
