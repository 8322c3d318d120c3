//! Pictures of scenes.

use serde::{Deserialize, Serialize};
use specta::Type;

/// A picture of a scene.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ScenePictureView {
    /// Its id.
    pub id: String,
    /// The message behind which it was made; null before anything was said.
    pub message: Option<String>,
    /// What it shows.
    pub description: String,
    /// The machine that drew it; null where it was composed here.
    pub host: Option<String>,
    /// What drew it: a model's name, or `layers`.
    pub by: String,
    /// When, in milliseconds since 1970.
    pub at: f64,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// It is the background of its conversation.
    pub background: bool,
}

/// Who draws scenes: a model on this machine, a server, or (neither) the layers that ship.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PictureSettings {
    /// The person has switched a server on.
    pub allowed: bool,
    /// `openai`, `automatic1111` or `comfyui`.
    pub server: String,
    /// Its address.
    pub url: String,
    /// Name of its model; empty for the one that it has.
    pub model: String,
    /// How it draws: stands before every description.
    pub style: String,
    /// A model on this machine, by its name in the library or its path; empty for none. It goes before a server.
    pub painter: String,
    /// Its steps; nought for as many as suit it.
    pub steps: u32,
}
