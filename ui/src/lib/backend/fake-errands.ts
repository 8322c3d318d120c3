/**
 * The whole data folder, for the browser and the tests. `?errand=restore|move|mend` waits to be done as the page opens; `&stuck` fails, `&held` stays at its beginning (`fake-time.ts`).
 * `?backup=encrypted|bad` is what is chosen to restore, `?place=full` a folder without room, `?command=there|elsewhere|absent` where the
 * terminal program is, `?unpinned` a model without a checksum. A restart is a reload.
 */

import type { CommandLine, Errand, ErrandBackend } from './errands';
import { hold, sleep } from './fake-time';

export function fakeErrands(query: URLSearchParams): ErrandBackend {
  const waiting = (what: string | null): Errand | null =>
    what === 'restore' || what === 'move' || what === 'mend'
      ? { what, path: { restore: '/backups/november.zip', move: '/media/disk/hanashi', mend: '' }[what] }
      : null;
  let errand = waiting(query.get('errand'));
  if (errand !== null && query.has('held')) hold();
  let stopped = false;
  const wish = (what: Errand['what']) => void query.set('errand', what);
  let command: CommandLine = {
    state: (query.get('command') as CommandLine['state'] | null) ?? 'ready',
    program: '/Applications/Hanashi.app/Contents/MacOS/hanashi',
    at: '/usr/local/bin/hanashi',
    onPath: true,
  };
  return {
    errand: async () => errand,
    async runErrand(on) {
      stopped = false;
      if (errand === null)
        throw { kind: 'missing', message: 'nothing waits to be done', remedy: 'start the app again' };
      for (let done = 0; done <= 4; done += 1) {
        on({ done: done * 1e8, total: 4e8 });
        await sleep(60);
        if (stopped)
          throw {
            kind: 'invalid',
            message: 'it was stopped; nothing has changed',
            remedy: 'start it again whenever you like',
          };
      }
      if (query.has('stuck'))
        throw {
          kind: 'damaged',
          message: '`/backups/november.zip` is damaged: `hanashi.sqlite` is not what was packed',
          remedy: 'take another backup, or check the data (*Upkeep*, or `hanashi upkeep check --mend` in a terminal)',
        };
      const { what } = errand;
      errand = null;
      query.delete('errand');
      const root = '/home/reader/.local/share/hanashi';
      return {
        what,
        path: { restore: `${root}/before-restore-2026-11-26T15-00-00Z`, move: '/media/disk/hanashi', mend: root }[what],
        bytes: 4e8,
        databases:
          what === 'mend'
            ? [
                { name: 'hanashi.sqlite', state: 'returned', detail: `${root}/backups/hanashi-2026-11-25.sqlite` },
                { name: 'memory.sqlite', state: 'remade', detail: `${root}/memory.sqlite.damaged-2026-11-26` },
                { name: 'knowledge.sqlite', state: 'sound', detail: '' },
              ]
            : [],
      };
    },
    async checkModels(on) {
      for (let done = 1; done <= 3; done += 1) {
        on({ done: done * 2.1e8, total: 6.3e8 });
        await sleep(40);
      }
      const file = '/home/reader/.local/share/hanashi/models/chat-large/chat-large.gguf';
      return [
        {
          id: 'meaning-small',
          name: 'A small encoder',
          state: query.has('unpinned') ? ('unpinned' as const) : ('good' as const),
          file: '',
        },
        ...(query.has('damaged')
          ? [{ id: 'chat-large', name: 'A larger chat model', state: 'changed' as const, file }]
          : []),
      ];
    },
    async stopWork() {
      stopped = true;
    },
    async dropErrand() {
      errand = null;
      query.delete('errand');
    },
    async chooseBackup() {
      if (query.get('backup') === 'bad')
        throw {
          kind: 'unsupported',
          message: '`/backups/holiday.zip` is a ZIP, but no backup of Hanashi',
          remedy: 'choose a backup that this program made (*Upkeep*, or `hanashi upkeep pack` in a terminal)',
        };
      return {
        path: '/backups/november.zip',
        program: '0.1.0',
        at: Date.UTC(2026, 10, 20, 12),
        files: 31,
        bytes: 4e8,
        models: false,
        encrypted: query.get('backup') === 'encrypted',
      };
    },
    prepareRestore: async () => wish('restore'),
    async choosePlace() {
      if (query.get('place') === 'full')
        throw {
          kind: 'disk',
          message: 'there is not enough room in `/media/disk/hanashi`: 1200 MB are needed and 880 MB are free',
          remedy: 'free another 320 MB there, or choose another disk',
        };
      return { path: '/media/disk/hanashi', bytes: 9e8 };
    },
    prepareMove: async () => wish('move'),
    prepareMend: async () => wish('mend'),
    prepareReturn: async () => wish('restore'),
    commandLine: async () => ({ ...command }),
    async installCommandLine() {
      command = { ...command, state: 'there' };
      return { ...command };
    },
  };
}
