//! Why a model file was refused. Every message names the file and the reason; whoever shows it adds what to do.

use std::path::{Path, PathBuf};

/// Why a model file could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file or folder is not there, or holds no model.
    #[error("there is no model file at `{path}`")]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The operating system would not let it be read.
    #[error("the model file `{path}` cannot be read: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's own words.
        source: std::io::Error,
    },
    /// Truncated, corrupt, or not a model file at all.
    #[error("the model file `{path}` is damaged: {reason}")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A sound file of a kind that is not read.
    #[error("the model file `{path}` cannot be used: {reason}")]
    Unsupported {
        /// The file.
        path: PathBuf,
        /// What it would need.
        reason: String,
    },
}

impl Error {
    /// A damaged file.
    pub fn damaged(path: &Path, reason: impl Into<String>) -> Self {
        Self::Damaged { path: path.to_owned(), reason: reason.into() }
    }

    /// A file of an unsupported kind.
    pub fn unsupported(path: &Path, reason: impl Into<String>) -> Self {
        Self::Unsupported { path: path.to_owned(), reason: reason.into() }
    }

    /// What the system said about a file.
    pub fn io(path: &Path, source: std::io::Error) -> Self {
        match source.kind() {
            std::io::ErrorKind::NotFound => Self::Missing { path: path.to_owned() },
            std::io::ErrorKind::UnexpectedEof => {
                Self::damaged(path, "it ends too early (an interrupted download?)")
            }
            _ => Self::Io { path: path.to_owned(), source },
        }
    }
}

/// A refusal by a reader that does not know its file's name.
pub(crate) enum Refusal {
    Damaged(String),
    Unsupported(String),
    Io(std::io::Error),
}

impl Refusal {
    pub(crate) fn at(self, path: &Path) -> Error {
        match self {
            Self::Damaged(reason) => Error::damaged(path, reason),
            Self::Unsupported(reason) => Error::unsupported(path, reason),
            Self::Io(source) => Error::io(path, source),
        }
    }
}

/// Refuses with a reason.
pub(crate) fn damaged<T>(reason: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::Damaged(reason.into()))
}
