//! The stage over IPC: what replies do to it, sounds, pictures of feelings.

use serde::{Deserialize, Serialize};
use specta::Type;

/// Something that happens to the stage at a place in a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StageCue {
    /// Characters (Unicode scalar values) from the start of the text.
    pub at: u32,
    /// `scene`, `weather`, `time`, `music`, `sound`, `camera`, `transition`, `gesture`.
    pub kind: String,
    /// What the character wrote behind the colon. What it means is the page's business.
    pub value: String,
}

/// What pictures of feelings there would be in some files.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LooksPreview {
    /// Their names, without ending, in order.
    pub names: Vec<String>,
    /// Files that are pictures, but would be left out: costumes, too many.
    pub left_out: Vec<String>,
    /// Among the files are cards, models or other things that are taken in as what they are.
    pub others: bool,
}

/// What became of pictures of feelings.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LooksReport {
    /// Names of those that the character has now because of it.
    pub taken: Vec<String>,
    /// Those that could not be taken.
    pub refused: Vec<RefusedLook>,
}

/// A picture that could not be taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RefusedLook {
    /// The file, or its path in an archive.
    pub file: String,
    /// Why not.
    pub reason: String,
}
