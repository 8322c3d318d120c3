/** Pictures of scenes without a program: a coloured sky, drawn in a second. */

import type { PictureBackend, ScenePictureView } from './pictures';

interface World {
  wait: (ms: number) => Promise<void>;
  /** Id of the conversation on stage, and of its last message. */
  here: () => { conversation: string; message: string | null };
  /** The server that draws; null where none is allowed. */
  host: () => string | null;
  /** The model on this machine that draws; empty for none. */
  painter: () => string;
  step: (done: number, of: number) => void;
}

const SKIES = ['#31466d,#e8a87c', '#20304f,#6d7fb3', '#5b7f95,#f2e2c4'];

export function fakePictures({ wait, here, host, painter, step }: World): PictureBackend {
  let made = 0;
  let stopped = false;
  let all: (ScenePictureView & { conversation: string; removed: boolean })[] = [];
  const sky = (id: string) => {
    const [above, below] = (SKIES[Number(id.slice(1)) % SKIES.length] ?? '').split(',');
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="1280" height="800"><defs><linearGradient id="s" x2="0" y2="1"><stop stop-color="${above}"/><stop offset="1" stop-color="${below}"/></linearGradient></defs><rect width="1280" height="800" fill="url(#s)"/><circle cx="940" cy="210" r="70" fill="#fff6d8"/><path d="M0 640 320 470 640 600 980 430 1280 590V800H0z" fill="#1d2438"/></svg>`;
    return `data:image/svg+xml,${encodeURIComponent(svg)}`;
  };
  const change = (id: string, to: (one: (typeof all)[number]) => Partial<(typeof all)[number]>) => {
    all = all.map((one) => (one.id === id ? { ...one, ...to(one) } : one));
  };
  return {
    async pictureScene() {
      stopped = false;
      for (let tick = 0; tick < 10; tick++) {
        await wait(100);
        if (painter() !== '') step(tick + 1, 10);
        if (stopped)
          throw { kind: 'not_ready', message: 'the picture was given up', remedy: 'picture the scene again' };
      }
      const { conversation, message } = here();
      const drawnAt = painter() === '' ? host() : null;
      const one = {
        id: `p${++made}`,
        conversation,
        message,
        description: 'a rooftop over the town at night, stars',
        host: drawnAt,
        by: painter() || (drawnAt === null ? 'layers' : 'dreamer-xl'),
        at: Date.UTC(2026, 10, 25, 20, made),
        width: 1280,
        height: 800,
        background: false,
        removed: false,
      };
      all = [...all, one];
      return one;
    },
    async stopPicture() {
      stopped = true;
    },
    async scenePictures() {
      const { conversation } = here();
      return all.filter((one) => one.conversation === conversation && !one.removed);
    },
    async scenePicture(id) {
      return sky(id);
    },
    async hangPicture(id, on) {
      const { conversation } = here();
      all = all.map((one) => (one.conversation === conversation ? { ...one, background: on && one.id === id } : one));
    },
    async removePicture(id, removed) {
      change(id, () => ({ removed, background: false }));
    },
    async setPictureKey() {
      return undefined;
    },
  };
}
