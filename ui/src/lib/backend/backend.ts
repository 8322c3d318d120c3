/**
 * The one door between the page and the program. `tauri.ts` implements it over IPC, `fake.ts` plays scripted turns in a
 * browser; nothing else in `ui/` knows which of the two is behind it.
 *
 * All times are milliseconds. The page never touches audio: it animates against events that are clocked by played samples.
 */

import type { KeepingBackend } from './keeping';
import type { VaultBackend } from './vault';
import type { ErrandBackend } from './errands';
import type { FittingBackend } from './fitting';
import type { AppraisalBackend, AppraisalRun } from './appraisal';
import type { TalksBackend } from './talks';
import type { PictureBackend, PictureSettings } from './pictures';
import type { SceneryBackend } from './scenery';
import type { ArenaBackend } from './arena';
import type { Because, CastBackend, CastView } from './cast';
import type { DocumentsBackend, ReadingView } from './documents';
import type { FiguresBackend } from './figures';
import type { BookScope, LibraryBackend } from './library';
import type { MemoryBackend, Recollection } from './memory';
import type { StudioBackend, StudioRun } from './studio';
import type { MicTest, MicrophoneBackend } from './microphone';

export type Emotion =
  'neutral' | 'joy' | 'sad' | 'angry' | 'surprised' | 'shy' | 'love' | 'thinking' | 'sleepy' | 'worried';
export type MouthShape = 'closed' | 'a' | 'i' | 'u' | 'e' | 'o';
export type UiLanguage = 'en' | 'zh' | 'ja';

export interface Viseme {
  atMs: number;
  shape: MouthShape;
  weight: number;
}
/** `at` counts characters (Unicode scalar values) of the line's text. */
export interface Cue {
  at: number;
  emotion: Emotion;
}

/** Something that happens to the stage at a letter of a text. */
export interface StageCue {
  at: number;
  kind: 'scene' | 'weather' | 'time' | 'music' | 'sound' | 'camera' | 'transition' | 'gesture';
  /** What the character wrote; see `lib/stage/direction.ts` for what it means. */
  value: string;
}

export interface MessageView {
  id: string;
  role: 'user' | 'character' | 'narrator';
  /** Id of the character who said it, where several are there. */
  speaker?: string | null;
  /** Why it was that one's turn. */
  because?: Because | null;
  /** Without emotion tags. */
  text: string;
  /** The first emotion of the message. */
  emotion: Emotion;
  /** Changes of expression within the text, in letters of it. */
  cues?: Cue[];
  /** What happens to the stage within the text. */
  staging?: StageCue[];
  /** What the character offers as answers. */
  choices?: string[];
  interrupted: boolean;
  /** Position among its alternatives, from 0, and how many there are. */
  swipe: number;
  swipes: number;
  createdAt: number;
}

export interface CharacterSummary {
  id: string;
  name: string;
  /** One or two sentences for the library. */
  tagline: string;
  tags: string[];
  /** Has a rigged puppet; otherwise the card's picture is shown (`picture()`). */
  puppet: boolean;
  /** Shipped with the app. */
  builtIn: boolean;
}

/** A puppet as the stage needs it: rig (JSON) and artwork (SVG source, already checked by the program). */
export interface Puppet {
  rig: unknown;
  svg: string;
}

export type PartKind = 'model' | 'voice' | 'ears';
export type PartState =
  | { state: 'absent' }
  | { state: 'loading'; name: string; progress: number | null }
  | { state: 'ready'; name: string }
  | { state: 'failed'; name: string; problem: Problem };

export interface Problem {
  kind: string;
  message: string;
  remedy: string;
}

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
export type Theme = 'system' | 'light' | 'dusk' | 'dark';
/** What a person can choose: see `lib/stage/transitions.ts`. */
export type TransitionWish =
  'auto' | 'cut' | 'dissolve' | 'fade' | 'wipe' | 'slide' | 'push' | 'iris' | 'blinds' | 'pixellate';
export type Weather = 'auto' | 'clear' | 'rain' | 'snow' | 'petals' | 'fireflies';

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

export interface ModelEntry {
  id: string;
  kind: 'chat' | 'ears' | 'voice' | 'pictures' | 'encoder' | 'vad';
  name: string;
  /** One honest sentence. */
  note: string;
  licence: string;
  /** Where its terms stand; null where nobody says. */
  licenceUrl: string | null;
  /** The terms are to be read and agreed to before it is fetched. */
  ask: boolean;
  /** Bytes; null where not known. */
  size: number | null;
  languages: string[];
  /** True where no hash is pinned in the catalogue. */
  unpinned: boolean;
  /** Not another program's: it can be removed, or forgotten. */
  removable: boolean;
  state: 'builtin' | 'available' | 'by-hand' | 'downloading' | 'paused' | 'installed';
  /** Where it is handed out, where no program can fetch it there; null for everything else. */
  page: string | null;
  /** A folder of plain floats; PyTorch's pickles; replies written as a whole. */
  traits: ('floats' | 'pickle' | 'whole')[];
  /** What the setting is that uses it, where that is not its id: of a voice the name that it is spoken with. */
  chosenAs?: string | null;
  /** Bytes fetched so far while downloading or paused. */
  done: number;
}

export interface ImportReport {
  file: string;
  /** What it was: a character card, a model, a voice, …; null where it was refused. */
  kind:
    | 'character'
    | 'conversation'
    | 'lorebook'
    | 'sprites'
    | 'place'
    | 'music'
    | 'ambience'
    | 'chat'
    | 'ears'
    | 'voice'
    | 'pictures'
    | 'encoder'
    | null;
  name: string;
  /** Id of what came of it (character or model). */
  id: string;
  warnings: string[];
  problem: Problem | null;
  /** It was there already; nothing was written. */
  known?: boolean;
}

/** What pictures of feelings there would be in some files. */
export interface LooksPreview {
  names: string[];
  /** Pictures that would be left out. */
  leftOut: string[];
  /** Among the files are cards, models, other things. */
  others: boolean;
}
export interface LooksReport {
  taken: string[];
  refused: { file: string; reason: string }[];
}

/** How the stage looked when a save was made. The log keeps it with the save; the page draws the thumbnail from it. */
export interface StageState {
  scene: string;
  daylight: string;
  weather: string;
  emotion: Emotion;
}
/** A place to come back to: a message of the log, and the stage around it. */
export interface SaveView {
  /** Position of the save in the log. */
  id: number;
  /** A number from 1, `quick` or `auto`. */
  slot: string;
  character: string;
  characterName: string;
  conversation: string;
  /** The line that stood in the box. */
  line: string;
  at: number;
  stage: StageState;
}

/** A message in the tree of its conversation. */
export interface BranchNode {
  id: string;
  parent: string | null;
  role: MessageView['role'];
  /** Id of the character who said it, where several are there. */
  speaker?: string | null;
  /** The beginning of the text. */
  text: string;
  emotion: Emotion;
  createdAt: number;
  /** On the branch that is shown. */
  shown: boolean;
}

/** A block of the prompt of the last turn. */
export interface PromptBlock {
  /** What it is: `system`, `description`, `history`, the name of a note, … */
  name: string;
  text: string;
  tokens: number;
}
/** An entry of a lorebook that fired. */
export interface LoreFired {
  /** Its name, else its first keys. */
  name: string;
  book: string;
  scope: BookScope;
  keys: string[];
  rule: 'key' | 'constant' | 'sticky' | 'activate' | 'keep_activate_after_match';
  /** The key that was found; empty where none had to be. */
  key: string;
  place: 'message' | 'entry' | 'beside' | 'window' | '';
  /** Of a message, its place from the end, 1 is the newest; of a sticky entry, for how many messages it stays. */
  count: number;
  /** Name of the entry that called it. */
  caller: string;
  /** Further keys that had to be there, and must not be. */
  with: string[];
  without: string[];
  /** Why it is not in the prompt all the same; empty where it is. */
  leftOut: 'book' | 'books' | 'context' | 'outlet' | 'model' | '';
  tokens: number;
  text: string;
}
/** A note of the person's to the model. */
export interface AuthorNote {
  text: string;
  /** How many messages from the end. */
  depth: number;
}
export interface AuthorNotes {
  /** For every conversation with who is on stage. */
  character: AuthorNote | null;
  /** For this conversation, in place of the other. */
  conversation: AuthorNote | null;
}
export interface Explanation {
  model: string;
  blocks: PromptBlock[];
  /** Messages of the branch that no longer fitted. */
  leftOut: number;
  /** Entries of lorebooks that fired, in the order of the prompt. */
  lore: LoreFired[];
  /** What came to mind, and why; it is in the block `memory`. */
  recalled: Recollection[];
  /** Why parts of the reply were written anew before anybody heard them. */
  again: string[];
}

export interface Timings {
  endpointMs: number | null;
  endOfTurn: string | null;
  guessed: boolean;
  transcriptMs: number | null;
  firstTokenMs: number | null;
  firstAudioMs: number | null;
  totalMs: number;
  promptTokens: number;
  reusedTokens: number;
}

export interface Snapshot {
  version: string;
  settings: Settings;
  characters: CharacterSummary[];
  character: string;
  conversation: string;
  /** Name of the person in it. */
  persona: string;
  /** Who is there. */
  cast: CastView;
  messages: MessageView[];
  model: PartState;
  voice: PartState;
  ears: PartState;
  /** A turn is running (for a page that was reloaded). */
  busy: boolean;
}

export type AppEvent =
  /** The person said something: it is in the log. */
  | {
      type: 'turnStarted';
      turn: number;
      message: MessageView | null;
      speaker?: string | null;
      because?: Because | null;
    }
  /** Somebody was invited or sent away, or they take turns otherwise. */
  | { type: 'castChanged'; cast: CastView }
  /** The model writes (first look at the text, ahead of the voice). */
  | { type: 'textDelta'; turn: number; text: string }
  /** A line's first sample is heard now (or its time has come, with the sound off). */
  | {
      type: 'lineStarted';
      turn: number;
      line: number;
      text: string;
      cues: Cue[];
      staging?: StageCue[];
      visemes: Viseme[];
      durationMs: number | null;
    }
  | { type: 'visemes'; turn: number; line: number; visemes: Viseme[] }
  | { type: 'playhead'; turn: number; line: number; atMs: number }
  | { type: 'lineEnded'; turn: number; line: number }
  /** The reply is in the log; `message` is null where nothing of it was heard. */
  | { type: 'turnFinished'; turn: number; message: MessageView | null; interrupted: boolean; timings: Timings }
  | { type: 'turnFailed'; turn: number; problem: Problem }
  /** The messages shown changed otherwise (another character, conversation, swipe, an edit). */
  | { type: 'conversationChanged'; character: string; conversation: string; messages: MessageView[] }
  | { type: 'charactersChanged'; characters: CharacterSummary[] }
  /** The library is not what it was: lists are asked for anew. */
  | { type: 'libraryChanged'; all: number; indexing: boolean }
  /** The person's own places and sounds are not what they were. */
  | { type: 'sceneryChanged' }
  /** Files were given to the program, to be looked at before they are taken in. */
  /** A conversation is being taken over: how many of its messages are through. */
  | { type: 'importing'; through: number; of: number }
  | { type: 'filesOpened'; paths: string[] }
  /** Who the person is in the conversation on stage. */
  | { type: 'personaChanged'; name: string }
  | { type: 'settingsChanged'; settings: Settings }
  | { type: 'part'; part: PartKind; state: PartState }
  | { type: 'hearing'; state: 'off' | 'waiting' | 'asleep' | 'speech' | 'transcribing' }
  /** Microphone level 0..1, at most ten a second while it is open. */
  | { type: 'level'; level: number }
  /** A test of the microphone goes on. */
  | { type: 'micTest'; test: MicTest }
  | { type: 'heard'; text: string }
  /** The microphone was pressed and there are no ears yet: offer these. */
  | { type: 'earsWanted'; offers: ModelEntry[] }
  /** Documents are being read, or have been. */
  | { type: 'reading'; reading: ReadingView }
  | { type: 'studio'; project: string; run: StudioRun }
  | { type: 'appraisal'; run: AppraisalRun }
  | { type: 'download'; entry: ModelEntry; bytesPerSecond: number; problem: Problem | null }
  /** A model on this machine draws a picture: steps that are done. */
  | { type: 'picturing'; done: number; of: number }
  /** A newer version is being fetched. */
  | { type: 'updating'; done: number; total: number | null }
  /** A question is being looked up at that machine; null: no longer. */
  | { type: 'searching'; host: string | null }
  /** The person asked for something to be forgotten (`topic` null: "that"), and it is; `undo` takes it back. */
  | { type: 'forgotten'; topic: string | null; messages: number; undo: number }
  /** Something a person should read: a toast. `problem.kind` may be 'info'. */
  | { type: 'notice'; problem: Problem };

export interface Backend
  extends
    LibraryBackend,
    KeepingBackend,
    VaultBackend,
    ErrandBackend,
    FittingBackend,
    ArenaBackend,
    CastBackend,
    TalksBackend,
    MemoryBackend,
    DocumentsBackend,
    StudioBackend,
    AppraisalBackend,
    PictureBackend,
    SceneryBackend,
    FiguresBackend,
    MicrophoneBackend {
  snapshot(): Promise<Snapshot>;
  /** Events from now on, in order. Returns the way to stop them. */
  listen(on: (event: AppEvent) => void): Promise<() => void>;

  say(text: string): Promise<void>;
  /** Stops the turn that is running; what was heard stays. */
  stop(): Promise<void>;
  /** Another answer to the last thing the person said; the old one stays as a swipe. */
  regenerate(): Promise<void>;
  /** Shows the alternative before (-1) or after (+1) of a message. */
  swipe(message: string, by: -1 | 1): Promise<void>;
  /** As `say`, but as an answer to an earlier message: another branch begins there. */
  sayAfter(message: string, text: string): Promise<void>;
  /** Gives a message another text; the old one stays as a swipe. A person's message is answered anew. */
  edit(message: string, text: string): Promise<void>;
  /** The character goes on without being asked anything. */
  goOn(): Promise<void>;
  /** Another answer in the place of an earlier one; what followed that stays on its own branch. */
  regenerateAt(message: string): Promise<void>;
  /** Says a message again. */
  replay(message: string): Promise<void>;
  /** What the person might say next, written by the model. */
  suggest(count: number): Promise<string[]>;
  /** All messages of the conversation, oldest first. */
  branches(): Promise<BranchNode[]>;
  /** Shows the branch through a message: up to it, or (`whole`) on to where that branch was left. */
  goTo(message: string, whole: boolean): Promise<void>;

  /** The newest save of each numbered slot, and all quick and automatic ones that are kept; newest first. */
  saves(): Promise<SaveView[]>;
  save(slot: string, message: string | null, line: string, stage: StageState): Promise<SaveView>;
  load(id: number): Promise<SaveView>;
  /** Empties a slot; what was saved there stays in the log. */
  clearSave(slot: string): Promise<void>;
  /** How the last prompt was made; null before the first turn. */
  explain(): Promise<Explanation | null>;
  authorNotes(): Promise<AuthorNotes>;
  /** An empty note is forgotten. */
  keepAuthorNote(forConversation: boolean, note: AuthorNote): Promise<void>;

  micDown(): Promise<void>;
  micUp(): Promise<void>;
  setHandsFree(on: boolean): Promise<void>;

  selectCharacter(id: string): Promise<void>;
  puppet(character: string): Promise<Puppet | null>;
  /** The character's picture as a data: URL, or null. */
  picture(character: string): Promise<string | null>;
  /** Names of the pictures of feelings that a character has (`joy`, `amusement`, …); empty where there are none. */
  expressions(character: string): Promise<string[]>;
  /** One of them as a data: URL. */
  expression(character: string, name: string): Promise<string | null>;

  /** Reads names, decodes nothing. */
  previewLooks(paths: string[]): Promise<LooksPreview>;
  /** Takes pictures of feelings in, from files, folders, archives and cards. */
  importLooks(character: string, paths: string[]): Promise<LooksReport>;
  removeLook(character: string, name: string): Promise<void>;

  /** Loops under the voice from now on, by the names of `lib/stage/direction.ts`; '' for silence. */
  setLoops(music: string, ambience: string): Promise<void>;
  playEffect(name: string): Promise<void>;
  /** Reads words of the page aloud; a newer text takes the place of an older one. */
  readAloud(text: string, language: UiLanguage): Promise<void>;

  /** Asks the person for files with the system's dialogue; empty where they changed their mind. */
  pickFiles(): Promise<string[]>;
  /** Files dragged over the window and dropped, and 'enter' / 'leave' for the hint. */
  onFileDrop(on: (event: { type: 'enter' | 'leave' } | { type: 'drop'; paths: string[] }) => void): Promise<() => void>;

  changeSettings(changes: Partial<Settings>): Promise<Settings>;
  /** Names of the models on the server of the settings. */
  remoteModels(): Promise<string[]>;
  setSearchKey(key: string): Promise<void>;
  /** Keeps the key to that server in the system's keychain; an empty one is forgotten. */
  setRemoteKey(key: string): Promise<void>;
  devices(): Promise<DeviceList>;
  voices(): Promise<VoiceEntry[]>;
  models(): Promise<ModelEntry[]>;
  /** Starts (or goes on with) a download; progress comes as events. */
  pull(id: string): Promise<void>;
  pausePull(id: string): Promise<void>;
  removeModel(id: string): Promise<void>;
  /** The person clicked away a notice, window hidden or shown: lets the program save power. */
  setVisible(visible: boolean): Promise<void>;
}
