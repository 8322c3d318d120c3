/** Japanese: what the room `scenery` tells. */

import type { Table } from '.';

export const sceneryJa = {
  'install the program again: a painting that ships is damaged':
    'プログラムを入れ直してください。付属の絵が壊れています',
  'it has {0} bytes, more than a picture may have (32 MiB)': '{0} バイトあり、画像の上限（32 MiB）を超えています',
  'it has {0} × {1} pixels, more than a picture may have': '{0} × {1} ピクセルあり、画像の上限を超えています',
  'it is no picture that can be read: {0}': '読める画像ではありません：{0}',
  'the scene could not be composed: {error}': '場面を組み立てられませんでした：{error}',
} satisfies Table;
