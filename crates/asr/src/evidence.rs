//! Whether a sound over the character's voice is somebody's, told from what an echo canceller left of it in two ways.
//!
//! Its linear filter leaves a voice whole, and some of the echo; its suppressor takes away whatever may be echo. Where the
//! suppressor lets through what the filter left, it is a voice. In simulated rooms that is quicker and surer than voice
//! activity in either of the two: the rest of an echo sounds like the speech that it comes from, and the detector needs a
//! while to hear speech in what begins in the middle of a word. (Figures: decision 0204.)

use crate::silero::FRAME;

/// Samples of a part: 8 ms at 16 kHz.
const PART: usize = 128;
/// Milliseconds of one.
pub(crate) const PART_MS: u32 = 8;
/// The suppressor let it through: less than 6 dB of what the filter left are missing, which are 3 dB of what is written down (the
/// suppressor has a part in that).
const WHOLE: f32 = 0.5;
/// Softer parts than this prove nothing (−45 dB).
const LOUD: f32 = 3.2e-5;
/// So many of the last eight parts are a voice that begins.
const SUDDEN: u32 = 5;

/// The parts of the last half second; the newest is the lowest bit.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Evidence(u64);

impl Evidence {
    /// Takes a frame after the suppressor, and as it is written down (the filter's sound, a little nearer to the suppressor's).
    pub(crate) fn take(&mut self, suppressed: &[f32], written: &[f32]) {
        debug_assert!(suppressed.len() <= FRAME);
        for (suppressed, written) in suppressed.chunks(PART).zip(written.chunks(PART)) {
            let (left, all) = (power(suppressed), power(written));
            self.0 = self.0 << 1 | u64::from(all > LOUD && left >= WHOLE * all);
        }
    }

    /// A voice begins.
    pub(crate) fn is_sudden(self) -> bool {
        (self.0 & 0xff).count_ones() >= SUDDEN
    }

    /// Milliseconds of voice in the last half second.
    pub(crate) fn recent_ms(self) -> u32 {
        self.0.count_ones() * PART_MS
    }
}

fn power(samples: &[f32]) -> f32 {
    samples.iter().map(|sample| sample * sample).sum::<f32>() / samples.len().max(1) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_let_through_is_a_voice_and_what_is_taken_away_or_soft_is_none() {
        let mut evidence = Evidence::default();
        let mut after = |suppressed: f32, filtered: f32| {
            evidence.take(&[suppressed; FRAME], &[filtered; FRAME]);
            (evidence.is_sudden(), evidence.recent_ms())
        };
        assert_eq!(after(0.01, 0.1), (false, 0), "the rest of an echo");
        assert_eq!(after(0.002, 0.002), (false, 0), "the noise of the room");
        assert_eq!(after(0.08, 0.1), (false, 32));
        assert_eq!(after(0.08, 0.1), (true, 64), "a voice");
        for _ in 0..14 {
            after(0.0, 0.1);
        }
        assert_eq!(after(0.0, 0.1), (false, 32), "half a second later");
        assert_eq!(after(f32::NAN, f32::NAN), (false, 0));
    }

    #[test]
    fn a_voice_may_miss_six_decibels_of_what_the_filter_left() {
        for (missing_db, is_voice) in [(5.0, true), (7.0, false)] {
            let suppressed = 0.1 * 10_f32.powf(-missing_db / 20.0);
            // As `audio::canceller` mixes what is written down.
            let written = 0.4 * 0.1 + 0.6 * suppressed;
            let mut evidence = Evidence::default();
            evidence.take(&[suppressed; FRAME], &[written; FRAME]);
            assert_eq!(evidence.recent_ms() > 0, is_voice, "{missing_db} dB");
        }
    }
}
