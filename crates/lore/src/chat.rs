//! What an activation is told of the world: the conversation, who takes part, how texts are expanded, and the rules where a book
//! leaves them open.

use crate::fold::Folding;

/// A message, as it is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said<'a> {
    /// Its text: macros expanded, comments of the kind `{{// …}}` taken out.
    pub text: &'a str,
    /// The character said it.
    pub assistant: bool,
    /// The name of who said it; empty: nobody's, or not known. Only patterns that ask for it (`/\x01Ann:/`) see it.
    pub name: &'a str,
}

/// What the prompt will be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Form {
    /// Messages with roles.
    #[default]
    Chat,
    /// One text to be continued: the `instruct_` decorators count instead of their counterparts.
    Text,
}

/// Texts beside the conversation, searched by entries that ask for them. Macros expanded. `None`: not known; empty: the prompt has
/// no such section.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sources<'a> {
    /// The person's description.
    pub persona: Option<&'a str>,
    /// The character's description.
    pub description: Option<&'a str>,
    /// Their personality.
    pub personality: Option<&'a str>,
    /// Their note at a depth.
    pub depth_prompt: Option<&'a str>,
    /// The scenario.
    pub scenario: Option<&'a str>,
    /// What the creator says about the card.
    pub creator_notes: Option<&'a str>,
}

impl<'a> Sources<'a> {
    /// In the order of the bits of [`AlsoScan`](crate::AlsoScan).
    pub(crate) fn in_order(&self) -> [&'a str; 6] {
        [
            self.persona,
            self.description,
            self.personality,
            self.depth_prompt,
            self.scenario,
            self.creator_notes,
        ]
        .map(Option::unwrap_or_default)
    }
}

/// The conversation at the moment of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Chat<'a> {
    /// What was said, oldest first.
    pub messages: &'a [Said<'a>],
    /// Which greeting it began with, from 0; `None`: not known.
    pub greeting: Option<u32>,
    /// Name of the user icon that is shown; `None`: the app shows none.
    pub user_icon: Option<&'a str>,
    /// What the prompt will be.
    pub form: Form,
    /// The character's name, for entries that are meant for some only.
    pub character: &'a str,
    /// The character's tags, likewise.
    pub tags: &'a [String],
    /// Texts beside the conversation.
    pub sources: Sources<'a>,
    /// Decides chances and groups: the same seed, the same answer.
    pub seed: u64,
}

/// Expands the macros of an entry.
pub trait Expand {
    /// As the model will read it. `stable`: it stands where the prompt does not change from turn to turn.
    fn for_prompt(&self, content: &str, stable: bool) -> String;
    /// As other entries are called by it: hidden keys shown, comments gone.
    fn for_scan(&self, content: &str) -> String;
    /// A key.
    fn key(&self, key: &str) -> String {
        self.for_prompt(key, true)
    }
}

/// Leaves everything as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AsWritten;

impl Expand for AsWritten {
    fn for_prompt(&self, content: &str, _stable: bool) -> String {
        content.to_owned()
    }

    fn for_scan(&self, content: &str) -> String {
        content.to_owned()
    }
}

/// The rules where a book says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent switches of a person's")]
pub struct Settings {
    /// Messages that are searched.
    pub scan_depth: u32,
    /// Whether entries call each other.
    pub recursive: bool,
    /// How often they do so at most.
    pub recursion_steps: u32,
    /// Capitals count.
    pub case_sensitive: bool,
    /// Keys are words.
    pub whole_words: bool,
    /// Only the best matching entries of a group stay.
    pub group_scoring: bool,
    /// Which letters are the same.
    pub folding: Folding,
    /// Tokens for all books together, beside the budget of each; `None`: any number.
    pub token_budget: Option<u32>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            scan_depth: 4,
            recursive: false,
            recursion_steps: 10,
            case_sensitive: false,
            whole_words: false,
            group_scoring: false,
            folding: Folding::default(),
            token_budget: None,
        }
    }
}
