/**
 * What keeps a figure alive whatever draws it: blinking, looking about, breathing, swaying while it speaks, lips that come to rest.
 * Our own puppets, Live2D models and VRM figures share it, in the parameters of the standard list (angles in degrees, -30..30 for the
 * head; eyeballs -1..1).
 */

import type { Emotion } from '$lib/backend/backend';
import { gestureFor, Gestures, type GestureName } from './gestures';
import { openness, SHUT, type Mouth } from './lips';

/** What the scene asks of a figure in one frame. */
export interface Wishes {
  emotion: Emotion;
  /** The lips while a line is spoken; null lets them close. */
  mouth: Mouth | null;
  /** Where to look, -1..1 to the right and up. */
  gaze: { x: number; y: number };
  /** Someone speaks to the figure: it listens. */
  listening: boolean;
  /** No movement beyond lips and changes of expression. */
  still: boolean;
  /** The newest gesture that was asked for; another number is another one. */
  gesture?: { name: GestureName; id: number } | null;
  /** Feelings and stress move the body as well; left out: they do. */
  gestures?: boolean;
}

/** Adds to a parameter. */
export type Add = (id: string, value: number) => void;

/** Seconds for the lips to come to rest after a line. */
const RELEASE = 0.2;
/** How much wider than lately a mouth opens on a word that is stressed. */
const STRESSED = 0.34;
/** How quickly head and eyes turn to something, per second: a look is there within a tenth of a second. */
const HEAD = 4;
const EYES = 22;
/** Seconds between two shifts of weight from one leg to the other, and how quickly they go, per second: the hips pull, and the rest follows. */
const STANDS = { least: 8, more: 12 };
const PULL = 3;
const SHIFT = 2;
const BLINK = { close: 0.08, shut: 0.05, open: 0.16 };

export const ease = (t: number) => t * t * (3 - 2 * t);
const wave = (now: number, period: number, phase = 0) => Math.sin((2 * Math.PI * now) / period + phase);
/** Moves a value towards a goal, independent of the frame rate. */
export const approach = (from: number, to: number, speed: number, dt: number) =>
  from + (to - from) * (1 - Math.exp(-speed * dt));

export class Life {
  readonly #random: () => number;
  #blinkAt = 1.5;
  #blinkStart = -1;
  #glance = { x: 0, y: 0, until: 0 };
  #gaze = { x: 0, y: 0 };
  #eyes = { x: 0, y: 0 };
  #mouth: Mouth = { ...SHUT };
  #loud = 0;
  #tilt = { value: 0, goal: 0, until: 0 };
  /** Where the weight rests, -1..1 from the viewer's left to the right, beside how the figure was drawn. */
  #weight = { value: 0, pull: 0, goal: 0, until: 5 };
  readonly #gestures = new Gestures();
  #asked: number | null = null;
  #felt: Emotion | null = null;
  #stress = { slow: 0, until: 0, side: 1 };

  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** True while something quick is going on: a gesture that is more than a stress, a blink, lips that come to rest. */
  get settling(): boolean {
    return this.#gestures.quick || this.#blinkStart >= 0 || openness(this.#mouth) > 0.01;
  }

  /** Gestures: those that are asked for, those that a change of feeling brings, and small ones where a voice stresses a word. */
  gesture(add: Add, now: number, dt: number, wishes: Wishes): void {
    const { gesture = null, gestures = true, emotion, mouth } = wishes;
    const [first, felt] = [this.#felt === null, emotion !== this.#felt];
    this.#felt = emotion;
    // What was asked for before this figure came on is not made up for.
    if (gesture && gesture.id !== this.#asked && !first && gestures) this.#gestures.start(gesture.name, 'story');
    else if (felt && !first && gestures) {
      const own = gestureFor(emotion);
      if (own) this.#gestures.start(own[0], 'feeling', own[1]);
    }
    this.#asked = gesture?.id ?? this.#asked;
    const loud = mouth ? openness(mouth) : 0;
    this.#stress.slow = approach(this.#stress.slow, loud, 1.6, dt);
    if (gestures && mouth && now >= this.#stress.until && loud - this.#stress.slow > STRESSED) {
      this.#stress.side = -this.#stress.side;
      this.#stress.until = now + 1.1 + this.#random() * 1.6;
      this.#gestures.start(this.#stress.side > 0 ? 'beat-right' : 'beat-left', 'stress', 0.6 + 0.5 * this.#random());
    }
    if (!gestures) this.#gestures.stop();
    this.#gestures.frame(add, dt);
  }

  /** How far the lids are closed, 0..1. */
  blink(now: number): number {
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

  /** Eyes and head towards where the scene wants, with glances aside. */
  look(add: Add, now: number, dt: number, wishes: Wishes): void {
    if (now >= this.#glance.until) {
      const away = this.#random() < (wishes.listening ? 0.1 : 0.3);
      this.#glance = {
        x: (this.#random() * 2 - 1) * (away ? 0.4 : 0.07),
        y: (this.#random() * 2 - 1) * (away ? 0.22 : 0.05),
        until: now + (away ? 0.5 + this.#random() : 0.8 + this.#random() * 2.4),
      };
    }
    // The eyes are quick, the head follows.
    const { x, y } = wishes.gaze;
    this.#gaze = { x: approach(this.#gaze.x, x, HEAD, dt), y: approach(this.#gaze.y, y, HEAD, dt) };
    this.#eyes = { x: approach(this.#eyes.x, x, EYES, dt), y: approach(this.#eyes.y, y, EYES, dt) };
    add('ParamEyeBallX', this.#eyes.x * 0.75 + this.#glance.x);
    add('ParamEyeBallY', this.#eyes.y * 0.6 + this.#glance.y);
    add('ParamAngleX', this.#gaze.x * 16);
    add('ParamAngleY', this.#gaze.y * 11);
    add('ParamAngleZ', -this.#gaze.x * this.#gaze.y * 5);
    add('ParamBodyAngleX', this.#gaze.x * 4);
  }

  /** Breath, sway, and the head that moves with what is said. */
  breathe(add: Add, now: number, dt: number, wishes: Wishes): void {
    add('ParamBreath', 0.5 + 0.5 * wave(now, 3.6));
    add('ParamAngleX', 3 * wave(now, 8.3));
    add('ParamAngleY', 2 * wave(now, 5.1, 1));
    add('ParamAngleZ', 1.6 * wave(now, 6.7, 2));
    add('ParamBodyAngleX', 1.1 * wave(now, 10.9));
    add('ParamBodyAngleZ', 0.7 * wave(now, 12.7, 0.5));
    this.#stand(add, now, dt);
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
    add('ParamBodyAngleY', -1.5 * this.#loud);
  }

  /** Nobody stands on the same leg for long: hips go over to the other one with a breath, and shoulders and head hold against it. */
  #stand(add: Add, now: number, dt: number): void {
    const weight = this.#weight;
    if (now >= weight.until) {
      // Over to the other side, or only back to the middle.
      weight.goal = this.#random() < 0.3 ? 0 : (weight.goal > 0 ? -1 : 1) * (0.5 + 0.5 * this.#random());
      weight.until = now + STANDS.least + STANDS.more * this.#random();
    }
    weight.pull = approach(weight.pull, weight.goal, PULL, dt);
    weight.value = approach(weight.value, weight.pull, SHIFT, dt);
    add('ParamBodyAngleX', 2.6 * weight.value);
    add('ParamBodyAngleZ', -2.4 * weight.value);
    add('ParamAngleZ', 3 * weight.value);
    add('ParamAngleX', -2 * weight.value);
    add('ParamShoulderY', 2.4 * Math.abs(weight.pull - weight.value));
  }

  /** The lips of this frame: what is spoken, else what is left of it. */
  lips(dt: number, wishes: Wishes): Mouth {
    const release = wishes.still ? 1 : 1 - Math.exp((-4 * dt) / RELEASE);
    for (const shape of ['a', 'i', 'u', 'e', 'o'] as const)
      this.#mouth[shape] = wishes.mouth ? wishes.mouth[shape] : this.#mouth[shape] * (1 - release);
    return this.#mouth;
  }
}
