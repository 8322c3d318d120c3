//! Sample-rate conversion of one mono stream, exact in length.
//!
//! rubato works in fixed chunks and delays its output by half a block. Here both are hidden: samples go in in any number,
//! the delay is cut off the front, and after [`Resampler::finish`] exactly `round(input × to / from)` samples have come out,
//! so that times computed from sample counts are right.

use domain::{Problem, ProblemKind};
use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{
    Async, Fft, FixedAsync, FixedSync, Indexing, SincInterpolationParameters, WindowFunction,
};

/// Rates that a sound may have, in hertz.
pub const RATES: std::ops::RangeInclusive<u32> = 1_000..=768_000;

/// Frames handed to rubato at once: about 10 ms at the usual rates.
const CHUNK: usize = 512;
/// Above this block size (rates without a common divisor) the FFT would delay by a large part of a second.
const LARGEST_BLOCK: u32 = 2_048;

/// Converts one mono stream from one rate to another.
pub struct Resampler {
    from: u32,
    to: u32,
    /// `None` where the rates are equal.
    inner: Option<Box<dyn rubato::Resampler<f32>>>,
    waiting: Vec<f32>,
    block: Vec<f32>,
    /// Output samples of rubato's delay that are still to be thrown away.
    skip: usize,
    taken: u64,
    given: u64,
}

impl std::fmt::Debug for Resampler {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Resampler")
            .field("from", &self.from)
            .field("to", &self.to)
            .finish_non_exhaustive()
    }
}

impl Resampler {
    /// A converter between two rates in hertz, both within [`RATES`].
    pub fn new(from: u32, to: u32) -> Result<Self, Problem> {
        for rate in [from, to] {
            if !RATES.contains(&rate) {
                return Err(Problem::new(
                    ProblemKind::Unsupported,
                    format!("a sound with {rate} samples per second cannot be converted"),
                    format!("use a rate between {} and {}", RATES.start(), RATES.end()),
                ));
            }
        }
        let inner = if from == to { None } else { Some(converter(from, to)?) };
        let skip = inner.as_ref().map_or(0, |inner| inner.output_delay());
        let block = vec![0.0; inner.as_ref().map_or(0, |inner| inner.output_frames_max())];
        Ok(Self { from, to, inner, waiting: Vec::new(), block, skip, taken: 0, given: 0 })
    }

    /// Takes the next samples and appends to `out` what is ready.
    pub fn push(&mut self, samples: &[f32], out: &mut Vec<f32>) {
        self.taken += samples.len() as u64;
        if self.inner.is_none() {
            self.given += samples.len() as u64;
            out.extend_from_slice(samples);
            return;
        }
        self.waiting.extend_from_slice(samples);
        let mut used = 0;
        while let Some(inner) = &self.inner {
            let need = inner.input_frames_next();
            if self.waiting.len() - used < need {
                break;
            }
            self.convert(used, need, out);
            used += need;
        }
        self.waiting.drain(..used);
    }

    /// The stream ends: appends what is still inside. Afterwards the converter is as new.
    pub fn finish(&mut self, out: &mut Vec<f32>) {
        let total = (u128::from(self.taken) * u128::from(self.to) + u128::from(self.from) / 2)
            / u128::from(self.from);
        let total = total as u64;
        while self.given < total {
            // Silence pushes the rest out.
            let Some(need) = self.inner.as_ref().map(|inner| inner.input_frames_next()) else {
                break;
            };
            self.waiting.resize(need.max(self.waiting.len()), 0.0);
            self.convert(0, need, out);
            self.waiting.drain(..need);
        }
        let surplus = self.given.saturating_sub(total) as usize;
        out.truncate(out.len().saturating_sub(surplus));
        self.waiting.clear();
        self.taken = 0;
        self.given = 0;
        if let Some(inner) = &mut self.inner {
            inner.reset();
            self.skip = inner.output_delay();
        }
    }

    /// Runs rubato over `waiting[at..at + need]`.
    fn convert(&mut self, at: usize, need: usize, out: &mut Vec<f32>) {
        let Some(inner) = &mut self.inner else { return };
        let room = inner.output_frames_next();
        if self.block.len() < room {
            self.block.resize(room, 0.0);
        }
        let made = {
            let Ok(input) = InterleavedSlice::new(&self.waiting[at..at + need], 1, need) else {
                return;
            };
            let frames = self.block.len();
            let Ok(mut output) = InterleavedSlice::new_mut(&mut self.block, 1, frames) else {
                return;
            };
            match inner.process_into_buffer(&input, &mut output, Some(&Indexing::new())) {
                Ok((_, made)) => made,
                Err(error) => {
                    // The sizes are the ones it asked for, so this is a mistake of ours: silence instead of a gap.
                    tracing::error!(%error, "resampling failed");
                    self.block.fill(0.0);
                    room
                }
            }
        };
        let skipped = self.skip.min(made);
        self.skip -= skipped;
        out.extend_from_slice(&self.block[skipped..made]);
        self.given += (made - skipped) as u64;
    }
}

fn converter(from: u32, to: u32) -> Result<Box<dyn rubato::Resampler<f32>>, Problem> {
    let failed = |error: rubato::ResamplerConstructionError| {
        Problem::new(
            ProblemKind::Internal,
            format!("no converter from {from} Hz to {to} Hz could be built ({error})"),
            "choose another device or rate and report this",
        )
    };
    let divisor = gcd(from, to);
    if (from / divisor).max(to / divisor) <= LARGEST_BLOCK {
        let fft = Fft::new(from as usize, to as usize, CHUNK, 1, FixedSync::Input);
        return Ok(Box::new(fft.map_err(failed)?));
    }
    let parameters = SincInterpolationParameters::new(128, WindowFunction::BlackmanHarris2);
    let ratio = f64::from(to) / f64::from(from);
    let sinc = Async::new_sinc(ratio, 1.1, &parameters, CHUNK, 1, FixedAsync::Input);
    Ok(Box::new(sinc.map_err(failed)?))
}

fn gcd(mut a: u32, mut b: u32) -> u32 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// Converts a whole sound at once. `samples` is mono.
pub fn resample(samples: &[f32], from: u32, to: u32) -> Result<Vec<f32>, Problem> {
    let mut resampler = Resampler::new(from, to)?;
    let mut out = Vec::with_capacity(
        (samples.len() as u64 * u64::from(to) / u64::from(from)) as usize + CHUNK,
    );
    resampler.push(samples, &mut out);
    resampler.finish(&mut out);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(hz: f32, rate: u32, seconds: f32) -> Vec<f32> {
        let count = (rate as f32 * seconds) as usize;
        (0..count)
            .map(|i| (std::f32::consts::TAU * hz * i as f32 / rate as f32).sin() * 0.5)
            .collect()
    }

    #[test]
    fn length_is_exact_for_any_rate_and_any_chunking() {
        for (from, to) in [
            (22_050, 48_000),
            (48_000, 16_000),
            (44_100, 16_000),
            (8_000, 48_000),
            (44_101, 16_000),
            (192_000, 16_000),
        ] {
            for count in [0_usize, 1, 700, 12_345] {
                for step in [1_usize, 160, 4_096] {
                    let input = vec![0.1; count];
                    let mut resampler = Resampler::new(from, to).unwrap();
                    let mut out = Vec::new();
                    for part in input.chunks(step) {
                        resampler.push(part, &mut out);
                    }
                    resampler.finish(&mut out);
                    let expected =
                        (count as f64 * f64::from(to) / f64::from(from)).round() as usize;
                    assert_eq!(out.len(), expected, "{from} -> {to}, {count} in steps of {step}");
                }
            }
        }
    }

    #[test]
    fn a_tone_stays_itself_and_in_time() {
        for (from, to) in [(22_050, 48_000), (44_100, 16_000), (44_101, 16_000)] {
            let out = resample(&tone(440.0, from, 1.0), from, to).unwrap();
            let expected = tone(440.0, to, 1.0);
            let middle = to as usize / 4..to as usize * 3 / 4;
            let error: f32 = out[middle.clone()]
                .iter()
                .zip(&expected[middle.clone()])
                .map(|(a, b)| (a - b).powi(2))
                .sum::<f32>()
                / middle.len() as f32;
            // rubato rounds its delay to whole samples, so up to a sample of shift is in here.
            assert!(error.sqrt() < 0.06, "{from} -> {to}: error {}", error.sqrt());
        }
    }

    #[test]
    fn a_converter_can_be_used_again_after_the_end() {
        let mut resampler = Resampler::new(22_050, 48_000).unwrap();
        let input = tone(300.0, 22_050, 0.2);
        let (mut first, mut second) = (Vec::new(), Vec::new());
        resampler.push(&input, &mut first);
        resampler.finish(&mut first);
        resampler.push(&input, &mut second);
        resampler.finish(&mut second);
        assert_eq!(first, second);
    }

    #[test]
    fn senseless_rates_are_refused() {
        assert_eq!(Resampler::new(0, 48_000).unwrap_err().kind, ProblemKind::Unsupported);
        assert_eq!(Resampler::new(48_000, 4_000_000).unwrap_err().kind, ProblemKind::Unsupported);
    }
}
