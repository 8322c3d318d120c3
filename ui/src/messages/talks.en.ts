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
    'Once deleted for good, nothing of it is left: the words leave the database and its copies. Your own exports stay.',
  talkPurgeAll: 'Delete all for good',
  talkPurged: (n: number) =>
    n === 1 ? 'One conversation is deleted for good.' : `${n} conversations are deleted for good.`,
  talkCopies: 'These copies could not be changed and still hold it. Delete the files yourself:',
};
