/** Where in an interview something was asked, in words. The program names it by talk and turn: `fact age 2 0`, `long 1 57`, `outside 3`. */

import type { Messages } from '../../messages';

export function whereAsked(
  item: string,
  w: Pick<Messages, 'reportAnotherWay' | 'reportLongTalk' | 'reportLine'>,
): string {
  const words = item.split(' ');
  const turn = Number(words.at(-1));
  if (words.length < 2 || !Number.isInteger(turn)) return '';
  const nth = Number(words.at(-2));
  if (words[0] === 'fact' && words.length > 3) return nth > 1 ? w.reportAnotherWay(nth) : '';
  if (words[0] === 'long') return w.reportLongTalk(nth, turn + 1);
  return turn > 0 ? w.reportLine(turn + 1) : '';
}
