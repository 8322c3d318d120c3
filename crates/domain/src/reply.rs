//! What a language model is asked, and what it answers with.

use serde::{Deserialize, Serialize};

use crate::{Millis, Problem, Sampling, TurnId};

/// A message in the form chat templates and remote servers take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatMessage {
    /// `system`, `user` or `assistant`.
    pub role: String,
    /// The text.
    pub content: String,
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
    /// What a model reads instead of `prompt` that answers from passages; others do not look at it.
    pub from_passages: Option<FromPassages>,
}

/// What a model reads that answers from passages (Fusion-in-Decoder), and how it writes beyond what [`Sampling`] says.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FromPassages {
    /// Texts that are encoded each by itself and attended to side by side.
    pub passages: Vec<String>,
    /// Beams of the search; 1 draws tokens instead.
    pub beams: u32,
    /// Tokens before the end may come.
    pub min_tokens: u32,
    /// Exponent of the length that a beam's score is divided by.
    pub length_penalty: f32,
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
