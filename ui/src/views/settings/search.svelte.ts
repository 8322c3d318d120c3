/** The search over the settings: every field asks whether it is looked for. */

import { getContext, setContext } from 'svelte';

const KEY = Symbol('settings search');

export class Search {
  text = $state('');
  readonly active = $derived(this.text.trim() !== '');

  /** True where all words that are looked for stand in one of the texts. */
  finds(...texts: string[]): boolean {
    const all = texts.join(' ').toLocaleLowerCase();
    return this.text
      .trim()
      .toLocaleLowerCase()
      .split(/\s+/)
      .every((word) => all.includes(word));
  }
}

export const provideSearch = (): Search => setContext(KEY, new Search());
/** None where a field stands outside the settings. */
export const useSearch = (): Search | undefined => getContext<Search | undefined>(KEY);
