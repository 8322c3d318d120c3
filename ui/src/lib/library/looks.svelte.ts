/** Looks that are dropped on the window, figures and pictures of feelings: looked at first, then taken in for a character. */

import type { Backend, LooksPreview, LooksReport } from '$lib/backend/backend';
import type { FigurePreview, FigureReport } from '$lib/backend/figures';
import { namesFeeling } from '$lib/stage/labels';

/** Files that would become faces, while the person chooses for whom. */
export interface Offer {
  paths: string[];
  preview: LooksPreview;
}

/** Files that would become a figure, while the person chooses for whom. */
export interface FigureOffer {
  paths: string[];
  preview: FigurePreview;
}

type Door = Pick<Backend, 'previewLooks' | 'importLooks' | 'previewFigure' | 'importFigure'>;
type Wish = <T>(run: () => Promise<T>) => Promise<T | undefined>;

export class Looks {
  offer = $state.raw<Offer | null>(null);
  figure = $state.raw<FigureOffer | null>(null);
  /** Counts up whenever somebody's faces are not what they were. */
  version = $state(0);
  readonly #backend: Door;
  readonly #wish: Wish;

  constructor(backend: Door, wish: Wish) {
    this.#backend = backend;
    this.#wish = wish;
  }

  /** Offers files as a figure or as faces where their names say so. False for anything else, which is then taken in as what it is. */
  async consider(paths: string[]): Promise<boolean> {
    const figure = await this.#wish(() => this.#backend.previewFigure(paths));
    if (figure) {
      this.figure = { paths, preview: figure };
      return true;
    }
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

  async takeFigure(character: string, paths: string[]): Promise<FigureReport | null> {
    const report = await this.#wish(() => this.#backend.importFigure(character, paths));
    if (report) this.changed();
    return report ?? null;
  }

  changed(): void {
    this.version++;
  }
}
