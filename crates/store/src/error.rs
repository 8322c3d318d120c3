//! What can go wrong while keeping things. Every variant names the file, and becomes a [`Problem`] that says what to do,
//! because all of these end up in front of a person.

use std::io;
use std::path::{Path, PathBuf};

use domain::{Problem, ProblemKind};

/// A failure of this room.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The operating system refused something.
    #[error("could not {action} `{}`: {source}", path.display())]
    Io {
        /// What was tried: a verb.
        action: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// The database refused something.
    #[error("the database `{}` failed: {source}", path.display())]
    Sqlite {
        /// The database.
        path: PathBuf,
        /// SQLite's answer.
        source: rusqlite::Error,
    },
    /// Bringing the database to this version's schema failed; it is as it was.
    #[error("could not bring the database `{}` to schema version {to}: {source}", path.display())]
    Migration {
        /// The database.
        path: PathBuf,
        /// The version aimed at.
        to: u32,
        /// Why.
        source: rusqlite_migration::Error,
    },
    /// A newer version of the app wrote the database.
    #[error(
        "the database `{}` was written by a newer version of Hanashi (schema {found}, this version knows {known})",
        path.display()
    )]
    Newer {
        /// The database.
        path: PathBuf,
        /// Its schema version.
        found: u32,
        /// The newest that this version knows.
        known: u32,
    },
    /// The file is damaged, or is something else.
    #[error("the database `{}` is damaged: {detail}", path.display())]
    Damaged {
        /// The database.
        path: PathBuf,
        /// What does not fit.
        detail: String,
        /// The newest backup, where there is one.
        backup: Option<PathBuf>,
    },
    /// Another process holds the lock.
    #[error("another copy of Hanashi has `{}` open{}", root.display(), process(*.pid))]
    Busy {
        /// The data folder.
        root: PathBuf,
        /// Its process id, where it could be read.
        pid: Option<u32>,
    },
    /// The log was opened for reading only.
    #[error("the database `{}` was opened for reading only", .0.display())]
    ReadOnly(PathBuf),
    /// The data folder is encrypted, and something about its key does not fit.
    #[error(transparent)]
    Vault(#[from] vault::Error),
    /// There is no home folder to put data in.
    #[error("there is no home folder to keep data in")]
    NoHome,
    /// Something was asked for that does not exist.
    #[error("there is no {what} `{id}`")]
    Unknown {
        /// What kind of thing.
        what: &'static str,
        /// Its name or id.
        id: String,
    },
    /// A request that makes no sense.
    #[error("{0}")]
    Invalid(String),
    /// The user's settings file cannot be read as TOML, so nothing is written into it.
    #[error("the settings file `{}` cannot be read: {detail}", path.display())]
    BrokenSettings {
        /// The settings file.
        path: PathBuf,
        /// Where and why.
        detail: String,
    },
}

fn process(pid: Option<u32>) -> String {
    pid.map(|pid| format!(" (process {pid})")).unwrap_or_default()
}

impl Error {
    /// An [`Error::Io`] in the making, for `map_err`.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { action, path: path.to_owned(), source }
    }

    fn kind(&self) -> ProblemKind {
        match self {
            Self::Io { source, .. } => match source.kind() {
                io::ErrorKind::NotFound => ProblemKind::Missing,
                _ => ProblemKind::Disk,
            },
            Self::Sqlite { source, .. } => sqlite_kind(source),
            Self::Migration { source, .. } => match source {
                rusqlite_migration::Error::RusqliteError { err, .. } => sqlite_kind(err),
                _ => ProblemKind::Internal,
            },
            Self::Newer { .. } => ProblemKind::Unsupported,
            Self::Damaged { .. } | Self::BrokenSettings { .. } => ProblemKind::Damaged,
            Self::Busy { .. } | Self::ReadOnly(_) => ProblemKind::Busy,
            Self::Vault(error) => match error {
                vault::Error::Locked(_) | vault::Error::Unfinished(_) => ProblemKind::NotReady,
                vault::Error::Header { .. } => ProblemKind::Damaged,
                vault::Error::Io { .. } => ProblemKind::Disk,
                _ => ProblemKind::Invalid,
            },
            Self::NoHome => ProblemKind::Missing,
            Self::Unknown { .. } | Self::Invalid(_) => ProblemKind::Invalid,
        }
    }

    fn remedy(&self) -> String {
        let path = |path: &Path| format!("`{}`", path.display());
        match self {
            Self::Io { path: file, source, .. } => match source.kind() {
                io::ErrorKind::NotFound => format!("check that {} is there", path(file)),
                io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                    format!("check that you may write to {}, or choose another folder with `HANASHI_HOME`", path(file))
                }
                _ => format!("free some space on the disk of {}, then try again; nothing already saved is lost", path(file)),
            },
            Self::Sqlite { path: file, source } => match sqlite_kind(source) {
                ProblemKind::Disk => format!(
                    "free some space on the disk of {} and check that it can be written, then try again; everything saved before is safe",
                    path(file)
                ),
                ProblemKind::Busy => "close the other program that has the database open, then try again".into(),
                _ => "try again; if it stays so, start the app anew and look into the log file".into(),
            },
            Self::Migration { path: file, .. } => format!(
                "free some space on the disk of {} and start again; the database is unchanged and a copy of it lies in the `backups` folder",
                path(file)
            ),
            Self::Newer { path: file, .. } => format!(
                "install the newest Hanashi, or choose another data folder with `HANASHI_HOME`; {} was not touched",
                path(file)
            ),
            Self::Damaged { path: file, backup: Some(backup), .. } => format!(
                "move {} away and put a copy of the newest backup {} in its place; nothing was deleted",
                path(file),
                path(backup)
            ),
            Self::Damaged { path: file, backup: None, .. } => format!(
                "move {} away to begin anew, or put a copy of your own in its place; there is no backup yet, and nothing was deleted",
                path(file)
            ),
            Self::Busy { .. } => {
                "use the window that is open already, or close it and try again; reading commands work meanwhile".into()
            }
            Self::ReadOnly(_) => "close the other copy of Hanashi, then try again".into(),
            Self::Vault(error) => error.remedy(),
            Self::NoHome => "name a folder with `--data-dir` or in `HANASHI_HOME`".into(),
            Self::Unknown { .. } => "look at the list for what there is".into(),
            Self::Invalid(_) => "correct it and try again".into(),
            Self::BrokenSettings { path: file, .. } => format!(
                "correct the line in {}, or move the file away to begin with the defaults; until then changes last only while the app runs",
                path(file)
            ),
        }
    }
}

fn sqlite_kind(error: &rusqlite::Error) -> ProblemKind {
    use rusqlite::ErrorCode as Code;
    match error.sqlite_error_code() {
        Some(
            Code::DiskFull
            | Code::SystemIoFailure
            | Code::ReadOnly
            | Code::CannotOpen
            | Code::PermissionDenied,
        ) => ProblemKind::Disk,
        Some(Code::DatabaseBusy | Code::DatabaseLocked) => ProblemKind::Busy,
        Some(Code::DatabaseCorrupt | Code::NotADatabase) => ProblemKind::Damaged,
        Some(Code::OutOfMemory) => ProblemKind::Memory,
        _ => ProblemKind::Internal,
    }
}

/// True where SQLite says that the file itself is bad.
pub(crate) fn is_damage(error: &rusqlite::Error) -> bool {
    sqlite_kind(error) == ProblemKind::Damaged
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self::new(error.kind(), error.to_string(), error.remedy())
    }
}
