//! Places and sounds that the person brought.

use serde::{Deserialize, Serialize};
use specta::Type;

/// All of them.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OwnSceneryView {
    /// In the order in which they came.
    pub places: Vec<OwnPlaceView>,
    /// In the order in which they came.
    pub sounds: Vec<OwnSoundView>,
    /// What the person wants to hear where; also at places that came with the program.
    pub heard: Vec<HeardAtView>,
}

/// A place of the person's own. Its name for the stage is `own:` and its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OwnPlaceView {
    /// Its id.
    pub id: String,
    /// What a character writes to go there.
    pub name: String,
    /// What a model is told of it.
    pub description: String,
    /// The hours that it has pictures of, at least one: `any`, `day`, `dusk`, `night`.
    pub hours: Vec<String>,
}

/// A sound of the person's own. Its name as a loop is `own:` and its id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OwnSoundView {
    /// Its id.
    pub id: String,
    /// `music`, `ambience` or `effect`.
    pub kind: String,
    /// What a character writes to hear it.
    pub name: String,
    /// What a model is told of it.
    pub description: String,
    /// How long it is, in seconds.
    pub seconds: f64,
}

/// What is heard at a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct HeardAtView {
    /// Name of the place.
    pub place: String,
    /// Name of a piece, `own:` and an id, `none` for silence; empty for what the place has by itself.
    pub music: String,
    /// The same for its ambience.
    pub ambience: String,
}

/// What changes of a place or a sound; what is null stays.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OwnSceneryPatch {
    /// Its name.
    pub name: Option<String>,
    /// What a model is told of it.
    pub description: Option<String>,
    /// What a sound is for: `music`, `ambience` or `effect`.
    pub kind: Option<String>,
}
