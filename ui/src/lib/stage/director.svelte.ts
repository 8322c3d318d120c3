/**
 * The director: follows what is read, and has the stage look and sound as the story asks for there. Cues take effect when the text has come
 * to them, which is when the voice has; sounds are heard once, when they are read for the first time.
 */

import type { SaveView, StageCue } from '$lib/backend/backend';
import type { Session } from '$lib/session/session.svelte';
import type { OwnName } from '../../scenes/own.svelte';
import { actionsOf, soundsOf } from '$lib/story/actions';
import { letters } from '$lib/session/pace';
import type { Entry } from '$lib/story/script';
import { isShot, type JoltName, type ShotName } from './camera';
import { effectOf, direct, onceOf, stagedAfter, UNSTAGED, unpainted, type Effect, type Staged } from './direction';
import type { GestureName } from './gestures';

/** A sound in words. */
export interface Caption {
  id: number;
  kind: 'music' | 'ambience' | 'effect' | 'place';
  /** A name that the words of the page have, or the words of the reply. */
  name: string;
}

/** Milliseconds that a caption stays. */
const STAYS_MS = 5_000;
/** Captions at once; the oldest goes. */
const MOST = 4;

const NOWHERE = { entry: '', index: -1, reached: 0 };
const NOTHING = { turn: -1, index: -1, reached: 0 };

export class Director {
  /** What the story asks for where it is read now. */
  staged = $state.raw<Staged>(UNSTAGED);
  captions = $state.raw<Caption[]>([]);
  readonly #session: Session;
  /** What a save brought back that the story itself does not say. */
  #base = $state.raw<Partial<Staged>>({});
  #here = NOWHERE;
  /** How far sounds were heard: going back and coming again is no second time. */
  #heard = NOTHING;
  #count = 0;
  /** Jolts of the camera that the stage has not taken yet; frame-read, not reactive. */
  #jolts: JoltName[] = [];
  /** The newest gesture, told apart from the one before by its number, and who makes it. */
  gesture: { name: GestureName; id: number; by: string } | null = null;

  constructor(session: Session) {
    this.#session = session;
  }

  /** What a save remembers of the stage counts until the story asks for something else. */
  restore(stage: SaveView['stage']): void {
    this.#base = { scene: stage.scene, daylight: stage.daylight, weather: stage.weather };
  }
  /** Another conversation: nothing is left of the one before. */
  forget(): void {
    this.#base = {};
    this.#here = NOWHERE;
    this.#heard = NOTHING;
  }

  /** What the story asks for, a loaded save behind it. */
  wanted = $derived.by<Staged>(() => {
    if (!this.#session.state.settings.directStage) return { ...UNSTAGED, ...this.#base };
    const asked = Object.entries(this.staged).filter(([, value]) => value !== '');
    return { ...UNSTAGED, ...this.#base, ...Object.fromEntries(asked) };
  });

  /** Looks where the reader is. Cheap, for it is called with every frame. */
  update(now: number): void {
    const { state, reader } = this.#session;
    const here = reader.view;
    if (!here) {
      if (this.staged !== UNSTAGED) this.staged = UNSTAGED;
      this.#here = NOWHERE;
      return;
    }
    const { entry, index, fresh } = here;
    const cues = cuesOf(entry);
    const shown = cues.length > 0 ? reader.shown(now) : 0;
    const reached = cues.filter((cue) => cue.at <= shown).length;
    const before = this.#here;
    if (before.entry === entry.id && before.reached === reached && before.index === index) return;
    this.#here = { entry: entry.id, index, reached };
    const staged = cues.slice(0, reached).reduce(direct, stagedAfter(state.messages, index));
    if (!alike(staged, this.staged)) this.staged = staged;
    if (!fresh || !state.settings.directStage) return;
    const { turn } = state;
    const again = this.#heard.turn === turn && this.#heard.index === index;
    const from = again ? this.#heard.reached : 0;
    this.#heard = { turn, index, reached: Math.max(from, reached) };
    for (const cue of cues.slice(from, reached)) this.#once(cue);
  }

  #once(cue: StageCue): void {
    if (unpainted(cue)) this.caption('place', cue.value);
    const once = onceOf(cue);
    if (once && 'jolt' in once) this.#jolts.push(once.jolt);
    else if (once) this.gesture = { name: once.gesture, id: ++this.#count, by: this.#session.speaker };
    if (cue.kind !== 'sound') return;
    const effect = effectOf(cue.value);
    if (effect !== null) this.play(effect);
    // Nobody can make that sound, but what is meant can be read.
    else this.caption('effect', cue.value);
  }

  /** Jolts of the camera since this was asked last. */
  takeJolts(): JoltName[] {
    if (this.#jolts.length === 0) return [];
    const taken = this.#jolts;
    this.#jolts = [];
    return taken;
  }
  /** The shot that the story asks for. */
  get shot(): ShotName {
    return isShot(this.wanted.camera) ? this.wanted.camera : 'normal';
  }

  play(effect: Effect | OwnName): void {
    this.caption('effect', effect);
    if (this.#session.state.settings.ambienceVolume > 0)
      void this.#session.wish(() => this.#session.backend.playEffect(effect));
  }

  /** Shows a sound in words for a while. */
  caption(kind: Caption['kind'], name: string): void {
    if (!this.#session.state.settings.captions) return;
    const id = ++this.#count;
    const others = this.captions.filter((one) => one.kind !== kind || kind === 'effect');
    this.captions = [...others, { id, kind, name }].slice(-MOST);
    setTimeout(() => (this.captions = this.captions.filter((one) => one.id !== id)), STAYS_MS);
  }
}

const alike = (a: Staged, b: Staged) =>
  (Object.keys(UNSTAGED) as (keyof Staged)[]).every((what) => a[what] === b[what]);

const withActions = new WeakMap<Entry, StageCue[]>();
/** What is done to the stage in an entry, the gestures in its `*actions*` and the sounds of its `{sound=…}`, in order. */
function cuesOf(entry: Entry): StageCue[] {
  let cues = withActions.get(entry);
  if (!cues) {
    const own = entry.who === 'character' ? actionsOf(entry.text) : [];
    const done = own.map(({ at, words }): StageCue => ({ at, kind: 'gesture', value: words }));
    const heard = entry.who === 'user' ? [] : soundsOf(entry.text);
    const sounds = heard.map(({ at, words }): StageCue => ({ at, kind: 'sound', value: words }));
    const end = letters(entry.text).length;
    cues = [...entry.staging, ...[...done, ...sounds].filter(({ at }) => at < end)].sort((a, b) => a.at - b.at);
    withActions.set(entry, cues);
  }
  return cues;
}
