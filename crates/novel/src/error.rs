//! What can go wrong while a novel is read or a dataset is written.

use std::path::PathBuf;

/// Why nothing came out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The folder or a file could not be read.
    #[error("{}: {source}. Check that the path exists and may be read", path.display())]
    Read {
        /// What was asked for.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// A file could not be written.
    #[error("{}: {source}. Check the folder and the space on the disk", path.display())]
    Write {
        /// What was being written.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// A file is damaged, or not what its first bytes say.
    #[error("damaged: {0}")]
    Damaged(String),
    /// A file is understood but not for us to open.
    #[error("{0}")]
    Refused(String),
    /// More than is read at once.
    #[error("too large: {0}")]
    TooLarge(String),
    /// A row of an extract that is not one.
    #[error("line {line} is not a row of `novel extract`: {message}. Make the file again with `hanashi novel extract`")]
    Row {
        /// Where, from 1.
        line: usize,
        /// What the parser says.
        message: String,
    },
    /// The dataset would be empty.
    #[error("{0}")]
    Empty(String),
}

impl Error {
    pub(crate) fn damaged(what: impl Into<String>) -> Self {
        Self::Damaged(what.into())
    }
}
