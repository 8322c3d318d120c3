//! What can go wrong with a voice, and how a person is told.

use std::path::PathBuf;

use domain::{Problem, ProblemKind};

/// A failure of a voice, a dictionary or a library.
#[derive(Debug, thiserror::Error)]
pub enum TtsError {
    /// A file or folder that is needed is not there.
    #[error("{what} was not found at `{}`", path.display())]
    Missing {
        /// What it is, in words.
        what: &'static str,
        /// Where it was looked for (the last place).
        path: PathBuf,
        /// What to do.
        remedy: &'static str,
    },
    /// A file is there and cannot be used: truncated, another format, inconsistent.
    #[error("{what} `{}` is damaged or not what it should be: {reason}", path.display())]
    Damaged {
        /// What it is, in words.
        what: &'static str,
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The file is fine, but this version cannot speak with it.
    #[error("{what} cannot be used: {reason}")]
    Unsupported {
        /// What it is, in words.
        what: String,
        /// Why not.
        reason: String,
        /// What to do.
        remedy: &'static str,
    },
    /// No voice has this id.
    #[error("there is no voice `{id}`")]
    UnknownVoice {
        /// The id.
        id: String,
    },
    /// A voice was asked to speak a language that it does not know.
    #[error("the voice `{id}` does not speak this language ({lang})")]
    WrongLanguage {
        /// The voice.
        id: String,
        /// Code of the language.
        lang: &'static str,
    },
    /// The text is in a script that no voice here can read.
    #[error("the voice cannot read this text: it is written in {script}")]
    Unreadable {
        /// Name of the script.
        script: &'static str,
    },
    /// espeak-ng or ONNX Runtime reported an error while speaking.
    #[error("the voice failed while speaking: {0}")]
    Engine(String),
    /// The thread of the voice is gone, or too much is waiting for it.
    #[error("the voice cannot take another line: {0}")]
    Closed(&'static str),
}

impl From<TtsError> for Problem {
    fn from(error: TtsError) -> Self {
        let (kind, remedy) = match &error {
            TtsError::Missing { remedy, .. } => (ProblemKind::Missing, *remedy),
            TtsError::Damaged { .. } => {
                (ProblemKind::Damaged, "delete it and fetch it again, or choose another voice")
            }
            TtsError::Unsupported { remedy, .. } => (ProblemKind::Unsupported, *remedy),
            TtsError::UnknownVoice { .. } => {
                (ProblemKind::Invalid, "choose one of the list of voices in the settings")
            }
            TtsError::WrongLanguage { .. } => {
                (ProblemKind::Invalid, "choose a voice of that language in the settings")
            }
            TtsError::Unreadable { .. } => (
                ProblemKind::Unsupported,
                "it is shown as text; the voices speak English, Chinese and Japanese, so ask the character to answer in one of them",
            ),
            TtsError::Engine(_) => (ProblemKind::Internal, "choose another voice in the settings"),
            TtsError::Closed(_) => (ProblemKind::Busy, "try again in a moment"),
        };
        Self::new(kind, error.to_string(), remedy)
    }
}
