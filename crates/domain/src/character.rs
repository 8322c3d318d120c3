//! Who the person talks to, and who the person is.

use serde::{Deserialize, Serialize};

use crate::{CharacterId, Lang};

/// A character, whatever file it came from. Texts may hold macros (`{{char}}`, `{{user}}`); the prompt room resolves them.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Character {
    /// Full name; never empty (the card room makes one up from the file where there is none).
    pub name: String,
    /// What `{{char}}` becomes, where the card says so.
    pub nickname: Option<String>,
    /// Who the character is; the core of the prompt.
    pub description: String,
    /// Short summary of the personality.
    pub personality: String,
    /// Where and when the conversation takes place.
    pub scenario: String,
    /// First messages: the card's own first, then its alternates. May be empty.
    pub greetings: Vec<String>,
    /// Example dialogue in the `<START>` form of the card formats.
    pub example_dialogue: String,
    /// System prompt that replaces the app's own where not empty (`{{original}}` inserts it).
    pub system_prompt: String,
    /// Instructions after the history (`{{original}}` likewise).
    pub post_history_instructions: String,
    /// Notes for people, never for the model.
    pub creator_notes: String,
    /// Who made the card.
    pub creator: String,
    /// Version as the creator writes it.
    pub version: String,
    /// Tags for search.
    pub tags: Vec<String>,
    /// Folder name of the puppet under `characters/`, where the card names one.
    pub puppet: Option<String>,
    /// Voice that the card asks for.
    pub voice: Option<VoiceChoice>,
    /// Language that the character speaks first of all, where the card says so.
    pub language: Option<Lang>,
}

impl Character {
    /// What `{{char}}` becomes: the nickname, else the name.
    pub fn short_name(&self) -> &str {
        match &self.nickname {
            Some(nickname) if !nickname.trim().is_empty() => nickname,
            _ => &self.name,
        }
    }
}

/// Which voice speaks, and how. `voice` is an id of the voice list (`espeak:en-gb+f3`, `piper:<file stem>`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VoiceChoice {
    /// Id of the voice; an unknown one falls back to the default of the language.
    pub voice: String,
    /// Speed factor, 1.0 as recorded; 0.5 to 2.0.
    #[serde(default = "one")]
    pub rate: f32,
    /// Pitch, 0.0 as recorded, −1.0 to 1.0; only where the voice can.
    #[serde(default)]
    pub pitch: f32,
}

fn one() -> f32 {
    1.0
}

/// Who the person is in the story.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Persona {
    /// What `{{user}}` becomes.
    pub name: String,
    /// What the character may know of them; may be empty.
    pub description: String,
}

impl Default for Persona {
    fn default() -> Self {
        Self { name: "You".into(), description: String::new() }
    }
}

impl From<&str> for CharacterId {
    fn from(id: &str) -> Self {
        Self(id.to_owned())
    }
}
