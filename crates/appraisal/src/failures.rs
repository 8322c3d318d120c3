//! Why a reply failed: what would have been right, what was in its prompt, and whether the one was in the other.

use serde::{Deserialize, Serialize};

use crate::probes::Expect;
use crate::transcript::{PromptPart, Row};

/// What the prompt had to do with a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The right answer stood in no block of the prompt.
    Absent,
    /// It was told in the talk, and what was told did not fit into the prompt any more.
    LeftOut,
    /// It stood in the prompt, and the reply did not use it.
    Unused,
    /// Nothing was asked that a prompt answers.
    #[default]
    Other,
}

/// Something that went wrong, and where to look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The metric.
    pub metric: String,
    /// Talk and turn, or the question.
    pub item: String,
    /// What was said to her.
    pub asked: String,
    /// What she said.
    pub reply: String,
    /// What would have been right, or what is wrong, in a sentence.
    pub why: String,
    /// What a right reply holds; empty where there is no such thing.
    #[serde(default)]
    pub expected: String,
    /// What a right reply does not hold; empty where there is no such thing.
    #[serde(default)]
    pub unwanted: String,
    /// What the prompt had to do with it, in a sentence.
    pub prompt: String,
    /// The same, for programs.
    #[serde(default)]
    pub cause: Cause,
    /// The blocks of the prompt that was answered.
    #[serde(default)]
    pub blocks: Vec<PromptPart>,
}

impl Failure {
    /// A reply of a talk.
    pub(crate) fn of_row(metric: &str, row: &Row, why: String) -> Self {
        // A reply that says little, say, is no matter of what was in the prompt.
        let asks = metric == "fact_accuracy" || metric.starts_with("recall_");
        let cause = cause(row.expect.as_ref().filter(|_| asks), &row.prompt);
        Self {
            metric: metric.to_owned(),
            item: row.key(),
            asked: row.asked.clone(),
            reply: row.reply.clone(),
            why,
            expected: String::new(),
            unwanted: String::new(),
            prompt: told(cause, &row.prompt),
            cause,
            blocks: row.prompt.clone(),
        }
    }

    /// The same, with what a right reply holds.
    pub(crate) fn expecting(mut self, expected: &str) -> Self {
        expected.clone_into(&mut self.expected);
        self
    }

    /// The same, with what a right reply does not hold.
    pub(crate) fn instead_of(mut self, unwanted: &str) -> Self {
        unwanted.clone_into(&mut self.unwanted);
        self
    }

    /// Names of the blocks that held the right answer.
    pub fn holding(&self) -> Vec<&str> {
        holding(&self.blocks)
    }
}

fn holding(blocks: &[PromptPart]) -> Vec<&str> {
    blocks.iter().filter(|part| part.holds_answer).map(|part| part.name.as_str()).collect()
}

fn cause(expect: Option<&Expect>, blocks: &[PromptPart]) -> Cause {
    let left_out = blocks.iter().any(|part| part.trimmed > 0);
    match expect {
        Some(Expect::Fact(_) | Expect::Recall { .. }) if blocks.is_empty() => Cause::Other,
        Some(Expect::Fact(_) | Expect::Recall { .. }) if !holding(blocks).is_empty() => {
            Cause::Unused
        }
        Some(Expect::Recall { .. }) if left_out => Cause::LeftOut,
        Some(Expect::Fact(_) | Expect::Recall { .. }) => Cause::Absent,
        _ => Cause::Other,
    }
}

/// What the prompt had to do with it, in a sentence.
pub(crate) fn told(cause: Cause, blocks: &[PromptPart]) -> String {
    let trimmed: Vec<&str> =
        blocks.iter().filter(|part| part.trimmed > 0).map(|part| part.name.as_str()).collect();
    let mut out = match cause {
        Cause::Unused => format!("the answer stood in: {}", holding(blocks).join(", ")),
        Cause::Absent | Cause::LeftOut => "no block of the prompt held the answer".to_owned(),
        Cause::Other => {
            let names: Vec<&str> = blocks.iter().map(|part| part.name.as_str()).collect();
            format!("blocks: {}", names.join(", "))
        }
    };
    if !trimmed.is_empty() {
        out.push_str("; left out in part: ");
        out.push_str(&trimmed.join(", "));
    }
    out
}
