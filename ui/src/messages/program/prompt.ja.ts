/** Japanese: what the room `prompt` tells. */

import type { Table } from '.';

export const promptJa = {
  'choose a model with a longer context, raise `context_length` in the settings, or shorten the card':
    'コンテキストの長いモデルを選ぶか、設定の `context_length` を上げるか、カードを短くしてください',
  'choose another model, or report this one': '別のモデルを選ぶか、このモデルについて報告してください',
  'choose one of {known}': '{known} から選んでください',
  'it leaves out the {role} message': '{role} のメッセージが抜けています',
  'its output is no text': '出力が文字列ではありません',
  'its source is {source} bytes long': 'ソースが {source} バイトあります',
  'line {line}: {detail}': '{line} 行目：{detail}',
  'shorten it, or choose a model with a longer context': '短くするか、コンテキストの長いモデルを選んでください',
  'the card of `{name}` takes {fixed} tokens, and this model has room for {room}':
    '`{name}` のカードは {fixed} トークンで、このモデルに入るのは {room} です',
  "the model's chat template failed: {reason}": 'モデルのチャットテンプレートが失敗しました：{reason}',
  'the newest message takes {newest} tokens, and there is room for {room}':
    '最新のメッセージは {newest} トークンで、入るのは {room} です',
  'the prompt that it makes is too long': '作られるプロンプトが長すぎます',
  'there is no template `{name}`': 'テンプレート `{name}` はありません',
} satisfies Table;
