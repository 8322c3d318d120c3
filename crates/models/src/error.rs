//! Everything that can go wrong here, and what a person is told about it.

use std::io;
use std::path::{Path, PathBuf};

use domain::{Problem, ProblemKind};

use crate::Digest;

/// A failure of this room.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file could not be read or written.
    #[error("could not {what} `{}`: {why}", path.display())]
    Io {
        /// What was tried: "read", "write", "open".
        what: &'static str,
        /// On which file.
        path: PathBuf,
        /// The system's words.
        #[source]
        why: io::Error,
    },
    /// The catalogue, or a record in the data folder, is not as it should be.
    #[error("`{}` is not usable: {why}", path.display())]
    Record {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// There is not enough room for a file.
    #[error(
        "there is not enough room in `{}`: {} are needed and {} are free",
        path.display(),
        crate::words::bytes(*need),
        crate::words::bytes(*free)
    )]
    NoSpace {
        /// Which folder.
        path: PathBuf,
        /// Bytes needed, with the reserve that stays free.
        need: u64,
        /// Bytes free.
        free: u64,
    },
    /// An address that must not be fetched.
    #[error("the address `{url}` is not allowed: {why}")]
    Address {
        /// Which.
        url: String,
        /// Why not.
        why: String,
    },
    /// The network could not be used at all.
    #[error("the network could not be set up: {0}")]
    Setup(String),
    /// No server gave the file, after all retries and mirrors.
    #[error("`{file}` could not be fetched: {why}")]
    Unreachable {
        /// Which file.
        file: String,
        /// What the last server did.
        why: String,
    },
    /// A server asks for an account or for consent to terms.
    #[error(
        "`{file}` is only given to people who are signed in or have agreed to its terms ({url})"
    )]
    Gated {
        /// Which file.
        file: String,
        /// Where.
        url: String,
    },
    /// No server has the file.
    #[error("`{file}` is not at {url} any more")]
    Gone {
        /// Which file.
        file: String,
        /// Where it was looked for last.
        url: String,
    },
    /// What arrived, or lies on the disk, is not the file that was meant.
    #[error("`{file}` is not the file it should be: expected {expected}, got {got}")]
    Wrong {
        /// Which file.
        file: String,
        /// Checksum or size expected.
        expected: String,
        /// Checksum or size found.
        got: String,
    },
    /// Its makers hand it out on a page that no program can fetch from.
    #[error("`{name}` is handed out on a page, where no program can fetch it: {page}")]
    ByHand {
        /// Its name.
        name: String,
        /// Where.
        page: String,
    },
    /// It is a part of the program: there is nothing to fetch.
    #[error("{0} is a part of this program")]
    Inside(String),
    /// A newer version of the program that its makers have not signed.
    #[error("`{file}` is not used: {why}")]
    Unsigned {
        /// Which file.
        file: String,
        /// What is wrong with its signature.
        why: String,
    },
    /// The same file is being fetched by somebody else right now.
    #[error("`{}` is being downloaded already", .0.display())]
    Busy(PathBuf),
    /// The person has forbidden it: nothing was connected to.
    #[error("{}", .0.message)]
    Forbidden(Problem),
    /// A file that was given is not one that can be used.
    #[error("`{}` {why}", path.display())]
    Refused {
        /// Which file.
        path: PathBuf,
        /// How it is to be told.
        kind: ProblemKind,
        /// What it is instead: continues the sentence that begins with its name.
        why: String,
        /// What to do.
        remedy: String,
    },
    /// Nothing of that name.
    #[error("there is no model `{0}`")]
    Unknown(String),
    /// It lies in a folder that belongs to the person or to another program.
    #[error("`{}` is in a folder that Hanashi only reads", .0.display())]
    NotOurs(PathBuf),
}

impl Error {
    /// For `map_err` on a file operation.
    pub(crate) fn io(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |why| Self::Io { what, path: path.to_owned(), why }
    }

    /// A checksum that does not match.
    pub(crate) fn wrong(file: &str, expected: &Digest, got: &Digest) -> Self {
        Self::Wrong { file: file.to_owned(), expected: expected.to_string(), got: got.to_string() }
    }

    /// A file that is damaged.
    pub(crate) fn damaged(path: &Path, why: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Refused {
            path: path.to_owned(),
            kind: ProblemKind::Damaged,
            why: why.into(),
            remedy: remedy.into(),
        }
    }

    /// A file that is fine, but not for us.
    pub(crate) fn unsupported(
        path: &Path,
        why: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self::Refused {
            path: path.to_owned(),
            kind: ProblemKind::Unsupported,
            why: why.into(),
            remedy: remedy.into(),
        }
    }

    /// The same, told of the file that was to be made of this one.
    pub(crate) fn of(self, target: &Path) -> Self {
        match self {
            Self::Refused { kind, why, remedy, .. } => {
                Self::Refused { path: target.to_owned(), kind, why, remedy }
            }
            other => other,
        }
    }

    fn kind(&self) -> ProblemKind {
        match self {
            Self::Io { why, .. } if why.kind() == io::ErrorKind::NotFound => ProblemKind::Missing,
            Self::Io { .. } | Self::NoSpace { .. } => ProblemKind::Disk,
            Self::Record { .. } | Self::Wrong { .. } | Self::Unsigned { .. } => {
                ProblemKind::Damaged
            }
            Self::Address { .. }
            | Self::Unknown(_)
            | Self::NotOurs(_)
            | Self::ByHand { .. }
            | Self::Inside(_) => ProblemKind::Invalid,
            Self::Setup(_) | Self::Unreachable { .. } | Self::Gated { .. } | Self::Gone { .. } => {
                ProblemKind::Network
            }
            Self::Busy(_) => ProblemKind::Busy,
            Self::Forbidden(problem) => problem.kind,
            Self::Refused { kind, .. } => *kind,
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Io { why, .. } => match why.kind() {
                io::ErrorKind::NotFound => "check the name and whether its disk is connected".to_owned(),
                io::ErrorKind::PermissionDenied => "give yourself the right to use this file or folder".to_owned(),
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                    "make room on this disk and try again; what has arrived is kept".to_owned()
                }
                _ => "check the disk and try again".to_owned(),
            },
            Self::Record { path, .. } => format!("correct `{}`, or move it away to start without it", path.display()),
            Self::NoSpace { need, free, .. } => {
                format!("free another {} on this disk and try again", crate::words::bytes(need.saturating_sub(*free)))
            }
            Self::Address { .. } => "use an https address, or name the server as a mirror in your catalogue.toml".to_owned(),
            Self::Setup(_) => "install your system's certificates (package `ca-certificates`) and check the proxy settings".to_owned(),
            Self::Unreachable { .. } => {
                "check the connection and try again; the download goes on where it stopped. A mirror can be named with HF_ENDPOINT".to_owned()
            }
            Self::Gated { .. } => "agree to the terms on that page, download the file there, and import it".to_owned(),
            Self::ByHand { .. } => {
                "fetch it there, unpack it, and drop its folder on the window".to_owned()
            }
            Self::Inside(_) => "there is nothing to fetch or to remove: it is at work already".to_owned(),
            Self::Gone { .. } => "choose another model, or download the file elsewhere and import it".to_owned(),
            Self::Wrong { .. } => {
                "it was removed; download it again, and if that happens twice take another source".to_owned()
            }
            Self::Unsigned { .. } => {
                "nothing was installed and the file is gone; fetch the program from its own page, and tell its makers".to_owned()
            }
            Self::Busy(_) => "wait for the other download, or stop it".to_owned(),
            Self::Forbidden(problem) => problem.remedy.clone(),
            Self::Refused { remedy, .. } => remedy.clone(),
            Self::Unknown(_) => "the library names what there is (`hanashi models list` in a terminal)".to_owned(),
            Self::NotOurs(_) => "remove it there yourself if you do not need it".to_owned(),
        }
    }
}

impl From<&Error> for Problem {
    fn from(error: &Error) -> Self {
        Self::new(error.kind(), error.to_string(), error.remedy())
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self::from(&error)
    }
}
