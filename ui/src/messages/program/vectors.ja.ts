/** Japanese: what the room `vectors` tells. */

import type { Table } from '.';

export const vectorsJa = {
  'it gives no vectors that can be compared': '比べられるベクトルが得られません',
} satisfies Table;
