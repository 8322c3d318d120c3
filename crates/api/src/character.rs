//! A character as the stage needs it.

use serde::{Deserialize, Serialize};
use specta::Type;

/// A character of the library.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CharacterSummary {
    /// Folder name.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// One or two sentences for the library.
    pub tagline: String,
    /// Tags.
    pub tags: Vec<String>,
    /// Has a rigged puppet.
    pub puppet: bool,
    /// Came with the app.
    pub built_in: bool,
}

/// A puppet as the stage needs it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Puppet {
    /// The rig: JSON text.
    pub rig: String,
    /// The artwork: SVG source.
    pub svg: String,
}
