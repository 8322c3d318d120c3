/** Chinese: what the room `desktop` tells. */

import type { Table } from '.';

export const desktopZh = {
  'close Hanashi and start it again': '请关闭 Hanashi 再打开',
  'everything is in the window as well': '窗口里也有全部功能',
  'go on in the large one': '请在大窗口里继续',
  'show the window': '请显示窗口',
  'start Hanashi again to come back to its window': '请重新启动 Hanashi，回到它的窗口',
  'tauri.conf.json names no window': 'tauri.conf.json 里没有窗口',
  'the system refused the small window: {error}': '系统拒绝了小窗口：{error}',
  'the tray took no icon: {error}': '托盘没有接受图标：{error}',
  'there is no tray here to bring clicks back from': '这里没有能点回来的托盘',
  'what starts the newer version could not be started ({error})': '无法启动打开新版本的程序（{error}）',
} satisfies Table;
