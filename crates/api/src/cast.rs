//! Who is in the conversation on stage.

use serde::{Deserialize, Serialize};
use specta::Type;

/// One of those who are there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CastMember {
    /// Id of the character.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Speaks only when the person chooses them.
    pub muted: bool,
}

/// Who is there, and how they take turns.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CastView {
    /// The conversation's own character first.
    pub members: Vec<CastMember>,
    /// Most lines that follow a line of the person's: 1 is one answer a turn.
    pub lines: u8,
    /// How many more can be invited.
    pub room: u8,
}
