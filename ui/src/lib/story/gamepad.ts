/** A gamepad in the standard layout: buttons become the actions of the keyboard, the cross moves the focus. Pure but for the watch. */

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

/** Watches the gamepads while one is connected; nothing runs before that. Returns the way to stop. */
export function watchPads(on: (events: PadEvents) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let before = STILL;
  const read = (): PadState | null => {
    const pad = navigator.getGamepads().find((one) => one?.connected);
    if (!pad) return null;
    return { buttons: pad.buttons.map((b) => b.pressed), x: pad.axes[0] ?? 0, y: pad.axes[1] ?? 0 };
  };
  const look = () => {
    clearTimeout(timer);
    const now = document.hidden ? STILL : read();
    if (!now) {
      before = STILL;
      return;
    }
    const events = padEvents(before, now);
    before = now;
    if (events.pressed.length + events.released.length + events.ways.length > 0) on(events);
    timer = setTimeout(look, document.hidden ? 500 : POLL_MS);
  };
  window.addEventListener('gamepadconnected', look);
  return () => {
    window.removeEventListener('gamepadconnected', look);
    clearTimeout(timer);
  };
}

const FOCUSABLE =
  'button:not([disabled]):not([tabindex="-1"]), a[href], input:not([disabled]), select:not([disabled]), textarea:not([disabled]), [tabindex="0"]';

/** Moves the focus to the nearest control in a direction, within the topmost dialogue where one is open. */
export function moveFocus(way: Way): void {
  const dialogs = document.querySelectorAll('dialog[open]');
  const within: ParentNode = dialogs[dialogs.length - 1] ?? document;
  const all = Array.from(within.querySelectorAll<HTMLElement>(FOCUSABLE)).filter((one) => one.checkVisibility());
  const here = document.activeElement instanceof HTMLElement && all.includes(document.activeElement);
  if (!here) {
    all[0]?.focus();
    return;
  }
  const from = middle((document.activeElement as HTMLElement).getBoundingClientRect());
  const next = nearest(
    from,
    all
      .filter((one) => one !== document.activeElement)
      .map((one) => ({ one, at: middle(one.getBoundingClientRect()) })),
    way,
  );
  next?.one.focus();
  next?.one.scrollIntoView({ block: 'nearest' });
}

interface Point {
  x: number;
  y: number;
}
const middle = (box: DOMRect): Point => ({ x: box.x + box.width / 2, y: box.y + box.height / 2 });

/** The nearest of some places in a direction; what lies aside counts as three times as far. */
export function nearest<T extends { at: Point }>(from: Point, places: readonly T[], way: Way): T | null {
  let best: T | null = null;
  let least = Infinity;
  for (const place of places) {
    const dx = place.at.x - from.x;
    const dy = place.at.y - from.y;
    const along = { up: -dy, down: dy, left: -dx, right: dx }[way];
    if (along <= 1) continue;
    const distance = along + 3 * Math.abs(way === 'up' || way === 'down' ? dx : dy);
    if (distance < least) [best, least] = [place, distance];
  }
  return best;
}
