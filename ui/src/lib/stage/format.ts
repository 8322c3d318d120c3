/**
 * The puppet format `hanashi-puppet` version 1: what a rig may say, and the check that a foreign file says nothing else.
 *
 * A puppet is one SVG (`puppet.svg`, whose named groups are the layers) and one JSON (`rig.json`, this format). The
 * parameter ids are those of Cubism, so that expressions and motions made for other rigs keep their meaning; "L" and "R"
 * are the viewer's left and right. The full description is in `docs/puppet-format.md`.
 */

/** A small movement: translation in artwork units, rotation in degrees, scale factors. Absent means none. */
export interface Move {
  x?: number;
  y?: number;
  r?: number;
  sx?: number;
  sy?: number;
}
/** How one parameter moves something: piecewise linear between the keys, constant outside. */
export interface MoveTrack {
  param: string;
  keys: [at: number, move: Move][];
}
/** How one parameter fades something: opacities 0..1, piecewise linear. */
export interface FadeTrack {
  param: string;
  keys: [at: number, opacity: number][];
}
/** Something that moves: a bone (`art` false) or a layer of artwork, which is the SVG group of the same id. */
export interface Layer {
  id: string;
  parent: string | null;
  /** The point, in artwork units, around which it turns and scales. */
  pivot: [number, number];
  art: boolean;
  /** Area of the artwork, with room for its own morphs: x, y, width, height. Only with `art`. */
  box: [number, number, number, number];
  moves: MoveTrack[];
  fade: FadeTrack | null;
  /** How it is laid over what lies below. */
  blend: Blend;
  /** The layer over which alone it is seen, wherever both are (an iris within the white of its eye); null for everywhere. */
  clip: string | null;
}
/** As in every painting program; `add` is also called linear dodge. */
export type Blend = (typeof BLENDS)[number];
const BLENDS = ['normal', 'multiply', 'screen', 'add'] as const;
/** A group inside a layer that moves within it, such as an iris behind its lids. */
export interface Part {
  id: string;
  pivot: [number, number];
  moves: MoveTrack[];
  fade: FadeTrack | null;
}
/** A path that is blended between key forms on a grid of one or two parameters (first parameter fastest). */
export interface FormGrid {
  path: string;
  params: string[];
  stops: number[][];
  forms: string[];
}
/** A path that is its base plus weighted differences; the weight of a shape is the parameter's share of the way to `at`. */
export interface FormBlend {
  path: string;
  base: string;
  shapes: { param: string; at: number; form: string }[];
}
/** How one parameter bends a {@link Warp}: offsets of its knots, row by row as x, y, x, y …; piecewise linear. */
export interface BendTrack {
  param: string;
  keys: [at: number, offsets: number[]][];
}
/**
 * A grid laid over layers whose knots move, and the artwork with them. Offsets of several tracks add. It bends the artwork where it
 * was drawn; the layers' own movements come after.
 */
export interface Warp {
  /** Ids of layers; a bone stands for every layer that hangs on it. */
  layers: string[];
  /** The area of the grid in artwork units; beyond it the nearest edge holds. */
  box: [number, number, number, number];
  /** Cells across and down: there is one knot more than cells. */
  columns: number;
  rows: number;
  tracks: BendTrack[];
}
/** A damped spring: follows the weighted sum of its inputs late and past the mark, and writes `out`. */
export interface Spring {
  out: string;
  inputs: { param: string; weight: number }[];
  /** Swings per second. */
  frequency: number;
  /** Damping ratio: 1 never overshoots. */
  damping: number;
}
export interface Parameter {
  id: string;
  min: number;
  max: number;
  default: number;
}
export interface Rig {
  format: 'hanashi-puppet';
  version: 1;
  name: string;
  size: [number, number];
  /** Middle of the eyes: where the puppet looks from. */
  eyes: [number, number];
  parameters: Parameter[];
  /** In draw order, back to front; bones anywhere before their children. */
  layers: Layer[];
  parts: Part[];
  grids: FormGrid[];
  blends: FormBlend[];
  /** For renderers that can bend; the others leave them out. */
  warps: Warp[];
  springs: Spring[];
  /** Parameter targets by emotion; parameters that are not named return to their defaults. */
  expressions: Record<string, Record<string, number>>;
}

/** The rig cannot be used; the message names the place. */
export class RigError extends Error {}

const MAX_LAYERS = 96;
const MAX_FORMS = 64;
const MAX_PATH = 20_000;
const MAX_WARPS = 32;
/** Of a warp, across or down. */
const MAX_CELLS = 16;

type Json = Record<string, unknown>;

function object(value: unknown, where: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new RigError(`${where} must be an object`);
  return value as Json;
}
function list(value: unknown, where: string, max: number): unknown[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new RigError(`${where} must be a list`);
  if (value.length > max) throw new RigError(`${where} has ${value.length} entries, at most ${max} are allowed`);
  return value;
}
function number(value: unknown, where: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new RigError(`${where} must be a number`);
  return value;
}
function text(value: unknown, where: string, max = 80): string {
  if (typeof value !== 'string' || value.length === 0 || value.length > max)
    throw new RigError(`${where} must be a text of 1 to ${max} characters`);
  return value;
}
function numbers<N extends number>(
  value: unknown,
  where: string,
  count: N,
): N extends 2 ? [number, number] : [number, number, number, number] {
  const items = list(value, where, count);
  if (items.length !== count) throw new RigError(`${where} must hold ${count} numbers`);
  return items.map((n, i) => number(n, `${where}[${i}]`)) as never;
}
function pathData(value: unknown, where: string): string {
  const data = text(value, where, MAX_PATH);
  if (!/^[MLCQZHV\d\s.,eE+-]+$/.test(data)) throw new RigError(`${where} is not plain absolute path data`);
  return data;
}

function moveTracks(value: unknown, where: string): MoveTrack[] {
  return list(value, where, 32).map((entry, i) => {
    const at = `${where}[${i}]`;
    const raw = object(entry, at);
    const keys = list(raw.keys, `${at}.keys`, 16).map((pair, k): [number, Move] => {
      const items = list(pair, `${at}.keys[${k}]`, 2);
      const shift = object(items[1], `${at}.keys[${k}][1]`);
      const move: Move = {};
      for (const field of ['x', 'y', 'r', 'sx', 'sy'] as const) {
        if (shift[field] !== undefined) move[field] = number(shift[field], `${at}.keys[${k}].${field}`);
      }
      return [number(items[0], `${at}.keys[${k}][0]`), move];
    });
    if (keys.length === 0) throw new RigError(`${at}.keys is empty`);
    return { param: text(raw.param, `${at}.param`), keys: ascending(keys, at) };
  });
}
function fadeTrack(value: unknown, where: string): FadeTrack | null {
  if (value === undefined || value === null) return null;
  const raw = object(value, where);
  const keys = list(raw.keys, `${where}.keys`, 16).map((pair, k): [number, number] =>
    numbers(pair, `${where}.keys[${k}]`, 2),
  );
  if (keys.length === 0) throw new RigError(`${where}.keys is empty`);
  return { param: text(raw.param, `${where}.param`), keys: ascending(keys, where) };
}
function ascending<T>(keys: [number, T][], where: string): [number, T][] {
  for (let i = 1; i < keys.length; i++) {
    const before = keys[i - 1];
    const here = keys[i];
    if (before && here && here[0] <= before[0]) throw new RigError(`${where}: keys must ascend`);
  }
  return keys;
}

function grid(entry: unknown, where: string): FormGrid {
  const raw = object(entry, where);
  const params = list(raw.params, `${where}.params`, 2).map((p, i) => text(p, `${where}.params[${i}]`));
  const stops = list(raw.stops, `${where}.stops`, 2).map((row, i) =>
    list(row, `${where}.stops[${i}]`, 8).map((n, k) => number(n, `${where}.stops[${i}][${k}]`)),
  );
  const forms = list(raw.forms, `${where}.forms`, MAX_FORMS).map((f, i) => pathData(f, `${where}.forms[${i}]`));
  const expected = stops.reduce((n, row) => n * row.length, 1);
  if (params.length === 0 || params.length !== stops.length)
    throw new RigError(`${where}: as many stops as params are needed`);
  if (stops.some((row) => row.length < 2)) throw new RigError(`${where}: each parameter needs two stops`);
  if (forms.length !== expected)
    throw new RigError(`${where}: ${expected} forms are needed, ${forms.length} are there`);
  sameShape(forms, where);
  return { path: text(raw.path, `${where}.path`), params, stops, forms };
}
function blend(entry: unknown, where: string): FormBlend {
  const raw = object(entry, where);
  const base = pathData(raw.base, `${where}.base`);
  const shapes = list(raw.shapes, `${where}.shapes`, MAX_FORMS).map((s, i) => {
    const shape = object(s, `${where}.shapes[${i}]`);
    const at = number(shape.at ?? 1, `${where}.shapes[${i}].at`);
    if (at === 0) throw new RigError(`${where}.shapes[${i}].at must not be 0`);
    return {
      param: text(shape.param, `${where}.shapes[${i}].param`),
      at,
      form: pathData(shape.form, `${where}.shapes[${i}].form`),
    };
  });
  sameShape([base, ...shapes.map((s) => s.form)], where);
  return { path: text(raw.path, `${where}.path`), base, shapes };
}
function sameShape(forms: string[], where: string): void {
  const skeletons = new Set(forms.map((f) => f.replace(/-?\d*\.?\d+(?:[eE][+-]?\d+)?/g, '#').replace(/[\s,]+/g, ' ')));
  if (skeletons.size > 1) throw new RigError(`${where}: the forms differ in their commands and cannot be blended`);
}

function warp(entry: unknown, where: string, known: ReadonlySet<string>): Warp {
  const raw = object(entry, where);
  const cells = (name: 'columns' | 'rows') => {
    const count = number(raw[name], `${where}.${name}`);
    if (!Number.isInteger(count) || count < 1 || count > MAX_CELLS)
      throw new RigError(`${where}.${name} must be a whole number from 1 to ${MAX_CELLS}`);
    return count;
  };
  const [columns, rows] = [cells('columns'), cells('rows')];
  const box = numbers(raw.box, `${where}.box`, 4);
  if (box[2] <= 0 || box[3] <= 0) throw new RigError(`${where}.box is empty`);
  const layers = list(raw.layers, `${where}.layers`, MAX_LAYERS).map((id, i) => text(id, `${where}.layers[${i}]`));
  const stranger = layers.find((id) => !known.has(id));
  if (stranger !== undefined) throw new RigError(`${where}: there is no layer ${stranger}`);
  const needed = 2 * (columns + 1) * (rows + 1);
  const tracks = list(raw.tracks, `${where}.tracks`, 8).map((track, i): BendTrack => {
    const at = `${where}.tracks[${i}]`;
    const fields = object(track, at);
    const keys = list(fields.keys, `${at}.keys`, 9).map((pair, k): [number, number[]] => {
      const items = list(pair, `${at}.keys[${k}]`, 2);
      const offsets = list(items[1], `${at}.keys[${k}][1]`, needed).map((n) => number(n, `${at}.keys[${k}][1]`));
      if (offsets.length !== needed)
        throw new RigError(`${at}.keys[${k}]: ${needed} offsets are needed, ${offsets.length} are there`);
      return [number(items[0], `${at}.keys[${k}][0]`), offsets];
    });
    if (keys.length === 0) throw new RigError(`${at}.keys is empty`);
    return { param: text(fields.param, `${at}.param`), keys: ascending(keys, at) };
  });
  return { layers, box, columns, rows, tracks };
}
function blendOf(value: unknown, where: string): Blend {
  if (value === undefined) return 'normal';
  const blend = BLENDS.find((one) => one === value);
  if (!blend) throw new RigError(`${where} must be one of ${BLENDS.join(', ')}`);
  return blend;
}

/** Checks a rig read from a file. Throws {@link RigError} where it is not a usable version 1 rig. */
export function readRig(value: unknown): Rig {
  const raw = object(value, 'rig');
  if (raw.format !== 'hanashi-puppet') throw new RigError('rig.format must be "hanashi-puppet"');
  if (raw.version !== 1)
    throw new RigError(`rig.version ${String(raw.version)} is not known; this program reads version 1`);
  const size = numbers(raw.size, 'rig.size', 2);
  if (size[0] < 16 || size[1] < 16 || size[0] > 8192 || size[1] > 8192)
    throw new RigError('rig.size must lie between 16 and 8192');
  const known = new Set<string>();
  const layers = list(raw.layers, 'rig.layers', MAX_LAYERS).map((entry, i): Layer => {
    const where = `rig.layers[${i}]`;
    const layer = object(entry, where);
    const id = text(layer.id, `${where}.id`);
    if (known.has(id)) throw new RigError(`${where}: the id ${id} is used twice`);
    const parent = layer.parent === null || layer.parent === undefined ? null : text(layer.parent, `${where}.parent`);
    if (parent !== null && !known.has(parent))
      throw new RigError(`${where}: the parent ${parent} must stand before its child`);
    known.add(id);
    const art = layer.art !== false;
    return {
      id,
      parent,
      pivot: numbers(layer.pivot, `${where}.pivot`, 2),
      art,
      box: art ? numbers(layer.box, `${where}.box`, 4) : [0, 0, 0, 0],
      moves: moveTracks(layer.moves, `${where}.moves`),
      fade: fadeTrack(layer.fade, `${where}.fade`),
      blend: blendOf(layer.blend, `${where}.blend`),
      clip: layer.clip === null || layer.clip === undefined ? null : text(layer.clip, `${where}.clip`),
    };
  });
  layers.forEach(({ id, art, clip }, i) => {
    if (clip === null) return;
    const base = layers.find((layer) => layer.id === clip);
    // No chains: what is clipped to something clipped would be drawn once more for every link.
    if (!art || !base?.art || clip === id || base.clip !== null)
      throw new RigError(`rig.layers[${i}].clip: ${clip} is no other layer with artwork that is not clipped itself`);
  });
  if (!layers.some((l) => l.art)) throw new RigError('rig.layers has no artwork');
  const expressions: Rig['expressions'] = {};
  for (const [name, targets] of Object.entries(object(raw.expressions ?? {}, 'rig.expressions')).slice(0, 64)) {
    const pairs = Object.entries(object(targets, `rig.expressions.${name}`));
    expressions[name] = Object.fromEntries(pairs.map(([p, v]) => [p, number(v, `rig.expressions.${name}.${p}`)]));
  }
  return {
    format: 'hanashi-puppet',
    version: 1,
    name: text(raw.name, 'rig.name'),
    size,
    eyes: numbers(raw.eyes, 'rig.eyes', 2),
    parameters: list(raw.parameters, 'rig.parameters', 128).map((p, i) => {
      const parameter = object(p, `rig.parameters[${i}]`);
      return {
        id: text(parameter.id, `rig.parameters[${i}].id`),
        min: number(parameter.min, `rig.parameters[${i}].min`),
        max: number(parameter.max, `rig.parameters[${i}].max`),
        default: number(parameter.default, `rig.parameters[${i}].default`),
      };
    }),
    layers,
    parts: list(raw.parts, 'rig.parts', MAX_LAYERS).map((entry, i) => {
      const where = `rig.parts[${i}]`;
      const part = object(entry, where);
      return {
        id: text(part.id, `${where}.id`),
        pivot: numbers(part.pivot ?? [0, 0], `${where}.pivot`, 2),
        moves: moveTracks(part.moves, `${where}.moves`),
        fade: fadeTrack(part.fade, `${where}.fade`),
      };
    }),
    grids: list(raw.grids, 'rig.grids', MAX_LAYERS).map((g, i) => grid(g, `rig.grids[${i}]`)),
    blends: list(raw.blends, 'rig.blends', MAX_LAYERS).map((b, i) => blend(b, `rig.blends[${i}]`)),
    warps: list(raw.warps, 'rig.warps', MAX_WARPS).map((one, i) => warp(one, `rig.warps[${i}]`, known)),
    springs: list(raw.springs, 'rig.springs', 32).map((s, i) => {
      const where = `rig.springs[${i}]`;
      const spring = object(s, where);
      return {
        out: text(spring.out, `${where}.out`),
        inputs: list(spring.inputs, `${where}.inputs`, 8).map((n, k) => {
          const input = object(n, `${where}.inputs[${k}]`);
          return {
            param: text(input.param, `${where}.inputs[${k}].param`),
            weight: number(input.weight, `${where}.inputs[${k}].weight`),
          };
        }),
        frequency: number(spring.frequency, `${where}.frequency`),
        damping: number(spring.damping, `${where}.damping`),
      };
    }),
    expressions,
  };
}
