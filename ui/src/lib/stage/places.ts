/** Where several characters stand, and where they look. Pure. */

/** How far from the middle, in shares of the stage's width; the first is whose conversation it is. */
export function standing(count: number): number[] {
  if (count <= 1) return [0];
  return count === 2 ? [-0.2, 0.2] : [0, -0.29, 0.29];
}

/** How large a figure is drawn, where one alone is 1. */
export const sizeOf = (count: number): number => (count <= 1 ? 1 : count === 2 ? 0.93 : 0.84);

/** Where somebody at `from` looks who listens to somebody at `to`: -1..1 to the right. */
export const towards = (from: number, to: number): { x: number; y: number } => ({
  x: Math.max(-1, Math.min(1, (to - from) * 2.4)),
  y: 0,
});
