/**
 * Names that other tools give to pictures of feelings, as ours: the 28 labels of SillyTavern's expression packs, those of AIRI's
 * tachie, and what cards in the wild call their assets. For each of our faces the names that come nearest, best first.
 */

import type { Emotion } from '$lib/backend/backend';

const NEAREST: Record<Emotion, string[]> = {
  neutral: ['neutral', 'default', 'normal', 'calm', 'idle', 'base'],
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
  ],
  sad: ['sadness', 'sad', 'grief', 'disappointment', 'remorse', 'cry', 'crying'],
  angry: ['anger', 'angry', 'annoyance', 'disapproval', 'disgust', 'mad'],
  surprised: ['surprise', 'surprised', 'realization', 'shock', 'shocked', 'excitement'],
  shy: ['embarrassment', 'shy', 'embarrassed', 'blush', 'blushing', 'nervousness'],
  love: ['love', 'caring', 'admiration', 'desire', 'approval', 'gratitude', 'affection', 'fond'],
  thinking: ['curiosity', 'thinking', 'think', 'confusion', 'realization', 'curious', 'question'],
  sleepy: ['sleepy', 'tired', 'sleep', 'relief', 'awkward'],
  worried: ['nervousness', 'fear', 'worried', 'confusion', 'scared', 'anxious', 'remorse'],
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

/** The picture for a feeling among those there are: the nearest name, else the neutral one, else the first; null without any. */
export function pictureFor(feeling: Emotion, names: readonly string[]): string | null {
  const find = (label: string) => names.find((name) => bare(name) === label);
  for (const label of NEAREST[feeling]) {
    const found = find(label);
    if (found !== undefined) return found;
  }
  for (const label of NEAREST.neutral) {
    const found = find(label);
    if (found !== undefined) return found;
  }
  return names[0] ?? null;
}
