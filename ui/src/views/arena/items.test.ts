import { expect, it } from 'vitest';
import { words } from '../../messages';
import { whereAsked } from './items';

it('says where something was asked, never by an id', () => {
  const where = (item: string) => whereAsked(item, words('en'));
  expect(where('fact age 2 0')).toBe('asked in another way (2)');
  expect(where('fact own name 1 0')).toBe('');
  expect(where('long 1 57')).toBe('long talk 1, line 58');
  expect(where('outside 0')).toBe('');
  expect(where('outside 3')).toBe('line 4 of its talk');
  expect(where('hobby')).toBe('');
});
