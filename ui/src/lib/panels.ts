/** Panels that lie over one another: which is on top, and where the focus goes when what had it is gone. */

/** The panel over all others; null where none is open. */
export const topPanel = (): HTMLDialogElement | null =>
  Array.from(document.querySelectorAll<HTMLDialogElement>('dialog[open]')).at(-1) ?? null;

/** Whether no other panel lies over the one that something is in: keys of the whole window are only then its own. */
export const onTop = (one: Element | null | undefined): boolean => !!one && one.closest('dialog') === topPanel();

/** The open panels, the uppermost last. */
const open: OpenPanel[] = [];

/** A panel from its opening on. Made while the focus is still where it was before. */
export class OpenPanel {
  #before: Element | null = document.activeElement;
  /** What had the focus last, and what it is in. */
  #path: HTMLElement[] = [];
  readonly #element: HTMLElement;

  constructor(element: HTMLElement) {
    this.#element = element;
    element.addEventListener('focusin', ({ target }) => {
      this.#path = [];
      for (let one = target; one instanceof HTMLElement && one !== element; one = one.parentElement)
        this.#path.push(one);
    });
    open.push(this);
  }

  /**
   * Where the focus goes when it has lost its place: to what had it, if that is still there, else to the nearest part with a name that it was in
   * (a page of tabs, where arrows may mean something that they do not mean on its tab), else to the heading.
   */
  rest(): HTMLElement | undefined {
    const [last, ...parts] = this.#path;
    if (last && this.#element.contains(last) && !last.matches(':disabled')) return last;
    for (const part of parts) {
      if (!this.#element.contains(part)) continue;
      if (!part.matches('[aria-label], [aria-labelledby]')) continue;
      // Reached by the program alone.
      if (!part.hasAttribute('tabindex')) part.tabIndex = -1;
      return part;
    }
    return this.#element.querySelector<HTMLElement>('h2') ?? undefined;
  }

  /** The panel is gone: the focus returns to where it was. Several may go at once, in any order. */
  gone(): void {
    const at = open.indexOf(this);
    open.splice(at, 1);
    const above = open[at];
    if (above) {
      // That one returns it, and what it would return it to went with this one.
      if (!above.#before?.isConnected) above.#before = this.#before;
      return;
    }
    const to = this.#before?.isConnected ? this.#before : open.at(-1)?.rest();
    if (to instanceof HTMLElement) to.focus({ preventScroll: true });
  }
}

/** Gives the focus back to the uppermost panel. False where none is open. */
export function focusPanel(): boolean {
  const to = open.at(-1)?.rest();
  to?.focus({ preventScroll: true });
  return to !== undefined;
}
