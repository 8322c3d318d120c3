/** The choice of a renderer, as the stage and the settings share it. */

import { untrack } from 'svelte';
import type { VrmWish } from '$lib/vrm/steps';
import type { PuppetView } from '../puppet';
import type { Params } from '../rig';
import { surface } from '../surface.svelte';
import { Lateness, pick, remember, remembered, type Kept, type Wish } from './choice';
import { measure } from './measure';
import { KINDS, type Kind } from './renderer';

class Drawing {
  #kept = $state.raw<Kept>(remembered());
  #measuring = $state(false);
  readonly #lateness = new Lateness();

  get kept(): Kept {
    return this.#kept;
  }
  get measuring(): boolean {
    return this.#measuring;
  }
  /** Nothing was measured on this machine yet, or it has become slow, and nothing else was wished for. */
  get due(): boolean {
    return this.#kept.wish === 'auto' && this.#kept.at === 0 && !this.#measuring;
  }

  /** How to draw a figure now; `bends` where it has warps. */
  kind(bends: boolean): Kind {
    if (this.#kept.wish !== 'auto') return this.#kept.wish;
    // Until it was measured: where the processor paints, a canvas costs half of what SVG does.
    return this.#kept.at === 0 && surface.spare ? 'canvas' : pick(this.#kept.costs, bends);
  }

  /** Draws a figure as figures are drawn now, but for one that is being measured. In an effect: again whenever that changes. */
  follow(view: PuppetView | null): void {
    // Told before anything is drawn, too: then there is nothing yet that would ask for it.
    void [this.#kept, surface.spare];
    if (view && !untrack(() => this.#measuring)) view.draw(this.kind(view.rig.warps.length > 0));
  }

  wish(wish: Wish): void {
    this.#keep({ ...this.#kept, wish });
  }
  /** How VRM figures are drawn from the next one on. */
  wishVrm(vrm: VrmWish): void {
    this.#keep({ ...this.#kept, vrm });
  }
  /** What was measured no longer holds. */
  forget(): void {
    this.#keep({ ...this.#kept, costs: {}, at: 0 });
  }
  /** A frame came after `dt` seconds where `rate` a second were wanted. */
  late(now: number, rate: number, dt: number): void {
    if (this.#kept.wish === 'auto' && this.#kept.at > 0 && this.#lateness.note(now, rate, dt)) this.forget();
  }

  /** Measures on a figure. Draws `frame` in the meantime, and leaves the figure drawn as was found best. */
  async measure(view: PuppetView, frame: () => Params, stopped: () => boolean): Promise<void> {
    if (this.#measuring) return;
    this.#measuring = true;
    try {
      const costs = await measure(view, frame, stopped);
      if (costs && KINDS.some((kind) => costs[kind] !== undefined))
        this.#keep({ ...this.#kept, costs, at: Math.round(Date.now() / 1000) });
    } finally {
      this.#measuring = false;
      view.draw(this.kind(view.rig.warps.length > 0));
    }
  }

  #keep(kept: Kept): void {
    this.#kept = kept;
    remember(kept);
  }
}

export const drawing = new Drawing();
