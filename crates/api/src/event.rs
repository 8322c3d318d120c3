//! What a shell is told: everything at once when it begins, then what happens, in order.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{
    AppraisalRun, CastView, CharacterSummary, Cue, MessageView, MicTest, ModelEntry, PartKind,
    PartState, Problem, ReadingView, Settings, StageCue, StudioAsking, StudioRun, Timings, Viseme,
};

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
    /// Instructions are being made up for a dataset of the studio, or it has ended.
    StudioAsking { project: String, asking: StudioAsking },
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
    /// What was understood so far of somebody who is still speaking: words that stay, and words that may still change.
    Understood { committed: String, tentative: String },
    /// What was heard, once they have finished.
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
