/** The models of a kind that can be used now, kept up to date while the page is open. */

import type { ModelEntry } from '$lib/backend/backend';
import type { Session } from '$lib/session/session.svelte';

/** All models, asked of the program and overlaid with what downloads have reported since. */
export function library(session: Session): {
  readonly entries: ModelEntry[];
  readonly loading: boolean;
  refresh: () => void;
} {
  let asked = $state.raw<ModelEntry[]>([]);
  let loading = $state(true);
  const refresh = () =>
    void session
      .wish(() => session.backend.models())
      .then((found) => {
        asked = found ?? [];
        loading = false;
      });
  $effect(refresh);
  // A finished download or import may bring entries that were not there.
  const finished = $derived(
    Object.values(session.state.downloads).filter((d) => d.entry.state === 'installed').length +
      (session.desk.intake.state?.through ?? 0),
  );
  $effect(() => {
    if (finished > 0) refresh();
  });
  const entries = $derived(asked.map((e) => newer(e, session.state.downloads[e.id]?.entry)));
  return {
    get entries() {
      return entries;
    },
    get loading() {
      return loading;
    },
    refresh,
  };
}

const newer = (asked: ModelEntry, told: ModelEntry | undefined): ModelEntry =>
  told && asked.state !== 'installed' ? told : asked;

export function usable(session: Session, kind: ModelEntry['kind']): { readonly entries: ModelEntry[] } {
  const all = library(session);
  const entries = $derived(
    all.entries.filter((e) => e.kind === kind && (e.state === 'builtin' || e.state === 'installed')),
  );
  return {
    get entries() {
      return entries;
    },
  };
}
