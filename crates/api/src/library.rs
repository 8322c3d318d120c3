//! The library over IPC: lists, imports, the trash, profiles. Counterparts of what `store` and `card` know.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::Problem;

/// How a list of characters is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "lowercase")]
pub enum LibraryOrder {
    /// By name.
    #[default]
    Name,
    /// Who was talked to last comes first.
    Talked,
    /// What was added last comes first.
    Added,
}

/// A question to the library.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LibraryQuery {
    /// Words that must all be found, in parts.
    pub text: String,
    /// Tags that a card must all have.
    pub tags: Vec<String>,
    /// Only favourites.
    pub favourites: bool,
    /// How to sort.
    pub order: LibraryOrder,
    /// The first card wanted of those found.
    pub offset: u32,
    /// How many are wanted; at most 500 are given.
    pub limit: u32,
}

/// A character in the library's grid.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "facts of a card, each shown apart")]
pub struct LibraryCard {
    /// Folder name.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Who made it; may be empty.
    pub creator: String,
    /// One or two sentences, plain text.
    pub tagline: String,
    /// Tags.
    pub tags: Vec<String>,
    /// How many greetings there are.
    pub greetings: u32,
    /// How many lorebook entries there are.
    pub lore_entries: u32,
    /// Has a rigged puppet.
    pub puppet: bool,
    /// Came with the app.
    pub built_in: bool,
    /// Marked by the person.
    pub favourite: bool,
    /// What the card names on the network may be loaded.
    pub remote: bool,
    /// Unix time in milliseconds.
    pub added_at: f64,
    /// When it was talked to last, Unix time in milliseconds.
    pub talked_at: Option<f64>,
}

/// A tag and how many of the cards found have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TagEntry {
    /// The tag.
    pub tag: String,
    /// Cards.
    pub cards: u32,
}

/// Part of what was found.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LibraryPage {
    /// Cards in the whole library.
    pub all: u32,
    /// Cards found.
    pub total: u32,
    /// The place of the first of `cards` among those found.
    pub offset: u32,
    /// The part asked for.
    pub cards: Vec<LibraryCard>,
    /// The most frequent tags of all cards found.
    pub tags: Vec<TagEntry>,
    /// Cards are still being read; more may come.
    pub indexing: bool,
}

/// A character that is in the library already and may be the one that is about to be imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Twin {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// It is the very same file; otherwise only the name is the same.
    pub same_file: bool,
    /// It came with the app, so it cannot be replaced.
    pub built_in: bool,
}

/// What a file is, before anything is taken in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ImportPreview {
    /// Where it lies.
    pub path: String,
    /// File name.
    pub file: String,
    /// `character`, `conversation`, `lorebook`, `sprites`, `place`, `music`, `ambience`; for models `chat`, `ears`, `voice`; `None` where it is none of them.
    pub kind: Option<String>,
    /// Name of what it is.
    pub name: String,
    /// Who made it.
    pub creator: String,
    /// `V2, png`.
    pub format: String,
    /// Size of the file in bytes.
    pub bytes: f64,
    /// The first greeting, macros filled in.
    pub greeting: String,
    /// One or two sentences.
    pub tagline: String,
    /// How many greetings there are.
    pub greetings: u32,
    /// How many lorebook entries there are.
    pub lore_entries: u32,
    /// How many files it names or carries.
    pub assets: u32,
    /// Tags.
    pub tags: Vec<String>,
    /// Small picture as a `data:` URL.
    pub picture: Option<String>,
    /// What was coerced or lost.
    pub warnings: Vec<String>,
    /// Why it cannot be imported.
    pub problem: Option<Problem>,
    /// Who it may be already.
    pub twin: Option<Twin>,
    /// How many messages a conversation has.
    pub messages: u32,
    /// How many conversations there are in the file.
    pub talks: u32,
    /// How many other answers (swipes) come along.
    pub swipes: u32,
    /// Nobody here has the name of the conversation's character: `target` is a guess, and another may be chosen.
    pub to_choose: bool,
    /// Whom a conversation, a lorebook or pictures can be given to.
    pub target: Option<ImportTarget>,
    /// The characters in a file that holds several, each as a path that can be looked at and taken in itself.
    pub members: Vec<String>,
}

/// A character that something can be given to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ImportTarget {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// For whom a lorebook is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "lowercase")]
pub enum BookScope {
    /// For every conversation.
    Global,
    /// For the character on stage.
    Character,
    /// For who the person is.
    Persona,
    /// For the conversation on stage.
    Chat,
}

/// A lorebook in a file of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BookFile {
    /// For whom.
    pub scope: BookScope,
    /// Its file's name.
    pub file: String,
    /// Its name.
    pub name: String,
    /// How many entries it has.
    pub entries: u32,
    /// Why it cannot be read.
    pub problem: Option<Problem>,
}

/// A character that was removed and can come back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RemovedCharacter {
    /// What `restore_character` takes.
    pub key: String,
    /// The name that it had.
    pub name: String,
    /// When it was removed, Unix time in milliseconds.
    pub removed_at: f64,
}

/// What a character is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// The file as it lies in the library.
    Original,
    /// JSON of version 2.
    JsonV2,
    /// JSON of version 3.
    JsonV3,
    /// PNG with versions 3 and 2, animated where the card's picture is.
    Png,
    /// CHARX of version 3, with all assets as files.
    Charx,
}

/// A profile of the person.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PersonaEntry {
    /// Empty for the one of the settings.
    pub id: String,
    /// What `{{user}}` becomes.
    pub name: String,
    /// What the characters may know.
    pub description: String,
}

/// The profiles, and which are chosen.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PersonaList {
    /// The one of the settings first.
    pub personas: Vec<PersonaEntry>,
    /// The usual one.
    pub usual: String,
    /// Chosen for the character on stage.
    pub for_character: Option<String>,
    /// Chosen for the conversation on stage.
    pub for_conversation: Option<String>,
    /// The one in force now.
    pub active: String,
}

/// For whom a profile is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "lowercase")]
pub enum PersonaScope {
    /// For everybody.
    Usual,
    /// For the character on stage.
    Character,
    /// For the conversation on stage.
    Conversation,
}

/// How a conversation with a character can begin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Beginnings {
    /// The character.
    pub character: String,
    /// Its name.
    pub name: String,
    /// Greetings, macros filled in, without emotion tags.
    pub greetings: Vec<String>,
    /// There is a conversation already that could go on.
    pub talked: bool,
}
