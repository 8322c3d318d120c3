/** Self-voicing: says what has the focus, for people who cannot see it and have no screen reader. By the system's voices where the webview has
 *  them, else by the program's. */

import type { UiLanguage } from '$lib/backend/backend';

/** Milliseconds that the focus has to rest, so that nothing is begun while somebody tabs past. */
const REST_MS = 160;
/** Longest text that is said of one control. */
const LONGEST = 200;

/** What a control is called, as assistive technology would say it, and its value where it has one. */
export function spokenName(element: Element): string {
  const byId = (ids: string | null) =>
    (ids ?? '')
      .split(/\s+/)
      .map((id) => (id === '' ? '' : (document.getElementById(id)?.textContent ?? '')))
      .join(' ')
      .trim();
  const field = element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement;
  const labelled = field || element instanceof HTMLSelectElement;
  const label = labelled ? Array.from(element.labels ?? [], (one) => one.textContent ?? '').join(' ') : '';
  const name =
    element.getAttribute('aria-label') ??
    (byId(element.getAttribute('aria-labelledby')) || label || (labelled ? '' : (element.textContent ?? '')));
  const value =
    element instanceof HTMLSelectElement
      ? (element.selectedOptions[0]?.textContent ?? '')
      : field && element.type !== 'checkbox'
        ? element.value
        : '';
  return [name, value, byId(element.getAttribute('aria-describedby'))]
    .map((part) => part.replace(/\s+/g, ' ').trim())
    .filter((part) => part !== '')
    .join('. ')
    .slice(0, LONGEST);
}

/** Says whatever gets the focus. Returns the way to stop. */
export function voice(say: (text: string) => void, language: UiLanguage): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const system = typeof speechSynthesis === 'undefined' ? null : speechSynthesis;
  const speak = (text: string) => {
    const own = system?.getVoices().find((one) => one.lang.toLowerCase().startsWith(language));
    if (!system || !own) {
      say(text);
      return;
    }
    const words = new SpeechSynthesisUtterance(text);
    words.voice = own;
    system.cancel();
    system.speak(words);
  };
  const focused = (event: FocusEvent) => {
    clearTimeout(timer);
    const { target } = event;
    if (!(target instanceof Element)) return;
    timer = setTimeout(() => {
      const text = spokenName(target);
      if (text !== '') speak(text);
    }, REST_MS);
  };
  document.addEventListener('focusin', focused);
  return () => {
    clearTimeout(timer);
    document.removeEventListener('focusin', focused);
    system?.cancel();
  };
}
