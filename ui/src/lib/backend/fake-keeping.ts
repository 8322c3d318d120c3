/** A machine of 16 GB that has fetched one model, for the browser and the tests. `?small` is one of 3 GB, `?card` one whose build
 * computes on a graphics card, `?gpu=server,shared,…` has cards of these fates. `?terms` recommends a voice with terms of its own, `?aside` was restored twice, `?vault=on` is encrypted. */

import type { AppEvent, ModelEntry } from './backend';
import { sleep } from './fake-time';
import type {
  ComputeDevices,
  Keeping,
  KeepingBackend,
  Plan,
  PlannedGpu,
  PlannedModel,
  UpdateStanding,
} from './keeping';

export interface FakeMachine {
  query: URLSearchParams;
  models: ModelEntry[];
  fetch: (entry: ModelEntry) => Promise<void>;
  /** Where the settings want the model to compute. */
  device: () => string;
  emit: (event: AppEvent) => void;
}

const GB = 1e9;

export function fakeKeeping({ query, models, fetch, emit, device }: FakeMachine): KeepingBackend {
  const memory = query.has('small') ? 3 * GB : 16 * GB;
  const budget = memory - Math.max(1.5 * GB, memory / 5);
  const base = 0.54 * GB;
  const here = (m: ModelEntry) => m.state === 'builtin' || m.state === 'installed';
  const standing: UpdateStanding = {
    ready: '',
    way: query.has('flatpak') ? 'flatpak' : '',
    file: '',
    command: query.has('flatpak') ? 'flatpak update app.hanashi.desktop' : '',
    previous: query.get('update') === 'installed' ? '0.0.9' : '',
    failed: query.get('update') === 'failed' ? '0.2.0' : '',
  };
  const keeping: Keeping = {
    root: '/home/reader/.local/share/hanashi',
    parts: [
      { part: 'conversations', path: '…/hanashi.sqlite', bytes: 4_300_000, files: 3, disposable: false },
      { part: 'characters', path: '…/characters', bytes: 18_200_000, files: 24, disposable: false },
      { part: 'models', path: '…/models', bytes: 639_000_000, files: 2, disposable: false },
      { part: 'voices', path: '…/voices', bytes: 0, files: 0, disposable: false },
      { part: 'reading-caches', path: '…/reading-caches', bytes: 212_000_000, files: 6, disposable: true },
      { part: 'backups', path: '…/backups', bytes: 29_000_000, files: 7, disposable: false },
      { part: 'logs', path: '…/logs', bytes: 410_000, files: 8, disposable: true },
      { part: 'other', path: '…', bytes: 2_100, files: 3, disposable: false },
    ],
    asides: query.has('aside')
      ? [
          { name: 'before-restore-2026-11-26T15-00-00Z', at: Date.UTC(2026, 10, 26, 15), bytes: 31_000_000, opens: '' },
          {
            name: 'before-restore-2026-10-02T09-30-00Z',
            at: Date.UTC(2026, 9, 2, 9, 30),
            bytes: 650_000_000,
            opens: query.get('vault') === 'on' ? 'unsealed' : 'passphrase',
          },
        ].map((one) => ({ ...one, path: `/home/reader/.local/share/hanashi/${one.name}` }) as Keeping['asides'][number])
      : [],
    log: [
      '2026-11-22T20:01:13Z  INFO app: language model loaded model="Hanashi mini"',
      '2026-11-22T20:01:14Z  WARN audio: the loudspeakers went away',
    ],
    crashes: [],
  };

  function planned(m: ModelEntry, beside: number): PlannedModel {
    const needs = (m.size ?? 60e6) * (m.kind === 'chat' ? 1.9 : 2);
    const spare = budget - beside - needs;
    return {
      id: m.id,
      verdict: spare < 0 ? 'too-large' : 'fits',
      spare,
      needs,
      estimated: !here(m),
      tokensPerS: m.kind === 'chat' ? 9e9 / (m.size ?? 1e9) : null,
    };
  }

  return {
    async plan(chosen): Promise<Plan> {
      const of = (kind: ModelEntry['kind'], pick: (all: ModelEntry[]) => ModelEntry | undefined) => {
        const all = models.filter((m) => m.kind === kind && (m.size ?? 0) > 0);
        return all.find((m) => chosen.includes(m.id)) ?? pick(all);
      };
      const room = budget - base;
      const ears = of('ears', (all) => all[0]);
      const chat = of('chat', (all) => all.filter((m) => !m.ask && planned(m, base).needs < room).at(-1));
      // Its size is known to nobody, which keeps it out of a plan of a choice, not out of what is recommended.
      const voice = query.has('terms') ? models.find((m) => m.kind === 'voice' && m.ask) : undefined;
      const set = [chat, ears, voice].filter((m): m is ModelEntry => m !== undefined);
      const needs = base + set.reduce((sum, m) => sum + planned(m, 0).needs, 0);
      return {
        memory,
        budget,
        base,
        needs,
        available: memory * 0.7,
        download: set.filter((m) => !here(m)).reduce((sum, m) => sum + (m.size ?? 0), 0),
        fits: needs <= budget,
        processor: 'A processor',
        cores: 8,
        gpus: [...(query.has('card') ? ['used'] : []), ...(query.get('gpu')?.split(',').filter(Boolean) ?? [])].map(
          (fate) => ({
            name: fate === 'software' ? 'llvmpipe' : 'A graphics card',
            memory: 16 * GB,
            free: null,
            fate: fate as PlannedGpu['fate'],
          }),
        ),
        context: query.has('tight') ? 2048 : null,
        set: set.map((m) => m.id),
        models: models
          .filter((m) => m.state !== 'by-hand')
          .map((m) => planned(m, needs - (set.find((s) => s.kind === m.kind)?.size ?? 0) * 1.9)),
      };
    },
    async computeDevices(): Promise<ComputeDevices> {
      const processor = { id: 'cpu', name: '', planned: 0, notice: null };
      if (!query.has('card')) return { builtFor: [], found: [], on: processor };
      const card = { id: 'cuda:0', name: 'A graphics card', free: 11e9 };
      const chosen = device();
      if (chosen === 'cuda:1') {
        const notice = '`cuda:1` cannot be used: there is no such device; the language model computes on the processor';
        return { builtFor: ['cuda'], found: [card], on: { ...processor, notice } };
      }
      const on = chosen === 'cpu' ? processor : { id: card.id, name: card.name, planned: 5.4e9, notice: null };
      return { builtFor: ['cuda'], found: [card], on };
    },
    async fetchSet(ids) {
      for (const entry of models.filter((m) => ids.includes(m.id) && !here(m))) void fetch(entry);
    },
    async accesses() {
      if (!query.has('accesses')) return [];
      const at = Date.UTC(2026, 10, 22, 20);
      const hub = { host: 'huggingface.co', what: 'Qwen3-0.6B-Q8_0.gguf', sent: 0 };
      return [
        { ...hub, at: at + 60_000, purpose: 'listing', received: null, refused: true },
        { ...hub, at, purpose: 'download', received: 639_446_688, refused: false },
      ];
    },
    async keeping() {
      return structuredClone(keeping);
    },
    async deleteAside(name) {
      const at = keeping.asides.findIndex((one) => one.name === name);
      return keeping.asides.splice(at, 1)[0]?.bytes ?? 0;
    },
    async freeRoom() {
      let freed = 0;
      for (const part of keeping.parts.filter((p) => p.disposable)) {
        freed += part.bytes;
        Object.assign(part, { bytes: 0, files: 0 });
      }
      return freed;
    },
    async checkData() {
      return query.has('damaged') ? ['memory.sqlite: database disk image is malformed'] : [];
    },
    async backUp(_, on) {
      for (let done = 0; done <= 3; done += 1) {
        on({ done: done * 2.2e8, total: 6.62e8 });
        await sleep(40);
      }
      return 662_000_000;
    },
    async lookForUpdate() {
      const here = '0.1.0';
      if (!query.has('update')) return { state: 'unconfigured', here, version: '', notes: '' };
      const newer = query.get('update') !== 'none';
      return newer
        ? { state: 'newer', here, version: '0.2.0', notes: 'The lamp burns brighter.' }
        : { state: 'newest', here, version: '', notes: '' };
    },
    async fetchUpdate() {
      if (query.get('update') === 'unsigned') {
        throw {
          kind: 'damaged',
          message: '`Hanashi_0.2.0_amd64.deb` is not used: another key has signed it',
          remedy:
            'nothing was installed and the file is gone; fetch the program from its own page, and tell its makers',
        };
      }
      emit({ type: 'updating', done: 41e6, total: 92e6 });
      await sleep(400);
      const file = `/home/reader/.local/share/hanashi/updates/Hanashi_0.2.0_amd64.${query.has('appimage') ? 'AppImage' : 'deb'}`;
      standing.ready = '0.2.0';
      standing.file = file;
      standing.way = query.has('appimage') ? 'replace' : 'open';
      standing.command = query.has('appimage') ? '' : `sudo apt install '${file}'`;
      return file;
    },
    stopUpdate: () => Promise.resolve(),
    updateStanding: async () => ({ ...standing }),
    async installUpdate() {
      if (query.get('update') === 'busy') {
        throw { kind: 'busy', message: 'a training runs', remedy: 'wait for its end, or stop it first' };
      }
      return standing.way === 'open' ? 'opened' : 'restart';
    },
    async undoUpdate() {
      standing.previous = '';
    },
    async keepUpdate() {
      standing.previous = '';
      standing.failed = '';
    },
  };
}
