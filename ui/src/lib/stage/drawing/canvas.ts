/**
 * A puppet on a 2D canvas: each layer is a picture that is drawn with its matrix; where it is bent, cell by cell. A frame in which only a
 * face changes draws only the faces' part of the canvas.
 */

import type { Sheets } from '../art';
import type { Layer, Rig } from '../format';
import { multiply, type Matrix, type Params } from '../rig';
import type { Mesh } from '../warp';
import { Bitmaps, type Bitmap } from './bitmaps';
import { fit, fitted, type Fitted } from './frame';
import { nothing, Pose, type LayerPose } from './pose';
import { DrawingError, type Rect, type Renderer } from './renderer';

const MODES = { normal: 'source-over', multiply: 'multiply', screen: 'screen', add: 'lighter' } as const;
/** Bends below this many pixels are not drawn. */
const FLAT = 0.4;
/** Each cell is drawn this many pixels larger, so that no seam shows between two. */
const SEAM = 1;

type Box = [left: number, top: number, right: number, bottom: number];

export class CanvasRenderer implements Renderer {
  readonly kind = 'canvas';
  readonly #canvas = document.createElement('canvas');
  readonly #context: CanvasRenderingContext2D;
  readonly #bitmaps: Bitmaps;
  readonly #pose: Pose;
  readonly #rig: Rig;
  #fitted: Fitted | null = null;
  #empty = true;
  #bounds = new Map<string, Box>();

  /** Throws {@link DrawingError} where there is no canvas or the artwork cannot be painted on one. */
  constructor(art: Sheets, rig: Rig) {
    const context = this.#canvas.getContext('2d');
    if (!context) throw new DrawingError('there is no canvas');
    this.#context = context;
    this.#canvas.setAttribute('aria-hidden', 'true');
    this.#bitmaps = new Bitmaps(art, rig);
    this.#pose = new Pose(rig, true);
    this.#rig = rig;
  }

  mount(host: HTMLElement): void {
    host.replaceChildren(this.#canvas);
  }

  resize(width: number, seen: Rect): void {
    const ratio = window.devicePixelRatio || 1;
    this.#fitted = fitted(this.#rig, width, seen, ratio);
    fit(this.#canvas, this.#fitted, ratio);
    this.#bitmaps.resize(this.#fitted.pixelsPerUnit);
    this.#empty = true;
  }

  show(params: Params, whole: boolean): boolean {
    if (!this.#fitted) return false;
    const change = this.#pose.update(params, this.#fitted.pixelsPerUnit, whole || this.#empty);
    this.#bitmaps.take(change);
    if (nothing(change) && !this.#empty) return false;
    const faces = new Set(change.faded.map((pose) => pose.layer.id));
    for (const { layer } of this.#pose.layers) if (this.#bitmaps.stale(layer.id)) faces.add(layer.id);
    if (change.moved || this.#empty) this.#draw(null);
    else if (faces.size > 0) this.#draw(faces);
    else return false;
    this.#empty = false;
    return true;
  }

  finish(): void {
    // Drawn with the page: reading it back would cost more than drawing it.
  }

  dispose(): void {
    this.#bitmaps.dispose();
    this.#canvas.width = this.#canvas.height = 0;
  }

  /** Draws everything, or what lies under layers that did not move. */
  #draw(changed: ReadonlySet<string> | null): void {
    const context = this.#context;
    context.resetTransform();
    const { width, height } = this.#canvas;
    let area: Box = [0, 0, width, height];
    if (changed) {
      area = [width, height, 0, 0];
      for (const id of changed) area = around(area, this.#bounds.get(id) ?? [0, 0, width, height]);
    }
    context.save();
    if (changed) {
      context.beginPath();
      context.rect(area[0], area[1], area[2] - area[0], area[3] - area[1]);
      context.clip();
    }
    context.clearRect(area[0], area[1], area[2] - area[0], area[3] - area[1]);
    for (const pose of this.#pose.layers) {
      if (pose.opacity <= 0) continue;
      const bitmap = this.#bitmaps.of(pose.layer.id);
      if (!bitmap || !this.#fitted) continue;
      const matrix = multiply(this.#fitted.matrix, pose.matrix);
      const bounds = boundsOf(bitmap.area, matrix, pose.mesh?.reach ?? 0);
      this.#bounds.set(pose.layer.id, bounds);
      if (bounds[0] >= area[2] || bounds[2] <= area[0] || bounds[1] >= area[3] || bounds[3] <= area[1]) continue;
      context.globalAlpha = pose.opacity;
      context.globalCompositeOperation = MODES[pose.layer.blend];
      this.#layer(pose, bitmap, matrix);
    }
    context.restore();
  }

  #layer({ mesh, layer }: LayerPose, { canvas, area }: Bitmap, matrix: Matrix): void {
    const context = this.#context;
    if (!mesh || mesh.reach * (this.#fitted?.pixelsPerUnit ?? 1) < FLAT) {
      context.setTransform(...matrix);
      context.drawImage(canvas, ...area);
      return;
    }
    const source = { canvas, mesh, box: layer.box, area, perUnit: canvas.width / area[2] };
    this.#patch(source, matrix, [0, 0, mesh.columns, mesh.rows]);
  }

  /** Draws some cells as one piece where a parallelogram comes near enough, else in two halves; a single cell as two triangles. */
  #patch(source: Source, matrix: Matrix, cells: Cells): void {
    const [i, j, across, down] = cells;
    const near = parallelogram(source.mesh, source.box, cells);
    if (near.miss * (this.#fitted?.pixelsPerUnit ?? 1) < FLAT) this.#piece(source, matrix, cells, near.matrix);
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
    { canvas, mesh, box, area, perUnit }: Source,
    matrix: Matrix,
    [i, j, across, down]: Cells,
    bent: Matrix,
  ): void {
    this.#context.setTransform(...multiply(matrix, bent));
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
    const [width, height] = [right - left, bottom - top];
    if (width <= 0 || height <= 0) return;
    const [x, y] = [area[0] + left / perUnit, area[1] + top / perUnit];
    this.#context.drawImage(canvas, left, top, width, height, x, y, width / perUnit, height / perUnit);
  }

  /** Half a cell: its upper left triangle, or (`lower`) its lower right one. */
  #triangle({ canvas, mesh, box, area, perUnit }: Source, matrix: Matrix, [i, j]: Point, lower: boolean): void {
    const context = this.#context;
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
  canvas: HTMLCanvasElement;
  mesh: Mesh;
  box: Layer['box'];
  area: Bitmap['area'];
  /** Pixels of the picture for a unit of the artwork. */
  perUnit: number;
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
