/** The painted rooms. Pictures are drawn by `ui/tools/scenes.mjs`; a scene has pictures behind and before the character. */

import bookshop from './bookshop.webp';
import bookshopNear from './bookshop-near.webp';
import evening from './evening.webp';
import lighthouse from './lighthouse.webp';
import lighthouseNear from './lighthouse-near.webp';

export type SceneName = 'bookshop' | 'lighthouse' | 'evening';

export interface Scene {
  deep: string[];
  near: string[];
}

export const SCENES: Record<SceneName, Scene> = {
  bookshop: { deep: [bookshop], near: [bookshopNear] },
  lighthouse: { deep: [lighthouse], near: [lighthouseNear] },
  evening: { deep: [evening], near: [] },
};

const HOMES: Record<string, SceneName> = { koto: 'bookshop', haru: 'lighthouse' };

/** The room a character lives in; guests are received in the evening room. */
export const sceneOf = (character: string): SceneName => HOMES[character] ?? 'evening';
