/** Chinese: what the room `domain` tells. */

import type { Table } from '.';

export const domainZh = {
  '`{id}` is no token id': '`{id}` 不是词元编号',
  '`{key}` cannot be {value}': '`{key}` 不能是 {value}',
  '`{line}` is no bias: {why}': '`{line}` 不是偏置：{why}',
  '`{number}` is no number': '`{number}` 不是数',
  'choose a number from {low} to {high}': '请选择 {low} 到 {high} 之间的数',
  'it is longer than {LONGEST} letters': '它超过 {LONGEST} 个字母',
  'its number is beyond 100': '它的数超过了 100',
  'no word stands before the `=`': '`=` 前面没有词',
  'there is no `=` in it': '里面没有 `=`',
  'write a line as `lantern = -5`, `{ exact text} = 2` or `[12, 345] = -100`, from -100 (never) to 100 (always)':
    '请写成 `lantern = -5`、`{ exact text} = 2` 或 `[12, 345] = -100`，从 -100（绝不）到 100（总是）',
  '{MOST_BIASES} lines stand before it, and no more are taken': '前面已有 {MOST_BIASES} 行，不再接受更多',
  '{message}; {remedy}': '{message}；{remedy}',
} satisfies Table;
