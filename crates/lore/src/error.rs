//! Why a file is no lorebook, and what was odd about one that is.

use serde::Serialize;

/// Why a file could not be read as a lorebook.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Too large to be looked at.
    #[error("the file is {bytes} bytes long, and a lorebook may have {most}")]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The limit.
        most: usize,
    },
    /// Not JSON.
    #[error("the file is no JSON: {reason}")]
    NotJson {
        /// What the parser says.
        reason: String,
    },
    /// JSON of something else.
    #[error("the file is no lorebook: {found}")]
    NotALorebook {
        /// What was found instead.
        found: String,
    },
}

impl From<Error> for domain::Problem {
    fn from(error: Error) -> Self {
        let (kind, remedy) = match error {
            Error::TooLarge { .. } => {
                (domain::ProblemKind::Unsupported, "split the book into smaller ones")
            }
            Error::NotJson { .. } => (
                domain::ProblemKind::Damaged,
                "export the lorebook again from the program that made it",
            ),
            Error::NotALorebook { .. } => (
                domain::ProblemKind::Unsupported,
                "choose a lorebook: a world info file, a `.lorebook`, or a character card with a book in it",
            ),
        };
        Self::new(kind, error.to_string(), remedy)
    }
}

/// Something that was put right, could not be understood, or has no effect here. For people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// Where: `scan_depth`, `entries[3].keys`, or "" for the file.
    pub field: String,
    /// What was found and what was made of it.
    pub message: String,
}

impl Warning {
    pub(crate) fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}
