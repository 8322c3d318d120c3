/** Where several characters stand, and where they look. Pure. */

import { figureBox } from './figure-box';

/** Where everybody stands on a stage. */
export interface Standing {
  /** How far from the middle, in shares of the stage's width; the first is whose conversation it is. */
  places: number[];
  /** How large a figure is drawn about the middle of the stage's lower edge, where one alone is 1. */
  size: number;
  /** By how many pixels figures are moved up: what is made smaller for want of width would sink behind the text. */
  lift: number;
}

/** How far apart two or three stand, in shares of the stage's width: where there is room, and at most. */
const APART = { two: [0.4, 0.5], three: [0.29, 0.33] } as const;
/** How large they are where there is room. */
const SIZE = { two: 0.93, three: 0.84 } as const;
/** A figure of ours, in its own units, how wide its head is with the hair, and how far down the middle of the face lies. */
const DRAWN = { width: 1000, height: 1300, head: 350, face: 350 } as const;

/** `width` and `height` of the stage in pixels. */
export function standing(count: number, width: number, height: number): Standing {
  if (count <= 1) return { places: [0], size: 1, lift: 0 };
  const many = count === 2 ? 'two' : 'three';
  const { scale, top } = figureBox(Math.max(1, width), Math.max(1, height), DRAWN.width, DRAWN.height);
  const head = DRAWN.head * scale;
  const usual = SIZE[many];
  const [near, far] = APART[many];
  // Nobody's face behind somebody's hair: as far apart as can be first, then smaller.
  const apart = Math.min(far, Math.max(near, (head * usual) / Math.max(1, width)));
  const size = Math.min(usual, (apart * width) / head);
  // Up to where the faces of larger ones would be, and no further than the figures reach down.
  const beyond = top + DRAWN.height * scale - height;
  const face = height - (top + DRAWN.face * scale);
  const lift = Math.max(0, Math.min(size * beyond, (usual - size) * face));
  return { places: count === 2 ? [-apart / 2, apart / 2] : [0, -apart, apart], size, lift };
}

/** Where somebody at `from` looks who listens to somebody at `to`: -1..1 to the right. */
export const towards = (from: number, to: number): { x: number; y: number } => ({
  x: Math.max(-1, Math.min(1, (to - from) * 2.4)),
  y: 0,
});
