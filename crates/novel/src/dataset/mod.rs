//! From rows to what a model is trained on.
//!
//! [`build`] makes conversations out of scenes, joins what one person says in a row, and pairs it with what was said before;
//! [`chatnvl`] does the same in the way of ChatNVL's scripts, row for row. Writers give the formats that trainers read.

mod address;
mod answers;
pub mod chatnvl;
mod chats;
mod conversations;
mod describe;
mod duplicates;
mod examples;
mod instructions;
mod menus;
mod quotation;
mod recipe;
mod remarks;
mod terms;
mod workbook;
mod write;

use std::collections::HashMap;

use serde::Serialize;

pub use chats::{Preference, examples_of_chat, preferences};
pub use conversations::{Conversation, Turn, conversations};
pub use describe::{describe, questions_and_answers};
pub use duplicates::{is_near, near_duplicates};
pub use examples::{Report, build};
pub use instructions::{INSTRUCTION_TOKENS, Reconstruction, Unprompted, Unusable, unprompted};
pub use recipe::{Made, Profile, Recipe, Sources, collect, make};
pub use remarks::Remark;
pub use terms::{Terms, learn};
pub use workbook::{Entry, Exchange, LineView, Show, Split, Statistics, Warning, Workbook};
pub use write::{Format, Written, chitchat, write_examples, write_info, write_preferences};

/// One training example: what was said before, what is said to the character, what the character answers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Example {
    /// Instructions above the talk; may be empty.
    pub system: String,
    /// Earlier questions and answers, oldest first.
    pub history: Vec<(String, String)>,
    /// What is said.
    pub prompt: String,
    /// What is answered.
    pub answer: String,
    /// Scene that it comes from: examples of one scene stay in one split.
    #[serde(skip)]
    pub scene: String,
    /// A model made up what is said: no script has it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub made_up: bool,
}

impl Example {
    /// All questions and answers, the last one included.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        let history =
            self.history.iter().map(|(prompt, answer)| (prompt.as_str(), answer.as_str()));
        history.chain(std::iter::once((self.prompt.as_str(), self.answer.as_str())))
    }
}

/// What becomes of text that nobody says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Narration {
    /// Left out; a long stretch of it ends a conversation.
    #[default]
    Drop,
    /// Put in front of what is said next, in brackets: before a question, or as what an answer is given to. A long stretch ends a
    /// conversation, and the last of it leads to the next one.
    Context,
}

/// What becomes of names and terms of the novel's world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TermAction {
    /// They stay.
    #[default]
    Keep,
    /// A placeholder takes their place.
    Replace,
    /// Examples with one are left out.
    Drop,
}

/// How a dataset is made.
#[derive(Debug, Clone)]
pub struct Options {
    /// Whose answers are learnt: a displayed or script name. None: everybody's.
    pub speaker: Option<String>,
    /// Names that mean one person; the first of each list is the one that is written.
    pub aliases: Vec<Vec<String>>,
    /// Language of a translation, instead of the original.
    pub lang: Option<String>,
    /// What becomes of narration.
    pub narration: Narration,
    /// More rows without a speaker than this end a conversation.
    pub max_gap: usize,
    /// Characters of one example at most, history included; the last pair is kept whole.
    pub window: usize,
    /// Answers with fewer characters are left out.
    pub min_answer: usize,
    /// Texts of which an interpolation is missing may stay.
    pub keep_interpolated: bool,
    /// Instructions above every example.
    pub system: String,
    /// What becomes of terms.
    pub terms: TermAction,
    /// Terms that are known.
    pub term_list: Vec<String>,
    /// Terms are also looked for in the text.
    pub learn_terms: bool,
    /// Share of scenes that is kept for validation; of conversations, where all are of one scene.
    pub validation: f64,
    /// Share of scenes that is kept for a test.
    pub test: f64,
    /// Decides which scenes those are.
    pub seed: u64,
    /// Answers as like as this (Jaccard of character 5-grams) are one.
    pub near: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            speaker: None,
            aliases: Vec::new(),
            lang: None,
            narration: Narration::Drop,
            max_gap: 3,
            window: 1500,
            min_answer: 2,
            keep_interpolated: false,
            system: String::new(),
            terms: TermAction::Keep,
            term_list: Vec::new(),
            learn_terms: false,
            validation: 0.05,
            test: 0.0,
            seed: 1,
            near: 0.9,
        }
    }
}

impl Options {
    /// Every alias with the name that is written for it.
    pub(crate) fn canonical(&self) -> HashMap<&str, &str> {
        let mut names = HashMap::new();
        for list in &self.aliases {
            if let Some(first) = list.first() {
                names.extend(list.iter().map(|alias| (alias.as_str(), first.as_str())));
            }
        }
        names
    }
}

/// Examples, sorted into splits.
#[derive(Debug, Clone, Default)]
pub struct Dataset {
    /// To learn from.
    pub train: Vec<Example>,
    /// To watch the loss on.
    pub validation: Vec<Example>,
    /// To judge by at the end.
    pub test: Vec<Example>,
    /// What was done.
    pub report: Report,
    /// Placeholders and what they stand for.
    pub terms: Vec<(String, String)>,
}

impl Dataset {
    /// All examples, whatever they are for.
    fn examples(&self) -> impl Iterator<Item = &Example> {
        [&self.train, &self.validation, &self.test].into_iter().flatten()
    }
}
