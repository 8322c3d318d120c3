/** Documents without a program: a small shelf, files that take their time, one that cannot be read. */

import type { AppEvent } from './backend';
import type { DocumentsBackend, DocumentView, PassageView, ReadingView } from './documents';

interface World {
  query: URLSearchParams;
  emit: (event: AppEvent) => void;
  wait: (ms: number) => Promise<void>;
  turns: () => number;
}

const SHELF: DocumentView[] = [
  {
    id: 1,
    path: '/home/ann/Documents/noss-lighthouse.pdf',
    name: 'noss-lighthouse.pdf',
    title: 'The Light of Noss',
    character: null,
    format: 'pdf',
    kilobytes: 2_310,
    passages: 184,
    state: 'ready',
    reason: '',
    message: '',
  },
  {
    id: 2,
    path: '/home/ann/Documents/tea/green-tea.epub',
    name: 'green-tea.epub',
    title: 'A Book of Green Tea',
    character: 'koto',
    format: 'epub',
    kilobytes: 840,
    passages: 412,
    state: 'ready',
    reason: '',
    message: '',
  },
  {
    id: 3,
    path: '/home/ann/Documents/letters-scan.pdf',
    name: 'letters-scan.pdf',
    title: 'letters-scan.pdf',
    character: null,
    format: '',
    kilobytes: 18_400,
    passages: 0,
    state: 'refused',
    reason: 'scanned',
    message: 'it holds pictures of 12 pages and no text; run it through a program that recognises text (OCR) first',
  },
];

const PASSAGE: PassageView = {
  path: '/home/ann/Documents/noss-lighthouse.pdf',
  name: 'noss-lighthouse.pdf',
  place: { kind: 'page', at: 3 },
  heading: 'The Building',
  text: 'The lighthouse of Noss was built in 1907 by Elsa Brandt.\nIts lamp burned colza oil until 1931.',
  because: ['lighthouse', 'built', 'noss'],
  coverage: 0.86,
  near: null,
  evidence: null,
  said: '',
};

export function fakeDocuments({ query, emit, wait, turns }: World): DocumentsBackend {
  let shelf = query.has('documents') ? SHELF : [];
  let removed: DocumentView[] = [];
  let stopped = false;
  let running = false;
  let made = 10;
  const tell = (reading: ReadingView) => emit({ type: 'reading', reading });

  async function read(paths: string[], character: string | null) {
    running = true;
    stopped = false;
    const view: ReadingView = {
      done: 0,
      files: paths.length,
      name: '',
      part: null,
      finished: false,
      refused: [],
      problem: null,
    };
    tell({ ...view });
    for (const path of paths) {
      const name = path.split('/').at(-1) ?? path;
      for (const part of [0.2, 0.6, 0.9]) {
        tell({ ...view, name, part });
        await wait(250);
      }
      if (stopped) break;
      const locked = name.includes('locked');
      const message = 'it is protected by a password or a licence; save a copy without protection';
      if (locked) view.refused = [...view.refused, { name, reason: 'protected', message }];
      shelf = shelf.filter((one) => one.path !== path);
      shelf.push({
        id: made++,
        path,
        name,
        title: name,
        character,
        format: locked ? '' : 'text',
        kilobytes: 12,
        passages: locked ? 0 : 21,
        state: locked ? 'refused' : 'ready',
        reason: locked ? 'protected' : '',
        message: locked ? message : '',
      });
      view.done++;
      tell({ ...view, name });
    }
    running = false;
    const problem = stopped
      ? {
          kind: 'busy',
          message: 'stopped; what was read is kept',
          remedy: 'add the same files again: reading goes on where it stopped',
        }
      : null;
    tell({ ...view, finished: true, problem });
  }

  return {
    async documents(character) {
      const own = shelf.filter((one) => character === null || one.character === null || one.character === character);
      return [...own].sort((one, other) => one.path.localeCompare(other.path));
    },
    async addDocuments(paths, character) {
      if (!running) void read(paths, character);
    },
    async refreshDocuments() {
      if (!running) void read([], null);
    },
    async stopDocuments() {
      stopped = true;
    },
    async searchDocuments(question) {
      await wait(60);
      const meant = query.get('documents') === 'meaning' && /tower/i.test(question);
      if (meant) return [{ ...PASSAGE, because: [], coverage: 0, near: 0.83 }];
      return /lighthouse|noss|灯/i.test(question) ? [PASSAGE] : [];
    },
    async documentsMeaning() {
      const passages = shelf.reduce((sum, one) => sum + one.passages, 0);
      return query.get('documents') === 'meaning'
        ? { name: 'multilingual-e5-small', done: Math.floor(passages / 2), all: passages, problem: '' }
        : null;
    },
    async removeDocument(id) {
      removed = [...removed, ...shelf.filter((one) => one.id === id)];
      shelf = shelf.filter((one) => one.id !== id);
    },
    async restoreDocument(id) {
      shelf = [...shelf, ...removed.filter((one) => one.id === id)];
    },
    async lookedUp() {
      if (turns() === 0 || !query.has('documents')) return null;
      const said = 'It was built in 1907 by Elsa Brandt.';
      const passages = [{ ...PASSAGE, evidence: 0.88, said }];
      return { need: 'yes', question: 'When was the lighthouse built?', passages, rule: '', pattern: '' };
    },
    async pickFolder() {
      return '/home/ann/Documents/tea';
    },
  };
}
