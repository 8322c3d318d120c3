/** The library as the page sees it: a question, and the parts of the answer that were needed so far. */

import type { Backend } from '$lib/backend/backend';
import type { LibraryCard, LibraryOrder, LibraryPage } from '$lib/backend/library';

/** Cards that are asked for at a time. */
export const PART = 120;

type Ask = (part: number) => Promise<LibraryPage | undefined>;

export class Shelf {
  text = $state('');
  tags = $state.raw<string[]>([]);
  favourites = $state(false);
  order = $state<LibraryOrder>('talked');

  all = $state(0);
  total = $state(0);
  tagCounts = $state.raw<LibraryPage['tags']>([]);
  indexing = $state(false);
  /** The first answer to the present question is here. */
  ready = $state(false);
  /** Counts up with every answer, for those who draw cards. */
  version = $state(0);

  readonly #ask: Ask;
  #parts: (LibraryCard[] | 'asked' | undefined)[] = [];
  /** Counts questions: an answer to an older one is dropped. */
  #question = 0;

  constructor(backend: Pick<Backend, 'library'>, wish: <T>(run: () => Promise<T>) => Promise<T | undefined>) {
    this.#ask = (part) =>
      wish(() =>
        backend.library({
          text: this.text,
          tags: this.tags,
          favourites: this.favourites,
          order: this.order,
          offset: part * PART,
          limit: PART,
        }),
      );
  }

  /** Asks anew. What is shown stays until the answer is here, so that nothing flickers while somebody types. */
  async refresh(): Promise<void> {
    const question = ++this.#question;
    const page = await this.#ask(0);
    if (question !== this.#question || !page) return;
    this.#parts = [page.cards];
    this.#take(page);
  }

  /** A card by its place; undefined while it is on its way. */
  at(place: number): LibraryCard | undefined {
    void this.version;
    const part = this.#parts[Math.floor(place / PART)];
    return Array.isArray(part) ? part[place % PART] : undefined;
  }

  /** Sees to it that these places are filled. */
  need(first: number, end: number): void {
    for (let part = Math.floor(first / PART); part * PART < Math.min(end, this.total); part++) void this.#fetch(part);
  }

  /** The place of a card among those that are here. */
  placeOf(id: string): number {
    for (const [part, cards] of this.#parts.entries()) {
      const at = Array.isArray(cards) ? cards.findIndex((card) => card.id === id) : -1;
      if (at >= 0) return part * PART + at;
    }
    return -1;
  }

  /** Changes a card that is here, ahead of the program. */
  touch(id: string, change: Partial<LibraryCard>): void {
    this.#parts = this.#parts.map((part) =>
      Array.isArray(part) ? part.map((card) => (card.id === id ? { ...card, ...change } : card)) : part,
    );
    this.version++;
  }

  async #fetch(part: number): Promise<void> {
    if (this.#parts[part] !== undefined) return;
    this.#parts[part] = 'asked';
    const question = this.#question;
    const page = await this.#ask(part);
    if (question !== this.#question) return;
    this.#parts[part] = page?.cards;
    if (page) this.#take(page);
  }

  #take(page: LibraryPage): void {
    this.all = page.all;
    this.total = page.total;
    this.tagCounts = page.tags;
    this.indexing = page.indexing;
    this.ready = true;
    this.version++;
  }
}
