/**
 * A colour for each of several who talk: the liveliest of their picture, moved away from those who were there before where two are too
 * alike. Their plates and names are told apart at a glance; every pair of ink and ground can be read.
 */

import { SvelteMap } from 'svelte/reactivity';
import type { Session } from '$lib/session/session.svelte';
import { sampled } from '$lib/stage/pictures';
import { faceOf } from '$lib/stage/portraits';
import { hueOf, tokensFor } from './palette';

/** Two hues nearer than this are taken for the same. */
const APART = 45;
/** For faces without a colour of their own. */
const PLAIN = [205, 150, 280, 35, 330];
const SIDE = 40;

const away = (a: number, b: number) => Math.abs(((a - b + 540) % 360) - 180);

/** Hues for those who are there, in their order; `own` is what their pictures have, null for none. Pure. */
export function spread(own: readonly (number | null)[]): number[] {
  const taken: number[] = [];
  own.forEach((hue, i) => {
    const wishes = [...(hue === null ? [] : [hue]), ...PLAIN.map((_, k) => PLAIN[(i + k) % PLAIN.length] ?? 0)];
    const free = wishes.find((one) => taken.every((other) => away(one, other) >= APART));
    taken.push(free ?? wishes[0] ?? 0);
  });
  return taken;
}

export interface SpeakerColours {
  /** Of a name on paper. */
  name: string;
  plate: string;
  plateInk: string;
}

export class Speakers {
  readonly #session: Session;
  /** The hue of each one's picture, null for none. */
  readonly #own = new SvelteMap<string, number | null>();
  /** The page is dark. */
  dark = $state(false);
  /** Colours stand in nobody's way: with high contrast the theme's own are used. */
  wanted = $state(true);

  constructor(session: Session) {
    this.#session = session;
  }

  readonly #colours = $derived.by(() => {
    const members = this.#session.state.cast.members;
    // eslint-disable-next-line svelte/prefer-svelte-reactivity -- made anew with each change
    const colours = new Map<string, SpeakerColours>();
    if (members.length < 2 || !this.wanted) return colours;
    const hues = spread(members.map(({ id }) => this.#own.get(id) ?? null));
    members.forEach(({ id }, i) => {
      const tokens = tokensFor(hues[i] ?? 0, this.dark);
      colours.set(id, {
        name: tokens['--accent'] ?? '',
        plate: tokens['--plate'] ?? '',
        plateInk: tokens['--plate-ink'] ?? '',
      });
    });
    return colours;
  });

  /** The colours of a character; undefined where one alone is there: then the theme's own are right. */
  of(id: string | null): SpeakerColours | undefined {
    return id === null ? undefined : this.#colours.get(id);
  }

  /** Looks at the pictures of those who are there. */
  async meet(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      if (this.#own.has(id)) continue;
      this.#own.set(id, null);
      const url = await faceOf(this.#session, id, 'neutral');
      const pixels = url && (await sampled(url, SIDE).catch(() => null));
      if (pixels) this.#own.set(id, hueOf(pixels));
    }
  }
}
