/**
 * A puppet on a 2D canvas: each layer is a picture that is drawn with its matrix; where it is bent, cell by cell. A frame in which only a
 * face changes draws only the faces' part of the canvas.
 */

import type { Sheets } from '../art';
import type { Rig } from '../format';
import { multiply, type Matrix, type Params } from '../rig';
import { Bitmaps, type Bitmap } from './bitmaps';
import { fit, fitted, type Fitted } from './frame';
import { nothing, Pose, type LayerPose } from './pose';
import { DrawingError, type Rect, type Renderer } from './renderer';

const MODES = { normal: 'source-over', multiply: 'multiply', screen: 'screen', add: 'lighter' } as const;
/** Bends below this many pixels are not drawn. */
const FLAT = 0.4;
/** Each cell is drawn this many pixels larger, so that no seam shows between two. */
const SEAM = 0.5;

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
    this.#fitted = fitted(this.#rig.size, width, seen, ratio);
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
    this.#context.getImageData(0, 0, 1, 1);
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
    const [, , w, h] = layer.box;
    const cell: [number, number] = [w / mesh.columns, h / mesh.rows];
    const row = mesh.columns + 1;
    const perUnit = canvas.width / area[2];
    for (let j = 0; j < mesh.rows; j++) {
      for (let i = 0; i < mesh.columns; i++) {
        const corner = (at: number): [number, number] => [mesh.bent[2 * at] ?? 0, mesh.bent[2 * at + 1] ?? 0];
        const [p, q, r, s] = [corner(j * row + i), corner(j * row + i + 1), corner((j + 1) * row + i), corner((j + 1) * row + i + 1)];
        const from: [number, number] = [layer.box[0] + i * cell[0], layer.box[1] + j * cell[1]];
        // What a parallelogram misses of the cell.
        const twist = Math.max(Math.abs(p[0] + s[0] - q[0] - r[0]), Math.abs(p[1] + s[1] - q[1] - r[1])) / 4;
        const source = { canvas, from, cell, perUnit, origin: [area[0], area[1]] as const };
        if (twist * (this.#fitted?.pixelsPerUnit ?? 1) < FLAT) this.#cell(source, matrix, p, q, r, s);
        else {
          this.#triangle(source, matrix, [p, q, r], false);
          this.#triangle(source, matrix, [s, r, q], true);
        }
      }
    }
  }

  /** A cell as the parallelogram that comes nearest to its four corners. */
  #cell(source: Source, matrix: Matrix, p: Point, q: Point, r: Point, s: Point): void {
    const { canvas, from, cell, perUnit, origin } = source;
    const x: Point = [(q[0] - p[0] + s[0] - r[0]) / 2 / cell[0], (q[1] - p[1] + s[1] - r[1]) / 2 / cell[0]];
    const y: Point = [(r[0] - p[0] + s[0] - q[0]) / 2 / cell[1], (r[1] - p[1] + s[1] - q[1]) / 2 / cell[1]];
    const middle: Point = [(p[0] + q[0] + r[0] + s[0]) / 4, (p[1] + q[1] + r[1] + s[1]) / 4];
    const at: Point = [from[0] + cell[0] / 2, from[1] + cell[1] / 2];
    this.#context.setTransform(...multiply(matrix, [x[0], x[1], y[0], y[1], middle[0] - x[0] * at[0] - y[0] * at[1], middle[1] - x[1] * at[0] - y[1] * at[1]]));
    const seam = SEAM / perUnit;
    // Within the picture, or engines differ in what they draw beyond it.
    const left = Math.max(0, (from[0] - seam - origin[0]) * perUnit);
    const top = Math.max(0, (from[1] - seam - origin[1]) * perUnit);
    const right = Math.min(canvas.width, (from[0] + cell[0] + seam - origin[0]) * perUnit);
    const bottom = Math.min(canvas.height, (from[1] + cell[1] + seam - origin[1]) * perUnit);
    if (right <= left || bottom <= top) return;
    this.#context.drawImage(canvas, left, top, right - left, bottom - top, origin[0] + left / perUnit, origin[1] + top / perUnit, (right - left) / perUnit, (bottom - top) / perUnit);
  }

  /** Half a cell: its upper left triangle, or (`lower`) its lower right one. Corners in the order corner, across, down. */
  #triangle(source: Source, matrix: Matrix, [p, q, r]: [Point, Point, Point], lower: boolean): void {
    const { canvas, from, cell, perUnit, origin } = source;
    const context = this.#context;
    const sign = lower ? -1 : 1;
    const at: Point = lower ? [from[0] + cell[0], from[1] + cell[1]] : from;
    const x: Point = [(sign * (q[0] - p[0])) / cell[0], (sign * (q[1] - p[1])) / cell[0]];
    const y: Point = [(sign * (r[0] - p[0])) / cell[1], (sign * (r[1] - p[1])) / cell[1]];
    const seam = SEAM / perUnit;
    context.save();
    context.setTransform(...multiply(matrix, [x[0], x[1], y[0], y[1], p[0] - x[0] * at[0] - y[0] * at[1], p[1] - x[1] * at[0] - y[1] * at[1]]));
    context.beginPath();
    context.moveTo(at[0] - sign * seam, at[1] - sign * seam);
    context.lineTo(at[0] + sign * (cell[0] + 2 * seam), at[1] - sign * seam);
    context.lineTo(at[0] - sign * seam, at[1] + sign * (cell[1] + 2 * seam));
    context.clip();
    context.drawImage(canvas, origin[0], origin[1], canvas.width / perUnit, canvas.height / perUnit);
    context.restore();
  }
}

type Point = readonly [number, number];
interface Source {
  canvas: HTMLCanvasElement;
  /** The cell's corner and size in artwork units. */
  from: [number, number];
  cell: [number, number];
  perUnit: number;
  /** Of the picture, in artwork units. */
  origin: Point;
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
  for (const [px, py] of [[left, top], [right, top], [left, bottom], [right, bottom]] as const) {
    const at: Point = [a * px + c * py + e, b * px + d * py + f];
    box = around(box, [at[0], at[1], at[0], at[1]]);
  }
  return [Math.floor(box[0]) - 1, Math.floor(box[1]) - 1, Math.ceil(box[2]) + 1, Math.ceil(box[3]) + 1];
}
