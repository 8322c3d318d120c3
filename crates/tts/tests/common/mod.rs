//! What the tests of the voice share.
#![expect(dead_code, reason = "each test file uses a part of it")]

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use domain::{
    Flow, Lang, Line, LineId, MouthShape, Problem, SpeechSink, SpokenPart, TurnId, Viseme,
};
use tts::{Options, Rendered, Speaker};

/// Long enough for a busy machine, short enough to notice a hang.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// A sink that hands everything to the test.
pub(crate) struct Channel(SyncSender<Result<SpokenPart, Problem>>);

impl SpeechSink for Channel {
    fn part(&mut self, part: SpokenPart) -> Flow {
        if self.0.send(Ok(part)).is_ok() { Flow::More } else { Flow::Stop }
    }
    fn failed(&mut self, _: LineId, problem: Problem) {
        let _ = self.0.send(Err(problem));
    }
}

pub(crate) fn channel(bound: usize) -> (Box<Channel>, Receiver<Result<SpokenPart, Problem>>) {
    let (sender, receiver) = sync_channel(bound);
    (Box::new(Channel(sender)), receiver)
}

pub(crate) fn speaker() -> Speaker {
    Speaker::open(Options::checkout()).expect("the checkout has all it needs")
}

pub(crate) fn fixtures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

pub(crate) fn line(index: u32, speech: &str, lang: Lang) -> Line {
    Line {
        id: LineId { turn: TurnId(7), index },
        text: speech.into(),
        speech: speech.into(),
        lang,
        cues: vec![],
    }
}

pub(crate) fn seconds(sound: &Rendered) -> f32 {
    sound.pcm.len() as f32 / sound.rate as f32
}

/// Loudness of the whole sound, pauses included, in dB of full scale.
pub(crate) fn loudness(sound: &Rendered) -> f32 {
    let energy: f32 = sound.pcm.iter().map(|x| x * x).sum();
    10.0 * (energy / sound.pcm.len().max(1) as f32 + 1e-12).log10()
}

pub(crate) fn peak(sound: &Rendered) -> f32 {
    sound.pcm.iter().fold(0.0, |peak, x| peak.max(x.abs()))
}

/// What every track promises: in order, at least 50 ms apart, inside the sound, moving, closed at the end.
pub(crate) fn check_track(visemes: &[Viseme], length_ms: u32) {
    assert!(visemes.len() >= 2, "{visemes:?}");
    for pair in visemes.windows(2) {
        assert!(pair[1].at_ms >= pair[0].at_ms + 49, "{pair:?}");
    }
    let last = visemes.last().expect("checked above");
    assert!(last.at_ms <= length_ms, "{last:?} in {length_ms} ms");
    assert_eq!(last.shape, MouthShape::Closed);
    assert!(visemes.iter().any(|v| v.shape != MouthShape::Closed && v.weight > 0.3));
    assert!(visemes.iter().all(|v| (0.0..=1.0).contains(&v.weight)));
}

/// Median pitch of the voiced stretches, in hertz, by autocorrelation.
pub(crate) fn pitch(sound: &Rendered) -> f32 {
    let rate = sound.rate as usize;
    let window = rate / 25;
    let mut found: Vec<f32> = Vec::new();
    for start in (0..sound.pcm.len().saturating_sub(window * 2)).step_by(window) {
        let at = |lag: usize| -> f32 {
            (start..start + window).map(|i| sound.pcm[i] * sound.pcm[i + lag]).sum()
        };
        let energy = at(0);
        if energy / (window as f32) < 0.002 {
            continue;
        }
        // The shortest lag that is nearly as good as the best one, so as not to land an octave too low.
        let lags: Vec<(usize, f32)> = (rate / 400..rate / 60).map(|lag| (lag, at(lag))).collect();
        let best = lags.iter().fold(0.0f32, |best, (_, value)| best.max(*value));
        if best < energy * 0.5 {
            continue;
        }
        let mut peaks =
            lags.windows(3).filter(|w| w[1].1 > w[0].1 && w[1].1 >= w[2].1 && w[1].1 > best * 0.9);
        found.extend(peaks.next().map(|w| rate as f32 / w[1].0 as f32));
    }
    found.sort_by(f32::total_cmp);
    found.get(found.len() / 2).copied().unwrap_or(0.0)
}
