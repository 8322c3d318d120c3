/** Damped springs: hair and ribbons that follow the head late and swing past it. */

import type { Spring } from './format';
import type { Params } from './rig';

interface State {
  value: number;
  speed: number;
}

/** Longest step that is integrated at once; a longer frame is cut into several. */
const STEP = 1 / 120;
/** After a pause (hidden window) the springs do not try to catch up. */
const LONGEST = 0.25;

/** All springs of a rig, with their present motion. */
export class Springs {
  readonly #springs: readonly Spring[];
  #states: State[];

  constructor(springs: readonly Spring[]) {
    this.#springs = springs;
    this.#states = springs.map(() => ({ value: 0, speed: 0 }));
  }

  /** Moves the springs on by `seconds` and writes their outputs. */
  update(params: Params, seconds: number): void {
    let left = Math.min(LONGEST, Math.max(0, seconds));
    const goals = this.#springs.map((s) => s.inputs.reduce((sum, n) => sum + (params[n.param] ?? 0) * n.weight, 0));
    while (left > 1e-6) {
      const dt = Math.min(STEP, left);
      left -= dt;
      this.#springs.forEach((spring, i) => {
        const state = this.#states[i];
        if (!state) return;
        const w = 2 * Math.PI * spring.frequency;
        const pull = w * w * ((goals[i] ?? 0) - state.value) - 2 * spring.damping * w * state.speed;
        state.speed += pull * dt;
        state.value += state.speed * dt;
      });
    }
    this.#springs.forEach((spring, i) => (params[spring.out] = this.#states[i]?.value ?? 0));
  }

  /** Puts the springs at rest where their inputs are. */
  settle(params: Params): void {
    this.#states = this.#springs.map((s) => ({
      value: s.inputs.reduce((sum, n) => sum + (params[n.param] ?? 0) * n.weight, 0),
      speed: 0,
    }));
    this.#springs.forEach((spring, i) => (params[spring.out] = this.#states[i]?.value ?? 0));
  }
}
