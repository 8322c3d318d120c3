/** Everything about the library that outlives a panel: the list, a running import, who is edited, what can be undone. */

import type { Backend } from '$lib/backend/backend';
import type { Beginnings, RemovedCharacter } from '$lib/backend/library';
import { Intake } from './intake.svelte';
import { Shelf } from './shelf.svelte';

/** Portraits that are kept; a grid shows a few dozen at a time. */
const PORTRAITS = 400;

type Wish = <T>(run: () => Promise<T>) => Promise<T | undefined>;

export class Desk {
  readonly shelf: Shelf;
  readonly intake: Intake;
  /** Id of the card that the editor has open. */
  editing = $state<string | null>(null);
  /** How a conversation may begin, while the person chooses. */
  beginning = $state.raw<Beginnings | null>(null);
  /** What was removed last and can come back. */
  removed = $state.raw<RemovedCharacter | null>(null);
  /** The card that the grid shows as chosen. */
  chosen = $state<string | null>(null);

  /** Counts up whenever a picture is not what it was. */
  pictures = $state(0);

  readonly #backend: Backend;
  readonly #wish: Wish;
  /** Nothing renders from it; those who draw ask. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  #portraits = new Map<string, Promise<string | null>>();

  constructor(backend: Backend, wish: Wish) {
    this.#backend = backend;
    this.#wish = wish;
    this.shelf = new Shelf(backend, wish);
    this.intake = new Intake(backend, wish);
  }

  /** The character's small picture. */
  portrait(id: string): Promise<string | null> {
    const kept = this.#portraits.get(id);
    if (kept) return kept;
    // A picture that cannot be had is no notice: the initial stands in for it.
    const asked = this.#backend.portrait(id).catch(() => null);
    this.#portraits.set(id, asked);
    const oldest = this.#portraits.keys().next();
    if (this.#portraits.size > PORTRAITS && !oldest.done) this.#portraits.delete(oldest.value);
    return asked;
  }

  /** The library is not what it was. Only what is looked at is asked for anew. */
  changed(): void {
    this.#portraits.clear();
    if (this.shelf.ready) void this.shelf.refresh();
  }

  /** A character has another picture. */
  pictureChanged(id: string): void {
    this.#portraits.delete(id);
    this.pictures++;
  }

  async remove(id: string): Promise<void> {
    const removed = await this.#wish(() => this.#backend.removeCharacter(id));
    if (removed) this.removed = removed;
  }
  /** Brings back what was removed last, and chooses it. */
  async undoRemoval(): Promise<void> {
    const removed = this.removed;
    if (!removed) return;
    this.removed = null;
    const id = await this.#wish(() => this.#backend.restoreCharacter(removed.key));
    if (id) this.chosen = id;
  }

  /** Allows that what a card names on the network is loaded, or takes it back. */
  async allowRemote(id: string, on: boolean): Promise<void> {
    this.shelf.touch(id, { remote: on });
    await this.#wish(() => this.#backend.allowRemote(id, on));
  }

  async favourite(id: string, on: boolean): Promise<void> {
    this.shelf.touch(id, { favourite: on });
    await this.#wish(() => this.#backend.setFavourite(id, on));
    if (this.shelf.favourites) await this.shelf.refresh();
  }

  /** Goes on with a character, or lets the person choose how a first conversation begins. True where it went on at once. */
  async talk(id: string): Promise<boolean> {
    const beginnings = await this.#wish(() => this.#backend.beginnings(id));
    if (!beginnings) return false;
    if (!beginnings.talked && beginnings.greetings.length > 1) {
      this.beginning = beginnings;
      return false;
    }
    await this.#wish(() => this.#backend.selectCharacter(id));
    return true;
  }

  /** A new conversation: at once, or after choosing among several greetings. True where it began at once. */
  async beginAnew(id: string): Promise<boolean> {
    const beginnings = await this.#wish(() => this.#backend.beginnings(id));
    if (!beginnings) return false;
    if (beginnings.greetings.length > 1) {
      this.beginning = beginnings;
      return false;
    }
    await this.begin(id, 0, null);
    return true;
  }

  async begin(id: string, greeting: number, persona: string | null): Promise<void> {
    await this.#wish(() => this.#backend.beginConversation(id, greeting, persona));
  }
}
