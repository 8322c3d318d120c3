/** The arena of the fake backend: replies by a fixed rule, votes that are counted. */

import {
  DIMENSIONS,
  MARKS,
  type AdapterView,
  type ArenaBackend,
  type ArenaSide,
  type ArenaVote,
  type Mark,
} from './arena';
import type { Problem } from './backend';

interface World {
  wait: (ms: number) => Promise<void>;
  /** The character's replies in the conversation. */
  replies: () => { id: string; text: string }[];
}

const ADAPTERS: AdapterView[] = [
  { id: 'library:warm-voice', name: 'warm-voice', from: 'library' },
  { id: 'character:mira', name: 'Mira', from: 'character' },
  { id: 'studio:p1', name: 'Sylvie', from: 'studio' },
];

const label = (side: ArenaSide) =>
  [
    side.model || 'Hanashi Mini',
    `temperature ${side.temperature ?? 0.8}`,
    side.guard ? 'guard' : '',
    side.adapter ? `adapter ${ADAPTERS.find((one) => one.id === side.adapter)?.name ?? side.adapter}` : '',
    side.instructions ? `“${side.instructions.slice(0, 40)}”` : '',
  ]
    .filter(Boolean)
    .join(', ');

export function fakeArena(world: World): ArenaBackend {
  let open: { id: string; left: string; right: string } | null = null;
  let rounds = 0;
  const votes: { one: string; other: string; vote: ArenaVote; topic: string }[] = [];
  const sheets: number[][] = [];
  const marks: Record<string, Mark[]> = {};
  const invalid = (message: string, remedy: string): Problem => ({ kind: 'invalid', message, remedy });

  return {
    async arenaRound(asked, one, other) {
      await world.wait(40);
      if (asked.trim() === '' && world.replies().length === 0)
        throw invalid('nothing was said yet', 'write something to answer');
      rounds++;
      open = { id: `round-${rounds}`, left: label(one), right: label(other) };
      return {
        id: open.id,
        left: 'Come in, come in! The kettle is on, and Comma has left you half of the good chair.',
        right: 'Hello. I have tea. I have tea. What would you like to talk about?',
      };
    },
    async arenaVote(id, vote, topic) {
      if (open?.id !== id) throw invalid('this comparison was decided already', 'begin another one');
      const { left, right } = open;
      open = null;
      votes.push({ one: left, other: right, vote, topic });
      return { left, right };
    },
    async arenaSheet(scores) {
      if (!scores.some((score) => score > 0)) throw invalid('a sheet has six scores from 1 to 5', 'give at least one');
      sheets.push(scores);
    },
    async markedReplies() {
      return world.replies().map(({ id, text }) => ({ message: id, text, marks: marks[id] ?? null }));
    },
    async markReply(message, given) {
      marks[message] = [...given];
    },
    async arenaResults() {
      const names = [...new Set(votes.map((vote) => JSON.stringify([vote.one, vote.other])))];
      const count = (of: typeof votes, name: string) => ({
        name,
        win: of.filter((vote) => vote.vote === 'left').length,
        tie: of.filter((vote) => vote.vote === 'tie').length,
        lose: of.filter((vote) => vote.vote === 'right').length,
      });
      const looked = Object.values(marks);
      const rate = (mark: Mark) => (looked.filter((all) => all.includes(mark)).length * 100) / looked.length;
      const rates = MARKS.map(rate);
      return {
        pairs: names.map((key) => {
          const [one, other] = JSON.parse(key) as [string, string];
          const own = votes.filter((vote) => vote.one === one && vote.other === other);
          const topics = [...new Set(own.map((vote) => vote.topic).filter(Boolean))];
          const decided = own.filter((vote) => vote.vote !== 'tie');
          return {
            one,
            other,
            counts: [
              count(own, ''),
              ...topics.map((t) =>
                count(
                  own.filter((vote) => vote.topic === t),
                  t,
                ),
              ),
            ],
            leftWon: decided.filter((vote) => vote.vote === 'left').length,
            decided: decided.length,
          };
        }),
        sheets: sheets.length
          ? [
              {
                label: 'Hanashi Mini',
                count: sheets.length,
                overall: null,
                values: DIMENSIONS.map((_, at) => {
                  const given = sheets.map((sheet) => sheet[at] ?? 0).filter((score) => score > 0);
                  return given.length ? given.reduce((sum, score) => sum + score, 0) / given.length : null;
                }),
              },
            ]
          : [],
        marks: looked.length
          ? [
              {
                label: 'Hanashi Mini',
                count: looked.length,
                values: rates,
                overall: rates.slice(0, 5).reduce((sum, one) => sum + one, 0) - (rates[5] ?? 0),
              },
            ]
          : [],
        damaged: 0,
      };
    },
    async adapters() {
      return ADAPTERS;
    },
    async arenaExport() {
      if (votes.length + sheets.length + Object.keys(marks).length === 0)
        throw invalid('there is nothing to export yet', 'compare or mark some replies');
      return ['appraisals/arena.csv', 'appraisals/arena-preferences.json'];
    },
  };
}
