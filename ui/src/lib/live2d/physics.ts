/**
 * `physics3.json`: chains of pendulums that hang on parameters and write others (hair, skirts, ears).
 *
 * Runs at the rate that the file names, whatever the frame rate, and shows what lies between two steps; a figure that was not looked at
 * for a while does not catch up.
 */

import { list, number, object, parseJson, text, type Json } from './json';
import type { Values } from './values';

type Kind = 'X' | 'Y' | 'Angle';
interface Vector {
  x: number;
  y: number;
}
interface Range {
  min: number;
  mid: number;
  max: number;
}
interface Input {
  id: string;
  /** 0..1. */
  weight: number;
  kind: Kind;
  reflect: boolean;
}
interface Output {
  id: string;
  vertex: number;
  scale: number;
  weight: number;
  kind: Kind;
  reflect: boolean;
}
interface Vertex {
  mobility: number;
  delay: number;
  acceleration: number;
  radius: number;
}
interface Chain {
  inputs: Input[];
  outputs: Output[];
  vertices: Vertex[];
  position: Range;
  angle: Range;
}
export interface PhysicsFile {
  /** Steps a second; 0 takes the frames'. */
  fps: number;
  gravity: Vector;
  wind: Vector;
  chains: Chain[];
}

const kindOf = (value: unknown): Kind => (value === 'X' || value === 'Y' ? value : 'Angle');
const vector = (value: unknown, x: number, y: number): Vector => ({
  x: number(object(value).X, x),
  y: number(object(value).Y, y),
});
const range = (value: Json): Range => ({
  min: number(value.Minimum, 0),
  mid: number(value.Default, 0),
  max: number(value.Maximum, 0),
});

export function readPhysics(bytes: ArrayBuffer, file: string): PhysicsFile {
  const root = parseJson(bytes, file);
  const meta = object(root.Meta);
  const forces = object(meta.EffectiveForces);
  return {
    fps: Math.min(240, Math.max(0, number(meta.Fps, 0))),
    gravity: vector(forces.Gravity, 0, -1),
    wind: vector(forces.Wind, 0, 0),
    chains: list(root.PhysicsSettings, 512).map((item) => {
      const { Input, Output, Vertices, Normalization } = object(item);
      const normal = object(Normalization);
      return {
        inputs: list(Input, 256).map((one) => {
          const { Source, Weight, Type, Reflect } = object(one);
          return {
            id: text(object(Source).Id),
            weight: number(Weight, 0) / 100,
            kind: kindOf(Type),
            reflect: Reflect === true,
          };
        }),
        outputs: list(Output, 256).map((one) => {
          const { Destination, VertexIndex, Scale, Weight, Type, Reflect } = object(one);
          return {
            id: text(object(Destination).Id),
            vertex: Math.trunc(number(VertexIndex, 0)),
            scale: number(Scale, 1),
            weight: number(Weight, 100) / 100,
            kind: kindOf(Type),
            reflect: Reflect === true,
          };
        }),
        vertices: list(Vertices, 256).map((one) => {
          const { Mobility, Delay, Acceleration, Radius } = object(one);
          return {
            mobility: number(Mobility, 1),
            delay: number(Delay, 1),
            acceleration: number(Acceleration, 1),
            radius: Math.max(0, number(Radius, 1)),
          };
        }),
        position: range(object(normal.Position)),
        angle: range(object(normal.Angle)),
      };
    }),
  };
}

interface Bob extends Vertex {
  at: Vector;
  speed: Vector;
  /** The gravity of the step before. */
  down: Vector;
}

/** The direction turns this much slower than gravity: the air. */
const AIR = 5;
/** Longest time that is made up for, in seconds. */
const LONGEST = 0.2;
/** Delays are counted in thirtieths of a second. */
const BEAT = 30;

const length = (v: Vector) => Math.hypot(v.x, v.y);
const angleBetween = (from: Vector, to: Vector) => {
  const turn = Math.atan2(to.y, to.x) - Math.atan2(from.y, from.x);
  return Math.atan2(Math.sin(turn), Math.cos(turn));
};
const turned = (v: Vector, by: number): Vector => ({
  x: v.x * Math.cos(by) - v.y * Math.sin(by),
  y: v.x * Math.sin(by) + v.y * Math.cos(by),
});

/** A parameter's place in its range, as a place in the chain's: both are counted from their middle, which need not be half way. */
export function normalised(value: number, min: number, max: number, to: Range): number {
  const low = Math.min(min, max);
  const high = Math.max(min, max);
  const middle = low + (high - low) / 2;
  const off = Math.min(high, Math.max(low, value)) - middle;
  const reach = (high - low) / 2;
  const top = Math.max(to.min, to.max);
  const bottom = Math.min(to.min, to.max);
  if (off === 0 || reach === 0) return to.mid;
  return to.mid + (off / reach) * (off > 0 ? top - to.mid : to.mid - bottom);
}

export class Physics {
  readonly #file: PhysicsFile;
  readonly #strands: Bob[][];
  #rest = 0;
  /** Outputs of the last two steps, a list for each chain. */
  #before: number[][];
  #after: number[][];

  constructor(file: PhysicsFile) {
    this.#file = file;
    this.#strands = file.chains.map((chain) => {
      let y = 0;
      return chain.vertices.map((vertex, i) => {
        if (i > 0) y += vertex.radius;
        return { ...vertex, at: { x: 0, y }, speed: { x: 0, y: 0 }, down: { x: 0, y: 1 } };
      });
    });
    const none = () => file.chains.map((chain) => chain.outputs.map(() => 0));
    this.#before = none();
    this.#after = none();
  }

  /** Moves all chains on by `dt` seconds and writes what they say. */
  update(values: Values, dt: number): void {
    const step = this.#file.fps > 0 ? 1 / this.#file.fps : Math.max(1 / 240, dt);
    this.#rest = Math.min(LONGEST, this.#rest + Math.max(0, dt));
    while (this.#rest >= step - 1e-9) {
      this.#rest -= step;
      this.#before = this.#after;
      this.#after = this.#step(values, step);
    }
    const share = this.#file.fps > 0 ? Math.min(1, Math.max(0, this.#rest / step)) : 1;
    this.#file.chains.forEach((chain, c) =>
      chain.outputs.forEach((output, o) => {
        const from = this.#before[c]?.[o] ?? 0;
        const to = this.#after[c]?.[o] ?? 0;
        write(values, output, from + (to - from) * share);
      }),
    );
  }

  /** Lets everything hang still where it is: the first frame, and figures that do not move. */
  settle(values: Values): void {
    for (let i = 0; i < 60; i++) this.#after = this.#step(values, 1 / BEAT);
    this.#before = this.#after;
    this.#rest = 0;
    for (const strand of this.#strands) for (const bob of strand) bob.speed = { x: 0, y: 0 };
    this.#file.chains.forEach((chain, c) =>
      chain.outputs.forEach((output, o) => write(values, output, this.#after[c]?.[o] ?? 0)),
    );
  }

  /** One step; what an earlier chain writes, a later one may hang on. */
  #step(values: Values, dt: number): number[][] {
    return this.#file.chains.map((chain, c) => {
      const strand = this.#strands[c] ?? [];
      const pull = inputsOf(chain, values);
      swing(strand, pull, this.#file, dt, 0.001 * Math.max(Math.abs(chain.position.max), Math.abs(chain.position.min)));
      return chain.outputs.map((output) => {
        const out = read(strand, output, this.#file.gravity);
        write(values, output, out);
        return out;
      });
    });
  }
}

/** Where the chain's root is, and how far its world is turned, in degrees. */
function inputsOf(chain: Chain, values: Values): { at: Vector; angle: number } {
  const at = { x: 0, y: 0 };
  let angle = 0;
  for (const input of chain.inputs) {
    const index = values.find(input.id);
    if (index < 0) continue;
    const to = input.kind === 'Angle' ? chain.angle : chain.position;
    const value = normalised(values.get(index), values.min(index), values.max(index), to);
    // A chain hangs down, so what moves right swings left unless it is reflected.
    const own = (input.reflect ? value : -value) * input.weight;
    if (input.kind === 'X') at.x += own;
    else if (input.kind === 'Y') at.y += own;
    else angle += own;
  }
  return { at: turned(at, (-angle * Math.PI) / 180), angle };
}

function swing(
  strand: Bob[],
  pull: { at: Vector; angle: number },
  { wind }: PhysicsFile,
  dt: number,
  still: number,
): void {
  const root = strand[0];
  if (!root) return;
  root.at = { ...pull.at };
  const radians = (pull.angle * Math.PI) / 180;
  const down = { x: Math.sin(radians), y: Math.cos(radians) };
  for (let i = 1; i < strand.length; i++) {
    const bob = strand[i];
    const above = strand[i - 1];
    if (!bob || !above) continue;
    const beats = bob.delay * dt * BEAT;
    const before = bob.at;
    const hanging = { x: bob.at.x - above.at.x, y: bob.at.y - above.at.y };
    const direction = turned(hanging, angleBetween(bob.down, down) / AIR);
    const force = { x: down.x * bob.acceleration + wind.x, y: down.y * bob.acceleration + wind.y };
    const to = {
      x: direction.x + bob.speed.x * beats + force.x * beats * beats,
      y: direction.y + bob.speed.y * beats + force.y * beats * beats,
    };
    const far = length(to);
    const share = far > 1e-9 ? bob.radius / far : 0;
    bob.at = { x: above.at.x + to.x * share, y: above.at.y + to.y * share };
    if (Math.abs(bob.at.x) < still) bob.at.x = 0;
    if (beats > 0) {
      bob.speed = {
        x: ((bob.at.x - before.x) / beats) * bob.mobility,
        y: ((bob.at.y - before.y) / beats) * bob.mobility,
      };
    }
    bob.down = down;
  }
}

/** What a chain says at one of its bobs. */
function read(strand: Bob[], output: Output, gravity: Vector): number {
  const bob = strand[output.vertex];
  const above = strand[output.vertex - 1];
  if (!bob || !above) return 0;
  const hanging = { x: bob.at.x - above.at.x, y: bob.at.y - above.at.y };
  let value: number;
  if (output.kind === 'X') value = hanging.x;
  else if (output.kind === 'Y') value = hanging.y;
  else {
    const higher = strand[output.vertex - 2];
    const parent = higher
      ? { x: above.at.x - higher.at.x, y: above.at.y - higher.at.y }
      : { x: -gravity.x, y: -gravity.y };
    value = angleBetween(parent, hanging);
  }
  return output.reflect ? -value : value;
}

function write(values: Values, output: Output, raw: number): void {
  const index = values.find(output.id);
  if (index < 0) return;
  const value = Math.min(values.max(index), Math.max(values.min(index), raw * output.scale));
  const weight = Math.min(1, Math.max(0, output.weight));
  const now = values.get(index);
  values.set(index, now + (value - now) * weight);
}
