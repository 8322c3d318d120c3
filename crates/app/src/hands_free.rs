//! Listening without a button: the listener's signs become events of the conversation, its questions go to the recogniser.

use std::sync::{Mutex, Weak};

use asr::{Listener, ListenerOptions, Question, Sign};
use dialogue::Event;
use domain::{Cancel, Millis, Problem, Transcriber, VadEvent};

use crate::ear::{Listening, State, lock};
use crate::line::Line;

/// A listener between the microphone and the conversation.
pub(crate) struct HandsFree {
    listener: Listener,
    /// Speech interrupts the character.
    interrupts: bool,
    /// It said that speech began, and not yet that it ended.
    begun: bool,
    /// Of the question that is being answered.
    asked: Option<Cancel>,
}

/// What a frame brought about.
#[derive(Default)]
pub(crate) struct Outcome {
    pub(crate) events: Vec<Event>,
    /// To be put to the recogniser with [`ask`], once the state is not locked any more.
    pub(crate) question: Option<(Question, Cancel)>,
}

impl HandsFree {
    pub(crate) fn new(how: &Listening) -> Result<Self, Problem> {
        let listener = Listener::new(ListenerOptions::patient(how.endpoint_ms))?;
        Ok(Self { listener, interrupts: how.interrupts, begun: false, asked: None })
    }

    /// Over the character's voice it takes more to be certain.
    pub(crate) fn character_speaks(&mut self, speaking: bool) {
        self.listener.over_reply(speaking);
    }

    /// Takes a frame.
    pub(crate) fn frame(&mut self, frame: &[f32], speaking: bool) -> Outcome {
        let mut outcome = Outcome::default();
        if speaking && !self.interrupts {
            self.listener.reset();
            self.stop_asking();
            // Whoever was heard to begin is told that it came to nothing; else the voice would stay lowered.
            if std::mem::take(&mut self.begun) {
                outcome.events.push(Event::speech(VadEvent::Faded));
            }
            return outcome;
        }
        for sign in self.listener.push(frame) {
            match sign {
                Sign::Ask(question) => {
                    self.stop_asking();
                    let cancel = Cancel::new();
                    self.asked = Some(cancel.clone());
                    outcome.question = Some((question, cancel));
                }
                sign => outcome.events.extend(self.event(sign)),
            }
        }
        outcome
    }

    /// The microphone went away: what was said so far is all.
    pub(crate) fn cut_off(&mut self) -> Vec<Event> {
        self.listener.finish().into_iter().filter_map(|sign| self.event(sign)).collect()
    }

    fn event(&mut self, sign: Sign) -> Option<Event> {
        Some(match sign {
            Sign::Started => {
                self.begun = true;
                Event::speech(VadEvent::Started)
            }
            Sign::Confirmed => Event::speech(VadEvent::Confirmed),
            Sign::Faded => {
                self.begun = false;
                self.stop_asking();
                Event::speech(VadEvent::Faded)
            }
            Sign::Ended { speech, silence_ms, why } => {
                self.begun = false;
                // Not stopped: what is being written down of it need not be written down again.
                self.asked = None;
                let silence_ms = Millis::from(silence_ms);
                Event::Speech { event: VadEvent::Ended(speech), silence_ms, why: Some(why) }
            }
            Sign::Understood(partial) => Event::Understood(partial.text()),
            Sign::Paused(text) => Event::Paused(text),
            Sign::Resumed => Event::Resumed,
            Sign::Ask(_) => return None,
        })
    }

    fn stop_asking(&mut self) {
        if let Some(asked) = self.asked.take() {
            asked.cancel();
        }
    }
}

impl Drop for HandsFree {
    fn drop(&mut self) {
        self.stop_asking();
    }
}

/// Puts a question to the recogniser; its answer comes back to the listener in `state`. Not while that is locked: a busy
/// recogniser answers at once.
pub(crate) fn ask(
    ears: Option<&dyn Transcriber>,
    (question, cancel): (Question, Cancel),
    state: Weak<Mutex<State>>,
    line: Line,
) {
    let id = question.id;
    let answer = move |result: Result<domain::Transcript, Problem>| {
        let Some(state) = state.upgrade() else { return };
        let mut state = lock(&state);
        let Some(hands_free) = &mut state.hands_free else { return };
        let signs = match result {
            Ok(transcript) => hands_free.listener.understood(id, &transcript),
            Err(problem) => {
                tracing::debug!(%problem, "a look at what was said so far failed");
                hands_free.listener.not_understood(id);
                return;
            }
        };
        // Under the lock, so that what the next frame says comes after it; and so it must not wait for room: the conductor
        // may be waiting for the lock.
        signs
            .into_iter()
            .filter_map(|sign| hands_free.event(sign))
            .for_each(|event| line.offer(event));
    };
    match ears {
        Some(ears) => ears.transcribe(question.speech, Box::new(answer), cancel),
        None => answer(Err(Problem::new(
            domain::ProblemKind::NotReady,
            "there is no recogniser",
            "choose one in the settings",
        ))),
    }
}
