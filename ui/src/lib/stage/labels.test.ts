import { describe, expect, it } from 'vitest';
import type { Emotion } from '$lib/backend/backend';
import { companionOf, namesFeeling, ownPicture, pictureFor } from './labels';

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

describe('packs of the wild', () => {
  it('are read in Chinese and Japanese too', () => {
    const names = ['高兴', '愤怒', '普通', '照れ'];
    expect(pictureFor('joy', names)).toBe('高兴');
    expect(pictureFor('angry', names)).toBe('愤怒');
    expect(pictureFor('shy', names)).toBe('照れ');
    expect(pictureFor('sleepy', names)).toBe('普通');
    expect(ownPicture('sleepy', names)).toBeNull();
  });
  it('may have closed eyes and open mouths beside a face, which are no faces', () => {
    const names = ['joy-blink', 'joy', 'neutral', 'blink', 'neutral_mouth_open', 'sad-talk'];
    expect(pictureFor('joy', names)).toBe('joy');
    expect(pictureFor('sad', names)).toBe('neutral');
    expect(companionOf('blink', 'joy', names)).toBe('joy-blink');
    expect(companionOf('blink', 'neutral', names)).toBe('blink');
    expect(companionOf('talk', 'neutral', names)).toBe('neutral_mouth_open');
    expect(companionOf('talk', 'joy', names)).toBeNull();
  });
  it('are told from holiday pictures by their names', () => {
    expect(['joy', 'Anger (2)', 'amusement.png', '高兴', 'joy-blink'].every(namesFeeling)).toBe(true);
    expect(['IMG_2041', 'beach', 'Mira'].some(namesFeeling)).toBe(false);
  });
});
