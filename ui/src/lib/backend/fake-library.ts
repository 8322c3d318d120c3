/**
 * The library of the fake backend: three characters, or with `?library=N` that many more, made up by a fixed rule; cards that can be
 * opened, edited and saved; files of every fate. `?library=none` is a library that holds only who came with the app.
 */

import type { AppEvent, CharacterSummary, Problem } from './backend';
import type {
  Beginnings,
  BookFile,
  CardDocument,
  CardIssue,
  ImportPreview,
  ImportReport,
  LibraryBackend,
  LibraryCard,
  PersonaEntry,
} from './library';
import { GREETINGS } from './fake-data';
import type { FakeScenery } from './fake-scenery';

import { ASSET, BLANK, BOOK, madeUp, NOTES, picture } from './fake-cards';

interface World {
  query: URLSearchParams;
  scenery: Pick<FakeScenery, 'preview' | 'take'>;
  characters: CharacterSummary[];
  emit: (event: AppEvent) => void;
  wait: (ms: number) => Promise<void>;
  /** What the conversation on stage does when somebody else begins. */
  begin: (character: string, greeting: string) => void;
  userName: () => string;
}

const fold = (text: string) => text.normalize('NFKC').toLowerCase();

export function fakeLibrary(world: World): LibraryBackend {
  const { query, characters, emit, wait } = world;
  const count = query.get('library');
  if (count === 'none') characters.splice(0, characters.length, ...characters.filter((c) => c.builtIn));
  let cards: LibraryCard[] = [
    ...characters.map((c) => ({
      ...c,
      creator: c.builtIn ? 'The Hanashi authors' : '',
      greetings: c.id === 'card-mira' ? 3 : 1,
      loreEntries: c.id === 'card-mira' ? 2 : 0,
      favourite: false,
      remote: false,
      addedAt: Date.UTC(2026, 8, 1),
      talkedAt: c.id === 'koto' ? Date.UTC(2026, 10, 22, 20) : null,
    })),
    ...madeUp(Number(count ?? 0) || 0),
  ];
  const removed = new Map<string, LibraryCard>();
  const saved = new Map<string, CardDocument>();
  let made = 0;
  let personas: PersonaEntry[] = [];
  let books: BookFile[] = [];
  const chosen: { usual: string; character: string | null; conversation: string | null } = {
    usual: '',
    character: null,
    conversation: null,
  };
  const problem = (kind: string, message: string, remedy: string): Problem => ({ kind, message, remedy });
  const changed = () => {
    characters.splice(0, characters.length, ...cards.slice(0, 60));
    emit({ type: 'charactersChanged', characters: [...characters] });
    emit({ type: 'libraryChanged', all: cards.length, indexing: false });
  };
  const card = (id: string) => {
    const found = cards.find((c) => c.id === id);
    if (!found) throw problem('missing', `there is no character \`${id}\``, 'Open the library again.');
    return found;
  };
  const blank = (id: string): CardDocument => {
    const of = card(id);
    return {
      id,
      revision: '1',
      builtIn: of.builtIn,
      format: 'V2, png',
      name: of.name,
      nickname: '',
      description: `${of.name} is {{char}}. ${of.tagline}`,
      personality: 'Quiet, exact, kind.',
      scenario: '',
      greetings: [
        GREETINGS[id]?.[1] ?? 'Hello. I came with a card and a picture.',
        '*She looks up from the map.* Oh. You found me after all.',
        '「いらっしゃい」と彼女は言った。',
      ].slice(0, of.greetings),
      groupGreetings: [],
      exampleDialogue: '<START>\n{{user}}: Where does this road go?\n{{char}}: Down, mostly.',
      systemPrompt: '',
      postHistoryInstructions: '',
      creatorNotes: id === 'card-mira' ? NOTES : of.tagline,
      notes: [],
      creator: of.creator,
      version: '1.2',
      tags: of.tags,
      attributes: {
        identity: '',
        interests: '',
        viewpoints: '',
        experiences: '',
        achievements: '',
        relationships: '',
        other: '',
        languageStyle: '',
        emotionalExpression: '',
        interaction: '',
      },
      neverSays: [],
      outside: [],
      voice: '',
      voiceRate: 1,
      voicePitch: 0,
      language: '',
      assets: [
        { ...ASSET, origin: 0, kind: 'icon', name: 'main', uri: 'ccdefault:', at: 'default' },
        ...(id === 'card-mira'
          ? [
              { ...ASSET, origin: 1, kind: 'emotion', name: 'joy', uri: 'embeded://assets/joy.png', bytes: 48_213 },
              {
                ...ASSET,
                origin: 2,
                kind: 'background',
                name: '灯台',
                uri: 'https://example.com/x.png',
                at: 'network',
              },
            ]
          : []),
      ],
      book: of.loreEntries > 0 ? BOOK : null,
      portrait: '',
    };
  };
  const personaName = () => {
    const id = chosen.conversation ?? chosen.character ?? chosen.usual;
    return personas.find((p) => p.id === id)?.name ?? world.userName();
  };
  const personaChanged = () => emit({ type: 'personaChanged', name: personaName() });

  return {
    async library(ask) {
      await wait(40);
      const terms = fold(ask.text).split(/\s+/).filter(Boolean);
      const found = cards
        .filter((c) => !ask.favourites || c.favourite)
        .filter((c) => ask.tags.every((tag) => c.tags.includes(tag)))
        .filter((c) => {
          const text = fold([c.name, c.creator, c.tagline, ...c.tags].join('\n'));
          return terms.every((term) => text.includes(term));
        });
      const last = (c: LibraryCard) => c.talkedAt ?? 0;
      found.sort((a, b) => {
        if (ask.order === 'talked' && last(a) !== last(b)) return last(b) - last(a);
        if (ask.order === 'added' && a.addedAt !== b.addedAt) return b.addedAt - a.addedAt;
        return fold(a.name) < fold(b.name) ? -1 : 1;
      });
      const counts: Record<string, number> = {};
      for (const c of found) for (const tag of c.tags) counts[tag] = (counts[tag] ?? 0) + 1;
      return {
        all: cards.length,
        total: found.length,
        offset: ask.offset,
        cards: found.slice(ask.offset, ask.offset + ask.limit).map((c) => ({ ...c })),
        tags: Object.entries(counts)
          .map(([tag, n]) => ({ tag, cards: n }))
          .sort((a, b) => b.cards - a.cards),
        indexing: query.get('scene') === 'indexing',
      };
    },
    async portrait(id) {
      const place = cards.findIndex((c) => c.id === id);
      return card(id).puppet || place % 11 === 7 ? null : picture((place * 47) % 360);
    },
    async setFavourite(id, on) {
      card(id).favourite = on;
    },
    async allowRemote(id, on) {
      card(id).remote = on;
    },
    async remotePicture(id) {
      if (!card(id).remote)
        throw problem('invalid', 'pictures of this character are not loaded from the network', 'Allow it first.');
      return picture(120);
    },
    async removeCharacter(id) {
      const gone = card(id);
      cards = cards.filter((c) => c.id !== id);
      removed.set(`${id}~1`, gone);
      changed();
      return { key: `${id}~1`, name: gone.name, removedAt: Date.now() };
    },
    async restoreCharacter(key) {
      const back = removed.get(key);
      if (!back) throw problem('missing', 'it is not in the trash any more', 'Import the card again.');
      removed.delete(key);
      cards.push(back);
      changed();
      return back.id;
    },
    async trash() {
      return [...removed].map(([key, of]) => ({ key, name: of.name, removedAt: Date.UTC(2026, 10, 24, 9) })).reverse();
    },
    async deleteRemoved(key) {
      removed.delete(key);
    },
    async emptyTrash() {
      const gone = removed.size;
      removed.clear();
      return gone;
    },
    async books() {
      return [...books];
    },
    async removeBook(scope, file) {
      books = books.filter((book) => book.scope !== scope || book.file !== file);
    },
    async restoreBook(scope, file) {
      books = [...books, { scope, file, name: 'World', entries: 3, problem: null }];
    },
    async duplicateCharacter(id, name) {
      const copy = { ...card(id), id: `copy-${++made}`, name, builtIn: false, addedAt: Date.now(), talkedAt: null };
      cards.push(copy);
      changed();
      return copy.id;
    },
    async createCharacter(name) {
      const id = `new-${++made}`;
      cards.push({
        ...BLANK,
        id,
        name,
        creator: '',
        tagline: '',
        tags: [],
        greetings: 0,
        addedAt: Date.now(),
      });
      changed();
      return id;
    },
    async exportCharacter() {
      await wait(100);
      return [];
    },
    async expandPaths(paths) {
      return paths.flatMap((path) => (path.endsWith('/cards') ? [`${path}/Mira.png`, `${path}/Ren.json`] : [path]));
    },
    async previewImport(path): Promise<ImportPreview> {
      await wait(120);
      const file = path.split('/').at(-1) ?? path;
      const name = file.replace(/\.\w+$/, '');
      const base: ImportPreview = {
        path,
        file,
        kind: null,
        name: '',
        creator: '',
        format: '',
        bytes: 734_003,
        greeting: '',
        tagline: '',
        greetings: 0,
        loreEntries: 0,
        assets: 0,
        tags: [],
        picture: null,
        warnings: [],
        problem: null,
        twin: null,
        messages: 0,
        target: null,
        members: [],
      };
      const place = world.scenery.preview(base);
      if (place) return place;
      const target = { id: 'card-mira', name: 'Mira' };
      if (file === 'pack.zip') return { ...base, members: ['Ann.png', 'Ben.png'].map((one) => `${path}!/${one}`) };
      if (file === 'world.json') return { ...base, kind: 'lorebook', name: 'World', loreEntries: 3, target };
      if (/^(chat|known|strangers)\.jsonl$/.test(file))
        return {
          ...base,
          kind: 'conversation',
          name: file === 'strangers.jsonl' ? 'Zorg' : 'Mira',
          format: 'SillyTavern',
          messages: 12,
          talks: 1,
          swipes: 4,
          target,
          toChoose: file === 'strangers.jsonl',
          greeting: 'Oh. You are early.',
          twin: file === 'known.jsonl' ? { id: 'c1', name: 'Mira', sameFile: true, builtIn: false } : null,
        };
      if (file === 'faces.zip') return { ...base, kind: 'sprites', name: 'faces', assets: 6, target };
      if (/\.(gguf|bin|onnx)$/i.test(file)) return { ...base, kind: file.endsWith('gguf') ? 'chat' : 'voice', name };
      if (!/\.(png|json|charx)$/i.test(file))
        return {
          ...base,
          problem: problem(
            'unsupported',
            `\`${file}\` is neither a character card nor a model`,
            'Drop PNG, JSON or CHARX cards, GGUF or ggml models, or Piper voices.',
          ),
        };
      const twin = cards.find((c) => c.name === name);
      return {
        ...base,
        kind: 'character',
        name,
        creator: 'Marlow',
        format: 'V2, png',
        greeting: `Oh. You are early. I am ${name}; mind the step.`,
        tagline: 'A guest from a card, with a picture and a small lorebook.',
        greetings: 3,
        loreEntries: 12,
        assets: 1,
        tags: ['fantasy', 'calm'],
        picture: picture((name.length * 77) % 360),
        warnings: name === 'Ren' ? [] : ['tags: was a text, not a list'],
        twin: twin ? { id: twin.id, name: twin.name, sameFile: file.includes('copy'), builtIn: twin.builtIn } : null,
      };
    },
    async stopImport() {
      await wait(10);
      return null;
    },
    async importFile(path, into): Promise<ImportReport> {
      await wait(200);
      const file = path.split('/').at(-1) ?? path;
      const name = file.replace(/\.\w+$/, '');
      if (/\.(gguf|bin|onnx)$/i.test(file)) return { file, kind: 'chat', name, id: name, warnings: [], problem: null };
      const place = world.scenery.take(file);
      if (place) return place;
      const done = { file, name, id: name, warnings: [], problem: null };
      if (file === 'world.json') {
        books = [...books, { scope: into ? 'character' : 'global', file, name: 'World', entries: 3, problem: null }];
        return { ...done, kind: 'lorebook' };
      }
      if (file.endsWith('.jsonl')) return { ...done, kind: 'conversation', name: into ?? 'Mira', id: 'c1' };
      if (file === 'faces.zip') return { ...done, kind: 'sprites' };
      const id = into ?? `card-${fold(name)}-${++made}`;
      if (!into)
        cards.push({
          ...BLANK,
          id,
          name,
          creator: 'Marlow',
          tagline: 'Imported just now.',
          tags: ['fantasy'],
          greetings: 3,
          addedAt: Date.now(),
        });
      changed();
      const warnings = name === 'Ren' ? [] : ['tags: was a text, not a list'];
      return { file, kind: 'character', name, id, warnings, problem: null };
    },
    async openCard(id) {
      await wait(60);
      return structuredClone(saved.get(id) ?? blank(id));
    },
    async checkCard(document) {
      const issues: CardIssue[] = [];
      const note = (field: string, code: string, detail = '', blocks = false) =>
        issues.push({ field, code, detail, blocks });
      if (document.name.trim() === '') note('name', 'name_empty', '', true);
      if (document.greetings.every((text) => text.trim() === '')) note('greetings', 'no_greeting');
      document.book?.entries.forEach((entry, at) => {
        if (entry.enabled && !entry.constant && entry.keys.length === 0)
          note(`book.entries.${at}.keys`, 'key_missing', entry.name);
      });
      return issues;
    },
    async saveCard(document) {
      await wait(120);
      const of = card(document.id);
      Object.assign(of, { name: document.name, tags: document.tags, greetings: document.greetings.length });
      const now = { ...structuredClone(document), revision: `${Number(document.revision) + 1}`, portrait: '' };
      saved.set(document.id, now);
      changed();
      return structuredClone(now);
    },
    async countTokens(texts) {
      await wait(30);
      return query.get('scene') === 'loading' ? null : texts.map((text) => Math.ceil(text.length / 3.6));
    },
    async assetPicture(_id, asset) {
      return asset < 2 ? picture(asset * 90 + 30) : null;
    },
    async previewPicture() {
      return picture(210);
    },
    async pickPicture() {
      return '/home/reader/portrait.png';
    },
    async personas() {
      return {
        personas: [{ id: '', name: world.userName() || 'You', description: '' }, ...personas],
        usual: chosen.usual,
        forCharacter: chosen.character,
        forConversation: chosen.conversation,
        active: chosen.conversation ?? chosen.character ?? chosen.usual,
      };
    },
    async savePersona(persona) {
      if (persona.id) personas = personas.map((p) => (p.id === persona.id ? persona : p));
      else personas = [...personas, { ...persona, id: `p${++made}` }];
      personaChanged();
      return persona.id || `p${made}`;
    },
    async removePersona(id) {
      personas = personas.filter((p) => p.id !== id);
      if (chosen.usual === id) chosen.usual = '';
      if (chosen.character === id) chosen.character = null;
      if (chosen.conversation === id) chosen.conversation = null;
      personaChanged();
    },
    async choosePersona(scope, id) {
      if (scope === 'usual') chosen.usual = id ?? '';
      else chosen[scope] = id;
      personaChanged();
    },
    async beginnings(id): Promise<Beginnings> {
      const document = saved.get(id) ?? blank(id);
      return { character: id, name: document.name, greetings: document.greetings, talked: card(id).talkedAt !== null };
    },
    async beginConversation(id, greeting, persona) {
      const of = card(id);
      if (!characters.some((c) => c.id === id)) {
        characters.push(of);
        emit({ type: 'charactersChanged', characters: [...characters] });
      }
      chosen.conversation = persona;
      const document = saved.get(id) ?? blank(id);
      world.begin(id, document.greetings[greeting] ?? 'Hello.');
      personaChanged();
    },
  };
}
