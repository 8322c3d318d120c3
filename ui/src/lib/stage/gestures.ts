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
/** A little the other way first, then there, held, a little beyond rest, and back: what has weight gathers itself, and settles. */
const weighty = (value: number, from: number, to: number, gathers = 0.14, settles = 0.07): Curve => [
  [0, 0],
  [from * 0.36, -value * gathers],
  [from, value],
  [to, value * 0.94],
  [to + (1 - to) * 0.62, -value * settles],
  [1, 0],
];
/** The same for a pair of parameters, of the left and of the right. */
const pair = (id: `Param${string}*${string}`, curve: Curve): Record<string, Curve> => ({
  [id.replace('*', 'L')]: curve,
  [id.replace('*', 'R')]: curve,
});
const arms = (curve: Curve): Record<string, Curve> => pair('ParamArm*A', curve);
const scaled = (curve: Curve, by: number): Curve =>
  curve.map(([at, value]) => [at, value === 0 ? 0 : value * by] as const);

export const GESTURES = {
  nod: {
    seconds: 1.3,
    curves: {
      ParamAngleY: [
        [0, 0],
        [0.12, 6],
        [0.32, -28],
        [0.5, 1],
        [0.68, -19],
        [0.86, 2],
        [1, 0],
      ],
      ParamBodyAngleY: [
        [0, 0],
        [0.14, 1],
        [0.36, -4.5],
        [0.54, -0.5],
        [0.72, -3],
        [1, 0],
      ],
      ...pair('ParamEye*Open', swing(0.02, -0.5, -0.04, -0.36, 0)),
      ...pair('ParamBrow*Y', swing(0.3, -0.25, 0.2, -0.15, 0)),
      ParamMouthForm: held(0.35, 0.3, 0.75),
    },
  },
  shake: {
    seconds: 1.4,
    curves: {
      ParamAngleX: swing(-22, 24, -19, 11),
      ParamAngleZ: swing(3, -3.5, 2.5, -1),
      ParamAngleY: held(-6, 0.2, 0.8),
      ParamEyeBallX: swing(0.25, -0.3, 0.22, -0.1),
      ...pair('ParamEye*Open', held(-0.28, 0.16, 0.78)),
      ...pair('ParamBrow*Y', held(-0.3, 0.16, 0.8)),
      ParamBodyAngleX: swing(2, -2.2, 1.6, 0),
    },
  },
  bow: {
    seconds: 2.4,
    curves: {
      ParamAngleY: weighty(-28, 0.36, 0.62, 0.16, 0.04),
      ParamBodyAngleY: weighty(-10, 0.33, 0.63, 0.16, 0.05),
      ...pair('ParamEye*Open', held(-1.2, 0.26, 0.64)),
      ...arms(held(-2.5, 0.36, 0.6)),
    },
  },
  shrug: {
    seconds: 1.7,
    curves: {
      ParamShoulderY: weighty(10, 0.28, 0.58, 0.25, 0.2),
      ParamAngleZ: weighty(12, 0.34, 0.62, 0.1, 0.1),
      ParamAngleY: held(-5, 0.3, 0.6),
      ParamBodyAngleY: held(2.5, 0.26, 0.55),
      ParamEyeBallX: held(0.45, 0.24, 0.6),
      ...pair('ParamBrow*Y', held(0.9, 0.2, 0.62)),
      ...pair('ParamEye*Open', held(-0.22, 0.24, 0.6)),
      ParamMouthForm: held(-0.7, 0.24, 0.62),
      ...arms(held(8, 0.3, 0.58)),
    },
  },
  wave: {
    seconds: 2.5,
    curves: {
      ParamArmRA: weighty(10, 0.2, 0.82, 0.2, 0.1),
      ParamArmRB: [
        [0, 0],
        [0.2, 10],
        [0.3, 9.3],
        [0.4, 10],
        [0.5, 9.3],
        [0.6, 10],
        [0.7, 9.3],
        [0.8, 10],
        [1, 0],
      ],
      // The hand comes after the forearm.
      ParamHandR: swing(0, 3, -10, 10, -10, 10, -10, 4, 0),
      ParamAngleZ: held(8, 0.24, 0.76),
      ParamAngleY: swing(-3, 5, 5, 4, 0),
      ParamBodyAngleZ: weighty(-3.4, 0.24, 0.76),
      ParamBodyAngleX: held(2, 0.24, 0.76),
      ParamMouthForm: held(0.6, 0.2, 0.8),
      ...pair('ParamBrow*Y', held(0.4, 0.16, 0.78)),
    },
  },
  lean: {
    seconds: 2.6,
    curves: {
      ParamBodyAngleY: weighty(-8, 0.28, 0.7),
      ParamAngleY: weighty(11, 0.34, 0.7, 0.3),
      ParamAngleZ: held(-7, 0.34, 0.7),
      ...pair('ParamBrow*Y', held(0.5, 0.3, 0.7)),
      ...arms(held(2.5, 0.3, 0.7)),
    },
  },
  sway: {
    seconds: 3,
    curves: {
      ParamBodyAngleZ: swing(5, -5.5, 4, 0),
      ParamBodyAngleX: swing(3, -3, 2, 0),
      ParamAngleZ: swing(-5, 9, -6, 0),
      ParamMouthForm: held(0.3, 0.2, 0.8),
      ...arms(swing(2.5, 0.5, 2.5, 0)),
    },
  },
  startle: {
    seconds: 1.05,
    curves: {
      ParamBodyAngleY: [
        [0, 0],
        [0.14, 10],
        [0.42, 5.5],
        [0.75, -1],
        [1, 0],
      ],
      ParamShoulderY: [
        [0, 0],
        [0.12, 10],
        [0.5, 6],
        [0.8, -1],
        [1, 0],
      ],
      ParamAngleY: [
        [0, 0],
        [0.16, 13],
        [0.45, 5],
        [1, 0],
      ],
      ...pair('ParamEye*Open', held(0.25, 0.14, 0.5)),
      ...pair('ParamBrow*Y', held(0.8, 0.14, 0.55)),
      ...arms([
        [0, 0],
        [0.16, 8],
        [0.5, 4],
        [1, 0],
      ]),
    },
  },
  bounce: {
    seconds: 1.3,
    curves: {
      ParamBodyAngleY: swing(-2.5, 9, -2.5, 8, -2, 0),
      ParamAngleY: swing(-3, 7, -3, 6, 0, 0),
      ParamAngleZ: swing(0, 5, 2, -5, -2, 0),
      ParamShoulderY: swing(-1, 7, 0, 6, 0, 0),
      ...arms(swing(-1, 8, 1, 7, 1, 0)),
    },
  },
  droop: {
    seconds: 2.8,
    curves: {
      ParamShoulderY: weighty(-10, 0.4, 0.72, 0.24, 0),
      ParamBodyAngleY: weighty(-6, 0.42, 0.72, 0.2, 0),
      ParamAngleY: weighty(-25, 0.46, 0.74, 0.14, 0),
      ParamAngleZ: held(-6, 0.46, 0.74),
      ...pair('ParamEye*Open', held(-0.42, 0.4, 0.74)),
      ...pair('ParamBrow*Form', held(-0.8, 0.34, 0.74)),
      ParamMouthForm: held(-0.6, 0.36, 0.76),
      ...arms(held(-4, 0.44, 0.7)),
    },
  },
  shrink: {
    seconds: 2.2,
    curves: {
      ParamShoulderY: weighty(9, 0.28, 0.66, 0.1, 0.1),
      ParamBodyAngleX: held(-4, 0.3, 0.7),
      ParamBodyAngleY: held(-2.5, 0.3, 0.7),
      ParamBodyAngleZ: held(2, 0.3, 0.7),
      ParamAngleY: held(-10, 0.32, 0.7),
      ParamAngleZ: held(5, 0.34, 0.7),
      ...pair('ParamBrow*Form', held(-0.5, 0.26, 0.7)),
      ...arms(held(4, 0.3, 0.66)),
    },
  },
  tilt: {
    seconds: 2.1,
    curves: {
      ParamAngleZ: weighty(16, 0.28, 0.7, 0.1, 0.06),
      ParamBodyAngleZ: held(-2.2, 0.3, 0.7),
      ParamAngleX: held(6, 0.3, 0.7),
      ParamBrowRY: held(0.5, 0.24, 0.7),
      ParamBrowLY: held(-0.2, 0.24, 0.7),
    },
  },
  stamp: {
    seconds: 1,
    curves: {
      ParamBodyAngleY: swing(5, -9, 2, -1),
      ParamAngleY: swing(6, -17, 3, 0),
      ParamShoulderY: swing(8, -5, 1, 0),
      ParamBodyAngleZ: swing(1.5, -1.5, 0.5, 0),
      ...arms(swing(5, -5, 1, 0)),
    },
  },
  laugh: {
    seconds: 1.8,
    curves: {
      ParamBodyAngleY: swing(-4, 2, -4, 2, -3.5, 1, -2, 0),
      ParamShoulderY: swing(8, 1, 8, 1, 6, 0, 3, 0),
      ParamAngleY: swing(8, 4, 9, 4, 8, 3, 3, 0),
      ParamAngleZ: held(5, 0.2, 0.75),
      ...pair('ParamEye*Smile', held(1, 0.14, 0.8)),
      ...pair('ParamEye*Open', held(-1.2, 0.16, 0.78)),
      ParamMouthA: swing(0.6, 0.35, 0.62, 0.35, 0.55, 0.3, 0.2, 0),
      ParamMouthForm: held(0.8, 0.12, 0.82),
      ...arms(scaled(swing(5, 3, 5, 3, 4, 2, 2, 0), 0.7)),
    },
  },
  /** In through the shoulders, out with closed eyes. */
  sigh: {
    seconds: 2.8,
    curves: {
      ParamShoulderY: [
        [0, 0],
        [0.24, 8],
        [0.5, -10],
        [0.74, -8],
        [1, 0],
      ],
      ParamBodyAngleY: [
        [0, 0],
        [0.25, 4],
        [0.52, -5],
        [0.76, -4],
        [1, 0],
      ],
      ParamAngleY: [
        [0, 0],
        [0.26, 9],
        [0.56, -22],
        [0.78, -18],
        [1, 0],
      ],
      ParamAngleZ: held(-4, 0.52, 0.78),
      ...pair('ParamEye*Open', held(-1.2, 0.4, 0.76)),
      ...pair('ParamBrow*Form', held(-0.6, 0.36, 0.8)),
      ParamMouthO: [
        [0, 0],
        [0.36, 0],
        [0.48, 0.5],
        [0.68, 0.3],
        [0.82, 0],
        [1, 0],
      ],
      ...arms([
        [0, 0],
        [0.24, 3],
        [0.5, -4],
        [0.74, -3],
        [1, 0],
      ]),
    },
  },
  away: {
    seconds: 2.4,
    curves: {
      ParamAngleX: weighty(26, 0.24, 0.74, 0.08, 0.05),
      ParamAngleY: held(-6, 0.26, 0.74),
      ParamAngleZ: held(-5, 0.28, 0.74),
      ParamEyeBallX: held(0.8, 0.12, 0.7),
      ...pair('ParamEye*Open', held(-0.2, 0.2, 0.72)),
      ParamBodyAngleX: weighty(5, 0.3, 0.74),
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
