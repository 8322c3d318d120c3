/** English: several characters in one conversation. */

import type { Because } from '$lib/backend/cast';

export const castEn = {
  cast: 'Who is here',
  castHint:
    'Up to three characters can share a conversation. Each speaks with a voice, a face and memories of their own, and hears what the others say.',
  castHome: 'It is their conversation',
  castGuest: 'Guest',
  castSpeak: 'Speak now',
  castSpeaks: (name: string) => `Let ${name} speak`,
  castMutedSpeaks: (name: string) => `Let ${name} speak (muted: only when asked)`,
  castMute: (name: string) => `${name} speaks only when you choose`,
  castAway: 'Send away',
  castInvite: 'Invite',
  castInviteNow: 'Invite into this conversation',
  castInvited: (name: string) => `${name} has come into the conversation.`,
  castNobody: 'There is nobody else in the library yet.',
  castFull: 'There is room for two guests. Send one away to invite another.',
  castTurns: 'Who speaks after you',
  castOne: 'One answer a turn',
  castMany: 'They talk among themselves',
  castLines: (lines: number) => `up to ${lines} lines`,
  castKeys: 'Shift and 1, 2 or 3 let the first, second or third of them speak.',
  castAnd: ', ',
  castRow: 'Characters in this conversation',
  whySpoke: 'Whose turn it was',
  becauseOf: {
    chosen: (name: string) => `You chose ${name} to speak.`,
    named: (name: string) => `Your line named ${name}.`,
    addressed: (name: string) => `The line before named ${name}.`,
    silent: (name: string) => `${name} had been silent longest, for one as talkative.`,
    only: (name: string) => `Nobody but ${name} may speak unasked.`,
    on: (name: string) => `${name} was asked to go on.`,
  } satisfies Record<Because, (name: string) => string>,
};
