//! A card as the editor sees it: every field by name, the lorebook included. What a card holds beyond this is kept by the program and
//! never travels, so the page cannot lose it.

use serde::{Deserialize, Serialize};
use specta::Type;

/// A card that is being edited.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CardDocument {
    /// Folder name.
    pub id: String,
    /// A digest of the file this was read from: another writer in between is noticed.
    pub revision: String,
    /// Came with the app: it can be looked at and duplicated, not changed.
    pub built_in: bool,
    /// `V2, png`.
    pub format: String,
    /// Full name.
    pub name: String,
    /// What `{{char}}` becomes; empty for the name.
    pub nickname: String,
    /// Who the character is.
    pub description: String,
    /// Short summary.
    pub personality: String,
    /// Where and when.
    pub scenario: String,
    /// First messages; the first is the usual one.
    pub greetings: Vec<String>,
    /// First messages for groups only.
    pub group_greetings: Vec<String>,
    /// Example dialogue.
    pub example_dialogue: String,
    /// System prompt.
    pub system_prompt: String,
    /// Instructions after the history.
    pub post_history_instructions: String,
    /// Notes for people.
    pub creator_notes: String,
    /// The same notes in other languages.
    pub notes: Vec<LanguageNote>,
    /// Who made it.
    pub creator: String,
    /// Version as the creator writes it.
    pub version: String,
    /// Tags.
    pub tags: Vec<String>,
    /// The character point by point.
    pub attributes: CardAttributes,
    /// Phrases that it never says.
    pub never_says: Vec<String>,
    /// Words for what it cannot know of.
    pub outside: Vec<String>,
    /// Id of a voice; empty for none.
    pub voice: String,
    /// Speed, 0.5 to 2.0.
    pub voice_rate: f32,
    /// Pitch, -1.0 to 1.0.
    pub voice_pitch: f32,
    /// `en`, `zh`, `ja`, or empty.
    pub language: String,
    /// Files that the card names or carries.
    pub assets: Vec<AssetRow>,
    /// The lorebook; `None` for none.
    pub book: Option<BookDocument>,
    /// A picture file that becomes the portrait on saving; empty to keep the one it has.
    pub portrait: String,
}

/// Notes in one language.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LanguageNote {
    /// ISO 639-1 code.
    pub language: String,
    /// The notes.
    pub text: String,
}

/// CharacterGLM's seven attributes and three behaviours (arXiv 2311.16832).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the fields are those of `domain::Attributes`")]
pub struct CardAttributes {
    pub identity: String,
    pub interests: String,
    pub viewpoints: String,
    pub experiences: String,
    pub achievements: String,
    pub relationships: String,
    pub other: String,
    pub language_style: String,
    pub emotional_expression: String,
    pub interaction: String,
}

/// A file that the card names.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AssetRow {
    /// Its place in the card as it was opened; `None` for a new one.
    pub origin: Option<u32>,
    /// `icon`, `background`, `emotion`, `user_icon`, `x_…`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Where it is; of a `data:` address, what stands before the data.
    pub uri: String,
    /// File ending without the dot.
    pub ext: String,
    /// `inside` for a file that the card carries, `default` for the card's own picture, `network`, `missing`, `unknown`.
    pub at: String,
    /// Its size in bytes, where that is known.
    pub bytes: Option<f64>,
    /// A file on the disk whose bytes it gets on saving; empty to keep what it has.
    pub file: String,
}

/// A lorebook.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BookDocument {
    /// Its name.
    pub name: String,
    /// For people.
    pub description: String,
    /// How many of the newest messages are searched.
    pub scan_depth: Option<u32>,
    /// Tokens that its entries may take together.
    pub token_budget: Option<u32>,
    /// Whether entries may call each other.
    pub recursive: Option<bool>,
    /// The entries, in the order of the file.
    pub entries: Vec<EntryDocument>,
}

/// An entry of a lorebook.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the format")]
pub struct EntryDocument {
    /// Its place in the card as it was opened; `None` for a new one.
    pub origin: Option<u32>,
    /// Its name.
    pub name: String,
    /// For people.
    pub comment: String,
    /// Any of these calls it.
    pub keys: Vec<String>,
    /// What else must (or must not) be there.
    pub secondary_keys: Vec<String>,
    /// Whether the secondary keys count.
    pub selective: bool,
    /// `and_any`, `not_all`, `not_any`, `and_all`.
    pub logic: String,
    /// Keys are regular expressions.
    pub use_regex: bool,
    /// What goes into the prompt, decorators at its head.
    pub content: String,
    /// A disabled entry never fires.
    pub enabled: bool,
    /// Fires without its keys.
    pub constant: bool,
    /// Capital letters count.
    pub case_sensitive: Option<bool>,
    /// A key must be a word.
    pub whole_words: Option<bool>,
    /// Lower numbers stand earlier in the prompt.
    pub insertion_order: f64,
    /// Lower numbers go first when the budget is spent.
    pub priority: Option<f64>,
    /// `before_char`, `after_char`, `note_top`, `note_bottom`, `depth`, `before_examples`, `after_examples`, `outlet`.
    pub position: String,
    /// Messages from the end, at position `depth`.
    pub depth: Option<u32>,
    /// The name of the outlet, at position `outlet`.
    pub outlet: String,
    /// `system`, `user`, `assistant`, at position `depth`.
    pub role: String,
    /// Messages that are searched, instead of the book's number.
    pub scan_depth: Option<u32>,
    /// Texts beside the conversation that are searched: `persona`, `description`, `personality`, `depth_prompt`, `scenario`,
    /// `creator_notes`.
    pub also_scan: Vec<String>,
    /// Chance to fire once called, in percent; `None` for always.
    pub probability: Option<f64>,
    /// Messages for which it stays once fired.
    pub sticky: Option<u32>,
    /// Messages for which it cannot fire again.
    pub cooldown: Option<u32>,
    /// Messages that the conversation must have.
    pub delay: Option<u32>,
    /// Inclusion groups, comma separated.
    pub group: String,
    /// Its share of the chance within a group.
    pub group_weight: Option<f64>,
    /// Wins its group by insertion order.
    pub group_override: bool,
    /// Only the best matching entries of its groups stay.
    pub group_scoring: Option<bool>,
    /// Cannot be called by another entry's content.
    pub exclude_recursion: bool,
    /// Its content calls nobody.
    pub prevent_recursion: bool,
    /// Fires only while entries call each other, from this level on; 0: at once.
    pub delay_until_recursion: u32,
    /// Goes in whatever the budget says.
    pub ignore_budget: bool,
    /// Names of the characters it is meant for; empty: all.
    pub filter_names: Vec<String>,
    /// Tags of the characters it is meant for; empty: all.
    pub filter_tags: Vec<String>,
    /// The names and tags are those that it is *not* meant for.
    pub filter_exclude: bool,
}

impl Default for EntryDocument {
    fn default() -> Self {
        Self {
            origin: None,
            name: String::new(),
            comment: String::new(),
            keys: Vec::new(),
            secondary_keys: Vec::new(),
            selective: false,
            logic: "and_any".to_owned(),
            use_regex: false,
            content: String::new(),
            enabled: true,
            constant: false,
            case_sensitive: None,
            whole_words: None,
            insertion_order: 100.0,
            priority: None,
            position: "before_char".to_owned(),
            depth: None,
            outlet: String::new(),
            role: "system".to_owned(),
            scan_depth: None,
            also_scan: Vec::new(),
            probability: None,
            sticky: None,
            cooldown: None,
            delay: None,
            group: String::new(),
            group_weight: None,
            group_override: false,
            group_scoring: None,
            exclude_recursion: false,
            prevent_recursion: false,
            delay_until_recursion: 0,
            ignore_budget: false,
            filter_names: Vec::new(),
            filter_tags: Vec::new(),
            filter_exclude: false,
        }
    }
}

/// Something that a person should look at before saving.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CardIssue {
    /// Where: `name`, `greetings`, `book.entries.3.keys`.
    pub field: String,
    /// What, as the page words it: `name_empty`, `no_greeting`, `bad_regex`, `key_missing`, `never_fires`, `bad_language`,
    /// `tag_twice`, `asset_remote`, `asset_empty`, `main_icon`, `too_long`, `phrase_long`, `phrases_many`.
    pub code: String,
    /// A detail: the pattern and why, the tag, the address.
    pub detail: String,
    /// It cannot be saved like this.
    pub blocks: bool,
}
