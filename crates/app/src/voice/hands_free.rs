//! Listening without a button: the listener's signs become events of the conversation, its questions go to the recogniser.

use std::sync::{Mutex, Weak};

use asr::{Listener, ListenerOptions, Sign};
use dialogue::{By, Event, WakePhrase};
use domain::{Millis, Problem, Transcriber, Transcript, VadEvent};

use crate::conversation::inbox::Inbox;
use crate::voice::asking::{Asked, Asking};
use crate::voice::ear::{Listening, State, lock};
use crate::voice::wake_phrase::{Nap, asked_for};

/// A listener between the microphone and the conversation.
pub(crate) struct HandsFree {
    listener: Listener,
    /// Speech interrupts the character.
    interrupts: bool,
    /// It said that speech began, and not yet that it ended.
    begun: bool,
    asking: Asking,
    /// She sleeps until she is called.
    nap: Option<Nap>,
}

/// What a frame brought about.
#[derive(Default)]
pub(crate) struct Outcome {
    pub(crate) events: Vec<Event>,
    /// To be put to the recogniser with [`ask`], once the state is not locked any more.
    pub(crate) question: Option<Asked>,
}

impl HandsFree {
    pub(crate) fn new(how: &Listening) -> Result<Self, Problem> {
        let listener = Listener::new(ListenerOptions::patient(how.endpoint_ms))?;
        let nap = match &how.wake {
            Some(written) => Some(Nap::new(asked_for(written)?)),
            None => None,
        };
        Ok(Self {
            listener,
            interrupts: how.interrupts,
            begun: false,
            asking: Asking::default(),
            nap,
        })
    }

    /// Only a wake phrase is listened for.
    pub(crate) fn is_asleep(&self) -> bool {
        self.nap.as_ref().is_some_and(Nap::is_asleep)
    }

    /// Over the character's voice it takes more to be certain.
    pub(crate) fn character_speaks(&mut self, speaking: bool) {
        self.listener.over_reply(speaking);
    }

    /// Takes a frame.
    pub(crate) fn frame(&mut self, frame: audio::Frame<'_>, speaking: bool) -> Outcome {
        let mut outcome = Outcome::default();
        let talks = speaking || self.begun;
        if let Some(asleep) = self.nap.as_mut().and_then(|nap| nap.pass(frame.clean.len(), talks)) {
            outcome.events.push(Event::Asleep(asleep));
        }
        if speaking && !self.interrupts {
            self.listener.reset();
            self.asking.stop();
            // Whoever was heard to begin is told that it came to nothing; else the voice would stay lowered.
            if std::mem::take(&mut self.begun) {
                outcome.events.push(Event::speech(VadEvent::Faded));
            }
            return outcome;
        }
        for sign in self.listener.hear(frame.clean, frame.speech, frame.near) {
            match sign {
                Sign::Ask(question)
                    if self.nap.as_ref().is_some_and(|nap| nap.is_deaf_to(&question)) =>
                {
                    self.listener.not_understood(question.id);
                }
                Sign::Ask(question) => {
                    outcome.question = Some(self.asking.ask(question, By::Voice));
                }
                sign => outcome.events.extend(self.events(sign)),
            }
        }
        if let Some(question) = self.nap.as_mut().and_then(Nap::question) {
            outcome.question = Some(self.asking.ask(question, By::Voice));
        }
        outcome
    }

    /// A question was answered.
    pub(crate) fn answered(&mut self, id: u64, transcript: &Transcript) -> Vec<Event> {
        if let Some(nap) = self.nap.as_mut().filter(|_| id == Nap::QUESTION) {
            let ended = nap.answered(&transcript.text);
            let Some((phrase, ended)) = ended else { return Vec::new() };
            let mut events = wakes(phrase);
            events.extend(self.event(ended));
            return events;
        }
        let signs = self.listener.understood(id, transcript);
        signs.into_iter().flat_map(|sign| self.events(sign)).collect()
    }

    /// It could not be.
    pub(crate) fn not_answered(&mut self, id: u64) {
        self.listener.not_understood(id);
    }

    /// What a sign means; while she sleeps nothing but that she is called.
    fn events(&mut self, sign: Sign) -> Vec<Event> {
        let Some(nap) = self.nap.as_mut().filter(|nap| nap.is_asleep()) else {
            return self.event(sign).into_iter().collect();
        };
        let Some(phrase) = nap.hear(&sign) else { return Vec::new() };
        let mut events = wakes(phrase);
        self.begun = true;
        if nap.is_sure() {
            events.push(Event::speech(VadEvent::Confirmed));
        }
        events.extend(self.event(sign));
        events
    }

    /// The microphone went away: what was said so far is all.
    pub(crate) fn cut_off(&mut self) -> Vec<Event> {
        self.listener.finish().into_iter().flat_map(|sign| self.events(sign)).collect()
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
                self.asking.stop();
                Event::speech(VadEvent::Faded)
            }
            Sign::Ended { speech, silence_ms, why } => {
                self.begun = false;
                self.asking.let_go();
                let silence_ms = Millis::from(silence_ms);
                Event::Speech { event: VadEvent::Ended(speech), silence_ms, why: Some(why) }
            }
            Sign::Understood(partial) => Event::Understood(partial),
            Sign::Paused(text) => Event::Paused(text),
            Sign::Resumed => Event::Resumed,
            Sign::Ask(_) => return None,
        })
    }
}

/// She is called: what was said so far was for her.
fn wakes(phrase: WakePhrase) -> Vec<Event> {
    vec![Event::Asleep(false), Event::speech(VadEvent::Started), Event::Called(phrase)]
}

/// Puts a question to the recogniser; its answer comes back to the listener in `state`. Not while that is locked: a busy
/// recogniser answers at once.
pub(crate) fn ask(
    ears: Option<&dyn Transcriber>,
    Asked { question, cancel, by }: Asked,
    state: Weak<Mutex<State>>,
    inbox: Inbox,
) {
    let id = question.id;
    let answer = move |result: Result<Transcript, Problem>| {
        let Some(state) = state.upgrade() else { return };
        let mut state = lock(&state);
        let events = match result {
            Ok(transcript) => state.answered(by, id, &transcript),
            Err(problem) => {
                tracing::debug!(%problem, "a look at what was said so far failed");
                state.not_answered(by, id);
                return;
            }
        };
        // Under the lock, so that what the next frame says comes after it; and so it must not wait for room: the conductor
        // may be waiting for the lock.
        events.into_iter().for_each(|event| inbox.offer(event));
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
