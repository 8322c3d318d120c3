/** The pictures of the scenes of the conversation on stage: made, hung behind her, taken away. */

import type { Backend, StageState } from '$lib/backend/backend';
import type { ScenePictureView } from '$lib/backend/pictures';

/** Pictures of which the bytes are held, the last that were asked for. */
const HELD = 24;

export class Album {
  readonly #backend: Backend;
  readonly #wish: <T>(run: () => Promise<T>) => Promise<T | undefined>;
  list = $state.raw<ScenePictureView[]>([]);
  /** One is being made. */
  making = $state(false);
  /** How far a model on this machine is; null where nobody says. */
  steps = $state.raw<{ done: number; of: number } | null>(null);
  /** What hangs behind her, as a URL; null where the painted places are. */
  behind = $state.raw<string | null>(null);
  /** The one that was removed last, and can be brought back. */
  removed = $state.raw<ScenePictureView | null>(null);
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nothing renders from it
  #held = new Map<string, Promise<string>>();
  /** Counts refreshes, so that the answer to an older one changes nothing. */
  #asked = 0;
  /** The person gave the picture up: that there is none is no failure. */
  #stopped = false;

  constructor(backend: Backend, wish: <T>(run: () => Promise<T>) => Promise<T | undefined>) {
    this.#backend = backend;
    this.#wish = wish;
  }

  /** The pictures made behind a message. */
  of(message: string): ScenePictureView[] {
    return this.list.filter((one) => one.message === message);
  }

  /** Its bytes as a URL; they never change. */
  url(id: string): Promise<string> {
    const held = this.#held.get(id);
    if (held) return held;
    const asked = this.#backend.scenePicture(id);
    asked.catch(() => this.#held.delete(id));
    this.#held.set(id, asked);
    const oldest = this.#held.keys().next().value;
    if (this.#held.size > HELD && oldest !== undefined) this.#held.delete(oldest);
    return asked;
  }

  async refresh(): Promise<void> {
    const asked = ++this.#asked;
    const list = (await this.#wish(() => this.#backend.scenePictures())) ?? [];
    const hung = list.find((one) => one.background);
    const behind = hung ? await this.url(hung.id).catch(() => null) : null;
    if (asked !== this.#asked) return;
    this.list = list;
    this.behind = behind;
  }

  /** Another conversation is on stage. */
  turn(): void {
    this.list = [];
    this.behind = null;
    this.removed = null;
    void this.refresh();
  }

  async make(now: StageState): Promise<void> {
    if (this.making) return;
    this.making = true;
    this.#stopped = false;
    this.steps = null;
    await this.#wish(async () => {
      try {
        await this.#backend.pictureScene(now);
      } catch (failure) {
        if (!this.#stopped) throw failure;
      }
    });
    this.making = false;
    this.steps = null;
    await this.refresh();
  }
  stop = () => {
    this.#stopped = true;
    return this.#wish(() => this.#backend.stopPicture());
  };
  /** A step of the picture is done. */
  heard(steps: { done: number; of: number }): void {
    if (this.making) this.steps = steps;
  }

  async hang(id: string, on: boolean): Promise<void> {
    await this.#wish(() => this.#backend.hangPicture(id, on));
    await this.refresh();
  }
  async remove(one: ScenePictureView): Promise<void> {
    await this.#wish(() => this.#backend.removePicture(one.id, true));
    this.removed = one;
    await this.refresh();
  }
  async bringBack(): Promise<void> {
    const one = this.removed;
    if (!one) return;
    this.removed = null;
    await this.#wish(() => this.#backend.removePicture(one.id, false));
    await this.refresh();
  }
}
