/**
 * How a VRM figure is drawn on a machine that cannot keep up: coarser, then seldomer, then as a picture that changes only with the face.
 * Without a GPU one frame at full size can take a quarter of a second. Pure; the figure says what its frames took.
 */

export interface Step {
  /** Of the screen's resolution. */
  ratio: number;
  /** Frames a second at most; 0: one when the face changes, and none else. */
  rate: number;
}
export const STEPS: readonly Step[] = [
  { ratio: 1, rate: 60 },
  { ratio: 0.6, rate: 24 },
  { ratio: 0.4, rate: 12 },
  { ratio: 0.4, rate: 6 },
  { ratio: 0.6, rate: 0 },
];
/** What a frame may take: more, and the page could not answer a key within the blink of an eye. */
const MOST_MS = 40;
/** Of the time between two frames, where they are seldom. */
const SHARE = 0.5;
/** The first frames at a step compile and fill; they are not its cost. */
const WARM = 3;
const COUNTED = 6;

/** What the person wishes: what the machine can do, everything whatever it costs, or a picture. */
export const VRM_WISHES = ['auto', 'full', 'still'] as const;
export type VrmWish = (typeof VRM_WISHES)[number];

export class Steps {
  #at: number;
  readonly #fixed: boolean;
  #seen = 0;
  #costs: number[] = [];

  constructor(wish: VrmWish = 'auto') {
    this.#at = wish === 'still' ? STEPS.length - 1 : 0;
    this.#fixed = wish !== 'auto';
  }

  get step(): Step {
    return STEPS[this.#at] ?? { ratio: 1, rate: 60 };
  }
  /** A picture now. */
  get still(): boolean {
    return this.step.rate === 0;
  }
  /** The next frame's cost is of interest; waiting for it to be drawn costs time itself. */
  get watching(): boolean {
    return !this.#fixed && !this.still;
  }

  /** A frame took this long. True where it is drawn in another way from now on. */
  note(ms: number): boolean {
    if (!this.watching || ++this.#seen <= WARM) return false;
    this.#costs.push(ms);
    if (this.#costs.length < COUNTED) return false;
    const middle = [...this.#costs].sort((a, b) => a - b)[COUNTED >> 1] ?? 0;
    this.#costs = [];
    const most = Math.max(MOST_MS, (SHARE * 1000) / this.step.rate);
    if (middle <= most) return false;
    this.#at++;
    this.#seen = 0;
    return true;
  }
}
