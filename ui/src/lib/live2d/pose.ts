/** `pose3.json`: parts of which one of a group is seen at a time (an arm in two positions), and how one fades into the other. */

import type { CoreParts } from './core';
import { list, number, object, parseJson, text } from './json';

export interface PosePart {
  id: string;
  /** Parts that are seen as much as this one. */
  links: string[];
}
export interface PoseFile {
  /** Seconds. */
  fade: number;
  groups: PosePart[][];
}

export function readPose(bytes: ArrayBuffer, file: string): PoseFile {
  const root = parseJson(bytes, file);
  return {
    fade: Math.min(10, Math.max(0, number(root.FadeInTime, 0.5))),
    groups: list(root.Groups, 256).map((group) =>
      list(group, 64).map((item) => ({
        id: text(object(item).Id),
        links: list(object(item).Link, 64).map(text),
      })),
    ),
  };
}

/** Of what lies behind two parts that are both half seen, at most this much shines through. */
const THROUGH = 0.15;

interface Seat {
  id: string;
  index: number;
  links: number[];
}

export class Pose {
  readonly #fade: number;
  readonly #groups: Seat[][];
  readonly #parts: CoreParts;
  readonly #shown: number[];

  constructor(file: PoseFile, parts: CoreParts) {
    this.#fade = file.fade;
    this.#parts = parts;
    this.#groups = file.groups
      .map((group) =>
        group
          .map(({ id, links }) => ({
            id,
            index: parts.ids.indexOf(id),
            links: links.map((link) => parts.ids.indexOf(link)).filter((index) => index >= 0),
          }))
          .filter((seat) => seat.index >= 0),
      )
      .filter((group) => group.length > 0);
    this.#shown = this.#groups.map(() => 0);
    // Before anything is said the first of each group is seen.
    for (const group of this.#groups) group.forEach((seat, i) => (parts.opacities[seat.index] = i === 0 ? 1 : 0));
  }

  /** Ids of all parts that a pose decides about. */
  has(id: string): boolean {
    return this.#groups.some((group) => group.some((seat) => seat.id === id));
  }

  /** Moves the fades on; `wanted` are the parts that motions show, by id. */
  update(wanted: ReadonlyMap<string, number>, dt: number): void {
    this.#groups.forEach((group, g) => {
      const asked = group.findIndex((seat) => (wanted.get(seat.id) ?? 0) > 0.001);
      if (asked >= 0) this.#shown[g] = asked;
      const shown = group[this.#shown[g] ?? 0];
      if (!shown) return;
      const { opacities } = this.#parts;
      const step = this.#fade > 0 ? dt / this.#fade : 1;
      const up = Math.min(1, (opacities[shown.index] ?? 0) + step);
      opacities[shown.index] = up;
      // The others stay until enough covers what lies behind.
      const most = up >= 1 ? 0 : Math.max(0, 1 - THROUGH / (1 - up));
      for (const seat of group) {
        if (seat !== shown) opacities[seat.index] = Math.min(opacities[seat.index] ?? 0, most);
        for (const link of seat.links) opacities[link] = opacities[seat.index] ?? 0;
      }
    });
  }
}
