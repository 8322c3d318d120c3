/**
 * Which renderer draws the figures on this machine: the one that was measured on it, with the figure that stands on its stage. That a
 * window has WebGL says nothing: without a GPU the processor plays it, at many times the cost.
 *
 * What was measured is a fact about the machine, not about the person, so it is kept by the page and not among the settings.
 */

import { VRM_WISHES, type VrmWish } from '../../vrm/steps';
import { KINDS, type Kind } from './renderer';

/** Milliseconds a frame, by renderer; one that is missing cannot draw here. */
export type Costs = Partial<Record<Kind, number>>;
export type Wish = 'auto' | Kind;

/** What a frame of a figure may cost: within it, one that bends is worth more than a cheaper one that does not. */
const PLENTY_MS = 4;
/** By this much a renderer that bends may be dearer where none is cheap. */
const WORTH = 1.25;

/** The renderer to draw with. `bends`: the figure has warps, which SVG leaves out. Pure. */
export function pick(costs: Costs, bends: boolean): Kind {
  const known = KINDS.flatMap((kind) => {
    const cost = costs[kind];
    return cost === undefined ? [] : [{ kind, cost }];
  }).sort((a, b) => a.cost - b.cost);
  const cheapest = known[0];
  if (!cheapest) return 'svg';
  const bending = known.find(({ kind }) => kind !== 'svg');
  if (bends && bending && bending.cost <= Math.max(PLENTY_MS, cheapest.cost * WORTH)) return bending.kind;
  return cheapest.kind;
}

/** What the page keeps of this machine. */
export interface Kept {
  wish: Wish;
  costs: Costs;
  /** Seconds since 1970 at which it was measured; 0 for never. */
  at: number;
  /** How VRM figures are drawn. */
  vrm: VrmWish;
}

const KEY = 'hanashi.drawing';
const NOTHING: Kept = { wish: 'auto', costs: {}, at: 0, vrm: 'auto' };

/** What is remembered, whatever somebody has written there. */
export function recall(text: string | null): Kept {
  let raw: unknown;
  try {
    raw = JSON.parse(text ?? 'null');
  } catch {
    return NOTHING;
  }
  if (typeof raw !== 'object' || raw === null) return NOTHING;
  const { wish, costs, at, vrm } = raw as Record<string, unknown>;
  const read: Costs = {};
  for (const kind of KINDS) {
    const cost: unknown = typeof costs === 'object' && costs !== null ? (costs as Costs)[kind] : undefined;
    if (typeof cost === 'number' && Number.isFinite(cost) && cost >= 0) read[kind] = cost;
  }
  return {
    wish: KINDS.find((kind) => kind === wish) ?? 'auto',
    costs: read,
    at: typeof at === 'number' && Number.isFinite(at) && Object.keys(read).length > 0 ? at : 0,
    vrm: VRM_WISHES.find((one) => one === vrm) ?? 'auto',
  };
}

/** A store that may be closed to the page; then nothing is remembered. */
export function remembered(): Kept {
  try {
    return recall(localStorage.getItem(KEY));
  } catch {
    return NOTHING;
  }
}
export function remember(kept: Kept): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // The next start measures again.
  }
}

/** Frames that come this much later than they were asked for, for this long, are a machine that has become slow. */
const LATE = 1.6;
const LATE_SECONDS = 6;
/** Between two measurements that slowness asks for. */
const PAUSE_SECONDS = 300;

/** Watches how late frames come, and says once when it is time to measure again. Pure but for what it remembers. */
export class Lateness {
  #since: number | null = null;
  #last: number | null = null;

  /** `rate` frames a second were asked for, this one came `dt` seconds after the one before. True when it is time to measure. */
  note(now: number, rate: number, dt: number): boolean {
    // Behind another window nothing is drawn: that is a pause and no lateness.
    if (rate <= 0 || dt > 1 || dt * rate < LATE) {
      this.#since = null;
      return false;
    }
    this.#since ??= now;
    if (now - this.#since < LATE_SECONDS) return false;
    this.#since = null;
    if (this.#last !== null && now - this.#last < PAUSE_SECONDS) return false;
    this.#last = now;
    return true;
  }
}
