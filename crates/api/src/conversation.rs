//! Conversations in the list, in the trash, and gone for good.

use serde::{Deserialize, Serialize};
use specta::Type;

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
