//! Speakers whose time the test moves.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use domain::{Flow, Heard, LineId, Millis, Playback, PlaybackEvent, SpokenPart, TurnId, Viseme};

use crate::clock::locked;
use crate::worker::Worker;

/// Speakers without a device. What is played waits in a queue until the test lets time pass with [`Deck::advance`]; an
/// [`Deck::instant`] one plays everything at once. Events go to the listener from a thread of its own, in order.
pub struct Deck {
    state: Mutex<State>,
    room: Condvar,
    events: Worker<PlaybackEvent>,
    listener: Listener,
    instant: bool,
    /// How much may wait before `play` blocks.
    limit_ms: Millis,
}

type Listener = Arc<Mutex<Option<Box<dyn FnMut(PlaybackEvent) + Send>>>>;

#[derive(Debug, Default)]
struct State {
    queue: VecDeque<SpokenPart>,
    /// The line that was played last, or is being played.
    line: Option<Playing>,
    finished: Option<TurnId>,
    cut: BTreeSet<TurnId>,
    ducked: bool,
    heard_ms: Millis,
}

#[derive(Debug, Clone, Copy)]
struct Playing {
    id: LineId,
    /// Samples heard, and known, of it.
    played: u64,
    known: u64,
    rate: u32,
    ended: bool,
}

impl Playing {
    fn ms(&self, samples: u64) -> Millis {
        samples * 1000 / u64::from(self.rate.max(1))
    }
}

impl Deck {
    /// A deck that stands still until it is advanced and takes any amount of sound meanwhile.
    pub fn new() -> Self {
        Self::build(false, Millis::MAX)
    }

    /// A deck that stands still until it is advanced; `play` blocks while more than so much is waiting.
    pub fn with_limit(limit_ms: Millis) -> Self {
        Self::build(false, limit_ms)
    }

    /// A deck that plays everything in no time.
    pub fn instant() -> Self {
        Self::build(true, Millis::MAX)
    }

    fn build(instant: bool, limit_ms: Millis) -> Self {
        let listener = Listener::default();
        let to = listener.clone();
        let events = Worker::start("fake-deck", move |event, _| {
            if let Some(listener) = &mut *locked(&to) {
                listener(event);
            }
        });
        let (state, room) = (Mutex::default(), Condvar::new());
        Self { state, room, events, listener, instant, limit_ms }
    }

    /// Who is told what is heard.
    pub fn listen(&self, listener: impl FnMut(PlaybackEvent) + Send + 'static) {
        *locked(&self.listener) = Some(Box::new(listener));
    }

    /// Reports something that the test makes up (speakers that go away).
    pub fn report(&self, event: PlaybackEvent) {
        self.events.give(event);
    }

    /// Lets time pass: plays so much of what is waiting. Zero still begins a line that is waiting, and ends what is over.
    pub fn advance(&self, ms: Millis) {
        let mut state = locked(&self.state);
        self.run(&mut state, ms);
        drop(state);
        self.room.notify_all();
    }

    /// How much is waiting to be played, in milliseconds.
    pub fn waiting_ms(&self) -> Millis {
        locked(&self.state).waiting_ms()
    }

    /// The turn whose last part has come, where it was not heard to its end yet.
    pub fn finishing(&self) -> Option<TurnId> {
        locked(&self.state).finished
    }

    /// The voice is lowered.
    pub fn ducked(&self) -> bool {
        locked(&self.state).ducked
    }

    /// How much sound was heard in all, in milliseconds.
    pub fn heard_ms(&self) -> Millis {
        locked(&self.state).heard_ms
    }

    fn run(&self, state: &mut State, ms: Millis) {
        let mut left = ms;
        let mut moved = false;
        while let Some(part) = state.queue.front().cloned() {
            let rate = u64::from(part.rate.max(1));
            if state.line.is_none_or(|playing| playing.id != part.line) {
                let known = state.queued(part.line).map(|part| part.pcm.len() as u64).sum();
                let visemes: Vec<Viseme> =
                    state.queued(part.line).flat_map(|part| part.visemes.clone()).collect();
                let playing =
                    Playing { id: part.line, played: 0, known, rate: part.rate, ended: false };
                state.line = Some(playing);
                self.events.give(PlaybackEvent::LineStarted { line: part.line, visemes });
            }
            let Some(playing) = &mut state.line else { return };
            let can = left.saturating_mul(rate) / 1000;
            let take = can.min(part.pcm.len() as u64);
            playing.played += take;
            let spent = take * 1000 / rate;
            left -= spent;
            state.heard_ms += spent;
            moved |= take > 0;
            if take < part.pcm.len() as u64 {
                let at_ms = playing.ms(playing.played);
                if moved {
                    self.events.give(PlaybackEvent::Playhead { line: part.line, at_ms });
                }
                let rest = SpokenPart { pcm: part.pcm[take as usize..].into(), ..part };
                state.queue[0] = rest;
                return;
            }
            state.queue.pop_front();
            if part.last {
                playing.ended = true;
                self.events.give(PlaybackEvent::LineEnded { line: part.line });
            }
        }
        if let Some(playing) = state.line.filter(|playing| moved && !playing.ended) {
            let at_ms = playing.ms(playing.played);
            self.events.give(PlaybackEvent::Playhead { line: playing.id, at_ms });
        }
        if let Some(turn) = state.finished.take() {
            self.events.give(PlaybackEvent::Drained(turn));
        }
    }
}

impl State {
    fn waiting_ms(&self) -> Millis {
        let ms = |part: &SpokenPart| part.pcm.len() as u64 * 1000 / u64::from(part.rate.max(1));
        self.queue.iter().map(ms).sum()
    }

    fn queued(&self, line: LineId) -> impl Iterator<Item = &SpokenPart> {
        self.queue.iter().filter(move |part| part.line == line)
    }
}

impl Default for Deck {
    fn default() -> Self {
        Self::new()
    }
}

impl Playback for Deck {
    fn play(&self, part: SpokenPart) -> Flow {
        let turn = part.line.turn;
        let state = locked(&self.state);
        let full =
            |state: &mut State| state.waiting_ms() > self.limit_ms && !state.cut.contains(&turn);
        let mut state = self.room.wait_while(state, full).unwrap_or_else(PoisonError::into_inner);
        if state.cut.contains(&turn) {
            return Flow::Stop;
        }
        if let Some(playing) = &mut state.line
            && playing.id == part.line
        {
            playing.known += part.pcm.len() as u64;
            if !part.visemes.is_empty() {
                let visemes = part.visemes.clone();
                self.events.give(PlaybackEvent::Visemes { line: part.line, visemes });
            }
        }
        state.queue.push_back(part);
        if self.instant {
            self.run(&mut state, Millis::MAX);
        }
        Flow::More
    }

    fn finish(&self, turn: TurnId) {
        let mut state = locked(&self.state);
        if state.cut.contains(&turn) {
            return;
        }
        state.finished = Some(turn);
        if self.instant {
            self.run(&mut state, Millis::MAX);
        }
    }

    fn duck(&self, down: bool) {
        locked(&self.state).ducked = down;
    }

    fn cut(&self, turn: TurnId) -> Heard {
        let mut state = locked(&self.state);
        state.cut.insert(turn);
        state.queue.retain(|part| part.line.turn != turn);
        state.finished.take_if(|finished| *finished == turn);
        let heard = match state.line {
            Some(playing) if playing.id.turn == turn => Heard {
                turn,
                line: Some(playing.id),
                played_ms: playing.ms(playing.played),
                line_ms: playing.ms(playing.known),
            },
            _ => Heard { turn, line: None, played_ms: 0, line_ms: 0 },
        };
        drop(state);
        self.room.notify_all();
        heard
    }
}
