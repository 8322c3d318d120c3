/** Chinese: several characters in one conversation. */

import type { castEn } from './cast.en';

export const castZh: typeof castEn = {
  cast: '在场的人',
  castHint: '一段对话里最多可以有三个角色。每个人都有自己的声音、表情和记忆，也听得到别人说的话。',
  castHome: '这是与其的对话',
  castGuest: '客人',
  castSpeak: '现在说话',
  castSpeaks: (name: string) => `让${name}说话`,
  castMutedSpeaks: (name: string) => `让${name}说话（已静音：只在被叫到时开口）`,
  castMute: (name: string) => `只有你选择时${name}才说话`,
  castAway: '请其离开',
  castInvite: '邀请',
  castInviteNow: '邀请进入这段对话',
  castInvited: (name: string) => `${name}加入了对话。`,
  castNobody: '角色库里还没有别人。',
  castFull: '最多两位客人。先请一位离开，才能再邀请。',
  castTurns: '你说完之后谁说话',
  castOne: '每轮一个回答',
  castMany: '他们彼此交谈',
  castLines: (lines: number) => `最多${lines}句`,
  castKeys: '按 Shift 加 1、2 或 3，让第一、第二或第三个人说话。',
  castAnd: '、',
  castRow: '这段对话里的角色',
  whySpoke: '为什么轮到谁',
  becauseOf: {
    chosen: (name: string) => `你选了${name}说话。`,
    named: (name: string) => `你的话里提到了${name}。`,
    addressed: (name: string) => `前一句提到了${name}。`,
    silent: (name: string) => `按各自的健谈程度，${name}沉默得最久。`,
    only: (name: string) => `除了${name}，没有人会主动说话。`,
    on: (name: string) => `${name}被请求继续说。`,
  },
};
