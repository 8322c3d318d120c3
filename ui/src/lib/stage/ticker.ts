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

/** Draws one frame; answers how many a second should follow, 0 for none. `now` and `dt` in seconds. */
export type Frame = (now: number, dt: number) => number;

export class Ticker {
  readonly #frame: Frame;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #request = 0;
  #last = 0;
  #running = false;

  constructor(frame: Frame) {
    this.#frame = frame;
  }

  get running(): boolean {
    return this.#running;
  }

  /** Begins, or draws the next frame soon where it runs already. */
  wake(): void {
    if (document.hidden) return;
    if (this.#running) {
      clearTimeout(this.#timer);
      cancelAnimationFrame(this.#request);
      this.#request = requestAnimationFrame(this.#tick);
      return;
    }
    this.#running = true;
    this.#last = performance.now();
    this.#request = requestAnimationFrame(this.#tick);
  }

  /** Stops until the next {@link wake}. */
  rest(): void {
    this.#running = false;
    clearTimeout(this.#timer);
    cancelAnimationFrame(this.#request);
  }

  #tick = (): void => {
    if (!this.#running) return;
    const now = performance.now();
    const rate = this.#frame(now / 1000, (now - this.#last) / 1000);
    this.#last = now;
    if (rate <= 0) {
      this.rest();
      return;
    }
    const spent = performance.now() - now;
    this.#timer = setTimeout(
      () => (this.#request = requestAnimationFrame(this.#tick)),
      Math.max(0, 1000 / rate - 8 - spent),
    );
  };
}
