/** Chinese: what the room `prompt` tells. */

import type { Table } from '.';

export const promptZh = {
  'choose a model with a longer context, raise `context_length` in the settings, or shorten the card':
    '请选择上下文更长的模型、在设置里调大 `context_length`，或缩短卡片',
  'choose another model, or report this one': '请选择别的模型，或报告这个模型',
  'choose one of {known}': '请选择 {known} 之一',
  'it leaves out the {role} message': '它漏掉了 {role} 的消息',
  'its output is no text': '它的输出不是文本',
  'its source is {source} bytes long': '它的源码有 {source} 字节',
  'line {line}: {detail}': '第 {line} 行：{detail}',
  'shorten it, or choose a model with a longer context': '请缩短一些，或选择上下文更长的模型',
  'the card of `{name}` takes {fixed} tokens, and this model has room for {room}':
    '`{name}` 的卡片要占 {fixed} 个词元，而这个模型只有 {room} 的位置',
  "the model's chat template failed: {reason}": '模型的对话模板失败了：{reason}',
  'the newest message takes {newest} tokens, and there is room for {room}':
    '最新的消息要占 {newest} 个词元，而只有 {room} 的位置',
  'the prompt that it makes is too long': '它写出的提示太长',
  'there is no template `{name}`': '没有模板 `{name}`',
} satisfies Table;
