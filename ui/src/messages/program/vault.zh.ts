/** Chinese: what the room `vault` tells. */

import type { Table } from '.';

export const vaultZh = {
  '`{letter}` is in no code': '`{letter}` 不会出现在恢复码里',
  '`{name}` has {is} rows instead of {was}': '`{name}` 有 {is} 行，而不是 {was} 行',
  'a character is wrong, or two are exchanged': '有一个字符不对，或两个字符换了位置',
  'a field has another length': '有一个字段长度不对',
  'a field has another length than it should': '有一个字段长度与应有的不同',
  'a passphrase has {min} characters at least': '密码短语至少要有 {min} 个字符',
  'check that `{path}` can be read and written and that its disk has room, then try again':
    '请检查 `{path}` 是否可读写、磁盘是否有空间，再试一次',
  'close other programs that use the data folder, free some space on its disk, then try again; nothing was changed':
    '请关闭使用数据文件夹的其他程序，腾出磁盘空间，再试一次；什么都没有改变',
  'close other programs, then try again': '请关闭其他程序，再试一次',
  'enter the passphrase, in a terminal with `hanashi upkeep check`: it is finished then; nothing is lost':
    '请输入密码短语（终端里用 `hanashi upkeep check`）：之后会完成；没有丢失任何内容',
  'enter the passphrase: `hanashi` asks for it in a terminal, or name a file that holds it with `--passphrase-file`':
    '请输入密码短语：终端里 `hanashi` 会询问，或用 `--passphrase-file` 指定写有它的文件',
  'it asks for `{kdf}`, which this version does not know': '它要求 `{kdf}`，这个版本不认识',
  'it asks for more memory or time than any passphrase needs': '它要求的内存或时间超过任何密码短语所需',
  'it has the form {v}, and there is none but 1': '它的形式是 {v}，而只有形式 1',
  'it has {count} of {CHARACTERS} characters': '它有 {count} 个字符，应为 {CHARACTERS} 个',
  'it is damaged, or of another key': '它已损坏，或属于另一个密钥',
  'it is encrypted, and its folder has no key file': '它是加密的，而它的文件夹里没有密钥文件',
  'it is longer than {CHARACTERS} characters': '它超过 {CHARACTERS} 个字符',
  'it is no text': '它不是文本',
  'it is not an encrypted file': '它不是加密的文件',
  'it is too long': '它太长',
  'it is too short': '它太短',
  'it was written by a newer version of Hanashi': '它是更新版本的 Hanashi 写的',
  'its journal stays in the mode `{mode}`': '它的日志仍处于 `{mode}` 模式',
  'its tables are others': '它的表不同',
  'look for the code that was shown when this data folder was encrypted': '请找出加密这个数据文件夹时显示的恢复码',
  'put the file back from a copy, or make a new one with the recovery code: `hanashi vault recover`; do not delete anything else':
    '请从副本放回文件，或用恢复码重新生成：`hanashi vault recover`；不要删除别的内容',
  'switching the encryption of `{display}` was interrupted': '切换 `{display}` 的加密时被中断',
  'that is not a recovery code: {0}': '这不是恢复码：{0}',
  'that is not the passphrase': '密码短语不对',
  'that recovery code belongs to another data folder': '这个恢复码属于另一个数据文件夹',
  'the copy of `{path}` is not the same: {detail}': '`{path}` 的副本和原来的不同：{detail}',
  'the data folder `{display}` is encrypted and locked': '数据文件夹 `{display}` 已加密并锁定',
  'the key could not be wrapped': '无法包装密钥',
  'the key file `{path}` cannot be used: {detail}': '密钥文件 `{path}` 无法使用：{detail}',
  'the key file `{path}` was written by a newer version of Hanashi (form {found}, this version knows 1)':
    '密钥文件 `{path}` 是更新版本的 Hanashi 写的（形式 {found}，这个版本认识 1）',
  'the keychain of the system keeps no key: {0}': '系统的钥匙串没有存下密钥：{0}',
  'the passphrase could not be worked on: {error}': '无法处理密码短语：{error}',
  'the system gave no random numbers: {error}': '系统没有给出随机数：{error}',
  "try again as often as you like, mind the keyboard's language and capitals, or use the recovery code; if neither opens it, the key file may be damaged":
    '可以一直试，请注意键盘的语言和大小写，或使用恢复码；如果都打不开，密钥文件可能已损坏',
  'type it as it was shown; capitals, spaces and dashes do not matter':
    '请照显示的样子输入；大小写、空格和短横都没关系',
  'unlock the keychain of the system and try again; without it the passphrase is asked for at every start':
    '请解锁系统的钥匙串，再试一次；没有它，每次启动都会询问密码短语',
  'update Hanashi; nothing was changed': '请更新 Hanashi；什么都没有改变',
  'use several words that nobody would guess': '请用几个谁也猜不到的词',
} satisfies Table;
