//! What can go wrong.

use std::fmt;
use std::path::{Path, PathBuf};

use domain::{Problem, ProblemKind};

/// Failures of training, and of reading and writing what belongs to it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The base model cannot be used.
    #[error(transparent)]
    Model(#[from] llm::Error),
    /// An operation failed: out of memory, or our own mistake.
    #[error("a computation failed: {0}")]
    Compute(#[from] candle_core::Error),
    /// A file cannot be read or written.
    #[error("`{path}` cannot be {doing}: {source}")]
    Io {
        /// Which.
        path: PathBuf,
        /// `read` or `written`.
        doing: &'static str,
        /// The system's own words.
        source: std::io::Error,
    },
    /// A dataset that cannot be learnt from.
    #[error("the dataset `{path}` cannot be used: {reason}")]
    Dataset {
        /// Which.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// An adapter or checkpoint that does not fit or is damaged.
    #[error("`{path}` cannot be used: {reason}")]
    Unusable {
        /// Which.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// Settings that contradict each other or make no sense.
    #[error("{0}")]
    Settings(String),
    /// The loss or a gradient is not a number.
    #[error("the loss is not a number any more at step {step}; {kept}")]
    NotFinite {
        /// At which step.
        step: usize,
        /// What is left.
        kept: LastGood,
    },
    /// The base and what training needs beside it do not fit.
    #[error("training needs about {} and {} of memory are free", size(*needed), size(*available))]
    Memory {
        /// Bytes.
        needed: u64,
        /// Bytes.
        available: u64,
    },
}

/// The last good checkpoint: its step and its folder; none before the first was written.
#[derive(Debug)]
pub struct LastGood(pub Option<(usize, PathBuf)>);

impl fmt::Display for LastGood {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some((step, folder)) => {
                write!(f, "what was learnt until step {step} is kept in `{}`", folder.display())
            }
            None => f.write_str("there was no checkpoint yet"),
        }
    }
}

/// Bytes for people.
fn size(bytes: u64) -> String {
    if bytes >= 1 << 30 {
        format!("{:.1} GB", bytes as f64 / (1u64 << 30) as f64)
    } else {
        format!("{:.0} MB", bytes as f64 / (1u64 << 20) as f64)
    }
}

impl Error {
    pub(crate) fn settings(reason: impl Into<String>) -> Self {
        Self::Settings(reason.into())
    }

    /// A number that a setting cannot have.
    pub(crate) fn cannot_be(what: &str, value: f64) -> Self {
        Self::Settings(format!("{what} of {value} cannot be"))
    }

    pub(crate) fn dataset(path: &Path, reason: impl Into<String>) -> Self {
        Self::Dataset { path: path.to_owned(), reason: reason.into() }
    }

    pub(crate) fn unusable(path: &Path, reason: impl Into<String>) -> Self {
        Self::Unusable { path: path.to_owned(), reason: reason.into() }
    }

    pub(crate) fn read(path: &Path) -> impl Fn(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { path: path.clone(), doing: "read", source }
    }

    pub(crate) fn write(path: &Path) -> impl Fn(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { path: path.clone(), doing: "written", source }
    }
}

impl From<weights::Error> for Error {
    fn from(error: weights::Error) -> Self {
        Self::Model(error.into())
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let message = error.to_string();
        let (kind, remedy) = match error {
            Error::Model(error) => return error.into(),
            Error::Compute(_) => (
                ProblemKind::Internal,
                "go on from the last checkpoint (*Go on*, or `--resume` in a terminal); where memory was short, with other programs closed or a smaller base (in a terminal also `--batch-size 1`, `--cutoff-len 256`)",
            ),
            Error::Io { doing: "read", .. } => {
                (ProblemKind::Missing, "check the path and that the file may be read")
            }
            Error::Io { .. } => (
                ProblemKind::Disk,
                "look whether the folder can be written and has room, and do it again; a training goes on from its last checkpoint (*Go on*, or `--resume` in a terminal)",
            ),
            Error::Dataset { .. } => (
                ProblemKind::Invalid,
                "look at the dataset, or make it again (*Studio*, or `hanashi novel dataset` in a terminal)",
            ),
            Error::Unusable { .. } => {
                (ProblemKind::Damaged, "choose another file, or train again into an empty folder")
            }
            Error::Settings(_) => (
                ProblemKind::Invalid,
                "choose other settings (their ranges are in the recipe, or in `--help` in a terminal)",
            ),
            Error::NotFinite { .. } => (
                ProblemKind::Invalid,
                "go on with a tenth of the learning rate (*Go on* takes it by itself; in a terminal `--resume --learning-rate …`)",
            ),
            Error::Memory { .. } => (
                ProblemKind::Memory,
                "close other programs or choose a smaller base; in a terminal also `--base-format blocks`, `--recompute`, `--batch-size 1` or a shorter `--cutoff-len`",
            ),
        };
        Self::new(kind, message, remedy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_written_need_not_be_a_training() {
        let full = std::io::Error::from(std::io::ErrorKind::StorageFull);
        let problem = Problem::from(Error::write(Path::new("m.gguf"))(full));
        assert_eq!(problem.kind, ProblemKind::Disk);
        assert!(problem.remedy.contains("do it again; a training goes on"), "{problem:?}");
    }
}
