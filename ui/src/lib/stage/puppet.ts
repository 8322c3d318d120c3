/** A puppet on the page: its rig, its artwork, and what draws it. Draws only what has changed. */

import type { Puppet as PuppetSource } from '$lib/backend/backend';
import { cutSheets, type Sheets } from './art';
import { CanvasRenderer } from './drawing/canvas';
import type { Kind, Rect, Renderer } from './drawing/renderer';
import { SvgRenderer } from './drawing/svg';
import { WebglRenderer } from './drawing/webgl';
import { readRig, type Rig } from './format';
import { between, illuminate, lightOn, type Light } from './lighting';
import type { Params } from './rig';

export class PuppetView {
  readonly rig: Rig;
  readonly #art: Sheets;
  #renderer: Renderer;
  #host: HTMLElement | null = null;
  #size: { width: number; seen: Rect; covered: Rect | null; behind: Rect | null } | null = null;
  #params: Params | null = null;
  #frames = 0;
  #gone = false;
  /** Lights on the way to the one that was asked for, where one comes slowly. */
  #dawn: { lights: Light[]; timer: ReturnType<typeof setTimeout> | undefined } = { lights: [], timer: undefined };
  /** What takes away at once whatever was drawn before and is still going. */
  readonly #leaving = new Set<() => void>();

  /** Throws `RigError` where the puppet cannot be used. Where it cannot be drawn as wished, it is drawn as SVG. */
  constructor(source: PuppetSource | { rig: Rig; art: Sheets }, wished: Kind = 'svg') {
    if ('art' in source) {
      this.rig = source.rig;
      this.#art = source.art;
    } else {
      this.rig = readRig(source.rig);
      this.#art = cutSheets(source.svg, this.rig);
    }
    this.#renderer = this.#make('svg');
    if (wished !== 'svg') this.draw(wished);
  }

  /** Frames that changed something, for measurements. */
  get frames(): number {
    return this.#frames;
  }
  /** What draws it. */
  get kind(): Kind {
    return this.#renderer.kind;
  }

  /** Draws in another way from now on, from where it stands. False where it cannot be: then nothing changes. */
  draw(kind: Kind): boolean {
    if (this.#gone) return false;
    if (kind === this.kind) return true;
    // What is painted is painted in the light that was on its way.
    const last = this.#dawn.lights.at(-1);
    if (last) this.light(last);
    return this.#renew(kind);
  }

  /**
   * Stands in a light from now on, which comes within so many milliseconds. The page draws its elements anew by itself: it is given lights in
   * between. What was painted from them is painted again once, and comes through what was painted before.
   */
  light(light: Light, ms = 0): void {
    clearTimeout(this.#dawn.timer);
    this.#dawn.lights = [];
    if (this.#gone) return;
    const slowly = ms > 0 && this.#host !== null && this.#params !== null;
    if (this.kind === 'svg' && slowly) {
      this.#dawn.lights = between(lightOn(this.#art), light);
      const each = ms / this.#dawn.lights.length;
      const step = () => {
        const next = this.#dawn.lights.shift();
        if (next) illuminate(this.#art, next);
        if (this.#dawn.lights.length > 0) this.#dawn.timer = setTimeout(step, each);
      };
      step();
    } else if (illuminate(this.#art, light) && this.kind !== 'svg') this.#renew(this.kind, slowly ? ms : 0);
  }

  /** Draws anew; what was drawn before stays over it for so many milliseconds and goes slowly. */
  #renew(kind: Kind, ms = 0): boolean {
    let made: Renderer;
    try {
      made = this.#make(kind);
    } catch {
      // No WebGL here, or artwork that only the page can draw: not a fault of the person's.
      return false;
    }
    const before = this.#renderer;
    // What goes already lies over what goes now, and stays there.
    const over = ms > 0 && this.#host ? Array.from(this.#host.children) : [];
    const drawn = over.filter((one) => !one.hasAttribute('data-leaving'));
    this.#renderer = made;
    if (this.#host) made.mount(this.#host);
    this.#layOut(made);
    if (this.#params) made.show(this.#params);
    if (drawn.length === 0) {
      before.dispose();
      return true;
    }
    this.#host?.append(...over);
    for (const one of drawn) {
      one.setAttribute('data-leaving', '');
      one.animate([{ opacity: 1 }, { opacity: 0 }], { duration: ms, fill: 'forwards' });
    }
    const gone = () => {
      clearTimeout(timer);
      this.#leaving.delete(gone);
      for (const one of drawn) one.remove();
      before.dispose();
    };
    const timer = setTimeout(gone, ms);
    this.#leaving.add(gone);
    return true;
  }

  /** Puts the puppet into an empty element. */
  mount(host: HTMLElement): void {
    this.#host = host;
    this.#renderer.mount(host);
  }

  /**
   * Lays the puppet out for a drawing width in CSS pixels. `seen` is what can be seen of its element; left out, everything. What lies in
   * `covered` is hardly seen, and may be drawn late; what lies `behind` something may stay where it is while it hardly moves.
   */
  resize(width: number, seen?: Rect, covered: Rect | null = null, behind: Rect | null = covered): void {
    if (this.#gone) return;
    const height = (width * this.rig.size[1]) / this.rig.size[0];
    const all = { x: -width, y: -height, width: 3 * width, height: 3 * height };
    this.#size = { width, seen: seen ?? all, covered, behind };
    this.#layOut(this.#renderer);
    // A canvas of another size is empty.
    if (this.#params) this.#renderer.show(this.#params);
  }

  /** Shows parameter values; without `moves` sheets may stay where they are until the next time. */
  show(params: Params, moves = true): void {
    if (this.#gone) return;
    this.#params = params;
    if (this.#renderer.show(params, moves)) this.#frames++;
  }

  /** Waits until what was shown is drawn, where that can be known. */
  finish(): void {
    this.#renderer.finish();
  }

  /** Gives back what the page would not free by itself. Nothing is drawn after that. */
  dispose(): void {
    this.#gone = true;
    clearTimeout(this.#dawn.timer);
    for (const gone of [...this.#leaving]) gone();
    this.#renderer.dispose();
    this.#host = null;
  }

  #layOut(renderer: Renderer): void {
    if (!this.#size) return;
    const { width, seen, covered, behind } = this.#size;
    renderer.resize(width, seen, renderer.kind === 'svg' ? behind : covered);
  }

  #make(kind: Kind): Renderer {
    if (kind === 'canvas') return new CanvasRenderer(this.#art, this.rig);
    if (kind === 'webgl') return new WebglRenderer(this.#art, this.rig, () => this.draw('svg'));
    return new SvgRenderer(this.#art, this.rig);
  }
}
