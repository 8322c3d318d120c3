/** The fake backend's memory: a few facts that can be put right, pinned, forgotten, and brought back. `?memory=empty|reading|small|off|server`. */

import type { MessageView } from './backend';
import type {
  MeaningView,
  MemoryBackend,
  MemoryChapter,
  MemoryFact,
  MemoryReader,
  MemoryScene,
  Recollection,
} from './memory';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 22, 20);

function message(id: string, role: MessageView['role'], text: string, createdAt: number): MessageView {
  return { id, role, text, emotion: 'neutral', interrupted: false, swipe: 0, swipes: 1, createdAt };
}

const TALK: MessageView[] = [
  message('p1', 'user', 'Hi! My name is Mei, and I live in Leeds now.', NOW - 40 * DAY),
  message('p2', 'character', 'Leeds! Is it as rainy as here?', NOW - 40 * DAY + 60_000),
  message('p3', 'user', 'My birthday is in March.', NOW - 12 * DAY),
  message('p4', 'character', 'March! I will remember that.', NOW - 12 * DAY + 30_000),
  message('p5', 'user', 'No, wait, it’s in May. I always mix them up.', NOW - 12 * DAY + 90_000),
  message('p6', 'user', 'Lena moved to Porto last spring. I miss her.', NOW - 5 * DAY),
  message('p7', 'character', 'I have never seen the sea at Porto. I like maps of it.', NOW - 5 * DAY + 40_000),
  message('p8', 'user', 'I love rainy mornings, but I can’t stand coriander.', NOW - DAY),
];

const fact = (
  id: number,
  message: string | null,
  attribute: string,
  value: string,
  more: Partial<MemoryFact> = {},
): MemoryFact => {
  const source = TALK.find((m) => m.id === message);
  const clause = source?.text ?? value;
  return {
    id,
    who: null,
    attribute,
    value,
    said: null,
    clause,
    by: null,
    ofUser: true,
    message,
    at: source?.createdAt ?? NOW,
    pinned: false,
    before: [],
    line: `- Mei: "${clause}"`,
    ...more,
  };
};

const FACTS: MemoryFact[] = [
  fact(8, 'p8', 'likes', 'rainy mornings'),
  fact(9, 'p8', 'dislikes', 'coriander'),
  fact(7, 'p7', 'likes', 'maps of it', { ofUser: false, by: 'qwen3-4b' }),
  fact(6, 'p6', 'home', 'Porto', { who: 'lena' }),
  fact(5, 'p5', 'birthday', 'May', { before: ['March'] }),
  fact(2, 'p1', 'home', 'Leeds', { pinned: true }),
  fact(1, 'p1', 'name', 'Mei'),
];

const PLAIN: Omit<MemoryScene, 'topics' | 'told' | 'summary' | 'by' | 'byHand' | 'summaryId'>[] = [
  { from: NOW - DAY, to: NOW - DAY + 1_800_000, messages: 14, first: 'p8', highlights: TALK.slice(7, 8) },
  { from: NOW - 5 * DAY, to: NOW - 5 * DAY + 2_700_000, messages: 22, first: 'p6', highlights: TALK.slice(5, 7) },
  {
    from: NOW - 12 * DAY,
    to: NOW - 12 * DAY + 900_000,
    messages: 9,
    first: 'p3',
    highlights: [TALK[2], TALK[4]] as MessageView[],
  },
  { from: NOW - 40 * DAY, to: NOW - 40 * DAY + 3_600_000, messages: 31, first: 'p1', highlights: TALK.slice(0, 1) },
];

const SCENES: MemoryScene[] = PLAIN.map((scene, i) => ({
  ...scene,
  topics: [['rain', 'coriander'], ['Porto', 'Lena', 'sea'], ['birthday'], ['Leeds']][i] ?? [],
  told:
    ([[['likes', 'rainy mornings']], [], [['birthday', 'May']], [['home', 'Leeds']]] as [string, string][][])[i] ?? [],
  summary: i === 1 ? 'Mei told that Lena has moved to Porto and that she misses her. Koto has never seen the sea.' : '',
  by: i === 1 ? 'Qwen3-4B' : '',
  byHand: false,
  summaryId: i === 1 ? 1 : null,
}));
const CHAPTERS: MemoryChapter[] = [
  { from: NOW - 12 * DAY, to: NOW - DAY, topics: ['Porto', 'rain', 'birthday'], scenes: SCENES.slice(0, 3) },
  { from: NOW - 40 * DAY, to: NOW - 40 * DAY + 3_600_000, topics: ['Leeds'], scenes: SCENES.slice(3) },
];

const READERS: Record<string, MemoryReader> = {
  empty: { name: 'qwen3-4b', state: 'waits', read: 0, all: 0 },
  small: { name: 'hanashi-mini', state: 'unfit', read: 0, all: 152 },
  off: { name: '', state: 'off', read: 0, all: 0 },
  server: { name: '', state: 'server', read: 0, all: 0 },
};
const readerOf = (kind: string): MemoryReader =>
  READERS[kind] ?? { name: 'qwen3-4b', state: 'reads', read: 96, all: 152 };

export function fakeMemory(query: URLSearchParams): MemoryBackend {
  const kind = query.get('memory') ?? '';
  let facts = kind === 'empty' ? [] : FACTS.map((f) => ({ ...f }));
  let chapters = kind === 'empty' ? [] : CHAPTERS;
  let meaning: MeaningView | null = null;
  const undos = new Map<number, () => void>();
  let next = 100;
  const undoable = (undo: () => void): number => {
    undos.set(++next, undo);
    return next;
  };
  const change = (id: number, changes: Partial<MemoryFact>): number => {
    const before = facts;
    facts = facts.map((f) => (f.id === id ? { ...f, ...changes } : f));
    return undoable(() => (facts = before));
  };
  return {
    async memories(character) {
      const name = character === 'haru' ? 'Haru' : 'Koto';
      const acquaintance =
        kind === 'empty'
          ? null
          : { since: NOW - 40 * DAY, last: NOW - DAY, days: 12, said: 76, name: 'Mei', herName: 'Kiki' };
      const page = {
        character,
        name,
        acquaintance,
        meaning,
        reader: readerOf(kind),
        facts,
        chapters,
        reading: kind === 'reading',
        unused: kind === 'small',
      };
      return character === 'koto' ? page : { ...page, acquaintance: null, facts: [], chapters: [] };
    },
    async memoryAsk(_character, question): Promise<Recollection[]> {
      const words = question.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
      const known = facts.flatMap((f): Recollection[] => {
        const text = `${f.who ? `${f.who} / ` : ''}${f.attribute}: ${f.value}`;
        const found = words.filter((word) => word.length > 2 && `${text} ${f.clause}`.toLowerCase().includes(word));
        const why = f.pinned ? 'pinned' : found.length > 0 ? 'words' : f.attribute === 'name' ? 'core' : null;
        return why === null
          ? []
          : [{ fact: f.id, summary: null, message: f.message, byUser: f.ofUser, text, at: f.at, why, words: found }];
      });
      const scenes = chapters.flatMap((chapter) => chapter.scenes);
      const retold = scenes.flatMap(({ summary, summaryId, first, from }): Recollection[] => {
        const found = words.filter((word) => word.length > 3 && summary.toLowerCase().includes(word));
        return summaryId === null || found.length === 0
          ? []
          : [
              {
                fact: null,
                summary: summaryId,
                message: first,
                byUser: false,
                text: summary,
                at: from,
                why: 'words',
                words: found,
              },
            ];
      });
      return [...known, ...retold];
    },
    async memorySource(id) {
      const at = TALK.findIndex((m) => m.id === id);
      return {
        conversation: 'old-1',
        title: 'Rain, and a blue book',
        messages: TALK.slice(Math.max(0, at - 2), at + 3),
      };
    },
    async memoryCorrect(id, value) {
      const old = facts.find((f) => f.id === id);
      return change(id, { value, said: old?.said ?? old?.value ?? null, line: `- Mei: "${old?.attribute}: ${value}"` });
    },
    async memoryPin(id, pinned) {
      return change(id, { pinned });
    },
    async memoryForget(_character, id) {
      const before = facts;
      facts = facts.filter((f) => f.id !== id);
      return undoable(() => (facts = before));
    },
    async memoryForgetMessage(_character, id) {
      const before = facts;
      facts = facts.filter((f) => f.message !== id);
      return undoable(() => (facts = before));
    },
    async memoryRetell(id, summary) {
      const before = chapters;
      const told = (scene: MemoryScene) =>
        scene.summaryId === id ? { ...scene, summary, byHand: true, summaryId: summary === '' ? null : id } : scene;
      chapters = chapters.map((chapter) => ({ ...chapter, scenes: chapter.scenes.map(told) }));
      return undoable(() => (chapters = before));
    },
    async memoryAdd(_character, attribute, value) {
      const before = facts;
      facts = [fact(++next, null, attribute, value, { line: `- Mei: "${attribute}: ${value}"` }), ...facts];
      return undoable(() => (facts = before));
    },
    async memoryUndo(undo) {
      undos.get(undo)?.();
      undos.delete(undo);
    },
    async memoryChooseEncoder() {
      meaning = { name: 'multilingual-e5-small', done: 76, all: 76, problem: '' };
      return true;
    },
    async memoryDropEncoder() {
      meaning = null;
    },
    async memoryExport() {
      return true;
    },
    async memoryImport() {
      const before = facts;
      facts = [fact(++next, null, 'work', 'translator'), ...facts];
      return { added: 1, skipped: 2, undo: undoable(() => (facts = before)) };
    },
  };
}
