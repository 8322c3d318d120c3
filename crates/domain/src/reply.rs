//! What a language model is asked, and what it answers with.

use serde::{Deserialize, Serialize};

use crate::{Millis, Problem, TurnId};

/// A message in the form chat templates and remote servers take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatMessage {
    /// `system`, `user` or `assistant`.
    pub role: String,
    /// The text.
    pub content: String,
}

/// How tokens are drawn. Fields that are off: `top_k` 0, `top_p` 1.0, `min_p` 0.0, `repetition_penalty` 1.0.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sampling {
    /// 0.0 means greedy.
    pub temperature: f32,
    /// Keep the k most likely.
    pub top_k: u32,
    /// Keep the smallest set with at least this probability.
    pub top_p: f32,
    /// Drop what is less likely than this share of the most likely.
    pub min_p: f32,
    /// Hugging Face's rule (sign-aware), over the last `penalty_window` tokens.
    pub repetition_penalty: f32,
    /// How many of the last tokens the penalty sees.
    pub penalty_window: u32,
    /// Seed; `None` draws one.
    pub seed: Option<u64>,
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
            seed: None,
        }
    }
}

impl Sampling {
    /// The most likely token every time.
    pub fn greedy() -> Self {
        Self {
            temperature: 0.0,
            top_k: 0,
            top_p: 1.0,
            min_p: 0.0,
            repetition_penalty: 1.0,
            penalty_window: 0,
            seed: None,
        }
    }
}

/// One request for a reply.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    /// The turn that it is for; comes back in nothing, but names the span.
    pub turn: TurnId,
    /// The conversation as messages, for remote servers.
    pub messages: Vec<ChatMessage>,
    /// The conversation as text, rendered with the model's own chat template, for local models. Special tokens in it are
    /// parsed as such.
    pub prompt: String,
    /// How to draw.
    pub sampling: Sampling,
    /// At most this many new tokens.
    pub max_tokens: u32,
    /// Texts that end the reply; not part of it.
    pub stop: Vec<String>,
}

/// Why a reply ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FinishReason {
    /// The model said it was done, or a stop text came.
    Stop,
    /// `max_tokens`, or the context is full.
    Length,
    /// It was cancelled.
    Cancelled,
}

/// What a reply cost. Times are wall time.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct ReplyStats {
    /// Tokens of the prompt.
    pub prompt_tokens: u32,
    /// How many of them were already in the KV cache.
    pub reused_tokens: u32,
    /// Tokens written.
    pub reply_tokens: u32,
    /// Reading the new part of the prompt.
    pub prefill_ms: f32,
    /// Writing.
    pub decode_ms: f32,
}

/// What a language model sends while it answers. `Started`, then any number of `Text`, then one of the other two.
#[derive(Debug, Clone, PartialEq)]
pub enum ReplyEvent {
    /// The prompt has been read.
    Started {
        /// Tokens of the prompt.
        prompt_tokens: u32,
        /// How many of them were already in the KV cache.
        reused_tokens: u32,
        /// Milliseconds spent reading the rest.
        prefill_ms: Millis,
    },
    /// More text; whole characters, any length, never empty.
    Text(String),
    /// The end.
    Finished(FinishReason, ReplyStats),
    /// It went wrong; nothing more will come.
    Failed(Problem),
}
