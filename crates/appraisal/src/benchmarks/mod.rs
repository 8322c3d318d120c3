//! Other people's questions, from files that a person has: read, asked through a character or a bare model, scored by the set's own rule.
//!
//! SocialBench (exact match and keywords), RoleBench (ROUGE-L), InCharacter's questionnaires (self-report) and CoSER's scenes
//! (BLEU-4 and ROUGE-L against the book) need no judge. PingPong, CharacterEval and CharacterBench take a chat model as their judge:
//! CharacterRM and CharacterJudge, which marked for the latter two's papers, are models of their own kind, so marks made here stand
//! beside each other and not in the papers' tables. Without a judge what can be counted is counted, and what was not judged is listed.

mod characters;
mod dimensions;
mod judging;
mod read;
mod score;

pub use dimensions::{Dimension, dimension, dimensions};
pub use judging::{Inquiry, inquiries, mark};
pub use read::{Found, read};
pub use score::{Answer, Scores, score, summary};

use serde::{Deserialize, Serialize};

/// Whose questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Set {
    /// Chen et al. 2024, X-PLUG/SocialBench.
    SocialBench,
    /// Wang et al. 2023, InteractiveNLP-Team/RoleLLM-public.
    RoleBench,
    /// Wang et al. 2023, Neph0s/InCharacter.
    InCharacter,
    /// Wang et al. 2025, Neph0s/CoSER.
    CoSer,
    /// Gusev 2024, IlyaGusev/ping_pong_bench.
    PingPong,
    /// Tu et al. 2024, morecry/CharacterEval.
    CharacterEval,
    /// Zhou et al. 2024, thu-coai/CharacterBench.
    CharacterBench,
}

/// How a reply is scored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// Letters that are right. One: the first letter named counts. Several: 0 where a wrong one is named, else the share named.
    Letters(Vec<char>),
    /// Share of these that are in the reply, without regard to case.
    Keywords(Vec<String>),
    /// ROUGE-L (and BLEU-4) against one of these; the best counts.
    Reference(Vec<String>),
    /// A number between two ends; the mean of a dimension is its score. Turned round where the statement says the opposite.
    Scale {
        /// Lowest answer.
        low: i32,
        /// Highest.
        high: i32,
        /// Agreeing means less of the dimension.
        reverse: bool,
    },
    /// A judge gives three marks of 1 to 5: in character, entertaining, fluent.
    Judge,
    /// A judge gives a mark for each of these [`Dimension`]s, from 1 to its top.
    Marks {
        /// Names of the dimensions.
        of: Vec<String>,
        /// What a right reply would hold, for the judge and for what is counted without one; may be empty.
        reference: String,
    },
}

/// One question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Its place in the file, from 0, with the file's own id where it has one: what a run is resumed by.
    pub id: String,
    /// Category, dimension or split: scores are means of these.
    pub category: String,
    /// Who is played; empty for the character on trial.
    pub name: String,
    /// What is known of them; may be empty.
    pub profile: String,
    /// What was said: who, what. The last one is what is answered.
    pub talk: Vec<(String, String)>,
    /// How the reply is scored.
    pub rule: Rule,
    /// Language that the reply has to be in (`en`, `zh`); empty where the set does not say.
    pub lang: String,
}

/// A line that is no question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bad {
    /// Its place, from 0.
    pub at: usize,
    /// What is wrong.
    pub why: String,
}

#[cfg(test)]
mod tests;
