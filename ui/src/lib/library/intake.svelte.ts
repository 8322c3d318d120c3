/** Drives an import: one file after the other through the door, until done or cancelled. */

import type { Backend } from '$lib/backend/backend';
import { begin, reduceIntake, wanted, type Choice, type IntakeEvent, type IntakeState } from './intake';

export class Intake {
  state = $state.raw<IntakeState | null>(null);
  /** How far the file is that is being taken in, 0 to 1; long conversations tell. */
  part = $state(0);
  readonly #backend: Pick<Backend, 'expandPaths' | 'previewImport' | 'importFile' | 'stopImport'>;
  readonly #wish: <T>(run: () => Promise<T>) => Promise<T | undefined>;

  constructor(
    backend: Pick<Backend, 'expandPaths' | 'previewImport' | 'importFile' | 'stopImport'>,
    wish: <T>(run: () => Promise<T>) => Promise<T | undefined>,
  ) {
    this.#backend = backend;
    this.#wish = wish;
  }

  #apply(event: IntakeEvent): IntakeState | null {
    if (this.state) this.state = reduceIntake(this.state, event);
    return this.state;
  }

  /** Looks at files. Files that come while others are looked at join them. */
  async look(paths: string[]): Promise<void> {
    if (paths.length === 0 || this.state?.stage === 'importing') return;
    const files = await this.#wish(() => this.#backend.expandPaths(paths));
    if (!files || files.length === 0) return;
    if (this.state?.stage === 'looking') {
      this.#apply({ type: 'begin', paths: files });
      return;
    }
    this.state = begin(files);
    for (let at = 0; this.state.stage === 'looking';) {
      const item: { path: string } | undefined = this.state.items[at];
      if (!item) break;
      const preview = await this.#wish(() => this.#backend.previewImport(item.path));
      // Closed, or cancelled meanwhile.
      if (!this.state || this.state.stage !== 'looking') return;
      if (preview) this.#apply({ type: 'looked', preview });
      // What is in a file of several stands in its place, and is looked at next.
      if (!preview || preview.members.length === 0) at++;
    }
    this.#apply({ type: 'allLooked' });
  }

  choose(path: string, choice: Choice): void {
    this.#apply({ type: 'choose', path, choice });
  }
  chooseAll(choice: Choice): void {
    this.#apply({ type: 'chooseAll', choice });
  }

  async takeIn(): Promise<void> {
    const begun = this.#apply({ type: 'import' });
    for (const item of begun ? wanted(begun) : []) {
      if (this.state?.stage !== 'importing') return;
      const into = {
        add: item.preview?.kind === 'conversation' ? (item.into ?? item.preview.target?.id) : null,
        attach: item.preview?.target?.id,
        replace: item.preview?.twin?.id,
        skip: null,
      }[item.choice];
      this.part = 0;
      const report = await this.#wish(() => this.#backend.importFile(item.path, into ?? null));
      this.part = 0;
      if (report) this.#apply({ type: 'taken', path: item.path, report });
    }
    this.#apply({ type: 'allTaken' });
  }

  /** Says whom a conversation is given to. */
  give(path: string, into: string): void {
    this.#apply({ type: 'give', path, into });
  }

  cancel(): void {
    if (this.state?.stage === 'importing') void this.#wish(() => this.#backend.stopImport());
    this.#apply({ type: 'cancel' });
    if (this.state?.items.length === 0) this.close();
  }
  close(): void {
    this.state = null;
  }
}
