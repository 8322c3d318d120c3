/** Cards, books and notes of the fake library; with `?library=N` it makes up that many cards. */

import { blankEntry } from '$lib/editor/lore';
import type { AssetRow, BookDocument, EntryDocument, LibraryCard } from './library';

const FIRST = ['Aoi', 'Mei', 'Ren', 'Yuki', '小雨', '霧島', 'Iris', 'Noah', '凛', 'Vera', 'Tomás', 'Zoë'];
const LAST = ['of the Tower', 'Marsh', '林', 'あおい', 'Vance', 'the Quiet', '綾', 'Okafor'];
const TAGS = ['fantasy', 'slice of life', '魔法', 'mystery', '学园', 'sci-fi', '日常', 'drama'];

export const ENTRY: EntryDocument = {
  ...blankEntry(),
  origin: 0,
  name: 'The map',
  keys: ['map', 'chart', '地図'],
  content: 'The map of the coast hangs behind the counter. One corner was torn out.',
};
export const BOOK: BookDocument = {
  name: 'The coast',
  description: '',
  scanDepth: 4,
  tokenBudget: 600,
  recursive: null,
  entries: [
    ENTRY,
    {
      ...ENTRY,
      origin: 1,
      name: 'Storms',
      keys: ['storm', '嵐'],
      content: 'She likes storms, from inside.',
      constant: true,
    },
  ],
};

export const NOTES = `# Mira
A **guest** from a card. <script>alert('no')</script>

- speaks *softly*
- draws maps

![her](https://example.com/track.gif) More at [her page](https://example.com/mira).`;

export function picture(hue: number): string {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 360"><defs><linearGradient id="g" x2="0" y2="1"><stop stop-color="hsl(${hue} 32% 42%)"/><stop offset="1" stop-color="hsl(${(hue + 50) % 360} 40% 66%)"/></linearGradient></defs><path fill="url(#g)" d="M0 0h240v360H0z"/><circle cx="120" cy="140" r="58" fill="#f3dcc8"/><path fill="hsl(${(hue + 180) % 360} 25% 26%)" d="M36 360c6-104 48-140 84-140s78 36 84 140z"/></svg>`;
  return `data:image/svg+xml;base64,${btoa(svg)}`;
}

export function madeUp(count: number): LibraryCard[] {
  return Array.from({ length: count }, (_, i) => {
    const name = `${FIRST[i % FIRST.length]} ${LAST[Math.floor(i / FIRST.length) % LAST.length]}${i < 96 ? '' : ` ${Math.floor(i / 96) + 1}`}`;
    return {
      id: `made-${i}`,
      name,
      creator: ['Marlow', '', 'さくら工房', 'inkwell'][i % 4] ?? '',
      tagline: [
        'Keeps a small observatory and answers letters from people who cannot sleep.',
        '山あいの宿で働く、口数の少ない案内人。',
        '在旧书店打工的大学生，喜欢雨天和推理小说。',
        'A courier between two cities that do not speak to each other.',
      ][i % 4] as string,
      tags: [TAGS[i % TAGS.length] as string, TAGS[(i * 3 + 1) % TAGS.length] as string],
      greetings: (i % 3) + 1,
      loreEntries: i % 5 === 0 ? 12 : 0,
      puppet: false,
      builtIn: false,
      favourite: i % 17 === 3,
      remote: false,
      addedAt: Date.UTC(2026, 9, 1) + i * 60_000,
      talkedAt: i % 29 === 5 ? Date.UTC(2026, 10, 1) + i * 1000 : null,
    };
  });
}

export const ASSET: AssetRow = {
  origin: null,
  kind: '',
  name: '',
  uri: '',
  ext: 'png',
  at: 'inside',
  bytes: null,
  file: '',
};

export const BLANK: LibraryCard = {
  id: '',
  name: '',
  creator: '',
  tagline: '',
  tags: [],
  greetings: 0,
  loreEntries: 0,
  puppet: false,
  builtIn: false,
  favourite: false,
  remote: false,
  addedAt: 0,
  talkedAt: null,
};
