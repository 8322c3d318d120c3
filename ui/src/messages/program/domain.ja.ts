/** Japanese: what the room `domain` tells. */

import type { Table } from '.';

export const domainJa = {
  '`{id}` is no token id': '`{id}` はトークンの番号ではありません',
  '`{key}` cannot be {value}': '`{key}` を {value} にはできません',
  '`{line}` is no bias: {why}': '`{line}` はバイアスではありません：{why}',
  '`{number}` is no number': '`{number}` は数ではありません',
  'choose a number from {low} to {high}': '{low} から {high} までの数を選んでください',
  'it is longer than {LONGEST} letters': '{LONGEST} 文字を超えています',
  'its number is beyond 100': '数が 100 を超えています',
  'no word stands before the `=`': '`=` の前に言葉がありません',
  'there is no `=` in it': '`=` がありません',
  'write a line as `lantern = -5`, `{ exact text} = 2` or `[12, 345] = -100`, from -100 (never) to 100 (always)':
    '`lantern = -5`、`{ exact text} = 2`、`[12, 345] = -100` のように、-100（決して）から 100（必ず）までで書いてください',
  '{MOST_BIASES} lines stand before it, and no more are taken':
    '前にもう {MOST_BIASES} 行あり、これ以上は受け付けません',
  '{message}; {remedy}': '{message}。{remedy}',
} satisfies Table;
