/** Chinese: what the room `audio` tells. */

import type { Table } from '.';

export const audioZh = {
  ': {source}': '：{source}',
  '`{name}` cannot be opened ({error})': '无法打开 `{name}`（{error}）',
  '`{name}` holds no sound': '`{name}` 里没有声音',
  '`{name}` is longer than {LONGEST_WAV} minutes': '`{name}` 超过 {LONGEST_WAV} 分钟',
  '`{path}` cannot be read: {reason}': '无法读取 `{path}`：{reason}',
  '`{path}` cannot be read: {what} is not supported': '无法读取 `{path}`：不支持{what}',
  '`{path}` cannot be written ({error})': '无法写入 `{path}`（{error}）',
  'a sound with {rate} samples per second cannot be converted': '无法转换每秒 {rate} 个采样的声音',
  'a table in it is longer than the file': '其中一张表比文件还长',
  "allow it in the system's privacy settings (microphone), then try again; typing works without one":
    '请在系统的隐私设置里允许（麦克风），再试一次；没有麦克风也能打字',
  'an unusual rate': '不常见的采样率',
  'another program keeps the microphone to itself': '另一个程序独占了麦克风',
  'channels that stand for no loudspeakers': '不对应扬声器的声道',
  'check that the folder exists, that you may write there, and that the disk is not full':
    '请检查文件夹是否存在、你是否有权写入、磁盘是否已满',
  'check the path, or record again': '请检查路径，或重新录音',
  'choose another device or rate and report this': '请选择别的设备或采样率，并报告这个问题',
  'choose other speakers, or switch interrupting by voice off in the settings':
    '请选择别的扬声器，或在设置里关闭语音打断',
  "choose the computer's own microphone and keep the headset for listening": '请选择电脑自带的麦克风，耳机只用来听',
  'choose the microphone that is in front of you, come closer, and speak during the test':
    '请选择你面前的那个麦克风，靠近一些，并在测试时说话',
  'close programs that keep the computer busy, or connect the microphone without a hub':
    '请关闭占用电脑的程序，或不经过集线器直接连接麦克风',
  'close that program (a call, a recorder), then try again; typing works meanwhile':
    '请关闭那个程序（通话、录音），再试一次；这期间可以打字',
  'come closer to the microphone, or switch off what makes the noise': '请靠近麦克风，或关掉发出噪声的东西',
  'connect a microphone, allow this app to use it, or choose another in the settings; typing works without one':
    '请连接麦克风、允许本应用使用，或在设置里选择另一个；没有麦克风也能打字',
  'connect speakers or headphones, or choose others in the settings; the reply goes on as text meanwhile':
    '请连接扬声器或耳机，或在设置里选择别的；这期间回答以文字继续',
  'cut it into shorter recordings': '请剪成更短的录音',
  'export it again as a WAV file': '请重新导出为 WAV 文件',
  'export it as a mono or stereo WAV file with 16 bits and 16 to 48 kHz':
    '请导出为 16 位、16 至 48 kHz 的单声道或立体声 WAV 文件',
  'it has {0}, which is not supported': '它是{0}，不受支持',
  'it is a damaged sound file: {0}': '声音文件已损坏：{0}',
  'it is cut off: {got} of {promised} samples are there': '文件不完整：{promised} 个采样中只有 {got} 个',
  'it is longer than {LONGEST_MUSIC} minutes': '它超过 {LONGEST_MUSIC} 分钟',
  'it is no WAV file ({error})': '它不是 WAV 文件（{error}）',
  'it is no sound that can be read (Ogg Vorbis, Opus, MP3, AAC, FLAC, WAV)':
    '它不是能读取的声音（Ogg Vorbis、Opus、MP3、AAC、FLAC、WAV）',
  'its encoding': '它的编码',
  'its first page cannot be read': '无法读取它的第一页',
  'its head cannot be read': '无法读取它的头部',
  'no clock that drifts by {ppm} ppm could be simulated ({what})': '无法模拟漂移 {ppm} ppm 的时钟（{what}）',
  'no converter from {from} Hz to {to} Hz could be built ({error})':
    '无法建立从 {from} Hz 到 {to} Hz 的转换（{error}）',
  'no microphone can be used ({reason})': '没有可用的麦克风（{reason}）',
  'no speakers can be used ({reason})': '没有可用的扬声器（{reason}）',
  'none is chosen': '没有选择',
  'none is connected': '没有连接',
  'opening it failed': '打开失败',
  'parts of the sound were lost': '有一部分声音丢失了',
  'record again and check the microphone': '请重新录音，并检查麦克风',
  "switch off its mute button, allow this app to use the microphone in the system's privacy settings, or choose another one":
    '请关掉它的静音键、在系统的隐私设置里允许本应用使用麦克风，或换一个麦克风',
  'the decoder gave it up': '解码器放弃了',
  'the device gives no sound any more': '设备不再传来声音',
  'the device gives telephone quality only, as Bluetooth headsets do while their microphone is open':
    '设备只有电话音质，蓝牙耳机打开麦克风时就会这样',
  'the device stopped taking sound': '设备不再接收声音',
  'the microphone gives nothing but silence': '麦克风只有静音',
  'the room is nearly as loud as your voice': '房间的声音几乎和你的声音一样大',
  'the signal is shifted (a DC offset), which a damaged cable or sound card causes':
    '信号有偏移（直流偏置），线或声卡损坏时会这样',
  'the speakers are heard so loudly that the character may take her own voice for yours':
    '扬声器在麦克风里太响，她可能会把自己的声音当成你的',
  'the system does not let this app use the microphone': '系统不允许本应用使用麦克风',
  'the thread that listens could not be started ({error})': '无法启动聆听的线程（{error}）',
  'the thread that plays sound could not be started ({error})': '无法启动播放声音的线程（{error}）',
  'there is hardly any sound in it': '里面几乎没有声音',
  'try another socket or cable; it is filtered out meanwhile': '请换一个插口或一根线试试；目前会把它滤掉',
  "turn the input level of the microphone down in the system's sound settings, or move away a little":
    '请在系统的声音设置里调低麦克风的输入音量，或离远一点',
  "turn the input level of the microphone up in the system's sound settings, or come closer":
    '请在系统的声音设置里调高麦克风的输入音量，或靠近一些',
  'turn the speakers down, move the microphone away from them, or use headphones':
    '请调低扬声器音量、让麦克风离它远一些，或使用耳机',
  'use a rate between {RATES} and {RATES2}': '请使用 {RATES} 到 {RATES2} 之间的采样率',
  'what speakers play at {rate} samples per second cannot be followed ({what})':
    '无法跟踪扬声器以每秒 {rate} 个采样播放的声音（{what}）',
  'your voice is distorted: it is louder than the device can express': '你的声音失真了：超出了设备能表达的范围',
  'your voice is too quiet': '你的声音太小',
  'your voice was no louder than the room': '你的声音没有比房间的声音更大',
  '{bits} bits a sample': '每个采样 {bits} 位',
  '{channels} channels': '{channels} 个声道',
  '{rate} samples a second': '每秒 {rate} 个采样',
  '{sample_rate} samples per second': '每秒 {sample_rate} 个采样',
} satisfies Table;
