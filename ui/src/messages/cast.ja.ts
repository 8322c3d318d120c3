/** Japanese: several characters in one conversation. */

import type { castEn } from './cast.en';

export const castJa: typeof castEn = {
  cast: 'ここにいる人',
  castHint: 'ひとつの会話には三人までいられます。それぞれに声と表情と記憶があり、ほかの人の言葉も聞こえています。',
  castHome: 'この会話の主',
  castGuest: 'ゲスト',
  castSpeak: '今話す',
  castSpeaks: (name: string) => `${name}に話してもらう`,
  castMutedSpeaks: (name: string) => `${name}に話してもらう（ミュート中：頼んだときだけ）`,
  castMute: (name: string) => `選んだときだけ${name}が話す`,
  castAway: '帰ってもらう',
  castInvite: '招く',
  castInviteNow: 'この会話に招く',
  castInvited: (name: string) => `${name}が会話に加わりました。`,
  castNobody: 'ライブラリにはまだほかの人がいません。',
  castFull: 'ゲストは二人までです。招くには、先に一人帰ってもらってください。',
  castTurns: 'あなたの次に誰が話すか',
  castOne: '一回に一つの返事',
  castMany: '彼らどうしで話す',
  castLines: (lines: number) => `${lines}行まで`,
  castKeys: 'Shift と 1、2、3 で、一人目、二人目、三人目に話してもらえます。',
  castAnd: '、',
  castRow: 'この会話にいる人',
  whySpoke: '誰の番だったか',
  becauseOf: {
    chosen: (name: string) => `あなたが${name}を選びました。`,
    named: (name: string) => `あなたの言葉に${name}の名前がありました。`,
    addressed: (name: string) => `前の言葉に${name}の名前がありました。`,
    silent: (name: string) => `話し好きの度合いのわりに、${name}がいちばん長く黙っていました。`,
    only: (name: string) => `自分から話すのは${name}だけです。`,
    on: (name: string) => `${name}は続けるように頼まれました。`,
  },
};
