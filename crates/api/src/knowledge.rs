//! What the page knows of documents: the list, a search in it, and what a reply leans on.

use serde::{Deserialize, Serialize};
use specta::Type;

/// A document of the index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DocumentView {
    /// Its number.
    pub id: u32,
    /// Its file.
    pub path: String,
    /// The file's name.
    pub name: String,
    /// What it calls itself; else the file's name.
    pub title: String,
    /// Whose it is; `None`: every character's.
    pub character: Option<String>,
    /// `text`, `pdf`, …; empty where it was refused.
    pub format: String,
    /// Kilobytes of the file, rounded up.
    pub kilobytes: u32,
    /// Passages that can be found.
    pub passages: u32,
    /// `ready`, `reading` (not to its end yet), `refused`.
    pub state: String,
    /// Why it was refused: `protected`, `scanned`, `damaged`, …; else empty.
    pub reason: String,
    /// The same in the program's words, with what to do.
    pub message: String,
}

/// Where in a file something stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PlaceView {
    /// `whole`, `page`, `line`, `row`, `time` (milliseconds), `chapter`.
    pub kind: String,
    /// Its number; 0 where it has none.
    pub at: u32,
}

/// A passage that was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PassageView {
    /// The file.
    pub path: String,
    /// The file's name.
    pub name: String,
    /// Where in it.
    pub place: PlaceView,
    /// The headings above it; may be empty.
    pub heading: String,
    /// What it says.
    pub text: String,
    /// The words that it was found by.
    pub because: Vec<String>,
    /// How much of the question it holds, 0 to 1.
    pub coverage: f32,
    /// How near it is to the question in meaning (cosine), where an encoder found it.
    pub near: Option<f32>,
    /// How much of the reply is in it (ROUGE-L precision, above 0.7); `None`: the reply does not lean on it, or is not there yet.
    pub evidence: Option<f32>,
    /// The part of the reply that leans on it; else empty.
    pub said: String,
}

/// What was looked up for a turn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LookedUp {
    /// `no`, `maybe`, `yes`: whether the line needed documents.
    pub need: String,
    /// What was looked for; empty where nothing was.
    pub question: String,
    /// What stood in the prompt.
    pub passages: Vec<PassageView>,
    /// Name of the rule that fired; empty where none did.
    pub rule: String,
    /// The pattern that it fired by.
    pub pattern: String,
}

/// What reading documents is doing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ReadingView {
    /// Files done.
    pub done: u32,
    /// Of how many.
    pub files: u32,
    /// The file being read, or the last.
    pub name: String,
    /// How much of a long one is read, 0 to 1; `None` where it is not known.
    pub part: Option<f32>,
    /// Nothing more is being read.
    pub finished: bool,
    /// Files that are not read, with what to do.
    pub refused: Vec<RefusedView>,
    /// It was stopped, or failed, and why.
    pub problem: Option<super::Problem>,
}

/// A file that is not read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RefusedView {
    /// Which.
    pub name: String,
    /// `protected`, `scanned`, `damaged`, …
    pub reason: String,
    /// Why, and what to do.
    pub message: String,
}
