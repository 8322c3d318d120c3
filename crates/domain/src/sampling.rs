//! How the next token is drawn.

use serde::{Deserialize, Serialize};

/// How tokens are drawn: one chain, whose steps stand in an order that the [`SamplerOrder`] gives. Every step has a value that
/// turns it off, and is off in [`Sampling::greedy`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sampling {
    /// 0.0 means greedy: the most likely token after the penalties.
    pub temperature: f32,
    /// How far the temperature moves with the entropy of the distribution, up and down; 0 is off. (llama.cpp's
    /// `dynatemp-range`.)
    pub temperature_range: f32,
    /// The power to which the entropy's share is taken for it.
    pub temperature_exponent: f32,
    /// Keep the k most likely; 0 is off.
    pub top_k: u32,
    /// Keep the smallest set with at least this probability; 1 is off.
    pub top_p: f32,
    /// Drop what is less likely than this share of the most likely; 0 is off.
    pub min_p: f32,
    /// Keep the smallest set with at least this probability of tokens whose surprise is nearest to the expected one (locally
    /// typical sampling); 1 is off.
    pub typical_p: f32,
    /// How often the most likely tokens are left out (XTC); 0 is off.
    pub xtc_probability: f32,
    /// Of the tokens at least this likely all but the last are left out; above 0.5 nothing is.
    pub xtc_threshold: f32,
    /// Keeps the surprise of the text near a target, instead of the cuts above; `None` is off.
    pub mirostat: Option<Mirostat>,
    /// Makes tokens of the last `penalty_window` less likely; 1 is off.
    pub repetition_penalty: f32,
    /// How the repetition penalty changes a logit.
    pub penalty_rule: PenaltyRule,
    /// Which tokens all penalties look at.
    pub penalty_scope: PenaltyScope,
    /// How many of the last tokens the penalties see.
    pub penalty_window: u32,
    /// Taken off a logit for each time that its token stands in the window; 0 is off.
    pub frequency_penalty: f32,
    /// Taken off a logit if its token stands in the window at all; 0 is off.
    pub presence_penalty: f32,
    /// Makes tokens less likely that would go on with a repetition (DRY).
    pub dry: Dry,
    /// Forbids tokens that would repeat so many tokens in a row; 0 is off.
    pub no_repeat_ngram: u32,
    /// Added to the logits of single tokens.
    pub logit_bias: Vec<(u32, f32)>,
    /// Added to the logits of all tokens of some words.
    pub word_bias: Vec<WordBias>,
    /// Tokens that are never drawn.
    pub banned: Vec<u32>,
    /// Which `[tags]` the reply may hold; `None` leaves it to the model.
    pub tags: Option<Tags>,
    /// The reply is a table of this form; `None` leaves its form to the model.
    pub rows: Option<Rows>,
    /// In which order the cuts come.
    pub order: SamplerOrder,
    /// Seed; `None` draws one.
    pub seed: Option<u64>,
}

/// Which `[tags]` a reply may hold. Whatever else the sampler wants, a token that would break the rule is not drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tags {
    /// The names that may stand between the brackets.
    pub names: Vec<String>,
    /// Where.
    pub place: TagUse,
    /// Directions to the stage (`[scene: park]`) may stand wherever text may, whatever is said of the names.
    #[serde(default)]
    pub directions: bool,
}

/// A table as a reply: rows of columns with ` | ` between them, a line each, or one word for none. Whatever else the sampler wants, a
/// token that would break the form is not drawn; what stands in the columns is the model's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rows {
    /// Longest text of each column, in characters. None is empty.
    pub longest: Vec<u32>,
    /// Rows at most.
    pub most: u32,
    /// What is written where there is no row.
    pub nothing: String,
}

/// Where tags may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TagUse {
    /// Nowhere: no bracket is opened, but for directions.
    Never,
    /// Anywhere, but only these.
    Anywhere,
    /// The reply begins with one of them; others may follow.
    First,
}

/// A word that comes more often, or less. What its tokens are, the model's vocabulary says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WordBias {
    /// The word.
    pub text: String,
    /// Only the tokens of exactly this text; otherwise those of the word at the beginning of a text, and behind a space.
    pub exact: bool,
    /// What is added to the logits.
    pub bias: f32,
}

/// Mirostat, version 2.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Mirostat {
    /// The surprise to keep, in bits.
    pub tau: f32,
    /// How fast it is approached.
    pub eta: f32,
}

impl Mirostat {
    /// How fast llama.cpp has it approach its target.
    pub const ETA: f32 = 0.1;
}

/// "Don't repeat yourself": a token that would lengthen a repetition of `n` tokens loses `multiplier * base^(n - allowed)`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Dry {
    /// 0 is off.
    pub multiplier: f32,
    /// Growth with the length of the repetition.
    pub base: f32,
    /// Repetitions shorter than this cost nothing.
    pub allowed: u32,
    /// How many of the last tokens are searched; 0 for all.
    pub window: u32,
}

impl Default for Dry {
    fn default() -> Self {
        Self { multiplier: 0.0, base: 1.75, allowed: 2, window: 0 }
    }
}

/// What a repetition penalty does to a logit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PenaltyRule {
    /// Positive logits are divided, negative ones multiplied (CTRL, Hugging Face, llama.cpp).
    #[default]
    SignAware,
    /// Always divided, so that a negative logit becomes *more* likely (GPT2-chitchat).
    Divide,
}

/// Which tokens penalties look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PenaltyScope {
    /// Prompt and reply.
    #[default]
    All,
    /// The reply alone (GPT2-chitchat, and the decoder's side of encoder-decoders).
    Reply,
}

/// The order of the chain. Biases, bans and penalties always come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SamplerOrder {
    /// Temperature, top-k, top-p, min-p, typical, XTC: Hugging Face's `generate`, and so ChatPLUG, CharacterGLM, ChatNVL and
    /// GPT2-chitchat.
    #[default]
    HuggingFace,
    /// Top-k, typical, top-p, min-p, XTC, temperature: llama.cpp's.
    LlamaCpp,
}

impl Default for Sampling {
    fn default() -> Self {
        Self {
            temperature: 0.8,
            top_k: 40,
            top_p: 0.95,
            min_p: 0.05,
            repetition_penalty: 1.1,
            penalty_window: 128,
            ..Self::greedy()
        }
    }
}

impl Sampling {
    /// The most likely token every time.
    pub fn greedy() -> Self {
        Self {
            temperature: 0.0,
            temperature_range: 0.0,
            temperature_exponent: 1.0,
            top_k: 0,
            top_p: 1.0,
            min_p: 0.0,
            typical_p: 1.0,
            xtc_probability: 0.0,
            xtc_threshold: 0.1,
            mirostat: None,
            repetition_penalty: 1.0,
            penalty_rule: PenaltyRule::SignAware,
            penalty_scope: PenaltyScope::All,
            penalty_window: 0,
            frequency_penalty: 0.0,
            presence_penalty: 0.0,
            dry: Dry::default(),
            no_repeat_ngram: 0,
            logit_bias: Vec::new(),
            word_bias: Vec::new(),
            banned: Vec::new(),
            tags: None,
            rows: None,
            order: SamplerOrder::HuggingFace,
            seed: None,
        }
    }

    /// GPT2-chitchat's `interact.py`: top-k 8 at temperature 1; `[UNK]` (its id) is never drawn.
    pub fn gpt2_chitchat(unknown: u32) -> Self {
        Self {
            temperature: 1.0,
            top_k: 8,
            penalty_rule: PenaltyRule::Divide,
            penalty_scope: PenaltyScope::Reply,
            penalty_window: u32::MAX,
            banned: vec![unknown],
            ..Self::greedy()
        }
    }
}
