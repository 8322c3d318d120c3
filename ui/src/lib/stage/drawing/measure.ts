/** Measures what a frame of a figure costs with each renderer, by drawing it in front of the person: they all look the same. */

import type { PuppetView } from '../puppet';
import { surface } from '../surface.svelte';
import type { Params } from '../rig';
import type { Costs } from './choice';
import { KINDS } from './renderer';

/** Frames that are drawn and not counted: pictures are painted, shaders compiled. */
const WARM = 6;
const COUNTED = 24;
/** An interval between frames that is longer than the screen's own is what the frame took, whoever drew it. */
const SCREEN_MS = 20;
/** A renderer that has not drawn its frames by then is out. */
const PATIENCE_MS = 4000;

/** One frame's cost: the page's own work, or what the whole took where that was more than a beat of the screen. Pure. */
export const costOf = (busy: number, interval: number): number => (interval > SCREEN_MS ? interval : busy);

/** The middle of some costs. Pure. */
export function middle(costs: readonly number[]): number {
  const sorted = [...costs].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Infinity;
}

/**
 * Draws `frame`'s parameters with every renderer in turn and leaves the last that could. Null where it was given up: `stopped` says when
 * to, and a window that is not drawn to gives no frames.
 */
export async function measure(view: PuppetView, frame: () => Params, stopped: () => boolean): Promise<Costs | null> {
  const costs: Costs = {};
  for (const kind of KINDS) {
    // Played by the processor it is never the cheapest, and takes seconds to find that out.
    if (kind === 'webgl' && surface.spare) continue;
    if (!view.draw(kind)) continue;
    const found: number[] = [];
    const begun = performance.now();
    let last: number | null = null;
    for (let i = 0; i < WARM + COUNTED; i++) {
      const at = await nextFrame();
      if (at === null || stopped()) return null;
      // WebGL was lost meanwhile, and something else draws.
      if (view.kind !== kind) break;
      const before = performance.now();
      view.show(frame());
      view.finish();
      // The page lays out and paints before it comes to the next message.
      const busy = (await painted()) - before;
      if (i >= WARM && last !== null) found.push(costOf(busy, at - last));
      last = at;
      if (performance.now() - begun > PATIENCE_MS) break;
    }
    if (found.length > 0 && view.kind === kind) costs[kind] = Math.round(middle(found) * 100) / 100;
  }
  return costs;
}

/** The time of the next frame, null where none comes. */
const nextFrame = () =>
  new Promise<number | null>((done) => {
    const timer = setTimeout(() => {
      cancelAnimationFrame(request);
      done(null);
    }, 1000);
    const request = requestAnimationFrame((at) => {
      clearTimeout(timer);
      done(at);
    });
  });

/** One channel for all frames: a new pair of ports for each would wait for the collector, in this process and in another one. */
let channel: MessageChannel | undefined;
const waiting: ((at: number) => void)[] = [];

/** When the page has painted what was drawn just now, in milliseconds of its clock. */
export const painted = () =>
  new Promise<number>((done) => {
    if (!channel) {
      channel = new MessageChannel();
      channel.port1.onmessage = () => waiting.shift()?.(performance.now());
    }
    waiting.push(done);
    channel.port2.postMessage(null);
  });
