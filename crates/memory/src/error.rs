//! What can go wrong with the memory's own file.

use std::path::PathBuf;

use domain::{Problem, ProblemKind};
use rusqlite::ErrorCode;

/// A failure of the memory. What was said is in the log and never touched by it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// SQLite refused.
    #[error("the memory `{path}` cannot be used: {source}")]
    Sqlite {
        /// The file.
        path: PathBuf,
        /// Why.
        source: rusqlite::Error,
    },
    /// A damaged memory that was set aside cannot be deleted, and may hold what is to be forgotten.
    #[error(
        "nothing is forgotten yet: the damaged memory `{path}` may hold it and cannot be deleted: {source}"
    )]
    SetAside {
        /// That file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The log could not be read.
    #[error(transparent)]
    Log(#[from] store::Error),
    /// The encoder refused.
    #[error("the encoder cannot be used: {0}")]
    Encoder(String),
    /// An id names nothing.
    #[error("nothing is remembered under `{0}`")]
    Unknown(i64),
    /// A note says nothing.
    #[error("a memory needs something that it is about, and what is true of it")]
    Empty,
    /// A note is a story.
    #[error("this is too long for a memory")]
    TooLong,
    /// A file to take over cannot be read.
    #[error("`{file}` holds no memories: {reason}")]
    Foreign {
        /// Its name.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Log(error) => error.into(),
            Error::Unknown(_) => Self::new(
                ProblemKind::Invalid,
                error.to_string(),
                "open the list of memories again",
            ),
            Error::Encoder(_) => Self::new(
                ProblemKind::Unsupported,
                error.to_string(),
                "choose another encoder, or go on without one: memories are found by their words",
            ),
            Error::Empty => {
                Self::new(ProblemKind::Invalid, error.to_string(), "write both, then save again")
            }
            Error::SetAside { .. } => Self::new(
                ProblemKind::Disk,
                error.to_string(),
                "delete that file yourself, then try again: nothing needs it",
            ),
            Error::TooLong => Self::new(
                ProblemKind::Invalid,
                error.to_string(),
                "say it in a sentence, or split it in two",
            ),
            Error::Foreign { .. } => Self::new(
                ProblemKind::Invalid,
                error.to_string(),
                "choose a file that the memory page wrote (`hanashi memory export` in a terminal), or a chat of SillyTavern or RisuAI with summaries in it",
            ),
            Error::Sqlite { ref source, .. } => {
                let (kind, remedy) = match source.sqlite_error_code() {
                    Some(ErrorCode::DiskFull) => (ProblemKind::Disk, "free some space on the disk"),
                    // Somebody else has it open: what is deleted now would be gone for them.
                    Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => (
                        ProblemKind::Busy,
                        "close the other window or command that uses it, and try again",
                    ),
                    Some(
                        ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied,
                    ) => (ProblemKind::Disk, "check that the file and its folder can be written"),
                    _ => (
                        ProblemKind::Damaged,
                        "delete `memory.sqlite`: it is made again from the conversations",
                    ),
                };
                Self::new(kind, error.to_string(), remedy)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_damaged_memory_is_to_be_deleted() {
        for (code, kind) in [
            (rusqlite::ffi::SQLITE_FULL, ProblemKind::Disk),
            (rusqlite::ffi::SQLITE_BUSY, ProblemKind::Busy),
            (rusqlite::ffi::SQLITE_READONLY, ProblemKind::Disk),
            (rusqlite::ffi::SQLITE_CANTOPEN, ProblemKind::Disk),
            (rusqlite::ffi::SQLITE_CORRUPT, ProblemKind::Damaged),
        ] {
            let source = rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), None);
            let problem = Problem::from(Error::Sqlite { path: "memory.sqlite".into(), source });
            assert_eq!(problem.kind, kind, "{problem}");
            assert_eq!(
                problem.remedy.contains("delete"),
                kind == ProblemKind::Damaged,
                "{problem}"
            );
        }
    }
}
