/** Chinese: what the room `tts` tells. */

import type { Table } from '.';

export const ttsZh = {
  '`audio.sample_rate` is missing or not between 8000 and 48000': '`audio.sample_rate` 缺失，或不在 8000 到 48000 之间',
  '`espeak.voice` is missing': '缺少 `espeak.voice`',
  '`phoneme_id_map` has ids outside `num_symbols`': '`phoneme_id_map` 里有超出 `num_symbols` 的编号',
  '`phoneme_id_map` lacks `{needed}`': '`phoneme_id_map` 里没有 `{needed}`',
  '`{path}` as ONNX Runtime': '`{path}`（作为 ONNX Runtime）',
  '`{region}` is no code of a language': '`{region}` 不是语言代码',
  "and this version only has those of espeak-ng, of Piper's Japanese and of Piper's pinyin":
    '而这个版本只有 espeak-ng、Piper 日语和 Piper 拼音的音素',
  'choose a voice of that language in the settings': '请在设置里选择那种语言的语音',
  'choose another voice': '请选择别的语音',
  'choose another voice in the settings': '请在设置里选择别的语音',
  'choose one of the list of voices in the settings': '请在设置的语音列表里选择一个',
  'delete it and fetch it again, or choose another voice': '请删除后重新下载，或选择别的语音',
  'espeak-ng could not start with it': 'espeak-ng 无法用它启动',
  'espeak-ng reported status {status}': 'espeak-ng 报告状态 {status}',
  'espeak-ng takes paths of at most {MAX_PATH} bytes': 'espeak-ng 的路径最多 {MAX_PATH} 字节',
  "espeak-ng's data folder": 'espeak-ng 的数据文件夹',
  "espeak-ng's data folder (`espeak-ng-data`)": 'espeak-ng 的数据文件夹（`espeak-ng-data`）',
  'fetch it with `assets/onnxruntime/fetch.sh`, or point HANASHI_ONNXRUNTIME at a libonnxruntime of version 1.17 or later':
    '请用 `assets/onnxruntime/fetch.sh` 下载，或让 HANASHI_ONNXRUNTIME 指向 1.17 或更新版本的 libonnxruntime',
  'fetch the `.onnx.json` file of the voice as well and put it beside the `.onnx` file':
    '请同时下载语音的 `.onnx.json` 文件，放在 `.onnx` 文件旁边',
  'install the app again, or point HANASHI_ESPEAK_DATA at an espeak-ng-data folder':
    '请重新安装应用，或让 HANASHI_ESPEAK_DATA 指向 espeak-ng-data 文件夹',
  'install the app again: this file comes with it': '请重新安装应用：这个文件是应用附带的',
  'it does not fit its configuration `{config}`: {reason}': '它和配置 `{config}` 不符：{reason}',
  'it gives no functions': '它没有给出函数',
  'it has no `phoneme_id_map`': '它没有 `phoneme_id_map`',
  'it has no output': '它没有输出',
  'it is another library': '这是另一个库',
  'it is being shut down': '它正在关闭',
  'it is not a Piper voice: the input `{name}` is missing (it has {inputs})':
    '它不是 Piper 语音：缺少输入 `{name}`（它有 {inputs}）',
  'it is not an ONNX model': '它不是 ONNX 模型',
  'it is shown as text; the voices speak English, Chinese and Japanese, so ask the character to answer in one of them':
    '会以文字显示；语音会说英语、中文和日语，请让角色用其中一种回答',
  'it is truncated or not an ONNX model': '它不完整，或不是 ONNX 模型',
  'it stopped at an internal error': '它因内部错误停了',
  'it was made for `{kind}` phonemes, {reason}': '它是为 `{kind}` 音素做的，{reason}',
  'it says that it was made for `{kind}` phonemes, and its table of phonemes has `{key}`':
    '它说自己是为 `{kind}` 音素做的，音素表里却有 `{key}`',
  "its table of phonemes is not that of Piper's pinyin: it lacks `{first}` ({count} missing in all)":
    '它的音素表不是 Piper 拼音的：缺少 `{first}`（一共缺 {count} 个）',
  'its thread could not start: {error}': '线程无法启动：{error}',
  'line {number} has no cost': '第 {number} 行没有代价',
  'more than {limit} bytes of content': '内容超过 {limit} 字节',
  'move it to a shorter path and point HANASHI_ESPEAK_DATA there':
    '请移到更短的路径，并让 HANASHI_ESPEAK_DATA 指向那里',
  'point HANASHI_ESPEAK_DATA at a complete espeak-ng-data folder, or choose another voice':
    '请让 HANASHI_ESPEAK_DATA 指向完整的 espeak-ng-data 文件夹，或选择别的语音',
  "put the voice's `.onnx.json` file beside its `.onnx` file": '请把语音的 `.onnx.json` 文件放在 `.onnx` 文件旁边',
  'the Chinese dictionary': '中文词典',
  'the ONNX Runtime library, which Piper voices need,': 'Piper 语音需要的 ONNX Runtime 库',
  'the Piper voice `{path}`': 'Piper 语音 `{path}`',
  'the configuration of the Piper voice': 'Piper 语音的配置',
  'the folder `{data}`': '文件夹 `{data}`',
  'the phoneme `{key}` has no usable id': '音素 `{key}` 没有可用的编号',
  'the voice `{id}` does not speak this language ({lang})': '语音 `{id}` 不说这种语言（{lang}）',
  'the voice cannot read this text: it is written in {script}': '语音读不了这段文字：它是用{script}写的',
  'the voice cannot take another line: {0}': '语音不能再接一句：{0}',
  'the voice failed while speaking: {0}': '语音在说话时出错：{0}',
  "there are no rules for `{espeak_voice}` in espeak-ng's data": 'espeak-ng 的数据里没有 `{espeak_voice}` 的规则',
  'there is no voice `{id}`': '没有语音 `{id}`',
  'too many lines are waiting': '等待的句子太多',
  'try again in a moment': '请稍后再试',
  'version {version} is too old (functions of 1.{ORT_API_VERSION} are needed)':
    '版本 {version} 太旧（需要 1.{ORT_API_VERSION} 的函数）',
  'what it gives is no sound': '它给出的不是声音',
  '{WHAT} `{path}`': '{WHAT} `{path}`',
  '{count} phonemes are more than any Piper voice has': '{count} 个音素，比任何 Piper 语音都多',
  '{error} (file `{path}`)': '{error}（文件 `{path}`）',
  '{size} bytes are more than any Piper voice has': '{size} 字节，比任何 Piper 语音都大',
  '{size} bytes are too many for a configuration': '{size} 字节对配置来说太大',
  '{what} `{path}` is damaged or not what it should be: {reason}': '{what} `{path}` 已损坏，或不是应有的文件：{reason}',
  '{what} cannot be used: {reason}': '{what}无法使用：{reason}',
  '{what} was not found at `{path}`': '在 `{path}` 没有找到{what}',
} satisfies Table;
