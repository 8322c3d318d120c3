/**
 * Paints the artwork of a layer on a canvas: the subset of SVG that `art.ts` lets through, as a list of shapes that is taken from the
 * elements once and painted as often as an eye or a mouth changes. Painting at once, and at any size, is what an `<img>` of the same SVG
 * could not do. What this cannot paint is refused, and the SVG renderer keeps the puppet.
 */

import { IDENTITY, multiply, type Matrix } from '../rig';
import { DrawingError } from './renderer';

type Context = CanvasRenderingContext2D;
/** A colour, or a gradient with its own coordinates and, where it is turned or stretched, its matrix. */
type Ink = string | { gradient: CanvasGradient; matrix: Matrix | null };

interface Style {
  fill: string;
  fillOpacity: number;
  fillRule: CanvasFillRule;
  stroke: string;
  strokeOpacity: number;
  strokeWidth: number;
  cap: CanvasLineCap;
  join: CanvasLineJoin;
  dash: number[];
}
const PLAIN: Style = {
  fill: '#000',
  fillOpacity: 1,
  fillRule: 'nonzero',
  stroke: 'none',
  strokeOpacity: 1,
  strokeWidth: 1,
  cap: 'butt',
  join: 'miter',
  dash: [],
};

/** Something painted: a group, or a shape, which has a path. `id` is the artwork's own. */
interface Item {
  id: string;
  matrix: Matrix | null;
  opacity: number;
  /** Paths whose union is what can be seen. */
  clip: Item[] | null;
  children: Item[];
  path: Path2D | null;
  style: Style;
  fill: Ink | null;
  stroke: Ink | null;
}

/** Uses of uses grow without an end: a file of a few lines could ask for billions of shapes. */
const MOST_ITEMS = 20_000;

/** Numbers in an attribute. */
const numbers = (text: string | null): number[] =>
  (text?.match(/-?\d*\.?\d+(?:[eE][+-]?\d+)?/g) ?? []).map(Number).filter(Number.isFinite);

/** The matrix of a `transform` attribute, null where there is none. */
export function matrixOf(text: string | null): Matrix | null {
  if (!text) return null;
  let all: Matrix = IDENTITY;
  for (const [, name, inner] of text.matchAll(/(\w+)\s*\(([^)]*)\)/g)) {
    const n = numbers(inner ?? '');
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = n;
    const turn = (a * Math.PI) / 180;
    const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
    const one: Matrix | undefined = {
      matrix: [a, b, c, d, e, f] as Matrix,
      translate: [1, 0, 0, 1, a, b] as Matrix,
      scale: [a, 0, 0, n.length > 1 ? b : a, 0, 0] as Matrix,
      rotate: [cos, sin, -sin, cos, b - cos * b + sin * c, c - sin * b - cos * c] as Matrix,
      skewX: [1, 0, Math.tan(turn), 1, 0, 0] as Matrix,
      skewY: [1, Math.tan(turn), 0, 1, 0, 0] as Matrix,
    }[name ?? ''];
    if (one) all = multiply(all, one);
  }
  return all;
}

export class Painting {
  readonly #root: Item;
  /** Items by id; a path may stand in a clip and in the picture. */
  readonly #byId = new Map<string, Item[]>();
  readonly #find: (id: string) => Element | null;
  readonly #prefix: string;
  readonly #scratch: Context;
  #taken = 0;

  /**
   * Takes the elements of a layer. `prefix` stands before their ids, `find` finds one by the id without it.
   * Throws {@link DrawingError} for what cannot be painted here.
   */
  constructor(art: Element, prefix: string, find: (id: string) => Element | null) {
    this.#prefix = prefix;
    this.#find = find;
    const scratch = document.createElement('canvas').getContext('2d');
    if (!scratch) throw new DrawingError('there is no canvas');
    this.#scratch = scratch;
    this.#root = this.#take(art, PLAIN, 0);
  }

  /** Whether a part or a path of this id is in the layer. */
  has(id: string): boolean {
    return this.#byId.has(id);
  }
  /** Gives a path another form. */
  reshape(id: string, data: string): void {
    for (const item of this.#byId.get(id) ?? []) item.path = new Path2D(data);
  }
  /** Moves and fades a part; `opacity` null leaves the artwork's own. */
  place(id: string, matrix: Matrix, opacity: number | null): void {
    for (const item of this.#byId.get(id) ?? []) {
      item.matrix = matrix;
      if (opacity !== null) item.opacity = opacity;
    }
  }

  /** Paints it all with the context's present matrix. */
  paint(context: Context): void {
    paint(context, this.#root, false);
  }

  #take(element: Element, inherited: Style, depth: number): Item {
    if (depth > 32) throw new DrawingError('the artwork is nested too deep');
    if (++this.#taken > MOST_ITEMS) throw new DrawingError('the artwork uses its shapes too often');
    const own = (name: string) => element.getAttribute(name);
    const style = styleOf(element, inherited);
    const id = element.id.startsWith(this.#prefix) ? element.id.slice(this.#prefix.length) : '';
    const drawn = element.localName === 'g' || element.localName === 'use' ? null : pathOf(element);
    const item: Item = {
      id,
      matrix: matrixOf(own('transform')),
      opacity: number(own('opacity'), 1),
      clip: this.#clipOf(own('clip-path'), depth),
      children: [],
      path: drawn,
      style,
      fill: drawn ? this.#ink(style.fill) : null,
      stroke: drawn ? this.#ink(style.stroke) : null,
    };
    if (item.stroke && typeof item.stroke !== 'string' && item.stroke.matrix)
      throw new DrawingError('a line has a stretched gradient');
    if (id) this.#byId.set(id, [...(this.#byId.get(id) ?? []), item]);
    if (element.localName === 'use') {
      const [x, y] = [number(own('x'), 0), number(own('y'), 0)];
      const target = this.#refer(own('href'));
      if (target) item.children.push(this.#take(target, style, depth + 1));
      item.matrix = multiply(item.matrix ?? IDENTITY, [1, 0, 0, 1, x, y]);
    } else if (element.localName === 'g') {
      item.children = Array.from(element.children)
        .filter((child) => child.localName !== 'defs')
        .map((child) => this.#take(child, style, depth + 1));
    }
    return item;
  }

  #refer(value: string | null): Element | null {
    const id = /#([\w-]+)/.exec(value ?? '')?.[1];
    return id?.startsWith(this.#prefix) ? this.#find(id.slice(this.#prefix.length)) : null;
  }

  #clipOf(value: string | null, depth: number): Item[] | null {
    if (value === null || value === 'none') return null;
    const element = this.#refer(value);
    if (element?.localName !== 'clipPath') return null;
    if (element.getAttribute('clipPathUnits') === 'objectBoundingBox' || element.hasAttribute('clip-path'))
      throw new DrawingError('a clip path is measured in another way');
    return Array.from(element.children).map((child) => this.#take(child, PLAIN, depth + 1));
  }

  #ink(value: string): Ink | null {
    if (value === 'none' || value === 'transparent') return null;
    const element = value.startsWith('url(') ? this.#refer(value) : null;
    if (!element) return value.startsWith('url(') ? null : value;
    if (element.getAttribute('gradientUnits') !== 'userSpaceOnUse' || element.hasAttribute('href'))
      throw new DrawingError('a gradient is measured by what it fills');
    if ((element.getAttribute('spreadMethod') ?? 'pad') !== 'pad') throw new DrawingError('a gradient repeats');
    const n = (name: string, otherwise: number) => number(element.getAttribute(name), otherwise);
    const [cx, cy] = [n('cx', 0), n('cy', 0)];
    const gradient =
      element.localName === 'linearGradient'
        ? this.#scratch.createLinearGradient(n('x1', 0), n('y1', 0), n('x2', 0), n('y2', 0))
        : this.#scratch.createRadialGradient(n('fx', cx), n('fy', cy), 0, cx, cy, Math.max(0, n('r', 0)));
    let last = 0;
    for (const stop of Array.from(element.children)) {
      // Offsets never fall; what is written lower counts as the one before.
      last = Math.min(1, Math.max(last, number(stop.getAttribute('offset'), 0)));
      gradient.addColorStop(
        last,
        this.#seeThrough(stop.getAttribute('stop-color') ?? '#000', number(stop.getAttribute('stop-opacity'), 1)),
      );
    }
    return { gradient, matrix: matrixOf(element.getAttribute('gradientTransform')) };
  }

  /** A colour with an opacity, whatever way it is written. */
  #seeThrough(colour: string, opacity: number): string {
    this.#scratch.fillStyle = '#000';
    this.#scratch.fillStyle = colour;
    const hex = /^#(..)(..)(..)$/.exec(this.#scratch.fillStyle);
    if (!hex) return this.#scratch.fillStyle;
    const [r, g, b] = hex.slice(1).map((pair) => parseInt(pair, 16));
    return `rgba(${r}, ${g}, ${b}, ${Math.min(1, Math.max(0, opacity))})`;
  }
}

function number(text: string | null, otherwise: number): number {
  const found = parseFloat(text ?? '');
  if (!Number.isFinite(found)) return otherwise;
  return text?.endsWith('%') ? found / 100 : found;
}

function styleOf(element: Element, inherited: Style): Style {
  const own = (name: string) => element.getAttribute(name);
  const dash = own('stroke-dasharray');
  return {
    fill: own('fill') ?? inherited.fill,
    fillOpacity: number(own('fill-opacity'), inherited.fillOpacity),
    fillRule: (own('fill-rule') ?? inherited.fillRule) === 'evenodd' ? 'evenodd' : 'nonzero',
    stroke: own('stroke') ?? inherited.stroke,
    strokeOpacity: number(own('stroke-opacity'), inherited.strokeOpacity),
    strokeWidth: number(own('stroke-width'), inherited.strokeWidth),
    cap: (own('stroke-linecap') as CanvasLineCap | null) ?? inherited.cap,
    join: (own('stroke-linejoin') as CanvasLineJoin | null) ?? inherited.join,
    dash: dash === null ? inherited.dash : numbers(dash).filter((n) => n >= 0),
  };
}

function pathOf(element: Element): Path2D {
  const n = (name: string, otherwise = 0) => number(element.getAttribute(name), otherwise);
  const path = new Path2D();
  switch (element.localName) {
    case 'path':
      return new Path2D(element.getAttribute('d') ?? '');
    case 'circle':
    case 'ellipse': {
      const r = n('r');
      path.ellipse(n('cx'), n('cy'), Math.max(0, n('rx', r)), Math.max(0, n('ry', r)), 0, 0, 2 * Math.PI);
      path.closePath();
      return path;
    }
    case 'rect': {
      const round = Math.max(n('rx'), n('ry'));
      if (round > 0) path.roundRect(n('x'), n('y'), n('width'), n('height'), round);
      else path.rect(n('x'), n('y'), n('width'), n('height'));
      return path;
    }
    case 'line':
      path.moveTo(n('x1'), n('y1'));
      path.lineTo(n('x2'), n('y2'));
      return path;
    case 'polygon':
    case 'polyline': {
      const points = numbers(element.getAttribute('points'));
      for (let i = 0; i + 1 < points.length; i += 2) path.lineTo(points[i] ?? 0, points[i + 1] ?? 0);
      if (element.localName === 'polygon') path.closePath();
      return path;
    }
    default:
      throw new DrawingError(`a ${element.localName} cannot be painted`);
  }
}

/** Adds the outlines of clipping items to one path. */
function outline(items: readonly Item[], into: Path2D, matrix: Matrix): void {
  for (const item of items) {
    const here = item.matrix ? multiply(matrix, item.matrix) : matrix;
    if (item.path) into.addPath(item.path, new DOMMatrix(here));
    outline(item.children, into, here);
  }
}

/** `whole`: the item is painted as a part of a picture that gets its opacity as a whole. */
function paint(context: Context, item: Item, whole: boolean): void {
  if (item.opacity <= 0 && !whole) return;
  const layered = (item.fill && item.stroke) || item.children.length > 1;
  if (item.opacity < 1 && layered && !whole) {
    together(context, item);
    return;
  }
  context.save();
  if (item.matrix) context.transform(...item.matrix);
  if (item.clip) {
    const path = new Path2D();
    outline(item.clip, path, IDENTITY);
    context.clip(path, item.clip[0]?.style.fillRule ?? 'nonzero');
  }
  if (!whole) context.globalAlpha *= Math.min(1, item.opacity);
  if (item.path) shape(context, item, item.path);
  for (const child of item.children) paint(context, child, false);
  context.restore();
}

/** Paints an item beside, and lays it down with its opacity: what overlaps within it must not show through. */
function together(context: Context, item: Item): void {
  const beside = document.createElement('canvas');
  beside.width = context.canvas.width;
  beside.height = context.canvas.height;
  const other = beside.getContext('2d');
  if (!other) throw new DrawingError('there is no canvas');
  other.setTransform(context.getTransform());
  paint(other, item, true);
  context.save();
  context.resetTransform();
  context.globalAlpha *= Math.min(1, item.opacity);
  context.drawImage(beside, 0, 0);
  context.restore();
  // Else it keeps its pixels until the page's memory is looked through.
  beside.width = 0;
}

function shape(context: Context, { fill, stroke, style }: Item, path: Path2D): void {
  const alpha = context.globalAlpha;
  if (fill) {
    context.globalAlpha = alpha * style.fillOpacity;
    inked(context, fill, path, (drawn) => context.fill(drawn, style.fillRule), 'fillStyle');
  }
  if (stroke && style.strokeWidth > 0) {
    context.globalAlpha = alpha * style.strokeOpacity;
    context.lineWidth = style.strokeWidth;
    context.lineCap = style.cap;
    context.lineJoin = style.join;
    context.miterLimit = 4;
    context.setLineDash(style.dash);
    inked(context, stroke, path, (drawn) => context.stroke(drawn), 'strokeStyle');
  }
  context.globalAlpha = alpha;
}

function inked(
  context: Context,
  ink: Ink,
  path: Path2D,
  draw: (path: Path2D) => void,
  slot: 'fillStyle' | 'strokeStyle',
): void {
  context[slot] = typeof ink === 'string' ? ink : ink.gradient;
  if (typeof ink === 'string' || !ink.matrix) {
    draw(path);
    return;
  }
  // A canvas has no matrix for gradients: the whole plane is turned, and the path turned back.
  const turned = new DOMMatrix(ink.matrix);
  const back = new Path2D();
  back.addPath(path, turned.inverse());
  context.save();
  context.transform(...ink.matrix);
  draw(back);
  context.restore();
}
