/** Chinese: conversations that are deleted. */

import type { talksEn } from './talks.en';

export const talksZh: typeof talksEn = {
  talkRemove: (title: string) => `删除：${title}`,
  talkRemoveTitle: '要删除这段对话吗？',
  talkRemoveHint: '它会连同里面说过的一切进入回收站，还可以从那里恢复。',
  talkRemoveSaves: (n: number) => `有 ${n} 个存档指向它，会一起消失。`,
  talkForget: '连在里面了解到的事也一起忘掉',
  talkForgetHint: '否则了解到的事仍会记得，但说出它们的原话不再保留。',
  talkRemoveNow: '删除',
  talkRemoved: (title: string) => `“${title}”已放进回收站。`,
  talkBack: '撤销',
  talkRestored: (title: string) => `“${title}”已恢复。`,
  talkTrash: '已删除的对话',
  talkTrashHint:
    '彻底删除后，文字会从数据库、备份以及由此生成的内容中清除；无法改动的备份会逐一列出。你自己导出的文件、其他被搁置的损坏文件，以及恢复备份之前的内容会保留。',
  talkPurgeAll: '全部彻底删除',
  talkPurged: (n: number) => `已彻底删除 ${n} 段对话。`,
  talkCopies: '下面的备份无法修改，里面仍有这段对话。请自行删除这些文件：',
};
