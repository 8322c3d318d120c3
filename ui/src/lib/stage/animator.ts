/**
 * What a puppet does by itself: breathing, blinking, looking about, swaying while it speaks, showing feelings.
 *
 * One call per frame turns the wishes of the scene into parameter values, always in the same order (see
 * `docs/decisions/0011`): expression, blink as a multiplier on it, gaze, breath and sway, gestures, lips, springs, limits. That order
 * is what keeps a blink from fighting closed eyes and an idle motion from overwriting the lips.
 */

import type { Rig } from './format';
import { ease, Life, type Wishes } from './life';
import { openness } from './lips';
import { clampParams, defaults, type Params } from './rig';
import { Springs } from './springs';

/** Seconds from one expression to the next. */
const FADE = 0.5;

export class Animator {
  readonly #rig: Rig;
  readonly #rest: Params;
  readonly #springs: Springs;
  readonly #life: Life;
  /** Gestures are made with the arm on the viewer's right: in a rig that can raise only the other one, with that one. */
  readonly #arms = new Map<string, { id: string; sign: 1 | -1 }>();
  #emotion = 'neutral';
  #from: Params = {};
  #shown: Params = {};
  #fade = 1;
  #started = false;

  constructor(rig: Rig, random: () => number = Math.random) {
    this.#rig = rig;
    this.#rest = defaults(rig);
    this.#springs = new Springs(rig.springs);
    this.#life = new Life(random);
    const has = (id: string) => rig.parameters.some((p) => p.id === id);
    if (has('ParamArmLB') && !has('ParamArmRB')) {
      for (const [part, sign] of [
        ['ArmRA', 1],
        ['ArmRB', 1],
        ['HandR', -1],
      ] as const)
        this.#arms.set(`Param${part}`, { id: `Param${part.replace('R', 'L')}`, sign });
    }
  }

  /** True while something quick is going on: a change of expression, a blink, lips that come to rest. */
  get settling(): boolean {
    return this.#fade < 1 || this.#life.settling;
  }

  /** Parameter values for one frame; `now` and `dt` in seconds. */
  frame(now: number, dt: number, wishes: Wishes): Params {
    const params: Params = { ...this.#rest };
    this.#express(params, wishes, dt);
    const closed = wishes.still ? 0 : this.#life.blink(now);
    for (const id of ['ParamEyeLOpen', 'ParamEyeROpen']) {
      const open = params[id] ?? 1;
      // A multiplier: eyes that an expression has closed stay closed, and are left alone.
      if (open > 0.15) params[id] = open * (1 - closed);
    }
    if (!wishes.still) {
      const add = (id: string, value: number) => {
        const own = this.#arms.get(id);
        if (own) params[own.id] = (params[own.id] ?? 0) + value * own.sign;
        else params[id] = (params[id] ?? 0) + value;
      };
      this.#life.look(add, now, dt, wishes);
      this.#life.breathe(add, now, dt, wishes);
      this.#life.gesture(add, now, dt, wishes);
    }
    this.#speak(params, wishes, dt);
    clampParams(this.#rig, params);
    if (wishes.still || !this.#started) this.#springs.settle(params);
    else this.#springs.update(params, dt);
    this.#started = true;
    return params;
  }

  #express(params: Params, wishes: Wishes, dt: number): void {
    if (wishes.emotion !== this.#emotion) {
      this.#emotion = wishes.emotion;
      this.#from = { ...this.#shown };
      this.#fade = 0;
    }
    this.#fade = wishes.still ? 1 : Math.min(1, this.#fade + dt / FADE);
    const target = this.#rig.expressions[this.#emotion] ?? {};
    const share = ease(this.#fade);
    this.#shown = {};
    for (const id of new Set([...Object.keys(this.#from), ...Object.keys(target)])) {
      const rest = this.#rest[id] ?? 0;
      const value = (this.#from[id] ?? rest) * (1 - share) + (target[id] ?? rest) * share;
      if (this.#fade < 1 || target[id] !== undefined) this.#shown[id] = value;
      params[id] = value;
    }
  }

  #speak(params: Params, wishes: Wishes, dt: number): void {
    const mouth = this.#life.lips(dt, wishes);
    for (const shape of ['a', 'i', 'u', 'e', 'o'] as const) {
      const id = `ParamMouth${shape.toUpperCase()}`;
      // The lips are set, not added: while a line is spoken nothing else opens the mouth.
      params[id] = wishes.mouth ? mouth[shape] : Math.max(mouth[shape], params[id] ?? 0);
    }
    params.ParamMouthOpenY = openness(mouth);
    // A wide smile or a frown lets go while vowels are formed.
    params.ParamMouthForm = (params.ParamMouthForm ?? 0) * (1 - 0.5 * params.ParamMouthOpenY);
  }
}
