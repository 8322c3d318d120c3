/**
 * What figures do with head and body: nods, bows, shrugs. Data and its playing; pure but for what a player remembers.
 *
 * A gesture is a set of curves over its own length, added to whatever the figure does anyway. Parameters are those of the standard list:
 * what a rig does not have is left out by itself, so that a gesture made with shoulders and arms is still one of head and chest in a rig
 * that has neither. Head angles in degrees up to 30, body, shoulders, arms and hands up to 10, the rest up to 1. Arms that rise are positive.
 */

import type { Emotion } from '$lib/backend/backend';

/** Shares of the gesture's length, ascending, and values there; between them a curve without corners. Begins and ends at rest. */
type Curve = readonly (readonly [at: number, value: number])[];
interface Gesture {
  seconds: number;
  curves: Readonly<Record<string, Curve>>;
}

/** There, held from `from` to `to`, and back. */
const held = (value: number, from: number, to: number): Curve => [
  [0, 0],
  [from, value],
  [to, value],
  [1, 0],
];
/** Swings through these values, evenly spaced between rest and rest. */
const swing = (...values: number[]): Curve => [
  [0, 0],
  ...values.map((value, i): [number, number] => [(i + 1) / (values.length + 1), value]),
  [1, 0],
];
const arms = (curve: Curve): Record<string, Curve> => ({ ParamArmLA: curve, ParamArmRA: curve });
const scaled = (curve: Curve, by: number): Curve =>
  curve.map(([at, value]) => [at, value === 0 ? 0 : value * by] as const);

export const GESTURES = {
  nod: {
    seconds: 1,
    curves: { ParamAngleY: swing(-15, 3, -9, 1), ParamBodyAngleY: swing(-3.5, 0.5, -2, 0) },
  },
  shake: {
    seconds: 1.3,
    curves: {
      ParamAngleX: swing(-17, 18, -14, 8),
      ParamAngleY: held(-3, 0.2, 0.8),
      ParamBodyAngleX: swing(1.5, -1.6, 1.2, 0),
    },
  },
  bow: {
    seconds: 2.2,
    curves: {
      ParamAngleY: held(-28, 0.34, 0.6),
      ParamBodyAngleY: held(-10, 0.32, 0.6),
      ParamEyeLOpen: held(-1.2, 0.26, 0.62),
      ParamEyeROpen: held(-1.2, 0.26, 0.62),
      ...arms(held(-2.5, 0.36, 0.6)),
    },
  },
  shrug: {
    seconds: 1.5,
    curves: {
      ParamShoulderY: held(10, 0.28, 0.55),
      ParamAngleZ: held(8, 0.34, 0.6),
      ParamAngleY: held(-4, 0.3, 0.6),
      ParamBodyAngleY: held(2.5, 0.26, 0.55),
      ParamBrowLY: held(0.4, 0.2, 0.6),
      ParamBrowRY: held(0.4, 0.2, 0.6),
      ...arms(held(8, 0.3, 0.58)),
    },
  },
  wave: {
    seconds: 2.4,
    curves: {
      ParamArmRA: held(10, 0.2, 0.82),
      ParamArmRB: held(10, 0.2, 0.8),
      ParamHandR: swing(0, 3, -9, 9, -9, 9, -4, 0, 0),
      ParamAngleZ: held(7, 0.24, 0.76),
      ParamBodyAngleZ: held(-3, 0.24, 0.76),
      ParamBodyAngleX: held(2, 0.24, 0.76),
    },
  },
  lean: {
    seconds: 2.6,
    curves: {
      ParamBodyAngleY: held(-6, 0.26, 0.7),
      ParamAngleY: held(7, 0.3, 0.7),
      ParamAngleZ: held(-4, 0.34, 0.7),
      ...arms(held(2.5, 0.3, 0.7)),
    },
  },
  sway: {
    seconds: 3,
    curves: {
      ParamBodyAngleZ: swing(4, -4.5, 3, 0),
      ParamBodyAngleX: swing(3, -3, 2, 0),
      ParamAngleZ: swing(-4, 7, -4, 0),
      ...arms(swing(2.5, 0.5, 2.5, 0)),
    },
  },
  startle: {
    seconds: 0.95,
    curves: {
      ParamBodyAngleY: [
        [0, 0],
        [0.14, 9],
        [0.4, 5],
        [1, 0],
      ],
      ParamShoulderY: [
        [0, 0],
        [0.12, 9],
        [0.5, 5],
        [1, 0],
      ],
      ParamAngleY: [
        [0, 0],
        [0.16, 10],
        [0.45, 4],
        [1, 0],
      ],
      ...arms([
        [0, 0],
        [0.16, 7],
        [0.5, 4],
        [1, 0],
      ]),
    },
  },
  bounce: {
    seconds: 1.2,
    curves: {
      ParamBodyAngleY: swing(6, -2, 5, -1.5, 0),
      ParamAngleY: swing(4, -2, 3, 0, 0),
      ParamAngleZ: swing(0, 4, 4, 3, 0),
      ParamShoulderY: swing(4, 0, 3, 0, 0),
      ...arms(swing(6, 2, 5, 2, 0)),
    },
  },
  droop: {
    seconds: 2.6,
    curves: {
      ParamShoulderY: held(-8, 0.4, 0.7),
      ParamBodyAngleY: held(-4.5, 0.42, 0.7),
      ParamAngleY: held(-8, 0.4, 0.72),
      ...arms(held(-3, 0.44, 0.7)),
    },
  },
  shrink: {
    seconds: 2.2,
    curves: {
      ParamShoulderY: held(7, 0.28, 0.66),
      ParamBodyAngleX: held(-4, 0.3, 0.7),
      ParamBodyAngleZ: held(2, 0.3, 0.7),
      ParamAngleY: held(-4, 0.3, 0.7),
      ...arms(held(3.5, 0.3, 0.66)),
    },
  },
  tilt: {
    seconds: 2,
    curves: { ParamAngleZ: held(11, 0.28, 0.7), ParamBodyAngleZ: held(-1.6, 0.3, 0.7), ParamAngleX: held(4, 0.3, 0.7) },
  },
  stamp: {
    seconds: 0.9,
    curves: {
      ParamBodyAngleY: swing(3, -7, 1.5, -1),
      ParamAngleY: swing(3, -11, 2, 0),
      ParamShoulderY: swing(5, -3, 0, 0),
      ...arms(swing(4, -4, 1, 0)),
    },
  },
  laugh: {
    seconds: 1.7,
    curves: {
      ParamBodyAngleY: swing(-3, 1, -3, 1, -2.5, 0.5, -1.5, 0),
      ParamShoulderY: swing(5, 0, 5, 0, 4, 0, 2, 0),
      ParamAngleY: swing(5, 3, 6, 3, 5, 2, 2, 0),
      ...arms(scaled(swing(5, 3, 5, 3, 4, 2, 2, 0), 0.7)),
    },
  },
  sigh: {
    seconds: 2.6,
    curves: {
      ParamShoulderY: swing(5, -7, -5, -2),
      ParamBodyAngleY: swing(3, -4, -3, -1),
      ParamAngleY: swing(4, -9, -8, -3),
      ...arms(scaled(swing(5, -7, -5, -2), 0.4)),
    },
  },
  away: {
    seconds: 2.4,
    curves: {
      ParamAngleX: held(20, 0.22, 0.74),
      ParamEyeBallX: held(0.7, 0.12, 0.7),
      ParamBodyAngleX: held(4, 0.28, 0.74),
      ParamAngleY: held(-3, 0.26, 0.74),
    },
  },
  /** What a voice that stresses a word does by the way, to one side and to the other. */
  'beat-left': { seconds: 0.6, curves: beat('L', -1) },
  'beat-right': { seconds: 0.6, curves: beat('R', 1) },
} as const satisfies Record<string, Gesture>;
export type GestureName = keyof typeof GESTURES;

function beat(side: 'L' | 'R', sign: 1 | -1): Record<string, Curve> {
  const curve: Curve = [
    [0, 0],
    [0.3, 1],
    [0.55, 0.6],
    [1, 0],
  ];
  return {
    ParamAngleY: scaled(curve, -5),
    ParamBodyAngleY: scaled(curve, -2),
    ParamBodyAngleX: scaled(curve, sign * 1.4),
    [`ParamArm${side}A`]: scaled(curve, 5),
    [`ParamArm${side}B`]: scaled(curve, 3),
  };
}

/** Words for them: what a direction may say, and what stands between asterisks. */
const WORDS: Partial<Record<GestureName, RegExp>> = {
  bow: /\bbow(s|ed|ing)?\b|\bcurts(y|ie)|鞠躬|行礼|お辞儀|おじぎ|頭を下げ/i,
  shake: /\bshak(es?|ing) ((her|his|their|my|the) )?head\b|^no$|摇头|搖頭|首を(横に)?振/i,
  nod: /\bnod(s|ded|ding)?\b|点头|點頭|うなず|頷/i,
  shrug: /\bshrug(s|ged|ging)?\b|耸肩|聳肩|肩をすくめ/i,
  // Not those of the sea: "the waves", "waves roll in".
  wave: /(?<!\b(the|of|as|by|against|over|sea|ocean|small|big|long) )\bwav(es?|ed|ing)\b(?! (crash|roll|break|lap|wash|ris|murmur|whisper|hit|come|against|of)(es|s|e|ing)?\b)|\b(gives?|with) an? (\w+ )?wave\b|挥手|揮手|招手|手を振/i,
  startle: /\b(startle[sd]?|flinch(es|ed)?|jump(s|ed)?|gasp(s|ed)?)\b|吓一跳|嚇|びくっ|はっと|驚/i,
  laugh:
    /\b(laugh(s|ed|ing)?|giggl(es?|ed|ing)|chuckl(es?|ed|ing))\b|(?<!微|ほほ|苦|冷|嘲)笑(?!顔|み|容|脸|臉|意|む)|くすくす/i,
  sigh: /\bsigh(s|ed|ing)?\b|叹气|嘆氣|叹了口气|ため息|溜息/i,
  lean: /\blean(s|ed|ing)? (in|forward|closer|over)\b|\blean\b|凑近|湊近|俯身|身を乗り出/i,
  away: /\b(look|turn|glanc)(s|es|ed|ing)? away\b|移开视线|別過|别过|目をそら|目を逸ら/i,
  tilt: /\btilt(s|ed|ing)?\b|\bcock(s|ed) (her|his|their) head\b|歪头|歪頭|首をかしげ|小首/i,
  droop: /\b(slump(s|ed)?|droop(s|ed)?|hang(s)? (her|his|their) head)\b|低下头|低下頭|垂头|垂頭|うなだれ|肩を落と/i,
  shrink: /\b(shrink(s)?|huddl(es?|ed)|hunch(es|ed)?)\b|缩|(?<!恐)縮/i,
  stamp: /\bstamp(s|ed)?\b|\bstomp(s|ed)?\b|跺脚|跺腳|地団駄/i,
  bounce: /\b(bounc(es?|ed|ing)|hop(s|ped)?|clap(s|ped)?)\b|蹦|拍手|飛び跳ね/i,
  sway: /\bsway(s|ed|ing)?\b|\brock(s|ed|ing)? (back|from)\b|摇晃|揺れ/i,
};
const NAMES = Object.keys(GESTURES) as GestureName[];
/** Longest text that is looked at for a gesture, in UTF-16 units. */
const LONGEST = 160;

/** The gesture that some words mean; null where none does. */
export function gestureOf(words: string): GestureName | null {
  const wanted = words.trim().toLowerCase().slice(0, LONGEST);
  const exact = NAMES.find((name) => name === wanted);
  if (exact !== undefined) return exact;
  return (Object.entries(WORDS) as [GestureName, RegExp][]).find(([, test]) => test.test(wanted))?.[0] ?? null;
}

/** What a change of feeling does to the body, and how much. */
const FELT: Partial<Record<Emotion, [GestureName, number]>> = {
  joy: ['bounce', 0.75],
  sad: ['droop', 0.8],
  angry: ['stamp', 0.8],
  surprised: ['startle', 1],
  shy: ['shrink', 0.9],
  love: ['sway', 0.7],
  sleepy: ['droop', 0.5],
  worried: ['shrink', 0.55],
  thinking: ['tilt', 0.5],
};
export const gestureFor = (emotion: Emotion): [GestureName, number] | null => FELT[emotion] ?? null;

/** The value of a curve at a share of its gesture: from key to key along a curve that is level at each of them. */
export function along(curve: Curve, at: number): number {
  let before = curve[0];
  for (const key of curve) {
    if (key[0] >= at) {
      const from = before ?? key;
      const span = key[0] - from[0];
      const t = span <= 0 ? 1 : (at - from[0]) / span;
      return from[1] + (key[1] - from[1]) * t * t * (3 - 2 * t);
    }
    before = key;
  }
  return before?.[1] ?? 0;
}

/** Why a gesture is made: a voice stresses a word, a feeling comes, the story asks for it. */
export type Why = keyof typeof RANKS;
const RANKS = { stress: 0, feeling: 1, story: 2 } as const;

interface Playing {
  gesture: Gesture;
  why: Why;
  /** Seconds of it that have passed. */
  at: number;
  strength: number;
  /** How much of it is left where another one took over, 1 to 0. */
  share: number;
  leaving: boolean;
}
/** Seconds in which a gesture gives way to another one. */
const GIVING_WAY = 0.22;
/** Gestures at once, those that give way included. */
const MOST = 4;

/** Plays gestures, each over the one before. */
export class Gestures {
  #playing: Playing[] = [];

  /** Something larger than a stress is going on. */
  get quick(): boolean {
    return this.#playing.some((one) => one.why !== 'stress');
  }

  /** Begins one. What counts for more, and is still going on, is not broken off for it. */
  start(name: GestureName, why: Why, strength = 1): void {
    const going = this.#playing.filter((one) => !one.leaving);
    if (going.some((one) => RANKS[one.why] > RANKS[why] || (why === 'stress' && one.why === 'stress'))) return;
    for (const one of going) one.leaving = true;
    const gesture: Gesture = GESTURES[name];
    this.#playing.push({ gesture, why, at: 0, strength, share: 1, leaving: false });
    if (this.#playing.length > MOST) this.#playing.shift();
  }

  stop(): void {
    this.#playing = [];
  }

  /** Adds this frame's values; `dt` in seconds. */
  frame(add: (id: string, value: number) => void, dt: number): void {
    for (const one of this.#playing) {
      one.at += dt;
      if (one.leaving) one.share -= dt / GIVING_WAY;
    }
    this.#playing = this.#playing.filter((one) => one.share > 0 && one.at < one.gesture.seconds);
    for (const { gesture, at, strength, share } of this.#playing) {
      const part = at / gesture.seconds;
      for (const [id, curve] of Object.entries(gesture.curves)) add(id, along(curve, part) * strength * share);
    }
  }
}
