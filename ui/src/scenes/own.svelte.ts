/**
 * Places and sounds that the person brought: one list for the page, because what a direction means, how a save looks and what is painted all
 * follow from it. A place's name for the stage is `own:` and its id, which stays when it is called something else.
 */

import { SvelteMap } from 'svelte/reactivity';
import type { HeardAt, OwnPlace, OwnScenery, OwnSound, SceneryBackend } from '$lib/backend/scenery';

export type OwnName = `own:${string}`;
export const isOwn = (name: string): name is OwnName => name.startsWith('own:');
const ownName = ({ id }: { id: string }): OwnName => `own:${id}`;

/** Pictures of which the bytes are held: a stage shows one, a list a screenful. */
const HELD = 40;

type Wish = <T>(run: () => Promise<T>) => Promise<T | undefined>;
type Door = Pick<SceneryBackend, 'ownScenery' | 'ownPlacePicture' | 'changeOwnScenery' | 'removeOwnScenery' | 'hearAt'>;

export class Own {
  list = $state.raw<OwnScenery>({ places: [], sounds: [], heard: [] });
  /** The one that was removed last, and can be brought back. */
  removed = $state.raw<OwnPlace | OwnSound | null>(null);
  readonly #urls = new SvelteMap<string, string>();
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nothing renders from it
  readonly #asked = new Set<string>();
  #door: Door | null = null;
  #wish: Wish = async (run) => run();
  #refreshes = 0;

  /** Whom the lists and pictures are asked of. */
  open(door: Door, wish: Wish): void {
    this.#door = door;
    this.#wish = wish;
  }

  async refresh(): Promise<void> {
    const door = this.#door;
    if (!door) return;
    const mine = ++this.#refreshes;
    const list = await this.#wish(() => door.ownScenery());
    if (!list || mine !== this.#refreshes) return;
    // A picture may have taken the place of another.
    this.#urls.clear();
    this.#asked.clear();
    this.list = list;
  }

  has = (name: string): name is OwnName => isOwn(name) && this.list.places.some((place) => ownName(place) === name);

  /** The name for people of a place or a sound; null where it is none of these. */
  nameOf(name: string): string | null {
    const all: { id: string; name: string }[] = [...this.list.places, ...this.list.sounds];
    return all.find((one) => ownName(one) === name)?.name ?? null;
  }

  /** The place that a direction means: the one of that name, else the longest name that stands in it as a word of its own. */
  place = (text: string): OwnName | null => meant(text, this.list.places);
  /** The music that a direction means. */
  music = (text: string): OwnName | null => meant(text, this.#of('music'));
  /** The effect that a direction means. */
  effect = (text: string): OwnName | null => meant(text, this.#of('effect'));
  #of = (kind: OwnSound['kind']) => this.list.sounds.filter((one) => one.kind === kind);

  /** What the person wants to hear at a place; '' for what it has by itself. */
  heardAt = (place: string): Omit<HeardAt, 'place'> =>
    this.list.heard.find((one) => one.place === place) ?? { music: '', ambience: '' };

  /** A picture of a place as a URL; '' until it has come, which is seen by whoever reads it here. */
  picture(name: OwnName, hour: string, small = false): string {
    const key = `${name} ${hour} ${small}`;
    const url = this.#urls.get(key);
    if (url !== undefined) return url;
    const door = this.#door;
    if (door && !this.#asked.has(key)) {
      this.#asked.add(key);
      void this.#wish(() => door.ownPlacePicture(name.slice(4), hour, small)).then((found) => {
        if (found === undefined || !this.#asked.has(key)) return;
        const oldest = this.#urls.keys().next().value;
        if (this.#urls.size >= HELD && oldest !== undefined) {
          this.#urls.delete(oldest);
          this.#asked.delete(oldest);
        }
        this.#urls.set(key, found);
      });
    }
    return '';
  }

  change = (id: string, patch: Parameters<Door['changeOwnScenery']>[1]) =>
    this.#wish(async () => this.#door?.changeOwnScenery(id, patch));
  hear = (heard: HeardAt) => this.#wish(async () => this.#door?.hearAt(heard));
  async remove(one: OwnPlace | OwnSound): Promise<void> {
    await this.#wish(async () => this.#door?.removeOwnScenery(one.id, true));
    this.removed = one;
  }
  async bringBack(): Promise<void> {
    const one = this.removed;
    if (!one) return;
    this.removed = null;
    await this.#wish(async () => this.#door?.removeOwnScenery(one.id, false));
  }
}

function meant(text: string, all: readonly { id: string; name: string }[]): OwnName | null {
  const wanted = text.trim().toLowerCase();
  const exact = all.findLast((one) => one.name.toLowerCase() === wanted);
  if (exact) return ownName(exact);
  const within = all.filter((one) => stands(one.name.toLowerCase(), wanted));
  const longest = within.sort((a, b) => b.name.length - a.name.length)[0];
  return longest ? ownName(longest) : null;
}

/** Whether a name stands in a text: as whole words in spaced scripts, anywhere in others. */
function stands(name: string, text: string): boolean {
  if (name === '') return false;
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    const letter = /[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Nd}]/u;
    const [before, after] = [text[at - 1] ?? '', text[at + name.length] ?? ''];
    const glued = (side: string, end: string) => letter.test(side) && letter.test(end);
    if (!glued(before, name[0] ?? '') && !glued(after, name.at(-1) ?? '')) return true;
  }
  return false;
}

export const own = new Own();
