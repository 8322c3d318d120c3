/** Who is given a new look: a character of the person's own. */

import type { Session } from '$lib/session/session.svelte';

export class Recipient {
  readonly #session: Session;
  #chosen = $state<string | null>(null);

  constructor(session: Session) {
    this.#session = session;
  }

  /** Those who may be given one; who comes with the app keeps theirs. */
  own = $derived.by(() => this.#session.state.characters.filter((one) => !one.builtIn));
  /** Who was chosen, else who is edited, else who is on stage, else the first; '' where there is nobody. */
  id = $derived.by(() => {
    const wanted = [this.#chosen, this.#session.desk.editing, this.#session.state.character];
    return wanted.find((id) => this.own.some((one) => one.id === id)) ?? this.own[0]?.id ?? '';
  });
  name = $derived.by(() => this.own.find((one) => one.id === this.id)?.name ?? '');

  choose = (id: string): void => {
    this.#chosen = id;
  };
}
