/** How one picture of the stage comes in the place of another: the family that novels know, as styles for every moment. Pure. */

import type { TransitionWish } from '$lib/backend/backend';

/** All ways; those with a side come from there. */
export const TRANSITIONS = [
  'cut',
  'dissolve',
  'fade',
  'flash',
  'wipe-left',
  'wipe-right',
  'slide-left',
  'slide-right',
  'push-left',
  'push-right',
  'iris',
  'blinds',
  'pixellate',
] as const;
export type Transition = (typeof TRANSITIONS)[number];

/** Milliseconds. */
export const LASTS: Record<Transition, number> = {
  cut: 0,
  dissolve: 800,
  fade: 1200,
  flash: 900,
  'wipe-left': 850,
  'wipe-right': 850,
  'slide-left': 850,
  'slide-right': 850,
  'push-left': 850,
  'push-right': 850,
  iris: 1000,
  blinds: 900,
  pixellate: 1100,
};

const WORDS: [Transition, RegExp][] = [
  ['flash', /flash|white|闪|閃|白|フラッシュ/],
  ['fade', /fade|black|dark|淡入|淡出|黑|暗転|フェード/],
  ['dissolve', /dissolv|cross|溶|叠|疊|ディゾルブ/],
  ['wipe-right', /wipe.*right|右.*(擦|划|劃|ワイプ)|(擦|划|劃|ワイプ).*右/],
  ['wipe-left', /wipe|擦|划|劃|ワイプ/],
  ['slide-right', /slide.*right|滑.*右|右.*(滑|スライド)|スライド.*右/],
  ['slide-left', /slide|滑|スライド/],
  ['push-right', /push.*right|推.*右|右.*推/],
  ['push-left', /push|推|押/],
  ['iris', /iris|circle|round|圆|圓|アイリス|円/],
  ['blinds', /blind|shutter|百叶|百葉|ブラインド/],
  ['pixellate', /pixel|mosaic|像素|马赛克|馬賽克|モザイク/],
  ['cut', /cut|none|instant|切|無し|なし/],
];

/** The way that some words mean; null where none does. */
export const transitionOf = (text: string): Transition | null =>
  WORDS.find(([, test]) => test.test(text.toLowerCase()))?.[0] ?? null;

/** The direction in which the chosen one of two sides goes. */
const SIDED: readonly string[] = ['wipe', 'slide', 'push'];

/**
 * How the stage changes. `asked` is what the story asks for ('' where it does not), `place` says that another place comes and not another
 * hour of the same, `still` that nothing may move: there is a cut then. A person's choice counts for more than the story's.
 */
export function chosen(wish: TransitionWish, asked: string, place: boolean, still: boolean): Transition {
  if (still) return 'cut';
  // The light of a place changes slowly, whatever is chosen for places.
  if (!place) return wish === 'cut' ? 'cut' : 'dissolve';
  if (wish !== 'auto') return SIDED.includes(wish) ? (`${wish}-left` as Transition) : (wish as Transition);
  return TRANSITIONS.find((one) => one === asked) ?? 'fade';
}

/** What a curtain over everything looks like half way; null for ways without one. */
export const curtainOf = (how: Transition): 'dark' | 'light' | null =>
  how === 'fade' ? 'dark' : how === 'flash' ? 'light' : null;

const eased = (t: number) => t * t * (3 - 2 * t);
const percent = (share: number) => `${Math.round(share * 1e4) / 100}%`;

/** Slats of a blind. */
const SLATS = 10;

/**
 * Styles of the picture that comes (`t` from 0 to 1), as CSS declarations. It lies over the one that goes.
 */
export function coming(how: Transition, t: number): string {
  const at = eased(t);
  switch (how) {
    case 'dissolve':
      return `opacity: ${at.toFixed(4)}`;
    case 'fade':
    case 'flash':
    case 'pixellate':
      return `opacity: ${t < 0.5 ? 0 : 1}`;
    case 'wipe-left':
      return `clip-path: inset(0 0 0 ${percent(1 - at)})`;
    case 'wipe-right':
      return `clip-path: inset(0 ${percent(1 - at)} 0 0)`;
    case 'slide-left':
    case 'push-left':
      return `transform: translateX(${percent(1 - at)})`;
    case 'slide-right':
    case 'push-right':
      return `transform: translateX(${percent(at - 1)})`;
    case 'iris':
      return `clip-path: circle(${percent(at * 0.75)} at 50% 42%)`;
    case 'blinds': {
      const slat = 100 / SLATS;
      const shown = percent((at * slat) / 100);
      const image = `repeating-linear-gradient(90deg, black 0 ${shown}, transparent ${shown} ${slat}%)`;
      return at >= 1 ? '' : `mask-image: ${image}; -webkit-mask-image: ${image}`;
    }
    case 'cut':
      return '';
  }
}

/**
 * Styles of the picture that goes (`t` from 0 to 1: how far it has gone). A `strip` is not covered by what comes, which may be nothing, so
 * it has to go by itself.
 */
export function going(how: Transition, t: number, strip: boolean): string {
  const at = eased(t);
  if (how === 'push-left') return `transform: translateX(${percent(-at)})`;
  if (how === 'push-right') return `transform: translateX(${percent(at)})`;
  if (!strip) return '';
  if (how === 'wipe-left' || how === 'slide-left') return `clip-path: inset(0 ${percent(at)} 0 0)`;
  if (how === 'wipe-right' || how === 'slide-right') return `clip-path: inset(0 0 0 ${percent(at)})`;
  if (curtainOf(how)) return `opacity: ${t < 0.5 ? 1 : 0}`;
  return `opacity: ${(1 - at).toFixed(4)}`;
}

/** Pixels across of a picture that is taken apart and put together again: from many to few and back. Whole numbers. */
export function pixelsAcross(t: number, width: number): number {
  const coarse = Math.sin(Math.PI * Math.min(1, Math.max(0, t)));
  return Math.max(12, Math.round(width / (1 + coarse ** 1.5 * 46)));
}
