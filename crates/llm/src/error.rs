//! What can go wrong in this room. Every message names the file, the reason and what to do next, because it is shown to a
//! person who has just dropped a file on the window.

use std::path::{Path, PathBuf};

use domain::{Problem, ProblemKind};

/// Why a model could not be loaded or used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file that could not be read, or holds something that cannot be used.
    #[error(transparent)]
    File(#[from] weights::Error),
    /// An adapter that is not for the loaded model, or of a kind that cannot be used.
    #[error("the adapter `{path}` cannot be used: {reason}")]
    Adapter {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The prompt leaves no room for a reply.
    #[error("the prompt has {tokens} tokens and the model's context holds {context}")]
    PromptTooLong {
        /// Tokens of the prompt.
        tokens: usize,
        /// Tokens that fit.
        context: usize,
    },
    /// Nothing to continue from.
    #[error("the prompt is empty and the model has no token to begin a document with")]
    EmptyPrompt,
    /// The model computed something that is not a number.
    #[error("the model `{model}` gave logits that are not numbers after {tokens} tokens")]
    BadLogits {
        /// Name of the model.
        model: String,
        /// How many tokens it had seen.
        tokens: usize,
    },
    /// The engine's inbox is full.
    #[error("{waiting} requests are already waiting for the language model")]
    Busy {
        /// How many.
        waiting: usize,
    },
    /// A device that cannot do what was asked of it, for want of memory most often.
    #[error("the graphics card cannot be used: {reason}")]
    Device {
        /// What it says.
        reason: String,
    },
    /// The engine's thread has ended, or its job broke down.
    #[error("the language model stopped: {reason}")]
    Stopped {
        /// What is known of it.
        reason: String,
    },
}

impl Error {
    /// A damaged file.
    pub(crate) fn damaged(path: &Path, reason: impl Into<String>) -> Self {
        weights::Error::damaged(path, reason).into()
    }

    /// What a device answers with.
    #[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
    pub(crate) fn on_device(error: candle_core::Error) -> Self {
        Self::Device { reason: error.to_string() }
    }

    /// What the person can do about it.
    fn remedy(&self) -> &'static str {
        match self {
            Self::File(error) => match error {
                weights::Error::Missing { .. } => {
                    "check the path, or choose a model from the library"
                }
                weights::Error::Io { .. } => {
                    "check that the file may be read and that its disk is connected"
                }
                weights::Error::Damaged { .. } => {
                    "download or copy the file again, or choose another model"
                }
                // The enum may grow; what else there is to a file, another one has not.
                _ => "choose another file of this model, or another model",
            },
            Self::Adapter { .. } => {
                "choose an adapter that was made for the loaded model, or load the model that it was made for"
            }
            Self::PromptTooLong { .. } => {
                "shorten the conversation or the character, or load the model with a longer context"
            }
            Self::EmptyPrompt => "give the model some text to continue",
            Self::BadLogits { .. } => {
                "load the model again; if it happens again, use another file of it"
            }
            Self::Busy { .. } => "wait for the running reply, or stop it",
            Self::Device { .. } => {
                "close other programs that use the card, choose a shorter context, or let the model compute on the processor"
            }
            Self::Stopped { .. } => "load the model again",
        }
    }

    fn kind(&self) -> ProblemKind {
        match self {
            Self::File(error) => match error {
                weights::Error::Missing { .. } => ProblemKind::Missing,
                weights::Error::Io { .. } => ProblemKind::Disk,
                weights::Error::Damaged { .. } => ProblemKind::Damaged,
                _ => ProblemKind::Unsupported,
            },
            Self::BadLogits { .. } => ProblemKind::Damaged,
            Self::Adapter { .. } => ProblemKind::Unsupported,
            Self::PromptTooLong { .. } | Self::EmptyPrompt => ProblemKind::Invalid,
            Self::Busy { .. } => ProblemKind::Busy,
            Self::Device { .. } => ProblemKind::Memory,
            Self::Stopped { .. } => ProblemKind::Internal,
        }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self::new(error.kind(), error.to_string(), error.remedy())
    }
}
