/**
 * The stage's heartbeat: at most thirty frames a second while something moves, none while nothing does or nobody looks.
 *
 * A timer chained with `requestAnimationFrame` rather than a bare animation frame: at 30 of 60 frames a bare one would
 * wake the page twice as often as it draws.
 */

export const FRAMES_PER_SECOND = 30;

/** Draws one frame; answers whether more must follow. `now` and `dt` in seconds. */
export type Frame = (now: number, dt: number) => boolean;

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

  /** Begins or goes on; harmless where it runs already. */
  wake(): void {
    if (this.#running || document.hidden) return;
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
    const more = this.#frame(now / 1000, (now - this.#last) / 1000);
    this.#last = now;
    if (!more) {
      this.rest();
      return;
    }
    const spent = performance.now() - now;
    this.#timer = setTimeout(
      () => (this.#request = requestAnimationFrame(this.#tick)),
      Math.max(0, 1000 / FRAMES_PER_SECOND - 8 - spent),
    );
  };
}
