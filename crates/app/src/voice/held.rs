//! Listening while the button is held: all that is heard is kept, and written down as far as it has got.

use asr::{Dictation, Sign};
use dialogue::{By, Event};
use domain::{Transcript, Utterance};

use crate::voice::asking::Asking;
use crate::voice::hands_free::Outcome;

/// Longest time that the button is held: half an hour, 115 MB of sound. Then it counts as let go.
const LONGEST: usize = 1_800 * Utterance::RATE as usize;
/// Shorter than this, a held button was a slip of the finger.
const SHORTEST: usize = Utterance::RATE as usize / 5;
/// Questions of one press: their ids differ from those of every other one.
const QUESTIONS: u64 = 1 << 32;

/// The button is held.
pub(crate) struct Held {
    dictation: Dictation,
    asking: Asking,
}

impl Held {
    /// The button went down for the `press`th time.
    pub(crate) fn new(press: u64) -> Self {
        Self { dictation: Dictation::new(press * QUESTIONS), asking: Asking::default() }
    }

    /// Takes a frame.
    pub(crate) fn frame(&mut self, frame: audio::Frame<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        for sign in self.dictation.hear(frame.clean, frame.speech) {
            match sign {
                Sign::Ask(question) => {
                    outcome.question = Some(self.asking.ask(question, By::Button));
                }
                sign => outcome.events.extend(event(sign)),
            }
        }
        outcome
    }

    /// It was held for as long as may be.
    pub(crate) fn is_full(&self) -> bool {
        self.dictation.samples() >= LONGEST
    }

    /// A question was answered.
    pub(crate) fn answered(&mut self, id: u64, transcript: &Transcript) -> Vec<Event> {
        self.dictation.understood(id, transcript).into_iter().filter_map(event).collect()
    }

    /// It could not be.
    pub(crate) fn not_answered(&mut self, id: u64) {
        self.dictation.not_understood(id);
    }

    /// The button came up, or the device went away.
    pub(crate) fn end(mut self) -> Event {
        if self.dictation.asked_for_all() {
            self.asking.let_go();
        }
        let speech = (self.dictation.samples() >= SHORTEST)
            .then(|| std::mem::take(&mut self.dictation).finish());
        Event::TalkReleased(speech)
    }
}

/// What a sign means.
fn event(sign: Sign) -> Option<Event> {
    match sign {
        Sign::Understood(partial) => Some(Event::Understood(partial)),
        Sign::Paused(text) => Some(Event::Paused(text)),
        Sign::Resumed => Some(Event::Resumed),
        Sign::Started | Sign::Confirmed | Sign::Faded | Sign::Ended { .. } | Sign::Ask(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use audio::{Frame, Mic};

    use super::*;

    /// Held while so many samples came.
    fn held(samples: usize) -> Held {
        let mut held = Held::new(1);
        for frame in vec![0.1; samples].chunks(Mic::FRAME) {
            held.frame(Frame::plain(frame));
        }
        held
    }

    #[test]
    fn what_was_said_is_kept_and_a_slip_of_the_finger_is_nothing() {
        assert!(
            matches!(held(16_000).end(), Event::TalkReleased(Some(speech)) if speech.pcm.len() == 16_000)
        );
        assert!(matches!(held(SHORTEST - 1).end(), Event::TalkReleased(None)));
    }

    #[test]
    fn it_is_full_after_half_an_hour() {
        let mut held = Held::new(1);
        held.frame(Frame::plain(&vec![0.0; LONGEST - 1]));
        assert!(!held.is_full());
        held.frame(Frame::plain(&[0.0]));
        assert!(held.is_full());
    }
}
