/** Japanese: what the room `desktop` tells. */

import type { Table } from '.';

export const desktopJa = {
  'close Hanashi and start it again': 'Hanashi を閉じて、もう一度起動してください',
  'everything is in the window as well': '同じことはすべてウィンドウでもできます',
  'go on in the large one': '大きいほうで続けてください',
  'show the window': 'ウィンドウを表示してください',
  'start Hanashi again to come back to its window': 'Hanashi をもう一度起動すると、ウィンドウに戻れます',
  'tauri.conf.json names no window': 'tauri.conf.json にウィンドウがありません',
  'the system refused the small window: {error}': 'システムが小さなウィンドウを拒みました：{error}',
  'the tray took no icon: {error}': 'トレイにアイコンを置けませんでした：{error}',
  'there is no tray here to bring clicks back from': 'ここには、クリックで戻れるトレイがありません',
  'what starts the newer version could not be started ({error})':
    '新しい版を起動するプログラムを開始できませんでした（{error}）',
} satisfies Table;
