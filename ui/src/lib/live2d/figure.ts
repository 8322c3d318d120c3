/**
 * A Live2D model that lives: in every frame motions, blink, expression, gaze and breath, lips, physics, pose, in this order.
 *
 * The order decides what wins. A blink multiplies what a motion left of the eyes; lips are set, not added, and before physics, so
 * that what hangs on the mouth follows it; gaze and breath come from the same clock as everything else.
 */

import type { Emotion } from '$lib/backend/backend';
import { ownPicture } from '../stage/labels';
import { approach, Life, type Wishes } from '../stage/life';
import { openness } from '../stage/lips';
import type { CoreModel } from './core';
import { expressionFor, Expressions, readExpression, type Expression } from './expression';
import type { Files } from './files';
import type { ModelList, MotionFile } from './model3';
import { Motions, readMotion, type Motion, type Whole } from './motion';
import { Physics, readPhysics } from './physics';
import { Pose, readPose } from './pose';
import { Values } from './values';

const EMOTIONS: readonly Emotion[] = [
  'neutral',
  'joy',
  'sad',
  'angry',
  'surprised',
  'shy',
  'love',
  'thinking',
  'sleepy',
  'worried',
];
const VOWELS = ['a', 'i', 'u', 'e', 'o'] as const;

/** Everything that a figure is moved by, read; and what could not be. */
export interface Material {
  expressions: Expression[];
  motions: { motion: Motion; file: MotionFile }[];
  physics: Physics | null;
  pose: ReturnType<typeof readPose> | null;
  /** Files that are damaged: the figure goes on without them. */
  broken: string[];
}

/** Reads what belongs to a model. What is damaged is left out and named. */
export function readMaterial(model: ModelList, files: Files): Material {
  const broken = [...model.missing];
  function attempt<T>(path: string | null, read: (bytes: ArrayBuffer) => T): T | null {
    const bytes = path === null ? null : files.bytes(path);
    if (path === null || !bytes) return null;
    try {
      return read(bytes);
    } catch {
      broken.push(path);
      return null;
    }
  }
  const expressions = model.expressions.map(({ name, path }) => attempt(path, (bytes) => readExpression(bytes, name)));
  const motions = model.motions.map((file) => {
    const motion = attempt(file.path, (bytes) => readMotion(bytes, file.name, file.group));
    return motion && { motion, file };
  });
  return {
    expressions: expressions.filter((one) => one !== null),
    motions: motions.filter((one) => one !== null),
    physics: attempt(model.physics, (bytes) => new Physics(readPhysics(bytes, model.physics ?? ''))),
    pose: attempt(model.pose, (bytes) => readPose(bytes, model.pose ?? '')),
    broken,
  };
}

export class Figure {
  readonly #model: CoreModel;
  readonly #values: Values;
  readonly #material: Material;
  readonly #life: Life;
  readonly #random: () => number;
  readonly #expressions = new Expressions();
  readonly #motions = new Motions();
  readonly #pose: Pose | null;
  readonly #faces: Record<Emotion, Expression>;
  readonly #idle: Material['motions'];
  readonly #eyes: number[];
  readonly #lips: number[];
  readonly #bodies: number[];
  /** What plays is what it does while nothing happens. */
  #idling = false;
  /** What motions left; expressions and the rest are laid over it anew in every frame. */
  readonly #kept: Float32Array;
  #emotion: Emotion | null = null;
  #speaking = 0;
  #hung = false;
  /** Opacity of the whole, 0..1. */
  opacity = 1;

  constructor(model: CoreModel, list: ModelList, material: Material, random: () => number = Math.random) {
    this.#model = model;
    this.#material = material;
    this.#random = random;
    this.#life = new Life(random);
    const values = new Values(model.parameters);
    this.#values = values;
    this.#pose = material.pose ? new Pose(material.pose, model.parts) : null;
    this.#kept = Float32Array.from({ length: values.count }, (_, i) => values.rest(i));
    const indices = (ids: string[], standard: string[]) => {
      const own = ids.map((id) => values.find(id)).filter((index) => index >= 0);
      return own.length > 0 ? own : standard.map((id) => values.find(id)).filter((index) => index >= 0);
    };
    this.#eyes = indices(list.eyeBlink, ['ParamEyeLOpen', 'ParamEyeROpen']);
    this.#lips = indices(list.lipSync, ['ParamMouthOpenY']);
    this.#bodies = indices([], ['ParamBodyAngleX', 'ParamBodyAngleY', 'ParamBodyAngleZ', 'ParamAngleY']);
    this.#faces = Object.fromEntries(
      EMOTIONS.map((feeling) => [feeling, expressionFor(feeling, material.expressions)]),
    ) as Record<Emotion, Expression>;
    this.#idle = material.motions.filter(({ file }) => /idle|待机|待機/i.test(file.group || file.name));
  }

  /** The motion and the expression of the moment, for people's eyes and for tests. */
  get shown(): { motion: string; expression: string } {
    return {
      motion: this.#motions.current?.name ?? '',
      expression: this.#emotion ? this.#faces[this.#emotion].name : '',
    };
  }

  /** True while something quick is going on. */
  get settling(): boolean {
    return this.#expressions.settling || this.#motions.settling || this.#life.settling;
  }

  /** Moves the model to one frame; `now` and `dt` in seconds. */
  frame(now: number, dt: number, wishes: Wishes): void {
    const { parameters } = this.#model;
    const step = Math.min(0.25, Math.max(0, dt));
    this.#choose(wishes);

    // 1. Motions, on what they left before.
    parameters.values.set(this.#kept);
    const whole: Whole = { opacity: 1, eyes: null, lips: 0, parts: new Map(), driven: new Set() };
    if (!wishes.still) this.#motions.update(this.#values, step, whole);
    // What no motion moves goes back to rest, so that the end of a motion leaves no frozen face.
    for (let i = 0; i < this.#values.count; i++) {
      if (!whole.driven.has(i))
        this.#values.set(i, approach(this.#values.get(i), this.#values.rest(i), wishes.still ? 1e3 : 3, step));
    }
    this.#kept.set(parameters.values);
    this.opacity = whole.opacity;

    // 2. The expression, then the blink as a multiplier on it: eyes that are closed already are left alone.
    this.#expressions.update(this.#values, step);
    const moved = this.#eyes.some((index) => whole.driven.has(index));
    const driven = this.#bodies.some((index) => whole.driven.has(index)) && !this.#idling;
    const open = (whole.eyes ?? 1) * (wishes.still || moved ? 1 : 1 - this.#life.blink(now));
    for (const index of this.#eyes) {
      if (this.#values.get(index) > 0.15) this.#values.set(index, this.#values.get(index) * open);
    }

    // 3. Gaze, breath, sway, gestures.
    if (!wishes.still) {
      this.#life.look(this.#values.add, now, step, wishes);
      this.#life.breathe(this.#values.add, now, step, wishes);
      // A motion of the model's own is the better gesture.
      this.#life.gesture(this.#values.add, now, step, { ...wishes, gestures: (wishes.gestures ?? true) && !driven });
    }

    // 4. Lips.
    this.#speak(wishes, step, whole.lips);
    this.#values.clamp();

    // 5. Physics, from everything above.
    const { physics } = this.#material;
    if (physics && (wishes.still || !this.#hung)) physics.settle(this.#values);
    else physics?.update(this.#values, step);
    this.#hung = true;

    // 6. Pose and parts, then the Core computes.
    this.#pose?.update(whole.parts, step);
    for (const [id, opacity] of whole.parts) {
      const index = this.#model.parts.ids.indexOf(id);
      if (index >= 0 && !this.#pose?.has(id)) this.#model.parts.opacities[index] = Math.min(1, Math.max(0, opacity));
    }
    this.#model.update();
  }

  /** Expression and motion for the feeling of the moment; an idle motion where none plays. */
  #choose(wishes: Wishes): void {
    if (wishes.emotion !== this.#emotion) {
      this.#emotion = wishes.emotion;
      this.#expressions.show(this.#faces[wishes.emotion], wishes.still);
      const own = this.#material.motions.filter(
        ({ file }) => ownPicture(wishes.emotion, [file.group, file.name].filter(Boolean)) !== null,
      );
      // The neutral feeling is no event: nobody makes a gesture of it.
      if (!wishes.still && wishes.emotion !== 'neutral' && own.length > 0) {
        this.#play(own, false);
        this.#idling = false;
      }
    }
    if (!wishes.still && this.#motions.current === null) {
      this.#play(this.#idle, this.#idle.length === 1);
      this.#idling = true;
    }
  }

  #play(among: Material['motions'], loop: boolean): void {
    const chosen = among[Math.min(among.length - 1, Math.floor(this.#random() * among.length))];
    if (chosen) this.#motions.play(chosen.motion, chosen.file, loop && chosen.motion.loop);
  }

  #speak(wishes: Wishes, dt: number, added: number): void {
    const mouth = this.#life.lips(dt, wishes);
    const opened = openness(mouth);
    // While a line is spoken nothing else opens the mouth; after it, what expressions and motions want comes back.
    this.#speaking = wishes.mouth ? 1 : approach(this.#speaking, 0, 10, dt);
    for (const index of this.#lips) {
      const own = Math.min(this.#values.max(index), this.#values.get(index) + added);
      const spoken = opened * Math.max(0, this.#values.max(index));
      this.#values.set(index, own + (spoken - own) * this.#speaking);
    }
    let vowels = false;
    for (const vowel of VOWELS) {
      const index = this.#values.find(`ParamMouth${vowel.toUpperCase()}`);
      if (index < 0 || this.#lips.includes(index)) continue;
      vowels = true;
      const own = this.#values.get(index);
      this.#values.set(index, own + (mouth[vowel] - own) * this.#speaking);
    }
    const form = this.#values.find('ParamMouthForm');
    if (form >= 0 && !vowels) {
      // Wide for i and e, round for u and o, where a model has no shapes of its own for them.
      const wide = mouth.i + mouth.e - 0.6 * (mouth.u + mouth.o);
      const own = this.#values.get(form);
      this.#values.set(form, own * (1 - 0.5 * opened * this.#speaking) + wide * this.#speaking);
    }
  }
}
