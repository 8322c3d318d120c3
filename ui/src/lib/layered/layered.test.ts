import { writePsd, type Layer } from 'ag-psd';
import { describe, expect, it } from 'vitest';
import { Animator } from '../stage/animator';
import { Pose } from '../stage/drawing/pose';
import { defaults, opacity } from '../stage/rig';
import { Springs } from '../stage/springs';
import { autorig, layerId } from './autorig';
import { MOST_LAYERS, readLayers } from './psd';
import { roleOf } from './roles';

/** A layer of one colour. */
function layer(name: string, [x, y, w, h]: [number, number, number, number], rest: Partial<Layer> = {}): Layer {
  const data = new Uint8ClampedArray(w * h * 4).fill(200);
  return {
    name,
    left: x,
    top: y,
    right: x + w,
    bottom: y + h,
    imageData: { width: w, height: h, data } as ImageData,
    ...rest,
  };
}
const psd = (children: Layer[], width = 100, height = 130): ArrayBuffer => writePsd({ width, height, children });
const FIGURE: Layer[] = [
  layer('後ろ髪', [25, 5, 50, 90]),
  layer('body', [20, 70, 60, 60]),
  { name: 'head', children: [
    layer('face', [32, 15, 36, 45]),
    layer('eye L', [37, 30, 10, 8]),
    layer('eye R', [53, 30, 10, 8]),
    layer('eye L closed', [37, 33, 10, 3], { hidden: true }),
    layer('eye R closed', [53, 33, 10, 3], { hidden: true }),
    layer('mouth', [46, 48, 8, 3]),
    layer('mouth_a', [46, 47, 8, 6], { hidden: true }),
    layer('前髪', [30, 10, 40, 18]),
  ] },
  layer('sketch', [0, 0, 100, 130], { hidden: true }),
]; // prettier-ignore
const all = () => true;

describe('layers of a PSD', () => {
  it('come with names, groups and places, back to front', () => {
    const { width, height, layers, left } = readLayers(psd(FIGURE), () => false);
    expect([width, height, left]).toEqual([100, 130, 0]);
    expect(layers.map((one) => one.path.at(-1))).toEqual(['後ろ髪', 'body', 'face', 'eye L', 'eye R', 'mouth', '前髪']);
    expect(layers[2]?.path).toEqual(['head', 'face']);
    expect(layers[2]?.box).toEqual([32, 15, 36, 45]);
    expect(layers[2]?.pixels).toHaveLength(36 * 45 * 4);
  });
  it('keep what is hidden where it is wanted', () => {
    const { layers } = readLayers(psd(FIGURE), (path) => roleOf(path) === 'eye-closed');
    expect(layers.filter((one) => roleOf(one.path) === 'eye-closed')).toHaveLength(2);
    expect(layers.some((one) => one.path.includes('sketch'))).toBe(false);
  });
  it('take over how they are laid on each other', () => {
    const shade = layer('shade', [0, 0, 20, 20], { blendMode: 'multiply', opacity: 0.5, clipping: true });
    const { layers } = readLayers(psd([layer('face', [10, 10, 5, 5]), shade]), all);
    const found = layers[1];
    expect(found?.blend).toBe('multiply');
    expect(found?.opacity).toBeCloseTo(0.5, 1);
    const alpha = (x: number, y: number) => found?.pixels[(y * 20 + x) * 4 + 3] ?? -1;
    expect(alpha(2, 2), 'beside the one below').toBe(0);
    expect(alpha(12, 12), 'over it').toBeGreaterThan(100);
  });
  it('are not seen where what they are clipped to is not', () => {
    const shade = layer('shade', [0, 0, 20, 20], { clipping: true });
    const names = (children: Layer[]) => readLayers(psd(children), () => false).layers.map((one) => one.path.at(-1));
    const face = layer('face', [10, 10, 5, 5], { hidden: true });
    expect(names([face, shade, layer('body', [0, 0, 5, 5])])).toEqual(['body']);
    // Beside a group that is hidden, or empty.
    const hair: Layer = { name: 'hair', hidden: true, children: [layer('lock', [10, 10, 5, 5])] };
    expect(names([hair, shade, layer('body', [0, 0, 5, 5])])).toEqual(['body']);
    expect(names([layer('body', [0, 0, 5, 5]), { name: 'hair', children: [] }, shade])).toEqual(['body']);
  });
  it('are cut to a group as to a layer, and with the group that they lie in', () => {
    const shade = layer('shade', [0, 0, 20, 20], { clipping: true });
    const hair: Layer = { name: 'hair', children: [layer('lock', [4, 4, 3, 3]), layer('lock', [10, 10, 5, 5])] };
    const alpha = (children: Layer[], at: number) => {
      const found = readLayers(psd(children), all).layers[at];
      return (x: number, y: number) => found?.pixels[(y * 20 + x) * 4 + 3] ?? -1;
    };
    const over = alpha([hair, shade], 2);
    expect([over(5, 5), over(12, 12), over(8, 8)]).toEqual([157, 157, 0]);
    const shades: Layer = { name: 'shades', clipping: true, children: [layer('shade', [0, 0, 20, 20])] };
    const within = alpha([layer('face', [10, 10, 5, 5]), shades], 1);
    expect([within(5, 5), within(12, 12)]).toEqual([0, 157]);
    // A layer of the group itself is not clipped to what lies outside of it.
    const inner = alpha([hair, { name: 'more', children: [layer('first', [0, 0, 20, 20], { clipping: true })] }], 2);
    expect(inner(0, 0)).toBe(200);
  });
  it('stay whole where they move over what they are clipped to, which is told instead', () => {
    const eye = [layer('eye', [10, 10, 8, 8]), layer('iris', [8, 8, 8, 8], { clipping: true })];
    const { layers } = readLayers(psd([layer('face', [0, 0, 30, 30]), ...eye]), all, (path) => roleOf(path) === 'iris');
    expect(layers.map((one) => one.clip)).toEqual([null, null, 1]);
    expect(layers[2]?.pixels[3]).toBe(200);
    const rig = autorig('Yuki', [100, 130], layers);
    expect(rig.layers.filter((one) => one.clip !== null).map((one) => [one.id, one.clip])).toEqual([
      ['2-iris', '1-eye'],
    ]);
  });
  it('come and go with what they are clipped to, where that is hidden in the file', () => {
    const closed = layer('eye closed', [10, 10, 8, 8], { hidden: true });
    const children = [layer('face', [0, 0, 30, 30]), closed, layer('lashes', [8, 8, 8, 8], { clipping: true })];
    const { layers } = readLayers(psd(children), all, (_, hidden) => hidden);
    expect(layers.map((one) => one.clip)).toEqual([null, null, 1]);
  });
  it('are seen through their masks', () => {
    const white = new Uint8ClampedArray(4 * 4 * 4).fill(255);
    const mask = {
      left: 2,
      top: 2,
      right: 6,
      bottom: 6,
      defaultColor: 0,
      imageData: { width: 4, height: 4, data: white },
    };
    const alpha = (rest: Partial<Layer>, x: number, y: number) =>
      readLayers(psd([layer('face', [0, 0, 8, 8], rest)]), all).layers[0]?.pixels[(y * 8 + x) * 4 + 3];
    expect([alpha({ mask }, 3, 3), alpha({ mask }, 0, 0), alpha({ mask }, 7, 3)]).toEqual([200, 0, 0]);
    expect(alpha({ mask: { ...mask, disabled: true } }, 0, 0)).toBe(200);
    // A group's mask is its layers' too.
    const group: Layer = { name: 'head', mask, children: [layer('face', [0, 0, 8, 8])] };
    const under = readLayers(psd([group]), all).layers[0];
    expect([3 * 8 + 3, 0].map((at) => under?.pixels[at * 4 + 3])).toEqual([200, 0]);
  });
  it('are refused where they would take too much, before a pixel is read', () => {
    const bytes = psd([layer('face', [0, 0, 4, 4])]);
    // The frame of the only layer is made gigantic; its four bytes each stand behind the header, the colour modes and the resources.
    const view = new DataView(bytes);
    const resources = 26 + 4 + view.getUint32(26);
    const layers = resources + 4 + view.getUint32(resources);
    const frame = layers + 4 + 4 + 2;
    view.setInt32(frame + 8, 16_000);
    view.setInt32(frame + 12, 16_000);
    expect(() => readLayers(bytes, all)).toThrow(/256 million pixels.*67/);
    view.setInt32(frame + 8, -9);
    expect(() => readLayers(bytes, all)).toThrow(/no sensible size|Invalid layer size/);
  });
  it('are refused with what to do where their colours have more bits', () => {
    const bytes = psd([layer('face', [0, 0, 4, 4])]);
    // How many, behind the sizes.
    new DataView(bytes).setUint16(22, 16);
    expect(() => readLayers(bytes, all)).toThrow('its colours have 16 bits, and 8 are read');
  });
  it('are refused with a reason where the file is damaged, whatever is cut off or changed', () => {
    const whole = new Uint8Array(psd(FIGURE));
    expect(() => readLayers(new ArrayBuffer(0), all)).toThrow('cannot be read as a PSD');
    for (let cut = 4; cut < whole.length; cut += 97) {
      try {
        readLayers(whole.slice(0, cut).buffer, all);
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
      }
    }
    let seed = 7;
    for (let run = 0; run < 150; run++) {
      const bytes = whole.slice();
      for (let k = 0; k < 4; k++) {
        seed = (seed * 1103515245 + 12345) & 0x7fffffff;
        bytes[seed % Math.min(bytes.length, 3000)] = seed >> 16;
      }
      try {
        const { layers } = readLayers(bytes.buffer, all);
        expect(layers.length).toBeLessThanOrEqual(MOST_LAYERS);
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
      }
    }
  });
  it('are counted where there are too many', () => {
    const many = Array.from({ length: 120 }, (_, i) => layer(`part ${i}`, [0, 0, 2, 2]));
    const { layers, left } = readLayers(psd(many), all);
    expect([layers.length, left]).toEqual([MOST_LAYERS, 120 - MOST_LAYERS]);
  });
});

it.each([
  [['head', 'Front Hair'], 'hair-front'],
  [['髪', '後ろ髪'], 'hair-back'],
  [['刘海'], 'hair-front'],
  [['目', 'まばたき'], 'eye-closed'],
  [['left eye', 'pupil'], 'iris'],
  [['眉'], 'brow'],
  [['眼鏡'], 'glasses'],
  [['mouth', 'mouth_o'], 'mouth-o'],
  [['口', '口 あ'], 'mouth-a'],
  [['嘴'], 'mouth'],
  [['头', 'Layer 12'], 'head'],
  [['cloth', 'Layer 3'], 'body'],
  [['sketch'], null],
])('%j is %s', (path, role) => expect(roleOf(path)).toBe(role));

describe('the rig of layers without one', () => {
  const { layers } = readLayers(psd(FIGURE), all);
  const rig = autorig('Yuki', [100, 130], layers);
  const id = (name: string) => layers.map(layerId).find((one) => one.endsWith(`-${name}`)) ?? '';
  const found = (name: string) => rig.layers.find((one) => one.id === id(name));

  it('hangs heads on necks and bodies on feet', () => {
    expect(found('face')?.parent).toBe('head-bone');
    expect(found('後ろ髪')?.parent).toBe('head-bone');
    expect(found('body')?.parent).toBe('body-bone');
    expect(rig.eyes).toEqual([50, 34]);
  });
  it('shows one pair of eyes and one mouth at a time', () => {
    const seen = (name: string, params: Record<string, number>) =>
      opacity(found(name)?.fade ?? null, { ...defaults(rig), ...params });
    expect([seen('eye L', {}), seen('eye L closed', {})]).toEqual([1, 0]);
    expect([seen('eye L', { ParamEyeLOpen: 0 }), seen('eye L closed', { ParamEyeLOpen: 0 })]).toEqual([0, 1]);
    expect(seen('eye R', { ParamEyeLOpen: 0 }), 'the other eye').toBe(1);
    expect([seen('mouth', {}), seen('mouth_a', {})]).toEqual([1, 0]);
  });
  it('has a mouth for every vowel, and never none', () => {
    const springs = new Springs(rig.springs);
    for (const vowel of ['A', 'I', 'U', 'E', 'O']) {
      for (const loud of [0, 0.05, 0.15, 0.2, 0.4, 1]) {
        const params: Record<string, number> = { ...defaults(rig), [`ParamMouth${vowel}`]: loud };
        springs.settle(params);
        const seen = (name: string) => opacity(found(name)?.fade ?? null, params);
        expect(seen('mouth') + seen('mouth_a'), `${vowel} at ${loud}`).toBeCloseTo(1);
        if (loud === 1) expect(seen('mouth_a')).toBe(1);
      }
    }
  });
  it('moves with all that lives in a figure, and bends', () => {
    const animator = new Animator(rig, () => 0.5);
    const pose = new Pose(rig, true);
    for (let i = 0; i < 48; i++) {
      const wishes = { emotion: 'joy', mouth: { a: 1, i: 0, u: 0, e: 0, o: 0 }, gaze: { x: 0.8, y: 0.4 }, listening: false, still: false } as const; // prettier-ignore
      pose.update(animator.frame(i / 24, 1 / 24, wishes), 4);
    }
    const face = pose.layers.find((one) => one.layer.id === id('face'));
    expect(face?.matrix[4]).not.toBe(0);
    expect(face?.mesh?.reach).toBeGreaterThan(0.5);
    for (const { matrix } of pose.layers) expect(matrix.every(Number.isFinite)).toBe(true);
  });
});
