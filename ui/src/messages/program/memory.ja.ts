/** Japanese: what the room `memory` tells. */

import type { Table } from '.';

export const memoryJa = {
  '`{file}` holds no memories: {reason}': '`{file}` に記憶がありません：{reason}',
  'a memory needs something that it is about, and what is true of it':
    '記憶には、何についてか、それがどうなのかが必要です',
  'check that the file and its folder can be written': 'そのファイルとフォルダーに書き込めるか確認してください',
  'choose a file that the memory page wrote (`hanashi memory export` in a terminal), or a chat of SillyTavern or RisuAI with summaries in it':
    '記憶のページが書き出したファイル（端末では `hanashi memory export`）か、要約のある SillyTavern・RisuAI の会話を選んでください',
  'choose another encoder, or go on without one: memories are found by their words':
    '意味で探す別のモデルを選ぶか、なしで続けてください。記憶は言葉で探します',
  'close the other window or command that uses it, and try again':
    'それを使っている他のウィンドウかコマンドを閉じてから、もう一度試してください',
  'delete `memory.sqlite`: it is made again from the conversations':
    '`memory.sqlite` を削除してください。会話から作り直されます',
  'delete that file yourself, then try again: nothing needs it':
    'そのファイルを自分で削除して、もう一度試してください。必要とするものはありません',
  'it is of version {v}, and {VERSION} is known here': '版 {v} のもので、ここで分かるのは版 {VERSION} です',
  'nothing is forgotten yet: the damaged memory `{path}` may hold it and cannot be deleted: {source}':
    'まだ何も忘れていません。壊れた記憶 `{path}` に残っているかもしれず、削除できません：{source}',
  'nothing is remembered under `{0}`': '`{0}` という記憶はありません',
  'open the list of memories again': '記憶の一覧を開き直してください',
  'say it in a sentence, or split it in two': '一文で言うか、二つに分けてください',
  'the chat has no summaries in it': 'この会話に要約はありません',
  'the memory `{path}` cannot be used: {source}': '記憶 `{path}` が使えません：{source}',
  'this is too long for a memory': '記憶としては長すぎます',
  'write both, then save again': '両方を書いて、もう一度保存してください',
  '{facts} facts are more than {MOST}': '事実が {facts} 件で、上限の {MOST} 件を超えています',
} satisfies Table;
