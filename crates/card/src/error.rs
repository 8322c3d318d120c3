//! Why a file gives no character, or a character no file.

use domain::{Problem, ProblemKind};

/// A failure of this room. `file` is the name that the caller gave.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Larger than what is looked at.
    #[error("`{file}` is {bytes} bytes long, and a card may have {most}")]
    TooLarge {
        /// The file.
        file: String,
        /// Its size, or that of what is packed into it.
        bytes: usize,
        /// The limit.
        most: usize,
    },
    /// Something else, which has a name.
    #[error("`{file}` is {what}, not a character card")]
    NotACard {
        /// The file.
        file: String,
        /// What it is, with an article.
        what: &'static str,
        /// What can be done with it.
        remedy: &'static str,
    },
    /// A card of a kind that cannot be read yet.
    #[error("`{file}` is {what}, which this version cannot read yet")]
    NotYet {
        /// The file.
        file: String,
        /// What it is, with an article.
        what: &'static str,
    },
    /// A card, but broken.
    #[error("`{file}` is damaged: {detail}")]
    Damaged {
        /// The file.
        file: String,
        /// What does not fit.
        detail: String,
    },
    /// An asset's bytes are not to be had.
    #[error("the asset `{name}` cannot be had: {reason}")]
    NoAsset {
        /// Its name in the card.
        name: String,
        /// Why not.
        reason: String,
    },
    /// A PNG is needed to put a card into.
    #[error("the picture is not a PNG file")]
    NoPicture,
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let (kind, remedy) = match &error {
            Error::TooLarge { .. } => {
                (ProblemKind::Unsupported, "make the picture smaller, or give the card as JSON".to_owned())
            }
            Error::NotACard { remedy, .. } => (ProblemKind::Unsupported, (*remedy).to_owned()),
            Error::NotYet { .. } => (
                ProblemKind::Unsupported,
                "export it as a V2 or V3 card (JSON or PNG) where it comes from, and import that".to_owned(),
            ),
            Error::Damaged { .. } => (
                ProblemKind::Damaged,
                "get the file again from where it comes from: pictures sent through chats lose their card".to_owned(),
            ),
            Error::NoAsset { .. } => (
                ProblemKind::Missing,
                "get the card again from where it comes from, or add the file to the character anew".to_owned(),
            ),
            Error::NoPicture => (ProblemKind::Unsupported, "choose a PNG picture".to_owned()),
        };
        Self::new(kind, error.to_string(), remedy)
    }
}
