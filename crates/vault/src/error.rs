//! What can go wrong with keys and with what they open.

use std::io;
use std::path::{Path, PathBuf};

/// A failure of this room.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The operating system refused something.
    #[error("could not {action} `{}`: {source}", path.display())]
    Io {
        /// What was tried: a verb.
        action: &'static str,
        /// On which file.
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
    /// A copy of a database is not what was copied.
    #[error("the copy of `{}` is not the same: {detail}", path.display())]
    Differs {
        /// The database.
        path: PathBuf,
        /// What does not fit.
        detail: String,
    },
    /// The key is needed and not here.
    #[error("the data folder `{}` is encrypted and locked", .0.display())]
    Locked(PathBuf),
    /// Switching on or off was interrupted.
    #[error("switching the encryption of `{}` was interrupted", .0.display())]
    Unfinished(PathBuf),
    /// The passphrase does not open the key.
    #[error("that is not the passphrase")]
    WrongPassphrase,
    /// The recovery code belongs to something else.
    #[error("that recovery code belongs to another data folder")]
    WrongCode,
    /// The recovery code was not typed as it was shown.
    #[error("that is not a recovery code: {0}")]
    BadCode(String),
    /// A passphrase that protects nothing.
    #[error("a passphrase has {min} characters at least")]
    ShortPassphrase {
        /// How many.
        min: usize,
    },
    /// The key file is damaged.
    #[error("the key file `{}` cannot be used: {detail}", path.display())]
    Header {
        /// The key file.
        path: PathBuf,
        /// Why.
        detail: String,
    },
    /// The key file is of a later version of the program.
    #[error("the key file `{}` was written by a newer version of Hanashi (form {found}, this version knows 1)", path.display())]
    Newer {
        /// The key file.
        path: PathBuf,
        /// Its form.
        found: u32,
    },
    /// The system gave no random numbers, or too little memory.
    #[error("{0}")]
    Machine(String),
    /// The system's keychain refused.
    #[error("the keychain of the system keeps no key: {0}")]
    Keychain(String),
}

impl Error {
    /// An [`Error::Io`] in the making, for `map_err`.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { action, path: path.to_owned(), source }
    }

    /// An [`Error::Sqlite`] in the making, for `map_err`.
    pub(crate) fn sql(path: &Path) -> impl Fn(rusqlite::Error) -> Self {
        move |source| Self::Sqlite { path: path.to_owned(), source }
    }

    /// What a person can do about it.
    pub fn remedy(&self) -> String {
        match self {
            Self::Io { path, .. } => format!(
                "check that `{}` can be read and written and that its disk has room, then try again",
                path.display()
            ),
            Self::Sqlite { .. } | Self::Differs { .. } => {
                "close other programs that use the data folder, free some space on its disk, then try again; nothing was changed".into()
            }
            Self::Locked(_) => "enter the passphrase: `hanashi` asks for it in a terminal, or name a file that holds it with `--passphrase-file`".into(),
            Self::Unfinished(_) => "enter the passphrase, in a terminal with `hanashi upkeep check`: it is finished then; nothing is lost".into(),
            Self::WrongPassphrase => {
                "try again as often as you like, mind the keyboard's language and capitals, or use the recovery code; if neither opens it, the key file may be damaged".into()
            }
            Self::WrongCode => "look for the code that was shown when this data folder was encrypted".into(),
            Self::BadCode(_) => "type it as it was shown; capitals, spaces and dashes do not matter".into(),
            Self::ShortPassphrase { .. } => "use several words that nobody would guess".into(),
            Self::Header { .. } => {
                "put the file back from a copy, or make a new one with the recovery code: `hanashi vault recover`; do not delete anything else".into()
            }
            Self::Newer { .. } => "update Hanashi; nothing was changed".into(),
            Self::Machine(_) => "close other programs, then try again".into(),
            Self::Keychain(_) => "unlock the keychain of the system and try again; without it the passphrase is asked for at every start".into(),
        }
    }

    /// As an IO error, for those who read and write.
    pub(crate) fn into_io(self) -> io::Error {
        let kind = match &self {
            Self::Io { source, .. } => source.kind(),
            Self::Locked(_) | Self::Unfinished(_) => io::ErrorKind::PermissionDenied,
            _ => io::ErrorKind::InvalidData,
        };
        io::Error::new(kind, self)
    }
}
