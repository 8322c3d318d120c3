//! What went wrong, in the form a person is told.

use serde::{Deserialize, Serialize};

/// What kind of thing went wrong; the app reacts to some of them (offers a download, another device, …).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ProblemKind {
    /// A file or folder is not there.
    Missing,
    /// A file is damaged, truncated, or not what it should be.
    Damaged,
    /// The file is fine, but of a kind that this version cannot use.
    Unsupported,
    /// No microphone, no speakers, or they went away.
    Device,
    /// The disk is full or cannot be written.
    Disk,
    /// Not enough memory.
    Memory,
    /// The network failed, or is not allowed.
    Network,
    /// Nothing is loaded that could do it (no model, no voice, no ears).
    NotReady,
    /// Another copy of the app has the data open.
    Busy,
    /// What was asked makes no sense (an empty text, an unknown name).
    Invalid,
    /// Our own mistake.
    Internal,
}

/// A failure that a person is told: what happened, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("{message}; {remedy}")]
pub struct Problem {
    /// What kind.
    pub kind: ProblemKind,
    /// What happened: one sentence, lower case, no full stop, names in backticks.
    pub message: String,
    /// What the person can do: likewise.
    pub remedy: String,
}

impl Problem {
    /// A problem of a kind: what happened, and what to do.
    pub fn new(kind: ProblemKind, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { kind, message: message.into(), remedy: remedy.into() }
    }
}
