//! What went wrong, as a page is told it.

use serde::{Deserialize, Serialize};
use specta::Type;

/// What went wrong: what happened, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// `missing`, `damaged`, `unsupported`, `device`, `disk`, `memory`, `network`, `not_ready`, `busy`, `invalid`, `internal`;
    /// `info` where nothing is wrong.
    pub kind: String,
    /// What happened.
    pub message: String,
    /// What to do.
    pub remedy: String,
}

/// Every room's error says what happened and what to do as a `domain::Problem`, so each can be told to a page.
impl<E: Into<domain::Problem>> From<E> for Problem {
    fn from(error: E) -> Self {
        let problem = error.into();
        let kind = serde_json::to_value(problem.kind)
            .ok()
            .and_then(|kind| kind.as_str().map(str::to_owned))
            .unwrap_or_else(|| "internal".to_owned());
        Self { kind, message: problem.message, remedy: problem.remedy }
    }
}
