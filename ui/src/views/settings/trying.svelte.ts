/** A choice that takes memory, planned before it is made: what would be loaded together, and what fits where it does not. */

import type { Settings } from '$lib/backend/backend';
import type { FitAsked, Fitting } from '$lib/backend/fitting';
import type { Session } from '$lib/session/session.svelte';

export class Trying {
  /** What is being planned, or is shown. */
  asked = $state.raw<FitAsked | null>(null);
  /** The plan; null while it is made. */
  plan = $state.raw<Fitting | null>(null);
  #changes: Partial<Settings> = {};
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Plans a choice; `changes` are what makes it. */
  async begin(asked: FitAsked, changes: Partial<Settings>): Promise<void> {
    this.asked = asked;
    this.plan = null;
    this.#changes = changes;
    const plan = await this.#session.wish(() => this.#session.backend.fit(asked));
    // Another choice may have been tried meanwhile.
    if (this.asked !== asked) return;
    if (plan) this.plan = plan;
    else this.leave();
  }
  leave(): void {
    this.asked = null;
    this.plan = null;
  }
  async apply(): Promise<void> {
    await this.#session.change(this.#changes);
    this.leave();
  }
  /** The same choice with a context that fits. */
  async shorten(contextLength: number): Promise<void> {
    const { writing } = this.#session.state.settings;
    const changes = { ...this.#changes, writing: { ...(this.#changes.writing ?? writing), contextLength } };
    await this.begin({ ...this.asked, contextLength }, changes);
  }
  /** Another language model in the place of the one that does not fit. */
  async instead(chatModel: string): Promise<void> {
    await this.begin({ ...this.asked, chatModel }, { ...this.#changes, chatModel });
  }
}
