/** Conversations without a program: the one on stage and two of earlier days. */

import type { ConversationView, TalksBackend } from './talks';

interface World {
  wait: (ms: number) => Promise<void>;
  /** Id of the conversation on stage, and how many messages its branch has. */
  here: () => { id: string; messages: number };
  /** Begins a conversation on stage. */
  begin: () => Promise<void>;
  /** Puts an earlier one there. */
  recall: () => void;
  /** A copy of the database cannot be changed. */
  copy: boolean;
}

const NOW = Date.UTC(2026, 10, 22, 20);
const DAY = 86_400_000;

export function fakeTalks({ wait, here, begin, recall, copy }: World): TalksBackend {
  const own = (): ConversationView => ({
    id: here().id,
    title: 'Rain, and a blue book',
    updatedAt: NOW,
    messages: here().messages,
    active: true,
    saves: 0,
  });
  let others: ConversationView[] = [
    {
      id: 'old-1',
      title: 'The map that was torn out',
      updatedAt: NOW - DAY,
      messages: 24,
      active: false,
      saves: 2,
    },
    { id: 'old-2', title: '', updatedAt: NOW - 5 * DAY, messages: 3, active: false, saves: 0 },
  ];
  let removed: { talk: ConversationView; removedAt: number }[] = [];
  return {
    newConversation: begin,
    async conversations() {
      await wait(60);
      return [own(), ...others];
    },
    async openConversation() {
      recall();
    },
    async removeConversation(id) {
      const talk = [own(), ...others].find((one) => one.id === id);
      if (!talk)
        throw {
          kind: 'invalid',
          message: `there is no conversation \`${id}\``,
          remedy: 'open the list of conversations again',
        };
      removed = [{ talk: { ...talk, active: false }, removedAt: NOW + removed.length }, ...removed];
      others = others.filter((one) => one.id !== id);
      if (talk.active) await begin();
    },
    async restoreConversation(id) {
      const back = removed.find(({ talk }) => talk.id === id);
      if (!back)
        throw {
          kind: 'missing',
          message: 'there is no removed conversation `c0`',
          remedy: 'open the list of conversations again',
        };
      removed = removed.filter((one) => one !== back);
      others = [...others, back.talk].sort((a, b) => b.updatedAt - a.updatedAt);
    },
    async removedConversations() {
      return removed.map(({ talk, removedAt }) => ({
        id: talk.id,
        title: talk.title,
        removedAt,
        messages: talk.messages,
      }));
    },
    async purgeConversations(id) {
      const gone = removed.filter(({ talk }) => id === null || talk.id === id);
      removed = removed.filter((one) => !gone.includes(one));
      return { conversations: gone.length, copies: copy ? ['/home/me/hanashi/backups/hanashi-old.sqlite'] : [] };
    },
  };
}
