/** Japanese: what the room `lore` tells. */

import type { Table } from '.';

export const loreJa = {
  '`{key}` {message}': '`{key}` {message}',
  'a list, not a text; its parts became lines': '文字列ではなくリスト。それぞれを行にしました',
  'are {list}; the first {MAX_ENTRIES} were read': '{list} 件あり、最初の {MAX_ENTRIES} 件を読みました',
  'cannot be matched: {reason}': '照合できません：{reason}',
  'choose a lorebook: a world info file, a `.lorebook`, or a character card with a book in it':
    'ロアブックを選んでください：ワールド情報のファイル、`.lorebook`、またはロアブック付きのキャラクターカード',
  'ends with a backslash': 'の末尾がバックスラッシュです',
  'export the lorebook again from the program that made it':
    '作ったプログラムからロアブックをもう一度書き出してください',
  'has a `\\p{` that does not end': 'に閉じていない `\\p{` があります',
  'has a `\\u{` that names no character': 'に文字を表さない `\\u{` があります',
  'has the flag `{other}`, which does not exist': 'に存在しないフラグ `{other}` があります',
  'is `{cut}`, which is unknown; put before the character': '未知の `{cut}` です。キャラクターの前に置きました',
  'is empty and calls nothing': '空で、何も呼び出しません',
  'is invalid, as above': 'は上と同じ理由で無効です',
  'is longer than {MAX_PATTERN} bytes': 'が {MAX_PATTERN} バイトを超えています',
  'is missing: nothing can show what stands in it': 'ありません：中の文を表示できる場所がありません',
  'is no regular expression ({reason})': '正規表現ではありません（{reason}）',
  'is searched by meaning in SillyTavern; here only its keys call it, and it has none':
    'SillyTavern では意味で探されますが、ここではキーワードだけが呼び出し、そのキーワードがありません',
  'is too large to be run': 'は大きすぎて実行できません',
  'is too long to be looked for; it matches nothing': '長すぎて探せません。何にも一致しません',
  'is {version}, which is newer than 5; read as 5': '{version} は 5 より新しいため、5 として読みました',
  'it has no `entries`': '`entries` がありません',
  'it holds {kind}': '中身が{kind}です',
  'it is a character card without a book': 'ロアブックのないキャラクターカードです',
  'its `data` is missing': '`data` がありません',
  'its `entries` are {kind}': '`entries` が{kind}です',
  'name kinds of generation; here the entry may fire in all of them':
    '生成の種類が書かれています。ここではどれでも発動します',
  'names half of a character (a surrogate)': 'が文字の半分（サロゲート）を指しています',
  'refers back to a group, which cannot be run in linear time':
    'がグループを後方参照しており、線形時間で実行できません',
  'split the book into smaller ones': 'ロアブックを小さく分けてください',
  'the decorator `{line}` is unknown or has no valid value': 'デコレーター `{line}` は未知か、値が正しくありません',
  'the file is no JSON: {reason}': 'ファイルは JSON ではありません：{reason}',
  'the file is no lorebook: {found}': 'ファイルはロアブックではありません：{found}',
  'the file is {bytes} bytes long, and a lorebook may have {most}':
    'ファイルは {bytes} バイトで、ロアブックの上限は {most} です',
  'the keys are too many: {error}': 'キーワードが多すぎます：{error}',
  'uses look-around, which cannot be run in linear time': 'が先読み・後読みを使っており、線形時間で実行できません',
  'was a text, not a list; split at its commas': 'リストではなく文字列でした。コンマで分けました',
  'was not UTF-8 throughout; the damaged letters were replaced':
    '一部が UTF-8 ではありませんでした。壊れた文字は置き換えました',
  'was {number}, which is no place; before the character':
    '{number} はどの場所でもないため、キャラクターの前に置きました',
  'was {odd}': '{odd}でした',
  'was {odd}, not true or false; left out': '真偽値ではなく{odd}でした。省きました',
  'was {odd}, not true or false; taken as {flag}': '真偽値ではなく{odd}でした。{flag} として扱いました',
  '{kind}, not a text; taken as one': '文字列ではなく{kind}。文字列として扱いました',
  '{reason}; it matches nothing': '{reason}。何にも一致しません',
} satisfies Table;
