/** Japanese: what the room `audio` tells. */

import type { Table } from '.';

export const audioJa = {
  ': {source}': '：{source}',
  '`{name}` cannot be opened ({error})': '`{name}` を開けません（{error}）',
  '`{name}` holds no sound': '`{name}` には音がありません',
  '`{name}` is longer than {LONGEST_WAV} minutes': '`{name}` は {LONGEST_WAV} 分を超えています',
  '`{path}` cannot be read: {reason}': '`{path}` を読めません：{reason}',
  '`{path}` cannot be read: {what} is not supported': '`{path}` を読めません：{what}には対応していません',
  '`{path}` cannot be written ({error})': '`{path}` に書き込めません（{error}）',
  'a sound with {rate} samples per second cannot be converted': '毎秒 {rate} サンプルの音は変換できません',
  'a table in it is longer than the file': '中の表がファイルより長いです',
  "allow it in the system's privacy settings (microphone), then try again; typing works without one":
    'システムのプライバシー設定（マイク）で許可して、もう一度試してください。マイクがなくても入力で話せます',
  'an unusual rate': '珍しいサンプリングレート',
  'another program keeps the microphone to itself': '別のプログラムがマイクを独占しています',
  'channels that stand for no loudspeakers': 'スピーカーに対応しないチャンネル',
  'check that the folder exists, that you may write there, and that the disk is not full':
    'フォルダーがあるか、書き込む権限があるか、ディスクがいっぱいでないかを確かめてください',
  'check the path, or record again': 'パスを確かめるか、もう一度録音してください',
  'choose another device or rate and report this': '別のデバイスかサンプリングレートを選び、この問題を報告してください',
  'choose other speakers, or switch interrupting by voice off in the settings':
    '別のスピーカーを選ぶか、設定で声による割り込みを切ってください',
  "choose the computer's own microphone and keep the headset for listening":
    'パソコンのマイクを選び、ヘッドセットは聞くためだけに使ってください',
  'choose the microphone that is in front of you, come closer, and speak during the test':
    '目の前にあるマイクを選び、近づいて、テスト中に話してください',
  'close programs that keep the computer busy, or connect the microphone without a hub':
    'パソコンに負担をかけているプログラムを閉じるか、ハブを使わずにマイクをつないでください',
  'close that program (a call, a recorder), then try again; typing works meanwhile':
    'そのプログラム（通話や録音）を閉じて、もう一度試してください。その間も入力はできます',
  'come closer to the microphone, or switch off what makes the noise':
    'マイクに近づくか、音を出しているものを止めてください',
  'connect a microphone, allow this app to use it, or choose another in the settings; typing works without one':
    'マイクをつなぐか、このアプリに使用を許可するか、設定で別のものを選んでください。マイクがなくても入力で話せます',
  'connect speakers or headphones, or choose others in the settings; the reply goes on as text meanwhile':
    'スピーカーかヘッドホンをつなぐか、設定で別のものを選んでください。返事は文字で続きます',
  'cut it into shorter recordings': 'もっと短い録音に切り分けてください',
  'export it again as a WAV file': 'WAV ファイルとしてもう一度書き出してください',
  'export it as a mono or stereo WAV file with 16 bits and 16 to 48 kHz':
    '16 ビット、16〜48 kHz のモノラルかステレオの WAV ファイルとして書き出してください',
  'it has {0}, which is not supported': '{0}で、これには対応していません',
  'it is a damaged sound file: {0}': '音のファイルが壊れています：{0}',
  'it is cut off: {got} of {promised} samples are there':
    '途切れています：{promised} サンプルのうち {got} しかありません',
  'it is longer than {LONGEST_MUSIC} minutes': '{LONGEST_MUSIC} 分を超えています',
  'it is no WAV file ({error})': 'WAV ファイルではありません（{error}）',
  'it is no sound that can be read (Ogg Vorbis, Opus, MP3, AAC, FLAC, WAV)':
    '読める音ではありません（Ogg Vorbis、Opus、MP3、AAC、FLAC、WAV）',
  'its encoding': 'その符号化',
  'its first page cannot be read': '最初のページを読めません',
  'its head cannot be read': '先頭の部分を読めません',
  'no clock that drifts by {ppm} ppm could be simulated ({what})': '{ppm} ppm ずれる時計を再現できません（{what}）',
  'no converter from {from} Hz to {to} Hz could be built ({error})':
    '{from} Hz から {to} Hz への変換を用意できません（{error}）',
  'no microphone can be used ({reason})': '使えるマイクがありません（{reason}）',
  'no speakers can be used ({reason})': '使えるスピーカーがありません（{reason}）',
  'none is chosen': '選ばれていません',
  'none is connected': 'つながっていません',
  'opening it failed': '開けませんでした',
  'parts of the sound were lost': '音の一部が失われました',
  'record again and check the microphone': 'もう一度録音し、マイクを確かめてください',
  "switch off its mute button, allow this app to use the microphone in the system's privacy settings, or choose another one":
    'ミュートを解除し、システムのプライバシー設定でこのアプリにマイクの使用を許可するか、別のマイクを選んでください',
  'the decoder gave it up': 'デコーダーが処理できませんでした',
  'the device gives no sound any more': 'デバイスから音が来なくなりました',
  'the device gives telephone quality only, as Bluetooth headsets do while their microphone is open':
    '電話なみの音質です。Bluetooth ヘッドセットはマイクを使うとこうなります',
  'the device stopped taking sound': 'デバイスが音を受け取らなくなりました',
  'the microphone gives nothing but silence': 'マイクからは無音しか届きません',
  'the room is nearly as loud as your voice': '部屋の音が声とほとんど同じ大きさです',
  'the signal is shifted (a DC offset), which a damaged cable or sound card causes':
    '信号がずれています（直流オフセット）。ケーブルやサウンドカードの故障で起こります',
  'the speakers are heard so loudly that the character may take her own voice for yours':
    'スピーカーの音がマイクに大きく入り、彼女が自分の声をあなたの声と間違えるかもしれません',
  'the system does not let this app use the microphone': 'システムがこのアプリにマイクの使用を許していません',
  'the thread that listens could not be started ({error})': '聞き取りのスレッドを起動できませんでした（{error}）',
  'the thread that plays sound could not be started ({error})': '音を鳴らすスレッドを起動できませんでした（{error}）',
  'there is hardly any sound in it': '音がほとんどありません',
  'try another socket or cable; it is filtered out meanwhile':
    '別の端子やケーブルを試してください。それまでは取り除いています',
  "turn the input level of the microphone down in the system's sound settings, or move away a little":
    'システムのサウンド設定でマイクの入力音量を下げるか、少し離れてください',
  "turn the input level of the microphone up in the system's sound settings, or come closer":
    'システムのサウンド設定でマイクの入力音量を上げるか、近づいてください',
  'turn the speakers down, move the microphone away from them, or use headphones':
    'スピーカーの音量を下げるか、マイクを離すか、ヘッドホンを使ってください',
  'use a rate between {RATES} and {RATES2}': '{RATES} から {RATES2} までのサンプリングレートを使ってください',
  'what speakers play at {rate} samples per second cannot be followed ({what})':
    '毎秒 {rate} サンプルで鳴る音を追えません（{what}）',
  'your voice is distorted: it is louder than the device can express':
    '声が割れています。機器が扱える大きさを超えています',
  'your voice is too quiet': '声が小さすぎます',
  'your voice was no louder than the room': '声が部屋の音より大きくありませんでした',
  '{bits} bits a sample': '1 サンプル {bits} ビット',
  '{channels} channels': '{channels} チャンネル',
  '{rate} samples a second': '毎秒 {rate} サンプル',
  '{sample_rate} samples per second': '毎秒 {sample_rate} サンプル',
} satisfies Table;
