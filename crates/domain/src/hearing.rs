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

/// What was understood so far of somebody who is still speaking.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Partial {
    /// Words that stay.
    pub committed: String,
    /// Words that may still change.
    pub tentative: String,
}

impl Partial {
    /// All of it.
    pub fn text(&self) -> String {
        joined(&[&self.committed, &self.tentative])
    }

    /// It without as many bytes of [`Self::text`] as its beginning has.
    #[must_use]
    pub fn without(&self, beginning: usize) -> Self {
        let rest =
            |text: &str, cut: usize| text.get(cut..).unwrap_or_default().trim_start().to_owned();
        let before = self.text().len() - self.tentative.len();
        Self {
            committed: rest(&self.committed, beginning.min(self.committed.len())),
            tentative: rest(&self.tentative, beginning.saturating_sub(before)),
        }
    }
}

/// A text of which nothing is certain yet.
impl From<&str> for Partial {
    fn from(text: &str) -> Self {
        Self { committed: String::new(), tentative: text.to_owned() }
    }
}

/// Joins pieces as they are read: a space between words, none between Chinese or Japanese characters.
pub fn joined(texts: &[&str]) -> String {
    let mut whole = String::new();
    for text in texts {
        let wide = |c: char| c >= '\u{2e80}';
        let glued = whole.chars().last().is_none_or(wide) || text.chars().next().is_none_or(wide);
        if !glued {
            whole.push(' ');
        }
        whole.push_str(text);
    }
    whole
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_joined_as_they_are_written() {
        assert_eq!(joined(&["Hello.", "How are you?"]), "Hello. How are you?");
        assert_eq!(joined(&["今日は", "雨です。"]), "今日は雨です。");
        assert_eq!(joined(&["广州市", "Anna"]), "广州市Anna");
        assert_eq!(joined(&["", "Anna", ""]), "Anna");
        assert_eq!(joined(&[]), "");
    }

    #[test]
    fn what_called_her_is_taken_from_the_certain_and_the_uncertain_words() {
        let partial = |committed: &str, tentative: &str| Partial {
            committed: committed.to_owned(),
            tentative: tentative.to_owned(),
        };
        let heard = partial("Koto, what", "time");
        assert_eq!(heard.without(6), partial("what", "time"));
        assert_eq!(heard.without(0), heard);
        assert_eq!(heard.without(heard.text().len()), partial("", ""));
        assert_eq!(partial("Koto,", "what time").without(6), partial("", "what time"));
        assert_eq!(partial("", "コト、今何時").without("コト、".len()), partial("", "今何時"));
        assert_eq!(partial("コ", "ト、今何時").without("コト、".len()), partial("", "今何時"));
    }
}
