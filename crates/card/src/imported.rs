//! What an import gives: the character to use and to edit, and everything that is needed to write the card out again as it came.

use std::ops::Range;

use domain::Character;
use serde::Serialize;
use serde_json::Value;

/// Something that was put right, or could not be. For people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// Where in the card (`tags`, `extensions.hanashi.voice`), or "" for the file.
    pub field: String,
    /// What was found and what was made of it.
    pub message: String,
}

impl Warning {
    pub(crate) fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

/// What the card was packed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Container {
    /// Plain JSON.
    Json,
    /// A PNG picture.
    Png,
    /// An animated PNG.
    Apng,
}

/// Which specification the card follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[non_exhaustive]
pub enum Spec {
    /// Flat JSON, TavernAI's and Pygmalion's, without a `spec`.
    #[serde(rename = "v1")]
    V1,
    /// `chara_card_v2`.
    #[serde(rename = "chara_card_v2")]
    V2,
    /// `chara_card_v3`.
    #[serde(rename = "chara_card_v3")]
    V3,
}

impl Spec {
    /// The value of `spec` in the JSON; "" for V1, which has none.
    pub fn name(self) -> &'static str {
        match self {
            Self::V1 => "",
            Self::V2 => "chara_card_v2",
            Self::V3 => "chara_card_v3",
        }
    }
}

/// A file that a card names or carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Asset {
    /// `icon`, `background`, `emotion`, `x_…`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Where it is: `ccdefault:`, `embeded://…`, `https://…`, `__asset:…`. Nothing is loaded from there by this room.
    pub uri: String,
    /// File ending without the dot.
    pub ext: String,
}

/// An imported card. Edit [`Imported::character`] and export: only what differs from what was read is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// The character.
    pub character: Character,
    /// What was put right on the way.
    pub warnings: Vec<Warning>,
    /// What the card was packed in.
    pub container: Container,
    /// Which specification it follows.
    pub spec: Spec,
    /// The whole card as JSON, unknown fields included.
    pub raw: Value,
    /// The lorebook as it stands in the card (`character_book`).
    pub book: Option<Value>,
    /// Files that the card names or carries.
    pub assets: Vec<Asset>,
    /// Where in the file the picture lies; the whole file for a PNG.
    pub picture: Option<Range<usize>>,
    /// The JSON text of the card, byte for byte.
    pub(crate) source: Vec<u8>,
    /// The character as it was read.
    pub(crate) original: Character,
}

impl Imported {
    /// Number of lorebook entries.
    pub fn lore_entries(&self) -> usize {
        match self.book.as_ref().and_then(|book| book.get("entries")) {
            Some(Value::Array(entries)) => entries.len(),
            Some(Value::Object(entries)) => entries.len(),
            _ => 0,
        }
    }

    /// Whether the character was changed since the import.
    pub fn is_edited(&self) -> bool {
        self.character != self.original
    }
}
