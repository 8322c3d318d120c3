//! The speakers: [`domain::Playback`] over a sound card, or over a silent clock where there is none.
//!
//! Callers touch only [`Shared`] (a short lock); the thread `deck` ([`crate::feeder`]) owns the device, converts the rate,
//! keeps the ring full and reports what is heard; the sound card's own thread pulls [`crate::source`].

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use domain::{Flow, Heard, Playback, PlaybackEvent, Problem, ProblemKind, SpokenPart, TurnId};

use crate::bed::{Bed, Sound, Track};
use crate::devices::DeviceChoice;
use crate::feeder;
use crate::reference::Reference;
use crate::source::Signals;
use crate::timeline::{Position, Timeline};

/// Receives what the speakers report. Called from the deck's thread (from the caller's for a file); must not block long.
pub type EventSink = Arc<dyn Fn(PlaybackEvent) + Send + Sync>;

/// Loudness of the voice while the person may be interrupting.
pub const DUCKED: f32 = 0.2;
/// `play` blocks while this much sound is waiting to be heard.
pub(crate) const WAITING_MS: u64 = 600;

/// How to open the speakers.
#[derive(Debug, Clone, PartialEq)]
pub struct DeckOptions {
    /// Which device.
    pub device: DeviceChoice,
    /// Delay of the device that the system does not tell of (Bluetooth), in milliseconds.
    pub extra_latency_ms: u32,
    /// Loudness of the voice, 0.0 (muted: everything goes on in time) to 1.0.
    pub volume: f32,
    /// After this long without a line the device is closed, because an open one costs 2 to 3 % of a core; the next line opens
    /// it again.
    pub sleep_after: Duration,
}

impl Default for DeckOptions {
    fn default() -> Self {
        Self {
            device: DeviceChoice::Default,
            extra_latency_ms: 0,
            volume: 1.0,
            sleep_after: Duration::from_secs(20),
        }
    }
}

/// What waits to be converted and fed.
#[derive(Debug)]
pub(crate) enum Item {
    /// A part, and how many of its samples are already fed.
    Part(SpokenPart, usize),
    /// No more parts of this turn.
    Finish(TurnId),
}

/// Of the feeder's thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Life {
    Playing,
    /// The deck is being dropped.
    Ending,
    /// The thread is gone: nothing plays any more, nobody may wait.
    Dead,
}

/// Everything the callers and the feeder share.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) queue: VecDeque<Item>,
    pub(crate) timeline: Timeline,
    /// Samples at the device's rate that were not consumed yet; the first one is at `origin`.
    pub(crate) samples: VecDeque<f32>,
    pub(crate) origin: Position,
    /// Up to here they were put into the ring.
    pub(crate) fed: Position,
    /// Reported by a caller's thread, to be sent by the feeder's.
    pub(crate) events: Vec<PlaybackEvent>,
    /// Of the device in use.
    pub(crate) signals: Arc<Signals>,
    pub(crate) latency: u32,
    pub(crate) choice: DeviceChoice,
    /// The choice changed: open anew.
    pub(crate) reopen: bool,
    pub(crate) life: Life,
    /// Music, places and effects.
    pub(crate) bed: Bed,
    ducked: bool,
    volume: f32,
}

impl State {
    /// Milliseconds of sound that nobody has heard yet.
    fn waiting_ms(&self) -> u64 {
        let queued: u64 = self
            .queue
            .iter()
            .map(|item| match item {
                Item::Part(part, used) => {
                    (part.pcm.len() - used) as u64 * 1000 / u64::from(part.rate.max(1))
                }
                Item::Finish(_) => 0,
            })
            .sum();
        let unheard = self.timeline.queued() - self.signals.played();
        queued + crate::timeline::millis(unheard, self.timeline.rate())
    }

    /// Loudness that the source ramps to.
    pub(crate) fn gain(&self) -> f32 {
        self.volume * if self.ducked { DUCKED } else { 1.0 }
    }

    /// Tells the source of the device in use how loud everything is.
    pub(crate) fn apply(&self) {
        self.signals.set_gain(self.gain());
        self.signals.set_listening(self.ducked);
    }

    /// Something is still to be heard or reported.
    pub(crate) fn is_busy(&self) -> bool {
        !self.queue.is_empty() || !self.timeline.is_idle() || !self.events.is_empty()
    }

    fn cut(&mut self, turn: TurnId) -> Heard {
        self.queue.retain(|item| match item {
            Item::Part(part, _) => part.line.turn != turn,
            Item::Finish(finished) => *finished != turn,
        });
        let heard = self.signals.heard(self.latency);
        self.events.append(&mut self.timeline.advance(heard));
        if !self.timeline.holds(turn) {
            return self.timeline.cut(turn, self.signals.played()).0;
        }
        // First the generation, then the position: what is consumed in between is already the old one's fade.
        self.signals.next_generation();
        let consumed = self.signals.played();
        let (heard, gone) = self.timeline.cut(turn, consumed);
        self.drop_consumed(consumed);
        for range in gone.into_iter().rev() {
            let at = |position: Position| {
                ((position - self.origin).max(0) as usize).min(self.samples.len())
            };
            let range = at(range.start)..at(range.end);
            self.samples.drain(range);
        }
        self.fed = consumed;
        heard
    }

    /// Forgets the samples before a position.
    pub(crate) fn drop_consumed(&mut self, consumed: Position) {
        let count = (consumed - self.origin).clamp(0, self.samples.len() as Position);
        self.samples.drain(..count as usize);
        self.origin += count;
    }
}

/// State, and the bell that rings when it changed.
#[derive(Debug)]
pub(crate) struct Shared {
    state: Mutex<State>,
    pub(crate) changed: Condvar,
}

impl Shared {
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The speakers. Opens at once and never fails: without a device it says so in a [`PlaybackEvent::DeviceLost`] and keeps time
/// silently until there is one.
#[derive(Debug)]
pub struct Deck {
    shared: Arc<Shared>,
    reference: Reference,
    thread: Option<JoinHandle<()>>,
}

impl Deck {
    /// Starts the deck; the device is opened in its thread.
    pub fn open(options: DeckOptions, on_event: EventSink) -> Result<Self, Problem> {
        let volume = sane_volume(options.volume);
        let rate = crate::output::SILENT_RATE;
        let state = State {
            queue: VecDeque::new(),
            timeline: Timeline::new(rate),
            samples: VecDeque::new(),
            origin: 0,
            fed: 0,
            events: Vec::new(),
            signals: Arc::new(Signals::new(0, volume)),
            latency: 0,
            choice: options.device,
            reopen: false,
            life: Life::Playing,
            bed: Bed::default(),
            ducked: false,
            volume,
        };
        let shared = Arc::new(Shared { state: Mutex::new(state), changed: Condvar::new() });
        let for_thread = Arc::clone(&shared);
        let (extra, sleep_after) = (options.extra_latency_ms, options.sleep_after);
        let reference = Reference::default();
        let played = reference.clone();
        let thread = std::thread::Builder::new()
            .name("deck".into())
            .spawn(move || feeder::run(&for_thread, extra, sleep_after, played, &on_event))
            .map_err(|error| {
                Problem::new(
                    ProblemKind::Memory,
                    format!("the thread that plays sound could not be started ({error})"),
                    "close other programs and start again",
                )
            })?;
        Ok(Self { shared, reference, thread: Some(thread) })
    }

    /// What this deck plays, for the microphone that hears it: see [`Mic::open`](crate::Mic::open).
    pub fn reference(&self) -> Reference {
        self.reference.clone()
    }

    /// A deck without a device: keeps the time of the lines, in silence.
    pub fn silent(on_event: EventSink) -> Result<Self, Problem> {
        let options = DeckOptions { device: DeviceChoice::Silent, ..DeckOptions::default() };
        Self::open(options, on_event)
    }

    /// Plays through another device from now on. What was queued goes on there.
    pub fn set_device(&self, choice: DeviceChoice) {
        let mut state = self.shared.lock();
        state.choice = choice;
        state.reopen = true;
        self.shared.changed.notify_all();
    }

    /// Loudness of the voice, 0.0 to 1.0. Muted, everything goes on in time.
    pub fn set_volume(&self, volume: f32) {
        let mut state = self.shared.lock();
        state.volume = sane_volume(volume);
        state.apply();
    }

    /// Another loop under the voice, or none; the one before fades. Heard only where there is a device.
    pub fn set_loop(&self, track: Track, sound: Option<Sound>) {
        self.shared.lock().bed.set_loop(track, sound);
        self.shared.changed.notify_all();
    }

    /// Plays a sound once, beside everything else.
    pub fn play_sound(&self, sound: Sound) {
        self.shared.lock().bed.play(sound);
        self.shared.changed.notify_all();
    }

    /// Stops the sounds that are heard once.
    pub fn hush_sounds(&self) {
        self.shared.lock().bed.forget_effects();
    }

    /// Loudness of music, and of places and effects; 0.0 to 1.0.
    pub fn set_bed_volumes(&self, music: f32, ambience: f32) {
        self.shared.lock().bed.set_volumes(sane_volume(music), sane_volume(ambience));
        self.shared.changed.notify_all();
    }
}

fn sane_volume(volume: f32) -> f32 {
    if volume.is_finite() { volume.clamp(0.0, 1.0) } else { 1.0 }
}

impl Playback for Deck {
    fn play(&self, part: SpokenPart) -> Flow {
        let mut state = self.shared.lock();
        loop {
            if state.life != Life::Playing || state.timeline.is_cut(part.line.turn) {
                return Flow::Stop;
            }
            if state.waiting_ms() < WAITING_MS {
                break;
            }
            state = self.shared.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.queue.push_back(Item::Part(part, 0));
        self.shared.changed.notify_all();
        Flow::More
    }

    fn finish(&self, turn: TurnId) {
        let mut state = self.shared.lock();
        if !state.timeline.is_cut(turn) {
            state.queue.push_back(Item::Finish(turn));
            self.shared.changed.notify_all();
        }
    }

    fn duck(&self, down: bool) {
        let mut state = self.shared.lock();
        state.ducked = down;
        state.apply();
    }

    fn cut(&self, turn: TurnId) -> Heard {
        let heard = self.shared.lock().cut(turn);
        self.shared.changed.notify_all();
        heard
    }
}

impl Drop for Deck {
    fn drop(&mut self) {
        self.shared.lock().life = Life::Ending;
        self.shared.changed.notify_all();
        if let Some(thread) = self.thread.take() {
            // A panic in it was logged where it happened.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
#[path = "deck_tests.rs"]
mod tests;
