//! Everything that can go wrong here, and what a person is told about it.

use std::io;
use std::path::{Path, PathBuf};

use domain::{Problem, ProblemKind};

/// A failure of this room.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file could not be read or written.
    #[error("could not {what} `{}`: {why}", path.display())]
    Io {
        /// What was tried.
        what: &'static str,
        /// On which file.
        path: PathBuf,
        /// The system's words.
        #[source]
        why: io::Error,
    },
    /// A file is not what it should be.
    #[error("`{}` is damaged: {why}", path.display())]
    Damaged {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// A file is no backup of this program, or of a newer one.
    #[error("`{}` {why}", path.display())]
    NoBackup {
        /// Which.
        path: PathBuf,
        /// Continues the sentence that begins with its name.
        why: String,
    },
    /// There is something where something new was to be made.
    #[error("`{}` is not empty", .0.display())]
    NotEmpty(PathBuf),
    /// There is no such folder of what was set aside.
    #[error("nothing was set aside under the name `{0}`")]
    NoAside(String),
    /// There is not enough room.
    #[error(
        "there is not enough room in `{}`: {} MB are needed and {} MB are free",
        path.display(),
        need.div_ceil(1_000_000),
        free / 1_000_000
    )]
    NoSpace {
        /// Which folder.
        path: PathBuf,
        /// Bytes needed.
        need: u64,
        /// Bytes free.
        free: u64,
    },
    /// A person stopped it.
    #[error("it was stopped; nothing has changed")]
    Stopped,
    /// Keys, or what they open.
    #[error(transparent)]
    Vault(#[from] vault::Error),
    /// The room that keeps the data could not.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl Error {
    /// For `map_err` on a file operation.
    pub(crate) fn io(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |why| Self::Io { what, path: path.to_owned(), why }
    }

    /// For `map_err` on an archive operation.
    pub(crate) fn zip(
        what: &'static str,
        path: &Path,
    ) -> impl FnOnce(zip::result::ZipError) -> Self {
        move |why| match why {
            zip::result::ZipError::Io(why) => Self::Io { what, path: path.to_owned(), why },
            why => Self::Damaged { path: path.to_owned(), why: why.to_string() },
        }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let (kind, remedy) = match &error {
            Error::Io { why, .. } if why.kind() == io::ErrorKind::NotFound => (
                ProblemKind::Missing,
                "check the name and whether its disk is connected".to_owned(),
            ),
            Error::Io { .. } => (
                ProblemKind::Disk,
                "check the disk, its free room and your rights, and try again".to_owned(),
            ),
            Error::Damaged { .. } => (
                ProblemKind::Damaged,
                "take another backup, or check the data (*Upkeep*, or `hanashi upkeep check --mend` in a terminal)".to_owned(),
            ),
            Error::NoBackup { .. } => (
                ProblemKind::Unsupported,
                "choose a backup that this program made (*Upkeep*, or `hanashi upkeep pack` in a terminal)".to_owned(),
            ),
            Error::NotEmpty(_) => (
                ProblemKind::Invalid,
                "name an empty or a new folder; nothing is overwritten".to_owned(),
            ),
            Error::NoAside(_) => (
                ProblemKind::Missing,
                "look at what there is (*Upkeep*, or `hanashi upkeep aside` in a terminal), and take its name as it stands there".to_owned(),
            ),
            Error::NoSpace { need, free, .. } => (
                ProblemKind::Disk,
                format!(
                    "free another {} MB there, or choose another disk",
                    need.saturating_sub(*free).div_ceil(1_000_000)
                ),
            ),
            Error::Stopped => (ProblemKind::Invalid, "start it again whenever you like".to_owned()),
            Error::Store(_) | Error::Vault(_) => {
                return match error {
                    Error::Store(inner) => inner.into(),
                    Error::Vault(inner) => store::Error::from(inner).into(),
                    _ => unreachable!("matched above"),
                };
            }
        };
        Self::new(kind, error.to_string(), remedy)
    }
}
