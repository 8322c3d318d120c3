/**
 * What replies do to the stage: `[scene: park]`, `[music: calm]`, in whatever words a model finds for them. Pure. The stage at a place of
 * the story is everything asked for up to there, so going back, loading and other branches need nothing of their own.
 */

import type { MessageView, StageCue } from '$lib/backend/backend';
import { isScene, type Daylight, type Look, type SceneName, type Sky } from '../../scenes';
import { isOwn, own, type OwnName } from '../../scenes/own.svelte';
import { joltOf, shotOf, type JoltName } from './camera';
import { gestureOf, type GestureName } from './gestures';
import { transitionOf } from './transitions';

/** What the story has asked for; '' where it has not. */
export interface Staged {
  scene: string;
  daylight: string;
  weather: string;
  /** A name of {@link MUSIC}, or `none`. */
  music: string;
  /** A name of `SHOTS`, until another place comes. */
  camera: string;
  /** How the present place came, and how the next one is to come: names of `TRANSITIONS`. */
  transition: string;
  next: string;
}
export const UNSTAGED: Staged = {
  scene: '',
  daylight: '',
  weather: '',
  music: '',
  camera: '',
  transition: '',
  next: '',
};

export const MUSIC = ['calm', 'bright', 'wistful', 'tense', 'night'] as const;
export const AMBIENCE = ['rain', 'wind', 'waves', 'birds', 'crickets', 'fire'] as const;
export const EFFECTS = ['bell', 'chime', 'knock', 'door', 'steps', 'page', 'thunder', 'heartbeat'] as const;
export type Music = (typeof MUSIC)[number];
export type Ambience = (typeof AMBIENCE)[number];
export type Effect = (typeof EFFECTS)[number];

/** Words of the wild for what there is; the name itself always counts. */
const SCENE_WORDS: Record<SceneName, string[]> = {
  bookshop: ['bookstore', 'book shop', 'library', 'shop', '书店', '書店', '本屋', '图书馆', '図書館'],
  lighthouse: ['sea', 'beach', 'harbour', 'harbor', 'coast', '灯塔', '海', '灯台'],
  evening: ['room', 'home', 'house', 'bedroom', 'living room', '房间', '家', '部屋'],
  park: ['garden', 'forest', 'cherry', '公园', '公園', '花园', '庭'],
  rooftop: ['roof', 'terrace', 'balcony', '屋顶', '天台', '屋上'],
  classroom: ['class', 'school', '教室', '学校'],
  station: ['platform', 'train', '车站', '駅', '站台'],
};
const DAYLIGHT_WORDS: Record<Daylight, string[]> = {
  day: ['morning', 'noon', 'afternoon', 'dawn', '白天', '早上', '早晨', '中午', '下午', '昼', '朝'],
  dusk: ['sunset', 'twilight', 'evening', '黄昏', '傍晚', '夕方', '夕暮れ'],
  night: ['midnight', 'late', '夜晚', '晚上', '深夜', '夜'],
};
const WEATHER_WORDS: Record<Sky, string[]> = {
  clear: ['sun', 'sunny', 'fine', 'cloudy', '晴', '晴天', '晴れ'],
  rain: ['rainy', 'storm', 'drizzle', '雨'],
  snow: ['snowy', '雪'],
  petals: ['blossom', 'sakura', 'cherry', '花瓣', '樱花', '桜', '花びら'],
  fireflies: ['firefly', '萤火虫', '蛍'],
};
const MUSIC_WORDS: Record<Music | 'none', string[]> = {
  none: ['stop', 'off', 'silence', 'silent', '停', '无', '無し', 'なし', '静か'],
  calm: ['peaceful', 'gentle', 'soft', 'piano', 'relax', '平静', '安静', '穏やか'],
  bright: ['happy', 'cheer', 'upbeat', 'joy', 'fun', '欢快', '明快', '明るい', '楽しい'],
  wistful: ['sad', 'melanchol', 'sorrow', 'nostalg', '悲', '忧伤', '切ない'],
  tense: ['suspens', 'danger', 'dark', 'myster', 'action', '紧张', '緊張', '不安'],
  night: ['dream', 'romantic', 'love', 'lullaby', '夜', '浪漫', '夢'],
};
const EFFECT_WORDS: Record<Effect, string[]> = {
  bell: ['ring', 'phone', '钟', '铃', '鐘', 'ベル'],
  chime: ['sparkle', 'magic', 'notification', '风铃', 'チャイム'],
  knock: ['knocking', 'tap', '敲门', 'ノック'],
  door: ['creak', 'gate', '门', 'ドア', '扉'],
  steps: ['footstep', 'walking', 'run', '脚步', '足音'],
  page: ['paper', 'book', '翻书', 'ページ'],
  thunder: ['lightning', '雷'],
  heartbeat: ['heart', 'pulse', '心跳', '鼓動'],
};

/** The name that a text means: itself, else the first whose words are in it; null where none is. */
function meant<T extends string>(text: string, words: Record<T, string[]>): T | null {
  const wanted = text.trim().toLowerCase();
  const names = Object.keys(words) as T[];
  const exact = names.find((name) => name === wanted);
  if (exact !== undefined) return exact;
  // Whole words in spaced scripts: "the sea" is a sea, "a seal" is none. A stem may go on.
  const holds = (word: string) =>
    /^[\x20-\x7f]+$/.test(word)
      ? new RegExp(`(?:^|[^a-z])${word}${word.length > 4 ? '' : 's?(?:[^a-z]|$)'}`).test(wanted)
      : wanted.includes(word);
  return names.find((name) => holds(name)) ?? names.find((name) => words[name].some(holds)) ?? null;
}

/** The effect that a text means: one of the person's own goes before one that ships. */
export const effectOf = (text: string): Effect | OwnName | null => own.effect(text) ?? meant(text, EFFECT_WORDS);

/** A way of coming behind a place: one of the words of scripts, and nothing after it but a side or what a script writes in brackets. */
const WITH =
  /\bwith\s+(?:an?\s+)?((?:flash|fade|dissolve|wipe|slide|push|iris|blinds|pixell?ate|cut)[a-z]*(?:[\s-]+(?:from\s+(?:the\s+)?)?(?:left|right))?)\s*(?:\([^)]*\))?$/i;

/** The stage after a cue. A place that there is no picture of changes nothing; the page says its name all the same. */
export function direct(before: Staged, cue: Pick<StageCue, 'kind' | 'value'>): Staged {
  switch (cue.kind) {
    case 'scene': {
      // A place of the person's own goes before a painted one that the words would also fit.
      const scene = own.place(cue.value) ?? meant(cue.value, SCENE_WORDS);
      // "The park at night" says the hour as well; a new place has weather of its own.
      const said = scene === null ? '' : (own.nameOf(scene) ?? scene).toLowerCase();
      const rest = cue.value.toLowerCase().replace(said, '');
      const daylight = meant(rest, DAYLIGHT_WORDS) ?? before.daylight;
      if (scene === null) return { ...before, daylight };
      // As scripts write it: "the park with dissolve"; else what was asked for just before. "A room with white walls" is no flash.
      const [, how] = WITH.exec(cue.value) ?? [];
      const transition = (how === undefined ? null : transitionOf(how)) ?? before.next;
      return { ...before, scene, daylight, weather: '', camera: '', transition, next: '' };
    }
    case 'time': {
      const daylight = meant(cue.value, DAYLIGHT_WORDS);
      return daylight === null ? before : { ...before, daylight };
    }
    case 'weather': {
      const weather = meant(cue.value, WEATHER_WORDS);
      return weather === null ? before : { ...before, weather };
    }
    case 'music': {
      const music = own.music(cue.value) ?? meant(cue.value, MUSIC_WORDS);
      return music === null ? before : { ...before, music };
    }
    case 'camera': {
      const camera = joltOf(cue.value) === null ? shotOf(cue.value) : null;
      return camera === null ? before : { ...before, camera };
    }
    case 'transition': {
      const next = transitionOf(cue.value);
      return next === null ? before : { ...before, next };
    }
    default:
      return before;
  }
}

/** What a cue does once, when it is read for the first time: a jolt of the camera, a gesture; null where neither. */
export function onceOf(cue: Pick<StageCue, 'kind' | 'value'>): { jolt: JoltName } | { gesture: GestureName } | null {
  if (cue.kind === 'camera') {
    const jolt = joltOf(cue.value);
    return jolt === null ? null : { jolt };
  }
  const gesture = cue.kind === 'gesture' ? gestureOf(cue.value) : null;
  return gesture === null ? null : { gesture };
}

/** A place of which there is no picture; its name is shown instead. */
export const unpainted = (cue: StageCue): boolean =>
  cue.kind === 'scene' && own.place(cue.value) === null && meant(cue.value, SCENE_WORDS) === null;

const after = new WeakMap<MessageView, { before: Staged; staged: Staged; known: typeof own.list }>();

/** The stage after all of these messages; what was found for a message is kept with it. */
export function stagedAfter(messages: readonly MessageView[], count: number): Staged {
  let staged = UNSTAGED;
  for (let i = 0; i < count; i++) {
    const message = messages[i];
    if (!message?.staging || message.staging.length === 0) continue;
    const kept = after.get(message);
    // What words mean may change with the person's own places.
    if (kept && kept.before === staged && kept.known === own.list) staged = kept.staged;
    else {
      const before = staged;
      staged = message.staging.reduce(direct, before);
      after.set(message, { before, staged, known: own.list });
    }
  }
  return staged;
}

/** What is heard of a place by itself. */
const HEARD: Record<SceneName, Partial<Record<Daylight, Ambience>>> = {
  bookshop: { day: 'fire', dusk: 'fire', night: 'rain' },
  lighthouse: { day: 'waves', dusk: 'waves', night: 'waves' },
  evening: { night: 'crickets' },
  park: { day: 'birds', dusk: 'birds', night: 'crickets' },
  rooftop: { day: 'wind', dusk: 'wind', night: 'wind' },
  classroom: { day: 'birds' },
  station: { day: 'wind', dusk: 'wind', night: 'wind' },
};
const PLAYED: Record<SceneName, Music> = {
  bookshop: 'calm',
  lighthouse: 'wistful',
  evening: 'night',
  park: 'bright',
  rooftop: 'wistful',
  classroom: 'bright',
  station: 'night',
};

/** What is heard where a scene looks like this: names of pieces or of sounds of the person's own, '' for silence. */
export function heardAt(look: Look, staged: Pick<Staged, 'music'>): { music: string; ambience: string } {
  const { scene } = look;
  const wish = own.heardAt(scene);
  const said = isOwn(staged.music) ? (own.nameOf(staged.music) !== null ? staged.music : '') : staged.music;
  const wanted = said === 'none' || isOwn(said) ? said : (MUSIC.find((name) => name === said) ?? '');
  const music = wanted || wish.music || (isScene(scene) ? PLAYED[scene] : '');
  const usual = isScene(scene) ? (HEARD[scene][look.daylight] ?? '') : '';
  const ambience = wish.ambience || (look.weather === 'rain' ? 'rain' : usual);
  const heard = (name: string) => (name === 'none' ? '' : name);
  return { music: heard(music), ambience: heard(ambience) };
}
