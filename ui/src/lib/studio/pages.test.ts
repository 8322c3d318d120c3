import { expect, it } from 'vitest';
import { pageFrom } from './pages';

it('a page that is there stays, and one that has gone is the last', () => {
  expect(pageFrom(0, 0, 25)).toBe(0);
  expect(pageFrom(0, 10, 25)).toBe(0);
  expect(pageFrom(50, 51, 25)).toBe(50);
  // All remarked lines of the third page were taken out at once.
  expect(pageFrom(50, 50, 25)).toBe(25);
  expect(pageFrom(50, 3, 25)).toBe(0);
  expect(pageFrom(50, 0, 25)).toBe(0);
});
