//! The microphone: whatever the device gives becomes mono frames at 16 kHz on the thread `ear`.
//!
//! The device's real-time callback only mixes the channels and pushes into a ring (no lock, no allocation); the thread
//! converts the rate, keeps the level meter, hands the frames on, and looks for a device again when it goes away.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::{JoinHandle, Thread};
use std::time::{Duration, Instant};

use cpal::traits::{DeviceTrait, StreamTrait};
use cpal::{FromSample, SampleFormat, SizedSample};
use domain::{Problem, ProblemKind, Utterance};

use crate::clock::Mark;
use crate::devices::{self, DeviceChoice, Direction, Failure};
use crate::echo::{Denoise, EchoCanceller, Frame};
use crate::reference::{MARKS, Reference};
use crate::resample::Resampler;

/// Sound that may wait between the device and the thread.
const RING_SECONDS: u32 = 2;
/// Size of the device's buffer.
const BUFFER_MS: u32 = 20;
/// Between two looks for a device that went away, or for another default.
const DEVICES: Duration = Duration::from_secs(2);
/// A device that gives nothing this long is dead.
const WATCHDOG: Duration = Duration::from_secs(3);
/// How long opening a device may take.
const OPENING: Duration = Duration::from_secs(4);

/// How to clean what the microphone hears.
#[derive(Debug, Clone, Default)]
pub struct Cleaning {
    /// What the speakers play: [`Deck::reference`](crate::Deck::reference).
    pub reference: Reference,
    /// What is done about steady noise.
    pub denoise: Denoise,
}

/// What becomes of the microphone while it is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MicEvent {
    /// It went away; it is looked for.
    Lost(Problem),
    /// It is back.
    Back,
}

/// Receives [`MicEvent`]s, on the thread `ear`.
pub type MicEventSink = Arc<dyn Fn(MicEvent) + Send + Sync>;

/// Loudness of the last moment, each 0.0 to 1.0 of full scale.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Level {
    /// The largest sample, falling back slowly.
    pub peak: f32,
    /// Root mean square.
    pub rms: f32,
}

#[derive(Debug, Default)]
struct Shared {
    stop: AtomicBool,
    peak: AtomicU32,
    rms: AtomicU32,
    dropped: AtomicU64,
}

impl Shared {
    fn measure(&self, frame: &[f32]) {
        let loud = frame.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
        let power: f32 = frame.iter().map(|sample| sample * sample).sum();
        let before = f32::from_bits(self.peak.load(Ordering::Relaxed));
        self.peak.store(loud.max(before * 0.85).to_bits(), Ordering::Relaxed);
        let rms = (power / frame.len().max(1) as f32).sqrt();
        self.rms.store(rms.to_bits(), Ordering::Relaxed);
    }

    fn silence(&self) {
        self.peak.store(0, Ordering::Relaxed);
        self.rms.store(0, Ordering::Relaxed);
    }
}

/// An open microphone; dropping it closes the device.
#[derive(Debug)]
pub struct Mic {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl Mic {
    /// Samples of a frame: 32 ms at 16 kHz.
    pub const FRAME: usize = 512;

    /// Opens a microphone. With `cleaning`, the echo of the speakers and steady noise are taken out first. `on_frame` gets [`Mic::FRAME`]
    /// samples (mono, 16 kHz, −1.0 to 1.0) at a time, on the thread `ear`; it may take up to two seconds once in a while without anything being lost.
    pub fn open(
        choice: DeviceChoice,
        cleaning: Option<Cleaning>,
        on_frame: impl FnMut(Frame<'_>) + Send + 'static,
        on_event: MicEventSink,
    ) -> Result<Self, Problem> {
        Self::open_tapped(choice, cleaning, |_, _| {}, on_frame, on_event)
    }

    /// As [`Mic::open`]; `tap` is given everything as the device gave it (mono, and how many samples a second) before it is
    /// converted or cleaned.
    pub fn open_tapped(
        choice: DeviceChoice,
        cleaning: Option<Cleaning>,
        tap: impl FnMut(&[f32], u32) + Send + 'static,
        on_frame: impl FnMut(Frame<'_>) + Send + 'static,
        on_event: MicEventSink,
    ) -> Result<Self, Problem> {
        let cleaner = cleaning.map(Cleaner::new).transpose()?;
        let shared = Arc::new(Shared::default());
        let for_thread = Arc::clone(&shared);
        let (ready, opened) = mpsc::sync_channel(1);
        let thread = std::thread::Builder::new()
            .name("ear".into())
            .spawn(move || {
                listen(&choice, &for_thread, cleaner, (tap, on_frame), &on_event, &ready);
            })
            .map_err(|error| {
                Problem::new(
                    ProblemKind::Memory,
                    format!("the thread that listens could not be started ({error})"),
                    "close other programs and start again",
                )
            })?;
        let mic = Self { shared, thread: Some(thread) };
        // A thread that ends without an answer has panicked; dropping `mic` joins it.
        match opened.recv() {
            Ok(Ok(())) => Ok(mic),
            Ok(Err(problem)) => Err(problem),
            Err(_) => Err(devices::no_microphone("opening it failed")),
        }
    }

    /// Loudness of the last frame.
    pub fn level(&self) -> Level {
        Level {
            peak: f32::from_bits(self.shared.peak.load(Ordering::Relaxed)),
            rms: f32::from_bits(self.shared.rms.load(Ordering::Relaxed)),
        }
    }

    /// Samples that were lost because `on_frame` took too long.
    pub fn dropped(&self) -> u64 {
        self.shared.dropped.load(Ordering::Relaxed)
    }
}

impl Drop for Mic {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            // A panic in it was logged where it happened.
            let _ = thread.join();
        }
    }
}

/// The body of the thread `ear`.
fn listen(
    choice: &DeviceChoice,
    shared: &Arc<Shared>,
    mut cleaner: Option<Cleaner>,
    (mut tap, mut on_frame): (impl FnMut(&[f32], u32), impl FnMut(Frame<'_>)),
    on_event: &MicEventSink,
    ready: &mpsc::SyncSender<Result<(), Problem>>,
) {
    let mut capture = match Capture::open(choice, shared) {
        Ok(capture) => {
            let _ = ready.send(Ok(()));
            Some(capture)
        }
        Err(problem) => {
            let _ = ready.send(Err(problem));
            return;
        }
    };
    let mut looked = Instant::now();
    while !shared.stop.load(Ordering::Acquire) {
        let now = Instant::now();
        if let Some(open) = &mut capture {
            let trouble = open.read(now, cleaner.as_mut(), &mut tap, |frame| {
                shared.measure(frame.clean);
                on_frame(frame);
            });
            if let Err(problem) = trouble {
                tracing::warn!(%problem, "the microphone went away");
                capture = None;
                shared.silence();
                on_event(MicEvent::Lost(problem));
                looked = now;
            }
        }
        if now.saturating_duration_since(looked) >= DEVICES {
            looked = now;
            match &capture {
                None => {
                    if let Ok(open) = Capture::open(choice, shared) {
                        capture = Some(open);
                        on_event(MicEvent::Back);
                    }
                }
                Some(open) => {
                    let wanted = devices::find(&devices::host(), choice, Direction::In)
                        .and_then(|device| device.id().ok());
                    if wanted.is_some_and(|wanted| wanted.to_string() != open.id) {
                        tracing::info!("the default microphone changed");
                        capture = Capture::open(choice, shared).ok().or(capture);
                    }
                }
            }
        }
        std::thread::park_timeout(Duration::from_millis(if capture.is_some() { 60 } else { 500 }));
    }
}

/// Takes out of the microphone's sound what the speakers play.
struct Cleaner {
    reference: Reference,
    echo: EchoCanceller,
    played: Vec<f32>,
    asked: Vec<Mark>,
}

impl Cleaner {
    fn new(cleaning: Cleaning) -> Result<Self, Problem> {
        let Cleaning { reference, denoise } = cleaning;
        // What was played before anybody listened is no echo of now.
        reference.take(&mut Vec::new(), &mut Vec::new());
        let echo = EchoCanceller::new(denoise)?;
        Ok(Self { reference, echo, played: Vec::new(), asked: Vec::new() })
    }

    /// `heard` at 16 kHz; the microphone's calls are counted at its own `rate`.
    fn clean(&mut self, heard: &[f32], brought: &[Mark], rate: u32, out: &mut [Vec<f32>; 2]) {
        self.played.clear();
        self.asked.clear();
        self.echo.brought(brought, rate);
        if self.reference.exchanged() {
            self.echo.other_speakers();
        }
        self.echo.voiced(self.reference.has_voice());
        match self.reference.take(&mut self.played, &mut self.asked) {
            Some(rate) => match self.echo.played(&self.played, rate) {
                Ok(()) => self.echo.asked(&self.asked),
                Err(problem) => tracing::warn!(%problem, "the speakers' echo stays in"),
            },
            None => self.echo.stopped(),
        }
        let [clean, speech] = out;
        self.echo.split(heard, clean, speech);
    }
}

/// An open input stream.
struct Capture {
    /// Dropping it closes the device.
    _stream: cpal::Stream,
    id: String,
    pipe: Pipe,
    /// The driver's calls since the last look.
    calls: Vec<Mark>,
    rate: u32,
    resampler: Resampler,
    /// Clean, and as it was said, at 16 kHz, less than a frame of each.
    rest: [Vec<f32>; 2],
    /// As it came.
    raw: Vec<f32>,
    /// At 16 kHz.
    heard: Vec<f32>,
    failure: Arc<Failure>,
    alive: Instant,
    /// Nothing was read yet: it may be another device than the one before.
    fresh: bool,
}

impl Capture {
    fn open(choice: &DeviceChoice, shared: &Arc<Shared>) -> Result<Self, Problem> {
        if *choice == DeviceChoice::Silent {
            return Err(devices::no_microphone("none is chosen"));
        }
        let host = devices::host();
        let device = devices::find(&host, choice, Direction::In)
            .ok_or_else(|| devices::no_microphone("none is connected"))?;
        let id = device.id().map(|id| id.to_string()).unwrap_or_default();
        let refused = |error: cpal::Error| devices::refused_microphone(&error);
        let supported = device.default_input_config().map_err(refused)?;
        let format = supported.sample_format();
        let mut config = supported.config();
        let resampler = Resampler::new(config.sample_rate, Utterance::RATE)?;
        let failure = Arc::new(Failure::default());
        config.buffer_size = cpal::BufferSize::Fixed(config.sample_rate * BUFFER_MS / 1000);
        let (stream, pipe) = stream(&device, config, format, shared, &failure)
            .or_else(|_| {
                config.buffer_size = cpal::BufferSize::Default;
                stream(&device, config, format, shared, &failure)
            })
            .map_err(refused)?;
        stream.play().map_err(refused)?;
        tracing::info!(device = id, rate = config.sample_rate, ?format, "microphone open");
        Ok(Self {
            _stream: stream,
            id,
            pipe,
            calls: Vec::new(),
            rate: config.sample_rate,
            resampler,
            rest: [0; 2].map(|_| Vec::with_capacity(4 * Mic::FRAME)),
            raw: Vec::with_capacity(4_096),
            heard: Vec::with_capacity(4_096),
            failure,
            alive: Instant::now(),
            fresh: true,
        })
    }

    /// Hands on all whole frames that came in.
    fn read(
        &mut self,
        now: Instant,
        cleaner: Option<&mut Cleaner>,
        mut tap: impl FnMut(&[f32], u32),
        mut on_frame: impl FnMut(Frame<'_>),
    ) -> Result<(), Problem> {
        if let Some(reason) = self.failure.reason() {
            return Err(devices::no_microphone(&reason));
        }
        self.raw.clear();
        self.calls.clear();
        self.calls.extend(std::iter::from_fn(|| self.pipe.calls.pop().ok()));
        self.raw.extend(std::iter::from_fn(|| self.pipe.samples.pop().ok()));
        if !self.raw.is_empty() {
            self.alive = now;
        } else if now.saturating_duration_since(self.alive) > WATCHDOG {
            return Err(devices::no_microphone("the device gives no sound any more"));
        }
        tap(&self.raw, self.rate);
        self.heard.clear();
        self.resampler.push(&self.raw, &mut self.heard);
        let near = if let Some(cleaner) = cleaner {
            if std::mem::take(&mut self.fresh) {
                cleaner.echo.other_microphone();
            }
            cleaner.clean(&self.heard, &self.calls, self.rate, &mut self.rest);
            // Asked only where there is a frame to tell it with.
            (self.rest[0].len() >= Mic::FRAME).then(|| cleaner.echo.near()).flatten()
        } else {
            self.rest.iter_mut().for_each(|rest| rest.extend_from_slice(&self.heard));
            None
        };
        let [clean, speech] = &mut self.rest;
        let whole = clean.len() / Mic::FRAME * Mic::FRAME;
        let frames = clean.chunks_exact(Mic::FRAME).zip(speech.chunks_exact(Mic::FRAME));
        for (clean, speech) in frames {
            on_frame(Frame { clean, speech, near });
        }
        clean.drain(..whole);
        speech.drain(..whole);
        Ok(())
    }
}

/// What comes from the device's callback.
struct Pipe {
    samples: rtrb::Consumer<f32>,
    calls: rtrb::Consumer<Mark>,
}

type Opened = Result<(cpal::Stream, Pipe), cpal::Error>;

/// Builds the stream for whatever the device's samples are.
fn stream(
    device: &cpal::Device,
    config: cpal::StreamConfig,
    format: SampleFormat,
    shared: &Arc<Shared>,
    failure: &Arc<Failure>,
) -> Opened {
    match format {
        SampleFormat::F32 => typed::<f32>(device, config, shared, failure),
        SampleFormat::F64 => typed::<f64>(device, config, shared, failure),
        SampleFormat::I8 => typed::<i8>(device, config, shared, failure),
        SampleFormat::I16 => typed::<i16>(device, config, shared, failure),
        SampleFormat::I24 => typed::<cpal::I24>(device, config, shared, failure),
        SampleFormat::I32 => typed::<i32>(device, config, shared, failure),
        SampleFormat::U8 => typed::<u8>(device, config, shared, failure),
        SampleFormat::U16 => typed::<u16>(device, config, shared, failure),
        SampleFormat::U32 => typed::<u32>(device, config, shared, failure),
        _ => Err(cpal::ErrorKind::UnsupportedConfig.into()),
    }
}

fn typed<T: SizedSample>(
    device: &cpal::Device,
    config: cpal::StreamConfig,
    shared: &Arc<Shared>,
    failure: &Arc<Failure>,
) -> Opened
where
    f32: FromSample<T>,
{
    let (mut feed, samples) =
        rtrb::RingBuffer::<f32>::new((config.sample_rate * RING_SECONDS) as usize);
    let (mut marks, calls) = rtrb::RingBuffer::<Mark>::new(MARKS);
    let mut count = 0;
    let channels = usize::from(config.channels.max(1));
    let ear: Thread = std::thread::current();
    let (shared, failure) = (Arc::clone(shared), Arc::clone(failure));
    let stream = device.build_input_stream::<T, _, _>(
        config,
        move |data, _| {
            let _full = marks.push(Mark { count, at: Instant::now() });
            count += (data.len() / channels) as u64;
            let mut dropped = 0;
            for frame in data.chunks_exact(channels) {
                let sum: f32 = frame.iter().map(|&sample| f32::from_sample_(sample)).sum();
                // Full: the newest is dropped, and counted.
                dropped += u64::from(feed.push(sum / channels as f32).is_err());
            }
            if dropped > 0 {
                shared.dropped.fetch_add(dropped, Ordering::Relaxed);
            }
            ear.unpark();
        },
        move |error| failure.report(&error),
        Some(OPENING),
    )?;
    Ok((stream, Pipe { samples, calls }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_microphone_is_a_problem_with_a_remedy() {
        let sink: MicEventSink = Arc::new(|_| {});
        let problem = Mic::open(DeviceChoice::Silent, None, |_| {}, sink).unwrap_err();
        assert_eq!(problem.kind, ProblemKind::Device);
        assert!(problem.remedy.contains("connect a microphone"), "{problem}");
    }

    #[test]
    fn the_meter_rises_at_once_and_falls_slowly() {
        let shared = Shared::default();
        shared.measure(&[0.5; 512]);
        let read = |value: &AtomicU32| f32::from_bits(value.load(Ordering::Relaxed));
        assert!((read(&shared.peak) - 0.5).abs() < 1e-6 && (read(&shared.rms) - 0.5).abs() < 1e-6);
        shared.measure(&[0.0; 512]);
        assert!(read(&shared.peak) > 0.4 && read(&shared.rms) < 1e-6);
    }
}
