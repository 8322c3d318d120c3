//! The microphone: push to talk, and hands free. Frames go from the device's thread to the detector and on to the
//! conductor; what is held back is bounded.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use audio::{DeviceChoice, Mic, MicEvent};
use dialogue::Event;
use domain::{Problem, SpeechDetector, Utterance, VadEvent};

use crate::api::AppEvent;
use crate::events::Hub;
use crate::line::Line;

/// Longest time that the button is held (ten minutes, as the recogniser's own limit).
const LONGEST_HOLD: usize = 600 * Utterance::RATE as usize;
/// Shorter than this, a held button was a slip of the finger.
const SHORTEST_HOLD: usize = Utterance::RATE as usize / 5;
/// Time between two reports of the level.
const LEVEL_EVERY: Duration = Duration::from_millis(100);

/// How to listen.
#[derive(Debug, Clone)]
pub(crate) struct Listening {
    pub(crate) device: String,
    pub(crate) endpoint_ms: u32,
    /// Speech interrupts the character. Off, the microphone is deaf while she speaks.
    pub(crate) interrupts: bool,
}

/// The microphone as the app holds it.
pub(crate) struct Ear {
    hub: Arc<Hub>,
    line: Line,
    mic: Mutex<Option<Mic>>,
    state: Arc<Mutex<State>>,
}

/// What the frames go into.
#[derive(Default)]
struct State {
    /// The button is held: everything said so far.
    held: Option<Vec<f32>>,
    hands_free: Option<Detector>,
    /// The character speaks (half duplex).
    speaking: bool,
}

struct Detector {
    inner: asr::Detector,
    /// It said that speech began, and not yet that it ended.
    begun: bool,
    endpoint_ms: u32,
    interrupts: bool,
}

impl Ear {
    pub(crate) fn new(hub: Arc<Hub>, line: Line) -> Self {
        Self { hub, line, mic: Mutex::new(None), state: Arc::default() }
    }

    /// The button went down.
    pub(crate) fn press(&self, how: &Listening) -> Result<(), Problem> {
        lock(&self.state).held = Some(Vec::new());
        if let Err(problem) = self.open(how) {
            lock(&self.state).held = None;
            return Err(problem);
        }
        self.line.send(Event::TalkPressed);
        Ok(())
    }

    /// The button came up.
    pub(crate) fn release(&self) {
        let held = lock(&self.state).held.take();
        let Some(pcm) = held else { return };
        let speech = (pcm.len() >= SHORTEST_HOLD).then(|| Utterance { pcm: pcm.into() });
        self.line.send(Event::TalkReleased(speech));
        self.close_unless_needed();
    }

    /// Listens without a button, or stops that.
    pub(crate) fn hands_free(&self, on: bool, how: &Listening) -> Result<(), Problem> {
        if !on {
            lock(&self.state).hands_free = None;
            self.close_unless_needed();
            return Ok(());
        }
        let options = asr::DetectorOptions {
            endpoint_ms: how.endpoint_ms,
            ..asr::DetectorOptions::default()
        };
        let inner = asr::Detector::new(options)?;
        lock(&self.state).hands_free = Some(Detector {
            inner,
            begun: false,
            endpoint_ms: how.endpoint_ms,
            interrupts: how.interrupts,
        });
        if let Err(problem) = self.open(how) {
            lock(&self.state).hands_free = None;
            return Err(problem);
        }
        Ok(())
    }

    /// The character begins or stops speaking.
    pub(crate) fn character_speaks(&self, speaking: bool) {
        lock(&self.state).speaking = speaking;
    }

    /// Opens the device again after another was chosen.
    pub(crate) fn change_device(&self, how: &Listening) -> Result<(), Problem> {
        let was_open = lock(&self.mic).take().is_some();
        if was_open { self.open(how) } else { Ok(()) }
    }

    /// Closes the microphone whatever it is used for.
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
        let (hub, line, state) =
            (Arc::clone(&self.hub), self.line.clone(), Arc::clone(&self.state));
        let mut reported = Instant::now();
        let mut peak = 0.0_f32;
        let on_frame = move |frame: &[f32]| {
            peak = frame.iter().fold(peak, |peak, sample| peak.max(sample.abs()));
            if reported.elapsed() >= LEVEL_EVERY {
                hub.send(AppEvent::Level { level: peak.min(1.0) });
                (reported, peak) = (Instant::now(), 0.0);
            }
            for event in take(&mut lock(&state), frame) {
                line.send(event);
            }
        };
        let (hub, line) = (Arc::clone(&self.hub), self.line.clone());
        let on_event = Arc::new(move |event| match event {
            MicEvent::Lost(problem) => {
                hub.send(AppEvent::Notice { problem: problem.into() });
                line.send(Event::MicClosed);
            }
            MicEvent::Back => {
                line.send(Event::MicOpened);
            }
        });
        *mic = Some(Mic::open(choice(&how.device), on_frame, on_event)?);
        drop(mic);
        self.line.send(Event::MicOpened);
        Ok(())
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
            self.line.send(Event::MicClosed);
            self.hub.send(AppEvent::Level { level: 0.0 });
        }
    }
}

/// Takes a frame; answers with what it changed.
fn take(state: &mut State, frame: &[f32]) -> Vec<Event> {
    if let Some(held) = &mut state.held {
        let room = LONGEST_HOLD.saturating_sub(held.len());
        held.extend_from_slice(&frame[..frame.len().min(room)]);
        return Vec::new();
    }
    let speaking = state.speaking;
    let Some(detector) = &mut state.hands_free else { return Vec::new() };
    if speaking && !detector.interrupts {
        detector.inner.reset();
        // Whoever was heard to begin is told that it came to nothing; else the voice would stay lowered.
        let begun = std::mem::take(&mut detector.begun);
        return if begun { vec![Event::speech(VadEvent::Faded)] } else { Vec::new() };
    }
    let silence = domain::Millis::from(detector.endpoint_ms);
    let events = detector.inner.push(frame).into_iter();
    let begun = &mut detector.begun;
    events
        .map(|event| {
            *begun = matches!(event, VadEvent::Started | VadEvent::Confirmed);
            let silence_ms = if matches!(event, VadEvent::Ended(_)) { silence } else { 0 };
            Event::Speech { event, silence_ms }
        })
        .collect()
}

/// A device by the name in the settings; empty follows the system.
pub(crate) fn choice(name: &str) -> DeviceChoice {
    if name.is_empty() { DeviceChoice::Default } else { DeviceChoice::Named(name.to_owned()) }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
