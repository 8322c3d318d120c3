/** Chinese: what the room `vectors` tells. */

import type { Table } from '.';

export const vectorsZh = {
  'it gives no vectors that can be compared': '它没有给出可以比较的向量',
} satisfies Table;
