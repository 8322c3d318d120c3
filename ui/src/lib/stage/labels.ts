/**
 * Names that other tools give to pictures of feelings, as ours: the 28 labels of SillyTavern's expression packs, those of AIRI's
 * tachie, and what cards in the wild call their assets, in three languages. For each of our faces the names that come nearest, best
 * first. Pictures may have companions for closed eyes (`joy-blink`) and an open mouth (`joy-talk`).
 */

import type { Emotion } from '$lib/backend/backend';

const NEAREST: Record<Emotion, string[]> = {
  neutral: ['neutral', 'default', 'normal', 'calm', 'idle', 'base', '普通', '平静', '默认', '通常', '真顔'],
  joy: [
    'joy',
    'happy',
    'happiness',
    'amusement',
    'excitement',
    'smile',
    'laugh',
    'optimism',
    'relief',
    'gratitude',
    'pride',
    '高兴',
    '开心',
    '微笑',
    '笑',
    '喜',
    '喜び',
    '笑顔',
  ],
  sad: [
    'sadness',
    'sad',
    'grief',
    'disappointment',
    'remorse',
    'cry',
    'crying',
    '难过',
    '悲伤',
    '哭',
    '悲しい',
    '悲しみ',
    '泣き',
  ],
  angry: ['anger', 'angry', 'annoyance', 'disapproval', 'disgust', 'mad', '生气', '愤怒', '怒', '怒り'],
  surprised: ['surprise', 'surprised', 'realization', 'shock', 'shocked', 'excitement', '惊讶', '吃惊', '驚き'],
  shy: [
    'embarrassment',
    'shy',
    'embarrassed',
    'blush',
    'blushing',
    'nervousness',
    '害羞',
    '脸红',
    '照れ',
    '恥ずかしい',
  ],
  love: [
    'love',
    'caring',
    'admiration',
    'desire',
    'approval',
    'gratitude',
    'affection',
    'fond',
    '喜欢',
    '爱',
    '喜爱',
    '好き',
    '愛',
  ],
  thinking: [
    'curiosity',
    'thinking',
    'think',
    'confusion',
    'realization',
    'curious',
    'question',
    '思考',
    '疑惑',
    '疑問',
    '考え中',
  ],
  sleepy: ['sleepy', 'tired', 'sleep', 'relief', 'awkward', '困', '困倦', '眠い', '眠気'],
  worried: [
    'nervousness',
    'fear',
    'worried',
    'confusion',
    'scared',
    'anxious',
    'remorse',
    '担心',
    '害怕',
    '紧张',
    '心配',
    '不安',
    '恐れ',
  ],
};

/** `joy-2`, `joy_alt`, `Joy (1)` are pictures of joy. */
const bare = (name: string) =>
  name
    .toLowerCase()
    .replace(/^.*[/\\]/, '')
    .replace(/\.[a-z0-9]+$/, '')
    .replace(/[\s_-]*\(?\d+\)?$/, '')
    .replace(/[\s_-]+(?:alt|variant|expression|emotion)$/, '')
    .trim();

/** Companions of a picture, by what their names end with. */
const COMPANIONS = {
  blink: /^(.*?)[\s_-]*(?:blink|eyes?[\s_-]?closed|closed|闭眼|閉じ目|目閉じ)$/,
  talk: /^(.*?)[\s_-]*(?:talk|talking|mouth[\s_-]?open|open|张嘴|口開け)$/,
} as const;
export type Companion = keyof typeof COMPANIONS;

const isCompanion = (name: string) => Object.values(COMPANIONS).some((form) => form.test(bare(name)));
const KNOWN = new Set(Object.values(NEAREST).flat());

/** True for names that say what a picture shows. */
export const namesFeeling = (name: string): boolean => {
  const own = bare(name);
  return KNOWN.has(own) || Object.values(COMPANIONS).some((form) => KNOWN.has(form.exec(own)?.[1] ?? ''));
};

/** The picture for a feeling that has that name or one near it; null where none has. */
export function ownPicture(feeling: Emotion, names: readonly string[]): string | null {
  const faces = names.filter((name) => !isCompanion(name));
  for (const label of NEAREST[feeling]) {
    const found = faces.find((name) => bare(name) === label);
    if (found !== undefined) return found;
  }
  return null;
}

/** The picture for a feeling among those there are: the nearest name, else the neutral one, else the first; null without any. */
export function pictureFor(feeling: Emotion, names: readonly string[]): string | null {
  return (
    ownPicture(feeling, names) ??
    ownPicture('neutral', names) ??
    names.find((name) => !isCompanion(name)) ??
    names[0] ??
    null
  );
}

/** The companion of a picture: its own, else one that goes with the whole pack where it is the neutral picture; null where there is none. */
export function companionOf(kind: Companion, picture: string, names: readonly string[]): string | null {
  const own = bare(picture);
  const neutral = NEAREST.neutral.includes(own);
  for (const name of names) {
    const of = COMPANIONS[kind].exec(bare(name));
    if (of && (of[1] === own || (of[1] === '' && neutral))) return name;
  }
  return null;
}
