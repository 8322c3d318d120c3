//! What the ears give: stretches of speech, and what was said in them.

use serde::{Deserialize, Serialize};
use std::sync::Arc;

use crate::Millis;

/// A stretch of recorded speech: mono f32 at 16 kHz, −1.0 to 1.0, the pre-roll included.
#[derive(Debug, Clone, PartialEq)]
pub struct Utterance {
    /// The samples.
    pub pcm: Arc<[f32]>,
}

impl Utterance {
    /// Samples per second of every utterance.
    pub const RATE: u32 = 16_000;

    /// Length in milliseconds.
    pub fn duration_ms(&self) -> Millis {
        self.pcm.len() as Millis * 1000 / Millis::from(Self::RATE)
    }
}

/// What the voice activity detector has to say about the frames it was given.
#[derive(Debug, Clone, PartialEq)]
pub enum VadEvent {
    /// Speech seems to begin; may turn out to be a cough.
    Started,
    /// It has lasted long enough to be meant.
    Confirmed,
    /// It ended before it was confirmed.
    Faded,
    /// It ended; here is all of it.
    Ended(Utterance),
}

/// Why the person was taken to have finished speaking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EndOfTurn {
    /// The talk button came up.
    Released,
    /// What they said is complete: a short silence was enough.
    Finished,
    /// It cannot be told from what they said, or nothing of it was understood in time.
    Unclear,
    /// What they said is not complete; they were given time, and did not go on.
    Unfinished,
    /// They spoke for as long as can be taken in at once.
    Longest,
}

/// A piece of a transcript with its time, in milliseconds from the start of the utterance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// Start.
    pub start_ms: Millis,
    /// End.
    pub end_ms: Millis,
    /// What was said.
    pub text: String,
}

/// What was said in an utterance. `text` is empty where there was no speech after all.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Transcript {
    /// The whole text, trimmed.
    pub text: String,
    /// Language as Whisper names it (`en`, `zh`, …).
    pub language: String,
    /// The pieces, in order.
    pub segments: Vec<Segment>,
}
