import { describe, expect, it } from 'vitest';
import type { MemoryFact } from '$lib/backend/memory';
import { groups, matches, named } from './kinds';

const fact = (id: number, more: Partial<MemoryFact> = {}): MemoryFact => ({
  id,
  who: null,
  attribute: 'home',
  value: 'Leeds',
  said: null,
  clause: 'I live in Leeds',
  by: null,
  ofUser: true,
  message: 'm',
  at: id,
  pinned: false,
  before: [],
  line: '',
  ...more,
});

describe('what is known, in order', () => {
  it('puts the person first, others by name, the character last', () => {
    const found = groups([
      fact(1, { ofUser: false }),
      fact(2, { who: 'tom' }),
      fact(3, { who: 'anna' }),
      fact(4),
      fact(5, { who: 'tom' }),
    ]);
    expect(found.map((g) => [g.kind, g.who, g.facts.length])).toEqual([
      ['user', '', 1],
      ['other', 'anna', 1],
      ['other', 'tom', 2],
      ['character', '', 1],
    ]);
  });

  it('puts what is pinned before what is newer', () => {
    const [own] = groups([fact(9), fact(2, { pinned: true }), fact(5)]);
    expect(own?.facts.map((f) => f.id)).toEqual([2, 9, 5]);
  });

  it('finds words in labels, values, what was said, and what it was before', () => {
    const one = fact(1, { before: ['Hull'] });
    for (const search of ['leeds', 'Home lee', '住所', 'hull', 'LIVE']) expect(matches(one, '住所', search)).toBe(true);
    expect(matches(one, '住所', 'leeds york')).toBe(false);
  });

  it('writes names as names', () => {
    expect(['lena', 'anne-marie', '小雨', 'old tom'].map(named)).toEqual(['Lena', 'Anne-Marie', '小雨', 'Old Tom']);
  });
});
