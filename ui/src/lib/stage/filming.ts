/** Films the stage: moves the camera, and lays the planes and the figures where it and the look see them. */

import type { Emotion } from '$lib/backend/backend';
import { Camera, DEPTH, MARGIN, placed, SHOTS, type JoltName, type Placed, type ShotName, type View } from './camera';
import { surface } from './surface.svelte';
import { lively, resting, RESTING } from './ticker';

/** How far the planes go with the look of whoever is on stage, in pixels: far ones against it, near ones more. */
const WANDER = { deep: [9, 5], near: [26, 12] } as const;

interface Asked {
  director: { readonly shot: ShotName; takeJolts(): JoltName[] };
  /** Where the figure looks, -1..1 to the right and up; null where nothing is to move. */
  look: { x: number; y: number } | null;
  /** Where whoever speaks stands, where several are there. */
  speaker: number | null;
  feeling: Emotion;
  off: boolean;
}
interface Planes {
  deep: { place(at: Placed): void } | undefined;
  near: { place(at: Placed): void } | undefined;
  actors: HTMLElement | undefined;
}

export class Filming {
  readonly #camera = new Camera();
  #view: View = { ...SHOTS.normal, moving: false };
  #laid = '';
  /** The planes stay where they are, whatever is looked at. */
  #off = false;
  /** Where the look has come to, -1..1 to the right and up. */
  readonly look = { x: 0, y: 0 };

  /** One frame; `now` and `dt` in seconds. */
  frame(now: number, dt: number, { director, look, speaker, feeling, off }: Asked): View {
    for (const jolt of director.takeJolts()) if (!off) this.#camera.jolt(jolt, now);
    // Where the processor paints, a window that is drawn larger costs with every frame: only what the story asks for is done.
    const rules = !surface.spare;
    this.#view = this.#camera.frame(now, dt, {
      shot: director.shot,
      speaker: rules ? speaker : null,
      feeling: rules ? feeling : 'neutral',
      // A drift has the whole window composed anew with every frame.
      drifts: rules && resting() === RESTING && lively() > RESTING,
      off,
    });
    this.#off = off;
    if (look) this.#wander(look, dt);
    return this.#view;
  }

  /** The room shifts a little against the character as the look wanders. */
  #wander(gaze: { x: number; y: number }, dt: number): void {
    const share = 1 - Math.exp(-3 * dt);
    const x = this.look.x + (gaze.x - this.look.x) * share;
    const y = this.look.y + (gaze.y - this.look.y) * share;
    if (Math.abs(x - this.look.x) + Math.abs(y - this.look.y) < 0.002) return;
    [this.look.x, this.look.y] = [x, y];
  }

  /** Lays the planes; nothing is touched that stays where it is. */
  lay(stage: HTMLElement, { deep, near, actors }: Planes): void {
    const { clientWidth: w, clientHeight: h } = stage;
    const { x, y, zoom } = this.#view;
    // Switched off it stands still: the room as well.
    const look = this.#off ? { x: 0, y: 0 } : this.look;
    const key = [x, y, zoom, look.x, look.y].map((n) => n.toFixed(4)).join() + `,${w},${h}`;
    if (key === this.#laid) return;
    this.#laid = key;
    const looked = (at: Placed, [dx, dy]: readonly [number, number]): Placed => ({
      ...at,
      x: at.x - look.x * dx,
      y: at.y + look.y * dy,
    });
    // The look takes what is left of the margin: the planes are clamped without it.
    const kept = Math.max(0, MARGIN - WANDER.deep[0] / Math.max(1, w));
    deep?.place(looked(placed(this.#view, DEPTH.deep, w, h, kept), WANDER.deep));
    near?.place(looked(placed(this.#view, DEPTH.near, w, h, null), WANDER.near));
    const at = placed(this.#view, DEPTH.figures, w, h, null);
    const rests = at.scale === 1 && at.x === 0 && at.y === 0;
    actors?.style.setProperty(
      'transform',
      rests ? 'none' : `translate(${at.x.toFixed(1)}px, ${at.y.toFixed(1)}px) scale(${at.scale.toFixed(4)})`,
    );
  }
}
