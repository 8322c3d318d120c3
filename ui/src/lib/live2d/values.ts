/** Parameters of a model by id: ranges from the model itself, ids as the standard list has them or as older editors wrote them. */

import type { CoreParameters } from './core';

/** `PARAM_EYE_L_OPEN`, `Param_Eye_L_Open` and `ParamEyeLOpen` are one parameter. */
const loose = (id: string) => id.replaceAll('_', '').toLowerCase();

/** Names under which rigs keep what the standard list calls otherwise. */
const OTHERWISE: Record<string, string[]> = {
  ParamMouthOpenY: ['ParamMouthOpen'],
  ParamMouthA: ['ParamA'],
  ParamMouthI: ['ParamI'],
  ParamMouthU: ['ParamU'],
  ParamMouthE: ['ParamE'],
  ParamMouthO: ['ParamO'],
  ParamCheek: ['ParamTere', 'ParamBlush'],
  ParamBodyAngleX: ['PARAM_BODY_X'],
  ParamBodyAngleY: ['PARAM_BODY_Y'],
  ParamBodyAngleZ: ['PARAM_BODY_Z'],
};

export class Values {
  readonly #parameters: CoreParameters;
  readonly #exact = new Map<string, number>();
  readonly #loose = new Map<string, number>();
  readonly #found = new Map<string, number>();

  constructor(parameters: CoreParameters) {
    this.#parameters = parameters;
    for (let i = 0; i < parameters.count; i++) {
      const id = parameters.ids[i] ?? '';
      this.#exact.set(id, i);
      if (!this.#loose.has(loose(id))) this.#loose.set(loose(id), i);
    }
  }

  get count(): number {
    return this.#parameters.count;
  }

  /** Index of a parameter, -1 where the model has none. */
  find(id: string): number {
    const known = this.#found.get(id);
    if (known !== undefined) return known;
    let index = this.#exact.get(id) ?? this.#loose.get(loose(id));
    // Ids come from files: one of them may be called `constructor`.
    const others = Object.hasOwn(OTHERWISE, id) ? OTHERWISE[id] : undefined;
    for (const other of others ?? []) index ??= this.#loose.get(loose(other));
    this.#found.set(id, index ?? -1);
    return index ?? -1;
  }

  get(index: number): number {
    return this.#parameters.values[index] ?? 0;
  }
  /** Sets a value; one that is no number leaves what is there. */
  set(index: number, value: number): void {
    if (index >= 0 && index < this.count && Number.isFinite(value)) this.#parameters.values[index] = value;
  }
  min(index: number): number {
    return this.#parameters.minimumValues[index] ?? 0;
  }
  max(index: number): number {
    return this.#parameters.maximumValues[index] ?? 1;
  }
  rest(index: number): number {
    return this.#parameters.defaultValues[index] ?? 0;
  }

  /** Adds to a parameter by id; nothing where the model has none. */
  add = (id: string, value: number): void => {
    const index = this.find(id);
    if (index >= 0) this.set(index, this.get(index) + value);
  };

  /** Keeps every value in the model's own range. */
  clamp(): void {
    for (let i = 0; i < this.count; i++) this.set(i, Math.min(this.max(i), Math.max(this.min(i), this.get(i))));
  }
}
