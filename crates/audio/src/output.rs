//! Where the samples go: a sound card through rodio, or a clock that swallows them at the pace of a sound card.
//!
//! Both pull the same [`SpeechSource`], so that a deck without a device behaves like one with it, only silently.

use std::num::NonZero;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cpal::traits::DeviceTrait;
use domain::Problem;
use rodio::DeviceSinkBuilder;

use crate::devices::{self, DeviceChoice, Direction, Failure};
use crate::reference::Reference;
use crate::source::{Signals, SpeechSource, Tagged};
use crate::timeline::Position;

/// Rate at which silence is kept.
pub(crate) const SILENT_RATE: u32 = 48_000;
/// Sound between the feeder and the device. Short, so that a cut is fast; long enough for a busy machine.
const RING_MS: u32 = 300;
/// Music between the feeder and the device: as late is a change of it, and an effect.
pub(crate) const BED_MS: u32 = 160;
/// Size of the device's buffer; two of them are on their way to the ear.
const BUFFER_MS: u32 = 20;
/// A device that asks for nothing this long, while it should, is dead.
const WATCHDOG: Duration = Duration::from_secs(3);

/// What is pulled, and the other end of it.
pub(crate) struct Output {
    pub(crate) signals: Arc<Signals>,
    pub(crate) feed: rtrb::Producer<Tagged>,
    /// Music, places and effects; `None` for the clock, which nobody hears.
    pub(crate) bed: Option<rtrb::Producer<f32>>,
    pub(crate) rate: u32,
    /// Frames between being consumed and being heard.
    pub(crate) latency: u32,
    pull: Pull,
}

enum Pull {
    Device {
        /// Dropping it closes the stream.
        _sink: rodio::MixerDeviceSink,
        id: String,
        failure: Arc<Failure>,
        seen: (u64, Instant),
    },
    Clock {
        source: SpeechSource,
        since: Instant,
        pulled: u64,
    },
}

impl Output {
    /// Opens a device that goes on at position `played`. What it plays goes to `reference`, too.
    pub(crate) fn device(
        host: &cpal::Host,
        choice: &DeviceChoice,
        extra_latency_ms: u32,
        played: Position,
        gain: f32,
        reference: &Reference,
    ) -> Result<Self, Problem> {
        let device = devices::find(host, choice, Direction::Out)
            .ok_or_else(|| devices::no_speakers("none is connected"))?;
        let id = device.id().map(|id| id.to_string()).unwrap_or_default();
        let failure = Arc::new(Failure::default());
        let heard = Arc::clone(&failure);
        let unusable = |error: rodio::stream::DeviceSinkError| {
            use std::error::Error;
            let source = error.source().map(|source| format!(": {source}")).unwrap_or_default();
            devices::no_speakers(&format!("{error}{source}"))
        };
        let builder = DeviceSinkBuilder::from_device(device).map_err(unusable)?;
        // The device's own rate is only known to the builder, so the buffer is given in frames of the usual one.
        let buffer = SILENT_RATE * BUFFER_MS / 1000;
        let mut sink = builder
            .with_buffer_size(cpal::BufferSize::Fixed(buffer))
            .with_error_callback(move |error| heard.report(&error))
            .open_sink_or_fallback()
            .map_err(unusable)?;
        sink.log_on_drop(false);
        let rate = sink.config().sample_rate();
        let frames = match sink.config().buffer_size() {
            cpal::BufferSize::Fixed(frames) => *frames,
            cpal::BufferSize::Default => rate.get() * 2 * BUFFER_MS / 1000,
        };
        let (signals, feed, source) = pipe(rate, played, gain);
        let (bed, under) = rtrb::RingBuffer::new((rate.get() * BED_MS / 1000).max(1) as usize);
        sink.mixer().add(source.over(under).tapped(reference.tap(rate.get(), &id)));
        let latency = 2 * frames + rate.get() / 1000 * extra_latency_ms;
        tracing::info!(device = id, rate = rate.get(), frames, "speakers open");
        let seen = (0, Instant::now());
        let pull = Pull::Device { _sink: sink, id, failure, seen };
        Ok(Self { signals, feed, bed: Some(bed), rate: rate.get(), latency, pull })
    }

    /// A clock that swallows `rate` samples a second.
    pub(crate) fn clock(rate: u32, played: Position, gain: f32) -> Self {
        let nonzero = NonZero::new(rate).unwrap_or(NonZero::<u32>::MIN);
        let (signals, feed, source) = pipe(nonzero, played, gain);
        let pull = Pull::Clock { source, since: Instant::now(), pulled: 0 };
        Self { signals, feed, bed: None, rate: nonzero.get(), latency: 0, pull }
    }

    /// The device's id; `None` for the clock.
    pub(crate) fn device_id(&self) -> Option<&str> {
        match &self.pull {
            Pull::Device { id, .. } => Some(id),
            Pull::Clock { .. } => None,
        }
    }

    /// Lets the clock pull what is due, and says whether the device is gone.
    pub(crate) fn tick(&mut self, now: Instant) -> Result<(), Problem> {
        match &mut self.pull {
            Pull::Clock { source, since, pulled } => {
                let due = now.saturating_duration_since(*since).as_micros() * u128::from(self.rate)
                    / 1_000_000;
                let due = due as u64;
                // After a pause of the machine: no more than the ring holds matters.
                let count = due.saturating_sub(*pulled).min(u64::from(self.rate));
                source.take(count as usize).for_each(drop);
                *pulled = due;
                Ok(())
            }
            Pull::Device { failure, seen, .. } => {
                if let Some(reason) = failure.reason() {
                    return Err(devices::no_speakers(&reason));
                }
                let frames = self.signals.frames();
                if frames != seen.0 {
                    *seen = (frames, now);
                } else if now.saturating_duration_since(seen.1) > WATCHDOG {
                    return Err(devices::no_speakers("the device stopped taking sound"));
                }
                Ok(())
            }
        }
    }
}

fn pipe(
    rate: NonZero<u32>,
    played: Position,
    gain: f32,
) -> (Arc<Signals>, rtrb::Producer<Tagged>, SpeechSource) {
    let signals = Arc::new(Signals::new(played, gain));
    let (feed, ring) = rtrb::RingBuffer::new((rate.get() * RING_MS / 1000).max(1) as usize);
    let source = SpeechSource::new(ring, Arc::clone(&signals), rate);
    (signals, feed, source)
}
