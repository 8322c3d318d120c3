/** Several characters in the fake backend: whoever is named answers, else whoever has not spoken last. */

import type { AppEvent, CharacterSummary, Problem } from './backend';
import type { Because, CastBackend, CastView } from './cast';

interface World {
  query: URLSearchParams;
  characters: CharacterSummary[];
  emit: (event: AppEvent) => void;
  /** Whose conversation it is. */
  own: () => string;
  /** Ids of those who spoke, in order. */
  spoken: () => string[];
  speak: (who: string, because: Because) => void;
}

export interface FakeCast extends CastBackend {
  view(): CastView;
  /** Who answers a line; null where the conversation's own character is alone. */
  answers(text: string): { speaker: string; because: Because } | null;
}

const GUESTS = 2;

export function fakeCast(world: World): FakeCast {
  /** `?with=` invites from the start. */
  let guests = world.query.getAll('with');
  let muted: string[] = [];
  let lines = 1;
  const nameOf = (id: string) => world.characters.find((one) => one.id === id)?.name ?? id;
  const view = (): CastView => ({
    members: [world.own(), ...guests].map((id) => ({ id, name: nameOf(id), muted: muted.includes(id) })),
    lines,
    room: GUESTS - guests.length,
  });
  const changed = async () => {
    world.emit({ type: 'castChanged', cast: view() });
    return Promise.resolve(view());
  };
  return {
    view,
    answers(text) {
      if (guests.length === 0) return null;
      const may = [world.own(), ...guests].filter((id) => !muted.includes(id));
      const named = may.find((id) => text.toLowerCase().includes(nameOf(id).toLowerCase()));
      if (named) return { speaker: named, because: 'named' };
      const spoken = world.spoken();
      const silent = may.toSorted((a, b) => spoken.lastIndexOf(a) - spoken.lastIndexOf(b))[0];
      return { speaker: silent ?? world.own(), because: may.length === 1 ? 'only' : 'silent' };
    },
    async invite(character) {
      const full: Problem = {
        kind: 'invalid',
        message: 'there is room for 2 guests: send one away before you invite another',
        remedy: 'correct it and try again',
      };
      if (guests.length >= GUESTS) throw full;
      guests = [...guests, character];
      return changed();
    },
    async sendAway(character) {
      guests = guests.filter((id) => id !== character);
      muted = muted.filter((id) => id !== character);
      if (guests.length === 0) lines = 1;
      return changed();
    },
    async setMuted(character, on) {
      muted = muted.filter((id) => id !== character);
      if (on) muted = [...muted, character];
      return changed();
    },
    async setLinesATurn(wanted) {
      lines = wanted;
      return changed();
    },
    speak(character) {
      world.speak(character, 'chosen');
      return Promise.resolve();
    },
  };
}
