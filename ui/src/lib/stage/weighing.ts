/** What drawing costs on this machine: notes what frames take, and has the renderers tried when it is time to. */

import type { Emotion } from '$lib/backend/backend';
import type { Animator } from './animator';
import { drawing } from './drawing/drawing.svelte';
import { timed } from './pacing';
import type { PuppetView } from './puppet';

/** What our renderers draw: a puppet, or the layers of a picture. */
export interface Drawn {
  view: PuppetView;
  animator: Animator;
}

/** The figure has come on and stands; measuring before would measure its entrance. */
const SETTLE_SECONDS = 3;
/** Seconds until what was given up is tried again, the first time and at most: each renderer that is tried paints every sheet anew. */
const AGAIN_SECONDS = 20;
const LONGEST_SECONDS = 600;

export class Weighing {
  #shownAt = Infinity;
  #notBefore = 0;
  #pause = AGAIN_SECONDS;
  /** Frames a second that were asked for last. */
  asked = 0;

  /** The figure comes on. */
  shown(): void {
    this.#shownAt = performance.now() / 1000;
  }

  #stands(now: number): boolean {
    return now - this.#shownAt > SETTLE_SECONDS;
  }

  /** Notes what a frame takes that began at `now`, in seconds; `by` drew it, where one of our renderers did. */
  note(now: number, by: Drawn | null): void {
    if (this.#stands(now)) timed(now, by?.view.kind ?? null);
  }

  /** One frame, in seconds; true where it is time to try the renderers: nobody speaks, and nothing is expected. */
  due(now: number, dt: number, busy: boolean): boolean {
    drawing.late(now, this.asked, dt);
    return drawing.due && !busy && this.#stands(now) && now >= this.#notBefore;
  }

  /** Draws the figure with each renderer for a second, and goes on with the one that costs least. */
  async try({ view, animator }: Drawn, feeling: () => Emotion, stopped: () => boolean): Promise<void> {
    let last = performance.now() / 1000;
    const frame = () => {
      const now = performance.now() / 1000;
      const dt = now - last;
      last = now;
      // Never at rest: a head that turns is the dearest frame there is.
      const gaze = { x: Math.sin(now * 2.2) * 0.5, y: Math.cos(now * 1.7) * 0.3 };
      return animator.frame(now, dt, { emotion: feeling(), mouth: null, gaze, listening: false, still: false });
    };
    await drawing.measure(view, frame, stopped);
    this.#notBefore = performance.now() / 1000 + (drawing.due ? this.#pause : 0);
    this.#pause = drawing.due ? Math.min(LONGEST_SECONDS, this.#pause * 2) : AGAIN_SECONDS;
    this.shown();
  }
}
