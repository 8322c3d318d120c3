/**
 * The camera: how the stage is looked at. It goes nearer to whoever speaks and at strong feelings, drifts a little, shakes, and takes the
 * shots that the character asks for. The planes of the stage follow it by how near they are. Pure but for what it remembers.
 */

import type { Emotion } from '$lib/backend/backend';

/** Where it looks, in shares of the stage (0 is the middle; right and down are positive), and how near: 1 is as painted. */
export interface Shot {
  x: number;
  y: number;
  zoom: number;
}

/** Shots that stay until another one, or another place. */
export const SHOTS = {
  normal: { x: 0, y: 0, zoom: 1 },
  wide: { x: 0, y: 0, zoom: 0.95 },
  close: { x: 0, y: -0.05, zoom: 1.16 },
  face: { x: 0, y: -0.1, zoom: 1.34 },
  left: { x: -0.07, y: 0, zoom: 1.06 },
  right: { x: 0.07, y: 0, zoom: 1.06 },
  up: { x: 0, y: -0.07, zoom: 1.06 },
  down: { x: 0, y: 0.06, zoom: 1.06 },
} as const satisfies Record<string, Shot>;
export type ShotName = keyof typeof SHOTS;
/** What happens once: strength in shares of the stage's width, and seconds. */
export const JOLTS = {
  shake: { strength: 0.011, seconds: 0.7 },
  quake: { strength: 0.02, seconds: 1.4 },
  punch: { strength: 0, seconds: 0.5 },
} as const;
export type JoltName = keyof typeof JOLTS;

/** What feelings do to it when they come: nearer while they last, and a jolt. */
const FELT: Partial<Record<Emotion, { zoom: number; jolt?: JoltName }>> = {
  angry: { zoom: 1.07, jolt: 'shake' },
  surprised: { zoom: 1.04, jolt: 'punch' },
  love: { zoom: 1.08 },
  sad: { zoom: 1.05 },
  shy: { zoom: 1.05 },
};
/** Seconds for which a strong feeling holds it near. */
const HELD = 7;
/** How much nearer one of several is when it is her turn, and how far the camera goes along to where she stands. */
const TURN = { zoom: 1.06, along: 0.42 };
/** Swings a second of the way there, without overshooting: about a second from shot to shot. */
const EASE = 0.62;
/** How much nearer a punch goes. */
const PUNCH = 0.035;

/** What the scene asks of it in one frame. */
export interface Wanted {
  shot: ShotName;
  /** Where whoever speaks stands, in shares of the stage from the middle; null where one is alone. */
  speaker: number | null;
  feeling: Emotion;
  /** It drifts by itself; for machines that draw the whole window easily. */
  drifts: boolean;
  /** It is switched off, or nothing is to move. */
  off: boolean;
}

/** Where it is. `moving`: not there yet, or shaking; a drift is none. */
export interface View extends Shot {
  moving: boolean;
}

export class Camera {
  #at: Shot = { ...SHOTS.normal };
  #speed: Shot = { x: 0, y: 0, zoom: 0 };
  #feeling: Emotion | null = null;
  #feltAt = -Infinity;
  #jolts: { name: JoltName; until: number }[] = [];

  /** Something that happens once. `now` in seconds. */
  jolt(name: JoltName, now: number): void {
    this.#jolts = [...this.#jolts.filter((one) => one.name !== name), { name, until: now + JOLTS[name].seconds }];
  }

  /** Moves it on by one frame. `now` and `dt` in seconds. */
  frame(now: number, dt: number, wanted: Wanted): View {
    if (wanted.off) {
      this.#at = { ...SHOTS.normal };
      this.#speed = { x: 0, y: 0, zoom: 0 };
      this.#jolts = [];
      this.#feeling = wanted.feeling;
      return { ...this.#at, moving: false };
    }
    if (wanted.feeling !== this.#feeling) {
      // How somebody feels when the curtain rises is no event.
      const first = this.#feeling === null;
      this.#feeling = wanted.feeling;
      const felt = FELT[wanted.feeling];
      if (!first && felt) {
        this.#feltAt = now;
        if (felt.jolt) this.jolt(felt.jolt, now);
      } else this.#feltAt = -Infinity;
    }
    const goal = this.#goal(now, wanted);
    const moving = this.#approach(goal, Math.min(0.1, Math.max(0, dt)));
    const view: View = { ...this.#at, moving };
    if (wanted.drifts) {
      view.x += 0.0035 * Math.sin((2 * Math.PI * now) / 23);
      view.y += 0.0025 * Math.sin((2 * Math.PI * now) / 17);
      view.zoom += 0.006 * (1 + Math.sin((2 * Math.PI * now) / 29));
    }
    this.#jolts = this.#jolts.filter(({ until }) => until > now);
    for (const { name, until } of this.#jolts) {
      const { strength, seconds } = JOLTS[name];
      const left = (until - now) / seconds;
      // Two rates without a common measure: no circle, and nothing that repeats.
      view.x += strength * left ** 2 * Math.sin(now * 71);
      view.y += strength * left ** 2 * 0.7 * Math.sin(now * 53 + 1);
      if (name === 'punch') view.zoom += PUNCH * Math.sin(Math.PI * left) ** 2 * left;
      view.moving = true;
    }
    return view;
  }

  #goal(now: number, { shot, speaker, feeling }: Wanted): Shot {
    const { x, y, zoom } = SHOTS[shot];
    const near = now - this.#feltAt < HELD ? (FELT[feeling]?.zoom ?? 1) : 1;
    const turn = speaker === null ? 1 : TURN.zoom;
    // A shot that somebody asked for counts for more than what the rules would do.
    return {
      x: x + (speaker ?? 0) * TURN.along,
      y,
      zoom: shot === 'normal' ? Math.max(near, turn) : zoom * (speaker === null ? 1 : 1.02),
    };
  }

  /** A critically damped spring: as quick as can be without going past the mark, whatever the frame rate. True while it moves. */
  #approach(goal: Shot, dt: number): boolean {
    const w = 2 * Math.PI * EASE;
    let moving = false;
    for (const axis of ['x', 'y', 'zoom'] as const) {
      const away = this.#at[axis] - goal[axis];
      const speed = this.#speed[axis];
      const decay = Math.exp(-w * dt);
      const pull = (speed + w * away) * dt;
      this.#at[axis] = goal[axis] + (away + pull) * decay;
      this.#speed[axis] = (speed - w * pull) * decay;
      if (Math.abs(away) < 0.0004 && Math.abs(speed) < 0.0008) {
        this.#at[axis] = goal[axis];
        this.#speed[axis] = 0;
      } else moving = true;
    }
    return moving;
  }
}

/** How the planes follow: far ones less than the figures, near ones more. */
export const DEPTH = { deep: 0.45, figures: 1, near: 1.5 } as const;
/** How much larger than the stage the painted planes are on every side, in shares of it. */
export const MARGIN = 0.025;

/** Where a plane lies in its place: moved by pixels, and larger by a factor about the middle of the stage. */
export interface Placed {
  x: number;
  y: number;
  scale: number;
}

/**
 * A plane at a depth, on a stage of so many CSS pixels. With `margin`, a share of the stage, it never leaves a gap at an edge: it is moved
 * only as far as it goes beyond the stage, and never made smaller than the stage is.
 */
export function placed(view: Shot, depth: number, width: number, height: number, margin: number | null): Placed {
  let scale = 1 + (view.zoom - 1) * depth;
  let x = -view.x * width * depth * scale;
  let y = -view.y * height * depth * scale;
  if (margin !== null) {
    scale = Math.max(scale, 1 / (1 + 2 * margin) + 0.004);
    const room = (size: number) => Math.max(0, ((1 + 2 * margin) * scale - 1) / 2) * size;
    x = Math.max(-room(width), Math.min(room(width), x));
    y = Math.max(-room(height), Math.min(room(height), y));
  }
  return { x, y, scale };
}

/** Words for shots and jolts. */
const SHOT_WORDS: [ShotName, RegExp][] = [
  ['face', /\bface|extreme|\beyes|大特写|特寫臉|脸|顔|どアップ/],
  ['close', /close|near|zoom.?in|push|特写|特寫|拉近|推近|アップ|寄り|ズームイン/],
  ['wide', /wide|far|zoom.?out|pull|long shot|全景|拉远|拉遠|引き|遠景|ズームアウト/],
  ['left', /\bleft|左/],
  ['right', /\bright|右/],
  ['up', /\bup\b|sky|above|上/],
  ['down', /\bdown\b|below|下/],
  ['normal', /normal|reset|back|medium|still|center|centre|正常|还原|還原|恢复|通常|戻/],
];
const JOLT_WORDS: [JoltName, RegExp][] = [
  ['quake', /quake|tremble|地震|剧烈|激しく/],
  ['shake', /shak|震动|震動|晃|揺れ|揺ら/],
  ['punch', /punch|impact|冲击|衝撃/],
];
const meaning = <T>(words: readonly [T, RegExp][], text: string): T | null =>
  words.find(([, test]) => test.test(text.toLowerCase()))?.[0] ?? null;

/** The shot that some words mean; null where none does. */
export const shotOf = (text: string): ShotName | null => meaning(SHOT_WORDS, text);
/** The jolt that some words mean; null where none does. */
export const joltOf = (text: string): JoltName | null => meaning(JOLT_WORDS, text);
export const isShot = (name: string): name is ShotName => Object.hasOwn(SHOTS, name);
