/** Which of a VRM's expressions are shown for a feeling. Pure; the drawing is in `figure.ts`. */

import type { Emotion } from '$lib/backend/backend';
import { ownPicture } from '../stage/labels';
import type { Mouth } from '../stage/lips';

/** Weights 0..1 by the name of an expression. */
export type Weights = Record<string, number>;

/** For a feeling that no expression is named after: those of the standard that come near. */
const NEAR: Record<Emotion, Weights> = {
  neutral: {},
  joy: { happy: 1 },
  sad: { sad: 1 },
  angry: { angry: 1 },
  surprised: { surprised: 1 },
  shy: { happy: 0.35, sad: 0.15 },
  love: { happy: 0.6, relaxed: 0.4 },
  thinking: { neutral: 1 },
  sleepy: { relaxed: 0.6 },
  worried: { sad: 0.5 },
};

/** Expressions of the standard that are no feelings: eyes, mouth, look. */
const OTHER = new Set([
  'aa',
  'ih',
  'ou',
  'ee',
  'oh',
  'blink',
  'blinkLeft',
  'blinkRight',
  'lookUp',
  'lookDown',
  'lookLeft',
  'lookRight',
]);

/** What is shown for a feeling among the expressions that a figure has. */
export function faceOf(feeling: Emotion, names: readonly string[]): Weights {
  const own = ownPicture(
    feeling,
    names.filter((name) => !OTHER.has(name)),
  );
  if (own !== null) return { [own]: 1 };
  return Object.fromEntries(Object.entries(NEAR[feeling]).filter(([name]) => names.includes(name)));
}

/** The five mouths of the standard. */
export const mouthOf = (mouth: Mouth): Weights => ({
  aa: mouth.a,
  ih: mouth.i,
  ou: mouth.u,
  ee: mouth.e,
  oh: mouth.o,
});
