/**
 * The stage's heartbeat: quick while somebody speaks, calm while the figure only breathes, none while nothing moves or
 * nobody looks.
 *
 * A timer chained with `requestAnimationFrame` rather than a bare animation frame: at 12 of 60 frames a bare one would
 * wake the page five times as often as it draws.
 */

/** Beats a second that all tickers share; every rate is a whole share of it. */
const BEATS = 60;
/** Frames a second of a stage, from the smoothest down. */
export const RATES = [30, 20, 15, 12] as const;
/** Frames a second while lips, eyes or the look move, where drawing is cheap. */
export const LIVELY = RATES[0];
/** Frames a second of what can wait: drawn film is made on twos as well. */
export const CALM = 12;

let rate: number = LIVELY;
/** Sets how many frames a second this machine is asked for: see {@link Pacer}. */
export function pace(to: number): void {
  rate = to;
}
/** Frames a second for what moves quickly here. */
export const lively = (): number => rate;
/** Frames a second of what is drawn whole: see {@link wholeBeat}. */
export const whole = (): number => (rate < LIVELY ? rate : LIVELY / 2);

const BEAT_MS = 1000 / BEATS;
/** A frame that is asked for is drawn up to this much later. */
const AHEAD_MS = 6;

/**
 * When to draw again at a rate: on a beat that is common to all tickers. What moves beside the figure (the typewriter) is drawn in the
 * figure's own frames; two tickers out of step would have every picture composed twice.
 */
export function nextBeat(now: number, rate: number): number {
  const span = BEAT_MS * Math.max(1, Math.round(BEATS / rate));
  return (Math.floor((now + AHEAD_MS) / span) + 1) * span;
}

/** True on the beats on which everything is drawn; at the highest rate lips alone have the others as well. `now` in milliseconds. */
export const wholeBeat = (now: number): boolean =>
  rate < LIVELY || Math.floor((now + AHEAD_MS) / (1000 / LIVELY)) % 2 === 0;

/** What drawing may take of a core, and how far below it must stay at the next higher rate before that is tried. */
const SHARE = 0.25;
const ROOM = 0.85;
/** Frames that are looked at before anything is decided, and seconds between two steps up. */
const LOOKED_AT = 20;
const PATIENCE = 8;

/** Finds the rate at which frames take no more than their share of a core. Pure but for what it remembers. */
export class Pacer {
  #costs: number[] = [];
  #rate: number = LIVELY;
  #stepped = -Infinity;

  get rate(): number {
    return this.#rate;
  }

  /** A frame that drew something took `ms`; `now` in seconds. True where the rate is another one from now on. */
  note(now: number, ms: number): boolean {
    this.#costs.push(ms);
    if (this.#costs.length < LOOKED_AT) return false;
    const cost = [...this.#costs].sort((a, b) => a - b)[LOOKED_AT >> 1] ?? 0;
    this.#costs = [];
    const share = (rate: number) => (cost / 1000) * rate;
    const fits = RATES.find((rate) => share(rate) <= SHARE) ?? CALM;
    if (fits < this.#rate) {
      this.#rate = fits;
      this.#stepped = now;
      return true;
    }
    const higher = RATES[RATES.indexOf(this.#rate as (typeof RATES)[number]) - 1];
    if (higher === undefined || now - this.#stepped < PATIENCE || share(higher) > SHARE * ROOM) return false;
    this.#rate = higher;
    this.#stepped = now;
    return true;
  }
}

/** Draws one frame; answers how many a second should follow, 0 for none. `now` and `dt` in seconds. */
export type Frame = (now: number, dt: number) => number;

/** All tickers that run, with the time at which each wants to draw; one timer and one animation frame for all of them. */
const due = new Map<Ticker, number>();
let timer: ReturnType<typeof setTimeout> | undefined;
let request = 0;

function arrange(): void {
  clearTimeout(timer);
  cancelAnimationFrame(request);
  if (due.size === 0 || document.hidden) return;
  const soonest = Math.min(...due.values()) - AHEAD_MS - performance.now();
  if (soonest <= 0) request = requestAnimationFrame(beat);
  else timer = setTimeout(() => (request = requestAnimationFrame(beat)), soonest);
}
function beat(): void {
  const now = performance.now();
  for (const [ticker, at] of [...due]) if (at - AHEAD_MS <= now) ticker.draw(now);
  arrange();
}

/** Frames a second of a figure that stands aside while somebody else speaks. */
const ASIDE = 6;

/** Leaves out frames of whoever does not speak. Pure but for what it remembers. */
export class Sparing {
  #last = -Infinity;

  /** Seconds since the frame before, null where this one is left out. `now` and `dt` in seconds; `whole`: none is left out now. */
  since(now: number, dt: number, whole: boolean): number | null {
    // Frames come on a common beat, a little early or late.
    if (!whole && now - this.#last < 0.9 / ASIDE) return null;
    const since = Number.isFinite(this.#last) ? now - this.#last : dt;
    this.#last = now;
    return since;
  }
}

export class Ticker {
  readonly #frame: Frame;
  #last = 0;

  constructor(frame: Frame) {
    this.#frame = frame;
  }

  get running(): boolean {
    return due.has(this);
  }

  /** Begins, or draws the next frame soon where it runs already. */
  wake(): void {
    if (document.hidden) return;
    const now = performance.now();
    if (!this.running) this.#last = now;
    // What has just been drawn is drawn again with the next beat, together with everyone else.
    due.set(this, now - this.#last < 500 / LIVELY && this.#last !== now ? nextBeat(now, rate) : now);
    arrange();
  }

  /** Stops until the next {@link wake}. */
  rest(): void {
    if (due.delete(this)) arrange();
  }

  /** One frame, at the page's clock. For the heartbeat. */
  draw(now: number): void {
    const rate = this.#frame(now / 1000, (now - this.#last) / 1000);
    this.#last = now;
    if (rate <= 0) due.delete(this);
    else if (due.has(this)) due.set(this, nextBeat(now, rate));
  }
}
