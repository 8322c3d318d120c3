//! A lorebook as every format is understood: what the engine reads, with the file's own JSON beside it so that nothing is lost.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Which tool's format a book came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Format {
    /// `character_book` of a V2 or V3 card.
    #[default]
    CharacterBook,
    /// `{"spec": "lorebook_v3", "data": …}`.
    LorebookV3,
    /// World info of SillyTavern (and of KoboldAI and TavernAI before it): entries by number.
    SillyTavern,
    /// `.lorebook` of NovelAI.
    NovelAi,
    /// Memory book of Agnai.
    Agnai,
    /// `{"type": "risu", …}` of RisuAI.
    Risu,
}

/// A lorebook.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Book {
    /// Its name; never in a prompt.
    pub name: String,
    /// For people; never in a prompt.
    pub description: String,
    /// How many of the newest messages are searched; `None` leaves it to [`Settings`](crate::Settings).
    pub scan_depth: Option<u32>,
    /// Tokens that its entries may take together.
    pub token_budget: Option<u32>,
    /// Whether entries may be called by the content of others; `None` leaves it to the settings.
    pub recursive: Option<bool>,
    /// The entries, in the order of the file.
    pub entries: Vec<Entry>,
    /// Where it came from.
    pub format: Format,
    /// The book's JSON as it was read, without its entries.
    pub raw: Map<String, Value>,
}

/// An entry of a lorebook. [`Entry::default`] is an enabled one without keys.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "they are the switches of the formats")]
pub struct Entry {
    /// Its id in the file, else its number in it.
    pub id: String,
    /// Its name; never in a prompt.
    pub name: String,
    /// For people; never in a prompt.
    pub comment: String,
    /// Any of these calls it.
    pub keys: Vec<String>,
    /// What else must (or must not) be there, see [`Entry::logic`].
    pub secondary_keys: Vec<String>,
    /// Whether the secondary keys count.
    pub selective: bool,
    /// How they count.
    pub logic: Logic,
    /// How keys are written.
    pub syntax: KeySyntax,
    /// What goes into the prompt, decorators at its head.
    pub content: String,
    /// A disabled entry never fires.
    pub enabled: bool,
    /// Fires without its keys.
    pub constant: bool,
    /// Capital letters count; `None` leaves it to the settings.
    pub case_sensitive: Option<bool>,
    /// A key must be a word; `None` leaves it to the settings.
    pub whole_words: Option<bool>,
    /// Lower numbers stand earlier in the prompt.
    pub insertion_order: f64,
    /// Lower numbers go first when the budget is spent; `None`: the insertion order counts.
    pub priority: Option<f64>,
    /// Where it goes.
    pub position: Position,
    /// Who says it, at a depth.
    pub role: Role,
    /// What is searched, instead of the book's scan depth.
    pub window: Option<Window>,
    /// Texts beside the conversation that are searched as well.
    pub also_scan: AlsoScan,
    /// Chance to fire once called, in percent.
    pub probability: f64,
    /// Messages for which it stays once fired.
    pub sticky: u32,
    /// Messages for which it cannot fire again.
    pub cooldown: u32,
    /// Messages that the conversation must have.
    pub delay: u32,
    /// Inclusion groups: one entry of each fires.
    pub groups: Vec<String>,
    /// Wins its group by insertion order instead of by chance.
    pub group_override: bool,
    /// Its share of the chance within a group.
    pub group_weight: f64,
    /// Only the best matching entries of a group stay; `None` leaves it to the settings.
    pub group_scoring: Option<bool>,
    /// Cannot be called by another entry's content.
    pub exclude_recursion: bool,
    /// Its content calls nobody.
    pub prevent_recursion: bool,
    /// Fires only while entries call each other, from this level on; 0: at once.
    pub delay_until_recursion: u32,
    /// Goes in whatever the budget says.
    pub ignore_budget: bool,
    /// For which characters it is meant.
    pub filter: Filter,
    /// The entry's JSON as it was read.
    pub raw: Map<String, Value>,
}

impl Default for Entry {
    fn default() -> Self {
        Self {
            id: String::new(),
            name: String::new(),
            comment: String::new(),
            keys: Vec::new(),
            secondary_keys: Vec::new(),
            selective: false,
            logic: Logic::default(),
            syntax: KeySyntax::default(),
            content: String::new(),
            enabled: true,
            constant: false,
            case_sensitive: None,
            whole_words: None,
            insertion_order: 100.0,
            priority: None,
            position: Position::default(),
            role: Role::default(),
            window: None,
            also_scan: AlsoScan::default(),
            probability: 100.0,
            sticky: 0,
            cooldown: 0,
            delay: 0,
            groups: Vec::new(),
            group_override: false,
            group_weight: 100.0,
            group_scoring: None,
            exclude_recursion: false,
            prevent_recursion: false,
            delay_until_recursion: 0,
            ignore_budget: false,
            filter: Filter::default(),
            raw: Map::new(),
        }
    }
}

/// How secondary keys count, as SillyTavern numbers them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Logic {
    /// One of them must be there (the specification's rule).
    #[default]
    AndAny,
    /// At least one of them must be missing.
    NotAll,
    /// None of them may be there.
    NotAny,
    /// All of them must be there.
    AndAll,
}

/// How the keys of an entry are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeySyntax {
    /// Letters are letters.
    #[default]
    Plain,
    /// Every key is a regular expression (`use_regex`), with or without `/…/flags` round it.
    Regex,
    /// A key of the form `/…/flags` is a regular expression, any other is plain (SillyTavern, NovelAI).
    Slashed,
}

/// Where an entry goes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Position {
    /// Before the character's definitions.
    #[default]
    BeforeChar,
    /// After them.
    AfterChar,
    /// Before the description.
    BeforeDescription,
    /// After the description.
    AfterDescription,
    /// With the personality.
    Personality,
    /// With the scenario.
    Scenario,
    /// Before the example dialogue.
    BeforeExamples,
    /// After the example dialogue.
    AfterExamples,
    /// Above the author's note.
    NoteTop,
    /// Below the author's note.
    NoteBottom,
    /// This many messages from the end; 0 is after the newest.
    Depth(u32),
    /// This many tokens from the end, in prompts that are no chats.
    TokenDepth(u32),
    /// The beginning of the reply.
    Prefill,
    /// Where a prompt names this outlet.
    Outlet(String),
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BeforeChar => f.write_str("before_char"),
            Self::AfterChar => f.write_str("after_char"),
            Self::BeforeDescription => f.write_str("before_desc"),
            Self::AfterDescription => f.write_str("after_desc"),
            Self::Personality => f.write_str("personality"),
            Self::Scenario => f.write_str("scenario"),
            Self::BeforeExamples => f.write_str("before_examples"),
            Self::AfterExamples => f.write_str("after_examples"),
            Self::NoteTop => f.write_str("note_top"),
            Self::NoteBottom => f.write_str("note_bottom"),
            Self::Depth(depth) => write!(f, "depth {depth}"),
            Self::TokenDepth(tokens) => write!(f, "token_depth {tokens}"),
            Self::Prefill => f.write_str("prefill"),
            Self::Outlet(name) => write!(f, "outlet {name}"),
        }
    }
}

/// Who says an entry that stands between messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Nobody.
    #[default]
    System,
    /// The person.
    User,
    /// The character.
    Assistant,
}

/// What of the conversation is searched, counted from its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Window {
    /// Messages.
    Messages(u32),
    /// Tokens (`@@instruct_scan_depth`).
    Tokens(u32),
    /// Characters (NovelAI).
    Characters(u32),
}

/// Texts beside the conversation that an entry may be called by (SillyTavern).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AlsoScan(pub(crate) u8);

impl AlsoScan {
    /// The person's description.
    pub const PERSONA: Self = Self(1);
    /// The character's description.
    pub const DESCRIPTION: Self = Self(2);
    /// Their personality.
    pub const PERSONALITY: Self = Self(4);
    /// Their note at a depth.
    pub const DEPTH_PROMPT: Self = Self(8);
    /// The scenario.
    pub const SCENARIO: Self = Self(16);
    /// What the creator says about the card.
    pub const CREATOR_NOTES: Self = Self(32);

    /// Both.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether it has all of `other`.
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

/// For which characters an entry is meant (SillyTavern).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Names of characters; empty: all.
    pub names: Vec<String>,
    /// Tags of characters; empty: all.
    pub tags: Vec<String>,
    /// The names and tags are those that it is *not* meant for.
    pub exclude: bool,
}

impl Filter {
    /// Whether the entry is meant for this character.
    pub fn admits(&self, name: &str, tags: &[String]) -> bool {
        let named = self.names.iter().any(|one| one == name);
        let tagged = self.tags.iter().any(|one| tags.contains(one));
        let passes = |list: &[String], hit: bool| list.is_empty() || hit != self.exclude;
        passes(&self.names, named) && passes(&self.tags, tagged)
    }
}
