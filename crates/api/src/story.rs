//! What the page knows of branches, saves, and how a prompt came about.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{EmotionName, Recollection, Speaker};

/// How the stage looked when a save was made; the page draws the thumbnail from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StageState {
    /// Name of the place.
    pub scene: String,
    /// `day`, `dusk`, `night`.
    pub daylight: String,
    /// `clear`, `rain`, …
    pub weather: String,
    /// The face that was shown.
    pub emotion: EmotionName,
}

/// A place to come back to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SaveView {
    /// Position of the save in the log.
    pub id: u32,
    /// A number from 1, `quick` or `auto`.
    pub slot: String,
    /// With whom.
    pub character: String,
    /// Their name; the id where the character has gone.
    pub character_name: String,
    /// The conversation it points into.
    pub conversation: String,
    /// The line that was being read.
    pub line: String,
    /// Unix time in milliseconds.
    pub at: f64,
    /// The stage around it.
    pub stage: StageState,
}

/// A message in the tree of its conversation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BranchNode {
    /// Id in the log.
    pub id: String,
    /// What it answers.
    pub parent: Option<String>,
    /// Who said it.
    pub role: Speaker,
    /// Id of the character who said it, where several are there.
    pub speaker: Option<String>,
    /// The beginning of what was said, without tags.
    pub text: String,
    /// The first emotion.
    pub emotion: EmotionName,
    /// Unix time in milliseconds.
    pub created_at: f64,
    /// On the branch that is shown.
    pub shown: bool,
}

/// A part of the prompt of the last turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PromptBlock {
    /// `system`, `description`, `history`, the name of a note, …
    pub name: String,
    /// What the model read.
    pub text: String,
    /// Its tokens, counted by itself.
    pub tokens: u32,
}

/// An entry of a lorebook that fired.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LoreFired {
    /// Its name, else its first keys.
    pub name: String,
    /// Name of its book; may be empty.
    pub book: String,
    /// Whose book that is: `global`, `character`, `persona`, `chat`.
    pub scope: String,
    /// Its keys.
    pub keys: Vec<String>,
    /// Why it fired: `key`, `constant`, `sticky`, `activate`, `keep_activate_after_match`.
    pub rule: String,
    /// The key that was found; empty where none had to be.
    pub key: String,
    /// Where it was found: `message`, `entry`, `beside` (a text of the character or the person), `window`; empty where it was not looked for.
    pub place: String,
    /// Of a message, its place from the end, 1 is the newest; of a sticky entry, for how many messages it stays; else 0.
    pub count: u32,
    /// Name of the entry that called it.
    pub caller: String,
    /// Further keys that had to be there.
    pub with: Vec<String>,
    /// Keys that must not be there.
    pub without: Vec<String>,
    /// Why it is not in the prompt all the same: `book` or `books` (their budget), `context` (it was full), `outlet` (nothing names
    /// it), `model` (too small for lore); empty where it is.
    pub left_out: String,
    /// Tokens of what it adds.
    pub tokens: u32,
    /// The beginning of what it adds.
    pub text: String,
}

/// How the last prompt was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// Name of the model that read it.
    pub model: String,
    /// Its parts, in order.
    pub blocks: Vec<PromptBlock>,
    /// Messages that no longer fitted, counted from the oldest.
    pub left_out: u32,
    /// Entries of lorebooks that fired, in the order of the prompt.
    pub lore: Vec<LoreFired>,
    /// What came to mind, and why; it is in the block `memory`.
    pub recalled: Vec<Recollection>,
    /// Why parts of the reply were written anew before anybody heard them, in order: `assistant`, `refusal`, `banned`, `repetition`,
    /// `tag`, `run`, `alike`, `farewell`, `machine`, `outside`, `anothers`.
    pub again: Vec<String>,
}

/// A note of the person's to the model.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AuthorNote {
    /// What the model reads.
    pub text: String,
    /// How many messages from the end; 0: behind the newest.
    pub depth: u32,
}

/// The notes for who is on stage.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AuthorNotesView {
    /// For every conversation with them.
    pub character: Option<AuthorNote>,
    /// For this conversation, in place of the other.
    pub conversation: Option<AuthorNote>,
}
