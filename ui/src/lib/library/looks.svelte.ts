/** Pictures of feelings that are dropped on the window: looked at first, then taken in for a character. */

import type { Backend, LooksPreview, LooksReport } from '$lib/backend/backend';
import { namesFeeling } from '$lib/stage/labels';

/** Files that would become faces, while the person chooses for whom. */
export interface Offer {
  paths: string[];
  preview: LooksPreview;
}

type Door = Pick<Backend, 'previewLooks' | 'importLooks'>;
type Wish = <T>(run: () => Promise<T>) => Promise<T | undefined>;

export class Looks {
  offer = $state.raw<Offer | null>(null);
  /** Counts up whenever somebody's faces are not what they were. */
  version = $state(0);
  readonly #backend: Door;
  readonly #wish: Wish;

  constructor(backend: Door, wish: Wish) {
    this.#backend = backend;
    this.#wish = wish;
  }

  /** Offers files as faces where their names say so. False for anything else, which is then taken in as what it is. */
  async consider(paths: string[]): Promise<boolean> {
    const preview = await this.#wish(() => this.#backend.previewLooks(paths));
    if (!preview || preview.others || !preview.names.some(namesFeeling)) return false;
    this.offer = { paths, preview };
    return true;
  }

  async take(character: string, paths: string[]): Promise<LooksReport | null> {
    const report = await this.#wish(() => this.#backend.importLooks(character, paths));
    if (report && report.taken.length > 0) this.changed();
    return report ?? null;
  }

  changed(): void {
    this.version++;
  }
}
