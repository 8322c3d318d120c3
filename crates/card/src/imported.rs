//! What an import gives: the character to use and to edit, and everything that is needed to write the card out again as it came.

use std::ops::Range;

use domain::Character;
use serde::Serialize;
use serde_json::Value;

use crate::{Asset, Details, Dialect};

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
    /// A YAML text.
    Yaml,
    /// A plain text with marks.
    Text,
    /// A PNG picture.
    Png,
    /// An animated PNG.
    Apng,
    /// A WEBP picture.
    Webp,
    /// A JPEG picture with the card in its metadata.
    Jpeg,
    /// A CHARX archive, also behind a picture.
    Charx,
    /// Another archive with a card in it.
    Zip,
}

impl Container {
    /// The file ending that a file of this kind should have, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Yaml => "yaml",
            Self::Text => "txt",
            Self::Png | Self::Apng => "png",
            Self::Webp => "webp",
            Self::Jpeg => "jpeg",
            Self::Charx => "charx",
            Self::Zip => "zip",
        }
    }
}

/// Which specification the card follows. A card in another program's format has become a V3 card.
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

    /// True where the fields are in `data`.
    pub(crate) fn in_data(self) -> bool {
        self != Self::V1
    }
}

/// An imported card. Edit [`Imported::character`], [`Imported::details`], [`Imported::book`] and [`Imported::assets`], and export: only
/// what differs from what was read is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// The character.
    pub character: Character,
    /// What the card says beside it.
    pub details: Details,
    /// What was put right on the way.
    pub warnings: Vec<Warning>,
    /// What the card was packed in.
    pub container: Container,
    /// Whose format it is in.
    pub dialect: Dialect,
    /// Which specification it follows.
    pub spec: Spec,
    /// The whole card as JSON, unknown fields included.
    pub raw: Value,
    /// The lorebook as it stands in the card (`character_book`).
    pub book: Option<Value>,
    /// Files that the card names or carries.
    pub assets: Vec<Asset>,
    /// Where in the file the picture lies that the card is in: the whole file for a PNG. `None` for files that are no picture;
    /// [`Imported::portrait`] looks into archives, too.
    pub picture: Option<Range<usize>>,
    /// A PNG that takes the picture's place, see [`Imported::set_portrait`].
    pub(crate) new_picture: Option<Vec<u8>>,
    /// The JSON text of the card, byte for byte.
    pub(crate) source: Vec<u8>,
    /// What was read, to compare with.
    pub(crate) original: Original,
}

/// The parts of a card as they were read.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Original {
    pub character: Character,
    pub details: Details,
    pub book: Option<Value>,
    pub assets: Vec<Asset>,
    /// Where in the archive the card's JSON is.
    pub entry: Option<usize>,
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

    /// Whether anything was changed since the import.
    pub fn is_edited(&self) -> bool {
        self.new_picture.is_some() || self.says_otherwise()
    }

    /// Whether its text has to be written anew.
    pub(crate) fn says_otherwise(&self) -> bool {
        self.character != self.original.character
            || self.details != self.original.details
            || self.book != self.original.book
            || self.assets != self.original.assets
    }

    /// The source of a card in another program's format: a tree, or its text where it was no JSON. `None` for other cards.
    pub fn foreign_source(&self) -> Option<&Value> {
        self.raw.pointer("/data/extensions/hanashi")?.get(crate::dialect::SOURCE)?.get("original")
    }
}
