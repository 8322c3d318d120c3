//! Brings what was played onto the microphone's clock.
//!
//! Speakers and microphone each have a quartz of their own: they differ by up to some hundred millionths, which is half a
//! second an hour. Samples also come in bursts, at the whim of two drivers. Here they wait in a queue; how low it gets within
//! a second tells how the clocks drift, and the rate at which it is emptied follows that slowly, because an echo canceller
//! takes every jump for another room.

use std::collections::VecDeque;

use domain::{Problem, ProblemKind, Utterance};
use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{
    Adjustable as _, Async, FixedAsync, Indexing, Resampler as _, SincInterpolationParameters,
    WindowFunction,
};

use crate::resample::RATES;

/// Samples of a block: 10 ms at 16 kHz.
pub(crate) const BLOCK: usize = Utterance::RATE as usize / 100;
/// The queue never gets lower than this, in milliseconds, where all is well.
const TARGET_MS: f64 = 15.0;
/// Further off than this something happened (the machine slept): better one jump.
const JUMP_MS: f64 = 150.0;
/// Blocks between two looks at the queue.
const WINDOW: u32 = 100;
/// Gains of the loop for the queue's error in milliseconds, looked at once a second: a time constant of a minute, damped by
/// 0.7. Faster ones would follow the bursts.
const PROPORTIONAL: f64 = 1.0 / 60_000.0;
const INTEGRAL: f64 = PROPORTIONAL * PROPORTIONAL * 1_000.0 / 2.0;
/// Where the clocks are known, the queue is only kept from running away: outside of this many milliseconds around its target,
/// by fifty millionths for each ten of them. Its length moves with every burst, and the echo's delay would with it.
const SLACK_MS: f64 = 12.0;
const GENTLY: f64 = 1.0 / 200_000.0;
/// Largest correction of the rate.
const LARGEST: f64 = 0.001;
/// Longest queue, in seconds.
const LONGEST: u32 = 2;

/// Turns bursts of played samples into blocks on the microphone's clock.
pub(crate) struct Aligner {
    rate: u32,
    queue: VecDeque<f32>,
    converter: Async<f32>,
    input: Vec<f32>,
    /// Samples are taken from the queue; not while it fills up.
    flowing: bool,
    /// Lowest length of the queue in this window.
    lowest: usize,
    blocks: u32,
    /// Learned difference of the clocks.
    drift: f64,
    /// It was told, not learned from the queue.
    told: bool,
}

impl std::fmt::Debug for Aligner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Aligner")
            .field("rate", &self.rate)
            .field("queue", &self.queue.len())
            .field("drift", &self.drift)
            .finish_non_exhaustive()
    }
}

impl Aligner {
    /// For samples that come at `rate` a second, within [`RATES`].
    pub(crate) fn new(rate: u32) -> Result<Self, Problem> {
        Ok(Self {
            rate,
            queue: VecDeque::new(),
            converter: converter(rate)?,
            input: Vec::new(),
            flowing: false,
            lowest: usize::MAX,
            blocks: 0,
            drift: 0.0,
            told: false,
        })
    }

    /// Samples a second that come in.
    pub(crate) fn rate(&self) -> u32 {
        self.rate
    }

    /// Learned difference of the clocks: how much faster the speakers' runs.
    pub(crate) fn drift(&self) -> f64 {
        self.drift
    }

    /// How much faster the speakers' clock runs, where it is known better than from the queue.
    pub(crate) fn clocks(&mut self, drift: f64) {
        self.drift = drift.clamp(-LARGEST, LARGEST);
        self.told = true;
    }

    /// These were played.
    pub(crate) fn push(&mut self, samples: &[f32]) {
        self.queue.extend(samples.iter().map(|s| if s.is_finite() { *s } else { 0.0 }));
        let longest = (self.rate * LONGEST) as usize;
        let surplus = self.queue.len().saturating_sub(longest);
        self.queue.drain(..surplus);
    }

    /// The device was closed: what is left of it has been heard.
    pub(crate) fn clear(&mut self) {
        self.queue.clear();
        self.flowing = false;
    }

    /// The next block; silence where nothing was played.
    pub(crate) fn block(&mut self, out: &mut [f32; BLOCK]) {
        out.fill(0.0);
        let enough = self.converter.input_frames_next() + self.samples(TARGET_MS);
        if !self.flowing && self.queue.len() >= enough {
            self.flowing = true;
            self.converter.reset();
            self.steer(self.drift);
            (self.lowest, self.blocks) = (usize::MAX, 0);
        }
        if !self.flowing {
            return;
        }
        let need = self.converter.input_frames_next();
        if self.queue.len() < need {
            self.flowing = false;
            return;
        }
        self.input.clear();
        self.input.extend(self.queue.drain(..need));
        let ok = (|| {
            let input = InterleavedSlice::new(&self.input, 1, need).ok()?;
            let mut output = InterleavedSlice::new_mut(&mut out[..], 1, BLOCK).ok()?;
            self.converter.process_into_buffer(&input, &mut output, Some(&Indexing::new())).ok()
        })();
        debug_assert!(ok.is_some(), "the sizes are the converter's own");
        self.follow();
    }

    /// Once a second: is the queue too long or too short?
    fn follow(&mut self) {
        self.lowest = self.lowest.min(self.queue.len());
        self.blocks += 1;
        if self.blocks < WINDOW {
            return;
        }
        let error = self.lowest as f64 * 1000.0 / f64::from(self.rate) - TARGET_MS;
        (self.lowest, self.blocks) = (usize::MAX, 0);
        if error > JUMP_MS {
            let surplus = self.samples(error);
            self.queue.drain(..surplus.min(self.queue.len()));
            tracing::debug!(error, "the played sound was realigned");
            return;
        }
        let pull = if self.told {
            GENTLY * (error - error.clamp(-SLACK_MS, SLACK_MS))
        } else {
            self.drift = (self.drift + INTEGRAL * error).clamp(-LARGEST, LARGEST);
            PROPORTIONAL * error
        };
        self.steer((pull + self.drift).clamp(-LARGEST, LARGEST));
    }

    /// Empties the queue faster by this much: fewer samples out for those that went in.
    fn steer(&mut self, faster: f64) {
        let ratio = 1.0 / (1.0 + faster);
        if let Err(error) = self.converter.set_resample_ratio_relative(ratio, true) {
            tracing::error!(%error, "the clocks are not followed");
        }
    }

    fn samples(&self, ms: f64) -> usize {
        (f64::from(self.rate) * ms / 1000.0) as usize
    }
}

fn converter(rate: u32) -> Result<Async<f32>, Problem> {
    let failed = |what: String| {
        Problem::new(
            ProblemKind::Unsupported,
            format!("what speakers play at {rate} samples per second cannot be followed ({what})"),
            "choose other speakers, or switch interrupting by voice off in the settings",
        )
    };
    if !RATES.contains(&rate) {
        return Err(failed("an unusual rate".to_owned()));
    }
    let parameters = SincInterpolationParameters::new(64, WindowFunction::BlackmanHarris2);
    let ratio = f64::from(Utterance::RATE) / f64::from(rate);
    Async::new_sinc(ratio, 1.0 + 2.0 * LARGEST, &parameters, BLOCK, 1, FixedAsync::Output)
        .map_err(|error| failed(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Plays `seconds` of a tone on a clock that is `ppm` fast, in bursts of 20 ms, and takes blocks in bursts of 30 ms.
    fn run(aligner: &mut Aligner, ppm: f64, seconds: usize) -> Vec<f32> {
        let rate = f64::from(aligner.rate()) * (1.0 + ppm * 1e-6);
        let burst = (aligner.rate() / 50) as usize;
        let (mut played, mut out) = (0_usize, Vec::new());
        for at in 0..seconds * 100 {
            if at % 3 == 0 {
                let due = (at as f64 / 100.0 + 0.03) * rate;
                while ((played + burst) as f64) <= due {
                    let tone: Vec<f32> = (played..played + burst)
                        .map(|i| (i as f32 * 440.0 * std::f32::consts::TAU / 48_000.0).sin() * 0.5)
                        .collect();
                    aligner.push(&tone);
                    played += burst;
                }
            }
            let mut block = [0.0; BLOCK];
            aligner.block(&mut block);
            out.extend_from_slice(&block);
        }
        out
    }

    #[test]
    fn clocks_that_differ_are_followed_without_a_gap() {
        for ppm in [-180.0, 180.0] {
            let mut aligner = Aligner::new(48_000).unwrap();
            run(&mut aligner, ppm, 240);
            let out = run(&mut aligner, ppm, 30);
            // Within any 5 ms a tone of 440 Hz goes through its peak.
            let gap = out[1600..].chunks(80).find(|part| part.iter().all(|s| s.abs() < 0.3));
            assert!(gap.is_none(), "{ppm} ppm: a gap");
            let error = aligner.drift() * 1e6 - ppm;
            assert!(error.abs() < 60.0, "{ppm} ppm was taken for {:.0}", aligner.drift() * 1e6);
        }
    }

    #[test]
    fn without_sound_there_is_silence_and_a_long_pause_is_jumped_over() {
        let mut aligner = Aligner::new(16_000).unwrap();
        let mut block = [1.0; BLOCK];
        aligner.block(&mut block);
        assert!(block.iter().all(|&sample| sample == 0.0));
        aligner.push(&vec![0.25; 16_000]);
        for _ in 0..WINDOW {
            aligner.push(&[0.25; BLOCK]);
            aligner.block(&mut block);
        }
        assert!((block[80] - 0.25).abs() < 0.01);
        let left = aligner.queue.len() as f64 / 16.0;
        assert!(left < TARGET_MS + 20.0, "{left} ms are left");
    }

    #[test]
    fn senseless_samples_and_rates_do_no_harm() {
        assert_eq!(Aligner::new(0).unwrap_err().kind, ProblemKind::Unsupported);
        let mut aligner = Aligner::new(16_000).unwrap();
        aligner.push(&[f32::NAN, f32::INFINITY]);
        aligner.push(&vec![0.0; 100_000]);
        assert_eq!(aligner.queue.len(), 32_000, "the queue is bounded");
    }
}
