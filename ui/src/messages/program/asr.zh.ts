/** Chinese: what the room `asr` tells. */

import type { Table } from '.';

export const asrZh = {
  '`{path}` could not be loaded ({error})': '无法载入 `{path}`（{error}）',
  '`{path}` is a test file without weights and recognises nothing': '`{path}` 是没有权重的测试文件，什么也识别不了',
  '`{path}` is not a usable Whisper model: {reason}': '`{path}` 不是可用的 Whisper 模型：{reason}',
  'a mistake in the program': '程序自身的错误',
  'check the path, or choose another recogniser in the settings': '请检查路径，或在设置里选择别的识别模型',
  'choose another recogniser in the settings': '请在设置里选择别的识别模型',
  'close other programs, or choose a smaller recogniser': '请关闭其他程序，或选择更小的识别模型',
  "fetch it again, or choose another recogniser (whisper.cpp's `ggml-….bin` files work)":
    '请重新下载，或选择别的识别模型（whisper.cpp 的 `ggml-….bin` 文件可用）',
  'it does not begin like one': '开头不是这种文件应有的样子',
  'it holds an unknown part (`{name}`)': '里面有未知的部分（`{name}`）',
  'it is a GGUF file, which is how language models are stored': '这是 GGUF 文件，那是语言模型的格式',
  'it is cut off after {bytes} bytes': '文件在 {bytes} 字节之后被截断',
  'it is cut off: `{name}` is missing': '文件不完整：缺少 `{name}`',
  'it is damaged at byte {at}': '第 {at} 字节处已损坏',
  'it is empty': '内容是空的',
  'it is not a file': '这不是文件',
  'its header makes no sense ({n})': '文件头不合理（{n}）',
  'its part `{name}` has a wrong shape or type': '`{name}` 部分的形状或类型不对',
  'its sound filters are {mels} by {bins}': '声音滤波器是 {mels} × {bins}',
  'its vocabulary has no blank': '词表里没有空白符',
  'its vocabulary has {count} entries': '词表有 {count} 项',
  'its vocabulary is damaged': '词表已损坏',
  'its weights do not fit their storage type': '权重和存储类型不符',
  'loading it failed': '载入失败',
  'remove them from the settings to get the defaults': '请从设置里删除它们，恢复默认值',
  'say it again': '请再说一次',
  'say it again in a moment': '请稍后再说一次',
  'speech recognition failed: {what}': '语音识别失败：{what}',
  'the recogniser `{path}` cannot be opened ({error})': '无法打开识别模型 `{path}`（{error}）',
  'the recogniser is still busy with what was said before': '识别模型还在处理之前说的话',
  'the recogniser stopped': '识别模型停了',
  'the recognition was cancelled': '识别已取消',
  'the settings for the end of speech make no sense ({patience})': '判断话说完的设置不合理（{patience}）',
  'the settings of the speech detector make no sense ({self})': '语音检测的设置不合理（{self}）',
  'the thread that recognises speech could not be started ({error})': '无法启动语音识别的线程（{error}）',
  'this processor lacks the instructions that speech recognition needs (AVX2, FMA, F16C, BMI2)':
    '这个处理器缺少语音识别需要的指令（AVX2、FMA、F16C、BMI2）',
  'try again; if it happens again, choose another recogniser and report this':
    '请再试一次；如果再次发生，请选择别的识别模型并报告',
  'type instead, or build the app on this machine with GGML_NATIVE=ON':
    '请改为打字，或在这台电脑上用 GGML_NATIVE=ON 构建应用',
} satisfies Table;
