//! What goes into a prompt, and what comes out with it.

use domain::{Ask, Character, Lang, Message, ModelInfo, Persona, Sampling, TurnId};
use serde::Serialize;

/// Everything a reply is written from. Made with [`Scene::new`], so that later parts (lore, memory, knowledge) are additions.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Scene<'a> {
    /// The turn that the reply is for.
    pub turn: TurnId,
    /// Who answers.
    pub character: &'a Character,
    /// Who asked.
    pub persona: &'a Persona,
    /// What was said, from the first message to the one to be answered (`Log::path`).
    pub history: &'a [Message],
    /// The model that will write.
    pub model: &'a ModelInfo,
    /// Language of the app's own sentences; `None` takes the character's, else English.
    pub lang: Option<Lang>,
    /// For templates that tell the model the date. `None`: they use the one they carry.
    pub today: Option<jiff::civil::Date>,
    /// Volatile texts (what was recalled, a lore entry, a stage direction): put at the end of the last user turn, where they cost
    /// no cached tokens.
    pub notes: Vec<Note>,
}

impl<'a> Scene<'a> {
    /// A scene without anything optional.
    pub fn new(
        turn: TurnId,
        character: &'a Character,
        persona: &'a Persona,
        history: &'a [Message],
        model: &'a ModelInfo,
    ) -> Self {
        Self {
            turn,
            character,
            persona,
            history,
            model,
            lang: None,
            today: None,
            notes: Vec::new(),
        }
    }
}

/// A volatile text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Its name in the report.
    pub name: String,
    /// What the model reads.
    pub text: String,
}

/// How long, and how drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Limits {
    /// Prompt and reply together, in tokens; the model's own limit counts where it is smaller.
    pub context_tokens: u32,
    /// Longest reply; at most a third of the context.
    pub reply_tokens: u32,
    /// How much of the history's budget is kept when the oldest messages go, 0.1 to 1.0. Less means that it happens seldomer.
    pub keep: f32,
    /// How tokens are drawn; handed on.
    pub sampling: Sampling,
}

impl Default for Limits {
    fn default() -> Self {
        Self { context_tokens: 4096, reply_tokens: 300, keep: 0.7, sampling: Sampling::default() }
    }
}

/// A part of the prompt, for "why she said that".
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Block {
    /// `system`, `feelings`, `description`, …, `history`, the name of a note, `post_history`.
    pub name: String,
    /// What stands in the prompt, macros resolved.
    pub text: String,
    /// Its tokens, counted by itself.
    pub tokens: usize,
    /// Tokens that were left out for lack of room.
    pub trimmed: usize,
}

impl Block {
    pub(crate) fn new(name: impl Into<String>, text: String) -> Self {
        Self { name: name.into(), text, tokens: 0, trimmed: 0 }
    }
}

/// A request for a reply, and how it came about.
#[derive(Debug, Clone, PartialEq)]
pub struct Assembled {
    /// What the model is asked.
    pub ask: Ask,
    /// The parts, in the order of the prompt.
    pub blocks: Vec<Block>,
    /// Tokens of `ask.prompt`.
    pub prompt_tokens: usize,
    /// Tokens at its beginning that stay whatever is said (system and card).
    pub fixed_prefix_tokens: usize,
    /// How many messages of the history were left out, counted from the oldest.
    pub dropped_messages: usize,
    /// Name of the chat template: `the model's own`, or that of a built-in one.
    pub template: &'static str,
    /// Why the model's own template was not used, where it brings one.
    pub template_rejected: Option<String>,
}
