//! Figures that move (Live2D, VRM) over IPC, and the Cubism Core that a person chose.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::RefusedLook;

/// A figure among some files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FigurePreview {
    /// `live2d`, `vrm` or `layers`.
    pub kind: String,
    /// A name for people.
    pub name: String,
    /// How many files belong to it.
    pub files: u32,
    /// Names of other figures among the files, which would be left out.
    pub others: Vec<String>,
}

/// What became of the files of a figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FigureReport {
    /// `live2d`, `vrm` or `layers`.
    pub kind: String,
    /// A name for people.
    pub name: String,
    /// How many files were taken.
    pub taken: u32,
    /// Those that could not be.
    pub refused: Vec<RefusedLook>,
}

/// The figure that a character has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FigureView {
    /// `live2d`, `vrm` or `layers`.
    pub kind: String,
    /// A name for people.
    pub name: String,
    /// The file that everything begins with.
    pub entry: String,
    /// All files, with `/`.
    pub files: Vec<String>,
}

/// The Cubism Core that a person chose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CoreView {
    /// Its SHA-256, in hexadecimal digits: by this it is loaded.
    pub sha256: String,
    /// Bytes.
    pub bytes: u32,
}
