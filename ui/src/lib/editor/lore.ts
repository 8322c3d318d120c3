/** New lorebook entries. */

import type { EntryDocument } from '$lib/backend/library';

/** What the specification says of an entry that says nothing. */
export const blankEntry = (): EntryDocument => ({
  origin: null,
  name: '',
  comment: '',
  keys: [],
  secondaryKeys: [],
  selective: false,
  logic: 'and_any',
  useRegex: false,
  content: '',
  enabled: true,
  constant: false,
  caseSensitive: null,
  wholeWords: null,
  insertionOrder: 100,
  priority: null,
  position: 'before_char',
  depth: null,
  role: 'system',
  scanDepth: null,
  probability: null,
  sticky: null,
  cooldown: null,
  delay: null,
  group: '',
  groupWeight: null,
  groupOverride: false,
  excludeRecursion: false,
  preventRecursion: false,
  delayUntilRecursion: false,
});
