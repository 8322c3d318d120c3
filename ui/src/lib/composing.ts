/** Which keys belong to an input method: Enter that takes a word of Chinese or Japanese, Escape that gives it up. */

/** A composition has ended in this very moment: the key that ended it may still come. */
let ending = false;

/**
 * Whether a key is the input method's. 229 is what WebKit sends for the key that ends a composition, and it may send it only when the
 * composition is over.
 */
export const composing = (event: { isComposing: boolean; keyCode?: number }): boolean =>
  event.isComposing || event.keyCode === 229 || ending;

/** Looks at the compositions of a page; once, where the page begins. Returns the way to stop. */
export function watchCompositions(page: EventTarget): () => void {
  const ended = () => {
    ending = true;
    setTimeout(() => (ending = false));
  };
  page.addEventListener('compositionend', ended, { capture: true });
  return () => page.removeEventListener('compositionend', ended, { capture: true });
}
