//! Why there is no picture.

use std::path::{Path, PathBuf};

use domain::{Cancel, Problem, ProblemKind};

/// Why a model cannot be used, or could not draw.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Weights that could not be read.
    #[error(transparent)]
    File(#[from] weights::Error),
    /// A part that could not be loaded.
    #[error("{0}")]
    Part(String),
    /// A part of the folder is not there.
    #[error("`{path}` has no `{part}`")]
    Missing {
        /// The folder.
        path: PathBuf,
        /// What it should hold.
        part: String,
    },
    /// A description that cannot be read.
    #[error("`{path}` is damaged: {reason}")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A sound folder of a kind that is not drawn with.
    #[error("`{path}` cannot be drawn with: {reason}")]
    Unsupported {
        /// The file or folder.
        path: PathBuf,
        /// What was found.
        reason: String,
        /// What to do instead.
        remedy: &'static str,
    },
    /// It does not fit.
    #[error("drawing {width}×{height} with it needs {needed} of memory, and {free} are free")]
    Memory {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// For people.
        needed: String,
        /// For people.
        free: String,
    },
    /// The arithmetic failed.
    #[error("the picture could not be computed: {0}")]
    Compute(String),
    /// The picture could not be written as a file.
    #[error("the picture could not be encoded: {0}")]
    Encode(#[from] image::ImageError),
    /// The model computed something that is no number.
    #[error("the model computed something that is not a number")]
    NoNumbers,
    /// Threads could not be started, or broke down.
    #[error("drawing stopped: {0}")]
    Stopped(String),
    /// The person gave up. Told to nobody.
    #[error("the picture was given up")]
    Cancelled,
}

/// Advice that fits most refusals.
const OTHERS: &str =
    "bring a folder of Stable Diffusion 1.x, 2.x or one of their turbo models in diffusers' layout";

impl Error {
    pub(crate) fn damaged(path: &Path, reason: impl Into<String>) -> Self {
        Self::Damaged { path: path.to_owned(), reason: reason.into() }
    }

    pub(crate) fn unsupported(path: &Path, reason: impl Into<String>) -> Self {
        Self::Unsupported { path: path.to_owned(), reason: reason.into(), remedy: OTHERS }
    }

    /// What a person is told to do.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Unsupported { remedy, .. } => remedy,
            Self::Missing { .. } => {
                "bring the whole folder as it was published, with model_index.json and its parts"
            }
            Self::File(_) | Self::Part(_) | Self::Damaged { .. } => "download the folder again",
            Self::Memory { .. } => {
                "close other programs, choose a smaller model for chat or for pictures, or let the layers draw"
            }
            Self::Compute(_) | Self::NoNumbers => {
                "let it compute on the processor, or choose another model for pictures"
            }
            Self::Encode(_) | Self::Stopped(_) | Self::Cancelled => "picture the scene again",
        }
    }

    fn kind(&self) -> ProblemKind {
        match self {
            Self::File(weights::Error::Missing { .. }) | Self::Missing { .. } => {
                ProblemKind::Missing
            }
            Self::File(weights::Error::Unsupported { .. }) | Self::Unsupported { .. } => {
                ProblemKind::Unsupported
            }
            Self::File(_) | Self::Part(_) | Self::Damaged { .. } => ProblemKind::Damaged,
            Self::Memory { .. } => ProblemKind::Memory,
            Self::Compute(_) | Self::NoNumbers => ProblemKind::Device,
            Self::Cancelled => ProblemKind::NotReady,
            Self::Encode(_) | Self::Stopped(_) => ProblemKind::Internal,
        }
    }
}

/// Asked between any two pieces of work: whether somebody still waits for the picture.
pub(crate) fn going_on(cancel: &Cancel) -> Result<(), Error> {
    if cancel.is_cancelled() { Err(Error::Cancelled) } else { Ok(()) }
}

impl From<candle_core::Error> for Error {
    fn from(error: candle_core::Error) -> Self {
        // Behind the first line there may be a backtrace.
        Self::Compute(error.to_string().lines().next().unwrap_or_default().to_owned())
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self::new(error.kind(), error.to_string(), error.remedy())
    }
}
