/** Japanese: what the room `dialogue` tells. */

import type { Table } from '.';

export const dialogueJa = {
  '`{character}` is not there': '`{character}` はここにいません',
  'allow longer replies in the settings, or choose a model with a longer context':
    '設定でもっと長い返事を許すか、コンテキストの長いモデルを選んでください',
  'ask for another answer, or choose another model': '別の返事を求めるか、別のモデルを選んでください',
  'go on; if it happens again, choose another voice or start the app again':
    'そのまま続けてください。また起きたら、別の声を選ぶかアプリを起動し直してください',
  'invite them into the conversation first': '先に会話へ招いてください',
  'more than two minutes of speech were waiting to be written down, and only the last part is kept':
    '書き起こしを待つ声が二分を超えたため、最後の部分だけを残しました',
  'open the conversation again': '会話を開き直してください',
  'say it again; if it happens again, choose another model or start the app again':
    'もう一度話してください。また起きたら、別のモデルを選ぶかアプリを起動し直してください',
  'say something first': '先に何か話してください',
  'say the first part again, or wait until recognition is ready':
    '最初の部分をもう一度話すか、音声認識の準備ができるまで待ってください',
  'the conversation has been closed; start the app again': '会話は閉じられました。アプリを起動し直してください',
  'the language model': '言語モデル',
  'the language model stopped in the middle of its reply': '言語モデルが返事の途中で止まりました',
  'the message `{id}` is not in the log': 'メッセージ `{id}` は記録にありません',
  'the model answered with nothing': 'モデルの返事が空でした',
  'the recogniser': '音声認識',
  'the reply was at its end before it said anything': '何も言わないうちに、返事が長さの上限に達しました',
  'the voice stopped in the middle of a line': '声が台詞の途中で止まりました',
  'there is nothing to answer again yet': '答え直すものがまだありません',
  'wait until it is ready, or choose another one in the settings':
    '準備ができるまで待つか、設定で別のものを選んでください',
  '{part} is not there any more': '{part}はもうありません',
} satisfies Table;
