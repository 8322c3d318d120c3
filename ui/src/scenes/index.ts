/**
 * The painted rooms. Pictures are drawn by `ui/tools/scenes.mjs`, each room by day, at dusk and at night; a scene has pictures
 * behind and before the character, and says where the weather can be seen.
 */

import type { StageState, Weather } from '$lib/backend/backend';
import { DAYLIGHT, type Light } from '$lib/stage/lighting';
import { isOwn, own, type OwnName } from './own.svelte';

export type Daylight = 'day' | 'dusk' | 'night';
export type Sky = Exclude<Weather, 'auto'>;

const FILES = import.meta.glob<string>('./*.webp', { import: 'default', eager: true });
const file = (name: string): string | null => FILES[`./${name}.webp`] ?? null;

export interface Scene {
  /** Weather that it has by itself. */
  sky: Record<Daylight, Sky>;
  /** Where the weather is seen in the picture: x, y, width, height; null for before everything. */
  window: [number, number, number, number] | null;
  /** What its light does to whoever stands in it. */
  light: Record<Daylight, Light>;
}

/** Size of the pictures. */
export const PICTURE = [1920, 1200] as const;

const CLEAR = { day: 'clear', dusk: 'clear', night: 'clear' } as const;

export const SCENES = {
  bookshop: {
    sky: CLEAR,
    window: [690, 90, 540, 640],
    light: { day: [1, 0.99, 0.97], dusk: [1.02, 0.94, 0.86], night: [1, 0.92, 0.83] },
  },
  lighthouse: {
    sky: CLEAR,
    window: [440, 60, 1040, 700],
    light: { day: DAYLIGHT, dusk: [1.01, 0.93, 0.87], night: [0.88, 0.82, 0.87] },
  },
  evening: {
    sky: CLEAR,
    window: [560, 90, 800, 640],
    light: { day: [1, 0.99, 0.97], dusk: [1.02, 0.94, 0.87], night: [0.93, 0.85, 0.84] },
  },
  park: {
    sky: { day: 'petals', dusk: 'petals', night: 'fireflies' },
    window: null,
    light: { day: [1.01, 1.01, 0.98], dusk: [1.02, 0.91, 0.85], night: [0.74, 0.79, 0.94] },
  },
  rooftop: {
    sky: CLEAR,
    window: null,
    light: { day: [1.01, 1.01, 1], dusk: [1.02, 0.89, 0.83], night: [0.72, 0.77, 0.94] },
  },
  classroom: {
    sky: CLEAR,
    window: [60, 110, 1090, 580],
    light: { day: DAYLIGHT, dusk: [1.03, 0.92, 0.82], night: [0.76, 0.8, 0.93] },
  },
  station: {
    sky: { day: 'clear', dusk: 'clear', night: 'snow' },
    window: null,
    light: { day: [0.99, 1, 1.01], dusk: [1.02, 0.92, 0.86], night: [0.8, 0.83, 0.93] },
  },
} as const satisfies Record<string, Scene>;
export type SceneName = keyof typeof SCENES;
export const SCENE_NAMES = Object.keys(SCENES) as SceneName[];

const HOMES: Record<string, SceneName> = { koto: 'bookshop', haru: 'lighthouse' };
/** The hour at which a home is painted where nobody asks for another. */
const HOURS: Record<string, Daylight> = { koto: 'night', haru: 'dusk' };

/** The room a character lives in; guests are received in the evening room. */
export const homeOf = (character: string): SceneName => HOMES[character] ?? 'evening';
export const isScene = (name: string): name is SceneName => Object.hasOwn(SCENES, name);
/** A painted room, or a place of the person's own. */
export type PlaceName = SceneName | OwnName;
export const isPlace = (name: string): name is PlaceName => isScene(name) || own.has(name);
/** A place of the person's own: its picture says nothing of windows. */
const BROUGHT: Scene = {
  sky: CLEAR,
  window: null,
  light: { day: DAYLIGHT, dusk: [1.01, 0.95, 0.9], night: [0.86, 0.87, 0.94] },
};
export const sceneOf = (name: PlaceName): Scene => (isScene(name) ? SCENES[name] : BROUGHT);

/** The hour of the day by the clock. */
export function daylightAt(hour: number): Daylight {
  if (hour >= 7 && hour < 17) return 'day';
  return (hour >= 5 && hour < 7) || (hour >= 17 && hour < 20) ? 'dusk' : 'night';
}

/** How the stage is set. */
export interface Look {
  scene: PlaceName;
  daylight: Daylight;
  weather: Sky;
}
/** What the story asked for; '' or 'auto' where it did not. */
export interface Wanted {
  scene: string;
  daylight: string;
  weather: string;
}

const daylightOf = (...wishes: string[]): Daylight | undefined =>
  wishes.find((w): w is Daylight => w === 'day' || w === 'dusk' || w === 'night');
const skyOf = (...wishes: string[]): Sky | undefined =>
  wishes.find((w): w is Sky => ['clear', 'rain', 'snow', 'petals', 'fireflies'].includes(w));

/** The look of the stage: what the person pinned, else what the story wants, else the character's home. */
export function lookOf(character: string, pinned: Wanted, story: Wanted): Look {
  const scene = [pinned.scene, story.scene].find(isPlace) ?? homeOf(character);
  const hour = daylightOf(pinned.daylight, story.daylight) ?? HOURS[character] ?? 'dusk';
  const weather = skyOf(pinned.weather, story.weather) ?? sceneOf(scene).sky[hour];
  return { scene, daylight: hour, weather };
}

/** The light in which figures stand. */
export const lightOf = ({ scene, daylight }: Pick<Look, 'scene' | 'daylight'>): Light => sceneOf(scene).light[daylight];

/** What the stage showed last: it stays until a picture of the person's own has come. */
let shown = { deep: '', near: null as string | null };

/** Pictures of a room, deepest first, and what stands before the character. */
export function picturesOf({ scene, daylight }: Pick<Look, 'scene' | 'daylight'>): { deep: string; near: string | null } {
  const of = (name: string) => file(`${name}-${daylight}`) ?? file(name);
  if (!isOwn(scene)) return (shown = { deep: of(scene) ?? '', near: of(`${scene}-near`) });
  const deep = own.picture(scene, daylight);
  return deep === '' ? shown : (shown = { deep, near: null });
}

/** The room of a save slot. */
export function pictureOf(character: string, stage: StageState): string {
  const none = { scene: '', daylight: '', weather: '' };
  const { scene, daylight } = lookOf(character, none, stage);
  return isOwn(scene) ? own.picture(scene, daylight, true) : (file(`${scene}-${daylight}`) ?? file(scene) ?? '');
}
