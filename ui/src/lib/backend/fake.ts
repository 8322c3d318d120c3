/**
 * A backend without a program: plays scripted turns with realistic timing, for the browser, the tests and the eye.
 *
 * `?scene=` loading | empty | error | ears | speaking | backlog | notices | settings begins in that state, `?fake=fast` plays
 * everything eight times as fast, `?language=`, `?theme=`, `?character=` and `?still` set the settings,
 * `?emotion=` the face of the greeting.
 */

import type {
  AppEvent,
  Backend,
  Emotion,
  MessageView,
  ModelEntry,
  Problem,
  Puppet,
  Settings,
  UiLanguage,
} from './backend';
import { fakeLibrary } from './fake-library';
import {
  CHARACTERS,
  GREETINGS,
  MODELS,
  pastMessages,
  REPLIES,
  SETTINGS,
  trackOf,
  VOICES,
  type ScriptedLine,
} from './fake-data';

const RIGS = import.meta.glob<unknown>('$characters/*/puppet/rig.json', { import: 'default' });
const ART = import.meta.glob<string>('$characters/*/puppet/puppet.svg', { query: '?raw', import: 'default' });

export function fakeBackend(query: URLSearchParams): Backend {
  const scene = query.get('scene') ?? '';
  const pace = query.get('fake') === 'fast' ? 1 / 8 : 1;
  const listeners = new Set<(event: AppEvent) => void>();
  const emit = (event: AppEvent) => listeners.forEach((on) => on(event));
  const wait = (ms: number) => new Promise<void>((done) => setTimeout(done, ms * pace));

  let settings: Settings = {
    ...SETTINGS,
    language: (query.get('language') ?? 'en') as UiLanguage,
    theme: (query.get('theme') ?? 'system') as Settings['theme'],
    character: query.get('character') ?? 'koto',
    reducedMotion: query.has('still'),
  };
  const models: ModelEntry[] = MODELS.map((m) => ({ ...m }));
  const characters = CHARACTERS.map((c) => ({ ...c }));
  let conversation = 1;
  let count = 0;
  let turn = 0;
  let stopped = 0;
  let replies = 0;
  let running = false;
  const swipes = new Map<string, { text: string; emotion: Emotion }[]>();

  const message = (role: MessageView['role'], text: string, emotion: Emotion = 'neutral'): MessageView => ({
    id: `m${++count}`,
    role,
    text,
    emotion,
    interrupted: false,
    swipe: 0,
    swipes: 1,
    createdAt: Date.now(),
  });
  const greeting = (): MessageView => {
    const [emotion, text] = GREETINGS[settings.character] ?? (['neutral', 'Hello.'] as const);
    return message('character', text, (query.get('emotion') as Emotion | null) ?? emotion);
  };
  let messages: MessageView[] = scene === 'empty' ? [] : scene === 'backlog' ? pastMessages() : [greeting()];

  const problem = (kind: string, text: string, remedy: string): Problem => ({ kind, message: text, remedy });
  const changed = () =>
    emit({ type: 'conversationChanged', character: settings.character, conversation: `c${conversation}`, messages });

  async function speak(lines: ScriptedLine[], replaces: MessageView | null): Promise<void> {
    const mine = turn;
    const begun = performance.now();
    const cancelled = () => stopped >= mine;
    running = true;
    await wait(650);
    const heard: string[] = [];
    let cut = false;
    for (const [index, { text, cues }] of lines.entries()) {
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
        await new Promise((done) => setTimeout(done, Math.min(500 * pace, left)));
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
    const emotion = lines[0]?.cues[0]?.emotion ?? 'neutral';
    let reply: MessageView | null = null;
    if (text !== '') {
      if (replaces) {
        const kept = swipes.get(replaces.id) ?? [{ text: replaces.text, emotion: replaces.emotion }];
        kept.push({ text, emotion });
        swipes.set(replaces.id, kept);
        reply = { ...replaces, text, emotion, interrupted: cut, swipe: kept.length - 1, swipes: kept.length };
        messages = messages.map((m) => (m.id === replaces.id ? (reply ?? m) : m));
      } else {
        reply = { ...message('character', text, emotion), interrupted: cut };
        messages = [...messages, reply];
      }
    }
    running = false;
    emit({
      type: 'turnFinished',
      turn: mine,
      message: reply,
      interrupted: cut,
      timings: {
        endpointMs: null,
        endOfTurn: null,
        guessed: false,
        transcriptMs: null,
        firstTokenMs: 84,
        firstAudioMs: 212,
        totalMs: performance.now() - begun,
        promptTokens: 642,
        reusedTokens: 611,
      },
    });
  }
  const next = (): ScriptedLine[] => {
    const all = REPLIES[settings.character] ?? REPLIES['card-mira'] ?? [];
    return all[replies++ % all.length] ?? [];
  };
  async function say(text: string): Promise<void> {
    if (running) stopped = turn;
    while (running) await wait(20);
    const own = message('user', text);
    messages = [...messages, own];
    emit({ type: 'turnStarted', turn: ++turn, message: own });
    void speak(next(), null);
  }

  async function download(entry: ModelEntry): Promise<void> {
    const size = entry.size ?? 60_000_000;
    entry.state = 'downloading';
    while (entry.done < size && models.find((m) => m.id === entry.id)?.state === 'downloading') {
      emit({ type: 'download', entry: { ...entry }, bytesPerSecond: size / 8, problem: null });
      await wait(400);
      entry.done = Math.min(size, entry.done + size / 20);
    }
    if (entry.done >= size) entry.state = 'installed';
    emit({ type: 'download', entry: { ...entry }, bytesPerSecond: 0, problem: null });
    if (entry.state === 'installed' && entry.kind === 'ears') {
      settings = { ...settings, earsModel: entry.id };
      emit({ type: 'settingsChanged', settings });
      emit({ type: 'part', part: 'ears', state: { state: 'ready', name: entry.name } });
      emit({ type: 'notice', problem: problem('info', 'The ears are ready.', 'Hold the microphone and talk.') });
    }
  }

  async function hear(): Promise<void> {
    emit({ type: 'hearing', state: 'speech' });
    for (let i = 0; i < 8; i++) {
      emit({ type: 'level', level: 0.3 + 0.6 * Math.abs(Math.sin(i)) });
      await wait(100);
    }
  }

  async function opening(): Promise<void> {
    if (scene === 'loading') {
      for (let p = 0; p <= 1; p += 0.02) {
        emit({ type: 'part', part: 'model', state: { state: 'loading', name: 'Hanashi mini', progress: p } });
        await wait(600);
      }
      emit({ type: 'part', part: 'model', state: { state: 'ready', name: 'Hanashi mini' } });
    }
    if (scene === 'ears') emit({ type: 'earsWanted', offers: models.filter((m) => m.kind === 'ears') });
    if (scene === 'speaking') await say('Good evening!');
    if (scene === 'notices') {
      emit({
        type: 'notice',
        problem: problem(
          'audio',
          'There is no loudspeaker.',
          'Connect one, or switch the voice off in the settings; the text goes on without it.',
        ),
      });
      emit({ type: 'notice', problem: problem('info', 'The conversation was saved.', '') });
      emit({
        type: 'part',
        part: 'voice',
        state: {
          state: 'failed',
          name: 'A natural voice',
          problem: problem('voice', 'The voice file ends too early.', 'Fetch it again in the library.'),
        },
      });
    }
  }

  const library = fakeLibrary({
    query,
    characters,
    emit,
    wait,
    begin(character, text) {
      stopped = turn;
      settings = { ...settings, character };
      conversation++;
      messages = [message('character', text)];
      emit({ type: 'settingsChanged', settings });
      changed();
    },
    userName: () => settings.userName,
  });

  return {
    ...library,
    async snapshot() {
      if (scene === 'error')
        throw problem(
          'store',
          'The conversations could not be opened: the disk is full.',
          'Free some space, then try again. Nothing has been lost.',
        );
      setTimeout(() => void opening(), 30);
      return {
        version: '0.1.0',
        settings,
        characters,
        character: settings.character,
        conversation: `c${conversation}`,
        persona: settings.userName,
        messages,
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
      const last = messages.at(-1);
      if (!last || last.role !== 'character' || running) return;
      emit({ type: 'turnStarted', turn: ++turn, message: null });
      void speak(next(), last);
    },
    async swipe(id, by) {
      const shown = messages.find((m) => m.id === id);
      const kept = swipes.get(id);
      const other = shown && kept?.[shown.swipe + by];
      if (!shown || !other) return;
      messages = messages.map((m) => (m.id === id ? { ...m, ...other, swipe: m.swipe + by } : m));
      changed();
    },
    async micDown() {
      if (!settings.earsModel) emit({ type: 'earsWanted', offers: models.filter((m) => m.kind === 'ears') });
      else void hear();
    },
    async micUp() {
      if (!settings.earsModel) return;
      emit({ type: 'hearing', state: 'transcribing' });
      await wait(300);
      emit({ type: 'hearing', state: 'off' });
      emit({ type: 'heard', text: 'Is it still raining?' });
      await say('Is it still raining?');
    },
    async setHandsFree(on) {
      if (on && !settings.earsModel) {
        emit({ type: 'earsWanted', offers: models.filter((m) => m.kind === 'ears') });
        return;
      }
      settings = { ...settings, handsFree: on };
      emit({ type: 'settingsChanged', settings });
      emit({ type: 'hearing', state: on ? 'waiting' : 'off' });
    },
    async selectCharacter(id) {
      stopped = turn;
      while (running) await wait(20);
      settings = { ...settings, character: id };
      conversation++;
      messages = [greeting()];
      emit({ type: 'settingsChanged', settings });
      changed();
    },
    async newConversation() {
      stopped = turn;
      while (running) await wait(20);
      conversation++;
      messages = [greeting()];
      changed();
    },
    async conversations() {
      await wait(60);
      const now = Date.UTC(2026, 10, 22, 20);
      return [
        {
          id: `c${conversation}`,
          title: 'Rain, and a blue book',
          updatedAt: now,
          messages: messages.length,
          active: true,
        },
        { id: 'old-1', title: 'The map that was torn out', updatedAt: now - 86_400_000, messages: 24, active: false },
        { id: 'old-2', title: '', updatedAt: now - 5 * 86_400_000, messages: 3, active: false },
      ];
    },
    async openConversation() {
      conversation++;
      messages = pastMessages();
      changed();
    },
    async puppet(character): Promise<Puppet | null> {
      const of = <T>(files: Record<string, T>): T | undefined =>
        Object.entries(files).find(([path]) => path.includes(`characters/${character}/`))?.[1];
      const rig = of(RIGS);
      const svg = of(ART);
      return rig && svg ? { rig: await rig(), svg: await svg() } : null;
    },
    async picture(character) {
      return library.portrait(character);
    },
    async pickFiles() {
      return ['/home/reader/Mira.png'];
    },
    async onFileDrop(on) {
      let depth = 0;
      const enter = (e: DragEvent) => {
        e.preventDefault();
        if (depth++ === 0) on({ type: 'enter' });
      };
      const over = (e: DragEvent) => e.preventDefault();
      const leave = () => {
        if (--depth <= 0) {
          depth = 0;
          on({ type: 'leave' });
        }
      };
      const drop = (e: DragEvent) => {
        e.preventDefault();
        depth = 0;
        on({ type: 'drop', paths: Array.from(e.dataTransfer?.files ?? []).map((f) => f.name) });
      };
      const all: [string, (e: DragEvent) => void][] = [
        ['dragenter', enter],
        ['dragover', over],
        ['dragleave', leave],
        ['drop', drop],
      ];
      for (const [name, handler] of all) window.addEventListener(name, handler as EventListener);
      return () => all.forEach(([name, handler]) => window.removeEventListener(name, handler as EventListener));
    },
    async changeSettings(changes) {
      settings = { ...settings, ...changes };
      if (changes.userName !== undefined) emit({ type: 'personaChanged', name: changes.userName });
      return settings;
    },
    async devices() {
      return { inputs: ['Desk microphone', 'Headset'], outputs: ['Loudspeakers', 'Headset'] };
    },
    async voices() {
      return VOICES;
    },
    async models() {
      return models.map((m) => ({ ...m }));
    },
    async pull(id) {
      const entry = models.find((m) => m.id === id);
      if (entry) void download(entry);
    },
    async pausePull(id) {
      const entry = models.find((m) => m.id === id);
      if (entry) entry.state = 'paused';
    },
    async removeModel(id) {
      const entry = models.find((m) => m.id === id);
      if (entry) Object.assign(entry, { state: 'available', done: 0 });
    },
    async setVisible() {
      // Nothing to save here: there is no program behind.
    },
  };
}
