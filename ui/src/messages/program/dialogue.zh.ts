/** Chinese: what the room `dialogue` tells. */

import type { Table } from '.';

export const dialogueZh = {
  '`{character}` is not there': '`{character}` 不在这里',
  'allow longer replies in the settings, or choose a model with a longer context':
    '请在设置里允许更长的回答，或选择上下文更长的模型',
  'ask for another answer, or choose another model': '请换个回答，或选择别的模型',
  'go on; if it happens again, choose another voice or start the app again':
    '请继续；如果再次发生，请选择别的语音或重新启动应用',
  'invite them into the conversation first': '请先邀请他们进入对话',
  'more than two minutes of speech were waiting to be written down, and only the last part is kept':
    '等待写下的语音超过两分钟，只保留了最后一部分',
  'open the conversation again': '请重新打开对话',
  'say it again; if it happens again, choose another model or start the app again':
    '请再说一次；如果再次发生，请选择别的模型或重新启动应用',
  'say something first': '请先说点什么',
  'say the first part again, or wait until recognition is ready': '请把前面的部分再说一次，或等识别准备好',
  'the conversation has been closed; start the app again': '对话已关闭；请重新启动应用',
  'the language model': '语言模型',
  'the language model stopped in the middle of its reply': '语言模型在回答途中停了',
  'the message `{id}` is not in the log': '消息 `{id}` 不在记录里',
  'the model answered with nothing': '模型的回答是空的',
  'the recogniser': '识别模型',
  'the reply was at its end before it said anything': '回答还没说什么就到了长度上限',
  'the voice stopped in the middle of a line': '语音在一句话中间停了',
  'there is nothing to answer again yet': '还没有可以重新回答的内容',
  'wait until it is ready, or choose another one in the settings': '请等它准备好，或在设置里选择另一个',
  '{part} is not there any more': '{part}已经不在了',
} satisfies Table;
