/**
 * A puppet on a 2D canvas: each layer is a picture that is drawn with its matrix; where it is bent, cell by cell. A frame in which only a
 * face changes draws only the faces' part of the canvas.
 */

import type { Sheets } from '../art';
import type { Layer, Rig } from '../format';
import { multiply, type Matrix, type Params } from '../rig';
import type { Mesh } from '../warp';
import { Bitmaps, type Bitmap } from './bitmaps';
import { fit, fitted, parted, type Fitted } from './frame';
import type { Box } from './ink';
import { nothing, Pose, type LayerPose } from './pose';
import { DrawingError, type Rect, type Renderer } from './renderer';

const MODES = { normal: 'source-over', multiply: 'multiply', screen: 'screen', add: 'lighter' } as const;
/** Bends below this many pixels are not drawn. */
const FLAT = 0.4;
/** Each cell is drawn this many pixels larger, so that no seam shows between two. */
const SEAM = 1;

/** What is behind something that hides it is drawn this much later than it moves. */
const LATE_MS = 2500;

/** A canvas, and which part of the figure it shows. */
interface Target {
  readonly canvas: HTMLCanvasElement;
  readonly context: CanvasRenderingContext2D;
  fitted: Fitted;
  /** Where each layer was drawn last; what is not here was not. */
  bounds: Map<string, Box>;
  empty: boolean;
}

/** A layer that is seen in a frame. */
interface Drawn {
  readonly pose: LayerPose;
  readonly bitmap: Bitmap;
  readonly matrix: Matrix;
  readonly bounds: Box;
}

export class CanvasRenderer implements Renderer {
  readonly kind = 'canvas';
  readonly #seen: Target;
  /** What lies behind a box of text. It is drawn late: where the processor paints, the box over it would be painted with every frame. */
  #behind: Target | null = null;
  readonly #bitmaps: Bitmaps;
  readonly #pose: Pose;
  readonly #rig: Rig;
  /** Where clipped layers are put together. */
  #aside: [Target, Target] | null = null;
  #host: HTMLElement | null = null;
  #ready = false;
  #late: ReturnType<typeof setTimeout> | undefined;

  /** Throws {@link DrawingError} where there is no canvas or the artwork cannot be painted on one. */
  constructor(art: Sheets, rig: Rig) {
    this.#seen = target();
    this.#bitmaps = new Bitmaps(art, rig);
    this.#pose = new Pose(rig, true);
    this.#rig = rig;
  }

  mount(host: HTMLElement): void {
    this.#host = host;
    host.replaceChildren(this.#seen.canvas, ...(this.#behind ? [this.#behind.canvas] : []));
  }

  resize(width: number, seen: Rect, covered: Rect | null): void {
    const ratio = window.devicePixelRatio || 1;
    const [above, behind] = parted(fitted(this.#rig, width, seen, ratio), covered, ratio);
    const lay = (one: Target, there: Fitted) => {
      one.fitted = there;
      fit(one.canvas, there, ratio);
      one.empty = true;
    };
    lay(this.#seen, above);
    if (behind) lay((this.#behind ??= target()), behind);
    else if (this.#behind) {
      free(this.#behind);
      this.#behind = null;
    }
    if (this.#host) this.mount(this.#host);
    this.#bitmaps.resize(above.pixelsPerUnit);
    this.#ready = true;
  }

  show(params: Params): boolean {
    if (!this.#ready) return false;
    const empty = this.#seen.empty;
    const change = this.#pose.update(params, this.#seen.fitted.pixelsPerUnit);
    this.#bitmaps.take(change);
    if (nothing(change) && !empty) return false;
    const faces = new Set(change.faded.map((pose) => pose.layer.id));
    for (const { layer } of this.#pose.layers) if (this.#bitmaps.stale(layer.id)) faces.add(layer.id);
    const all = change.moved || empty;
    if (!all && faces.size === 0) return false;
    this.#draw(this.#seen, all ? null : faces);
    // By a clock of its own: a figure that comes to rest asks for no frame any more, and what is behind must have come to rest as well.
    if (this.#behind?.empty) this.#drawBehind();
    else if (this.#behind) this.#late ??= setTimeout(() => this.#drawBehind(), LATE_MS);
    return true;
  }

  finish(): void {
    // Drawn with the page: reading it back would cost more than drawing it.
  }

  dispose(): void {
    clearTimeout(this.#late);
    this.#bitmaps.dispose();
    for (const one of [this.#seen, this.#behind, ...(this.#aside ?? [])]) if (one) free(one);
  }

  #drawBehind(): void {
    clearTimeout(this.#late);
    this.#late = undefined;
    if (this.#behind) this.#draw(this.#behind, null);
  }

  /** Draws everything, or what lies under layers that did not move. Nothing is touched that neither was nor is part of the figure. */
  #draw(on: Target, changed: ReadonlySet<string> | null): void {
    const { context } = on;
    const { width, height } = on.canvas;
    const drawn = this.#pose.layers.flatMap((pose): Drawn[] => {
      const bitmap = pose.opacity > 0 ? this.#bitmaps.of(pose.layer.id) : undefined;
      if (!bitmap) return [];
      const matrix = multiply(on.fitted.matrix, pose.matrix);
      return [{ pose, bitmap, matrix, bounds: boundsOf(inkOf(bitmap), matrix, pose.mesh?.reach ?? 0) }];
    });
    const now = new Map(drawn.map(({ pose, bounds }) => [pose.layer.id, bounds]));
    let area: Box = [width, height, 0, 0];
    for (const [id, bounds] of [...on.bounds, ...now]) if (!changed || changed.has(id)) area = around(area, bounds);
    if (on.empty) area = [0, 0, width, height];
    area = within(area, [0, 0, width, height]);
    on.bounds = now;
    on.empty = false;
    if (isEmpty(area)) return;
    context.resetTransform();
    context.save();
    if (changed) {
      context.beginPath();
      context.rect(area[0], area[1], area[2] - area[0], area[3] - area[1]);
      context.clip();
    }
    context.clearRect(area[0], area[1], area[2] - area[0], area[3] - area[1]);
    for (const one of drawn) {
      const { pose, bitmap, matrix, bounds } = one;
      if (isEmpty(within(bounds, area))) continue;
      const { clip, blend } = pose.layer;
      const base = clip === null ? null : drawn.find((other) => other.pose.layer.id === clip);
      // What it is clipped to is not there.
      if (base === undefined) continue;
      context.globalAlpha = pose.opacity;
      context.globalCompositeOperation = MODES[blend];
      if (base) this.#clipped(on, one, base, area);
      else this.#layer(on, pose, bitmap, matrix);
    }
    context.restore();
  }

  /** Draws a layer where another one is: both are drawn aside, and what they share is laid on. */
  #clipped(on: Target, one: Drawn, base: Drawn, area: Box): void {
    const box = within(within(one.bounds, base.bounds), area);
    if (isEmpty(box)) return;
    const [width, height] = [box[2] - box[0], box[3] - box[1]];
    const [cut, mask] = (this.#aside ??= [target(), target()]);
    for (const [aside, { pose, bitmap, matrix }] of [
      [cut, one],
      [mask, base],
    ] as const) {
      const { canvas, context } = aside;
      aside.fitted = on.fitted;
      if (canvas.width < width) canvas.width = width;
      if (canvas.height < height) canvas.height = height;
      context.resetTransform();
      context.globalCompositeOperation = 'source-over';
      context.clearRect(0, 0, width, height);
      context.globalAlpha = aside === mask ? pose.opacity : 1;
      this.#layer(aside, pose, bitmap, multiply([1, 0, 0, 1, -box[0], -box[1]], matrix));
    }
    cut.context.resetTransform();
    cut.context.globalCompositeOperation = 'destination-in';
    cut.context.drawImage(mask.canvas, 0, 0);
    on.context.resetTransform();
    on.context.drawImage(cut.canvas, 0, 0, width, height, box[0], box[1], width, height);
  }

  #layer({ context, fitted }: Target, { mesh, layer }: LayerPose, bitmap: Bitmap, matrix: Matrix): void {
    const { canvas, area } = bitmap;
    const perUnit = canvas.width / area[2];
    if (!mesh || mesh.reach * fitted.pixelsPerUnit < FLAT) {
      context.setTransform(...matrix);
      blit(context, bitmap, perUnit, [0, 0, canvas.width, canvas.height]);
      return;
    }
    const source = { context, bitmap, mesh, box: layer.box, perUnit, pixels: fitted.pixelsPerUnit };
    this.#patch(source, matrix, [0, 0, mesh.columns, mesh.rows]);
  }

  /** Draws some cells as one piece where a parallelogram comes near enough, else in two halves; a single cell as two triangles. */
  #patch(source: Source, matrix: Matrix, cells: Cells): void {
    const [i, j, across, down] = cells;
    const near = parallelogram(source.mesh, source.box, cells);
    if (near.miss * source.pixels < FLAT) this.#piece(source, matrix, cells, near.matrix);
    else if (across > 1 && (across >= down || down === 1)) {
      const half = across >> 1;
      this.#patch(source, matrix, [i, j, half, down]);
      this.#patch(source, matrix, [i + half, j, across - half, down]);
    } else if (down > 1) {
      const half = down >> 1;
      this.#patch(source, matrix, [i, j, across, half]);
      this.#patch(source, matrix, [i, j + half, across, down - half]);
    } else {
      this.#triangle(source, matrix, [i, j], false);
      this.#triangle(source, matrix, [i, j], true);
    }
  }

  #piece(
    { context, bitmap, mesh, box, perUnit }: Source,
    matrix: Matrix,
    [i, j, across, down]: Cells,
    bent: Matrix,
  ): void {
    const { canvas, area } = bitmap;
    context.setTransform(...multiply(matrix, bent));
    const [w, h] = [box[2] / mesh.columns, box[3] / mesh.rows];
    const pixel = (at: number, origin: number, most: number) => Math.min(most, Math.max(0, (at - origin) * perUnit));
    const seam = SEAM / perUnit;
    // Within the picture, or engines differ in what they draw beyond it. At the rim its margin belongs to the piece.
    const left = i === 0 ? 0 : pixel(box[0] + i * w - seam, area[0], canvas.width);
    const top = j === 0 ? 0 : pixel(box[1] + j * h - seam, area[1], canvas.height);
    const right =
      i + across === mesh.columns ? canvas.width : pixel(box[0] + (i + across) * w + seam, area[0], canvas.width);
    const bottom =
      j + down === mesh.rows ? canvas.height : pixel(box[1] + (j + down) * h + seam, area[1], canvas.height);
    blit(context, bitmap, perUnit, [left, top, right, bottom]);
  }

  /** Half a cell: its upper left triangle, or (`lower`) its lower right one. */
  #triangle({ context, bitmap, mesh, box, perUnit }: Source, matrix: Matrix, [i, j]: Point, lower: boolean): void {
    const { canvas, area } = bitmap;
    const sign = lower ? -1 : 1;
    const [w, h] = [box[2] / mesh.columns, box[3] / mesh.rows];
    const [ci, cj] = lower ? [i + 1, j + 1] : [i, j];
    const at: Point = [box[0] + ci * w, box[1] + cj * h];
    const [p, q, r] = [corner(mesh, ci, cj), corner(mesh, ci + sign, cj), corner(mesh, ci, cj + sign)];
    const x: Point = [(sign * (q[0] - p[0])) / w, (sign * (q[1] - p[1])) / w];
    const y: Point = [(sign * (r[0] - p[0])) / h, (sign * (r[1] - p[1])) / h];
    const seam = SEAM / perUnit;
    context.save();
    context.setTransform(...multiply(matrix, through(at, p, x, y)));
    context.beginPath();
    context.moveTo(at[0] - sign * seam, at[1] - sign * seam);
    context.lineTo(at[0] + sign * (w + 2 * seam), at[1] - sign * seam);
    context.lineTo(at[0] - sign * seam, at[1] + sign * (h + 2 * seam));
    context.clip();
    context.drawImage(canvas, area[0], area[1], canvas.width / perUnit, canvas.height / perUnit);
    context.restore();
  }
}

type Point = readonly [number, number];
/** Cells of a mesh: the first one's column and row, how many across and down. */
type Cells = readonly [number, number, number, number];
interface Source {
  context: CanvasRenderingContext2D;
  bitmap: Bitmap;
  mesh: Mesh;
  box: Layer['box'];
  /** Pixels of the canvas for a unit of the artwork. */
  pixels: number;
  /** Pixels of the picture for a unit of the artwork. */
  perUnit: number;
}

function target(): Target {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d');
  if (!context) throw new DrawingError('there is no canvas');
  canvas.setAttribute('aria-hidden', 'true');
  const place = { x: 0, y: 0, width: 1, height: 1 };
  const fitted: Fitted = { place, matrix: [1, 0, 0, 1, 0, 0], pixelsPerUnit: 1 };
  return { canvas, context, fitted, bounds: new Map(), empty: true };
}
function free({ canvas }: Target): void {
  canvas.width = canvas.height = 0;
}

/** Draws what is on a part of a picture, in its own pixels, where the artwork has it. */
function blit(context: CanvasRenderingContext2D, { canvas, area, ink }: Bitmap, perUnit: number, part: Box): void {
  const [left, top, right, bottom] = ink ? ink.within(part) : part;
  const [width, height] = [right - left, bottom - top];
  if (width <= 0 || height <= 0) return;
  const [x, y] = [area[0] + left / perUnit, area[1] + top / perUnit];
  context.drawImage(canvas, left, top, width, height, x, y, width / perUnit, height / perUnit);
}

/** The area of the artwork in which a picture has anything. */
function inkOf({ canvas, area, ink }: Bitmap): readonly number[] {
  if (!ink) return area;
  const perUnit = canvas.width / area[2];
  const [left, top, right, bottom] = ink.all;
  if (right <= left || bottom <= top) return [area[0], area[1], 0, 0];
  return [area[0] + left / perUnit, area[1] + top / perUnit, (right - left) / perUnit, (bottom - top) / perUnit];
}

const corner = (mesh: Mesh, i: number, j: number): Point => {
  const at = 2 * (j * (mesh.columns + 1) + i);
  return [mesh.bent[at] ?? 0, mesh.bent[at + 1] ?? 0];
};

/** The matrix that takes `from` to `to` and has these axes. */
const through = (from: Point, to: Point, x: Point, y: Point): Matrix => [
  x[0],
  x[1],
  y[0],
  y[1],
  to[0] - x[0] * from[0] - y[0] * from[1],
  to[1] - x[1] * from[0] - y[1] * from[1],
];

/** The parallelogram that comes nearest to the four corners of some cells, and by how much it misses any corner within. Pure. */
export function parallelogram(
  mesh: Mesh,
  box: Layer['box'],
  [i, j, across, down]: Cells,
): { matrix: Matrix; miss: number } {
  const [w, h] = [box[2] / mesh.columns, box[3] / mesh.rows];
  const [p, q] = [corner(mesh, i, j), corner(mesh, i + across, j)];
  const [r, s] = [corner(mesh, i, j + down), corner(mesh, i + across, j + down)];
  const axis = (k: 0 | 1, a: Point, b: Point, c: Point, d: Point, length: number) =>
    (b[k] - a[k] + d[k] - c[k]) / 2 / length;
  const x: Point = [axis(0, p, q, r, s, across * w), axis(1, p, q, r, s, across * w)];
  const y: Point = [axis(0, p, r, q, s, down * h), axis(1, p, r, q, s, down * h)];
  const middle: Point = [(p[0] + q[0] + r[0] + s[0]) / 4, (p[1] + q[1] + r[1] + s[1]) / 4];
  const matrix = through([box[0] + (i + across / 2) * w, box[1] + (j + down / 2) * h], middle, x, y);
  const [a, b, c, d, e, f] = matrix;
  let miss = 0;
  for (let v = j; v <= j + down; v++) {
    for (let u = i; u <= i + across; u++) {
      const [px, py] = [box[0] + u * w, box[1] + v * h];
      const at = corner(mesh, u, v);
      miss = Math.max(miss, Math.abs(a * px + c * py + e - at[0]), Math.abs(b * px + d * py + f - at[1]));
    }
  }
  return { matrix, miss };
}

const within = (a: Box, b: Box): Box => [
  Math.max(a[0], b[0]),
  Math.max(a[1], b[1]),
  Math.min(a[2], b[2]),
  Math.min(a[3], b[3]),
];
const isEmpty = (box: Box): boolean => box[2] <= box[0] || box[3] <= box[1];
const around = (a: Box, b: Box): Box => [
  Math.min(a[0], b[0]),
  Math.min(a[1], b[1]),
  Math.max(a[2], b[2]),
  Math.max(a[3], b[3]),
];

/** The area of the canvas that a picture covers, in whole pixels. */
function boundsOf([x, y, w, h]: readonly number[], [a, b, c, d, e, f]: Matrix, reach: number): Box {
  const [left, top] = [(x ?? 0) - reach, (y ?? 0) - reach];
  const [right, bottom] = [(x ?? 0) + (w ?? 0) + reach, (y ?? 0) + (h ?? 0) + reach];
  let box: Box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [px, py] of [
    [left, top],
    [right, top],
    [left, bottom],
    [right, bottom],
  ] as const) {
    const at: Point = [a * px + c * py + e, b * px + d * py + f];
    box = around(box, [at[0], at[1], at[0], at[1]]);
  }
  return [Math.floor(box[0]) - 1, Math.floor(box[1]) - 1, Math.ceil(box[2]) + 1, Math.ceil(box[3]) + 1];
}
