import { describe, expect, it } from 'vitest';
import { SHUT } from '../stage/lips';
import { faceOf, mouthOf } from './faces';

const STANDARD = ['happy', 'angry', 'sad', 'relaxed', 'surprised', 'neutral', 'aa', 'ih', 'ou', 'ee', 'oh', 'blink'];

describe('faces of a VRM', () => {
  it('are those of the standard, by the feeling that comes nearest', () => {
    expect(faceOf('joy', STANDARD)).toEqual({ happy: 1 });
    expect(faceOf('worried', STANDARD)).toEqual({ sad: 0.5 });
    expect(faceOf('love', STANDARD)).toEqual({ happy: 0.6, relaxed: 0.4 });
  });
  it('are its own where one is named after the feeling', () => {
    expect(faceOf('shy', [...STANDARD, 'Blush'])).toEqual({ Blush: 1 });
    expect(faceOf('joy', ['Joy', 'happy'])).toEqual({ Joy: 1 });
  });
  it('are none where it has none, and never eyes or mouths', () => {
    expect(faceOf('angry', ['aa', 'blink'])).toEqual({});
    expect(faceOf('joy', [])).toEqual({});
  });
  it('speak with five mouths', () =>
    expect(mouthOf({ ...SHUT, a: 0.5, o: 1 })).toEqual({ aa: 0.5, ih: 0, ou: 0, ee: 0, oh: 1 }));
});
