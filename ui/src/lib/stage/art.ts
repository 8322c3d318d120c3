/**
 * From the text of `puppet.svg` to sheets: one `<svg>` per layer of the rig, cut to its box.
 *
 * A sheet is painted once and then moved by the compositor; only eyes, brows and mouth, which are small, are painted again.
 * The program has checked the artwork already; here a list of allowed elements and attributes guards the page once more,
 * so that a foreign puppet can neither run anything nor load anything.
 */

import { RigError, type Rig } from './format';

const SVG = 'http://www.w3.org/2000/svg';
const ELEMENTS = new Set([
  'g',
  'path',
  'ellipse',
  'circle',
  'rect',
  'line',
  'polygon',
  'polyline',
  'defs',
  'linearGradient',
  'radialGradient',
  'stop',
  'clipPath',
  'use',
]);
const ATTRIBUTES = new Set([
  'id',
  'd',
  'fill',
  'fill-opacity',
  'fill-rule',
  'clip-rule',
  'clip-path',
  'opacity',
  'stroke',
  'stroke-width',
  'stroke-linecap',
  'stroke-linejoin',
  'stroke-opacity',
  'stroke-dasharray',
  'transform',
  'cx',
  'cy',
  'r',
  'rx',
  'ry',
  'x',
  'y',
  'x1',
  'y1',
  'x2',
  'y2',
  'width',
  'height',
  'points',
  'offset',
  'stop-color',
  'stop-opacity',
  'gradientUnits',
  'gradientTransform',
  'fx',
  'fy',
  'spreadMethod',
  'clipPathUnits',
  'href',
]);
const MAX_NODES = 6000;

/** Copies what is allowed; ids get a prefix, so that two puppets can stand on one page. */
function copy(source: Element, prefix: string, budget: { left: number }): SVGElement | null {
  if (!ELEMENTS.has(source.localName)) return null;
  if (--budget.left < 0) throw new RigError(`the artwork has more than ${MAX_NODES} elements`);
  const target = document.createElementNS(SVG, source.localName);
  for (const { name, value } of Array.from(source.attributes)) {
    if (!ATTRIBUTES.has(name)) continue;
    if (name === 'id') target.setAttribute('id', prefix + value);
    else if (name === 'href') {
      if (value.startsWith('#')) target.setAttribute('href', `#${prefix}${value.slice(1)}`);
    } else if (value.includes('url(')) {
      const reference = /^url\(#([\w-]+)\)$/.exec(value);
      if (reference) target.setAttribute(name, `url(#${prefix}${reference[1]})`);
    } else target.setAttribute(name, value);
  }
  for (const child of Array.from(source.children)) {
    const part = copy(child, prefix, budget);
    if (part) target.append(part);
  }
  return target;
}

export interface Sheets {
  /** Shared gradients and clips; must be in the document while the sheets are. */
  defs: SVGSVGElement;
  /** By layer id, in draw order. */
  sheets: Map<string, SVGSVGElement>;
  /** Finds an element of the artwork by its own id. */
  find(id: string): SVGElement | null;
  /** Stands before every id of the artwork on the page. */
  prefix: string;
  /** Layers that are painted already, by id: they fill their boxes. */
  pictures?: ReadonlyMap<string, CanvasImageSource>;
}

let puppets = 0;

/** Sheets of layers that are pictures. `layers` by id: the picture, an address of it, and its box. */
export function pictureSheets(
  layers: ReadonlyMap<string, { picture: CanvasImageSource; url: string; box: readonly number[] }>,
): Sheets {
  const sheets = new Map<string, SVGSVGElement>();
  const pictures = new Map<string, CanvasImageSource>();
  for (const [id, { picture, url, box }] of layers) {
    const sheet = document.createElementNS(SVG, 'svg');
    sheet.setAttribute('viewBox', box.join(' '));
    sheet.setAttribute('preserveAspectRatio', 'none');
    sheet.setAttribute('aria-hidden', 'true');
    sheet.setAttribute('data-layer', id);
    const image = document.createElementNS(SVG, 'image');
    image.setAttribute('href', url);
    ['x', 'y', 'width', 'height'].forEach((name, i) => image.setAttribute(name, String(box[i])));
    sheet.append(image);
    sheets.set(id, sheet);
    pictures.set(id, picture);
  }
  const defs = document.createElementNS(SVG, 'svg');
  defs.setAttribute('width', '0');
  defs.setAttribute('height', '0');
  defs.setAttribute('aria-hidden', 'true');
  return { defs, sheets, find: () => null, prefix: `p${++puppets}-`, pictures };
}

/** Cuts artwork into sheets. Throws {@link RigError} where the artwork and the rig do not belong together. */
export function cutSheets(svg: string, rig: Rig): Sheets {
  const parsed = new DOMParser().parseFromString(svg, 'image/svg+xml');
  const root = parsed.documentElement;
  if (root.localName !== 'svg') throw new RigError('the artwork is not an SVG picture');
  const prefix = `p${++puppets}-`;
  const budget = { left: MAX_NODES };
  const byId = new Map<string, SVGElement>();
  const collect = (element: SVGElement) => {
    if (element.id) byId.set(element.id.slice(prefix.length), element);
    for (const child of Array.from(element.children)) collect(child as SVGElement);
  };
  const defs = document.createElementNS(SVG, 'svg');
  defs.setAttribute('width', '0');
  defs.setAttribute('height', '0');
  defs.setAttribute('aria-hidden', 'true');
  for (const child of Array.from(root.children)) {
    if (child.localName !== 'defs') continue;
    const part = copy(child, prefix, budget);
    if (part) defs.append(part);
  }
  collect(defs);
  const sheets = new Map<string, SVGSVGElement>();
  for (const layer of rig.layers) {
    if (!layer.art) continue;
    const source = Array.from(root.children).find((c) => c.id === layer.id);
    const art = source && copy(source, prefix, budget);
    if (!art) throw new RigError(`the artwork has no group "${layer.id}"`);
    const sheet = document.createElementNS(SVG, 'svg');
    sheet.setAttribute('viewBox', layer.box.join(' '));
    sheet.setAttribute('preserveAspectRatio', 'none');
    sheet.setAttribute('aria-hidden', 'true');
    sheet.setAttribute('data-layer', layer.id);
    sheet.append(art);
    collect(art);
    sheets.set(layer.id, sheet);
  }
  return { defs, sheets, find: (id) => byId.get(id) ?? null, prefix };
}
