/** Japanese: conversations that are deleted. */

import type { talksEn } from './talks.en';

export const talksJa: typeof talksEn = {
  talkRemove: (title: string) => `削除：${title}`,
  talkRemoveTitle: 'この会話を削除しますか？',
  talkRemoveHint: '話したことすべてと一緒にごみ箱に入ります。ごみ箱から元に戻せます。',
  talkRemoveSaves: (n: number) => `この会話を指すセーブ ${n} 件も一緒になくなります。`,
  talkForget: 'ここで知ったことも忘れる',
  talkForgetHint: '忘れない場合、知ったことは覚えたままで、話したときの言葉だけがなくなります。',
  talkRemoveNow: '削除',
  talkRemoved: (title: string) => `「${title}」をごみ箱に入れました。`,
  talkBack: '元に戻す',
  talkRestored: (title: string) => `「${title}」を元に戻しました。`,
  talkTrash: '削除した会話',
  talkTrashHint:
    '完全に消すと、言葉はデータベースとその控え、そこから作られたものから消えます。書き換えられない控えは名前を示します。ご自分で書き出したファイル、ほかの壊れたファイル、控えを戻す前にあったものは残ります。',
  talkPurgeAll: 'すべて完全に消す',
  talkPurged: (n: number) => `会話 ${n} 件を完全に消しました。`,
  talkCopies: '次の控えは書き換えられず、まだ会話が残っています。ファイルをご自分で削除してください：',
};
