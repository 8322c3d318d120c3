/** Where a figure stands on the stage: waist up, larger than the window is high, never so wide that the face leaves it. */

/** A figure this much higher than wide is drawn from head to foot, and shown larger, so that its face is as large as others'. */
const WHOLE = 1.75;

export interface FigureBox {
  /** Pixels of one unit of the artwork. */
  scale: number;
  /** Of the figure's upper edge, in pixels from the window's. */
  top: number;
}

/** `width` and `height` of the stage in pixels, `w` and `h` of the artwork in its own units. */
export function figureBox(width: number, height: number, w: number, h: number): FigureBox {
  const larger = h / w > WHOLE ? 1.3 : 1;
  const scale = Math.min((height * 1.36 * larger) / h, (width * 1.6) / w);
  // Room above the head for hair and menu; on tall, narrow windows the figure stands lower.
  const drawn = h * scale;
  const margin = larger > 1 ? height * 0.06 : -0.045 * drawn;
  return { scale, top: Math.max(margin, Math.min(height * 0.16, height * 1.1 - drawn)) };
}
