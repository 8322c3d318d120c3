/**
 * The stage's heartbeat: quick while somebody speaks, calm while the figure only breathes, none while nothing moves or
 * nobody looks.
 *
 * A timer chained with `requestAnimationFrame` rather than a bare animation frame: at 12 of 60 frames a bare one would
 * wake the page five times as often as it draws.
 */

/** Frames a second while lips, eyes or the look move: drawn film is made on twos as well. */
export const LIVELY = 24;
/** Frames a second while the figure only breathes. Each frame is composited in software where there is no GPU. */
export const CALM = 12;

let quick = LIVELY;
/** Where the processor draws, what is lively keeps to the calm rate: lips and body move together, as in drawn film. */
export function spare(on: boolean): void {
  quick = on ? CALM : LIVELY;
}
/** Frames a second for what moves quickly here. */
export const lively = (): number => quick;

/** Milliseconds between two beats that all tickers share. */
const BEAT_MS = 1000 / LIVELY;
/** A frame that is asked for is drawn up to this much later. */
const AHEAD_MS = 8;

/**
 * When to draw again at a rate: on a beat that is common to all tickers, and at half the rate on every second one of them. What moves
 * beside the figure (the typewriter) is drawn in the figure's own frames; two tickers out of step would have every picture composed twice.
 */
export function nextBeat(now: number, rate: number): number {
  const beats = Math.max(1, Math.round(LIVELY / rate));
  const span = BEAT_MS * beats;
  return (Math.floor((now + AHEAD_MS) / span) + 1) * span;
}

/** True on the beats on which everything is drawn; lips alone have the others as well. `now` in milliseconds. */
export const wholeBeat = (now: number): boolean => Math.floor((now + AHEAD_MS) / BEAT_MS) % 2 === 0;

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
    due.set(this, now - this.#last < BEAT_MS / 2 && this.#last !== now ? nextBeat(now, LIVELY) : now);
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
