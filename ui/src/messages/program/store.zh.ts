/** Chinese: what the room `store` tells. */

import type { Table } from '.';

export const storeZh = {
  ' (process {pid})': '（进程 {pid}）',
  "`{from}` holds more than a character's folder should": '`{from}` 里的内容超出了角色文件夹应有的',
  '`{guest}` is there already': '`{guest}` 已经在了',
  '`{id}` comes with the app: duplicate it to change it': '`{id}` 随应用附带：要修改请先复制',
  '`{name}` is no plain file name': '`{name}` 不是普通的文件名',
  '`{nobody}` is not there and cannot be muted': '`{nobody}` 不在，不能让其沉默',
  '`{path}` cannot be read ({error}); mend it, or move it away to begin anew':
    '无法读取 `{path}`（{error}）；请修好它，或移走它重新开始',
  '`{path}` is larger than {MAX_FILE_BYTES} bytes': '`{path}` 超过 {MAX_FILE_BYTES} 字节',
  'a cast in the log is unreadable: {error}': '无法读取记录里的在场角色：{error}',
  'a conversation without a message was to be kept': '要保存的对话里没有消息',
  'a file may have {MAX_OWN_FILE} MiB': '一个文件最多 {MAX_OWN_FILE} MiB',
  'a note may be {MAX_NOTE_BYTES} bytes long': '一条备注最多 {MAX_NOTE_BYTES} 字节',
  'a picture may have 32 MiB': '一张图片最多 32 MiB',
  'a profile needs a name': '身份需要一个名字',
  'a save holds too much of the stage': '存档里的舞台内容太多',
  'a sound is no `.{ending}` file': '声音不是 `.{ending}` 文件',
  'another copy of Hanashi has `{root}` open{process}': '另一个 Hanashi 打开了 `{root}`{process}',
  'cannot be {value}; the default {default} counts': '不能是 {value}；以默认值 {default} 为准',
  character: '角色',
  'check that you may write to {path}, or choose another folder with `HANASHI_HOME`':
    '请检查你是否有权写入 {path}，或用 `HANASHI_HOME` 选择别的文件夹',
  'check that {path} is there': '请检查 {path} 是否存在',
  'close the other copy of Hanashi, then try again': '请关闭另一个 Hanashi，再试一次',
  'close the other program that has the database open, then try again': '请关闭打开了数据库的另一个程序，再试一次',
  conversation: '对话',
  copy: '复制',
  'correct it and try again': '请改正后再试一次',
  'correct the line in {path}, or move the file away to begin with the defaults; until then changes last only while the app runs':
    '请改正 {path} 里的那一行，或移走文件、从默认值开始；在那之前，改动只在应用运行期间有效',
  'could not bring the database `{path}` to schema version {to}: {source}':
    '无法把数据库 `{path}` 升级到第 {to} 版结构：{source}',
  'could not {action} `{path}`: {source}': '无法{action} `{path}`：{source}',
  'create the folder': '创建文件夹',
  database: '数据库',
  decrypt: '解密',
  encrypt: '加密',
  'free some space on the disk of {path} and check that it can be written, then try again; everything saved before is safe':
    '请在 {path} 所在的磁盘上腾出空间，检查是否可写，再试一次；之前保存的一切都安全',
  'free some space on the disk of {path} and start again; the database is unchanged and a copy of it lies in the `backups` folder':
    '请在 {path} 所在的磁盘上腾出空间，再重新启动；数据库没有改变，`backups` 文件夹里有它的副本',
  'free some space on the disk of {path}, then try again; nothing already saved is lost':
    '请在 {path} 所在的磁盘上腾出空间，再试一次；已保存的内容没有丢失',
  'install the newest Hanashi, or choose another data folder with `HANASHI_HOME`; {path} was not touched':
    '请安装最新的 Hanashi，或用 `HANASHI_HOME` 选择别的数据文件夹；{path} 没有改动',
  'is no setting of this version; it is kept, and has no effect': '不是这个版本的设置；已保留，但不起作用',
  'it is not UTF-8 text': '它不是 UTF-8 文本',
  'it is the database of another program': '它是另一个程序的数据库',
  'it is {metadata} bytes long': '它有 {metadata} 字节',
  'line {line}: {error}': '第 {line} 行：{error}',
  'look at the list for what there is': '有哪些请看列表',
  message: '消息',
  move: '移动',
  'move into the trash': '移入回收站',
  'move {path} away and put a copy of the newest backup {path2} in its place; nothing was deleted':
    '请移走 {path}，把最新备份 {path2} 的副本放在原处；什么都没有删除',
  'move {path} away to begin anew, or put a copy of your own in its place; there is no backup yet, and nothing was deleted':
    '请移走 {path} 重新开始，或把你自己的副本放在原处；还没有备份，也没有删除任何内容',
  'must be from {low} to {high}, not {number}': '必须在 {low} 到 {high} 之间，不能是 {number}',
  'name a folder with `--data-dir` or in `HANASHI_HOME`': '请用 `--data-dir` 或 `HANASHI_HOME` 指定文件夹',
  picture: '图片',
  place: '地点',
  'place or sound': '地点或声音',
  places: '地点',
  profile: '身份',
  'removed character': '已删除的角色',
  restore: '恢复',
  save: '存档',
  sound: '声音',
  sounds: '声音',
  'take away': '取走',
  'the database `{display}` was opened for reading only': '数据库 `{display}` 只为读取而打开',
  'the database `{path}` failed: {source}': '数据库 `{path}` 出错：{source}',
  'the database `{path}` is damaged: {detail}': '数据库 `{path}` 已损坏：{detail}',
  'the database `{path}` is from an older version: start the app once to bring it up to date':
    '数据库 `{path}` 来自旧版本：请启动一次应用来更新它',
  'the database `{path}` was written by a newer version of Hanashi (schema {found}, this version knows {known})':
    '数据库 `{path}` 是更新版本的 Hanashi 写的（结构 {found}，这个版本认识 {known}）',
  'the defaults count': '以默认值为准',
  'the event cannot be written: {error}': '无法写入事件：{error}',
  'the message `{message}` belongs to another conversation': '消息 `{message}` 属于另一段对话',
  'the same conversation was taken over and thrown away {TIMES} times': '同一段对话已经取入又删除了 {TIMES} 次',
  'the settings cannot be written: {error}': '无法写入设置：{error}',
  'the settings file `{path}` cannot be read: {detail}': '无法读取设置文件 `{path}`：{detail}',
  'there are {MAX_PROFILES} profiles already': '已经有 {MAX_PROFILES} 个身份',
  'there is a log in `{path}` already': '`{path}` 里已经有记录',
  'there is no home folder to keep data in': '没有可以存放数据的主文件夹',
  'there is no save slot `{slot}`: use a number from 1 to {MAX_SLOT}, `{QUICK}` or `{AUTO}`':
    '没有存档槽位 `{slot}`：请用 1 到 {MAX_SLOT} 的数、`{QUICK}` 或 `{AUTO}`',
  'there is no {what} `{id}`': '没有{what} `{id}`',
  'there is room for {GUESTS} guests: send one away before you invite another':
    '最多容纳 {GUESTS} 位客人：请先送走一位再邀请',
  'try again; if it stays so, start the app anew and look into the log file':
    '请再试一次；如果仍然如此，请重新启动应用并查看日志文件',
  'unknown reason `{because}`': '未知的原因 `{because}`',
  'unknown role `{role}`': '未知的身份 `{role}`',
  'use the window that is open already, or close it and try again; reading commands work meanwhile':
    '请使用已经打开的窗口，或关闭它再试；这期间可以使用只读命令',
  'who you are is not known': '不知道你是谁',
  '{MAX_OWN} {what} are kept already; remove some': '已经保存了 {MAX_OWN} 个{what}；请删除一些',
  '{MAX_PICTURES} pictures are kept already; remove some': '已经保存了 {MAX_PICTURES} 张图；请删除一些',
  '{error}; {what}': '{error}；{what}',
  '{lines} lines cannot follow a line of yours: choose from 1 to {LINES}':
    '你的一句话之后不能接 {lines} 句：请选择 1 到 {LINES}',
  '{message}; the default {default} counts': '{message}；以默认值 {default} 为准',
  '`{note}` says that everything was moved there': '`{note}` 说一切都移到了那里',
} satisfies Table;
