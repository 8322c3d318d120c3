/** What the page asks of its surroundings: files from a browser's drag, sounds that are noted (`data-heard`, `data-said`) and not played. */

import type { Backend } from './backend';

type Page = Pick<Backend, 'setLoops' | 'playEffect' | 'readAloud' | 'pickFiles' | 'onFileDrop'>;

export function fakePage(query: URLSearchParams): Page {
  const heardSounds: string[] = [];
  return {
    async setLoops(music, ambience) {
      heardSounds.push(`loops ${music || '-'} ${ambience || '-'}`);
      document.documentElement.dataset.heard = heardSounds.join(';');
    },
    async playEffect(name) {
      heardSounds.push(name);
      document.documentElement.dataset.heard = heardSounds.join(';');
    },
    async readAloud(text) {
      document.documentElement.dataset.said = text;
    },
    async pickFiles() {
      return [query.has('looks') ? '/home/reader/sprites.zip' : '/home/reader/Mira.png'];
    },
    async onFileDrop(on) {
      let depth = 0;
      const enter = (e: DragEvent) => {
        e.preventDefault();
        if (depth++ === 0) on({ type: 'enter' });
      };
      const over = (e: DragEvent) => e.preventDefault();
      const leave = () => {
        if (--depth <= 0) {
          depth = 0;
          on({ type: 'leave' });
        }
      };
      const drop = (e: DragEvent) => {
        e.preventDefault();
        depth = 0;
        on({ type: 'drop', paths: Array.from(e.dataTransfer?.files ?? []).map((f) => f.name) });
      };
      const all: [string, (e: DragEvent) => void][] = [
        ['dragenter', enter],
        ['dragover', over],
        ['dragleave', leave],
        ['drop', drop],
      ];
      for (const [name, handler] of all) window.addEventListener(name, handler as EventListener);
      return () => all.forEach(([name, handler]) => window.removeEventListener(name, handler as EventListener));
    },
  };
}
