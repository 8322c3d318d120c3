/** The page's session with the program: holds the state, feeds it events, passes wishes on, and keeps the line clock. */

import { Speakers } from '$lib/theme/speakers.svelte';
import { getContext, setContext } from 'svelte';
import { Desk } from '$lib/library/desk.svelte';
import { Looks } from '$lib/library/looks.svelte';
import { Workshop } from '$lib/studio/workshop.svelte';
import type {
  AppEvent,
  Backend,
  Emotion,
  MessageView,
  Problem,
  SaveView,
  Settings,
  StageState,
} from '$lib/backend/backend';
import type { AppraisalRun } from '$lib/backend/appraisal';
import { Director } from '$lib/stage/director.svelte';
import { LineClock } from '$lib/stage/lips';
import { bindings } from '$lib/story/bindings';
import { Reader } from '$lib/story/reader.svelte';
import { words } from '../../messages';
import { lookOf } from '../../scenes';
import { own } from '../../scenes/own.svelte';
import { Album } from './album.svelte';
import { feelingAt, letters, revealed } from './pace';
import {
  addNotice,
  dropNotice,
  fromSnapshot,
  lastReply,
  reduce,
  textBox,
  type Line,
  type SessionState,
} from './reduce';

const KEY = Symbol('session');

export type Place =
  | 'stage'
  | 'title'
  | 'backlog'
  | 'pictures'
  | 'save'
  | 'load'
  | 'branches'
  | 'characters'
  | 'cast'
  | 'conversations'
  | 'personas'
  | 'memory'
  | 'documents'
  | 'settings'
  | 'keys'
  | 'why'
  | 'note'
  | 'arena'
  | 'studio'
  | 'rig';

/** What is being spoken now, for those who look every frame; not reactive on purpose. */
export interface Playing {
  line: Line;
  clock: LineClock;
  /** The person clicked: show all of the line now. */
  shownAll: boolean;
}

export class Session {
  readonly backend: Backend;
  /** It is the small window's, which shows the character and takes nothing in. */
  readonly alone: boolean;
  state = $state.raw() as SessionState;
  #place = $state<Place>('stage');
  /** The title screen is what lies under the panels: it was not yet left for the stage. */
  titled = $state(false);
  hidden = $state(false);
  /** The page that the settings open at. */
  settingsPage = 'general';
  /** The library: its list, a running import, the editor. */
  readonly desk: Desk;
  /** For whom documents are read: a character's id, or empty for all. */
  documentsFor = $state('');
  /** Pictures of feelings that come in. */
  readonly looks: Looks;
  /** The studio: its project, its training. */
  readonly workshop: Workshop;
  /** Pictures of the scenes. */
  readonly album: Album;
  /** Places and sounds of the person's own. */
  readonly scenery = own;
  /** How far the interview of a character is, or how the last one ended. */
  interview = $state.raw<AppraisalRun | null>(null);
  /** How far the download of a newer version is. */
  updating = $state.raw<{ done: number; total: number | null } | null>(null);
  /** What stands in the field, unsent. */
  draft = $state('');
  suggestions = $state.raw<string[]>([]);
  suggesting = $state(false);
  /** The message that is being edited. */
  editing = $state.raw<MessageView | null>(null);
  playing: Playing | null = null;
  /** The face that the puppet shows after the last line; frame-read, not reactive. */
  #feeling: Emotion = 'neutral';
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nothing renders from it
  #listeners = new Set<() => void>();

  readonly reader: Reader;

  constructor(backend: Backend, state: SessionState, alone = false) {
    this.backend = backend;
    this.alone = alone;
    this.state = state;
    this.desk = new Desk(backend, (run) => this.wish(run));
    this.looks = new Looks(backend, (run) => this.wish(run));
    this.workshop = new Workshop(backend, (run) => this.wish(run));
    this.album = new Album(backend, (run) => this.wish(run));
    void this.album.refresh();
    this.scenery.open(backend, (run) => this.wish(run));
    this.#feeling = textBox(state).emotion;
    this.reader = new Reader(this);
    this.director = new Director(this);
    if (state.settings.startWithTitle) this.place = 'title';
  }

  /** Which panel is open over the stage or the title screen, or which of the two is seen. */
  get place(): Place {
    return this.#place;
  }
  set place(place: Place) {
    if (place === 'title' || place === 'stage') this.titled = place === 'title';
    this.#place = place;
  }
  /** Closes the open panel: back to what lies under it. Who goes on with the story sets `place` to the stage. */
  leavePanel(): void {
    this.place = this.titled ? 'title' : 'stage';
  }

  /** Scenes, sounds and captions, as the story asks for them. */
  readonly director: Director;
  look = $derived.by(() => lookOf(this.state.character, this.state.settings, this.director.wanted));

  /** What can be answered with one press: what the model was asked to suggest, else what the character offers. */
  offered = $derived.by<string[]>(() => {
    if (this.suggestions.length > 0) return this.suggestions;
    if (this.state.busy || this.reader.away || this.reader.more || !this.reader.complete) return [];
    return this.state.messages.at(-1)?.choices ?? [];
  });
  choose(index: number): void {
    const text = this.offered[index];
    if (text === undefined) return;
    this.suggestions = [];
    void this.say(text);
  }

  keys = $derived.by(() => bindings(this.state.settings.keyBindings));
  words = $derived.by(() => words(this.state.settings.language));
  box = $derived.by(() => textBox(this.state));
  reply = $derived.by(() => lastReply(this.state));
  character = $derived.by(() => this.state.characters.find((c) => c.id === this.state.character));
  characterName = $derived.by(() => this.character?.name ?? '');

  /** Takes in one event of the program. */
  apply(event: AppEvent): void {
    const now = performance.now();
    const before = this.state;
    this.state = reduce(before, event, now);
    switch (event.type) {
      case 'turnStarted':
        this.playing = null;
        this.#feeling = 'thinking';
        break;
      case 'lineStarted': {
        const line = this.state.lines.at(-1);
        if (line && event.turn === this.state.turn) {
          if (this.#feeling === 'thinking') this.#feeling = 'neutral';
          this.playing = { line, clock: new LineClock(now), shownAll: false };
        }
        break;
      }
      case 'visemes':
      case 'lineEnded': {
        const line = this.state.lines.find((l) => l.line === event.line);
        if (this.playing && line && this.playing.line.line === event.line && event.turn === this.state.turn) {
          this.playing.line = line;
          this.#feeling = feelingAt(line, line.ended ? letters(line.text).length : 0, this.#feeling);
        }
        break;
      }
      case 'playhead':
        if (this.playing?.line.line === event.line && event.turn === this.state.turn)
          this.playing.clock.correct(now, event.atMs);
        break;
      case 'turnFinished':
      case 'turnFailed':
        if (event.turn === this.state.turn) {
          if (this.playing) this.#feeling = this.#heardFeeling(now);
          else if (event.type === 'turnFinished' && event.message) this.#feeling = event.message.emotion;
          else this.#feeling = 'neutral';
          this.playing = null;
        }
        break;
      case 'appraisal':
        this.interview = event.run;
        break;
      case 'studio':
        this.workshop.heard(event.project, event.run);
        break;
      case 'studioAsking':
        // Every window hears of it; one says what went wrong.
        if (!this.alone) this.workshop.heardAsking(event.project, event.asking);
        break;
      case 'picturing':
        this.album.heard(event);
        break;
      case 'updating':
        this.updating = event;
        break;
      case 'sceneryChanged':
        void this.scenery.refresh();
        break;
      case 'libraryChanged':
        this.desk.changed();
        break;
      case 'importing':
        this.desk.intake.part = event.of > 0 ? event.through / event.of : 0;
        break;
      case 'filesOpened':
        // Every window hears of them; one takes them in.
        if (!this.alone) void this.importPaths(event.paths);
        break;
      case 'conversationChanged':
        if (before.conversation !== this.state.conversation) {
          this.director.forget();
          this.album.turn();
        }
        this.playing = null;
        this.#feeling = textBox(this.state).emotion;
        break;
    }
    if (this.state !== before) this.reader.changed(before, this.state);
    this.director.update(now);
    for (const wake of this.#listeners) wake();
  }

  /** Letters of the open line that are to be seen now. */
  revealed(now: number): number {
    const playing = this.playing;
    if (!playing) return 0;
    if (playing.shownAll) return letters(playing.line.text).length;
    return revealed(playing.line, playing.clock.at(now), this.state.settings.textSpeed);
  }

  /** The face of this moment. */
  feeling(now: number): Emotion {
    return this.reader.feeling(now, this.#heardFeeling(now));
  }
  #heardFeeling(now: number): Emotion {
    return this.playing ? feelingAt(this.playing.line, this.revealed(now), this.#feeling) : this.#feeling;
  }

  /** Calls back whenever an event has come in. Returns the way to stop it. */
  onEvent(wake: () => void): () => void {
    this.#listeners.add(wake);
    return () => this.#listeners.delete(wake);
  }

  /** Runs a wish; what goes wrong becomes a notice. */
  async wish<T>(run: () => Promise<T>): Promise<T | undefined> {
    try {
      return await run();
    } catch (error) {
      this.state = addNotice(this.state, asProblem(error, this.words.problem, this.words.problemRemedy));
      return undefined;
    }
  }

  /** The same for a wish without an answer: whether it came true. */
  async done(run: () => Promise<unknown>): Promise<boolean> {
    return (await this.wish(() => run().then(() => true))) ?? false;
  }

  /** Says something that is no trouble. */
  tell(message: string): void {
    this.state = addNotice(this.state, { kind: 'info', message, remedy: '' });
  }
  /** A figure cannot be drawn as it is. A Live2D model without a Core is no failure: the person has not chosen one. */
  figureFails(message: string): void {
    const w = this.words;
    if (message.includes(w.live2dNoCore)) this.tell(w.live2dNoCore);
    else this.state = addNotice(this.state, { kind: 'puppet', message: w.figureTrouble, remedy: message });
  }
  /** Takes that back, once it is no longer so. */
  takeBack(message: string): void {
    const notice = this.state.notices.find(({ problem }) => problem.kind === 'info' && problem.message === message);
    if (notice) this.dismiss(notice.id);
  }

  /** Where the person has gone back to, what they say begins a branch: after a reply, or in the place of their own line. */
  say(text: string): Promise<void> {
    const message = this.reader.away ? (this.reader.view?.entry.message ?? null) : null;
    return this.wish(() =>
      message === null
        ? this.backend.say(text)
        : message.role === 'user'
          ? this.backend.edit(message.id, text)
          : this.backend.sayAfter(message.id, text),
    );
  }
  stop = () => this.wish(() => this.backend.stop());
  goOn = () => this.wish(() => this.backend.goOn());
  replay = (message: string) => this.wish(() => this.backend.replay(message));
  /** Another answer in the place of the one that is read. */
  regenerate(): Promise<void> {
    const message = this.reader.away ? this.reader.view?.entry.message : null;
    return this.wish(() => (message ? this.backend.regenerateAt(message.id) : this.backend.regenerate()));
  }
  /** The version before or after of the message that is read. */
  swipe(by: -1 | 1): Promise<void> {
    const message = this.reader.view?.entry.message;
    return message ? this.wish(() => this.backend.swipe(message.id, by)) : Promise.resolve(undefined);
  }
  async suggest(): Promise<void> {
    if (this.suggesting) return;
    this.suggesting = true;
    this.suggestions = (await this.wish(() => this.backend.suggest(3))) ?? [];
    this.suggesting = false;
  }

  /** Colours of those who talk, where several are there. */
  readonly speakers = new Speakers(this);
  /** Several characters are there. */
  several = $derived.by(() => this.state.cast.members.length > 1);
  /** Id of the character who speaks, or spoke last. */
  speaker = $derived.by(() => {
    if (this.state.busy) return this.state.speaker ?? this.state.character;
    const shown = this.reader.view?.entry.message;
    const last = shown?.role === 'character' ? shown : this.state.messages.findLast((m) => m.role === 'character');
    return last?.speaker ?? this.state.character;
  });
  /** The name of a character by its id. */
  named(id: string): string {
    const here = this.state.cast.members.find((one) => one.id === id) ?? this.state.characters.find((c) => c.id === id);
    return here?.name ?? id;
  }
  /** Makes the first, second or third of those who are there speak. */
  speakNth(index: number): boolean {
    const one = this.state.cast.members[index];
    if (!this.several || one === undefined) return false;
    void this.wish(() => this.backend.speak(one.id));
    return true;
  }

  /** The name on a line's plate; `speaker` is who of several said it. */
  nameOf(who: 'user' | 'character' | 'narrator' | 'nobody', speaker: string | null = null): string {
    if (who === 'character' && speaker !== null) return this.named(speaker);
    if (who === 'user') return this.state.persona || this.words.you;
    return who === 'character' ? this.characterName : '';
  }

  /** How the stage looks now, for a save. */
  stageState(): StageState {
    return { ...this.look, emotion: this.feeling(performance.now()) };
  }
  async saveTo(slot: string): Promise<SaveView | undefined> {
    const view = this.reader.view;
    const page = view?.pages[view.page];
    const line = page ? page.runs.map((r) => r.text).join('') : '';
    const message = view?.entry.message?.id ?? this.state.messages.at(-1)?.id ?? null;
    const stage = this.stageState();
    return this.wish(() => this.backend.save(slot, message, line, stage));
  }
  async load(save: SaveView): Promise<void> {
    const loaded = await this.wish(() => this.backend.load(save.id));
    if (!loaded) return;
    this.place = 'stage';
    this.hidden = false;
    this.reader.toEnd();
    this.director.restore(loaded.stage);
  }
  async quickSave(): Promise<void> {
    if (await this.saveTo('quick')) this.tell(this.words.saved);
  }
  async quickLoad(): Promise<void> {
    const saves = await this.wish(() => this.backend.saves());
    const newest = saves?.find((s) => s.slot === 'quick');
    if (newest) await this.load(newest);
    else if (saves) this.tell(this.words.noQuickSave);
  }
  async change(changes: Partial<Settings>): Promise<void> {
    this.state = { ...this.state, settings: { ...this.state.settings, ...changes } };
    const settings = await this.wish(() => this.backend.changeSettings(changes));
    if (settings) this.state = { ...this.state, settings };
  }

  /** Shows files before they are taken in. */
  async readDocuments(paths: string[]): Promise<void> {
    const character = this.documentsFor === '' ? null : this.documentsFor;
    if (paths.length > 0) await this.wish(() => this.backend.addDocuments(paths, character));
  }
  importPaths = async (paths: string[]): Promise<void> => {
    if (!(await this.looks.consider(paths))) await this.desk.intake.look(paths);
  };
  async pickAndImport(): Promise<void> {
    const paths = await this.wish(() => this.backend.pickFiles());
    if (paths) await this.importPaths(paths);
  }

  /** Removes a model; what its download reported is forgotten with it. */
  async removeModel(id: string): Promise<void> {
    await this.wish(() => this.backend.removeModel(id));
    const { [id]: _gone, ...downloads } = this.state.downloads;
    this.state = { ...this.state, downloads };
  }

  /** Takes back what was forgotten in the talk. */
  async rememberAgain(): Promise<void> {
    const { forgotten } = this.state;
    if (!forgotten) return;
    this.state = { ...this.state, forgotten: null };
    if (await this.done(() => this.backend.memoryUndo(forgotten.undo))) this.tell(this.words.memoryUndone);
    // It can be tried again, unless something else was forgotten meanwhile.
    else this.state = { ...this.state, forgotten: this.state.forgotten ?? forgotten };
  }
  leaveForgotten = () => (this.state = { ...this.state, forgotten: null });

  dismiss = (id: number) => (this.state = dropNotice(this.state, id));
  refuseEars = () => (this.state = { ...this.state, offers: null });
}

/** Makes a problem of whatever was thrown; the program throws problems. */
export function asProblem(error: unknown, fallback: string, remedy = ''): Problem {
  if (typeof error === 'object' && error !== null && 'message' in error) {
    const { kind, message, remedy: todo } = error as Partial<Problem>;
    return {
      kind: typeof kind === 'string' ? kind : 'error',
      message: String(message),
      remedy: typeof todo === 'string' ? todo : '',
    };
  }
  return { kind: 'error', message: typeof error === 'string' ? error : fallback, remedy };
}

/** Opens the session. The listener is in place before the snapshot is taken, so that nothing falls between them. */
export async function openSession(backend: Backend, alone = false): Promise<Session> {
  const early: AppEvent[] = [];
  let session: Session | null = null;
  await backend.listen((event) => {
    if (session) session.apply(event);
    else early.push(event);
  });
  // The stage may open on a place of the person's own.
  own.open(backend, (run) => run());
  const known = own.refresh().then(
    () => true,
    () => false,
  );
  session = new Session(backend, fromSnapshot(await backend.snapshot()), alone);
  // Once more, so that what is wrong with the list is told.
  if (!(await known)) void session.scenery.refresh();
  for (const event of early) session.apply(event);
  void showPaused(backend, session);
  return session;
}

/** Downloads that the end of the app has cut off wait on the stage to be gone on with: nothing is fetched unasked. */
async function showPaused(backend: Backend, session: Session): Promise<void> {
  // Without the list nothing is lost: the library shows the same.
  const all = await backend.models().catch(() => []);
  for (const entry of all)
    if (entry.state === 'paused' && session.state.downloads[entry.id] === undefined)
      session.apply({ type: 'download', entry, bytesPerSecond: 0, problem: null });
}

export const provideSession = (session: Session): Session => setContext(KEY, session);
export const useSession = (): Session => getContext<Session>(KEY);
