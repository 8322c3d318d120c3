/**
 * What this program needs of a Cubism Core: the part of its public interface that a model is moved and drawn by. The Core itself is
 * Live2D's; none is in this program, and nothing here runs without one that a person chose.
 */

export interface CoreParameters {
  count: number;
  ids: string[];
  minimumValues: Float32Array;
  maximumValues: Float32Array;
  defaultValues: Float32Array;
  values: Float32Array;
}
export interface CoreParts {
  count: number;
  ids: string[];
  opacities: Float32Array;
}
export interface CoreDrawables {
  count: number;
  ids: string[];
  constantFlags: Uint8Array;
  dynamicFlags: Uint8Array;
  textureIndices: Int32Array;
  renderOrders: Int32Array;
  opacities: Float32Array;
  maskCounts: Int32Array;
  masks: Int32Array[];
  vertexPositions: Float32Array[];
  vertexUvs: Float32Array[];
  indices: Uint16Array[];
  /** Four numbers a drawable; Cores before 4.2 have none. */
  multiplyColors?: Float32Array;
  screenColors?: Float32Array;
  resetDynamicFlags(): void;
}
export interface CoreModel {
  parameters: CoreParameters;
  parts: CoreParts;
  drawables: CoreDrawables;
  update(): void;
  release(): void;
}
export interface CoreMoc {
  _release(): void;
}
export interface CubismCore {
  Version: { csmGetVersion(): number; csmGetLatestMocVersion?(): number };
  Moc: {
    fromArrayBuffer(bytes: ArrayBuffer): CoreMoc | null;
    /** Asked before a model is opened, on the prototype; Cores before 4.2 cannot answer. */
    prototype?: { hasMocConsistency?(bytes: ArrayBuffer): number };
  };
  Model: { fromMoc(moc: CoreMoc): CoreModel | null };
}

/** Bits of `constantFlags`. */
export const FLAG = { additive: 1, multiplicative: 2, doubleSided: 4, invertedMask: 8 } as const;
/** Bit of `dynamicFlags`. */
export const VISIBLE = 1;

/** Opens a model. Throws a sentence for people. */
export function openModel(core: CubismCore, moc3: ArrayBuffer): { model: CoreModel; release(): void } {
  const head = new Uint8Array(moc3, 0, Math.min(5, moc3.byteLength));
  const newest = core.Version.csmGetLatestMocVersion?.();
  if (newest !== undefined && (head[4] ?? 0) > newest)
    throw new Error(`the model is of a newer kind (${head[4]}) than this Cubism Core can read (${newest})`);
  if (core.Moc.prototype?.hasMocConsistency?.(moc3) === 0) throw new Error('the model is damaged');
  const moc = core.Moc.fromArrayBuffer(moc3);
  if (!moc) throw new Error('the Cubism Core cannot read the model');
  const model = core.Model.fromMoc(moc);
  if (!model) {
    moc._release();
    throw new Error('the Cubism Core cannot open the model');
  }
  return {
    model,
    release() {
      model.release();
      moc._release();
    },
  };
}

/** `0x05010000` is 5.1.0. */
export const versionName = (version: number): string =>
  `${version >>> 24}.${(version >>> 16) & 255}.${version & 0xffff}`;
