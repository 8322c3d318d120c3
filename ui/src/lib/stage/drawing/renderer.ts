/** What draws a puppet: the interface that the SVG, Canvas and WebGL renderers share. */

import type { Params } from '../rig';

/** Ways to draw, from the one that every window has. */
export const KINDS = ['svg', 'canvas', 'webgl'] as const;
export type Kind = (typeof KINDS)[number];

/** In CSS pixels of the element the puppet stands in. */
export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Renderer {
  readonly kind: Kind;
  /** Puts the puppet into an empty element. */
  mount(host: HTMLElement): void;
  /** Lays it out for a drawing width in CSS pixels; nothing outside of `seen` can be seen, and hardly anything in and below `covered`. */
  resize(width: number, seen: Rect, covered: Rect | null): void;
  /** Draws parameter values; false where nothing of it could be seen. Without `moves` sheets may stay where they are, and only faces change. */
  show(params: Params, moves?: boolean): boolean;
  /** Waits until what was drawn is drawn, where that can be known: for measurements. */
  finish(): void;
  /** Gives back what the page would not free by itself. */
  dispose(): void;
}

/** This puppet cannot be drawn in this way; the message is for developers, another renderer takes over. */
export class DrawingError extends Error {}
