/** Chinese: what the room `appraisal` tells. */

import type { Table } from '.';

export const appraisalZh = {
  '`appraisal.toml` cannot be read: {error}': '无法读取 `appraisal.toml`：{error}',
  '`appraisal.toml` has more than {MAX_FACTS} facts': '`appraisal.toml` 里的事实超过 {MAX_FACTS} 条',
  '`appraisal.toml` is larger than {MAX_BYTES} KiB': '`appraisal.toml` 超过 {MAX_BYTES} KiB',
  'line {number} of the transcript is {what}': '对话记录的第 {number} 行是{what}',
  'more than a transcript holds': '超过对话记录能容纳的内容',
  'no exchange, no choice and no line of hers': '既不是一问一答，也不是选项或她的台词',
  'put `appraisal.toml` right; docs/appraisal.md shows one': '请改正 `appraisal.toml`；示例见 docs/appraisal.md',
  'report this': '请报告这个问题',
  'the fact `{id}` has no question or no answer': '事实 `{id}` 没有问题或没有答案',
  'the probes for `{lang}` cannot be read: {error}': '无法读取 `{lang}` 的提问：{error}',
  'the transcript cannot be written: {error}': '无法写入对话记录：{error}',
  'use a file that `hanashi appraise` wrote': '请使用 `hanashi appraise` 写出的文件',
} satisfies Table;
