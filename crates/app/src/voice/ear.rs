//! The microphone: push to talk, and hands free. Frames go from the device's thread to the listener and on to the
//! conductor; what is held back is bounded.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use api::AppEvent;
use audio::{Cleaning, Denoise, DeviceChoice, Frame, Mic, MicEvent, Reference};
use dialogue::{By, Event, Slot};
use domain::{Problem, Transcriber, Transcript, Utterance};

use crate::app::hub::Hub;
use crate::conversation::inbox::Inbox;
use crate::voice::hands_free::{self, HandsFree, Outcome};
use crate::voice::held::Held;

/// Time between two reports of the level.
const LEVEL_EVERY: Duration = Duration::from_millis(100);

/// How to listen.
#[derive(Debug, Clone)]
pub(crate) struct Listening {
    pub(crate) device: String,
    /// Silence after which a finished sentence is taken to be all.
    pub(crate) endpoint_ms: u32,
    /// Speech interrupts the character. Off, the microphone is deaf while she speaks.
    pub(crate) interrupts: bool,
    /// Only what begins with this is for her.
    pub(crate) wake: Option<String>,
}

/// The microphone as the app holds it.
pub(crate) struct Ear {
    hub: Arc<Hub>,
    inbox: Inbox,
    /// What the speakers play, where there are any.
    reference: Option<Reference>,
    ears: Slot<dyn Transcriber>,
    mic: Mutex<Option<Mic>>,
    state: Arc<Mutex<State>>,
}

/// What the frames go into.
#[derive(Default)]
pub(crate) struct State {
    /// The button is held.
    held: Option<Held>,
    /// How often it went down.
    presses: u64,
    pub(crate) hands_free: Option<HandsFree>,
    /// The character speaks.
    speaking: bool,
}

impl State {
    /// A question was answered.
    pub(crate) fn answered(&mut self, by: By, id: u64, transcript: &Transcript) -> Vec<Event> {
        let events = match by {
            By::Button => self.held.as_mut().map(|held| held.answered(id, transcript)),
            By::Voice => self.hands_free.as_mut().map(|one| one.answered(id, transcript)),
        };
        events.unwrap_or_default()
    }

    /// It could not be.
    pub(crate) fn not_answered(&mut self, by: By, id: u64) {
        match (by, &mut self.held, &mut self.hands_free) {
            (By::Button, Some(held), _) => held.not_answered(id),
            (By::Voice, _, Some(hands_free)) => hands_free.not_answered(id),
            _ => {}
        }
    }
}

impl Ear {
    pub(crate) fn new(
        hub: Arc<Hub>,
        inbox: Inbox,
        reference: Option<Reference>,
        ears: Slot<dyn Transcriber>,
    ) -> Self {
        Self { hub, inbox, reference, ears, mic: Mutex::new(None), state: Arc::default() }
    }

    /// The button went down.
    pub(crate) fn press(&self, how: &Listening) -> Result<(), Problem> {
        {
            let mut state = lock(&self.state);
            state.presses += 1;
            state.held = Some(Held::new(state.presses));
        }
        if let Err(problem) = self.open(how) {
            lock(&self.state).held = None;
            return Err(problem);
        }
        self.inbox.send(Event::TalkPressed);
        Ok(())
    }

    /// The button came up.
    pub(crate) fn release(&self) {
        let held = lock(&self.state).held.take();
        let Some(held) = held else {
            // The device went away meanwhile, and what was said is answered already; it may have come back.
            return self.close_unless_needed();
        };
        self.inbox.send(held.end());
        self.close_unless_needed();
    }

    /// Listens without a button, or stops that.
    pub(crate) fn hands_free(&self, on: bool, how: &Listening) -> Result<(), Problem> {
        if !on {
            lock(&self.state).hands_free = None;
            self.close_unless_needed();
            return Ok(());
        }
        self.begin(HandsFree::new(how)?);
        if let Err(problem) = self.open(how) {
            lock(&self.state).hands_free = None;
            return Err(problem);
        }
        Ok(())
    }

    /// Listens on as the settings say now, where it listens without a button.
    pub(crate) fn listen_anew(&self, how: &Listening) -> Result<(), Problem> {
        let listens = lock(&self.state).hands_free.is_some();
        if listens {
            self.begin(HandsFree::new(how)?);
        }
        Ok(())
    }

    /// The character begins or stops speaking.
    pub(crate) fn character_speaks(&self, speaking: bool) {
        let mut state = lock(&self.state);
        state.speaking = speaking;
        if let Some(hands_free) = &mut state.hands_free {
            hands_free.character_speaks(speaking);
        }
    }

    /// Opens the device again after another was chosen.
    pub(crate) fn change_device(&self, how: &Listening) -> Result<(), Problem> {
        let was_open = lock(&self.mic).take().is_some();
        if was_open { self.open(how) } else { Ok(()) }
    }

    /// What the speakers play.
    pub(crate) fn reference(&self) -> Option<Reference> {
        self.reference.clone()
    }

    /// Closes the microphone whatever it is used for, also for somebody else who needs it.
    pub(crate) fn close(&self) {
        {
            let mut state = lock(&self.state);
            state.held = None;
            state.hands_free = None;
        }
        self.close_unless_needed();
    }

    fn open(&self, how: &Listening) -> Result<(), Problem> {
        let mut mic = lock(&self.mic);
        if mic.is_some() {
            return Ok(());
        }
        let on_frame = self.frames();
        let (hub, inbox) = (Arc::clone(&self.hub), self.inbox.clone());
        let state = Arc::clone(&self.state);
        let on_event = Arc::new(move |event| match event {
            MicEvent::Lost(problem) => {
                hub.send(AppEvent::Notice { problem: problem.into() });
                // In the middle of a word: what was said before it is still answered.
                let said = cut_off(&mut lock(&state));
                for event in said {
                    inbox.send(event);
                }
                inbox.send(Event::MicClosed);
            }
            MicEvent::Back => {
                inbox.send(Event::MicOpened);
            }
        });
        let cleaning = Cleaning {
            reference: self.reference.clone().unwrap_or_default(),
            denoise: Denoise::default(),
        };
        *mic = Some(Mic::open(choice(&how.device), Some(cleaning), on_frame, on_event)?);
        drop(mic);
        self.inbox.send(Event::MicOpened);
        Ok(())
    }

    /// Listens hands free to a recording instead of a microphone, as fast as it was spoken. Blocks until its end.
    pub(crate) fn listen_to(&self, recording: &Utterance, how: &Listening) -> Result<(), Problem> {
        self.begin(HandsFree::new(how)?);
        self.inbox.send(Event::MicOpened);
        let mut on_frame = self.frames();
        let start = Instant::now();
        for (index, frame) in recording.pcm.chunks(Mic::FRAME).enumerate() {
            let heard = (index + 1) * Mic::FRAME * 1_000 / Utterance::RATE as usize;
            let due = start + Duration::from_millis(heard as u64);
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            on_frame(Frame::plain(frame));
        }
        lock(&self.state).hands_free = None;
        Ok(())
    }

    /// From now on this one listens; she may be speaking already.
    fn begin(&self, mut hands_free: HandsFree) {
        let asleep = hands_free.is_asleep();
        let before = {
            let mut state = lock(&self.state);
            hands_free.character_speaks(state.speaking);
            state.hands_free.replace(hands_free)
        };
        // In the middle of a word: what was said to the one before is still answered. Not under the lock, which the conductor
        // may be waiting for.
        for event in before.map(|mut before| before.cut_off()).unwrap_or_default() {
            self.inbox.send(event);
        }
        self.inbox.send(Event::Asleep(asleep));
    }

    /// What becomes of each frame.
    fn frames(&self) -> impl FnMut(Frame<'_>) + Send + 'static {
        let (hub, inbox, state) =
            (Arc::clone(&self.hub), self.inbox.clone(), Arc::clone(&self.state));
        let ears = self.ears.clone();
        let mut reported = Instant::now();
        let mut peak = 0.0_f32;
        move |frame: Frame<'_>| {
            peak = frame.clean.iter().fold(peak, |peak, sample| peak.max(sample.abs()));
            if reported.elapsed() >= LEVEL_EVERY {
                hub.send(AppEvent::Level { level: peak.min(1.0) });
                (reported, peak) = (Instant::now(), 0.0);
            }
            let outcome = take(&mut lock(&state), frame);
            for event in outcome.events {
                inbox.send(event);
            }
            if let Some(question) = outcome.question {
                let ears = ears.get();
                hands_free::ask(ears.as_deref(), question, Arc::downgrade(&state), inbox.clone());
            }
        }
    }

    fn close_unless_needed(&self) {
        let needed = {
            let state = lock(&self.state);
            state.held.is_some() || state.hands_free.is_some()
        };
        if needed {
            return;
        }
        // Taken out first: dropping it joins a thread that takes the lock of `state`.
        let mic = lock(&self.mic).take();
        if let Some(mic) = mic {
            drop(mic);
            self.inbox.send(Event::MicClosed);
            self.hub.send(AppEvent::Level { level: 0.0 });
        }
    }
}

/// The device went away: what was said so far, as if it had ended by itself.
fn cut_off(state: &mut State) -> Vec<Event> {
    if let Some(held) = state.held.take() {
        return vec![held.end()];
    }
    state.hands_free.as_mut().map(HandsFree::cut_off).unwrap_or_default()
}

/// Takes a frame; answers with what it changed.
fn take(state: &mut State, frame: Frame<'_>) -> Outcome {
    if let Some(held) = &mut state.held {
        let outcome = held.frame(frame);
        if held.is_full() {
            // What was said is answered, where everybody sees it, instead of losing what comes behind it unseen.
            return Outcome { events: cut_off(state), question: None };
        }
        return outcome;
    }
    let speaking = state.speaking;
    state
        .hands_free
        .as_mut()
        .map(|hands_free| hands_free.frame(frame, speaking))
        .unwrap_or_default()
}

/// A device by the name in the settings; empty follows the system.
pub(crate) fn choice(name: &str) -> DeviceChoice {
    if name.is_empty() { DeviceChoice::Default } else { DeviceChoice::Named(name.to_owned()) }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The button is held, and so many samples came.
    fn holding(samples: usize) -> State {
        let mut held = Held::new(1);
        held.frame(Frame::plain(&vec![0.1; samples]));
        State { held: Some(held), ..State::default() }
    }

    #[test]
    fn what_was_said_into_a_button_is_kept_when_the_device_goes() {
        let mut state = holding(16_000);
        let events = cut_off(&mut state);
        assert!(
            matches!(&events[..], [Event::TalkReleased(Some(speech))] if speech.pcm.len() == 16_000)
        );
        assert!(state.held.is_none());
        assert!(matches!(cut_off(&mut holding(100))[..], [Event::TalkReleased(None)]));
        assert!(cut_off(&mut State::default()).is_empty(), "nobody was talking");
    }

    #[test]
    fn who_holds_the_button_for_too_long_is_answered() {
        let half_an_hour = 1_800 * 16_000;
        let mut state = holding(half_an_hour - 2 * Mic::FRAME);
        let frame = [0.1; Mic::FRAME];
        assert!(take(&mut state, Frame::plain(&frame)).events.is_empty());
        let events = take(&mut state, Frame::plain(&frame)).events;
        assert!(
            matches!(&events[..], [Event::TalkReleased(Some(speech))] if speech.pcm.len() == half_an_hour)
        );
        assert!(state.held.is_none());
    }
}
