//! The formats of other programs. Each is recognised by what is in it, never by its name, and becomes a V3 card: every text of the source
//! in the field where a person would look for it, and the source itself, whole, in `extensions.hanashi.source`.

mod agnai;
mod backyard;
mod character_ai;
mod character_glm;
mod chatluna;
mod draft;
mod eliza;
mod kobold;
mod persona_text;
mod recognise;
mod speech;
mod text_generation;
mod vtuber;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::coerce::Coercion;
pub(crate) use backyard::join as join_backyard;
pub(crate) use draft::SOURCE;
pub(crate) use recognise::{Kind, of, plain_text, wrapped, wrapped_cards};

/// Whose format a card is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Dialect {
    /// A character card by the specifications: V1 (TavernAI, Pygmalion), V2, V3.
    Card,
    /// An AIRI package: a V3 card beside a `manifest.json`.
    Airi,
    /// Text Generation WebUI (oobabooga).
    TextGeneration,
    /// Agnai.
    Agnai,
    /// The character in a KoboldAI or Kobold Lite save.
    Kobold,
    /// Character.AI, as export tools write it.
    CharacterAi,
    /// Backyard AI, Faraday before it: a picture's EXIF, or a BYAF archive.
    Backyard,
    /// A ChatLuna preset.
    ChatLuna,
    /// An Eliza character.
    Eliza,
    /// Plain text with `###ENDPREAMBLE###` and `###ENDSEEDCHAT###` (a16z's companion app).
    PersonaText,
    /// CharacterGLM's session description.
    CharacterGlm,
    /// A character of Open-LLM-VTuber.
    OpenLlmVtuber,
}

impl Dialect {
    /// The name in files and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::Airi => "airi",
            Self::TextGeneration => "text_generation",
            Self::Agnai => "agnai",
            Self::Kobold => "kobold",
            Self::CharacterAi => "character_ai",
            Self::Backyard => "backyard",
            Self::ChatLuna => "chat_luna",
            Self::Eliza => "eliza",
            Self::PersonaText => "persona_text",
            Self::CharacterGlm => "character_glm",
            Self::OpenLlmVtuber => "open_llm_vtuber",
        }
    }
}

/// The character in what Backyard puts into a picture: `{ character: { aiName, … }, version }`.
fn backyard_inner(object: &Map<String, Value>) -> Option<&Map<String, Value>> {
    let is = |object: &Map<String, Value>| {
        ["aiPersona", "aiDisplayName", "aiName", "basePrompt"]
            .iter()
            .any(|key| object.contains_key(*key))
            || object.contains_key("displayName") && object.contains_key("persona")
    };
    let inner = object.get("character").and_then(Value::as_object);
    inner.filter(|inner| is(inner)).or_else(|| Some(object).filter(|object| is(object)))
}

/// A source in another program's format as a V3 card. `original` is what is kept of it: the tree, or its text where it was no JSON.
pub(crate) fn convert(
    dialect: Dialect,
    source: &Map<String, Value>,
    original: &Value,
    file: &str,
    coercion: &mut Coercion,
) -> Value {
    let mut draft = draft::Draft::new(source, coercion);
    match dialect {
        Dialect::TextGeneration => text_generation::fill(&mut draft),
        Dialect::Agnai => agnai::fill(&mut draft),
        Dialect::Kobold => kobold::fill(&mut draft),
        Dialect::CharacterAi => character_ai::fill(&mut draft),
        Dialect::Backyard => backyard::fill(&mut draft),
        Dialect::ChatLuna => chatluna::fill(&mut draft),
        Dialect::Eliza => eliza::fill(&mut draft),
        Dialect::PersonaText => persona_text::fill(&mut draft, file),
        Dialect::CharacterGlm => character_glm::fill(&mut draft),
        Dialect::OpenLlmVtuber => vtuber::fill(&mut draft),
        Dialect::Card | Dialect::Airi => {}
    }
    draft.finish(dialect, original)
}
