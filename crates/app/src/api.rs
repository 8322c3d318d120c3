//! The one typed API of the product: what a shell (the window, the terminal) can ask for, and what it is told.
//!
//! The types mirror `ui/src/lib/backend/backend.ts`; the desktop shell generates its bindings from them. They are plain
//! values: no room's own type crosses this border. Numbers are `u32` and `f64` because that is what a page can hold.
//! Times are milliseconds.

mod appraisal;
mod arena;
mod cast;
pub mod editor;
mod errands;
mod figures;
mod fitting;
mod keeping;
mod knowledge;
pub mod library;
mod memory;
mod microphone;
mod pictures;
mod scenery;
mod settings;
mod stage;
mod story;
mod studio;
mod vault;
mod writing;

pub use self::knowledge::{
    DocumentView, LookedUp, PassageView, PlaceView, ReadingView, RefusedView,
};
pub use appraisal::{
    AppraisalOrder, AppraisalRun, AppraisalView, ComparisonView, FailureBlock, FailureView,
    FigureChange, FigureExample,
};
pub use arena::{
    AdapterView, ArenaCounts, ArenaPair, ArenaResults, ArenaReveal, ArenaRound, ArenaRow,
    ArenaSide, MarkedReply,
};
pub use cast::{CastMember, CastView};
use domain::{Emotion, MouthShape};
pub use errands::{
    BackupView, CommandLine, DatabaseView, ErrandReport, ErrandView, ModelCheck, MovePlace,
    WorkProgress,
};
pub use figures::{CoreView, FigurePreview, FigureReport, FigureView};
pub use fitting::{FitAsked, FitPart, FitView, RepositoryFile, RepositoryView};
pub use keeping::{
    AccessView, AsideView, DataPart, KeepingView, PlanView, PlannedGpu, PlannedModel,
    UpdateStanding, UpdateStep, UpdateView,
};
pub use memory::{
    MeaningView, MemoryAcquaintance, MemoryChapter, MemoryFact, MemoryImport, MemoryPage,
    MemoryReader, MemoryScene, MemorySource, Recollection,
};
pub use microphone::{MicFinding, MicReport, MicStep, MicTest};
pub use pictures::{PictureSettings, ScenePictureView};
pub use scenery::{HeardAtView, OwnPlaceView, OwnSceneryPatch, OwnSceneryView, OwnSoundView};
use serde::{Deserialize, Serialize};
pub use settings::{Settings, SettingsPatch};
use specta::Type;
pub use stage::{LooksPreview, LooksReport, RefusedLook, StageCue};
pub use story::{
    AuthorNote, AuthorNotesView, BranchNode, Explanation, LoreFired, PromptBlock, SaveView,
    StageState,
};
pub use studio::{
    StudioAdvice, StudioBase, StudioChange, StudioChoice, StudioDataset, StudioDesk, StudioLine,
    StudioLines, StudioPerson, StudioPoint, StudioProject, StudioQuery, StudioRecipe,
    StudioRefused, StudioReveal, StudioRun, StudioSample, StudioScan, StudioVotes, StudioWarning,
};
pub use vault::{VaultProgress, VaultView};
pub use writing::{ComputeDevice, ComputesOnView, DevicesView, Downloads, Remote, Search, Writing};

/// What went wrong: what happened, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// `missing`, `damaged`, `unsupported`, `device`, `disk`, `memory`, `network`, `not_ready`, `busy`, `invalid`, `internal`;
    /// `info` where nothing is wrong.
    pub kind: String,
    /// What happened.
    pub message: String,
    /// What to do.
    pub remedy: String,
}

impl From<domain::Problem> for Problem {
    fn from(problem: domain::Problem) -> Self {
        let kind = serde_json::to_value(problem.kind)
            .ok()
            .and_then(|kind| kind.as_str().map(str::to_owned))
            .unwrap_or_else(|| "internal".to_owned());
        Self { kind, message: problem.message, remedy: problem.remedy }
    }
}

/// One mouth shape of a line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Viseme {
    /// Milliseconds from the start of the line's sound.
    pub at_ms: u32,
    /// `closed`, `a`, `i`, `u`, `e`, `o`.
    pub shape: MouthName,
    /// 0.0 to 1.0.
    pub weight: f32,
}

impl From<domain::Viseme> for Viseme {
    fn from(viseme: domain::Viseme) -> Self {
        Self { at_ms: viseme.at_ms, shape: viseme.shape.into(), weight: viseme.weight }
    }
}

macro_rules! mirror {
    ($(#[$doc:meta])* $name:ident of $source:ident { $($variant:ident),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
        #[serde(rename_all = "lowercase")]
        #[expect(missing_docs, reason = "each variant is the domain's of the same name")]
        pub enum $name { $($variant),* }

        impl From<$source> for $name {
            fn from(value: $source) -> Self {
                match value { $($source::$variant => Self::$variant),* }
            }
        }

        impl From<$name> for $source {
            fn from(value: $name) -> Self {
                match value { $($name::$variant => Self::$variant),* }
            }
        }
    };
}

mirror!(
    /// A mouth shape by name.
    MouthName of MouthShape { Closed, A, I, U, E, O }
);
mirror!(
    /// An emotion by name.
    EmotionName of Emotion { Neutral, Joy, Sad, Angry, Surprised, Shy, Love, Thinking, Sleepy, Worried }
);

/// A change of expression within a line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Cue {
    /// Characters (Unicode scalar values) from the start of the line's text.
    pub at: u32,
    /// What is shown from there on.
    pub emotion: EmotionName,
}

/// Who said a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "lowercase")]
pub enum Speaker {
    /// The person.
    User,
    /// The character.
    Character,
    /// Neither.
    Narrator,
}

/// A message as it is shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MessageView {
    /// Id in the log.
    pub id: String,
    /// Who said it.
    pub role: Speaker,
    /// Id of the character who said it, where several are there; `None`: the conversation's own.
    pub speaker: Option<String>,
    /// Why it was that one's turn: `chosen`, `named`, `addressed`, `silent`, `only`, `on`.
    pub because: Option<String>,
    /// Without emotion tags.
    pub text: String,
    /// The first emotion of the message.
    pub emotion: EmotionName,
    /// Changes of expression within the text.
    pub cues: Vec<Cue>,
    /// What happens to the stage within the text.
    pub staging: Vec<StageCue>,
    /// What the character offers as answers.
    pub choices: Vec<String>,
    /// Cut short by the person.
    pub interrupted: bool,
    /// Position among its alternatives, from 0.
    pub swipe: u32,
    /// How many alternatives there are, itself included.
    pub swipes: u32,
    /// Unix time in milliseconds.
    pub created_at: f64,
}

/// A character of the library.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CharacterSummary {
    /// Folder name.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// One or two sentences for the library.
    pub tagline: String,
    /// Tags.
    pub tags: Vec<String>,
    /// Has a rigged puppet.
    pub puppet: bool,
    /// Came with the app.
    pub built_in: bool,
}

/// A puppet as the stage needs it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Puppet {
    /// The rig: JSON text.
    pub rig: String,
    /// The artwork: SVG source.
    pub svg: String,
}

/// One of the three parts that have to be loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "lowercase")]
pub enum PartKind {
    /// The language model.
    Model,
    /// The voice.
    Voice,
    /// The recogniser.
    Ears,
}

/// How far a part is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "state", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum PartState {
    /// There is none.
    Absent,
    /// It is being loaded.
    Loading {
        /// What.
        name: String,
        /// 0.0 to 1.0, where known.
        progress: Option<f32>,
    },
    /// It can be used.
    Ready {
        /// What.
        name: String,
    },
    /// It could not be loaded.
    Failed {
        /// What.
        name: String,
        /// Why.
        problem: Problem,
    },
}

/// Sound devices.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DeviceList {
    /// Microphones.
    pub inputs: Vec<String>,
    /// Speakers.
    pub outputs: Vec<String>,
}

/// A voice that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct VoiceEntry {
    /// Id.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// `en`, `zh`, `ja`.
    pub language: String,
    /// `espeak` or `piper`.
    pub kind: String,
}

/// A model of the catalogue or the library.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ModelEntry {
    /// Id.
    pub id: String,
    /// `chat`, `ears`, `voice`, `pictures`, `encoder`, `vad`.
    pub kind: String,
    /// Name for people.
    pub name: String,
    /// One honest sentence.
    pub note: String,
    /// Licence.
    pub licence: String,
    /// Where its terms stand.
    pub licence_url: Option<String>,
    /// The terms are to be read and agreed to before it is fetched.
    pub ask: bool,
    /// Bytes, where known.
    pub size: Option<f64>,
    /// Language codes.
    pub languages: Vec<String>,
    /// No hash is pinned in the catalogue.
    pub unpinned: bool,
    /// It lies in a folder of ours, or can be forgotten: not another program's.
    pub removable: bool,
    /// `builtin`, `available`, `by-hand`, `downloading`, `paused`, `installed`.
    pub state: String,
    /// Where it is handed out, where no program can fetch it there.
    pub page: Option<String>,
    /// What else there is to know of it: `floats`, `pickle`, `whole`.
    pub traits: Vec<String>,
    /// What the setting is that uses it, where that is not its id: of a voice the name that it is spoken with.
    pub chosen_as: Option<String>,
    /// Bytes fetched so far.
    pub done: f64,
}

/// What became of a file that was dropped or chosen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ImportReport {
    /// File name.
    pub file: String,
    /// `character`, `conversation`, `lorebook`, `sprites`, `place`, `music`, `ambience`; for models `chat`, `ears`, `voice`, `pictures`, `encoder`; `None` where it was refused.
    pub kind: Option<String>,
    /// Name of what it is.
    pub name: String,
    /// Id of what came of it.
    pub id: String,
    /// What was coerced or lost.
    pub warnings: Vec<String>,
    /// Why it was refused.
    pub problem: Option<Problem>,
    /// It was there already (a conversation that was taken over before); nothing was written.
    pub known: bool,
}

/// A conversation in the list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ConversationView {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Unix time in milliseconds.
    pub updated_at: f64,
    /// Messages on its current branch.
    pub messages: u32,
    /// It is the one on stage.
    pub active: bool,
    /// Saves that point into it.
    pub saves: u32,
}

/// A conversation in the trash.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RemovedConversation {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Unix time in milliseconds at which it was put there.
    pub removed_at: f64,
    /// Messages on all its branches.
    pub messages: u32,
}

/// What became of conversations that were deleted for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PurgedConversations {
    /// How many there were.
    pub conversations: u32,
    /// Copies of the database that still hold them.
    pub copies: Vec<String>,
}

/// How long the stages of a turn took, from the end of what the person said.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Timings {
    /// Waiting for the end of speech.
    pub endpoint_ms: Option<f64>,
    /// Why that was taken for the end: `released`, `finished`, `unclear`, `unfinished`, `longest`.
    pub end_of_turn: Option<String>,
    /// The reply was prepared before that was certain.
    pub guessed: bool,
    /// Writing down what was said.
    pub transcript_ms: Option<f64>,
    /// Until the model's first token.
    pub first_token_ms: Option<f64>,
    /// Until the first sample.
    pub first_audio_ms: Option<f64>,
    /// Until the end of the turn.
    pub total_ms: f64,
    /// Tokens of the prompt.
    pub prompt_tokens: u32,
    /// How many of them were in the KV cache.
    pub reused_tokens: u32,
    /// Tokens of the reply.
    pub reply_tokens: u32,
    /// Tokens written a second, where known.
    pub tokens_per_s: Option<f32>,
}

/// Everything a shell needs to draw itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Snapshot {
    /// Version of the program.
    pub version: String,
    /// Settings.
    pub settings: Settings,
    /// The characters at hand; the library has them all.
    pub characters: Vec<CharacterSummary>,
    /// Who is on stage.
    pub character: String,
    /// Id of the conversation.
    pub conversation: String,
    /// Name of the person in it.
    pub persona: String,
    /// Who is there.
    pub cast: CastView,
    /// Its current branch.
    pub messages: Vec<MessageView>,
    /// The language model.
    pub model: PartState,
    /// The voice.
    pub voice: PartState,
    /// The recogniser.
    pub ears: PartState,
    /// A turn is running.
    pub busy: bool,
}

/// What the ears are doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "lowercase")]
pub enum HearingState {
    /// The microphone is closed.
    Off,
    /// It is open; nobody speaks.
    Waiting,
    /// It is open; only the wake phrase is listened for.
    Asleep,
    /// Somebody speaks.
    Speech,
    /// What was said is being written down.
    Transcribing,
}

/// What happens, in order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
#[expect(missing_docs, reason = "the fields are the page's, described in backend.ts")]
pub enum AppEvent {
    /// An interview goes on, or has ended.
    Appraisal { run: AppraisalRun },
    /// A training of the studio goes on, waits, or has ended; of curves and samples the newest.
    Studio { project: String, run: StudioRun },
    /// Documents are being read, or have been.
    Reading {
        /// How far it is.
        reading: ReadingView,
    },
    /// The person said something: it is in the log.
    TurnStarted {
        turn: u32,
        message: Option<MessageView>,
        speaker: Option<String>,
        because: Option<String>,
    },
    /// Somebody was invited or sent away, or they take turns otherwise.
    CastChanged { cast: CastView },
    /// The model writes.
    TextDelta { turn: u32, text: String },
    /// A line's first sample is heard now, or its time has come with the sound off.
    LineStarted {
        turn: u32,
        line: u32,
        text: String,
        cues: Vec<Cue>,
        staging: Vec<StageCue>,
        visemes: Vec<Viseme>,
        duration_ms: Option<u32>,
    },
    /// More mouth shapes.
    Visemes { turn: u32, line: u32, visemes: Vec<Viseme> },
    /// How far the line has been heard.
    Playhead { turn: u32, line: u32, at_ms: u32 },
    /// The line's last sample was heard.
    LineEnded { turn: u32, line: u32 },
    /// The reply is in the log.
    TurnFinished { turn: u32, message: Option<MessageView>, interrupted: bool, timings: Timings },
    /// The turn could not be finished.
    TurnFailed { turn: u32, problem: Problem },
    /// The messages shown changed otherwise.
    ConversationChanged { character: String, conversation: String, messages: Vec<MessageView> },
    /// The characters at hand changed: who is on stage, who came with the app, who was talked to last.
    CharactersChanged { characters: Vec<CharacterSummary> },
    /// The library is not what it was: lists are asked for anew.
    LibraryChanged { all: u32, indexing: bool },
    /// The person's own places and sounds are not what they were.
    SceneryChanged,
    /// A conversation is being taken over: how many of its messages are through.
    Importing { through: u32, of: u32 },
    /// Files were given to the program, to be looked at before they are taken in.
    FilesOpened { paths: Vec<String> },
    /// Who the person is in the conversation on stage.
    PersonaChanged { name: String },
    /// Settings changed.
    SettingsChanged { settings: Box<Settings> },
    /// A part is being loaded, ready, or failed.
    Part { part: PartKind, state: PartState },
    /// What the ears are doing.
    Hearing { state: HearingState },
    /// Microphone level, 0 to 1.
    Level { level: f32 },
    /// A test of the microphone goes on.
    MicTest { test: MicTest },
    /// What was heard.
    Heard { text: String },
    /// The microphone was pressed and there are no ears yet.
    EarsWanted { offers: Vec<ModelEntry> },
    /// A download moved on.
    Download { entry: ModelEntry, bytes_per_second: f64, problem: Option<Problem> },
    /// The person asked for something to be forgotten, and it is: `topic` in their words (`None` for "that"), how many messages and
    /// notes, and the number that takes it back.
    Forgotten { topic: Option<String>, messages: u32, undo: u32 },
    /// A question is being looked up at a search engine's machine; `None`: no longer.
    Searching { host: Option<String> },
    /// A model on this machine draws a picture: steps that are done, and of how many.
    Picturing { done: u32, of: u32 },
    /// A newer version is being fetched: bytes so far, and of how many where that is known.
    Updating { done: f64, total: Option<f64> },
    /// Something a person should read.
    Notice { problem: Problem },
}
