//! Asleep until she is called, awake while the conversation goes on.
//!
//! No keyword network: short stretches of speech go to the recogniser that is there anyway, and what it writes is compared with
//! the phrase ([`dialogue::WakePhrase`]). Nothing of what was said in her sleep is kept, logged or answered.

use asr::{Question, Sign};
use dialogue::WakePhrase;
use domain::{Problem, ProblemKind, Utterance};

/// She listens to everything for so long after the last thing that was said (twenty seconds).
const AWAKE: usize = 20 * Utterance::RATE as usize;
/// Whoever calls does it at the beginning: of longer speech (a television) no more than this is written down.
const BEGINNING: usize = 6 * Utterance::RATE as usize;

/// The phrase that the person asked for. Refused where it could not be told from other words.
pub(crate) fn asked_for(written: &str) -> Result<WakePhrase, Problem> {
    WakePhrase::new(written).ok_or_else(|| {
        Problem::new(
            ProblemKind::Invalid,
            format!("the wake phrase `{written}` is too short to be told from other words"),
            "write a longer one in the settings (two characters in Chinese or Japanese, three sounds elsewhere)",
        )
    })
}

/// Sleeping and waking.
#[derive(Debug)]
pub(crate) struct Nap {
    phrase: WakePhrase,
    /// Samples until she falls asleep; zero: she sleeps.
    awake_for: usize,
    /// Speech that is going on in her sleep has lasted.
    sure: bool,
    /// Nothing was understood of all of it yet.
    unread: bool,
    /// It ended before it was understood, and is being written down.
    ended: Option<Sign>,
    /// That is still to be asked.
    asks: bool,
}

impl Nap {
    /// Number of the question what was said in her sleep.
    pub(crate) const QUESTION: u64 = u64::MAX;

    /// She sleeps.
    pub(crate) fn new(phrase: WakePhrase) -> Self {
        Self { phrase, awake_for: 0, sure: false, unread: true, ended: None, asks: false }
    }

    pub(crate) fn is_asleep(&self) -> bool {
        self.awake_for == 0
    }

    /// What is being said has lasted.
    pub(crate) fn is_sure(&self) -> bool {
        self.sure
    }

    /// Time passes; with `talks`, in conversation. Answers whether she sleeps, where that changes.
    pub(crate) fn pass(&mut self, samples: usize, talks: bool) -> Option<bool> {
        let slept = self.is_asleep();
        self.awake_for = if talks { AWAKE } else { self.awake_for.saturating_sub(samples) };
        (slept != self.is_asleep()).then_some(!slept)
    }

    /// Not worth writing down: who has said so much without calling her does not.
    pub(crate) fn is_deaf_to(&self, question: &Question) -> bool {
        self.is_asleep() && question.speech.pcm.len() > BEGINNING
    }

    /// Takes a sign in her sleep. Answers with the phrase where it woke her.
    pub(crate) fn hear(&mut self, sign: &Sign) -> Option<WakePhrase> {
        match sign {
            Sign::Started => (self.sure, self.unread) = (false, true),
            Sign::Confirmed => self.sure = true,
            // Of a longer text than at the last look, so that only the last one tells of all.
            Sign::Resumed => self.unread = true,
            Sign::Paused(_) => self.unread = false,
            Sign::Understood(partial) if self.phrase.after(&partial.text()).is_some() => {
                return Some(self.wake());
            }
            Sign::Ended { speech, silence_ms, why } if self.unread => {
                let beginning = speech.pcm.len().min(BEGINNING);
                let speech = if beginning < speech.pcm.len() {
                    Utterance { pcm: speech.pcm[..beginning].into() }
                } else {
                    speech.clone()
                };
                self.ended = Some(Sign::Ended { speech, silence_ms: *silence_ms, why: *why });
                self.asks = true;
            }
            _ => {}
        }
        None
    }

    /// What is to be asked about what ended in her sleep; once.
    pub(crate) fn question(&mut self) -> Option<Question> {
        let Some(Sign::Ended { speech, .. }) = &self.ended else { return None };
        std::mem::take(&mut self.asks).then(|| Question {
            id: Self::QUESTION,
            speech: speech.clone(),
            pause: false,
        })
    }

    /// It was this. Where it woke her: the phrase, and the end of what was said.
    pub(crate) fn answered(&mut self, text: &str) -> Option<(WakePhrase, Sign)> {
        let ended = self.ended.take()?;
        self.phrase.after(text)?;
        Some((self.wake(), ended))
    }

    fn wake(&mut self) -> WakePhrase {
        self.awake_for = AWAKE;
        self.phrase.clone()
    }
}

#[cfg(test)]
#[path = "wake_phrase_tests.rs"]
mod tests;
