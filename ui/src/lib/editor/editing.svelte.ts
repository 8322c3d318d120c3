/** A card in the editor: the document and its history, what the program says of it, and how many tokens it takes. */

import type { Backend } from '$lib/backend/backend';
import type { CardDocument, CardIssue } from '$lib/backend/library';
import { edited, isDirty, openHistory, redone, savedAs, undone, type History } from './history';
import { fields } from './tokens';

/** After the last letter. */
const PATIENCE_MS = 250;

type Wish = <T>(run: () => Promise<T>) => Promise<T | undefined>;

export class Editing {
  #history = $state.raw() as History<CardDocument>;
  issues = $state.raw<CardIssue[]>([]);
  /** Tokens by field; empty while no model counts. */
  tokens = $state.raw<Record<string, number>>({});
  saving = $state(false);

  readonly #backend: Backend;
  readonly #wish: Wish;
  /** Texts that were counted, so that typing in one field does not count the others. Nothing renders from it. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  #counted = new Map<string, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(backend: Backend, wish: Wish, document: CardDocument) {
    this.#backend = backend;
    this.#wish = wish;
    this.#history = openHistory(document);
    void this.#look();
  }

  document = $derived.by(() => this.#history.present);
  dirty = $derived.by(() => isDirty(this.#history));
  canUndo = $derived.by(() => this.#history.past.length > 0);
  canRedo = $derived.by(() => this.#history.future.length > 0);

  /** Changes some fields; `field` names the edit, so that typing in one place is one step of undo. */
  edit(field: string, change: Partial<CardDocument>): void {
    if (this.document.builtIn || this.saving) return;
    this.#history = edited(this.#history, { ...this.document, ...change }, field, performance.now());
    this.#lookSoon();
  }
  undo(): void {
    if (this.saving) return;
    this.#history = undone(this.#history);
    this.#lookSoon();
  }
  redo(): void {
    if (this.saving) return;
    this.#history = redone(this.#history);
    this.#lookSoon();
  }

  /** True where it is on the disk. */
  async save(): Promise<boolean> {
    if (this.saving || !this.dirty) return !this.dirty;
    this.saving = true;
    const answer = await this.#wish(() => this.#backend.saveCard($state.snapshot(this.document)));
    this.saving = false;
    if (!answer) return false;
    this.#history = savedAs(answer);
    this.#lookSoon();
    return true;
  }

  /** What is to be said of a field. */
  issuesOf(field: string): CardIssue[] {
    return this.issues.filter((issue) => issue.field === field || issue.field.startsWith(`${field}.`));
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #lookSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(), PATIENCE_MS);
  }

  async #look(): Promise<void> {
    const document = this.document;
    const texts = fields(document);
    const uncounted = texts.map(([, text]) => text).filter((text) => text !== '' && !this.#counted.has(text));
    const unknown = uncounted.filter((text, place) => uncounted.indexOf(text) === place);
    const [issues, counts] = await Promise.all([
      this.#wish(() => this.#backend.checkCard(document)),
      unknown.length > 0 ? this.#wish(() => this.#backend.countTokens(unknown)) : [],
    ]);
    if (counts) unknown.forEach((text, i) => this.#counted.set(text, counts[i] ?? 0));
    if (document !== this.document) return;
    if (issues) this.issues = issues;
    const known = texts.filter(([, text]) => text === '' || this.#counted.has(text));
    this.tokens = Object.fromEntries(known.map(([field, text]) => [field, this.#counted.get(text) ?? 0]));
    // What is no longer anywhere in the card need not be remembered.
    if (this.#counted.size > 4 * texts.length + 64) {
      this.#counted.clear();
      for (const [field, text] of known) this.#counted.set(text, this.tokens[field] ?? 0);
    }
  }
}
