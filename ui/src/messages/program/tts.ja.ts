/** Japanese: what the room `tts` tells. */

import type { Table } from '.';

export const ttsJa = {
  '`audio.sample_rate` is missing or not between 8000 and 48000':
    '`audio.sample_rate` がないか、8000 から 48000 の間ではありません',
  '`espeak.voice` is missing': '`espeak.voice` がありません',
  '`phoneme_id_map` has ids outside `num_symbols`': '`phoneme_id_map` に `num_symbols` を超える番号があります',
  '`phoneme_id_map` lacks `{needed}`': '`phoneme_id_map` に `{needed}` がありません',
  '`{path}` as ONNX Runtime': '`{path}`（ONNX Runtime として）',
  '`{region}` is no code of a language': '`{region}` は言語のコードではありません',
  "and this version only has those of espeak-ng, of Piper's Japanese and of Piper's pinyin":
    'この版にあるのは espeak-ng、Piper の日本語、Piper のピンインのものだけです',
  'choose a voice of that language in the settings': '設定でその言語の声を選んでください',
  'choose another voice': '別の声を選んでください',
  'choose another voice in the settings': '設定で別の声を選んでください',
  'choose one of the list of voices in the settings': '設定の声の一覧から選んでください',
  'delete it and fetch it again, or choose another voice': '削除してもう一度入手するか、別の声を選んでください',
  'espeak-ng could not start with it': 'espeak-ng をこれで開始できませんでした',
  'espeak-ng reported status {status}': 'espeak-ng が状態 {status} を返しました',
  'espeak-ng takes paths of at most {MAX_PATH} bytes': 'espeak-ng のパスは {MAX_PATH} バイトまでです',
  "espeak-ng's data folder": 'espeak-ng のデータフォルダー',
  "espeak-ng's data folder (`espeak-ng-data`)": 'espeak-ng のデータフォルダー（`espeak-ng-data`）',
  'fetch it with `assets/onnxruntime/fetch.sh`, or point HANASHI_ONNXRUNTIME at a libonnxruntime of version 1.17 or later':
    '`assets/onnxruntime/fetch.sh` で入手するか、HANASHI_ONNXRUNTIME で 1.17 以降の libonnxruntime を指定してください',
  'fetch the `.onnx.json` file of the voice as well and put it beside the `.onnx` file':
    '声の `.onnx.json` ファイルも入手して、`.onnx` ファイルの隣に置いてください',
  'install the app again, or point HANASHI_ESPEAK_DATA at an espeak-ng-data folder':
    'アプリを入れ直すか、HANASHI_ESPEAK_DATA で espeak-ng-data フォルダーを指定してください',
  'install the app again: this file comes with it': 'アプリを入れ直してください。このファイルはアプリに付いています',
  'it does not fit its configuration `{config}`: {reason}': '設定 `{config}` と合いません：{reason}',
  'it gives no functions': '関数がありません',
  'it has no `phoneme_id_map`': '`phoneme_id_map` がありません',
  'it has no output': '出力がありません',
  'it is another library': '別のライブラリです',
  'it is being shut down': '終了しているところです',
  'it is not a Piper voice: the input `{name}` is missing (it has {inputs})':
    'Piper の声ではありません：入力 `{name}` がありません（あるのは {inputs}）',
  'it is not an ONNX model': 'ONNX のモデルではありません',
  'it is shown as text; the voices speak English, Chinese and Japanese, so ask the character to answer in one of them':
    '文字で表示します。声は英語・中国語・日本語を話すので、そのどれかで答えるように頼んでください',
  'it is truncated or not an ONNX model': '途切れているか、ONNX のモデルではありません',
  'it stopped at an internal error': '内部エラーで止まりました',
  'it was made for `{kind}` phonemes, {reason}': '`{kind}` の音素用で、{reason}',
  'it says that it was made for `{kind}` phonemes, and its table of phonemes has `{key}`':
    '`{kind}` の音素用とありますが、音素の表に `{key}` があります',
  "its table of phonemes is not that of Piper's pinyin: it lacks `{first}` ({count} missing in all)":
    '音素の表が Piper のピンインのものではありません：`{first}` がありません（足りないのは全部で {count} 個）',
  'its thread could not start: {error}': 'スレッドを起動できません：{error}',
  'line {number} has no cost': '{number} 行目にコストがありません',
  'more than {limit} bytes of content': '中身が {limit} バイトを超えています',
  'move it to a shorter path and point HANASHI_ESPEAK_DATA there':
    'もっと短いパスに移し、HANASHI_ESPEAK_DATA でそこを指定してください',
  'point HANASHI_ESPEAK_DATA at a complete espeak-ng-data folder, or choose another voice':
    'HANASHI_ESPEAK_DATA で完全な espeak-ng-data フォルダーを指定するか、別の声を選んでください',
  "put the voice's `.onnx.json` file beside its `.onnx` file":
    '声の `.onnx.json` ファイルを `.onnx` ファイルの隣に置いてください',
  'the Chinese dictionary': '中国語の辞書',
  'the ONNX Runtime library, which Piper voices need,': 'Piper の声に必要な ONNX Runtime ライブラリ',
  'the Piper voice `{path}`': 'Piper の声 `{path}`',
  'the configuration of the Piper voice': 'Piper の声の設定',
  'the folder `{data}`': 'フォルダー `{data}`',
  'the phoneme `{key}` has no usable id': '音素 `{key}` に使える番号がありません',
  'the voice `{id}` does not speak this language ({lang})': '声 `{id}` はこの言語（{lang}）を話しません',
  'the voice cannot read this text: it is written in {script}': 'この文章は声に出せません：{script}で書かれています',
  'the voice cannot take another line: {0}': '声は次の台詞を受け取れません：{0}',
  'the voice failed while speaking: {0}': '話している途中で声が失敗しました：{0}',
  "there are no rules for `{espeak_voice}` in espeak-ng's data":
    'espeak-ng のデータに `{espeak_voice}` の規則がありません',
  'there is no voice `{id}`': '声 `{id}` はありません',
  'too many lines are waiting': '待っている台詞が多すぎます',
  'try again in a moment': '少し待って、もう一度試してください',
  'version {version} is too old (functions of 1.{ORT_API_VERSION} are needed)':
    '版 {version} は古すぎます（1.{ORT_API_VERSION} の関数が必要です）',
  'what it gives is no sound': '出てきたものが音ではありません',
  '{WHAT} `{path}`': '{WHAT} `{path}`',
  '{count} phonemes are more than any Piper voice has': '音素が {count} 個で、Piper の声としては多すぎます',
  '{error} (file `{path}`)': '{error}（ファイル `{path}`）',
  '{size} bytes are more than any Piper voice has': '{size} バイトで、Piper の声としては大きすぎます',
  '{size} bytes are too many for a configuration': '{size} バイトは設定としては大きすぎます',
  '{what} `{path}` is damaged or not what it should be: {reason}':
    '{what} `{path}` は壊れているか、正しいものではありません：{reason}',
  '{what} cannot be used: {reason}': '{what}が使えません：{reason}',
  '{what} was not found at `{path}`': '{what}が `{path}` に見つかりません',
} satisfies Table;
