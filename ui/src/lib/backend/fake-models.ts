/** Models that are fetched, and the ears, which are there once one of them is: a microphone that always hears the same. */

import type { AppEvent, Backend, ModelEntry, Settings } from './backend';

interface World {
  models: ModelEntry[];
  emit: (event: AppEvent) => void;
  wait: (ms: number) => Promise<void>;
  settings: () => Settings;
  /** Changes settings and says so. */
  change: (changes: Partial<Settings>) => void;
  say: (text: string, byVoice: boolean) => Promise<void>;
}
type Models = Pick<Backend, 'models' | 'pull' | 'pausePull' | 'removeModel' | 'micDown' | 'micUp' | 'setHandsFree'>;

export interface FakeModels extends Models {
  download(entry: ModelEntry): Promise<void>;
  /** Asks whether ears should be fetched. */
  offerEars(): void;
}

export function fakeModels({ models, emit, wait, settings, change, say }: World): FakeModels {
  const find = (id: string) => models.find((m) => m.id === id);
  const offerEars = () => emit({ type: 'earsWanted', offers: models.filter((m) => m.kind === 'ears') });
  async function download(entry: ModelEntry): Promise<void> {
    const size = entry.size ?? 60_000_000;
    entry.state = 'downloading';
    while (entry.done < size && find(entry.id)?.state === 'downloading') {
      emit({ type: 'download', entry: { ...entry }, bytesPerSecond: size / 8, problem: null });
      await wait(400);
      entry.done = Math.min(size, entry.done + size / 20);
    }
    if (entry.done >= size) entry.state = 'installed';
    emit({ type: 'download', entry: { ...entry }, bytesPerSecond: 0, problem: null });
    if (entry.state === 'installed' && entry.kind === 'ears') {
      change({ earsModel: entry.id });
      emit({ type: 'part', part: 'ears', state: { state: 'ready', name: entry.name } });
      emit({
        type: 'notice',
        problem: { kind: 'info', message: 'The ears are ready.', remedy: 'Hold the microphone and talk.' },
      });
    }
  }
  async function hear(): Promise<void> {
    emit({ type: 'hearing', state: 'speech' });
    const words = 'Is it still raining?'.split(' ');
    for (let i = 0; i < 8; i++) {
      emit({ type: 'level', level: 0.3 + 0.6 * Math.abs(Math.sin(i)) });
      if (i > 0 && i <= words.length)
        emit({ type: 'understood', committed: words.slice(0, i - 1).join(' '), tentative: words[i - 1] ?? '' });
      await wait(100);
    }
  }

  return {
    download,
    offerEars,
    async models() {
      return models.map((m) => ({ ...m }));
    },
    async pull(id) {
      const entry = find(id);
      if (entry) void download(entry);
    },
    async pausePull(id) {
      const entry = find(id);
      if (entry) entry.state = 'paused';
    },
    async removeModel(id) {
      const entry = find(id);
      if (entry) Object.assign(entry, { state: 'available', done: 0 });
    },
    async micDown() {
      if (!settings().earsModel) offerEars();
      else void hear();
    },
    async micUp() {
      if (!settings().earsModel) return;
      emit({ type: 'hearing', state: 'transcribing' });
      await wait(300);
      emit({ type: 'hearing', state: 'off' });
      emit({ type: 'heard', text: 'Is it still raining?' });
      await say('Is it still raining?', true);
    },
    async setHandsFree(on) {
      if (on && !settings().earsModel) return offerEars();
      change({ handsFree: on });
      emit({ type: 'hearing', state: !on ? 'off' : settings().wake ? 'asleep' : 'waiting' });
    },
  };
}
