//! Who the person talks to, and who the person is.

use serde::{Deserialize, Serialize};

use crate::{CharacterId, Lang, Role};

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
    /// What the model is reminded of within the conversation.
    pub depth_prompt: DepthPrompt,
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
    /// How readily the character speaks among several, 0.0 (only when spoken to) to 1.0, where the card says so.
    pub talkativeness: Option<f32>,
    /// What is known of the character point by point, beside the free description.
    pub attributes: Attributes,
    /// Phrases that the character never says.
    pub never_says: Vec<String>,
    /// Words for what the character cannot know of: it lies outside of the story.
    pub outside: Vec<String>,
}

/// A note of the card's to the model that stands a number of messages from the end: SillyTavern's "character's note".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DepthPrompt {
    /// What it says; empty: there is none.
    pub text: String,
    /// How many messages from the end it stands; 0: behind the newest.
    pub depth: u32,
    /// Who says it; the narrator is what other programs call the system.
    pub role: Role,
}

impl Default for DepthPrompt {
    fn default() -> Self {
        Self { text: String::new(), depth: 4, role: Role::Narrator }
    }
}

/// A character point by point: the seven attributes and three behaviours of CharacterGLM (arXiv 2311.16832). Each may be empty.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Attributes {
    /// Name, age, looks, profession, origin.
    pub identity: String,
    /// Likes and dislikes.
    pub interests: String,
    /// World view, values, opinions.
    pub viewpoints: String,
    /// What happened to the character.
    pub experiences: String,
    /// What the character is proud of.
    pub achievements: String,
    /// Family, friends, rivals.
    pub relationships: String,
    /// What fits nowhere else.
    pub other: String,
    /// Way of speaking: catch phrases, dialect, style.
    pub language_style: String,
    /// How feelings show.
    pub emotional_expression: String,
    /// How the character deals with people.
    pub interaction: String,
}

impl Attributes {
    /// The fields by name, in their order; the names are those of JSON.
    pub fn entries(&self) -> [(&'static str, &str); 10] {
        [
            ("identity", &self.identity),
            ("interests", &self.interests),
            ("viewpoints", &self.viewpoints),
            ("experiences", &self.experiences),
            ("achievements", &self.achievements),
            ("relationships", &self.relationships),
            ("other", &self.other),
            ("language_style", &self.language_style),
            ("emotional_expression", &self.emotional_expression),
            ("interaction", &self.interaction),
        ]
    }

    /// A field by its name, to be filled in.
    pub fn entry_mut(&mut self, name: &str) -> Option<&mut String> {
        Some(match name {
            "identity" => &mut self.identity,
            "interests" => &mut self.interests,
            "viewpoints" => &mut self.viewpoints,
            "experiences" => &mut self.experiences,
            "achievements" => &mut self.achievements,
            "relationships" => &mut self.relationships,
            "other" => &mut self.other,
            "language_style" => &mut self.language_style,
            "emotional_expression" => &mut self.emotional_expression,
            "interaction" => &mut self.interaction,
            _ => return None,
        })
    }
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
