/** Japanese: what the room `appraisal` tells. */

import type { Table } from '.';

export const appraisalJa = {
  '`appraisal.toml` cannot be read: {error}': '`appraisal.toml` を読めません：{error}',
  '`appraisal.toml` has more than {MAX_FACTS} facts': '`appraisal.toml` の事実が {MAX_FACTS} 件を超えています',
  '`appraisal.toml` is larger than {MAX_BYTES} KiB': '`appraisal.toml` は {MAX_BYTES} KiB を超えています',
  'line {number} of the transcript is {what}': '記録の {number} 行目は{what}です',
  'more than a transcript holds': '記録に入る量を超えたもの',
  'no exchange, no choice and no line of hers': 'やりとりでも選択肢でも彼女の台詞でもないもの',
  'put `appraisal.toml` right; docs/appraisal.md shows one':
    '`appraisal.toml` を直してください。例は docs/appraisal.md にあります',
  'report this': 'この問題を報告してください',
  'the fact `{id}` has no question or no answer': '事実 `{id}` に質問か答えがありません',
  'the probes for `{lang}` cannot be read: {error}': '`{lang}` の質問を読めません：{error}',
  'the transcript cannot be written: {error}': '記録を書けません：{error}',
  'use a file that `hanashi appraise` wrote': '`hanashi appraise` が書いたファイルを使ってください',
} satisfies Table;
