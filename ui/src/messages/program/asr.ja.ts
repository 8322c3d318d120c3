/** Japanese: what the room `asr` tells. */

import type { Table } from '.';

export const asrJa = {
  '`{path}` could not be loaded ({error})': '`{path}` を読み込めませんでした（{error}）',
  '`{path}` is a test file without weights and recognises nothing':
    '`{path}` は重みのないテスト用ファイルで、何も認識できません',
  '`{path}` is not a usable Whisper model: {reason}': '`{path}` は使える Whisper のモデルではありません：{reason}',
  'a mistake in the program': 'プログラムの誤り',
  'check the path, or choose another recogniser in the settings':
    'パスを確かめるか、設定で別の音声認識を選んでください',
  'choose another recogniser in the settings': '設定で別の音声認識を選んでください',
  'close other programs, or choose a smaller recogniser':
    '他のプログラムを閉じるか、もっと小さな音声認識を選んでください',
  "fetch it again, or choose another recogniser (whisper.cpp's `ggml-….bin` files work)":
    'もう一度入手するか、別の音声認識を選んでください（whisper.cpp の `ggml-….bin` が使えます）',
  'it does not begin like one': '始まりがその形式ではありません',
  'it holds an unknown part (`{name}`)': '未知の部分（`{name}`）があります',
  'it is a GGUF file, which is how language models are stored': 'GGUF ファイルで、これは言語モデルの形式です',
  'it is cut off after {bytes} bytes': '{bytes} バイトで途切れています',
  'it is cut off: `{name}` is missing': '途切れています：`{name}` がありません',
  'it is damaged at byte {at}': '{at} バイト目が壊れています',
  'it is empty': '中身が空です',
  'it is not a file': 'ファイルではありません',
  'its header makes no sense ({n})': 'ヘッダーがおかしいです（{n}）',
  'its part `{name}` has a wrong shape or type': '`{name}` の部分の形か型が違います',
  'its sound filters are {mels} by {bins}': '音のフィルターが {mels} × {bins} です',
  'its vocabulary has no blank': '語彙に空白記号がありません',
  'its vocabulary has {count} entries': '語彙が {count} 件です',
  'its vocabulary is damaged': '語彙が壊れています',
  'its weights do not fit their storage type': '重みが保存の型と合いません',
  'loading it failed': '読み込みに失敗しました',
  'remove them from the settings to get the defaults': '設定から取り除くと、既定値に戻ります',
  'say it again': 'もう一度話してください',
  'say it again in a moment': '少し待って、もう一度話してください',
  'speech recognition failed: {what}': '音声認識に失敗しました：{what}',
  'the recogniser `{path}` cannot be opened ({error})': '音声認識 `{path}` を開けません（{error}）',
  'the recogniser is still busy with what was said before': '音声認識は、前に話したことをまだ処理しています',
  'the recogniser stopped': '音声認識が止まりました',
  'the recognition was cancelled': '認識は取り消されました',
  'the settings for the end of speech make no sense ({patience})': '話し終わりの設定がおかしいです（{patience}）',
  'the settings of the speech detector make no sense ({self})': '声の検出の設定がおかしいです（{self}）',
  'the thread that recognises speech could not be started ({error})':
    '音声認識のスレッドを起動できませんでした（{error}）',
  'this processor lacks the instructions that speech recognition needs (AVX2, FMA, F16C, BMI2)':
    'この CPU には音声認識に必要な命令（AVX2、FMA、F16C、BMI2）がありません',
  'try again; if it happens again, choose another recogniser and report this':
    'もう一度試してください。また起きたら、別の音声認識を選んで報告してください',
  'type instead, or build the app on this machine with GGML_NATIVE=ON':
    '代わりに入力するか、このパソコンで GGML_NATIVE=ON を付けてアプリをビルドしてください',
} satisfies Table;
