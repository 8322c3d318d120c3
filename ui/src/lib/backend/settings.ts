/** Everything that a person can set; `assets/defaults.toml` explains each. */

import type { PictureSettings } from './pictures';

export type UiLanguage = 'en' | 'zh' | 'ja';

export type Theme = 'system' | 'light' | 'dusk' | 'dark';

/** What a person can choose: see `lib/stage/transitions.ts`. */
export type TransitionWish =
  'auto' | 'cut' | 'dissolve' | 'fade' | 'wipe' | 'slide' | 'push' | 'iris' | 'blinds' | 'pixellate';

export type Weather = 'auto' | 'clear' | 'rain' | 'snow' | 'petals' | 'fireflies';

export interface Settings {
  language: UiLanguage;
  userName: string;
  userDescription: string;
  character: string;
  /** Id of the chat model in use, as in `ModelEntry.id`. */
  chatModel: string;
  /** Id of a voice, or '' for the character's own. */
  voice: string;
  earsModel: string;
  /** Id or path of what finds memories by their meaning; empty for none. */
  encoder: string;
  /** The language model looks for facts in what was said. */
  rememberWithModel: boolean;
  /** Also one on a server. */
  rememberWithServer: boolean;
  speak: boolean;
  voiceVolume: number;
  voiceRate: number;
  /** Characters per second of the typewriter when nothing is spoken; 0 shows all at once. */
  textSpeed: number;
  handsFree: boolean;
  /** Speech interrupts the character, hands free. */
  interruptByVoice: boolean;
  /** Hands free, only what begins with a wake phrase is for the character. */
  wake: boolean;
  /** The phrase; several are parted by commas. Empty: the character's name. */
  wakePhrase: string;
  inputDevice: string;
  outputDevice: string;
  temperature: number;
  /** How every reply begins; not shown. */
  replyBeginning: string;
  /** How many of the newest messages are searched for the words of lorebooks, where a book does not say. */
  loreScanDepth: number;
  /** Lore stands exactly where its book says. */
  loreInPlace: boolean;
  /** Hiragana and katakana are the same in the words of lorebooks. */
  loreFoldKana: boolean;
  reducedMotion: boolean;
  theme: Theme;
  /** One box at the bottom, or the whole window as a page. */
  presentation: 'adv' | 'nvl';
  /** Seconds that auto mode leaves for reading 250 letters. */
  autoDelay: number;
  /** Skipping does not stop at what has not been read. */
  skipUnseen: boolean;
  /** 0.2 to 1. */
  boxOpacity: number;
  /** 0.8 to 1.6. */
  textScale: number;
  storyFont: 'serif' | 'sans' | 'readable';
  highContrast: boolean;
  startWithTitle: boolean;
  /** Replies are watched, and written anew where they are out of character. */
  stayInCharacter: boolean;
  /** Name of a scene that stays whatever happens; '' for the one that the story asks for. */
  scene: string;
  daylight: 'auto' | 'day' | 'dusk' | 'night';
  weather: Weather;
  /** Characters look at the pointer. */
  followPointer: boolean;
  /** Nothing may leave this machine, whatever else is allowed. */
  offline: boolean;
  /** It may be asked whether there is a newer version, when the button for it is pressed. */
  lookForUpdates: boolean;
  /** The first start has been gone through. */
  welcomed: boolean;
  writing: Writing;
  remote: Remote;
  downloads: Downloads;
  search: Search;
  pictures: PictureSettings;
  /** The character may change the place, the weather, the music. */
  directStage: boolean;
  /** The picture moves as a camera would. */
  camera: boolean;
  /** Characters nod, bow, shrug with what they say and feel. */
  gestures: boolean;
  /** How another place comes. */
  transition: TransitionWish;
  /** 0 to 1. */
  musicVolume: number;
  /** 0 to 1, of places, weather and effects. */
  ambienceVolume: number;
  /** Sounds stand in words on the stage. */
  captions: boolean;
  /** Colours of the page come from the card's picture. */
  cardColours: boolean;
  /** The page reads what has the focus aloud. */
  selfVoicing: boolean;
  /** Keys that differ from the usual ones; see `lib/story/bindings.ts`. */
  keyBindings: string;
}

/** How the model writes and is loaded; `assets/defaults.toml` explains each. */
export interface Writing {
  topK: number;
  topP: number;
  minP: number;
  typicalP: number;
  xtcProbability: number;
  mirostatTau: number;
  repetitionPenalty: number;
  frequencyPenalty: number;
  presencePenalty: number;
  dryMultiplier: number;
  noRepeatNgram: number;
  /** Tokens that the penalties look back over. */
  penaltyWindow: number;
  temperatureRange: number;
  temperatureExponent: number;
  xtcThreshold: number;
  mirostatEta: number;
  dryBase: number;
  dryAllowed: number;
  /** 0 is all. */
  dryWindow: number;
  /** `hugging_face` or `llama_cpp`. */
  samplerOrder: string;
  /** Lines of `WORD = NUMBER`, `{exact text} = NUMBER` or `[ids] = NUMBER`. */
  logitBias: string[];
  emotionTags: string;
  /** Tokens of context; 0 leaves it to the program. */
  contextLength: number;
  quantize: string;
  kvCache: string;
  /** `auto`, `cpu`, `cuda:0`, `metal`. */
  device: string;
  guesses: number;
}

/** A search engine that may be asked about the world. */
export interface Search {
  allowed: boolean;
  engine: 'searxng' | 'brave';
  /** Address of the SearXNG instance. */
  url: string;
}

/** A server that may write the answers. */
export interface Remote {
  allowed: boolean;
  url: string;
  model: string;
}

export interface Downloads {
  allowed: boolean;
  mirrors: string[];
  connections: number;
  limitMb: number;
  proxy: string;
}

export interface DeviceList {
  inputs: string[];
  outputs: string[];
}

export interface VoiceEntry {
  id: string;
  name: string;
  /** Code of the language it speaks: one of the page's three, or another (`de`). */
  language: string;
  kind: 'espeak' | 'piper';
}

/** Changing settings, and what there is to choose from. */
export interface SettingsBackend {
  changeSettings(changes: Partial<Settings>): Promise<Settings>;
  /** Names of the models on the server of the settings. */
  remoteModels(): Promise<string[]>;
  setSearchKey(key: string): Promise<void>;
  /** Keeps the key to that server in the system's keychain; an empty one is forgotten. */
  setRemoteKey(key: string): Promise<void>;
  devices(): Promise<DeviceList>;
  voices(): Promise<VoiceEntry[]>;
}
