/** What fits a machine of 16 GB (`?small`: of 3), and one repository: `tiny/talker`, which `?consent=none` may not be asked for. */

import type { ModelEntry, Settings } from './backend';
import type { FitPart, FittingBackend, RepositoryFile } from './fitting';

interface World {
  query: URLSearchParams;
  models: ModelEntry[];
  settings: () => Settings;
  fetch: (entry: ModelEntry) => Promise<void>;
}

const GB = 1e9;

export function fakeFitting({ query, models, settings, fetch }: World): FittingBackend {
  const memory = query.has('small') ? 3 * GB : 16 * GB;
  const budget = memory - Math.max(1.5 * GB, memory / 5);
  const base = 0.54 * GB;
  const here = (m: ModelEntry) => m.state === 'builtin' || m.state === 'installed';
  const part = (m: ModelEntry, context: number): FitPart => ({
    id: m.id,
    kind: m.kind === 'voice' ? 'voice' : m.kind === 'ears' ? 'ears' : 'chat',
    name: m.name,
    needs: (m.size ?? 60e6) * 1.2 + (m.kind === 'chat' ? context * 114_688 : 0),
    here: here(m),
    estimated: !here(m),
  });
  const line = (more: Partial<RepositoryFile>): RepositoryFile => ({
    path: '',
    id: 'talker',
    kind: 'chat',
    size: null,
    quantisation: null,
    meaning: '',
    verdict: '',
    spare: 0,
    pinned: true,
    pickle: false,
    here: false,
    ...more,
  });
  return {
    async fit(asked) {
      const now = settings();
      const context = (asked.contextLength ?? now.writing.contextLength) || 8192;
      const wanted = [asked.chatModel ?? now.chatModel, asked.earsModel ?? now.earsModel, asked.voice ?? now.voice];
      const all = models.filter((m) => wanted.includes(m.id) || (m.chosenAs ?? '-') === (asked.voice ?? now.voice));
      const parts = all.map((m) => part(m, context));
      const sum = (of: FitPart[]) => of.reduce((n, one) => n + one.needs, base);
      const needs = sum(parts);
      const rest = sum(parts.filter((one) => one.kind !== 'chat'));
      const fits = needs <= budget;
      const chat = all.find((m) => m.kind === 'chat');
      const longest = [131072, 65536, 32768, 16384, 8192, 4096].find(
        (n) => n < context && chat !== undefined && rest + part(chat, n).needs <= budget,
      );
      const instead = models.filter((m) => m.kind === 'chat' && !m.ask).map((m) => part(m, context));
      return {
        fits,
        needs,
        budget,
        base,
        context,
        parts,
        longest: fits ? null : (longest ?? null),
        instead: fits ? [] : instead.filter((one) => rest + one.needs <= budget),
      };
    },
    async lookInto(name) {
      if (query.get('consent') === 'none')
        throw {
          kind: 'network',
          message: 'downloads are switched off in the settings',
          remedy: 'switch `allow_downloads` on, or import a file',
        };
      if (!/^(modelscope:)?[\w.-]+\/[\w.-]+$/.test(name))
        throw {
          kind: 'invalid',
          message: `\`${name}\` is no name of a repository`,
          remedy: 'write `owner/name`, `modelscope:owner/name`, or the address of its page',
        };
      return {
        name,
        page: `https://huggingface.co/${name}`,
        commit: '0a1b2c3d4e',
        licence: name.includes('closed') ? null : 'apache-2.0',
        gated: name.includes('closed'),
        files: name.includes('empty')
          ? []
          : [
              line({ size: 3.4 * GB, quantisation: 'q8', verdict: 'fits', spare: 7 * GB, pickle: true }),
              line({
                path: 'talker-Q4_K_M.gguf',
                id: 'talker-q4_k_m',
                size: 2.5 * GB,
                quantisation: 'Q4_K_M',
                meaning: '4',
                verdict: query.has('small') ? 'too-large' : 'fits',
                spare: query.has('small') ? -1.9 * GB : 2 * GB,
              }),
              line({
                path: 'talker-F16.gguf',
                id: 'talker-f16',
                size: 16 * GB,
                quantisation: 'F16',
                meaning: 'half',
                verdict: 'too-large',
                spare: -6 * GB,
                pinned: false,
              }),
            ],
        all: 14,
      };
    },
    async pullFrom(name, path) {
      const entry: ModelEntry = {
        id: path === '' ? 'talker' : path.replace('.gguf', '').toLowerCase(),
        kind: 'chat',
        name: path === '' ? name : path,
        note: '',
        licence: 'apache-2.0',
        licenceUrl: `https://huggingface.co/${name}`,
        ask: true,
        size: 2.5 * GB,
        languages: [],
        unpinned: false,
        removable: true,
        state: 'available',
        done: 0,
        page: null,
        traits: [],
      };
      if (!models.some((m) => m.id === entry.id)) models.push(entry);
      void fetch(models.find((m) => m.id === entry.id) ?? entry);
    },
  };
}
