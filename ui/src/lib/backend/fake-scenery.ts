/**
 * Places and sounds of one's own without a program: with `?scenery` a mill, a quay and two pieces of music are there already; files that are
 * called like backgrounds or music become more of them.
 */

import type { AppEvent } from './backend';
import type { ImportReport } from './library';
import type { ImportPreview } from './library';
import type { HeardAt, OwnPlace, OwnSound, SceneryBackend } from './scenery';

interface World {
  query: URLSearchParams;
  wait: (ms: number) => Promise<void>;
  emit: (event: AppEvent) => void;
}

const HOURS = ['day', 'dusk', 'night'] as const;
const COLOURS = { any: '#7aa0a8,#e9dcc0', day: '#86b7d6,#f3ead2', dusk: '#5a4a78,#e79a6c', night: '#18223d,#3d5273' };

/** A valley with a house, in the light of an hour. */
function valley(hour: keyof typeof COLOURS): string {
  const [above, below] = COLOURS[hour].split(',');
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="1280" height="800"><defs><linearGradient id="s" x2="0" y2="1"><stop stop-color="${above}"/><stop offset="1" stop-color="${below}"/></linearGradient></defs><rect width="1280" height="800" fill="url(#s)"/><path d="M0 560 260 430 560 540 900 400 1280 560V800H0z" fill="#33473f"/><path d="M760 430h170v150H760z" fill="#6b4a38"/><path d="M735 436 845 350l110 86z" fill="#402a24"/></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

const MUSIC = /\.(ogg|opus|mp3|m4a|aac|flac|wav)$/i;
const PICTURE = /^(bg .+|.+-(day|dusk|night))\.(png|jpe?g|webp|avif)$/i;

/** What a file would be; null where it is neither. */
export function sceneryKind(file: string): 'place' | OwnSound['kind'] | null {
  if (MUSIC.test(file) && /bark|sfx/i.test(file)) return 'effect';
  if (MUSIC.test(file)) return /rain|wind|waves|forest/i.test(file) ? 'ambience' : 'music';
  return PICTURE.test(file) ? 'place' : null;
}

/** What `park-dusk.png` is called, and its hour. */
function named(file: string): { name: string; hour: OwnPlace['hours'][number] } {
  const stem = file.replace(/\.\w+$/, '').replace(/^bg /i, '');
  const hour = HOURS.find((one) => stem.endsWith(`-${one}`));
  return { name: hour ? stem.slice(0, -hour.length - 1) : stem, hour: hour ?? 'any' };
}

export interface FakeScenery extends SceneryBackend {
  /** Of the library's imports: what a file would be, and its arrival. */
  preview(base: ImportPreview): ImportPreview | null;
  take(file: string): ImportReport | null;
}

export function fakeScenery({ query, wait, emit }: World): FakeScenery {
  let made = 0;
  let places: (OwnPlace & { removed?: boolean })[] = [];
  let sounds: (OwnSound & { removed?: boolean })[] = [];
  let heard: HeardAt[] = [];
  if (query.has('scenery')) {
    places = [
      { id: 'mill', name: 'old mill', description: 'a water mill by the river', hours: ['day', 'dusk', 'night'] },
      { id: 'quay', name: 'quay', description: '', hours: ['any'] },
    ];
    sounds = [
      { id: 'waltz', kind: 'music', name: 'waltz', description: 'slow, for goodbyes', seconds: 184 },
      { id: 'river', kind: 'ambience', name: 'river', description: '', seconds: 62 },
      { id: 'gong', kind: 'effect', name: 'temple gong', description: '', seconds: 3 },
    ];
  }
  const changed = () => emit({ type: 'sceneryChanged' });
  const change = (id: string, to: Partial<OwnPlace & OwnSound & { removed: boolean }>) => {
    places = places.map((one) => (one.id === id ? { ...one, ...to } : one));
    sounds = sounds.map((one) => (one.id === id ? { ...one, ...to } : one));
    changed();
  };
  return {
    async ownScenery() {
      await wait(20);
      const there = <T extends { removed?: boolean }>(all: T[]) => all.filter((one) => !one.removed);
      return { places: there(places), sounds: there(sounds), heard: [...heard] };
    },
    async ownPlacePicture(id, hour) {
      const place = places.find((one) => one.id === id);
      if (!place) throw { kind: 'missing', message: 'this place or sound is not there any more', remedy: '' };
      const has = place.hours.find((one) => one === hour) ?? place.hours[0] ?? 'any';
      return valley(has);
    },
    async changeOwnScenery(id, { name, description, kind }) {
      change(id, { ...(name && { name }), ...(description !== undefined && { description: description ?? '' }) });
      if (kind) sounds = sounds.map((one) => (one.id === id ? { ...one, kind } : one));
    },
    async removeOwnScenery(id, removed) {
      change(id, { removed });
    },
    async hearAt(wish) {
      heard = [...heard.filter((one) => one.place !== wish.place), wish];
      changed();
    },
    preview(base) {
      const kind = sceneryKind(base.file);
      if (kind === null) return null;
      if (/broken/.test(base.file))
        return {
          ...base,
          problem: {
            kind: 'damaged',
            message: `\`${base.file}\` cannot be a place: it is no picture that can be read`,
            remedy: 'open it in a picture editor and save it as PNG, JPEG, WebP or AVIF of at most 8,192 pixels a side',
          },
        };
      const { name, hour } = named(base.file);
      return { ...base, kind, name, picture: kind === 'place' ? valley(hour) : null, format: '1280 × 800' };
    },
    take(file) {
      const kind = sceneryKind(file);
      if (kind === null) return null;
      const { name, hour } = named(file);
      let id = `s${++made}`;
      if (kind === 'place') {
        const same = places.find((one) => one.name === name && !one.removed);
        if (same) {
          id = same.id;
          same.hours = [...new Set([...same.hours, hour])];
        } else places = [...places, { id, name, description: '', hours: [hour] }];
      } else sounds = [...sounds, { id, kind, name, description: '', seconds: kind === 'effect' ? 2 : 90 }];
      changed();
      return { file, kind, name, id, warnings: [], problem: null };
    },
  };
}
