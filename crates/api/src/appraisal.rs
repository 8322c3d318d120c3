//! Appraisals: interviews of a character, and what became of their figures.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::Problem;

/// An appraisal that was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AppraisalView {
    /// Its folder's name.
    pub id: String,
    /// Who was interviewed.
    pub character: String,
    /// Name of the model.
    pub model: String,
    /// Language of the probes.
    pub lang: String,
    /// Guard, temperature, adapters.
    pub variant: String,
    /// Replies that were counted.
    pub replies: u32,
    /// When it was kept, in milliseconds since 1970.
    pub at: f64,
}

/// An appraisal that is asked for.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AppraisalOrder {
    /// Id of the character.
    pub character: String,
    /// Id of a chat model; empty for the settings'.
    pub model: String,
    /// Id of an adapter; empty for none.
    pub adapter: String,
    /// All that is asked, or what takes a third of it.
    pub whole: bool,
    /// She remembers what was said in a talk, as she does on stage.
    pub memory: bool,
}

/// How far an appraisal is, or how it ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AppraisalRun {
    /// Replies so far.
    pub done: u32,
    /// Of how many; nought while the model is loaded.
    pub all: u32,
    /// It has ended.
    pub finished: bool,
    /// What it was kept as, where it came to its end.
    pub id: Option<String>,
    /// What went wrong.
    pub problem: Option<Problem>,
}

/// One metric, before and after.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FigureChange {
    /// Its name.
    pub metric: String,
    /// `high`, `low`, `neither` is better.
    pub better: String,
    /// Before.
    pub before: f64,
    /// After.
    pub after: f64,
    /// 95 % interval of the paired difference.
    pub low: Option<f64>,
    /// Its upper end.
    pub high: Option<f64>,
    /// Pairs.
    pub pairs: u32,
    /// `better`, `worse`, `unsure`, `changed`, `same`.
    pub verdict: String,
}

/// An exchange that was counted differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FigureExample {
    /// The metric.
    pub metric: String,
    /// What was said.
    pub asked: String,
    /// The reply before.
    pub before: String,
    /// The reply after.
    pub after: String,
    /// It got better.
    pub better: bool,
}

/// Two appraisals, compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ComparisonView {
    /// By metric.
    pub changes: Vec<FigureChange>,
    /// Exchanges that got better or worse.
    pub examples: Vec<FigureExample>,
    /// They were asked different things: another language, seed or character.
    pub unlike: bool,
}

/// A reply that went wrong, and what its prompt had to do with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FailureView {
    /// The metric.
    pub metric: String,
    /// Talk and turn, or the question.
    pub item: String,
    /// What was said to her.
    pub asked: String,
    /// What she said.
    pub reply: String,
    /// What a right reply holds, alternatives between `|`; empty where there is no such thing.
    pub expected: String,
    /// What a right reply does not hold; empty where there is no such thing.
    pub unwanted: String,
    /// `absent`: the answer stood in no block of the prompt; `left_out`: it was told, and fell out of the prompt; `unused`: it stood
    /// there; `other`: nothing was asked that a prompt answers.
    pub cause: String,
    /// The blocks of the prompt.
    pub blocks: Vec<FailureBlock>,
}

/// A block of the prompt of a reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FailureBlock {
    /// Its name (`description`, `history`, …).
    pub name: String,
    /// Its tokens.
    pub tokens: u32,
    /// Its first words.
    pub begins: String,
    /// It held the right answer.
    pub holds: bool,
    /// Messages that were left out of it.
    pub left_out: u32,
}
