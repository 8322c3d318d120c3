/**
 * What a puppet does by itself: breathing, blinking, looking about, swaying while it speaks, showing feelings.
 *
 * One call per frame turns the wishes of the scene into parameter values, always in the same order (see
 * `docs/decisions/0011`): expression, blink as a multiplier on it, gaze, breath and sway, lips, springs, limits. That order
 * is what keeps a blink from fighting closed eyes and an idle motion from overwriting the lips.
 */

import type { Emotion } from '$lib/backend/backend';
import type { Rig } from './format';
import { openness, SHUT, type Mouth } from './lips';
import { clampParams, defaults, type Params } from './rig';
import { Springs } from './springs';

/** What the scene asks of the puppet in this frame. */
export interface Wishes {
  emotion: Emotion;
  /** The lips while a line is spoken; null lets them close. */
  mouth: Mouth | null;
  /** Where to look, -1..1 to the right and up. */
  gaze: { x: number; y: number };
  /** Someone speaks to the puppet: it listens. */
  listening: boolean;
  /** No movement beyond lips and changes of expression. */
  still: boolean;
}

/** Seconds from one expression to the next. */
const FADE = 0.5;
/** Seconds for the lips to come to rest after a line. */
const RELEASE = 0.2;
const BLINK = { close: 0.08, shut: 0.05, open: 0.16 };

const ease = (t: number) => t * t * (3 - 2 * t);
const wave = (now: number, period: number, phase = 0) => Math.sin((2 * Math.PI * now) / period + phase);
/** Moves a value towards a goal, independent of the frame rate. */
const approach = (from: number, to: number, speed: number, dt: number) =>
  from + (to - from) * (1 - Math.exp(-speed * dt));

export class Animator {
  readonly #rig: Rig;
  readonly #rest: Params;
  readonly #springs: Springs;
  readonly #random: () => number;
  #emotion = 'neutral';
  #from: Params = {};
  #shown: Params = {};
  #fade = 1;
  #blinkAt = 1.5;
  #blinkStart = -1;
  #glance = { x: 0, y: 0, until: 0 };
  #gaze = { x: 0, y: 0 };
  #mouth: Mouth = { ...SHUT };
  #loud = 0;
  #tilt = { value: 0, goal: 0, until: 0 };
  #started = false;

  constructor(rig: Rig, random: () => number = Math.random) {
    this.#rig = rig;
    this.#rest = defaults(rig);
    this.#springs = new Springs(rig.springs);
    this.#random = random;
  }

  /** True while something quick is going on: a change of expression, a blink, lips that come to rest. */
  get settling(): boolean {
    return this.#fade < 1 || this.#blinkStart >= 0 || openness(this.#mouth) > 0.01;
  }

  /** Parameter values for one frame; `now` and `dt` in seconds. */
  frame(now: number, dt: number, wishes: Wishes): Params {
    const params: Params = { ...this.#rest };
    this.#express(params, wishes, dt);
    const closed = wishes.still ? 0 : this.#blink(now);
    for (const id of ['ParamEyeLOpen', 'ParamEyeROpen']) {
      const open = params[id] ?? 1;
      // A multiplier: eyes that an expression has closed stay closed, and are left alone.
      if (open > 0.15) params[id] = open * (1 - closed);
    }
    if (!wishes.still) {
      this.#look(params, now, dt, wishes);
      this.#breathe(params, now, dt, wishes);
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

  /** How far the lids are closed, 0..1. */
  #blink(now: number): number {
    if (this.#blinkStart < 0 && now >= this.#blinkAt) this.#blinkStart = now;
    if (this.#blinkStart < 0) return 0;
    const t = now - this.#blinkStart;
    if (t < BLINK.close) return ease(t / BLINK.close);
    if (t < BLINK.close + BLINK.shut) return 1;
    if (t < BLINK.close + BLINK.shut + BLINK.open) return 1 - ease((t - BLINK.close - BLINK.shut) / BLINK.open);
    this.#blinkStart = -1;
    // Now and then two in a row, as people do.
    this.#blinkAt = now + (this.#random() < 0.14 ? 0.12 : 2.2 + this.#random() * 4);
    return 0;
  }

  #look(params: Params, now: number, dt: number, wishes: Wishes): void {
    if (now >= this.#glance.until) {
      const away = this.#random() < (wishes.listening ? 0.1 : 0.3);
      this.#glance = {
        x: (this.#random() * 2 - 1) * (away ? 0.4 : 0.07),
        y: (this.#random() * 2 - 1) * (away ? 0.22 : 0.05),
        until: now + (away ? 0.5 + this.#random() : 0.8 + this.#random() * 2.4),
      };
    }
    // The eyes are quick, the head follows.
    this.#gaze.x = approach(this.#gaze.x, wishes.gaze.x, 4, dt);
    this.#gaze.y = approach(this.#gaze.y, wishes.gaze.y, 4, dt);
    const add = (id: string, value: number) => (params[id] = (params[id] ?? 0) + value);
    add('ParamEyeBallX', this.#gaze.x * 0.75 + this.#glance.x);
    add('ParamEyeBallY', this.#gaze.y * 0.6 + this.#glance.y);
    add('ParamAngleX', this.#gaze.x * 16);
    add('ParamAngleY', this.#gaze.y * 11);
    add('ParamAngleZ', -this.#gaze.x * this.#gaze.y * 5);
    add('ParamBodyAngleX', this.#gaze.x * 4);
  }

  #breathe(params: Params, now: number, dt: number, wishes: Wishes): void {
    const add = (id: string, value: number) => (params[id] = (params[id] ?? 0) + value);
    add('ParamBreath', 0.5 + 0.5 * wave(now, 3.6));
    add('ParamAngleX', 3 * wave(now, 8.3));
    add('ParamAngleY', 2 * wave(now, 5.1, 1));
    add('ParamAngleZ', 1.6 * wave(now, 6.7, 2));
    add('ParamBodyAngleX', 1.1 * wave(now, 10.9));
    add('ParamBodyAngleZ', 0.7 * wave(now, 12.7, 0.5));
    // Speaking moves the head: nods with the loudness, a new tilt with every phrase.
    this.#loud = approach(this.#loud, wishes.mouth ? openness(wishes.mouth) : 0, wishes.mouth ? 9 : 5, dt);
    if (now >= this.#tilt.until) {
      const speaking = wishes.mouth !== null;
      this.#tilt.goal = speaking ? (this.#random() * 2 - 1) * 4.5 : wishes.listening ? 3 : 0;
      this.#tilt.until = now + (speaking ? 0.7 + this.#random() * 1.3 : 1);
    }
    this.#tilt.value = approach(this.#tilt.value, this.#tilt.goal, 3, dt);
    add('ParamAngleZ', this.#tilt.value);
    add('ParamAngleY', -5 * this.#loud);
    add('ParamBodyAngleY', 1.5 * this.#loud);
  }

  #speak(params: Params, wishes: Wishes, dt: number): void {
    const release = wishes.still ? 1 : 1 - Math.exp((-4 * dt) / RELEASE);
    for (const shape of ['a', 'i', 'u', 'e', 'o'] as const) {
      this.#mouth[shape] = wishes.mouth ? wishes.mouth[shape] : this.#mouth[shape] * (1 - release);
      // The lips are set, not added: while a line is spoken nothing else opens the mouth.
      params[`ParamMouth${shape.toUpperCase()}`] = wishes.mouth
        ? this.#mouth[shape]
        : Math.max(this.#mouth[shape], params[`ParamMouth${shape.toUpperCase()}`] ?? 0);
    }
    params.ParamMouthOpenY = openness(this.#mouth);
    // A wide smile or a frown lets go while vowels are formed.
    params.ParamMouthForm = (params.ParamMouthForm ?? 0) * (1 - 0.5 * params.ParamMouthOpenY);
  }
}
