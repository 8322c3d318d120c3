/** Chinese: what the room `upkeep` tells. */

import type { Table } from '.';

export const upkeepZh = {
  'there is not enough room in `{path}`: {need} MB are needed and {free} MB are free':
    '`{path}` 的空间不够：需要 {need} MB，剩余 {free} MB',
  '`{display}` is not empty': '`{display}` 不是空的',
  '`{host}` was not reached: this program may never connect to other machines':
    '没有连接 `{host}`：设置为本程序绝不连接别的机器',
  '`{name}` is longer than it should be': '`{name}` 比应有的长',
  '`{name}` is missing': '缺少 `{name}`',
  '`{name}` is not what was packed': '`{name}` 不是当初打包的内容',
  '`{name}`: {why}': '`{name}`：{why}',
  '`{path}` is damaged: {why}': '`{path}` 已损坏：{why}',
  'asking search engines is switched off in the settings': '设置里关闭了询问搜索引擎',
  'check the disk, its free room and your rights, and try again': '请检查磁盘、剩余空间和你的权限，再试一次',
  'choose a backup that this program made (*Upkeep*, or `hanashi upkeep pack` in a terminal)':
    '请选择本程序做的备份（*维护*，或在终端里用 `hanashi upkeep pack`）',
  'free another {need} MB there, or choose another disk': '请在那里再腾出 {need} MB，或选择别的磁盘',
  'has a manifest that cannot be read ({why})': '的清单无法读取（{why}）',
  'holds more files than a backup can': '里的文件比备份能容纳的多',
  'holds other files than its manifest says': '里的文件和清单不一致',
  'is a ZIP, but no backup of Hanashi': '是 ZIP，但不是 Hanashi 的备份',
  'is no backup, or its end is missing': '不是备份，或缺少末尾',
  'it cannot be written down ({why})': '无法写下来（{why}）',
  'it does not read back as it was written': '读回来的和写下的不同',
  'it is larger than any such file': '它比任何这种文件都大',
  'it is no plan of an exchange': '它不是替换的计划',
  'it was stopped; nothing has changed': '已停止；什么都没有改变',
  'its name is not text that could be written down': '它的名称不是可以写下来的文本',
  'look at what there is (*Upkeep*, or `hanashi upkeep aside` in a terminal), and take its name as it stands there':
    '请看看有哪些（*维护*，或在终端里用 `hanashi upkeep aside`），照那里写的名称使用',
  'looking for newer versions is switched off in the settings': '设置里关闭了查找新版本',
  'name an empty or a new folder; nothing is overwritten': '请指定空的或新的文件夹；不会覆盖任何内容',
  'names a file `{name}` outside the data folder': '写有数据文件夹之外的文件 `{name}`',
  'nothing was set aside under the name `{0}`': '没有以 `{0}` 为名放到一边的内容',
  'pictures and sounds from the internet are switched off in the settings': '设置里关闭了来自互联网的图片和声音',
  'pictures drawn by a server are switched off in the settings': '设置里关闭了由服务器画图',
  'replies by a server are switched off in the settings': '设置里关闭了由服务器回答',
  'start it again whenever you like': '随时可以重新开始',
  'switch `allow_remote_assets` on if you trust the cards of whom you allow it':
    '如果信任你允许的那些角色的卡片，请打开 `allow_remote_assets`',
  'switch `allow_remote_model` on, or choose a model that runs here':
    '请打开 `allow_remote_model`，或选择在这里运行的模型',
  'switch `allow_remote_pictures` on: the description of the scene is sent there':
    '请打开 `allow_remote_pictures`：场景的描述会发到那里',
  'switch `allow_search` on: what is looked for is sent there': '请打开 `allow_search`：要查找的内容会发到那里',
  'switch `allow_updates` on if the program may ask for them': '如果程序可以查询新版本，请打开 `allow_updates`',
  'switch `offline` off on the privacy page if you want it to': '如果要让它连接，请在隐私页关闭 `offline`',
  'take another backup, or check the data (*Upkeep*, or `hanashi upkeep check --mend` in a terminal)':
    '请用另一个备份，或检查数据（*维护*，或在终端里用 `hanashi upkeep check --mend`）',
  'the key does not open it; move it away to go on without it': '密钥打不开它；要不用它继续，请把它移走',
  'there is no sound copy in `backups` to bring back; nothing was changed':
    '`backups` 里没有完好的副本可以恢复；什么都没有改变',
  'was made by version {program} in another form ({v})': '是版本 {program} 以另一种形式（{v}）做的',
} satisfies Table;
