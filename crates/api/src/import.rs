//! What became of a file that was taken in.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::Problem;

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
