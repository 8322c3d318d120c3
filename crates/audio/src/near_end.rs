//! Whether somebody near the microphone speaks over what is played ("double talk"), told band by band within a few hundredths of
//! a second.
//!
//! What the canceller's linear filter takes out is the echo as it understands it; what it leaves should be a certain share of that,
//! in each band, with what the room still holds of it (reverberation). That share is learned, as a quantile: what is exceeded one time
//! in ten. Where much more is left, in several bands at once, it does not come from the loudspeaker. How much more is
//! summed up over time, less what is to be expected (a cumulative sum: Page, "Continuous Inspection Schemes", Biometrika 1954), because
//! that finds a change soonest for a given number of false alarms.
//!
//! Of 310 voices in 32 simulated rooms, none of them those of docs/voice.md, nineteen of twenty were noticed within 90 ms, with two false
//! alarms in the same rooms without them; by what the suppressor lets through (`asr::evidence`) within 300 ms, with three (a probe that is not
//! kept; `hanashi bench turn --suite` measures the whole).

use domain::Utterance;
use sonora_fft::fft4g::Fft4g;

use crate::align::BLOCK;

/// Samples of a spectrum: 16 ms, of which 10 are new.
const WINDOW: usize = 256;
/// First bins of the bands, 62.5 Hz each: from 190 Hz to 7 kHz, about as wide as the ear's.
const EDGES: [usize; BANDS + 1] =
    [3, 5, 7, 9, 11, 13, 16, 19, 23, 27, 32, 38, 45, 53, 63, 76, 92, 112];
const BANDS: usize = 17;
/// What a room still holds of an echo after 10 ms: 60 dB less in half a second.
const HELD: f32 = 0.759;
/// A band counts from this power on, in dB, of a voice that is loud enough.
const LOUD_DB: f32 = -52.0;
/// The noise of the room is the softest of a band; it is forgotten by 3 dB in two seconds.
const FORGETS: f32 = 1.0035;
/// Something is left where it is 6 dB above that …
const ABOVE_NOISE: f32 = 4.0;
/// … and an echo says something of the filter where it is.
const TELLS: f32 = 4.0;
/// What is left of the echo at first, in dB, and its bounds.
const LEAK_DB: f32 = -6.0;
const LEAK_BOUNDS_DB: (f32, f32) = (-40.0, 6.0);
/// It is exceeded by one tenth of the blocks: a step up of so many dB where it is, a ninth of that down where it is not.
const EXCEEDED_DB: f32 = 0.27;
const NOT_EXCEEDED_DB: f32 = -0.03;
/// A band proves no more than this, in dB.
const MOST_DB: f32 = 9.0;
/// Mean of all bands that is to be expected without a voice, in dB …
const EXPECTED_DB: f32 = 1.0;
/// … and the sum of what is more that is one. Less notices sooner and is oftener wrong: docs/voice.md has 3, 4 and 5.
const VOICE_DB: f32 = 4.0;

/// Listens for a voice in what the filter leaves.
pub(crate) struct NearEnd {
    fft: Fft4g,
    window: Vec<f32>,
    /// The last samples of what is left, and of what was taken out.
    tails: [[f32; WINDOW - BLOCK]; 2],
    /// The echo, with what the room holds of it.
    echo: [f32; BANDS],
    noise: [f32; BANDS],
    leak_db: [f32; BANDS],
    sum: f32,
}

impl NearEnd {
    pub(crate) fn new() -> Self {
        let turn = std::f32::consts::TAU / WINDOW as f32;
        let hann = (0..WINDOW).map(|at| 0.5 - 0.5 * (turn * at as f32).cos());
        Self {
            fft: Fft4g::new(WINDOW),
            window: hann.collect(),
            tails: [[0.0; WINDOW - BLOCK]; 2],
            echo: [1e-12; BANDS],
            noise: [1e-9; BANDS],
            leak_db: [LEAK_DB; BANDS],
            sum: 0.0,
        }
    }

    /// Other devices: nothing is known of what the filter leaves.
    pub(crate) fn forget(&mut self) {
        *self = Self::new();
    }

    /// Takes 10 ms as they were heard, and what the filter left of them; answers whether somebody near speaks.
    pub(crate) fn take(&mut self, heard: &[f32; BLOCK], left: &[f32; BLOCK]) -> bool {
        let mut taken = *heard;
        taken.iter_mut().zip(left).for_each(|(taken, left)| *taken -= left);
        let [left, taken] = [(0, left), (1, &taken)].map(|(at, block)| self.bands(at, block));
        let mut proof = 0.0;
        for (band, (&left, &taken)) in left.iter().zip(&taken).enumerate() {
            let (echo, noise) = (&mut self.echo[band], &mut self.noise[band]);
            *echo = taken.max(HELD * *echo);
            *noise = (left + 1e-10).min(FORGETS * *noise);
            let left_db = db(left);
            let leak_db = &mut self.leak_db[band];
            let expected = *echo * 10_f32.powf(*leak_db / 10.0) + ABOVE_NOISE * *noise;
            if left_db > LOUD_DB {
                proof += (left_db - db(expected)).clamp(0.0, MOST_DB);
            }
            if *echo > TELLS * *noise {
                let exceeded = left_db - db(*echo) > *leak_db;
                *leak_db += if exceeded { EXCEEDED_DB } else { NOT_EXCEEDED_DB };
                *leak_db = leak_db.clamp(LEAK_BOUNDS_DB.0, LEAK_BOUNDS_DB.1);
            }
        }
        let more = proof / BANDS as f32 - EXPECTED_DB;
        self.sum = (self.sum + more).clamp(0.0, 1.5 * VOICE_DB);
        self.sum >= VOICE_DB
    }

    /// Powers of the bands of a block and what was before it.
    fn bands(&mut self, at: usize, block: &[f32; BLOCK]) -> [f32; BANDS] {
        let tail = &mut self.tails[at];
        let mut spectrum = [0.0; WINDOW];
        spectrum[..tail.len()].copy_from_slice(tail);
        spectrum[tail.len()..].copy_from_slice(block);
        tail.copy_from_slice(&spectrum[BLOCK..]);
        spectrum.iter_mut().zip(&self.window).for_each(|(sample, weight)| *sample *= weight);
        self.fft.rdft(&mut spectrum);
        // Of a Hann window the mean square is 3/8; all bins together are half of the power, as those of negative frequencies are missing.
        let scale = 1.0 / (0.375 * (WINDOW * WINDOW) as f32);
        std::array::from_fn(|band| {
            let bins = &spectrum[2 * EDGES[band]..2 * EDGES[band + 1]];
            bins.iter().map(|part| part * part).sum::<f32>() * scale
        })
    }
}

fn db(power: f32) -> f32 {
    10.0 * (power + 1e-12).log10()
}

const _: () = assert!(Utterance::RATE == 16_000, "the bands are those of 16 kHz");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::room::{Draw, Noise, amplitude};

    /// Blocks of an echo of which the filter leaves `leak_db`, with a voice of `near_db` in it; answers the first that tells of it.
    fn first(
        near: &mut NearEnd,
        draw: &mut Draw,
        blocks: usize,
        leak_db: f32,
        near_db: Option<f32>,
    ) -> Option<usize> {
        let count = blocks * BLOCK;
        // Loud and soft in turns, as speech is.
        let mut echo = Noise::Pink.samples(draw, -30.0, count);
        for (at, sample) in echo.iter_mut().enumerate() {
            *sample *= if at / 2_400 % 2 == 0 { 1.0 } else { 0.1 };
        }
        let voice = near_db.map(|level| Noise::Pink.samples(draw, level, count));
        let hiss = Noise::White.samples(draw, -60.0, count);
        let mut found = None;
        for block in 0..blocks {
            let at = |index: usize| block * BLOCK + index;
            let near_end: [f32; BLOCK] = std::array::from_fn(|index| {
                hiss[at(index)] + voice.as_ref().map_or(0.0, |voice| voice[at(index)])
            });
            let heard = std::array::from_fn(|index| echo[at(index)] + near_end[index]);
            let left =
                std::array::from_fn(|index| amplitude(leak_db) * echo[at(index)] + near_end[index]);
            if near.take(&heard, &left) {
                found = found.or(Some(block));
            }
        }
        found
    }

    #[test]
    fn a_voice_over_an_echo_is_noticed_at_once_and_the_echo_alone_never() {
        for leak_db in [-25.0, -15.0, -8.0] {
            let (mut near, mut draw) = (NearEnd::new(), Draw::new(7));
            first(&mut near, &mut draw, 500, leak_db, None);
            assert_eq!(first(&mut near, &mut draw, 3_000, leak_db, None), None, "{leak_db}");
            let noticed = first(&mut near, &mut draw, 50, leak_db, Some(-30.0));
            assert!(noticed.is_some_and(|block| block < 6), "{leak_db}: {noticed:?}");
        }
    }

    #[test]
    fn a_voice_softer_than_what_is_left_of_the_echo_is_not_told_from_it() {
        let (mut near, mut draw) = (NearEnd::new(), Draw::new(9));
        first(&mut near, &mut draw, 500, -6.0, None);
        assert_eq!(first(&mut near, &mut draw, 200, -6.0, Some(-60.0)), None);
        near.forget();
        assert_eq!(
            first(&mut near, &mut draw, 200, -40.0, Some(-60.0)),
            None,
            "it is no louder than the noise"
        );
    }

    #[test]
    fn senseless_samples_do_not_stay() {
        let mut near = NearEnd::new();
        near.take(&[0.0; BLOCK], &[0.0; BLOCK]);
        assert!(!near.take(&[f32::NAN; BLOCK], &[f32::NAN; BLOCK]));
        assert!(!near.take(&[1.0; BLOCK], &[0.0; BLOCK]), "all of it was taken out");
        let noticed = first(&mut near, &mut Draw::new(3), 300, -20.0, Some(-20.0));
        assert!(noticed.is_some());
    }
}
