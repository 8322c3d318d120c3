/** What the fake backend plays: characters, replies, settings. Original text of this project. */

import type { CharacterSummary, Cue, Emotion, Explanation, MessageView, Settings, StageCue, Viseme } from './backend';
import type { FakeLog } from './fake-log';

export const SETTINGS: Settings = {
  language: 'en',
  userName: '',
  userDescription: '',
  character: 'koto',
  chatModel: 'hanashi-mini',
  voice: '',
  earsModel: '',
  encoder: '',
  rememberWithModel: true,
  rememberWithServer: false,
  speak: true,
  voiceVolume: 0.9,
  voiceRate: 1,
  textSpeed: 40,
  handsFree: false,
  interruptByVoice: true,
  wake: false,
  wakePhrase: '',
  inputDevice: '',
  outputDevice: '',
  temperature: 0.8,
  replyBeginning: '',
  loreScanDepth: 4,
  loreInPlace: false,
  loreFoldKana: false,
  reducedMotion: false,
  theme: 'system',
  presentation: 'adv',
  autoDelay: 10,
  skipUnseen: false,
  boxOpacity: 0.92,
  textScale: 1,
  storyFont: 'serif',
  highContrast: false,
  startWithTitle: false,
  stayInCharacter: true,
  scene: '',
  daylight: 'auto',
  weather: 'auto',
  followPointer: true,
  offline: false,
  lookForUpdates: false,
  welcomed: true,
  writing: {
    topK: 40,
    topP: 0.95,
    minP: 0.05,
    typicalP: 1,
    xtcProbability: 0,
    mirostatTau: 0,
    repetitionPenalty: 1.1,
    frequencyPenalty: 0,
    presencePenalty: 0,
    dryMultiplier: 0,
    noRepeatNgram: 0,
    penaltyWindow: 128,
    temperatureRange: 0,
    temperatureExponent: 1,
    xtcThreshold: 0.1,
    mirostatEta: 0.1,
    dryBase: 1.75,
    dryAllowed: 2,
    dryWindow: 0,
    samplerOrder: 'hugging_face',
    logitBias: [],
    emotionTags: 'free',
    contextLength: 0,
    quantize: 'as_is',
    kvCache: 'f16',
    device: 'auto',
    guesses: 0,
  },
  remote: { allowed: false, url: '', model: '' },
  downloads: { allowed: true, mirrors: [], connections: 4, limitMb: 0, proxy: '' },
  search: { allowed: false, engine: 'searxng', url: '' },
  pictures: {
    allowed: false,
    server: 'openai',
    url: '',
    model: '',
    style: 'anime style, detailed background',
    painter: '',
    steps: 0,
  },
  directStage: true,
  camera: true,
  gestures: true,
  transition: 'auto',
  musicVolume: 0.3,
  ambienceVolume: 0.4,
  captions: true,
  cardColours: false,
  selfVoicing: false,
  keyBindings: '',
};

export const CHARACTERS: CharacterSummary[] = [
  {
    id: 'koto',
    name: 'Koto',
    tagline: 'Keeps a lamp-lit second-hand bookshop, and a kettle that is always nearly boiling.',
    tags: ['warm', 'bookish'],
    puppet: true,
    builtIn: true,
  },
  {
    id: 'haru',
    name: 'Haru',
    tagline: 'Keeps the lighthouse and writes down the weather. Says little, notices everything.',
    tags: ['calm', 'dry humour'],
    puppet: true,
    builtIn: true,
  },
  {
    id: 'card-mira',
    name: 'Mira',
    tagline: 'A guest from an imported card, with a picture and no puppet.',
    tags: ['imported'],
    puppet: false,
    builtIn: false,
  },
];

export const GREETINGS: Record<string, [Emotion, string]> = {
  koto: [
    'joy',
    'Oh, come in out of the rain! The lamp is lit, the kettle is nearly there, and nobody has asked for a book in an hour.',
  ],
  haru: ['neutral', 'Evening. Wind from the west, falling. You can leave your coat by the stove, if you like.'],
  'card-mira': ['neutral', 'Hello. I came with a card and a picture.'],
};

export interface ScriptedLine {
  text: string;
  cues: Cue[];
  staging?: StageCue[];
}
const line = (text: string, emotion: Emotion, at = 0): ScriptedLine => ({ text, cues: [{ at, emotion }] });

/** Replies in turn; a regeneration takes the next. */
export const REPLIES: Record<string, ScriptedLine[][]> = {
  koto: [
    [
      line('Oh! You came back.', 'surprised'),
      line('I kept the blue one behind the counter for you, the one with the sea on its cover.', 'joy'),
    ],
    [
      line('Hmm, let me think about that for a moment.', 'thinking'),
      line('I would say: begin with the last chapter. Nobody will know but us.', 'joy'),
    ],
    [
      line('That sounds like a hard day.', 'worried'),
      line('Sit down. There is tea, and there is no hurry here at all.', 'neutral'),
    ],
    [line('You should not say such things with a straight face.', 'shy'), line('…But thank you.', 'love')],
    [line('Somebody tore out the map!', 'angry'), line('No, it is all right. I can draw it again from memory.', 'sad')],
  ],
  haru: [
    [
      line('The gulls went inland this morning.', 'thinking'),
      line('So there will be rain by six. I have written it down.', 'neutral'),
    ],
    [line('That is good news.', 'joy'), line('I do not say that often. You may note it in the log.', 'shy')],
    [line('Long watch. I am still awake, mostly.', 'sleepy')],
  ],
  'card-mira': [[line('I can talk, even without a puppet.', 'neutral')]],
};

export const SUGGESTIONS = [
  'Read me the first page, then.',
  'I would rather hear about your day.',
  'What is that you are hiding behind the counter?',
];

const NOW_TOLD = Date.UTC(2026, 10, 17, 20);

export const EXPLANATION: Explanation = {
  model: 'Hanashi mini',
  leftOut: 2,
  again: ['run'],
  lore: [
    {
      name: 'The torn map',
      book: 'The coast',
      scope: 'character',
      keys: ['map', 'chart', '地図'],
      rule: 'key',
      key: 'map',
      place: 'message',
      count: 1,
      caller: '',
      with: ['lighthouse'],
      without: [],
      leftOut: '',
      tokens: 18,
      text: 'The map of the coast hangs behind the counter. One corner was torn out.',
    },
    {
      name: 'Storms',
      book: 'The coast',
      scope: 'character',
      keys: ['storm', '嵐'],
      rule: 'constant',
      key: '',
      place: '',
      count: 0,
      caller: '',
      with: [],
      without: [],
      leftOut: '',
      tokens: 9,
      text: 'She likes storms, from inside.',
    },
    {
      name: 'Smugglers',
      book: '',
      scope: 'global',
      keys: ['smuggler'],
      rule: 'key',
      key: 'torn out',
      place: 'entry',
      count: 0,
      caller: 'The torn map',
      with: [],
      without: [],
      leftOut: 'books',
      tokens: 140,
      text: 'Whoever tore the corner out knew where the cave is.',
    },
  ],
  recalled: [
    { fact: 1, summary: null, message: 'p1', byUser: true, text: 'name: Mei', at: NOW_TOLD, why: 'core', words: [] },
    {
      fact: null,
      summary: null,
      message: 'p6',
      byUser: true,
      text: 'Lena moved to Porto last spring. I miss her.',
      at: NOW_TOLD,
      why: 'words',
      words: ['lena', 'porto'],
    },
  ],
  blocks: [
    {
      name: 'system',
      text: 'You are Koto, who keeps a lamp-lit second-hand bookshop. You speak warmly and briefly.',
      tokens: 412,
    },
    { name: 'persona', text: 'A reader who comes in out of the rain.', tokens: 12 },
    { name: 'history', text: 'Koto: [joy] Oh, come in out of the rain!\nYou: Hello, Koto.', tokens: 50 },
  ],
};

/** Fills save slots from the first, for the eye and for measurements. */
export function fillSlots(log: FakeLog, count: number): void {
  const feelings: Emotion[] = ['joy', 'shy', 'thinking', 'surprised', 'love', 'sad'];
  const scenes = ['bookshop', 'evening', 'lighthouse'];
  const hours = ['night', 'dusk', 'day'];
  const line = log.path().at(-1)?.text ?? '';
  for (let i = 0; i < count; i++) {
    const haru = i % 4 === 3;
    log.save(i < 2 ? 'quick' : String(i - 1), log.leaf, {
      character: haru ? 'haru' : 'koto',
      characterName: haru ? 'Haru' : 'Koto',
      conversation: 'c1',
      line,
      stage: {
        scene: scenes[i % 3] ?? '',
        daylight: hours[i % 3] ?? '',
        weather: 'clear',
        emotion: feelings[i % 6] ?? 'joy',
      },
    });
  }
}

/** A conversation that has gone on for a while, for the backlog; with `lines` that many, however long it takes to read. */
export function pastMessages(lines = 0): MessageView[] {
  const said: [MessageView['role'], string, Emotion][] = [
    ['character', GREETINGS.koto?.[1] ?? '', 'joy'],
    ['user', 'Hello, Koto. Do you have anything about lighthouses?', 'neutral'],
    ['character', 'Three, and one of them is even true. Shall I read you the first page?', 'joy'],
    ['user', 'Please do.', 'neutral'],
    [
      'character',
      '“The keeper counted the ships the way other people count sheep.” …It goes on like that, and then there is a storm.',
      'thinking',
    ],
    ['user', 'I like storms, from inside.', 'neutral'],
    ['character', 'So do I. From inside, with a blanket, and a cat that pretends not to be afraid.', 'shy'],
  ];
  const all = lines > 0 ? Array.from({ length: lines }, (_, i) => said[i % said.length] ?? said[0]) : said;
  return all
    .flatMap((one) => (one ? [one] : []))
    .map(([role, text, emotion], i) => ({
      id: `past-${i}`,
      role,
      text,
      emotion,
      interrupted: false,
      swipe: 0,
      swipes: 1,
      createdAt: Date.UTC(2026, 10, 21, 19, i * 2),
    }));
}

/** Milliseconds per letter of the pretended voice. */
const LETTER_MS = 58;
const VOWELS: Record<string, Viseme['shape']> = { a: 'a', e: 'e', i: 'i', o: 'o', u: 'u', y: 'i' };

/** A viseme track made from the spelling: enough to see the lips work. */
export function trackOf(text: string): { visemes: Viseme[]; durationMs: number } {
  const visemes: Viseme[] = [{ atMs: 0, shape: 'closed', weight: 1 }];
  let at = 60;
  for (const letter of text.toLowerCase()) {
    const shape = VOWELS[letter];
    if (shape) visemes.push({ atMs: at, shape, weight: 0.85 });
    else if ('bmp'.includes(letter) || /[\s.,;:!?…]/.test(letter))
      visemes.push({ atMs: at, shape: 'closed', weight: 1 });
    at += /[.!?…]/.test(letter) ? LETTER_MS * 5 : /[,;:]/.test(letter) ? LETTER_MS * 3 : LETTER_MS;
  }
  visemes.push({ atMs: at, shape: 'closed', weight: 1 });
  return { visemes, durationMs: at + 80 };
}

const svgUrl = (svg: string) => `data:image/svg+xml;base64,${btoa(svg)}`;
/** A card's picture: enough to see how one is shown. */
export const paintedCard = (): string =>
  svgUrl(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 560"><defs><linearGradient id="g" x2="0" y2="1"><stop stop-color="#3f5c78"/><stop offset="1" stop-color="#c98f6b"/></linearGradient></defs><path fill="url(#g)" d="M0 0h400v560H0z"/><circle cx="200" cy="210" r="96" fill="#f3dcc8"/><path fill="#2c3a4a" d="M60 560c10-170 80-230 140-230s130 60 140 230z"/></svg>`,
  );
/** A sprite of a feeling, cut out as sprites are. */
export function paintedFace(name: string): string {
  const mouth =
    { amusement: 'Q200 290 230 250', sadness: 'Q200 235 230 262', anger: 'L230 256' }[name] ?? 'Q200 268 230 256';
  const brow = { anger: 12, sadness: -10 }[name] ?? 0;
  return svgUrl(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 620" width="400" height="620"><path fill="#2c3a4a" d="M60 620c10-190 80-260 140-260s130 70 140 260z"/><circle cx="200" cy="210" r="104" fill="#35281f"/><ellipse cx="200" cy="222" rx="82" ry="92" fill="#f3dcc8"/><g fill="none" stroke="#35281f" stroke-width="6" stroke-linecap="round"><path d="M140 ${178 - brow}L176 ${178 + brow}M224 ${178 + brow}L260 ${178 - brow}"/><path d="M170 256 ${mouth}"/></g><circle cx="160" cy="212" r="10" fill="#35281f"/><circle cx="240" cy="212" r="10" fill="#35281f"/></svg>`,
  );
}
