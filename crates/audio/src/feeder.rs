//! The thread `deck`: owns the device, keeps its ring full, and reports what is heard.

use std::sync::Arc;
use std::time::{Duration, Instant};

use cpal::traits::DeviceTrait;
use domain::{LineId, PlaybackEvent};

use crate::deck::{EventSink, Item, Life, Shared, State};
use crate::devices::{DeviceChoice, Direction, find, host};
use crate::output::{BED_MS, Output, SILENT_RATE};
use crate::reference::Reference;
use crate::resample::{Resampler, resample};
use crate::source::Tagged;

/// Between two looks at the playhead while something plays.
const BUSY: Duration = Duration::from_millis(8);
/// Between two looks at the music while it plays.
const MUSIC: Duration = Duration::from_millis(BED_MS as u64 / 3);
/// Between two looks at the devices.
const DEVICES: Duration = Duration::from_secs(2);
/// Converted sound kept ready behind the ring.
const AHEAD_MS: u32 = 400;
/// Samples converted at once, so that a cut never waits for a long part.
const SLICE: usize = 8_192;

/// Runs until the deck is dropped.
pub(crate) fn run(
    shared: &Arc<Shared>,
    extra_latency_ms: u32,
    sleep_after: Duration,
    reference: Reference,
    on_event: &EventSink,
) {
    let _dead = DeadOnExit(shared);
    let mut feeder = Feeder {
        shared,
        extra_latency_ms,
        sleep_after,
        reference,
        on_event,
        output: Output::clock(SILENT_RATE, 0, 1.0),
        lost: false,
        line: None,
        looked: Instant::now(),
        busy: Instant::now(),
        asleep: false,
    };
    feeder.open();
    feeder.go();
}

/// Whatever ends the thread: nobody may wait for it any more.
struct DeadOnExit<'a>(&'a Shared);

impl Drop for DeadOnExit<'_> {
    fn drop(&mut self) {
        self.0.lock().life = Life::Dead;
        self.0.changed.notify_all();
    }
}

struct Feeder<'a> {
    shared: &'a Shared,
    extra_latency_ms: u32,
    sleep_after: Duration,
    /// What a device plays, for the microphone's side.
    reference: Reference,
    on_event: &'a EventSink,
    output: Output,
    /// `DeviceLost` was reported and `DeviceBack` was not.
    lost: bool,
    /// The line whose parts are being converted, and its converter.
    line: Option<(LineId, u32, Resampler)>,
    looked: Instant,
    /// When something was last to be played.
    busy: Instant,
    /// The device was closed because nothing is to be played.
    asleep: bool,
}

impl Feeder<'_> {
    fn go(&mut self) {
        loop {
            let now = Instant::now();
            let mut state = self.shared.lock();
            if state.life != Life::Playing {
                return;
            }
            let reopen = std::mem::take(&mut state.reopen);
            if state.is_busy() || state.bed.is_active() {
                self.busy = now;
                if self.asleep {
                    drop(state);
                    self.open();
                    continue;
                }
            }
            // Told before any of it is given to the device.
            self.reference.tell_voice(state.is_busy() || state.bed.has_effects());
            convert(&mut state, &mut self.line, self.output.rate);
            feed(&mut state, &mut self.output);
            if let Some(ring) = &mut self.output.bed {
                state.bed.feed(ring, self.output.rate);
            } else {
                // Nobody hears it, and later it would be out of place.
                state.bed.forget_effects();
            }
            let gone = self.output.tick(now);
            let consumed = state.signals.played();
            state.drop_consumed(consumed);
            let heard = state.signals.heard(state.latency);
            let mut reports = state.timeline.advance(heard);
            let mut events = std::mem::take(&mut state.events);
            events.append(&mut reports);
            drop(state);
            self.shared.changed.notify_all();
            for event in events {
                (self.on_event)(event);
            }
            if let Err(problem) = gone {
                self.lose(problem);
            } else if reopen {
                self.open();
            } else if self.output.device_id().is_some()
                && now.saturating_duration_since(self.busy) >= self.sleep_after
            {
                self.sleep();
            } else if !self.asleep && now.saturating_duration_since(self.looked) >= DEVICES {
                self.look();
            }
            self.rest();
        }
    }

    /// Waits for work, or for the next look at the playhead or the devices.
    fn rest(&self) {
        let state = self.shared.lock();
        if state.life != Life::Playing || state.reopen {
            return;
        }
        let ready = state.queue.front().is_some() && room(&state) > 0;
        if ready {
            return;
        }
        let pause = if state.is_busy() {
            BUSY
        } else if state.bed.is_active() && self.output.bed.is_some() {
            MUSIC
        } else {
            DEVICES.min(self.sleep_after)
        };
        // A part or a cut rings; a spurious wake-up costs one round.
        drop(self.shared.changed.wait_timeout(state, pause));
    }

    /// Opens the chosen device, or the clock where that fails.
    fn open(&mut self) {
        self.looked = Instant::now();
        self.asleep = false;
        let (choice, played, gain) = self.pause();
        if choice == DeviceChoice::Silent {
            self.switch(Output::clock(SILENT_RATE, played, gain));
            return;
        }
        let host = host();
        match Output::device(&host, &choice, self.extra_latency_ms, played, gain, &self.reference) {
            Ok(output) => {
                self.switch(output);
                if std::mem::take(&mut self.lost) {
                    (self.on_event)(PlaybackEvent::DeviceBack);
                }
            }
            Err(problem) => self.lose(problem),
        }
    }

    /// Goes on silently and says so, once.
    fn lose(&mut self, problem: domain::Problem) {
        self.reference.lose();
        let (_, played, gain) = self.pause();
        self.switch(Output::clock(SILENT_RATE, played, gain));
        if !std::mem::replace(&mut self.lost, true) {
            tracing::warn!(%problem, "playing silently");
            (self.on_event)(PlaybackEvent::DeviceLost(problem));
        }
    }

    /// Closes the device until there is something to play.
    fn sleep(&mut self) {
        let (_, played, gain) = self.pause();
        self.switch(Output::clock(SILENT_RATE, played, gain));
        self.asleep = true;
        tracing::debug!("speakers closed until the next line");
    }

    /// Is there a device again, or another default?
    fn look(&mut self) {
        self.looked = Instant::now();
        let choice = self.shared.lock().choice.clone();
        if choice == DeviceChoice::Silent {
            return;
        }
        let Some(current) = self.output.device_id() else {
            self.open();
            return;
        };
        let wanted = find(&host(), &choice, Direction::Out)
            .and_then(|device| device.id().ok())
            .map(|id| id.to_string());
        if wanted.is_some_and(|wanted| wanted != current) {
            tracing::info!("the default speakers changed");
            self.open();
        }
    }

    /// Stops the present device, so that its position stands still.
    fn pause(&mut self) -> (DeviceChoice, i64, f32) {
        let old = &mut self.output;
        let played = old.signals.played();
        let rate = old.rate;
        let (choice, gain) = {
            let state = self.shared.lock();
            (state.choice.clone(), state.gain())
        };
        // The old stream ends when it is dropped; a clock that nobody ticks holds its place.
        let stopped = std::mem::replace(&mut self.output, Output::clock(rate, played, gain));
        let signals = Arc::clone(&stopped.signals);
        drop(stopped);
        (choice, signals.played(), gain)
    }

    /// Goes on with another output at the position where the last one stopped.
    fn switch(&mut self, output: Output) {
        if output.device_id().is_none() {
            self.reference.close();
        }
        let mut state = self.shared.lock();
        let played = output.signals.played();
        state.drop_consumed(played);
        let old = state.timeline.rate();
        if old != output.rate {
            let waiting: Vec<f32> = state.samples.iter().copied().collect();
            let converted = resample(&waiting, old, output.rate).unwrap_or_default();
            state.timeline.set_rate(output.rate, played);
            state.timeline.set_queued(played + converted.len() as i64);
            state.samples = converted.into();
            // The converter of the line under way has the old rate: the next part gets a new one.
            self.line = None;
        }
        state.origin = played;
        state.fed = played;
        state.signals = Arc::clone(&output.signals);
        state.apply();
        state.latency = output.latency;
        self.output = output;
    }
}

/// How many samples may still be converted ahead of the ring.
fn room(state: &State) -> usize {
    let ahead = (state.timeline.rate() * AHEAD_MS / 1000) as usize;
    ahead.saturating_sub(state.samples.len())
}

/// Takes parts from the queue, converts them to the device's rate and puts them on the timeline.
fn convert(state: &mut State, line: &mut Option<(LineId, u32, Resampler)>, rate: u32) {
    while room(state) > 0 {
        let Some(item) = state.queue.pop_front() else { return };
        let (part, used) = match item {
            Item::Part(part, used) => (part, used),
            Item::Finish(turn) => {
                *line = None;
                state.timeline.finish(turn);
                continue;
            }
        };
        let same = line.as_ref().is_some_and(|(id, from, _)| {
            *id == part.line && (*from == part.rate || part.pcm.is_empty())
        });
        if !same && part.pcm.is_empty() {
            state.timeline.append(part.line, 0, part.visemes, part.last);
            continue;
        }
        if !same {
            *line = match Resampler::new(part.rate, rate) {
                Ok(resampler) => Some((part.line, part.rate, resampler)),
                Err(problem) => {
                    // A voice with a senseless rate: the line stays silent but ends in order.
                    tracing::error!(%problem, "a part cannot be played");
                    state.timeline.append(part.line, 0, part.visemes, part.last);
                    continue;
                }
            };
        }
        let Some((_, _, resampler)) = line.as_mut() else { return };
        let end = part.pcm.len().min(used + SLICE);
        let mut made = Vec::new();
        resampler.push(&part.pcm[used..end], &mut made);
        let whole = end == part.pcm.len();
        let last = whole && part.last;
        if last {
            resampler.finish(&mut made);
            *line = None;
        }
        // The visemes of a part go with its first slice.
        let visemes = if used == 0 { part.visemes.clone() } else { Vec::new() };
        state.samples.extend(&made);
        state.timeline.append(part.line, made.len(), visemes, last);
        if !whole {
            state.queue.push_front(Item::Part(part, end));
        }
    }
}

/// Fills the ring.
fn feed(state: &mut State, output: &mut Output) {
    let generation = state.signals.generation();
    let start = ((state.fed - state.origin).max(0) as usize).min(state.samples.len());
    let mut count = 0;
    for &value in state.samples.range(start..) {
        if output.feed.push(Tagged { value, generation }).is_err() {
            break;
        }
        count += 1;
    }
    state.fed += count;
}
