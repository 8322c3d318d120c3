/**
 * A backend without a program: plays scripted turns with realistic timing, for the browser, the tests and the eye.
 *
 * `?scene=` loading | empty | error | ears | speaking | backlog | notices begins in that state (`&lines=` that many in the
 * backlog, `&saves=` that many slots filled), `?fake=fast` plays
 * everything eight times as fast (`rush`: a hundred times), `?language=`, `?theme=`, `?character=` and `?still` set the settings,
 * `?welcome` goes through the first start, `?paused` has a download that the end of the app cut off,
 * `&choice=` (several) is offered with every answer, `&direct=` sets the stage in it,
 * `&with=` (several) invites characters,
 * `?emotion=` and `?text=` the face and the words of the greeting, `?reply=` those of every answer.
 */

import type { AppEvent, AuthorNotes, Backend, Emotion, MessageView, ModelEntry, Problem, StageCue } from './backend';
import { fakeErrands } from './fake-errands';
import { fakeFitting } from './fake-fitting';
import { fakeKeeping } from './fake-keeping';
import { fakeVault } from './fake-vault';
import { fakeAppraisal } from './fake-appraisal';
import { fakeArena } from './fake-arena';
import { fakePictures } from './fake-pictures';
import { fakeTalks } from './fake-talks';
import { fakeScenery } from './fake-scenery';
import { fakeCast } from './fake-cast';
import { MODELS, VOICES } from './fake-catalogue';
import type { Because } from './cast';
import { fakeDocuments } from './fake-documents';
import { fakeFigures } from './fake-figures';
import { fakeLibrary } from './fake-library';
import { fakeLooks } from './fake-looks';
import { opening } from './fake-opening';
import { fakePage } from './fake-page';
import { FakeLog } from './fake-log';
import { fakeMemory } from './fake-memory';
import { fakeModels } from './fake-models';
import { settingsOf } from './fake-settings';
import { fakeStudio } from './fake-studio';
import { sleep } from './fake-time';
import { fakeMicrophone } from './fake-microphone';
import {
  CHARACTERS,
  EXPLANATION,
  fillSlots,
  GREETINGS,
  pastMessages,
  REPLIES,
  SUGGESTIONS,
  trackOf,
  type ScriptedLine,
} from './fake-data';

export function fakeBackend(query: URLSearchParams): Backend {
  const scene = query.get('scene') ?? '';
  const pace = { fast: 1 / 8, rush: 1 / 100 }[query.get('fake') ?? ''] ?? 1;
  const listeners = new Set<(event: AppEvent) => void>();
  const emit = (event: AppEvent) => listeners.forEach((on) => on(event));
  const wait = (ms: number) => sleep(ms * pace);

  let settings = settingsOf(query);
  const models: ModelEntry[] = MODELS.map((m) => ({ ...m }));
  if (query.has('paused'))
    Object.assign(models.find((m) => m.id === 'chat-large') ?? {}, { state: 'paused', done: 4e8 });
  const characters = CHARACTERS.map((c) => ({ ...c }));
  /** `&direct=scene:park@12` puts a direction at a letter of every answer given by `reply`. */
  const directions = query.getAll('direct').map((text): StageCue => {
    const [, kind = '', value = '', at = '0'] = /^(\w+):([^@]*)(?:@(\d+))?$/.exec(text) ?? [];
    return { kind: kind as StageCue['kind'], value, at: Number(at) };
  });
  let conversation = 1;
  let turn = 0;
  let stopped = 0;
  let replies = 0;
  let running = false;
  const notes: AuthorNotes = { character: null, conversation: null };
  const log = new FakeLog();

  const greet = () => {
    const [emotion, text] = GREETINGS[settings.character] ?? (['neutral', 'Hello.'] as const);
    log.leaf = null;
    const face = (query.get('emotion') as Emotion | null) ?? emotion;
    log.append('character', query.get('text') ?? text, {
      cues: [{ at: 0, emotion: face }],
      staging: query.has('reply') ? [] : directions,
      choices: query.has('reply') ? [] : query.getAll('choice'),
    });
  };
  const recall = () => {
    log.leaf = null;
    for (const { role, text, emotion, createdAt } of pastMessages(Number(query.get('lines') ?? 0)))
      log.append(role, text, { cues: [{ at: 0, emotion }], createdAt });
  };
  if (scene === 'backlog') recall();
  else if (scene !== 'empty') greet();
  if (query.has('saves')) fillSlots(log, Number(query.get('saves')));

  const problem = (kind: string, text: string, remedy: string): Problem => ({ kind, message: text, remedy });
  const changed = () =>
    emit({
      type: 'conversationChanged',
      character: settings.character,
      conversation: `c${conversation}`,
      messages: log.path(),
    });

  /** Who of several speaks. */
  interface Turn {
    speaker: string;
    because: Because;
  }
  async function speak(
    lines: ScriptedLine[],
    logged: MessageView | null,
    byVoice = false,
    whose: Turn | null = null,
  ): Promise<void> {
    const mine = turn;
    const begun = performance.now();
    const cancelled = () => stopped >= mine;
    running = true;
    await wait(650);
    const heard: string[] = [];
    let cut = false;
    for (const [index, { text, cues, staging }] of lines.entries()) {
      if (cancelled()) break;
      emit({ type: 'textDelta', turn: mine, text: `${text} ` });
      const track = trackOf(text);
      const durationMs = track.durationMs * pace;
      const visemes = track.visemes.map((v) => ({ ...v, atMs: v.atMs * pace }));
      const spoken = settings.speak;
      emit({
        type: 'lineStarted',
        turn: mine,
        line: index,
        text,
        cues,
        staging,
        visemes: spoken ? visemes : [],
        durationMs: spoken ? durationMs : null,
      });
      const start = performance.now();
      const length = spoken
        ? durationMs
        : settings.textSpeed > 0
          ? (text.length / settings.textSpeed) * 1000 * pace
          : 0;
      for (;;) {
        const left = length - (performance.now() - start);
        if (left <= 0 || cancelled()) break;
        await sleep(Math.min(500 * pace, left));
        emit({ type: 'playhead', turn: mine, line: index, atMs: performance.now() - start });
      }
      if (cancelled()) {
        const share = Math.min(1, (performance.now() - start) / Math.max(1, length));
        heard.push(text.slice(0, Math.round(text.length * share)));
        cut = true;
        break;
      }
      heard.push(text);
      emit({ type: 'lineEnded', turn: mine, line: index });
      await wait(180);
    }
    const text = heard.join(' ').trim();
    let start = 0;
    const cues = lines.slice(0, heard.length).flatMap((line) => {
      const own = line.cues.map((cue) => ({ ...cue, at: cue.at + start }));
      start += Array.from(line.text).length + 1;
      return own;
    });
    let from = 0;
    const staging = lines.slice(0, heard.length).flatMap((line) => {
      const own = (line.staging ?? []).map((cue) => ({ ...cue, at: cue.at + from }));
      from += Array.from(line.text).length + 1;
      return own;
    });
    const choices = cut ? [] : query.getAll('choice');
    const reply =
      logged ??
      (text === '' ? null : log.append('character', text, { cues, staging, choices, interrupted: cut, ...whose }));
    running = false;
    emit({
      type: 'turnFinished',
      turn: mine,
      message: reply,
      interrupted: cut,
      timings: {
        endpointMs: byVoice ? 0 : null,
        endOfTurn: byVoice ? 'released' : null,
        guessed: false,
        transcriptMs: byVoice ? 130 : null,
        firstTokenMs: 84,
        firstLineMs: 145,
        firstAudioMs: 212,
        totalMs: performance.now() - begun,
        promptTokens: 642,
        reusedTokens: 611,
      },
    });
  }
  const next = (whose: Turn | null = null): ScriptedLine[] => {
    const given = query.get('reply');
    if (given) return [{ text: given, cues: [{ at: 0, emotion: 'joy' }], staging: directions }];
    const all = REPLIES[whose?.speaker ?? settings.character] ?? REPLIES['card-mira'] ?? [];
    return all[replies++ % all.length] ?? [];
  };
  async function say(text: string, byVoice = false): Promise<void> {
    if (running) stopped = turn;
    while (running) await wait(20);
    const own = log.append('user', text);
    const whose = cast.answers(text);
    emit({ type: 'turnStarted', turn: ++turn, message: own, ...whose });
    const topic = /forget (?:that|everything about (.+?))[.!]?$/i.exec(text);
    if (topic) emit({ type: 'forgotten', topic: topic[1] ?? null, messages: 2, undo: 1 });
    if (settings.search.allowed && text.endsWith('?')) {
      emit({ type: 'searching', host: 'search.example' });
      void sleep(1500).then(() => emit({ type: 'searching', host: null }));
    }
    void speak(next(whose), null, byVoice, whose);
  }
  async function quiet(): Promise<void> {
    stopped = turn;
    while (running) await wait(20);
  }
  /** Another answer to what stands at the end now. */
  async function again(): Promise<void> {
    const last = log.path().at(-1);
    const whose = last?.speaker && last.because ? { speaker: last.speaker, because: last.because } : null;
    while (log.leaf !== null && log.roleOf(log.leaf) !== 'user') log.leaf = log.parentOf(log.leaf);
    if (log.leaf === null) return;
    changed();
    emit({ type: 'turnStarted', turn: ++turn, message: null, ...whose });
    void speak(next(whose), null, false, whose);
  }

  const scenery = fakeScenery({ query, wait, emit });
  const library = fakeLibrary({
    query,
    scenery,
    characters,
    emit,
    wait,
    begin(character, text) {
      stopped = turn;
      settings = { ...settings, character };
      conversation++;
      log.leaf = null;
      log.append('character', text);
      emit({ type: 'settingsChanged', settings });
      changed();
    },
    userName: () => settings.userName,
  });

  const stage = async (id: string) => {
    stopped = turn;
    while (running) await wait(20);
    settings = { ...settings, character: id };
    conversation++;
    greet();
    emit({ type: 'settingsChanged', settings });
    changed();
  };
  const cast = fakeCast({
    query,
    characters,
    emit,
    own: () => settings.character,
    spoken: () => log.path().flatMap((m) => (m.role === 'character' ? [m.speaker ?? settings.character] : [])),
    speak(speaker, because) {
      void quiet().then(() => {
        emit({ type: 'turnStarted', turn: ++turn, message: null, speaker, because });
        void speak(next({ speaker, because }), null, false, { speaker, because });
      });
    },
  });
  const fetching = fakeModels({
    models,
    emit,
    wait,
    settings: () => settings,
    change(changes) {
      settings = { ...settings, ...changes };
      emit({ type: 'settingsChanged', settings });
    },
    say,
  });
  const arena = fakeArena({ wait, replies: () => log.path().filter((message) => message.role === 'character') });

  return {
    ...library,
    ...fetching,
    ...fakeKeeping({ query, models, fetch: fetching.download, emit, device: () => settings.writing.device }),
    ...fakeVault(query),
    ...fakeErrands(query),
    ...fakeFitting({ query, models, settings: () => settings, fetch: fetching.download }),
    ...arena,
    ...cast,
    ...fakeMemory(query),
    ...fakeFigures(query),
    ...fakeLooks(query, library.portrait),
    ...fakePage(query),
    ...fakeMicrophone(emit, wait, query.get('mic')),
    ...fakeDocuments({ query, emit, wait, turns: () => turn }),
    ...fakeStudio({ query, emit, wait, stage }),
    ...fakeAppraisal({ query, emit, wait }),
    ...scenery,
    ...fakeTalks({
      wait,
      here: () => ({ id: `c${conversation}`, messages: log.path().length }),
      begin: async () => {
        stopped = turn;
        while (running) await wait(20);
        conversation++;
        greet();
        changed();
      },
      recall: () => {
        conversation++;
        recall();
        changed();
      },
      copy: query.has('copy'),
    }),
    ...fakePictures({
      wait,
      here: () => ({ conversation: `c${conversation}`, message: log.path().at(-1)?.id ?? null }),
      host: () =>
        settings.pictures.allowed && settings.pictures.url !== '' ? new URL(settings.pictures.url).hostname : null,
      painter: () => settings.pictures.painter,
      step: (done, of) => emit({ type: 'picturing', done, of }),
    }),
    async snapshot() {
      if (scene === 'error')
        throw problem(
          'store',
          'the database `/home/reader/.local/share/hanashi/hanashi.sqlite` failed: database or disk is full',
          'free some space on the disk of `/home/reader/.local/share/hanashi`, then try again; nothing already saved is lost',
        );
      setTimeout(() => void opening({ scene, emit, wait, say, offerEars: () => fetching.offerEars() }), 30);
      return {
        version: '0.1.0',
        settings,
        characters,
        character: settings.character,
        conversation: `c${conversation}`,
        persona: settings.userName,
        cast: cast.view(),
        messages: log.path(),
        model:
          scene === 'loading'
            ? { state: 'loading', name: 'Hanashi mini', progress: 0 }
            : { state: 'ready', name: 'Hanashi mini' },
        voice: { state: 'ready', name: 'espeak English' },
        ears: settings.earsModel ? { state: 'ready', name: settings.earsModel } : { state: 'absent' },
        busy: false,
      };
    },
    async listen(on) {
      listeners.add(on);
      return () => listeners.delete(on);
    },
    say,
    async stop() {
      stopped = turn;
    },
    async regenerate() {
      if (!running) await again();
    },
    async swipe(id, by) {
      const other = log.sibling(id, by);
      if (other === null) return;
      await quiet();
      log.leaf = log.newestLeaf(other);
      changed();
    },
    async sayAfter(id, text) {
      await quiet();
      log.leaf = id;
      changed();
      await say(text);
    },
    async edit(id, text) {
      await quiet();
      const parent = log.parentOf(id);
      if (log.roleOf(id) === 'user') {
        log.leaf = parent;
        changed();
        await say(text);
      } else {
        log.append('character', text, { parent });
        changed();
      }
    },
    async goOn() {
      if (running) return;
      emit({ type: 'turnStarted', turn: ++turn, message: null });
      void speak(next(), null);
    },
    async regenerateAt(id) {
      await quiet();
      log.leaf = log.parentOf(id);
      await again();
    },
    async replay(id) {
      await quiet();
      const message = log.path(id).at(-1);
      if (!message) return;
      emit({ type: 'turnStarted', turn: ++turn, message: null });
      void speak([{ text: message.text, cues: message.cues ?? [] }], message);
    },
    async suggest(count) {
      await wait(500);
      return SUGGESTIONS.slice(0, count);
    },
    async branches() {
      return log.branches();
    },
    async goTo(id, whole) {
      await quiet();
      log.leaf = whole ? log.newestLeaf(id) : id;
      changed();
    },
    async saves() {
      return [...log.saved];
    },
    async save(slot, id, line, stage) {
      const characterName = characters.find((c) => c.id === settings.character)?.name ?? '';
      const place = { character: settings.character, characterName, conversation: `c${conversation}`, line, stage };
      return log.save(slot, id, place);
    },
    async load(id) {
      await quiet();
      const save = log.load(id);
      if (!save) throw problem('invalid', 'there is no such save', 'open the list again');
      settings = { ...settings, character: save.character };
      emit({ type: 'settingsChanged', settings });
      changed();
      return save;
    },
    async clearSave(slot) {
      log.clear(slot);
    },
    async explain() {
      return turn === 0 ? null : EXPLANATION;
    },
    async authorNotes() {
      return { ...notes };
    },
    async keepAuthorNote(forConversation, note) {
      notes[forConversation ? 'conversation' : 'character'] = note.text.trim() === '' ? null : note;
    },
    selectCharacter: stage,
    async changeSettings(changes) {
      settings = { ...settings, ...changes };
      if (changes.userName !== undefined) emit({ type: 'personaChanged', name: changes.userName });
      return settings;
    },
    async setSearchKey() {
      throw problem(
        'unsupported',
        'the key cannot be kept in the system’s keychain',
        'it is in force until the program ends',
      );
    },
    async remoteModels() {
      if (!settings.remote.url.includes('localhost'))
        throw problem('network', `\`${settings.remote.url}\` cannot be reached`, 'check that the server runs');
      return ['qwen3-8b', 'koto-12b'];
    },
    async setRemoteKey() {
      if (!settings.remote.url) throw problem('invalid', 'no server is named', 'enter its address first');
    },
    async devices() {
      return { inputs: ['Desk microphone', 'Headset'], outputs: ['Loudspeakers', 'Headset'] };
    },
    async voices() {
      return VOICES;
    },
    async setVisible() {
      // Nothing to save here: there is no program behind.
    },
  };
}
