//! Comparing replies, score sheets, marks on single replies.

use serde::{Deserialize, Serialize};
use specta::Type;

/// One side of a comparison.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ArenaSide {
    /// Id of a chat model; empty for the one that is loaded.
    pub model: String,
    /// Temperature; null for the settings'.
    pub temperature: Option<f32>,
    /// Whether the reply is watched.
    pub guard: bool,
    /// System prompt in the place of the card's; empty for the card's.
    pub instructions: String,
    /// Id of an adapter that writes with the model; empty for none; null for those that write on stage, with the model that is loaded.
    pub adapter: Option<String>,
}

/// An adapter that may write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AdapterView {
    /// Its id.
    pub id: String,
    /// Name of the adapter in the library, of the character whose own it is, or of the studio's project.
    pub name: String,
    /// `library`, `character`, `studio`.
    pub from: String,
}

/// Two replies to be compared, without a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ArenaRound {
    /// What the vote is given for.
    pub id: String,
    /// The reply on the left, as displayed.
    pub left: String,
    /// The reply on the right.
    pub right: String,
}

/// Who stood where, told after the vote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ArenaReveal {
    /// What made the reply on the left.
    pub left: String,
    /// And on the right.
    pub right: String,
}

/// Wins, ties and losses under a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ArenaCounts {
    /// Category or topic; empty for all.
    pub name: String,
    /// The first was better.
    pub win: u32,
    /// Neither was.
    pub tie: u32,
    /// The second was better.
    pub lose: u32,
}

/// Two contenders, over all their comparisons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ArenaPair {
    /// The first.
    pub one: String,
    /// The second.
    pub other: String,
    /// All votes, then by category, then by topic.
    pub counts: Vec<ArenaCounts>,
    /// How often the left side won.
    pub left_won: u32,
    /// Of how many votes that were no ties.
    pub decided: u32,
}

/// One contender's row of a table of six.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ArenaRow {
    /// What made the replies.
    pub label: String,
    /// Sheets, or replies that were looked at.
    pub count: u32,
    /// Six means or rates; null where nothing was given.
    pub values: Vec<Option<f64>>,
    /// Rates of faults together, less proactivity; null for sheets.
    pub overall: Option<f64>,
}

/// All tables.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ArenaResults {
    /// Comparisons.
    pub pairs: Vec<ArenaPair>,
    /// Score sheets.
    pub sheets: Vec<ArenaRow>,
    /// Marks.
    pub marks: Vec<ArenaRow>,
    /// Lines of the books that could not be read.
    pub damaged: u32,
}

/// A reply of the conversation with its marks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MarkedReply {
    /// Id of the message.
    pub message: String,
    /// The reply, as displayed.
    pub text: String,
    /// The marks; null where nobody looked at it.
    pub marks: Option<Vec<String>>,
}
