/** Colours of the page from a character's picture: the liveliest hue in it, at a lightness that can be read. Pure but for the dressing. */

import { sampled } from '$lib/stage/pictures';

type Rgb = readonly [number, number, number];

/** Pixels that are nearly grey, nearly black or nearly white have no hue worth following. */
const LEAST_CHROMA = 0.18;
/** What WCAG asks of text. */
const READABLE = 4.5;
const SECTORS = 24;

const hsl = ([r, g, b]: Rgb): [number, number, number] => {
  const [x, y, z] = [r / 255, g / 255, b / 255];
  const high = Math.max(x, y, z);
  const low = Math.min(x, y, z);
  const light = (high + low) / 2;
  const chroma = high - low;
  if (chroma === 0) return [0, 0, light];
  const hue = high === x ? ((y - z) / chroma + 6) % 6 : high === y ? (z - x) / chroma + 2 : (x - y) / chroma + 4;
  return [hue * 60, chroma / (1 - Math.abs(2 * light - 1)), light];
};
export function rgb(hue: number, saturation: number, light: number): Rgb {
  const chroma = (1 - Math.abs(2 * light - 1)) * saturation;
  const at = (shift: number) => {
    const k = (shift + hue / 30) % 12;
    return Math.round(255 * (light - (chroma / 2) * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return [at(0), at(8), at(4)];
}
const luminance = (colour: Rgb) => {
  const [r, g, b] = colour.map((value) => {
    const share = value / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
export function contrast(a: Rgb, b: Rgb): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** The hue of a picture (RGBA pixels), weighted by how lively its places are; null where it has none. */
export function hueOf(pixels: Uint8ClampedArray): number | null {
  const sectors = new Array<number>(SECTORS).fill(0);
  for (let i = 0; i + 3 < pixels.length; i += 4) {
    if ((pixels[i + 3] ?? 0) < 128) continue;
    const [hue, saturation, light] = hsl([pixels[i] ?? 0, pixels[i + 1] ?? 0, pixels[i + 2] ?? 0]);
    const chroma = saturation * (1 - Math.abs(2 * light - 1));
    if (chroma < LEAST_CHROMA) continue;
    // Skin is in every picture; it says nothing of this one.
    const skin = hue > 8 && hue < 42 && light > 0.55 ? 0.15 : 1;
    const sector = Math.floor((hue / 360) * SECTORS) % SECTORS;
    sectors[sector] = (sectors[sector] ?? 0) + chroma * chroma * skin;
  }
  const most = Math.max(...sectors);
  return most > 0 ? ((sectors.indexOf(most) + 0.5) / SECTORS) * 360 : null;
}

/** Tokens for a hue, on light paper or dark: every pair of ink and ground can be read. */
export function tokensFor(hue: number, dark: boolean): Record<string, string> {
  const paper: Rgb = dark ? [43, 34, 41] : [255, 250, 241];
  const css = ([r, g, b]: Rgb) => `rgb(${r} ${g} ${b})`;
  // From the middle towards what stands out from the paper, until text in it can be read there.
  let light = dark ? 0.62 : 0.42;
  let accent = rgb(hue, 0.55, light);
  while (contrast(accent, paper) < READABLE + 0.5 && light > 0.05 && light < 0.95) {
    light += dark ? 0.02 : -0.02;
    accent = rgb(hue, 0.55, light);
  }
  const ink: Rgb = contrast(accent, [255, 255, 255]) >= READABLE ? [255, 255, 255] : [20, 14, 16];
  return {
    '--accent': css(accent),
    '--accent-ink': css(ink),
    '--accent-soft': css(rgb(hue, 0.4, dark ? 0.22 : 0.9)),
    '--gold': css(rgb(hue, 0.45, dark ? 0.68 : 0.42)),
    '--plate': `linear-gradient(180deg, ${css(rgb(hue, 0.42, 0.3))}, ${css(rgb(hue, 0.45, 0.21))})`,
    '--plate-ink': '#fff',
    '--rail': css(rgb(hue, 0.35, dark ? 0.1 : 0.18)),
  };
}

const NAMES = Object.keys(tokensFor(0, false));
const SIDE = 40;

/** Gives the page the colours of a picture; a picture without colour changes nothing. */
export async function dressed(url: string, dark: boolean): Promise<void> {
  const pixels = await sampled(url, SIDE).catch(() => null);
  const hue = pixels && hueOf(pixels);
  if (hue === null) return;
  for (const [name, value] of Object.entries(tokensFor(hue, dark)))
    document.documentElement.style.setProperty(name, value);
}
export function undressed(): void {
  for (const name of NAMES) document.documentElement.style.removeProperty(name);
}
