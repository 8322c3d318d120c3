//! Speakers that write a WAV file: for `hanashi talk --out`, for tests, for benches.
//!
//! Faster than real time: everything that is written counts as heard at once. The events, their order and their times are
//! those of the speakers, because the same timeline makes them.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::{Flow, Heard, LineId, Millis, Playback, PlaybackEvent, Problem, SpokenPart, TurnId};

use crate::deck::EventSink;
use crate::resample::Resampler;
use crate::timeline::{Position, Timeline, millis};
use crate::wav::{self, disk_problem, to_i16, wav_spec};

/// What a [`FileDeck`] wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Samples of the file.
    pub samples: u64,
    /// Samples per second.
    pub rate: u32,
    /// Length in milliseconds.
    pub audio_ms: Millis,
}

/// Writes what is played into a mono 16-bit WAV file. The file appears under its name when [`FileDeck::close`] is called.
pub struct FileDeck {
    state: Mutex<State>,
    on_event: EventSink,
}

struct State {
    timeline: Timeline,
    line: Option<(LineId, u32, Resampler)>,
    writer: Option<hound::WavWriter<BufWriter<File>>>,
    path: PathBuf,
    partial: PathBuf,
    written: u64,
    /// The first thing that went wrong. The turn goes on silently, so that nothing said is lost.
    problem: Option<Problem>,
}

impl std::fmt::Debug for FileDeck {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FileDeck").field("path", &self.lock().path).finish_non_exhaustive()
    }
}

impl FileDeck {
    /// Samples per second where nothing else is asked for.
    pub const RATE: u32 = 24_000;

    /// Creates the file (as `NAME.part` beside its place) with `rate` samples per second.
    pub fn create(path: &Path, rate: u32, on_event: EventSink) -> Result<Self, Problem> {
        // Checks the rate before anything is created.
        Resampler::new(rate, rate)?;
        let partial = wav::partial(path);
        let writer = hound::WavWriter::create(&partial, wav_spec(rate))
            .map_err(|error| disk_problem(path, &error))?;
        let state = State {
            timeline: Timeline::new(rate),
            line: None,
            writer: Some(writer),
            path: path.to_owned(),
            partial,
            written: 0,
            problem: None,
        };
        Ok(Self { state: Mutex::new(state), on_event })
    }

    /// Completes the file and puts it in its place. Fails with the first thing that went wrong while writing.
    pub fn close(self) -> Result<Written, Problem> {
        let mut state = self.lock();
        let rate = state.timeline.rate();
        if let Some(problem) = state.problem.take() {
            return Err(problem);
        }
        if let Some(writer) = state.writer.take() {
            writer.finalize().map_err(|error| disk_problem(&state.path, &error))?;
        }
        wav::complete(&state.partial, &state.path)
            .map_err(|error| disk_problem(&state.path, &error))?;
        let samples = state.written;
        Ok(Written { samples, rate, audio_ms: millis(samples as Position, rate) })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Everything queued is heard: reports it, the lock released.
    fn report(&self, mut state: MutexGuard<'_, State>, failed: Option<Problem>) {
        let queued = state.timeline.queued();
        let events = state.timeline.advance(queued);
        drop(state);
        if let Some(problem) = failed {
            (self.on_event)(PlaybackEvent::DeviceLost(problem));
        }
        for event in events {
            (self.on_event)(event);
        }
    }
}

impl State {
    /// Converts a part to the file's rate.
    fn convert(&mut self, part: &SpokenPart) -> Result<Vec<f32>, Problem> {
        let mut made = Vec::new();
        let same = self.line.as_ref().is_some_and(|(id, from, _)| {
            *id == part.line && (*from == part.rate || part.pcm.is_empty())
        });
        if !same {
            self.line = None;
            if part.pcm.is_empty() {
                return Ok(made);
            }
            let resampler = Resampler::new(part.rate, self.timeline.rate())?;
            self.line = Some((part.line, part.rate, resampler));
        }
        if let Some((_, _, resampler)) = &mut self.line {
            resampler.push(&part.pcm, &mut made);
            if part.last {
                resampler.finish(&mut made);
            }
        }
        if part.last {
            self.line = None;
        }
        Ok(made)
    }

    fn write(&mut self, samples: &[f32]) -> Result<(), Problem> {
        let Some(writer) = &mut self.writer else { return Ok(()) };
        for &sample in samples {
            if let Err(error) = writer.write_sample(to_i16(sample)) {
                self.writer = None;
                return Err(disk_problem(&self.path, &error));
            }
        }
        self.written += samples.len() as u64;
        Ok(())
    }
}

impl Playback for FileDeck {
    fn play(&self, part: SpokenPart) -> Flow {
        let mut state = self.lock();
        if state.timeline.is_cut(part.line.turn) {
            return Flow::Stop;
        }
        let (made, mut failed) = match state.convert(&part) {
            Ok(made) => (made, None),
            Err(problem) => (Vec::new(), Some(problem)),
        };
        if let Err(problem) = state.write(&made) {
            failed = Some(problem);
        }
        if let Some(problem) = &failed {
            state.problem.get_or_insert_with(|| problem.clone());
        }
        state.timeline.append(part.line, made.len(), part.visemes, part.last);
        self.report(state, failed);
        Flow::More
    }

    fn finish(&self, turn: TurnId) {
        let mut state = self.lock();
        state.line = None;
        state.timeline.finish(turn);
        // The header in the file is right from here on, whatever happens later.
        let flushed = state.writer.as_mut().map_or(Ok(()), hound::WavWriter::flush);
        let failed = flushed.err().map(|error| disk_problem(&state.path, &error));
        if let Some(problem) = &failed {
            state.writer = None;
            state.problem.get_or_insert_with(|| problem.clone());
        }
        self.report(state, failed);
    }

    fn duck(&self, _down: bool) {}

    fn cut(&self, turn: TurnId) -> Heard {
        let mut state = self.lock();
        let queued = state.timeline.queued();
        let (heard, _) = state.timeline.cut(turn, queued);
        heard
    }
}

impl Drop for FileDeck {
    fn drop(&mut self) {
        let mut state = self.lock();
        // Not closed: no half reply is left behind.
        let half = state.writer.take().is_some() || state.problem.is_some();
        if half && state.partial != state.path {
            let _ = std::fs::remove_file(&state.partial);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use domain::ProblemKind;

    use super::*;

    fn part(index: u32, samples: usize, rate: u32, last: bool) -> SpokenPart {
        let pcm: Vec<f32> = (0..samples)
            .map(|i| (std::f32::consts::TAU * 300.0 * i as f32 / rate as f32).sin() * 0.5)
            .collect();
        let line = LineId { turn: TurnId(1), index };
        SpokenPart { line, pcm: pcm.into(), rate, visemes: Vec::new(), last }
    }

    fn recorder() -> (EventSink, Arc<Mutex<Vec<PlaybackEvent>>>) {
        let events = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&events);
        (Arc::new(move |event| sink.lock().unwrap().push(event)), events)
    }

    #[test]
    fn a_reply_becomes_a_file_of_the_right_length_and_loudness_with_all_events() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("reply.wav");
        let (sink, events) = recorder();
        let deck = FileDeck::create(&path, 24_000, sink).unwrap();
        assert_eq!(deck.play(part(0, 22_050, 22_050, false)), Flow::More);
        assert_eq!(deck.play(part(0, 11_025, 22_050, true)), Flow::More);
        assert_eq!(deck.play(part(1, 0, 0, true)), Flow::More);
        assert_eq!(deck.play(part(2, 8_000, 16_000, true)), Flow::More);
        deck.finish(TurnId(1));
        let written = deck.close().unwrap();
        assert_eq!((written.samples, written.audio_ms), (48_000, 2_000));

        let mut wav = hound::WavReader::open(&path).unwrap();
        assert_eq!((wav.spec().channels, wav.spec().sample_rate), (1, 24_000));
        let samples: Vec<i16> = wav.samples().map(Result::unwrap).collect();
        assert_eq!(samples.len(), 48_000);
        let power: f64 = samples.iter().map(|&s| (f64::from(s) / 32_768.0).powi(2)).sum();
        let rms = (power / 48_000.0).sqrt();
        assert!((rms - 0.3535).abs() < 0.01, "rms {rms}");

        let kinds: Vec<String> = events
            .lock()
            .unwrap()
            .iter()
            .filter_map(|event| match event {
                PlaybackEvent::LineStarted { line, .. } => Some(format!(">{}", line.index)),
                PlaybackEvent::LineEnded { line } => Some(format!("<{}", line.index)),
                PlaybackEvent::Drained(_) => Some(".".into()),
                _ => None,
            })
            .collect();
        assert_eq!(kinds, [">0", "<0", ">1", "<1", ">2", "<2", "."]);
        assert!(!folder.path().join("reply.wav.part").exists());
    }

    #[test]
    fn a_cut_turn_is_refused_and_nothing_is_left_behind_without_close() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("reply.wav");
        let (sink, _) = recorder();
        let deck = FileDeck::create(&path, 24_000, sink).unwrap();
        deck.play(part(0, 12_000, 24_000, false));
        let heard = deck.cut(TurnId(1));
        assert_eq!((heard.line.unwrap().index, heard.played_ms), (0, 500));
        assert_eq!(deck.play(part(0, 100, 24_000, true)), Flow::Stop);
        drop(deck);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_folder_that_is_not_there_is_named() {
        let (sink, _) = recorder();
        let problem = FileDeck::create(Path::new("/nowhere/reply.wav"), 24_000, sink).unwrap_err();
        assert!(problem.message.contains("/nowhere/reply.wav"), "{problem}");
    }

    /// `/dev/full` takes the open and refuses the bytes, like a full disk.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_told_and_the_turn_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("reply.wav");
        std::os::unix::fs::symlink("/dev/full", folder.path().join("reply.wav.part")).unwrap();
        let (sink, events) = recorder();
        // Depending on when the buffer is flushed, the full disk shows at once or later.
        let problem = match FileDeck::create(&path, 24_000, sink) {
            Err(problem) => problem,
            Ok(deck) => {
                deck.play(part(0, 24_000, 24_000, true));
                deck.finish(TurnId(1));
                let events = events.lock().unwrap();
                assert!(events.iter().any(|event| matches!(event, PlaybackEvent::Drained(_))));
                assert!(events.iter().any(|event| matches!(event, PlaybackEvent::DeviceLost(_))));
                drop(events);
                deck.close().unwrap_err()
            }
        };
        assert_eq!(problem.kind, ProblemKind::Disk, "{problem}");
        assert!(problem.message.contains("reply.wav"), "{problem}");
    }
}
