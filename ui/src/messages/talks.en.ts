/** English: conversations that are deleted. */
export const talksEn = {
  talkRemove: (title: string) => `Delete: ${title}`,
  talkRemoveTitle: 'Delete this conversation?',
  talkRemoveHint: 'It goes into the trash with everything said in it, and can be brought back from there.',
  talkRemoveSaves: (n: number) =>
    n === 1 ? '1 save points into it and goes with it.' : `${n} saves point into it and go with it.`,
  talkForget: 'Also forget what was learned there',
  talkForgetHint: 'Otherwise the facts stay known, without the words that told them.',
  talkRemoveNow: 'Delete',
  talkRemoved: (title: string) => `“${title}” is in the trash.`,
  talkBack: 'Undo',
  talkRestored: (title: string) => `“${title}” is back.`,
  talkTrash: 'Deleted conversations',
  talkTrashHint:
    'Deleted for good means that the words leave the database, its copies and what was made of them. Copies that cannot be changed are named. Your own exports stay, and so do other damaged files and what was there before a backup was brought back.',
  talkPurgeAll: 'Delete all for good',
  talkPurged: (n: number) =>
    n === 1 ? 'One conversation is deleted for good.' : `${n} conversations are deleted for good.`,
  talkCopies: 'These copies could not be changed and still hold it. Delete the files yourself:',
};
