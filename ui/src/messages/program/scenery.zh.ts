/** Chinese: what the room `scenery` tells. */

import type { Table } from '.';

export const sceneryZh = {
  'install the program again: a painting that ships is damaged': '请重新安装程序：附带的一幅画已损坏',
  'it has {0} bytes, more than a picture may have (32 MiB)': '它有 {0} 字节，超过了图片的上限（32 MiB）',
  'it has {0} × {1} pixels, more than a picture may have': '它有 {0} × {1} 像素，超过了图片的上限',
  'it is no picture that can be read: {0}': '它不是能读取的图片：{0}',
  'the scene could not be composed: {error}': '无法合成场景：{error}',
} satisfies Table;
