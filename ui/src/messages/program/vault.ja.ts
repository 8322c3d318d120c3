/** Japanese: what the room `vault` tells. */

import type { Table } from '.';

export const vaultJa = {
  '`{letter}` is in no code': '`{letter}` は回復コードに使われません',
  '`{name}` has {is} rows instead of {was}': '`{name}` が {was} 行ではなく {is} 行です',
  'a character is wrong, or two are exchanged': '文字が一つ違うか、二つが入れ替わっています',
  'a field has another length': '項目の長さが違います',
  'a field has another length than it should': '項目の長さが本来と違います',
  'a passphrase has {min} characters at least': 'パスフレーズは {min} 文字以上です',
  'check that `{path}` can be read and written and that its disk has room, then try again':
    '`{path}` を読み書きできるか、ディスクに空きがあるかを確かめて、もう一度試してください',
  'close other programs that use the data folder, free some space on its disk, then try again; nothing was changed':
    'データフォルダーを使う他のプログラムを閉じ、ディスクに空きを作って、もう一度試してください。何も変わっていません',
  'close other programs, then try again': '他のプログラムを閉じて、もう一度試してください',
  'enter the passphrase, in a terminal with `hanashi upkeep check`: it is finished then; nothing is lost':
    'パスフレーズを入力してください（端末では `hanashi upkeep check`）。それで完了します。何も失われていません',
  'enter the passphrase: `hanashi` asks for it in a terminal, or name a file that holds it with `--passphrase-file`':
    'パスフレーズを入力してください。端末では `hanashi` がたずねます。`--passphrase-file` でファイルを指定することもできます',
  'it asks for `{kdf}`, which this version does not know': '`{kdf}` が必要ですが、この版にはありません',
  'it asks for more memory or time than any passphrase needs':
    'パスフレーズに必要な量を超えるメモリか時間を求めています',
  'it has the form {v}, and there is none but 1': '形式が {v} ですが、あるのは 1 だけです',
  'it has {count} of {CHARACTERS} characters': '{CHARACTERS} 文字のうち {count} 文字です',
  'it is damaged, or of another key': '壊れているか、別の鍵のものです',
  'it is encrypted, and its folder has no key file': '暗号化されていますが、フォルダーに鍵ファイルがありません',
  'it is longer than {CHARACTERS} characters': '{CHARACTERS} 文字を超えています',
  'it is no text': '文字ではありません',
  'it is not an encrypted file': '暗号化されたファイルではありません',
  'it is too long': '長すぎます',
  'it is too short': '短すぎます',
  'it was written by a newer version of Hanashi': 'もっと新しい Hanashi が書いたものです',
  'its journal stays in the mode `{mode}`': 'ジャーナルが `{mode}` のままです',
  'its tables are others': '表が違います',
  'look for the code that was shown when this data folder was encrypted':
    'このデータフォルダーを暗号化したときに表示されたコードを探してください',
  'put the file back from a copy, or make a new one with the recovery code: `hanashi vault recover`; do not delete anything else':
    'ファイルを写しから戻すか、回復コードで作り直してください：`hanashi vault recover`。ほかは何も削除しないでください',
  'switching the encryption of `{display}` was interrupted': '`{display}` の暗号化の切り替えが中断されました',
  'that is not a recovery code: {0}': '回復コードではありません：{0}',
  'that is not the passphrase': 'パスフレーズが違います',
  'that recovery code belongs to another data folder': 'この回復コードは別のデータフォルダーのものです',
  'the copy of `{path}` is not the same: {detail}': '`{path}` の写しが元と違います：{detail}',
  'the data folder `{display}` is encrypted and locked':
    'データフォルダー `{display}` は暗号化され、ロックされています',
  'the key could not be wrapped': '鍵を包めませんでした',
  'the key file `{path}` cannot be used: {detail}': '鍵ファイル `{path}` が使えません：{detail}',
  'the key file `{path}` was written by a newer version of Hanashi (form {found}, this version knows 1)':
    '鍵ファイル `{path}` はもっと新しい Hanashi が書いたものです（形式 {found}、この版が知るのは 1）',
  'the keychain of the system keeps no key: {0}': 'システムのキーチェーンに鍵を入れられません：{0}',
  'the passphrase could not be worked on: {error}': 'パスフレーズを処理できませんでした：{error}',
  'the system gave no random numbers: {error}': 'システムから乱数を得られませんでした：{error}',
  "try again as often as you like, mind the keyboard's language and capitals, or use the recovery code; if neither opens it, the key file may be damaged":
    '何度でも試せます。キーボードの言語と大文字小文字に気をつけるか、回復コードを使ってください。どちらでも開かなければ、鍵ファイルが壊れているかもしれません',
  'type it as it was shown; capitals, spaces and dashes do not matter':
    '表示されたとおりに入力してください。大文字小文字・空白・ハイフンは問いません',
  'unlock the keychain of the system and try again; without it the passphrase is asked for at every start':
    'システムのキーチェーンのロックを解いて、もう一度試してください。なければ起動のたびにパスフレーズをたずねます',
  'update Hanashi; nothing was changed': 'Hanashi を更新してください。何も変わっていません',
  'use several words that nobody would guess': '誰にも推測できない言葉をいくつか使ってください',
} satisfies Table;
