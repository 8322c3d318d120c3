/** What the stage is painted on: whether the processor paints it all, and what lies over it. */

import type { Rect } from './drawing/renderer';

/** A box that lets less than this through hides a figure that stands a little otherwise behind it. */
const OPAQUE = 0.85;

/** Names under which drivers go that have no graphics card to draw with. */
const SOFTWARE = /swiftshader|llvmpipe|softpipe|lavapipe|software|basic render/i;
let found: boolean | null = null;
/** Whether a graphics card is missing, as far as the page can tell: asked once, for it is an answer of the machine. */
function missing(): boolean {
  if (found === null) {
    const gl = document.createElement('canvas').getContext('webgl2', { failIfMajorPerformanceCaveat: true });
    const info = gl?.getExtension('WEBGL_debug_renderer_info');
    const name = gl && info ? String(gl.getParameter(info.UNMASKED_RENDERER_WEBGL)) : '';
    found = gl === null || SOFTWARE.test(name);
    gl?.getExtension('WEBGL_lose_context')?.loseContext();
  }
  return found;
}

class Surface {
  /** Nothing but the processor paints here (the program knows; the page cannot): every pixel that is painted again counts. */
  #spare = $state(false);
  /** Where hardly anything of the stage is seen, in CSS pixels of the window; null where there is no such place. */
  #cover = $state.raw<Rect | null>(null);

  get spare(): boolean {
    return this.#spare;
  }
  /** No graphics card paints here, told by the program or found by the page. */
  get soft(): boolean {
    return this.#spare || missing();
  }
  get cover(): Rect | null {
    return this.#cover;
  }

  /** What hides a figure that stands at a place of `stage`, seen from there; null where nothing does. */
  hides(stage: HTMLElement, left: number, top: number): Rect | null {
    if (!this.#cover) return null;
    const at = stage.getBoundingClientRect();
    return { ...this.#cover, x: this.#cover.x - at.left - left, y: this.#cover.y - at.top - top };
  }

  /** Begins or ends painting as little as can be. Also dresses the page: what is costly to paint has another look (`base.css`). */
  setSpare(on: boolean): void {
    this.#spare = on;
    if (on) document.documentElement.dataset.paint = 'spare';
    else delete document.documentElement.dataset.paint;
  }

  /** A box lies over the stage until the answer is called. `opacity` is how much of the stage it hides, 0 to 1. */
  covered(box: HTMLElement, opacity: number): () => void {
    if (opacity < OPAQUE) return () => undefined;
    const measure = () => {
      const { left, top, width, height } = box.getBoundingClientRect();
      // Beyond its round corners, which grow with the text.
      const corner = Math.ceil(parseFloat(getComputedStyle(box).borderTopLeftRadius) || 0);
      const now = height > 2 * corner ? { x: left, y: top + corner, width, height: height - corner } : null;
      const before = this.#cover;
      // What is the same is not told again: the whole figure would be laid out and painted anew.
      if (now && before && (['x', 'y', 'width', 'height'] as const).every((side) => now[side] === before[side])) return;
      this.#cover = now;
    };
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    observer.observe(document.documentElement);
    return () => {
      observer.disconnect();
      this.#cover = null;
    };
  }
}

export const surface = new Surface();
