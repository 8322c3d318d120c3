/**
 * The light of a room on a figure: the colours of its artwork, multiplied once when the light changes. A filter would cost every frame, and each
 * renderer its own way; colours cost nothing and are the same in all of them.
 */

import type { Sheets } from './art';

/** What is left of red, green and blue, 1 for all of it. */
export type Light = readonly [red: number, green: number, blue: number];
export const DAYLIGHT: Light = [1, 1, 1];

const ATTRIBUTES = ['fill', 'stroke', 'stop-color'] as const;
const HEX = /^#(?:([\da-f])([\da-f])([\da-f])|([\da-f]{2})([\da-f]{2})([\da-f]{2}))$/i;

/** A colour in this light; what is not written as `#rgb` or `#rrggbb` stays as it is. */
export function inLight(colour: string, light: Light): string {
  const found = HEX.exec(colour.trim());
  if (!found) return colour;
  const parts = found[1] === undefined ? found.slice(4, 7) : found.slice(1, 4).map((digit) => digit + digit);
  const lit = parts.map((pair, i) => Math.min(255, Math.round(parseInt(pair, 16) * (light[i] ?? 1))));
  return `#${lit.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

/** No step between two lights changes a colour by more than this share: then nobody sees that there are steps. */
const STEP = 0.035;

/** From one light to another, the last one included. */
export function between(from: Light, to: Light): Light[] {
  const count = Math.max(1, Math.ceil(Math.max(...to.map((value, i) => Math.abs(value - (from[i] ?? 1)))) / STEP));
  const mixed = (share: number): Light => {
    const at = (i: 0 | 1 | 2) => from[i] + (to[i] - from[i]) * share;
    return [at(0), at(1), at(2)];
  };
  return Array.from({ length: count }, (_, i) => (i === count - 1 ? to : mixed((i + 1) / count)));
}

interface Lit {
  colours: { element: Element; name: string; own: string }[];
  light: Light;
}
const known = new WeakMap<Sheets, Lit>();

/** The light that artwork stands in. */
export const lightOn = (art: Sheets): Light => known.get(art)?.light ?? DAYLIGHT;

/** Lays a light over artwork; false where it lies there already, or where the layers are pictures. */
export function illuminate(art: Sheets, light: Light): boolean {
  if (art.pictures) return false;
  let lit = known.get(art);
  if (lit ? lit.light.every((value, i) => value === light[i]) : light.every((value) => value === 1)) return false;
  if (!lit) {
    lit = { colours: [], light };
    for (const root of [art.defs, ...art.sheets.values()]) {
      for (const element of root.querySelectorAll('*')) {
        for (const name of ATTRIBUTES) {
          const own = element.getAttribute(name);
          if (own !== null && HEX.test(own.trim())) lit.colours.push({ element, name, own });
        }
      }
    }
    known.set(art, lit);
  }
  lit.light = light;
  for (const { element, name, own } of lit.colours) element.setAttribute(name, inLight(own, light));
  return true;
}
