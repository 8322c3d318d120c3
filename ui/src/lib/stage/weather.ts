/**
 * What falls or floats on stage. A few particles on paths that are known for all time, moved with the figure's own frames: in
 * software rendering every extra frame costs more than every extra flake. Pure.
 */

import type { Sky } from '../../scenes';

/** Where a particle is, in shares of the area, and how it looks there. */
export interface Placed {
  x: number;
  y: number;
  /** Degrees. */
  turn: number;
  scale: number;
  opacity: number;
}
interface Particle {
  x: number;
  /** Where on its way it was at the beginning, 0..1. */
  phase: number;
  /** Ways a second. */
  speed: number;
  sway: number;
  swing: number;
  spin: number;
  scale: number;
}

const COUNT: Record<Sky, number> = { clear: 0, rain: 26, snow: 30, petals: 16, fireflies: 14 };
const SPEED: Record<Sky, [least: number, more: number]> = {
  clear: [0, 0],
  rain: [1.1, 0.7],
  snow: [0.05, 0.06],
  petals: [0.06, 0.06],
  fireflies: [0.03, 0.04],
};

/** Numbers that are the same every time. */
export function scatter(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export class Weather {
  readonly sky: Sky;
  readonly #particles: Particle[];

  constructor(sky: Sky, seed = 7) {
    this.sky = sky;
    const random = scatter(seed);
    const [least, more] = SPEED[sky];
    this.#particles = Array.from({ length: COUNT[sky] }, () => ({
      x: random(),
      phase: random(),
      speed: least + random() * more,
      sway: 0.01 + random() * 0.03,
      swing: 0.1 + random() * 0.25,
      spin: (random() - 0.5) * 160,
      scale: 0.55 + random() * 0.75,
    }));
  }

  get count(): number {
    return this.#particles.length;
  }

  /** All particles at a moment, in seconds. */
  at(now: number): Placed[] {
    return this.#particles.map((p) => {
      const way = (p.phase + now * p.speed) % 1;
      const wave = Math.sin(2 * Math.PI * (now * p.swing + p.phase));
      // Nothing appears or vanishes in sight: it comes in above and leaves below.
      const y = -0.08 + way * 1.16;
      switch (this.sky) {
        case 'rain':
          return { x: (p.x - way * 0.09 + 1) % 1, y, turn: 7, scale: p.scale, opacity: 0.5 };
        case 'petals':
          return { x: (p.x + way * 0.28 + wave * p.sway) % 1, y, turn: p.spin * now, scale: p.scale, opacity: 0.9 };
        case 'fireflies': {
          const drift = Math.sin(2 * Math.PI * (now * p.speed + p.phase));
          const glow = Math.max(0, Math.sin(2 * Math.PI * (now * p.swing + p.x)));
          return {
            x: p.x + drift * 0.05,
            y: 0.35 + 0.5 * p.phase + wave * 0.03,
            turn: 0,
            scale: p.scale,
            opacity: glow,
          };
        }
        default:
          return { x: (p.x + wave * p.sway + 1) % 1, y, turn: 0, scale: p.scale, opacity: 0.85 };
      }
    });
  }
}
