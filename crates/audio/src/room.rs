//! A simulated room: what a microphone hears of loudspeakers. For measurements and tests, where there is neither.
//!
//! Sound is mono at 16 kHz, −1.0 to 1.0. Everything is drawn from a seed, so that a measurement can be repeated.

use domain::{Problem, ProblemKind, Utterance};
use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{
    Async, FixedAsync, Indexing, Resampler as _, SincInterpolationParameters, WindowFunction,
};

const RATE: f32 = Utterance::RATE as f32;
/// Pulses a second of the reverberation: dense enough to sound smooth, sparse enough to be quick ("velvet noise").
const PULSES: f32 = 1_000.0;
/// Level of the reverberation's beginning relative to the direct sound: a microphone within a metre of the loudspeaker.
const REVERBERANT: f32 = 0.35;

/// Draws numbers (xorshift*): small, quick, the same everywhere.
#[derive(Debug, Clone)]
pub struct Draw(u64);

impl Draw {
    /// A series of its own for each seed.
    pub fn new(seed: u64) -> Self {
        // Zero would stay zero; the constant spreads small seeds.
        Self((seed ^ 0x9e37_79b9_7f4a_7c15).wrapping_mul(0xbf58_476d_1ce4_e5b9) | 1)
    }

    /// From −1.0 to 1.0.
    pub fn signed(&mut self) -> f32 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let bits = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 40;
        bits as f32 / (1_u32 << 23) as f32 - 1.0
    }

    /// From `low` to `high`.
    pub fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (self.signed() * 0.5 + 0.5) * (high - low)
    }
}

/// Where loudspeaker and microphone stand.
#[derive(Debug, Clone)]
pub struct Room {
    /// Delay in samples and strength of each path that sound takes.
    paths: Vec<(usize, f32)>,
}

impl Room {
    /// A room whose echo is `gain_db` as strong as what is played, arrives `delay_ms` after it was given to the device (all
    /// buffers and the way through the air), and reverberates for `reverberation_ms` (until it is 60 dB weaker).
    pub fn new(draw: &mut Draw, gain_db: f32, delay_ms: f32, reverberation_ms: f32) -> Self {
        let direct = (delay_ms * RATE / 1000.0) as usize;
        let length = (reverberation_ms * RATE / 1000.0).max(1.0);
        let mut paths = vec![(direct, 1.0)];
        // The first wall is half a metre away.
        let mut at = 32.0;
        while at < length {
            let strength = REVERBERANT * 10_f32.powf(-3.0 * at / length);
            let sign = if draw.signed() < 0.0 { -1.0 } else { 1.0 };
            paths.push((direct + at as usize, sign * strength));
            at += draw.between(1.0, 2.0 * RATE / PULSES);
        }
        let power: f32 = paths.iter().map(|(_, strength)| strength * strength).sum();
        let scale = amplitude(gain_db) / power.sqrt();
        for (_, strength) in &mut paths {
            *strength *= scale;
        }
        Self { paths }
    }

    /// What the microphone hears of what is played; as long as that.
    pub fn echo(&self, played: &[f32]) -> Vec<f32> {
        let mut echo = vec![0.0; played.len()];
        for &(delay, strength) in &self.paths {
            let heard = echo.iter_mut().skip(delay);
            heard.zip(played).for_each(|(heard, played)| *heard += strength * played);
        }
        echo
    }
}

/// A small loudspeaker that is turned up: it squashes what is loud. `drive` 0.0 is none of it, 2.0 is a lot.
pub fn squash(samples: &mut [f32], drive: f32) {
    if drive > 0.0 {
        for sample in samples {
            *sample = (*sample * drive).tanh() / drive;
        }
    }
}

/// The same sound as a clock takes it that runs slower by `ppm` millionths: a little shorter than it was.
pub fn drifted(samples: &[f32], ppm: f64) -> Result<Vec<f32>, Problem> {
    if ppm == 0.0 {
        return Ok(samples.to_vec());
    }
    let failed = |what: String| {
        Problem::new(
            ProblemKind::Internal,
            format!("no clock that drifts by {ppm} ppm could be simulated ({what})"),
            "report this",
        )
    };
    let parameters = SincInterpolationParameters::new(64, WindowFunction::BlackmanHarris2);
    let ratio = 1.0 / (1.0 + ppm * 1e-6);
    let mut converter = Async::new_sinc(ratio, 1.1, &parameters, 1_024, 1, FixedAsync::Input)
        .map_err(|error| failed(error.to_string()))?;
    let (mut out, mut block) = (Vec::new(), vec![0.0; converter.output_frames_max()]);
    let frames = block.len();
    for part in samples.chunks_exact(1_024) {
        let input = InterleavedSlice::new(part, 1, 1_024).map_err(|e| failed(e.to_string()))?;
        let mut output =
            InterleavedSlice::new_mut(&mut block, 1, frames).map_err(|e| failed(e.to_string()))?;
        let (_, made) = converter
            .process_into_buffer(&input, &mut output, Some(&Indexing::new()))
            .map_err(|error| failed(error.to_string()))?;
        out.extend_from_slice(&block[..made]);
    }
    Ok(out)
}

/// Kinds of noise without words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noise {
    /// The same at all frequencies: hiss.
    White,
    /// Weaker towards high frequencies: rain, traffic.
    Pink,
    /// Mains hum with its harmonics.
    Hum,
    /// Broadband that swells and ebbs twice a second, with hum under it: a fan.
    Fan,
    /// Knocks: a keyboard, dishes.
    Clicks,
}

impl Noise {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::White, Self::Pink, Self::Hum, Self::Fan, Self::Clicks];

    /// `count` samples at a level (RMS) in decibels below full scale (−60.0).
    pub fn samples(self, draw: &mut Draw, level_db: f32, count: usize) -> Vec<f32> {
        let mut low = 0.0_f32;
        let mut knock = 0.0_f32;
        let mut out: Vec<f32> = (0..count)
            .map(|at| {
                let time = at as f32 / RATE;
                let turn = |hz: f32| (std::f32::consts::TAU * (hz * time).fract()).sin();
                let white = draw.signed();
                low += 0.05 * (white - low);
                match self {
                    Self::White => white,
                    Self::Pink => white * 0.1 + low,
                    Self::Hum => turn(50.0) + 0.5 * turn(100.0) + 0.25 * turn(150.0),
                    Self::Fan => (white * 0.2 + low) * (1.0 + 0.4 * turn(2.0)) + 0.2 * turn(97.0),
                    Self::Clicks => {
                        if draw.between(0.0, RATE / 4.0) < 1.0 {
                            knock = 1.0;
                        }
                        knock *= 0.995;
                        knock * white
                    }
                }
            })
            .collect();
        let power: f32 = out.iter().map(|s| s * s).sum::<f32>() / count.max(1) as f32;
        let scale = amplitude(level_db) / power.sqrt().max(1e-9);
        for sample in &mut out {
            *sample = (*sample * scale).clamp(-1.0, 1.0);
        }
        out
    }
}

/// A factor for samples.
pub fn amplitude(db: f32) -> f32 {
    10_f32.powf(db / 20.0)
}

/// Mean power in decibels below full scale; −200.0 for silence.
pub fn level_db(samples: &[f32]) -> f32 {
    let power: f64 = samples.iter().map(|s| f64::from(*s).powi(2)).sum();
    (10.0 * (power / samples.len().max(1) as f64).max(1e-20).log10()) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_echo_is_as_strong_and_as_late_as_asked_for() {
        let mut draw = Draw::new(1);
        let played = Noise::White.samples(&mut draw, -20.0, 32_000);
        for gain in [-6.0, -20.0] {
            let echo = Room::new(&mut draw, gain, 50.0, 300.0).echo(&played);
            assert!(echo[..800].iter().all(|&sample| sample == 0.0));
            let measured = level_db(&echo[8_000..]) - level_db(&played);
            assert!((measured - gain).abs() < 1.5, "{measured} for {gain}");
        }
    }

    #[test]
    fn noise_is_as_loud_as_asked_for_and_a_seed_repeats_it() {
        for noise in Noise::ALL {
            let one = noise.samples(&mut Draw::new(7), -40.0, 48_000);
            let two = noise.samples(&mut Draw::new(7), -40.0, 48_000);
            assert!(one == two, "{noise:?}");
            assert!((level_db(&one) + 40.0).abs() < 1.0, "{noise:?}: {}", level_db(&one));
        }
    }

    #[test]
    fn a_slow_clock_makes_sound_shorter() {
        let sound = vec![0.1; 1_024_000];
        let short = drifted(&sound, 100.0).unwrap();
        let lost = sound.len() as i64 - short.len() as i64;
        assert!((lost - 102).abs() < 40, "{lost} samples");
    }
}
