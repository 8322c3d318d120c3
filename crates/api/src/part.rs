//! What has to be loaded before anybody talks, and what there is to choose for it.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::Problem;

/// One of the three parts that have to be loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "lowercase")]
pub enum PartKind {
    /// The language model.
    Model,
    /// The voice.
    Voice,
    /// The recogniser.
    Ears,
}

/// How far a part is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "state", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum PartState {
    /// There is none.
    Absent,
    /// It is being loaded.
    Loading {
        /// What.
        name: String,
        /// 0.0 to 1.0, where known.
        progress: Option<f32>,
    },
    /// It can be used.
    Ready {
        /// What.
        name: String,
    },
    /// It could not be loaded.
    Failed {
        /// What.
        name: String,
        /// Why.
        problem: Problem,
    },
}

/// Sound devices.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DeviceList {
    /// Microphones.
    pub inputs: Vec<String>,
    /// Speakers.
    pub outputs: Vec<String>,
}

/// A voice that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct VoiceEntry {
    /// Id.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// `en`, `zh`, `ja`.
    pub language: String,
    /// `espeak` or `piper`.
    pub kind: String,
}

/// A model of the catalogue or the library.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ModelEntry {
    /// Id.
    pub id: String,
    /// `chat`, `ears`, `voice`, `pictures`, `encoder`, `vad`.
    pub kind: String,
    /// Name for people.
    pub name: String,
    /// One honest sentence.
    pub note: String,
    /// Licence.
    pub licence: String,
    /// Where its terms stand.
    pub licence_url: Option<String>,
    /// The terms are to be read and agreed to before it is fetched.
    pub ask: bool,
    /// Bytes, where known.
    pub size: Option<f64>,
    /// Language codes.
    pub languages: Vec<String>,
    /// No hash is pinned in the catalogue.
    pub unpinned: bool,
    /// It lies in a folder of ours, or can be forgotten: not another program's.
    pub removable: bool,
    /// `builtin`, `available`, `by-hand`, `downloading`, `paused`, `installed`.
    pub state: String,
    /// Where it is handed out, where no program can fetch it there.
    pub page: Option<String>,
    /// What else there is to know of it: `floats`, `pickle`, `whole`.
    pub traits: Vec<String>,
    /// What the setting is that uses it, where that is not its id: of a voice the name that it is spoken with.
    pub chosen_as: Option<String>,
    /// Bytes fetched so far.
    pub done: f64,
}
