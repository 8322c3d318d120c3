/** A gamepad in the standard layout: buttons become the actions of the keyboard, the cross moves the focus. Pure but for the watch. */

import { composing } from '$lib/composing';
import { topPanel } from '$lib/panels';
import type { Action } from './keys';

/** Buttons by their names in the standard layout, in the order in which the page lists them. */
export const PAD = {
  a: 0,
  b: 1,
  x: 2,
  y: 3,
  lb: 4,
  rb: 5,
  lt: 6,
  rt: 7,
  view: 8,
  menu: 9,
} as const;
export type PadButton = keyof typeof PAD;
export const PAD_BUTTONS = Object.keys(PAD) as PadButton[];

/** As on consoles: one hand reads, the other goes back and skips. */
export const PAD_ACTIONS: Record<PadButton, Action> = {
  a: 'advance',
  b: 'menu',
  x: 'auto',
  y: 'hide',
  lb: 'back',
  rb: 'forward',
  lt: 'skipHold',
  rt: 'talk',
  view: 'history',
  menu: 'save',
};
const CROSS = { 12: 'up', 13: 'down', 14: 'left', 15: 'right' } as const;
export type Way = (typeof CROSS)[keyof typeof CROSS];

/** Milliseconds between two looks. */
const POLL_MS = 50;
/** How far a stick has to lean. */
const LEAN = 0.6;

export interface PadState {
  buttons: readonly boolean[];
  /** Of the left stick. */
  x: number;
  y: number;
}
export interface PadEvents {
  pressed: PadButton[];
  released: PadButton[];
  ways: Way[];
}

/** What happened between two looks. */
export function padEvents(before: PadState, now: PadState): PadEvents {
  const changed = (to: boolean) =>
    PAD_BUTTONS.filter(
      (name) => (now.buttons[PAD[name]] ?? false) === to && (before.buttons[PAD[name]] ?? false) !== to,
    );
  const leans = (state: PadState): Record<Way, boolean> => ({
    up: (state.buttons[12] ?? false) || state.y < -LEAN,
    down: (state.buttons[13] ?? false) || state.y > LEAN,
    left: (state.buttons[14] ?? false) || state.x < -LEAN,
    right: (state.buttons[15] ?? false) || state.x > LEAN,
  });
  const [was, is] = [leans(before), leans(now)];
  const ways = Object.values(CROSS).filter((way) => is[way] && !was[way]);
  return { pressed: changed(true), released: changed(false), ways };
}

const STILL: PadState = { buttons: [], x: 0, y: 0 };

/**
 * Watches the gamepads while one is connected; before that it is only waited for one, and not behind another window: Chromium asks for gamepads 250
 * times a second while a page waits, which costs more than all else that it does at rest. Returns the way to stop.
 */
export function watchPads(on: (events: PadEvents) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let before = STILL;
  let connected = false;
  const read = (): PadState | null => {
    const pad = navigator.getGamepads().find((one) => one?.connected);
    if (!pad) return null;
    return { buttons: pad.buttons.map((b) => b.pressed), x: pad.axes[0] ?? 0, y: pad.axes[1] ?? 0 };
  };
  const look = () => {
    clearTimeout(timer);
    const now = document.hidden ? STILL : read();
    connected = now !== null;
    if (!now) {
      before = STILL;
      return;
    }
    const events = padEvents(before, now);
    before = now;
    if (events.pressed.length + events.released.length + events.ways.length > 0) on(events);
    timer = setTimeout(look, document.hidden ? 500 : POLL_MS);
  };
  const wait = () => {
    if (document.hidden && !connected) window.removeEventListener('gamepadconnected', look);
    else window.addEventListener('gamepadconnected', look);
  };
  document.addEventListener('visibilitychange', wait);
  wait();
  return () => {
    document.removeEventListener('visibilitychange', wait);
    window.removeEventListener('gamepadconnected', look);
    clearTimeout(timer);
  };
}

const FOCUSABLE =
  'summary, button:not([disabled]):not([tabindex="-1"]), a[href], input:not([disabled]), select:not([disabled]), textarea:not([disabled]), [tabindex="0"]';

/** Moves the focus to the nearest control in a direction, within the topmost dialogue where one is open. False where there is none. */
export function moveFocus(way: Way): boolean {
  const within: ParentNode = topPanel() ?? document;
  const all = Array.from(within.querySelectorAll<HTMLElement>(FOCUSABLE)).filter((one) => one.checkVisibility());
  const focused = document.activeElement;
  const here = focused instanceof HTMLElement && all.includes(focused) ? focused : null;
  const places = all.filter((one) => one !== here).map((one) => ({ one, at: one.getBoundingClientRect() }));
  const next = here ? nearest(here.getBoundingClientRect(), places, way)?.one : all[0];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
  return next !== undefined;
}

/** What an arrow key means on a control that does not use it itself, as in Ren'Py; null elsewhere. */
export function wayOf(event: KeyboardEvent): Way | null {
  if (event.defaultPrevented || composing(event) || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey)
    return null;
  const on = event.target instanceof HTMLElement && event.target.matches('button, a, summary, input[type=checkbox]');
  if (!on) return null;
  // Tabs and lists move within themselves; where two replies are compared, the arrows vote.
  const own =
    event.target.closest('[role=tablist], [role=listbox]') ?? (topPanel() ?? document).querySelector('[data-arrows]');
  return own ? null : (WAYS[event.key] ?? null);
}
const WAYS: Record<string, Way> = { ArrowUp: 'up', ArrowDown: 'down', ArrowLeft: 'left', ArrowRight: 'right' };

/** What a control covers, in any unit; a point where it has no size. */
interface Area {
  x: number;
  y: number;
  width?: number;
  height?: number;
}

/**
 * The nearest of some places in a direction, from edge to edge; what lies aside counts as three times as far, and of those that lie in the way alike
 * the one that stands most in the middle is taken.
 */
export function nearest<T extends { at: Area }>(from: Area, places: readonly T[], way: Way): T | null {
  const [along, across] = way === 'up' || way === 'down' ? (['y', 'x'] as const) : (['x', 'y'] as const);
  const size = (area: Area, axis: 'x' | 'y') => (axis === 'x' ? area.width : area.height) ?? 0;
  const middle = (area: Area, axis: 'x' | 'y') => area[axis] + size(area, axis) / 2;
  /** What is empty between two areas along an axis. */
  const gap = (a: Area, b: Area, axis: 'x' | 'y') =>
    Math.max(0, a[axis] - b[axis] - size(b, axis), b[axis] - a[axis] - size(a, axis));
  const forward = way === 'down' || way === 'right' ? 1 : -1;
  let best: T | null = null;
  let least = Infinity;
  for (const place of places) {
    if ((middle(place.at, along) - middle(from, along)) * forward <= 1) continue;
    const aside = Math.abs(middle(place.at, across) - middle(from, across));
    const distance = gap(from, place.at, along) + 3 * gap(from, place.at, across) + 0.1 * aside;
    if (distance < least) [best, least] = [place, distance];
  }
  return best;
}
