import { describe, expect, it } from 'vitest';
import type { Emotion } from '$lib/backend/backend';
import { pictureFor } from './labels';

const EMOTIONS: Emotion[] = [
  'neutral',
  'joy',
  'sad',
  'angry',
  'surprised',
  'shy',
  'love',
  'thinking',
  'sleepy',
  'worried',
];
/** The labels that SillyTavern's classifier gives: the file names of every expression pack. */
const SILLY_TAVERN =
  'admiration amusement anger annoyance approval caring confusion curiosity desire disappointment disapproval disgust embarrassment excitement fear gratitude grief joy love nervousness neutral optimism pride realization relief remorse sadness surprise'.split(
    ' ',
  );

describe('pictures of feelings', () => {
  it('a full pack of 28 labels has a face of its own for every feeling but tiredness', () => {
    const found = EMOTIONS.map((e) => pictureFor(e, SILLY_TAVERN));
    expect(new Set(found).size).toBe(EMOTIONS.length);
    expect(found).toContain('relief');
  });
  it('fall back to the nearest, to neutral, to any', () => {
    expect(pictureFor('joy', ['neutral', 'amusement'])).toBe('amusement');
    expect(pictureFor('angry', ['neutral', 'amusement'])).toBe('neutral');
    expect(pictureFor('angry', ['amusement'])).toBe('amusement');
    expect(pictureFor('angry', [])).toBeNull();
  });
  it('read the names that people give their files', () => {
    expect(pictureFor('joy', ['Joy-2.png', 'neutral.png'])).toBe('Joy-2.png');
    expect(pictureFor('sad', ['sadness (1)'])).toBe('sadness (1)');
    expect(pictureFor('shy', ['assets/emotions/blush_alt.webp'])).toBe('assets/emotions/blush_alt.webp');
  });
});
