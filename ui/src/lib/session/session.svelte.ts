/** The page's session with the program: holds the state, feeds it events, passes wishes on, and keeps the line clock. */

import { getContext, setContext } from 'svelte';
import type { AppEvent, Backend, Emotion, Problem, Settings } from '$lib/backend/backend';
import { Desk } from '$lib/library/desk.svelte';
import { LineClock } from '$lib/stage/lips';
import { words } from '../../messages';
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

export type Place = 'stage' | 'backlog' | 'characters' | 'conversations' | 'personas' | 'settings';

/** What is being spoken now, for those who look every frame; not reactive on purpose. */
export interface Playing {
  line: Line;
  clock: LineClock;
  /** The person clicked: show all of the line now. */
  shownAll: boolean;
}

export class Session {
  readonly backend: Backend;
  state = $state.raw() as SessionState;
  /** Which panel is open over the stage. */
  place = $state<Place>('stage');
  hidden = $state(false);
  /** The library: its list, a running import, the editor. */
  readonly desk: Desk;
  playing: Playing | null = null;
  /** The face that the puppet shows after the last line; frame-read, not reactive. */
  #feeling: Emotion = 'neutral';
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nothing renders from it
  #listeners = new Set<() => void>();

  constructor(backend: Backend, state: SessionState) {
    this.backend = backend;
    this.state = state;
    this.desk = new Desk(backend, (run) => this.wish(run));
    this.#feeling = textBox(state).emotion;
  }

  words = $derived.by(() => words(this.state.settings.language));
  box = $derived.by(() => textBox(this.state));
  reply = $derived.by(() => lastReply(this.state));
  character = $derived.by(() => this.state.characters.find((c) => c.id === this.state.character));
  characterName = $derived.by(() => this.character?.name ?? '');

  /** Takes in one event of the program. */
  apply(event: AppEvent): void {
    const now = performance.now();
    this.state = reduce(this.state, event, now);
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
          if (this.playing) this.#feeling = this.feeling(now);
          else if (event.type === 'turnFinished' && event.message) this.#feeling = event.message.emotion;
          else this.#feeling = 'neutral';
          this.playing = null;
        }
        break;
      case 'libraryChanged':
        this.desk.changed();
        break;
      case 'filesOpened':
        void this.importPaths(event.paths);
        break;
      case 'conversationChanged':
        this.playing = null;
        this.#feeling = textBox(this.state).emotion;
        break;
    }
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
    return this.playing ? feelingAt(this.playing.line, this.revealed(now), this.#feeling) : this.#feeling;
  }

  /** Shows all of the open line. True where there was something to show. */
  showAll(): boolean {
    const playing = this.playing;
    if (!playing || playing.shownAll || this.revealed(performance.now()) >= letters(playing.line.text).length)
      return false;
    playing.shownAll = true;
    return true;
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
      this.state = addNotice(this.state, asProblem(error, this.words.problem));
      return undefined;
    }
  }

  /** Says something that is no trouble. */
  tell(message: string): void {
    this.state = addNotice(this.state, { kind: 'info', message, remedy: '' });
  }

  say = (text: string) => this.wish(() => this.backend.say(text));
  stop = () => this.wish(() => this.backend.stop());
  regenerate = () => this.wish(() => this.backend.regenerate());
  swipe = (by: -1 | 1) => {
    const reply = this.reply;
    return reply ? this.wish(() => this.backend.swipe(reply.id, by)) : Promise.resolve(undefined);
  };

  async change(changes: Partial<Settings>): Promise<void> {
    this.state = { ...this.state, settings: { ...this.state.settings, ...changes } };
    const settings = await this.wish(() => this.backend.changeSettings(changes));
    if (settings) this.state = { ...this.state, settings };
  }

  /** Shows files before they are taken in. */
  importPaths = (paths: string[]): Promise<void> => this.desk.intake.look(paths);
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

  dismiss = (id: number) => (this.state = dropNotice(this.state, id));
  refuseEars = () => (this.state = { ...this.state, offers: null });
}

/** Makes a problem of whatever was thrown; the program throws problems. */
export function asProblem(error: unknown, fallback: string): Problem {
  if (typeof error === 'object' && error !== null && 'message' in error) {
    const { kind, message, remedy } = error as Partial<Problem>;
    return {
      kind: typeof kind === 'string' ? kind : 'error',
      message: String(message),
      remedy: typeof remedy === 'string' ? remedy : '',
    };
  }
  return { kind: 'error', message: typeof error === 'string' ? error : fallback, remedy: '' };
}

/** Opens the session. The listener is in place before the snapshot is taken, so that nothing falls between them. */
export async function openSession(backend: Backend): Promise<Session> {
  const early: AppEvent[] = [];
  let session: Session | null = null;
  await backend.listen((event) => {
    if (session) session.apply(event);
    else early.push(event);
  });
  session = new Session(backend, fromSnapshot(await backend.snapshot()));
  for (const event of early) session.apply(event);
  return session;
}

export const provideSession = (session: Session): Session => setContext(KEY, session);
export const useSession = (): Session => getContext<Session>(KEY);
