/** What the fake program and tests of the studio begin with. */

import { NO_CHOICE, type StudioDesk, type StudioRun } from '$lib/backend/studio';

export const run = (changes: Partial<StudioRun>): StudioRun => ({
  state: 'training',
  step: 0,
  total: 10,
  part: 0,
  left: null,
  tokensPerS: null,
  train: [],
  watched: [],
  samples: [],
  noBetter: false,
  method: 'speak',
  device: 'cpu',
  notice: null,
  problem: null,
  ...changes,
});

/** A project whose files were just read. */
export const desk = (id: string, changes: Partial<StudioDesk> = {}): StudioDesk => ({
  id,
  name: id,
  sources: [],
  ownChats: false,
  scan: { engines: [], tried: true, files: 1, lines: 1, chats: 0, unknown: 0, refused: [], people: [] },
  choice: NO_CHOICE,
  dataset: null,
  asking: null,
  recipe: { base: '', method: 'speak', effort: 'usual', epochs: null, learningRate: null, device: null },
  run: null,
  trained: false,
  judge: false,
  votes: { tuned: 0, tie: 0, base: 0 },
  usedBy: null,
  ...changes,
});
