/**
 * The stage's heartbeat: as quick as the screen while something moves quickly, slower while somebody speaks or only breathes, none while
 * nothing moves or nobody looks. What a frame costs decides how quick that is.
 *
 * A timer chained with `requestAnimationFrame` rather than a bare animation frame: at 12 of 60 frames a bare one would
 * wake the page five times as often as it draws.
 */

/** Beats a second that all tickers share; every rate is a whole share of it. */
const BEATS = 60;
/** Frames a second of a stage, from the smoothest down. */
export const RATES = [60, 30, 20, 15, 12] as const;
/** Frames a second while lips, body or the look move, where drawing is cheap. */
export const LIVELY = RATES[0];
/** Frames a second at most while a figure only breathes: a breath moves it by a tenth of a pixel in a sixtieth of a second. */
export const RESTING = RATES[1];
/** Frames a second of what can wait: drawn film is made on twos as well. */
export const CALM = 12;

/** How quick the stage is: for a moment (a gesture, a change of place, the pointer), while a line is spoken, while nothing happens. */
export interface Rates {
  moment: number;
  speech: number;
  rest: number;
}
/** Until the first frames were measured. */
const UNMEASURED: Rates = { moment: RESTING, speech: RESTING, rest: RESTING };
let rates = UNMEASURED;
/** Sets how many frames a second this machine is asked for: see {@link Pacer}. */
export function pace(to: Rates = UNMEASURED): void {
  rates = to;
}
/** Frames a second for what moves quickly here. */
export const lively = (): number => rates.moment;
/** Frames a second while a line is spoken. */
export const talking = (): number => rates.speech;
/** Frames a second while a figure only breathes. */
export const resting = (): number => rates.rest;
/** Frames a second of letters that come with a voice, which is slower than the eye: every second one of the figure's, where it has many. */
export const lettering = (): number => (rates.speech < RESTING ? rates.speech : rates.speech / 2);

const BEAT_MS = 1000 / BEATS;
/** A frame that is asked for is drawn up to this much later. */
const AHEAD_MS = 6;
/** A timer may come this much early: what it was set for is drawn all the same. */
const EARLY_MS = 1;
/** At the highest rate the screen's own frames are the beat, but for screens that have twice as many. */
const SPAN_MS = 0.75 * BEAT_MS;

/**
 * When to draw again at a rate: on a beat that is common to all tickers. What moves beside the figure (the typewriter) is drawn in the
 * figure's own frames; two tickers out of step would have every picture composed twice.
 */
export function nextBeat(now: number, rate: number): number {
  const span = BEAT_MS * Math.max(1, Math.round(BEATS / rate));
  // What was drawn a little early was drawn for the beat to come: it is not drawn for that one again.
  return (Math.floor((now + AHEAD_MS + EARLY_MS) / span) + 1) * span;
}

/** What drawing may take of a core, and how far below it must stay at the next higher rate before that is tried. */
const SHARES: Readonly<Rates> = { moment: 0.4, speech: 0.25, rest: 0.25 };
const MOST: Readonly<Rates> = { moment: LIVELY, speech: LIVELY, rest: RESTING };
const ROOM = 0.85;
/** Frames that are looked at before anything is decided, and seconds between two steps up. */
const LOOKED_AT = 20;
const PATIENCE = 8;

/** Finds the rates at which frames take no more than their share of a core. Pure but for what it remembers. */
export class Pacer {
  #costs: number[] = [];
  #rates: Rates = { ...UNMEASURED };
  #stepped: Rates = { moment: -Infinity, speech: -Infinity, rest: -Infinity };

  /** Frames a second; `most` where more of them would cost what the page cannot see. */
  rates(most: Readonly<Rates> = MOST): Rates {
    const of = (what: keyof Rates) => Math.min(most[what], this.#rates[what]);
    return { moment: of('moment'), speech: of('speech'), rest: of('rest') };
  }

  /** A frame that drew something took `ms`; `now` in seconds. True where some rate is another one from now on. */
  note(now: number, ms: number): boolean {
    this.#costs.push(ms);
    if (this.#costs.length < LOOKED_AT) return false;
    const cost = [...this.#costs].sort((a, b) => a - b)[LOOKED_AT >> 1] ?? 0;
    this.#costs = [];
    const before = this.#rates;
    const of = (what: keyof Rates) => this.#step(what, now, cost / 1000);
    this.#rates = { moment: of('moment'), speech: of('speech'), rest: of('rest') };
    return (Object.keys(before) as (keyof Rates)[]).some((what) => before[what] !== this.#rates[what]);
  }

  #step(what: keyof Rates, now: number, cost: number): number {
    const rate = this.#rates[what];
    const fits = RATES.find((one) => one <= MOST[what] && cost * one <= SHARES[what]) ?? CALM;
    if (fits < rate) {
      this.#stepped[what] = now;
      return fits;
    }
    const higher = RATES[RATES.indexOf(rate as (typeof RATES)[number]) - 1];
    if (higher === undefined || higher > MOST[what]) return rate;
    if (now - this.#stepped[what] < PATIENCE || cost * higher > SHARES[what] * ROOM) return rate;
    this.#stepped[what] = now;
    return higher;
  }
}

/** Draws one frame; answers how many a second should follow, 0 for none. `now` and `dt` in seconds. */
export type Frame = (now: number, dt: number) => number;

/** All tickers that run, with the time at which each wants to draw; one timer and one animation frame for all of them. */
const due = new Map<Ticker, number>();
/** Those of them that want every frame of the screen. */
const quick = new Set<Ticker>();
let timer: ReturnType<typeof setTimeout> | undefined;
let request = 0;
let watching = false;
/** Stops while nobody looks, and goes on where it was: what began in between is drawn then. */
function watch(): void {
  if (watching) return;
  watching = true;
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) for (const ticker of due.keys()) ticker.resume();
    arrange();
  });
}

function arrange(): void {
  if (timer !== undefined) clearTimeout(timer);
  if (request !== 0) cancelAnimationFrame(request);
  timer = undefined;
  request = 0;
  if (due.size === 0 || document.hidden) return;
  const soonest = Math.min(...due.values()) - AHEAD_MS - performance.now();
  // At the highest rate a timer may come after the frame of the screen that it is for.
  if (soonest <= 0 || (quick.size > 0 && soonest <= SPAN_MS)) request = requestAnimationFrame(beat);
  else
    timer = setTimeout(() => {
      timer = undefined;
      request = requestAnimationFrame(beat);
    }, soonest);
}
function beat(): void {
  request = 0;
  const now = performance.now();
  for (const [ticker, at] of [...due]) if (at - AHEAD_MS - EARLY_MS <= now) ticker.draw(now);
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

/** On twos, as film is drawn: moves what is dear on every second frame, between those in which letters come. Pure but for what it remembers. */
export class Twos {
  #last = -Infinity;

  /** Whether this frame moves everything; `now` in seconds. Where it is not `on`, every frame does. */
  whole(now: number, on: boolean): boolean {
    const ms = now * 1000;
    const beat = Math.floor((ms + AHEAD_MS + EARLY_MS) / (2 * BEAT_MS));
    // Letters come on even beats. Where one was left out, nothing waits for the next.
    const whole = !on || beat % 2 === 1 || ms - this.#last > 5 * BEAT_MS;
    if (whole) this.#last = ms;
    return whole;
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

  /**
   * Begins, or draws the next frame soon where it runs already; as soon as it is seen, where it is hidden. `atOnce`: with the screen's next
   * frame, whoever else draws then: somebody waits to see it.
   */
  wake(atOnce = false): void {
    watch();
    const now = performance.now();
    if (!this.running) this.#last = now;
    // What has just been drawn is drawn again with the next beat, together with everyone else.
    due.set(this, !atOnce && now - this.#last < 500 / LIVELY && this.#last !== now ? nextBeat(now, lively()) : now);
    arrange();
  }

  /** Nobody has looked for a while, which was no frame. For the heartbeat. */
  resume(): void {
    this.#last = performance.now();
    due.set(this, this.#last);
  }

  /** Stops until the next {@link wake}. */
  rest(): void {
    quick.delete(this);
    if (due.delete(this)) arrange();
  }

  /** One frame, at the page's clock. For the heartbeat. */
  draw(now: number): void {
    const rate = this.#frame(now / 1000, (now - this.#last) / 1000);
    this.#last = now;
    if (rate >= BEATS) quick.add(this);
    else quick.delete(this);
    if (rate <= 0) due.delete(this);
    else if (due.has(this)) due.set(this, rate >= BEATS ? now + AHEAD_MS + SPAN_MS : nextBeat(now, rate));
  }
}
