/** `motion3.json`: curves over time, and motions that fade into each other. */

import { ease } from '../stage/life';
import { list, maybeNumber, number, object, parseJson, text } from './json';
import type { Values } from './values';

/** How a segment goes from its first point to its last. */
const LINEAR = 0;
const BEZIER = 1;
const STEPPED = 2;
const INVERSE_STEPPED = 3;
/** Points of a segment beyond its first, by kind. */
const POINTS = [1, 3, 1, 1];
const MOST_NUMBERS = 400_000;

interface Segment {
  kind: number;
  /** t, v of the first point, then of the others. */
  points: number[];
  /** Time of the last point. */
  end: number;
}
export interface Curve {
  target: 'Model' | 'Parameter' | 'PartOpacity';
  id: string;
  fadeIn: number | null;
  fadeOut: number | null;
  segments: Segment[];
  /** The value before any segment. */
  first: number;
  /** Control points of béziers stand at a third and two thirds of the time. */
  restricted: boolean;
}
export interface Motion {
  name: string;
  group: string;
  /** Seconds. */
  duration: number;
  loop: boolean;
  fadeIn: number;
  fadeOut: number;
  curves: Curve[];
}

/** Reads a motion. Numbers that lead nowhere end their curve. */
export function readMotion(bytes: ArrayBuffer, name: string, group = ''): Motion {
  const root = parseJson(bytes, name);
  const meta = object(root.Meta);
  const restricted = meta.AreBeziersRestricted === true;
  let left = MOST_NUMBERS;
  const curves = list(root.Curves, 4096).flatMap((item): Curve[] => {
    const { Target, Id, FadeInTime, FadeOutTime, Segments } = object(item);
    const target = text(Target);
    if (target !== 'Model' && target !== 'Parameter' && target !== 'PartOpacity') return [];
    const numbers = list(Segments, left).map((value) => number(value, 0));
    left -= numbers.length;
    if (numbers.length < 2) return [];
    const segments: Segment[] = [];
    let from: [number, number] = [numbers[0] ?? 0, numbers[1] ?? 0];
    for (let at = 2; at < numbers.length;) {
      const kind = numbers[at] ?? -1;
      const more = (POINTS[kind] ?? 0) * 2;
      if (more === 0 || at + more >= numbers.length) break;
      const points = [...from, ...numbers.slice(at + 1, at + 1 + more)];
      from = [points.at(-2) ?? 0, points.at(-1) ?? 0];
      segments.push({ kind, points, end: from[0] });
      at += 1 + more;
    }
    return [
      {
        target,
        id: text(Id),
        fadeIn: maybeNumber(FadeInTime),
        fadeOut: maybeNumber(FadeOutTime),
        segments,
        first: numbers[1] ?? 0,
        restricted,
      },
    ];
  });
  const last = Math.max(0, ...curves.map((curve) => curve.segments.at(-1)?.end ?? 0));
  return {
    name,
    group,
    duration: Math.max(1 / 60, number(meta.Duration, last)),
    loop: meta.Loop === true,
    fadeIn: Math.max(0, number(meta.FadeInTime, 0.5)),
    fadeOut: Math.max(0, number(meta.FadeOutTime, 0.5)),
    curves,
  };
}

/** The value of a curve at a time, in seconds from the beginning of its motion. */
export function valueAt(curve: Curve, time: number): number {
  const { segments } = curve;
  let low = 0;
  let high = segments.length;
  while (low < high) {
    const mid = (low + high) >> 1;
    if ((segments[mid]?.end ?? 0) < time) low = mid + 1;
    else high = mid;
  }
  const segment = segments[low];
  if (!segment) return segments.at(-1)?.points.at(-1) ?? curve.first;
  const p = segment.points;
  const [t0 = 0, v0 = 0] = p;
  const t1 = segment.end;
  const v1 = p.at(-1) ?? v0;
  if (segment.kind === STEPPED) return time >= t1 ? v1 : v0;
  if (segment.kind === INVERSE_STEPPED) return time <= t0 ? v0 : v1;
  const share = t1 > t0 ? Math.min(1, Math.max(0, (time - t0) / (t1 - t0))) : 1;
  if (segment.kind === LINEAR) return v0 + (v1 - v0) * share;
  if (segment.kind !== BEZIER) return v0;
  const s = curve.restricted ? share : parameterAt(t0, p[2] ?? t0, p[4] ?? t1, t1, time);
  return cubic(v0, p[3] ?? v0, p[5] ?? v1, v1, s);
}

function cubic(a: number, b: number, c: number, d: number, s: number): number {
  const r = 1 - s;
  return r * r * r * a + 3 * r * r * s * b + 3 * r * s * s * c + s * s * s * d;
}

/** Where on a curve that runs forward in time a time lies. */
function parameterAt(t0: number, t1: number, t2: number, t3: number, time: number): number {
  let low = 0;
  let high = 1;
  for (let i = 0; i < 24; i++) {
    const mid = (low + high) / 2;
    if (cubic(t0, t1, t2, t3, mid) < time) low = mid;
    else high = mid;
  }
  return (low + high) / 2;
}

/** What the curves of this frame say about the model as a whole. */
export interface Whole {
  opacity: number;
  /** Multiplies the opening of the eyes; null where no motion says anything. */
  eyes: number | null;
  /** Added to the opening of the mouth. */
  lips: number;
  /** Parts that a motion shows or hides, by id. */
  parts: Map<string, number>;
  /** Indices of the parameters that a motion moves. */
  driven: Set<number>;
}

interface Playing {
  motion: Motion;
  time: number;
  fadeIn: number;
  fadeOut: number;
  /** Seconds since it was told to go; below nought it is not. */
  leaving: number;
  loop: boolean;
}

/** Motions that play, each fading into the next. */
export class Motions {
  #playing: Playing[] = [];

  /** The motion that plays and is not going; null where none does. */
  get current(): Motion | null {
    return this.#playing.find((one) => one.leaving < 0)?.motion ?? null;
  }
  get settling(): boolean {
    return this.#playing.length > 1;
  }

  play(motion: Motion, fades: { fadeIn: number | null; fadeOut: number | null }, loop = false): void {
    for (const one of this.#playing) if (one.leaving < 0) one.leaving = 0;
    const { fadeIn, fadeOut } = fades;
    this.#playing.push({
      motion,
      time: 0,
      fadeIn: fadeIn ?? motion.fadeIn,
      fadeOut: fadeOut ?? motion.fadeOut,
      leaving: -1,
      loop,
    });
    // More than a few at once is somebody clicking.
    if (this.#playing.length > 4) this.#playing.shift();
  }

  /** Moves all on by `dt` seconds and writes what they say. */
  update(values: Values, dt: number, whole: Whole): void {
    for (const one of this.#playing) {
      const { motion } = one;
      let weight = one.fadeIn > 0 ? ease(Math.min(1, one.time / one.fadeIn)) : 1;
      if (one.leaving >= 0) {
        weight *= one.fadeOut > 0 ? 1 - ease(Math.min(1, one.leaving / one.fadeOut)) : 0;
        one.leaving += dt;
      } else if (!one.loop && one.fadeOut > 0) {
        weight *= ease(Math.min(1, Math.max(0, (motion.duration - one.time) / one.fadeOut)));
      }
      const time = one.loop ? one.time % motion.duration : Math.min(one.time, motion.duration);
      for (const curve of motion.curves) this.#apply(curve, time, weight, one.time, motion, values, whole);
      one.time += dt;
    }
    this.#playing = this.#playing.filter(
      (one) => (one.leaving < 0 || one.leaving <= one.fadeOut) && (one.loop || one.time <= one.motion.duration),
    );
  }

  #apply(
    curve: Curve,
    time: number,
    weight: number,
    since: number,
    motion: Motion,
    values: Values,
    whole: Whole,
  ): void {
    const value = valueAt(curve, time);
    if (curve.target === 'PartOpacity') {
      whole.parts.set(curve.id, value);
      return;
    }
    if (curve.target === 'Model') {
      if (curve.id === 'Opacity') whole.opacity *= 1 + (Math.min(1, Math.max(0, value)) - 1) * weight;
      else if (curve.id === 'EyeBlink') whole.eyes = 1 + (value - 1) * weight;
      else if (curve.id === 'LipSync') whole.lips += value * weight;
      return;
    }
    const index = values.find(curve.id);
    if (index < 0) return;
    // A curve may fade otherwise than its motion does.
    let own = weight;
    if (curve.fadeIn !== null) own = curve.fadeIn > 0 ? ease(Math.min(1, since / curve.fadeIn)) : 1;
    if (curve.fadeOut !== null && curve.fadeOut > 0)
      own *= ease(Math.min(1, Math.max(0, (motion.duration - time) / curve.fadeOut)));
    const now = values.get(index);
    values.set(index, now + (value - now) * own);
    whole.driven.add(index);
  }
}
