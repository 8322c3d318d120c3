//! What can go wrong: with one file (a [`Refusal`], and the others are read all the same), or with the index itself (an [`Error`]).

use std::path::PathBuf;

use domain::{Problem, ProblemKind};

/// Why a file is not read. The others are.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The system does not hand it out.
    #[error("it cannot be opened ({0}); check that it still exists and that you may read it")]
    Open(#[source] std::io::Error),
    /// It is too large for its kind.
    #[error(
        "it has {size} MB, and a file of this kind may have {most} MB; split it, or save it as plain text"
    )]
    TooLarge {
        /// Megabytes.
        size: u64,
        /// Megabytes that are read.
        most: u64,
    },
    /// Of no kind that is known.
    #[error(
        "it is of no kind that is read here; save it as text, Markdown, HTML, PDF, EPUB, DOCX, CSV or subtitles"
    )]
    Unknown,
    /// Other files packed together.
    #[error("it is an archive of other files; unpack it, and add what is in it")]
    Archive,
    /// It wants a password, or is bound to a shop's program.
    #[error("it is protected by a password or a licence; save a copy without protection")]
    Protected,
    /// Pictures of pages, without text.
    #[error(
        "it holds pictures of {pages} pages and no text; run it through a program that recognises text (OCR) first"
    )]
    Scanned {
        /// How many pages.
        pages: usize,
    },
    /// It has letters, but nothing in it says which.
    #[error(
        "its letters cannot be told apart: the fonts in it say nothing about their meaning; save it anew from the program it was written with"
    )]
    Illegible,
    /// It unpacks to more than any honest file.
    #[error(
        "it unpacks to far more than it holds ({0}); such files are made to fill memory and are not read"
    )]
    Bomb(&'static str),
    /// Cut off, or not what it says it is.
    #[error("it is damaged ({0}); fetch or save it again")]
    Damaged(String),
    /// There is no text in it.
    #[error("there is no text in it; check that it is the file that you meant")]
    Empty,
}

impl Refusal {
    /// A word for programs, the same for ever: the page has a sentence for each in three languages.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Open(_) => "open",
            Self::TooLarge { .. } => "too_large",
            Self::Unknown => "unknown",
            Self::Archive => "archive",
            Self::Protected => "protected",
            Self::Scanned { .. } => "scanned",
            Self::Illegible => "illegible",
            Self::Bomb(_) => "bomb",
            Self::Damaged(_) => "damaged",
            Self::Empty => "empty",
        }
    }
}

impl From<std::io::Error> for Refusal {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::InvalidData | std::io::ErrorKind::UnexpectedEof => {
                Self::Damaged(error.to_string())
            }
            _ => Self::Open(error),
        }
    }
}

/// A failure of the index. The documents are never touched by it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// SQLite refused.
    #[error("the index of documents `{path}` cannot be used: {source}")]
    Sqlite {
        /// The file.
        path: PathBuf,
        /// Why.
        source: rusqlite::Error,
    },
    /// The encoder refused.
    #[error("the encoder cannot be used: {0}")]
    Encoder(String),
    /// A path that was named does not exist.
    #[error("there is no file or folder `{0}`")]
    NoSuchPath(PathBuf),
    /// A number names nothing.
    #[error("there is no document number {0}")]
    NoDocument(i64),
    /// A table of rules cannot be read.
    #[error("the rules `{path}` cannot be used: {reason}")]
    Rules {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Whoever asked wants no more.
    #[error("stopped; what was read is kept")]
    Cancelled,
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let message = error.to_string();
        match error {
            Error::Sqlite { source, .. } => {
                if source.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull) {
                    Self::new(ProblemKind::Disk, message, "free some space on the disk")
                } else {
                    Self::new(
                        ProblemKind::Damaged,
                        message,
                        "delete `knowledge.sqlite` and add the documents again",
                    )
                }
            }
            Error::Encoder(_) => Self::new(
                ProblemKind::Unsupported,
                message,
                "choose another encoder, or go on without one: documents are found by their words",
            ),
            Error::NoSuchPath(_) => {
                Self::new(ProblemKind::Missing, message, "check how it is spelt")
            }
            Error::NoDocument(_) => Self::new(
                ProblemKind::Invalid,
                message,
                "choose it from the list again (`hanashi know list` in a terminal)",
            ),
            Error::Rules { .. } => {
                Self::new(ProblemKind::Invalid, message, "put the file right and try again")
            }
            Error::Cancelled => Self::new(
                ProblemKind::Busy,
                message,
                "add the same files again: reading goes on where it stopped",
            ),
        }
    }
}

/// Why a reader stops before the end of a file.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The file is to blame.
    Refused(Refusal),
    /// Something else is.
    Failed(Error),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        Self::Refused(error.into())
    }
}
