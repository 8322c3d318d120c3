/** The reader at work: which page stands in the box, how much of it, and who turns it: the voice, a click, auto, skip. */

import type { Emotion } from '$lib/backend/backend';
import { feelingAt, letters } from '$lib/session/pace';
import type { SessionState } from '$lib/session/reduce';
import type { Playing } from '$lib/session/session.svelte';
import {
  AT_END,
  back,
  follow,
  forward,
  goTo,
  isBack,
  nextIsNew,
  view,
  type Pace,
  type Reading,
  type View,
} from './reading';
import { gapsIn, pageAt, paceOf, setRoom, shownIn } from './pages';
import { feelingOn, LIVE, liveEntry, voiced } from './script';
import { stopOf, turnsAfter, typedTo } from './typing';

/** What the reader needs of the session. */
interface Host {
  readonly state: SessionState;
  readonly playing: Playing | null;
  /** Letters of the open line that are to be seen now. */
  revealed(now: number): number;
}

/** Milliseconds from page to page while skipping. */
const SKIP_MS = 70;
/** The shortest rest that auto leaves a page. */
const LEAST_REST_MS = 700;

/** How long auto leaves a page that stands complete. As in Ren'Py, the setting is seconds for 250 letters. */
export const restFor = (count: number, autoDelay: number): number =>
  Math.max(LEAST_REST_MS, ((count + 25) / 250) * autoDelay * 1000);

export class Reader {
  readonly #host: Host;
  reading = $state.raw<Reading>(AT_END);
  pace = $state<Pace>('click');
  /** All of the page stands in the box. */
  complete = $state(false);
  /** First letter of the page that the voice has come to; changes only when that page turns. */
  #letter = $state(0);
  #key = '';
  #shownAt = 0;
  /** The person clicked: the page of this key is shown up to where it waits for them, or whatever it waits for. */
  #hurried = { key: '', all: false };
  /** Where the page goes on being typed: its beginning, or behind the last `{w}` that the person has passed. */
  #resumed: number | null = null;
  /** The page waits for the person at a `{w}`. */
  held = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Counts changes of the room that a page has. */
  #layout = $state(0);

  view = $derived.by<View | null>(() => {
    void this.#layout;
    return view(this.#host.state, this.reading, this.#letter);
  });
  /** The person has gone back; what they say now begins a branch. */
  away = $derived.by(() => isBack(this.#host.state, this.reading));
  /** Something comes after this page. */
  more = $derived.by(() => this.view !== null && !this.view.last);

  /** A page has room for so many letters now. */
  setRoom(room: number): void {
    if (setRoom(room)) this.#layout++;
  }

  /** The conversation has moved on. */
  changed(before: SessionState, after: SessionState): void {
    if (after.turn !== before.turn) {
      this.#key = '';
      this.#hurried = { key: '', all: false };
    }
    if (before.lines.length > 0 && after.lines.length === 0) {
      // The reply has its place in the log: the page goes on being typed under its new name.
      const id = after.messages.at(-1)?.id ?? '';
      this.#key = this.#key.replace(LIVE_KEY, `${id}/`);
      this.#hurried.key = this.#hurried.key.replace(LIVE_KEY, `${id}/`);
    }
    const next = follow(before, after, this.reading);
    if (next !== this.reading) this.reading = next;
    if (after.turn !== before.turn || after.lines.length === 0) this.#letter = 0;
    this.follow(performance.now());
  }

  /** Turns the page where the voice has gone on to the next. */
  follow(now: number): void {
    const live = liveEntry(this.#host.state);
    if (!live || !voiced(this.#host.state)) return;
    const pages = this.view?.entry.id === LIVE ? this.view.pages : null;
    if (!pages) return;
    const from = pages[pageAt(pages, this.voiceAt(now))]?.from ?? 0;
    if (from !== this.#letter) this.#letter = from;
  }

  /** Letters of the running reply that the voice has reached. */
  voiceAt(now: number): number {
    const { state, playing } = this.#host;
    const live = liveEntry(state);
    if (!live) return 0;
    if (!playing) return letters(live.text).length;
    const index = state.lines.findIndex((l) => l.line === playing.line.line);
    return (live.starts[index] ?? 0) + this.#host.revealed(now);
  }

  /** Letters of the entry's text that stand in the box at a moment. */
  shown(now: number): number {
    const here = this.view;
    const page = here?.pages[here.page];
    if (!here || !page) return 0;
    const key = keyOf(here);
    if (key !== this.#key) this.#present(key, now);
    if (!here.fresh) return page.to;
    const hurried = this.#hurried.key === key;
    if (hurried && this.#hurried.all) return page.to;
    if (here.entry.id === LIVE && voiced(this.#host.state))
      return hurried ? page.to : Math.min(page.to, this.voiceAt(now));
    if (hurried) return this.#stop()?.at ?? page.to;
    const from = this.#resumed ?? page.from;
    const seconds = (now - this.#shownAt) / 1000;
    const { textSpeed } = this.#host.state.settings;
    return typedTo(paceOf(here.entry), from, page.to, seconds, textSpeed, gapsIn(page));
  }

  #present(key: string, now: number): void {
    this.#key = key;
    this.#shownAt = now;
    this.#resumed = null;
    this.held = false;
    this.complete = false;
    clearTimeout(this.#timer);
  }

  /** The place of the page where it waits for the person next; null where it does not, and where the voice turns pages. */
  #stop(): { at: number; end: number } | null {
    const here = this.view;
    const page = here?.pages[here.page];
    if (!here?.fresh || !page || (here.entry.id === LIVE && voiced(this.#host.state))) return null;
    return stopOf(paceOf(here.entry), this.#resumed ?? page.from, page.to);
  }

  /** So many letters are shown, which are not all; true where nothing more comes before the person goes on. */
  halted(shown: number): boolean {
    const stop = this.#stop();
    const held = stop !== null && shown >= stop.at;
    if (held === this.held) return held;
    this.held = held;
    if (held) this.#arrange();
    return held;
  }
  /** Goes on behind a `{w}`. */
  #pass(stop: { end: number }): void {
    clearTimeout(this.#timer);
    this.#resumed = stop.end;
    this.#hurried = { key: '', all: false };
    this.#shownAt = performance.now();
    this.held = false;
  }

  /** All of the page stands there now. */
  done(): void {
    if (this.complete) return;
    this.held = false;
    this.complete = true;
    this.#arrange();
  }

  /** The page has grown, and is being typed again. */
  undone(): void {
    if (!this.complete) return;
    this.complete = false;
    clearTimeout(this.#timer);
  }

  /** The next turn of a page that is nobody's click. */
  #arrange(): void {
    clearTimeout(this.#timer);
    const here = this.view;
    const page = here?.pages[here.page];
    if (!here || !page || !(this.complete || this.held)) return;
    if (this.pace === 'skip') this.#timer = setTimeout(() => this.#skip(), SKIP_MS);
    else if (this.pace === 'auto' && (this.held || !here.last)) {
      const rest = restFor(shownIn(page), this.#host.state.settings.autoDelay);
      this.#timer = setTimeout(() => (this.held ? this.hurry() : this.forward()), rest);
    } else if (this.complete && here.fresh && !here.last) {
      const after = turnsAfter(paceOf(here.entry), page.from, page.to);
      if (after !== null) this.#timer = setTimeout(() => this.forward(), after * 1000);
    }
  }

  #skip(): void {
    if (this.pace !== 'skip') return;
    const { state } = this.#host;
    if (!this.more || (nextIsNew(state, this.reading) && !state.settings.skipUnseen)) {
      this.pace = 'click';
      return;
    }
    this.forward();
    this.#hurryAll();
  }

  /** Shows all of the page, or what there is up to the next `{w}`; at one, goes on. True where there was something to show. */
  hurry(): boolean {
    const here = this.view;
    const page = here?.pages[here.page];
    if (!here || !page) return false;
    const shown = this.shown(performance.now());
    if (shown >= page.to) return false;
    const stop = this.#stop();
    if (stop && shown >= stop.at) this.#pass(stop);
    else this.#hurried = { key: keyOf(here), all: false };
    if (this.#host.playing) this.#host.playing.shownAll = true;
    return true;
  }
  /** Shows all of the page, whatever it waits for. */
  #hurryAll(): void {
    const here = this.view;
    if (here) this.#hurried = { key: keyOf(here), all: true };
    if (this.#host.playing) this.#host.playing.shownAll = true;
    this.held = false;
  }

  /** A click: the rest of the page, else the next page. False where there is nothing more to read. */
  advance(): boolean {
    if (this.pace === 'skip') this.pace = 'click';
    if (this.hurry()) return true;
    if (!this.more) return false;
    this.forward();
    return true;
  }
  back(): void {
    this.#move(back(this.#host.state, this.reading, this.#letter));
  }
  forward(): void {
    this.#move(forward(this.#host.state, this.reading, this.#letter));
  }
  goTo(entry: string): void {
    this.#move(goTo(this.#host.state, this.reading, entry));
  }
  toEnd(): void {
    this.#move(AT_END);
  }
  #move(next: Reading): void {
    if (next === this.reading) return;
    this.reading = next;
    // The page turns with the next frame; what was arranged for the one before is off.
    clearTimeout(this.#timer);
    const here = this.view;
    if (here) this.#present(keyOf(here), performance.now());
  }

  setPace(pace: Pace): void {
    this.pace = pace;
    if (pace === 'skip') {
      this.#hurryAll();
      this.complete = true;
    }
    this.#arrange();
  }
  toggle(pace: 'auto' | 'skip'): void {
    this.setPace(this.pace === pace ? 'click' : pace);
  }

  /** The face that belongs to what is being read; `heard` is that of the voice. */
  feeling(now: number, heard: Emotion): Emotion {
    const here = this.view;
    if (!here || here.entry.who !== 'character') return this.away ? 'neutral' : heard;
    if (this.away) return feelingOn(here.entry, here.pages[here.page]);
    if (here.fresh && !(here.entry.id === LIVE && voiced(this.#host.state)))
      return feelingAt(here.entry, this.shown(now), here.entry.emotion);
    return heard;
  }
}

const LIVE_KEY = new RegExp(`^${LIVE}/`);
/** A page by name; a live reply keeps its name while it grows. */
const keyOf = (here: View): string => `${here.entry.id}/${here.page}`;
