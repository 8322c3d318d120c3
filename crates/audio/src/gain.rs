//! Brings a quiet voice nearer to the loudness that speech detectors expect.
//!
//! A recogniser takes any loudness (Whisper's spectrum is scaled by its largest value). A detector does not: of President
//! Kennedy's words at −48 dB Silero hears a third of what it hears at −26 (a probe that is not kept: decision 0230). So what is quiet is made louder, by as much as the
//! voice lacks and never so much that the noise of the room would be loud. It changes by a few decibels a second, because a sentence
//! whose loudness jumps is another sentence.

/// Mean power of a voice that is left as it is (−26 dB).
const ENOUGH: f32 = 2.5e-3;
/// The greatest amplification (18 dB).
const MOST: f32 = 8.0;
/// From this amplification on (12 dB) a microphone counts as quiet.
const LARGE: f32 = 4.0;
/// The noise of the room is not made louder than this (−55 dB).
const NOISE: f32 = 3.2e-6;
/// A voice is above the noise by this much (15 dB).
const ABOVE: f32 = 32.0;
/// Softer than this is no sound at all: a closed gate (−100 dB).
const NOTHING: f32 = 1e-10;
/// Weight of a block of 10 ms in the voice's loudness: 200 ms of speech.
const WEIGHT: f32 = 0.05;
/// The noise is the softest block; it is forgotten by 3 dB in two seconds.
const FORGETS: f32 = 1.0035;
/// Change of the amplification in a block: 3 dB a second up, 12 down.
const UP: f32 = 1.0035;
const DOWN: f32 = 1.014;

/// The amplification, and what it is told by.
#[derive(Debug, Clone)]
pub(crate) struct Gain {
    /// Power of the noise.
    noise: f32,
    /// Mean power of the voice.
    voice: f32,
    factor: f32,
}

impl Default for Gain {
    fn default() -> Self {
        Self { noise: ENOUGH, voice: ENOUGH, factor: 1.0 }
    }
}

impl Gain {
    /// Another microphone: nothing is known of its loudness.
    pub(crate) fn forget(&mut self) {
        *self = Self::default();
    }

    /// Takes a block of 10 ms in two ways, and makes both as much louder. Only where nothing is `played` it learns from the first,
    /// because the rest of an echo is no voice.
    pub(crate) fn apply(&mut self, clean: &mut [f32], speech: &mut [f32], played: bool) {
        if !played {
            self.learn(clean.iter().map(|s| s * s).sum::<f32>() / clean.len().max(1) as f32);
        }
        // A shout behind a whisper comes sooner than the amplification falls: it is made as loud as can be, and not cut off.
        let peak = clean.iter().chain(speech.iter()).fold(0.0_f32, |peak, s| peak.max(s.abs()));
        let gain = if self.factor * peak > 1.0 { (1.0 / peak).max(1.0) } else { self.factor };
        if gain > 1.0 {
            clean.iter_mut().chain(speech).for_each(|s| *s = (*s * gain).clamp(-1.0, 1.0));
        }
    }

    /// The microphone is a quiet one: voices come in at −38 dB or softer.
    pub(crate) fn is_large(&self) -> bool {
        self.factor > LARGE
    }

    fn learn(&mut self, power: f32) {
        if power < NOTHING {
            return;
        }
        self.noise = power.min(self.noise * FORGETS);
        let most = (NOISE / self.noise).sqrt().clamp(1.0, MOST);
        let wanted = if power >= ABOVE * self.noise {
            self.voice += WEIGHT * (power - self.voice);
            (ENOUGH / self.voice).sqrt().clamp(1.0, most)
        } else {
            // A fan that is switched on is not made louder until somebody speaks again.
            self.factor.min(most)
        };
        self.factor = wanted.clamp(self.factor / DOWN, self.factor * UP);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Half a second of a voice and of noise in turns, of these amplitudes; answers the amplification.
    fn after(gain: &mut Gain, seconds: usize, voice: f32, noise: f32, played: bool) -> f32 {
        for block in 0..seconds * 100 {
            let level = if block / 50 % 2 == 0 { voice } else { noise };
            gain.apply(&mut [level; 160], &mut [level; 160], played);
        }
        let mut probe = [0.01; 160];
        gain.clone().apply(&mut [0.0; 160], &mut probe, true);
        probe[0] / 0.01
    }

    #[test]
    fn a_quiet_voice_becomes_louder_and_a_good_one_stays_as_it_is() {
        assert!((after(&mut Gain::default(), 30, 0.05, 0.000_3, false) - 1.0).abs() < 0.05);
        let mut gain = Gain::default();
        let quiet = after(&mut gain, 30, 0.01, 0.000_3, false);
        assert!((4.5..5.5).contains(&quiet), "from −40 to −26 dB: {quiet}");
        assert!(after(&mut gain, 10, 0.05, 0.000_3, false) < 1.1, "they came nearer");
        assert!(after(&mut Gain::default(), 60, 0.001, 0.000_1, false) <= MOST, "a whisper");
    }

    #[test]
    fn a_microphone_counts_as_quiet_where_voices_come_in_far_below_what_is_enough() {
        let is_large = |voice: f32| {
            let mut gain = Gain::default();
            after(&mut gain, 30, voice, 0.000_1, false);
            gain.is_large()
        };
        assert!(!is_large(0.05) && !is_large(0.02));
        assert!(is_large(0.007), "−43 dB");
    }

    #[test]
    fn neither_the_noise_of_a_room_nor_an_echo_nor_silence_is_made_louder() {
        assert!((after(&mut Gain::default(), 60, 0.002, 0.002, false) - 1.0).abs() < 1e-3);
        assert!(after(&mut Gain::default(), 60, 0.01, 0.001_5, false) < 1.3, "it would be loud");
        assert!((after(&mut Gain::default(), 60, 0.01, 0.000_3, true) - 1.0).abs() < 1e-3);
        assert!((after(&mut Gain::default(), 60, 0.0, 0.0, false) - 1.0).abs() < 1e-3);
    }

    #[test]
    fn a_room_that_becomes_louder_is_not_made_louder_and_a_shout_is_not_cut_off() {
        let mut gain = Gain::default();
        assert!(after(&mut gain, 30, 0.01, 0.000_3, false) > 4.5);
        // Too soft to be a voice above the noise so far, and it stays.
        assert!(after(&mut gain, 60, 0.001_5, 0.001_5, false) < 1.3);
        let mut gain = Gain::default();
        after(&mut gain, 30, 0.01, 0.000_3, false);
        let mut shout = [0.5; 160];
        shout[0] = 0.8;
        gain.apply(&mut [0.0; 160], &mut shout, true);
        assert!(shout[0] <= 1.0 && (shout[0] / shout[1] - 1.6).abs() < 0.01, "{shout:?}");
        gain.apply(&mut [f32::NAN; 160], &mut [f32::NAN; 160], false);
        assert!(gain.is_large(), "senseless samples do not stay");
    }

    #[test]
    fn it_changes_slowly_and_starts_anew_with_another_microphone() {
        let mut gain = Gain::default();
        let second = after(&mut gain, 2, 0.01, 0.000_3, false);
        assert!(second < 1.5, "{second} after a second of voice");
        after(&mut gain, 30, 0.01, 0.000_3, false);
        gain.forget();
        assert!((after(&mut gain, 0, 0.0, 0.0, false) - 1.0).abs() < 1e-6);
    }
}
