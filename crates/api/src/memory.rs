//! What the page knows of a character's memory.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::MessageView;

/// Something that a character knows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MemoryFact {
    /// Handle for changes, as long as the program runs.
    pub id: u32,
    /// Whom it is about, where that is neither of the two who talk.
    pub who: Option<String>,
    /// Of what: `birthday`, `home`, …, or the words that were used.
    pub attribute: String,
    /// What.
    pub value: String,
    /// What was said, where it was put right by hand.
    pub said: Option<String>,
    /// The words that said it.
    pub clause: String,
    /// The language model that read it in them; `None` for a rule, and for what was written down by hand.
    pub by: Option<String>,
    /// About the person (else about the character).
    pub of_user: bool,
    /// The message that said it; `None` for what was written down by hand.
    pub message: Option<String>,
    /// Unix time in milliseconds.
    pub at: f64,
    /// In every prompt.
    pub pinned: bool,
    /// What it was before, the newest first.
    pub before: Vec<String>,
    /// The line that the model reads when it comes to mind.
    pub line: String,
}

/// A scene of the past.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MemoryScene {
    /// Unix time in milliseconds.
    pub from: f64,
    /// Unix time in milliseconds.
    pub to: f64,
    /// How many messages it had.
    pub messages: u32,
    /// Its first message.
    pub first: String,
    /// The lines that say most, as they were said.
    pub highlights: Vec<MessageView>,
    /// Words that say what it was about, the most telling first.
    pub topics: Vec<String>,
    /// What was told: of what, and what.
    pub told: Vec<(String, String)>,
    /// What a model wrote about it; empty: nothing.
    pub summary: String,
    /// The model that wrote it.
    pub by: String,
    /// The person has put it right.
    pub by_hand: bool,
    /// The summary's number; `None` where there is none.
    pub summary_id: Option<u32>,
}

/// Scenes that lie within a month.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MemoryChapter {
    /// Unix time in milliseconds.
    pub from: f64,
    /// Unix time in milliseconds.
    pub to: f64,
    /// Words of all its scenes, the most telling first.
    pub topics: Vec<String>,
    /// The newest first.
    pub scenes: Vec<MemoryScene>,
}

/// The encoder by which memories and documents are found by what they mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MeaningView {
    /// Its name.
    pub name: String,
    /// Messages, or passages, that it has read.
    pub done: u32,
    /// How many there are.
    pub all: u32,
    /// What is wrong with it; empty: nothing.
    pub problem: String,
}

/// What there is between the person and a character.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MemoryAcquaintance {
    /// Unix time in milliseconds of the first thing that the person said.
    pub since: f64,
    /// And of the last.
    pub last: f64,
    /// Days on which they talked.
    pub days: u32,
    /// What the person said, in messages.
    pub said: u32,
    /// What the person wants to be called.
    pub name: Option<String>,
    /// What the person calls the character.
    pub her_name: Option<String>,
}

/// How facts are found beside the rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MemoryReader {
    /// The language model; empty where there is none.
    pub name: String,
    /// `off` (switched off), `server` (a server's, which may not), `none` (no model yet), `waits` (it has not been tried), `unfit` (it was
    /// tried, and cannot), `reads`.
    pub state: String,
    /// Messages of this character that it has read.
    pub read: u32,
    /// How many there are.
    pub all: u32,
}

/// What a character remembers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MemoryPage {
    /// Who remembers.
    pub character: String,
    /// Their name.
    pub name: String,
    /// `None` where the person has said nothing yet.
    pub acquaintance: Option<MemoryAcquaintance>,
    /// `None` where memories are found by their words alone.
    pub meaning: Option<MeaningView>,
    /// Who finds facts beside the rules.
    pub reader: MemoryReader,
    /// The newest first.
    pub facts: Vec<MemoryFact>,
    /// The newest first.
    pub chapters: Vec<MemoryChapter>,
    /// The conversations are still being read.
    pub reading: bool,
    /// The model on stage is too small to be given any of it.
    pub unused: bool,
}

/// Something that comes to mind, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Recollection {
    /// The fact that it is; `None` for what is only quoted.
    pub fact: Option<u32>,
    /// The summary that it is, of a scene.
    pub summary: Option<u32>,
    /// The message that said it; of a scene the first.
    pub message: Option<String>,
    /// The person said it (else the character).
    pub by_user: bool,
    /// The words.
    pub text: String,
    /// Unix time in milliseconds.
    pub at: f64,
    /// `core`, `pinned`, `words`, `meaning`, `around` (from the scene of something quoted), `before` (what the last talk was about).
    pub why: String,
    /// The words of the question that it was found by.
    pub words: Vec<String>,
}

/// Where something was said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MemorySource {
    /// The conversation.
    pub conversation: String,
    /// Its title; may be empty.
    pub title: String,
    /// The message among its neighbours, the oldest first.
    pub messages: Vec<MessageView>,
}

/// What came of a file of memories.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MemoryImport {
    /// Taken over.
    pub added: u32,
    /// Known already, or empty.
    pub skipped: u32,
    /// The number that takes it back.
    pub undo: u32,
}
