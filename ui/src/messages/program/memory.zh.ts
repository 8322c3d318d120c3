/** Chinese: what the room `memory` tells. */

import type { Table } from '.';

export const memoryZh = {
  '`{file}` holds no memories: {reason}': '`{file}` 里没有记忆：{reason}',
  'a memory needs something that it is about, and what is true of it': '一条记忆要写明关于什么，以及它是怎样的',
  'check that the file and its folder can be written': '请检查该文件及其文件夹是否可写',
  'choose a file that the memory page wrote (`hanashi memory export` in a terminal), or a chat of SillyTavern or RisuAI with summaries in it':
    '请选择记忆页写出的文件（终端里是 `hanashi memory export`），或带有摘要的 SillyTavern、RisuAI 聊天',
  'choose another encoder, or go on without one: memories are found by their words':
    '请选择别的查找模型，或不用它继续：记忆按词语查找',
  'close the other window or command that uses it, and try again': '请关闭正在使用它的其他窗口或命令，然后重试',
  'delete `memory.sqlite`: it is made again from the conversations': '请删除 `memory.sqlite`：它会根据对话重新生成',
  'delete that file yourself, then try again: nothing needs it': '请自己删除那个文件，再试一次：没有什么需要它',
  'it is of version {v}, and {VERSION} is known here': '它是第 {v} 版，而这里认识第 {VERSION} 版',
  'nothing is forgotten yet: the damaged memory `{path}` may hold it and cannot be deleted: {source}':
    '还没有忘掉任何内容：损坏的记忆 `{path}` 里可能有它，而且无法删除：{source}',
  'nothing is remembered under `{0}`': '没有记住编号为 `{0}` 的内容',
  'open the list of memories again': '请重新打开记忆列表',
  'say it in a sentence, or split it in two': '请用一句话说，或分成两条',
  'the chat has no summaries in it': '这段聊天里没有摘要',
  'the memory `{path}` cannot be used: {source}': '记忆 `{path}` 无法使用：{source}',
  'this is too long for a memory': '这作为一条记忆太长',
  'write both, then save again': '请两项都写上，再保存',
  '{facts} facts are more than {MOST}': '{facts} 条事实超过了 {MOST} 条',
} satisfies Table;
