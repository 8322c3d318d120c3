//! What can go wrong while a novel is read or a dataset is written.

use std::path::PathBuf;

use domain::{Problem, ProblemKind};

/// Why nothing came out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The folder or a file could not be read.
    #[error("`{}` could not be read: {source}", path.display())]
    Read {
        /// What was asked for.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// A file could not be written.
    #[error("`{}` could not be written: {source}", path.display())]
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
    #[error("line {line} is not a row of `novel extract`: {message}")]
    Row {
        /// Where, from 1.
        line: usize,
        /// What the parser says.
        message: String,
    },
    /// A line of a dataset cannot be changed like this.
    #[error("{0}")]
    Line(String),
    /// A name of which files are called that would lead elsewhere.
    #[error("`{0}` is no name for files")]
    Name(String),
    /// The dataset would be empty.
    #[error("{0}")]
    Empty(String),
    /// Likewise, because of what was asked to be left out.
    #[error("{message}")]
    LeftOut {
        /// What was left out.
        message: String,
        /// What to ask for instead.
        remedy: &'static str,
    },
}

impl Error {
    pub(crate) fn damaged(what: impl Into<String>) -> Self {
        Self::Damaged(what.into())
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let (kind, remedy) = match &error {
            Error::Read { source, .. } if source.kind() == std::io::ErrorKind::NotFound => {
                (ProblemKind::Missing, "check the path")
            }
            Error::Read { .. } => (ProblemKind::Missing, "check that you may read it"),
            Error::Write { .. } => {
                (ProblemKind::Disk, "check the folder and the space on the disk")
            }
            Error::Damaged(_) => {
                (ProblemKind::Damaged, "get the file again from where it comes from")
            }
            Error::Refused(_) => (ProblemKind::Unsupported, "choose a folder with scripts as text"),
            Error::TooLarge(_) => {
                (ProblemKind::Unsupported, "choose the folder that holds the scripts alone")
            }
            Error::Row { .. } => (
                ProblemKind::Invalid,
                "make the file again (`hanashi novel extract` in a terminal), or give the studio the scripts themselves",
            ),
            Error::Line(_) => {
                (ProblemKind::Invalid, "write something else, or take the line out instead")
            }
            Error::Name(_) => {
                (ProblemKind::Invalid, "give a name without slashes, colons and control characters")
            }
            Error::LeftOut { remedy, .. } => (ProblemKind::Invalid, *remedy),
            Error::Empty(_) => (
                ProblemKind::Invalid,
                "choose another speaker or folder; who speaks how much is shown in *Studio* (`hanashi novel scan` in a terminal)",
            ),
        };
        Self::new(kind, error.to_string(), remedy)
    }
}
