//! Whether what a person is about to choose fits, and the files of a repository: as a page shows them.

use serde::{Deserialize, Serialize};
use specta::Type;

/// A choice that is not made yet; what is `None` stays as the settings have it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", default)]
pub struct FitAsked {
    /// Id of a language model.
    pub chat_model: Option<String>,
    /// Tokens; 0 leaves it to the program.
    pub context_length: Option<u32>,
    /// `as_is`, `q8`, `q6`, `q5`, `q4`.
    pub quantize: Option<String>,
    /// Id of a voice; empty for the character's own.
    pub voice: Option<String>,
    /// Id of a recogniser.
    pub ears_model: Option<String>,
}

/// What would be in memory together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FitView {
    /// It fits: nothing is refused. Also where the language model lies in a graphics card's memory.
    pub fits: bool,
    /// Bytes of it all, the program counted.
    pub needs: f64,
    /// Bytes that may be used.
    pub budget: f64,
    /// Bytes of the program and its window.
    pub base: f64,
    /// Tokens of context that it was planned with.
    pub context: u32,
    /// What is in it.
    pub parts: Vec<FitPart>,
    /// The longest context at which it would fit, where a shorter one helps.
    pub longest: Option<u32>,
    /// Language models that fit in the place of the one that does not: those that are here first. Empty where nothing is refused.
    pub instead: Vec<FitPart>,
}

/// One thing in memory, or that could be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FitPart {
    /// Id.
    pub id: String,
    /// `chat`, `ears`, `voice`, `encoder`.
    pub kind: String,
    /// Name for people.
    pub name: String,
    /// Bytes that it takes.
    pub needs: f64,
    /// It is here already.
    pub here: bool,
    /// Only its size was known.
    pub estimated: bool,
}

/// A repository of Hugging Face or ModelScope.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RepositoryView {
    /// `owner/name`, with what stands before and behind it where that is not the usual: what `pull_from` takes.
    pub name: String,
    /// Where its page is.
    pub page: String,
    /// The first letters of the commit that the list is of; `None` where the hub names none.
    pub commit: Option<String>,
    /// Its terms as the hub names them; `None` where it does not: they stand on its page then.
    pub licence: Option<String>,
    /// Its makers let only those in who have asked them: it cannot be fetched from here.
    pub gated: bool,
    /// What can be used, with what it means.
    pub files: Vec<RepositoryFile>,
    /// Files in it altogether.
    pub all: u32,
}

/// Something of a repository that can be fetched.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RepositoryFile {
    /// Its path; empty for the repository as a model that is a folder.
    pub path: String,
    /// Id that it gets here.
    pub id: String,
    /// `chat`, `ears`, `encoder`.
    pub kind: String,
    /// Bytes, where the hub says.
    pub size: Option<f64>,
    /// How its weights are stored: `Q4_K_M`; for a folder what they become (`q4`). `None` where its name does not say.
    pub quantisation: Option<String>,
    /// What that means: `f32`, `half`, `8`, `6`, `5`, `4`, `3`, `2`, or empty.
    pub meaning: String,
    /// `fits`, `slow`, `too-large`; empty where its size is not known.
    pub verdict: String,
    /// Bytes that stay; below nought, those that are missing.
    pub spare: f64,
    /// The hub names a checksum to compare it with.
    pub pinned: bool,
    /// PyTorch's pickles.
    pub pickle: bool,
    /// It is here already.
    pub here: bool,
}
