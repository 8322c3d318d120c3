//! The end of the pipe that the sound card pulls: real-time code, so no lock, no allocation, no log.
//!
//! Every sample in the ring carries the *generation* it belongs to. Raising the generation makes everything older stale: the
//! source fades it out over ten milliseconds and throws the rest away, within one callback, without asking anybody.

use std::num::NonZero;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use crate::reference::Tap;
use crate::timeline::Position;

/// How fast a cut goes silent.
const FADE_MS: u32 = 10;
/// How long a change of loudness takes from silence to full.
const RAMP_MS: u32 = 15;

/// Loudness of music and places while somebody speaks: the character, or the person over them.
const BED_UNDER_VOICE: f32 = 0.34;
/// They come back this long after the last sample of a line, in milliseconds.
const BED_RETURN_MS: u32 = 700;
/// How long they take from full to silence, and back.
const BED_DOWN_MS: u32 = 400;
const BED_UP_MS: u32 = 1_800;

/// One sample and the generation it was queued in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tagged {
    pub(crate) value: f32,
    pub(crate) generation: u32,
}

/// What the real-time side and the feeding side tell each other.
#[derive(Debug, Default)]
pub(crate) struct Signals {
    /// Samples of lines that were consumed, over all devices. Written by the source alone.
    played: AtomicI64,
    /// Silent frames since the last consumed sample: what the latency has to be shortened by.
    idle: AtomicU32,
    /// All frames asked for; stands still when the device is dead.
    frames: AtomicU64,
    generation: AtomicU32,
    /// Loudness to ramp to, as the bits of an f32.
    gain: AtomicU32,
    /// The person may be speaking: what is under the voice is lowered.
    listening: AtomicBool,
}

impl Signals {
    /// For a device that goes on where another one stopped: `played` samples were consumed so far.
    pub(crate) fn new(played: Position, gain: f32) -> Self {
        Self {
            played: AtomicI64::new(played),
            // Nothing is on its way to the ear yet.
            idle: AtomicU32::new(u32::MAX),
            gain: AtomicU32::new(gain.to_bits()),
            ..Self::default()
        }
    }

    pub(crate) fn played(&self) -> Position {
        self.played.load(Ordering::Acquire)
    }

    /// What has reached the ear where the device delays by `latency` frames.
    pub(crate) fn heard(&self, latency: u32) -> Position {
        let waiting = latency.saturating_sub(self.idle.load(Ordering::Acquire));
        self.played() - Position::from(waiting)
    }

    pub(crate) fn frames(&self) -> u64 {
        self.frames.load(Ordering::Relaxed)
    }

    pub(crate) fn generation(&self) -> u32 {
        self.generation.load(Ordering::Acquire)
    }

    /// Makes everything in the ring stale and answers the new generation.
    pub(crate) fn next_generation(&self) -> u32 {
        self.generation.fetch_add(1, Ordering::AcqRel).wrapping_add(1)
    }

    pub(crate) fn set_gain(&self, gain: f32) {
        self.gain.store(gain.to_bits(), Ordering::Relaxed);
    }

    pub(crate) fn set_listening(&self, listening: bool) {
        self.listening.store(listening, Ordering::Relaxed);
    }

    pub(crate) fn gain(&self) -> f32 {
        f32::from_bits(self.gain.load(Ordering::Relaxed))
    }
}

/// Music and places under the voice, by a ring of their own that counts for no playhead.
#[derive(Debug)]
struct Under {
    ring: rtrb::Consumer<f32>,
    gain: f32,
    down: f32,
    up: f32,
    back_after: u32,
}

impl Under {
    /// The next sample; `idle`: frames since the voice was last heard.
    fn next(&mut self, idle: u32, listening: bool) -> f32 {
        let target = if listening || idle < self.back_after { BED_UNDER_VOICE } else { 1.0 };
        self.gain += (target - self.gain).clamp(-self.down, self.up);
        self.ring.pop().map_or(0.0, |sample| sample * self.gain)
    }
}

/// Plays the ring; silence where it is empty. Never ends; it goes with its device.
#[derive(Debug)]
pub(crate) struct SpeechSource {
    ring: rtrb::Consumer<Tagged>,
    signals: std::sync::Arc<Signals>,
    rate: NonZero<u32>,
    gain: f32,
    ramp: f32,
    fade_length: u32,
    /// Frames of a stale generation that may still be heard, fading.
    fade_left: u32,
    generation: u32,
    /// Where what is given to a device goes as well.
    tap: Option<Tap>,
    under: Option<Under>,
}

impl SpeechSource {
    pub(crate) fn new(
        ring: rtrb::Consumer<Tagged>,
        signals: std::sync::Arc<Signals>,
        rate: NonZero<u32>,
    ) -> Self {
        let generation = signals.generation();
        let gain = signals.gain();
        Self {
            ring,
            signals,
            rate,
            gain,
            ramp: 1000.0 / (RAMP_MS as f32 * rate.get() as f32),
            fade_length: (rate.get() * FADE_MS / 1000).max(1),
            fade_left: 0,
            generation,
            tap: None,
            under: None,
        }
    }

    /// Lays what comes through `ring` under the voice.
    pub(crate) fn over(mut self, ring: rtrb::Consumer<f32>) -> Self {
        let step = |ms: u32| 1000.0 / (ms as f32 * self.rate.get() as f32);
        self.under = Some(Under {
            ring,
            gain: 1.0,
            down: step(BED_DOWN_MS),
            up: step(BED_UP_MS),
            back_after: self.rate.get() / 1000 * BED_RETURN_MS,
        });
        self
    }

    /// Lets the microphone's side know what is played.
    pub(crate) fn tapped(mut self, tap: Tap) -> Self {
        self.tap = Some(tap);
        self
    }

    /// The next sample of a line, its gain not applied; `None` where there is none.
    fn pull(&mut self) -> Option<f32> {
        let current = self.signals.generation();
        if current != self.generation {
            self.generation = current;
            self.fade_left = self.fade_length;
        }
        loop {
            let Ok(sample) = self.ring.pop() else {
                self.fade_left = 0;
                return None;
            };
            if sample.generation == current {
                self.fade_left = 0;
                let played = self.signals.played.load(Ordering::Relaxed);
                self.signals.played.store(played + 1, Ordering::Release);
                return Some(sample.value);
            }
            if self.fade_left > 0 {
                let left = self.fade_left as f32 / self.fade_length as f32;
                self.fade_left -= 1;
                return Some(sample.value * left);
            }
            // Stale and silent: throw it away and look at the next one. At most one ring full.
        }
    }
}

impl SpeechSource {
    fn sample(&mut self) -> f32 {
        let target = self.signals.gain();
        self.gain += (target - self.gain).clamp(-self.ramp, self.ramp);
        let frames = self.signals.frames.load(Ordering::Relaxed);
        self.signals.frames.store(frames + 1, Ordering::Relaxed);
        let idle = match self.pull() {
            Some(value) => {
                self.signals.idle.store(0, Ordering::Release);
                return value * self.gain;
            }
            None => self.signals.idle.load(Ordering::Relaxed).saturating_add(1),
        };
        self.signals.idle.store(idle, Ordering::Release);
        0.0
    }
}

impl Iterator for SpeechSource {
    type Item = f32;

    fn next(&mut self) -> Option<f32> {
        let mut sample = self.sample();
        if let Some(under) = &mut self.under {
            let idle = self.signals.idle.load(Ordering::Relaxed);
            let listening = self.signals.listening.load(Ordering::Relaxed);
            sample = (sample + under.next(idle, listening)).clamp(-1.0, 1.0);
        }
        if let Some(tap) = &mut self.tap {
            tap.push(sample);
        }
        Some(sample)
    }
}

impl rodio::Source for SpeechSource {
    fn current_span_len(&self) -> Option<usize> {
        None
    }

    fn channels(&self) -> NonZero<u16> {
        NonZero::<u16>::MIN
    }

    fn sample_rate(&self) -> NonZero<u32> {
        self.rate
    }

    fn total_duration(&self) -> Option<Duration> {
        None
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    const RATE: u32 = 16_000;

    fn source(ring: rtrb::Consumer<Tagged>, signals: &Arc<Signals>) -> SpeechSource {
        SpeechSource::new(ring, Arc::clone(signals), NonZero::new(RATE).unwrap())
    }

    fn fill(ring: &mut rtrb::Producer<Tagged>, count: usize, generation: u32) {
        for _ in 0..count {
            ring.push(Tagged { value: 1.0, generation }).unwrap();
        }
    }

    #[test]
    fn only_heard_samples_count() {
        let signals = Arc::new(Signals::new(0, 1.0));
        let (mut feed, ring) = rtrb::RingBuffer::new(100);
        let mut source = source(ring, &signals);
        fill(&mut feed, 30, 0);
        let out: Vec<f32> = source.by_ref().take(50).collect();
        assert_eq!(out.iter().filter(|&&sample| sample > 0.5).count(), 30);
        assert_eq!((signals.played(), signals.frames()), (30, 50));
        // 25 frames of latency, 20 silent ones since: 5 are still on their way to the ear.
        assert_eq!(signals.heard(25), 25);
        assert_eq!(signals.heard(10), 30);
    }

    #[test]
    fn a_new_generation_fades_the_old_one_within_ten_milliseconds_and_plays_on_with_the_new() {
        let signals = Arc::new(Signals::new(0, 1.0));
        let (mut feed, ring) = rtrb::RingBuffer::new(4_000);
        let mut source = source(ring, &signals);
        fill(&mut feed, 2_000, 0);
        source.by_ref().take(500).for_each(drop);
        let generation = signals.next_generation();
        fill(&mut feed, 100, generation);
        let fade: Vec<f32> = source.by_ref().take(160).collect();
        assert!(fade.windows(2).all(|pair| pair[1] <= pair[0]), "the fade only falls");
        assert!(fade[0] > 0.9 && fade[159] < 0.02);
        assert_eq!(signals.played(), 500, "what fades is not counted as heard");
        let rest: Vec<f32> = source.by_ref().take(101).collect();
        assert!(rest[..100].iter().all(|&sample| sample > 0.9) && rest[100] == 0.0);
        assert_eq!(signals.played(), 600);
    }

    #[test]
    fn ducking_ramps() {
        let signals = Arc::new(Signals::new(0, 1.0));
        let (mut feed, ring) = rtrb::RingBuffer::new(4_000);
        let mut source = source(ring, &signals);
        fill(&mut feed, 4_000, 0);
        signals.set_gain(0.25);
        let out: Vec<f32> = source.by_ref().take(240).collect();
        assert!(out.windows(2).all(|pair| (pair[1] - pair[0]).abs() < 0.01), "no click");
        assert!((out[239] - 0.25).abs() < 0.01, "15 ms later it is at a quarter: {}", out[239]);
        signals.set_gain(1.0);
        let out: Vec<f32> = source.by_ref().take(240).collect();
        assert!((out[239] - 1.0).abs() < 0.01);
    }

    #[test]
    fn music_is_lowered_under_the_voice_and_comes_back_after_it_uncounted() {
        let signals = Arc::new(Signals::new(0, 1.0));
        let (mut feed, ring) = rtrb::RingBuffer::new(100_000);
        let (mut bed, under) = rtrb::RingBuffer::new(200_000);
        let mut source = source(ring, &signals).over(under);
        for _ in 0..200_000 {
            bed.push(0.5).unwrap();
        }
        let before: Vec<f32> = source.by_ref().take(100).collect();
        assert!(before.iter().all(|sample| (sample - 0.5).abs() < 1e-6));
        for _ in 0..RATE {
            feed.push(Tagged { value: 0.0, generation: 0 }).unwrap();
        }
        let during: Vec<f32> = source.by_ref().take(RATE as usize).collect();
        assert!((during[RATE as usize - 1] - 0.5 * BED_UNDER_VOICE).abs() < 1e-3);
        assert!(during.windows(2).all(|pair| (pair[1] - pair[0]).abs() < 1e-3), "no click");
        assert_eq!(signals.played(), i64::from(RATE), "music moves no playhead");
        let after: Vec<f32> = source.by_ref().take(RATE as usize * 3).collect();
        assert!(
            (after[RATE as usize / 2] - 0.5 * BED_UNDER_VOICE).abs() < 1e-3,
            "not between two words"
        );
        assert!((after[RATE as usize * 3 - 1] - 0.5).abs() < 1e-3);
        signals.set_listening(true);
        let listening: Vec<f32> = source.by_ref().take(RATE as usize).collect();
        assert!((listening[RATE as usize - 1] - 0.5 * BED_UNDER_VOICE).abs() < 1e-3);
    }
}
