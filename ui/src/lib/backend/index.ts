/** Chooses the implementation: the program where the page runs in its window, scripted turns in a browser. */

import type { Backend } from './backend';

export async function openBackend(): Promise<Backend> {
  if ('__TAURI_INTERNALS__' in window) {
    const { tauriBackend } = await import('./tauri');
    return tauriBackend();
  }
  const { fakeBackend } = await import('./fake');
  return fakeBackend(new URLSearchParams(window.location.search));
}
