//! What is heard beside the voice: a loop of music, a loop of the place, effects. Mixed here, a little ahead of the device; the
//! source lays it under the voice, and so the microphone's reference holds it, too.
//!
//! Changes are faded: a loop that goes and one that comes are both heard for a moment.

use std::sync::Arc;

/// A loop fades in and out this long.
const FADE_SECONDS: f32 = 1.6;
/// More layers at once are somebody's mistake; the oldest effect goes.
const MOST_LAYERS: usize = 12;

/// A sound to lay under the voice: mono, within −1 to 1.
#[derive(Debug, Clone)]
pub struct Sound {
    /// Its samples.
    pub pcm: Arc<[f32]>,
    /// Samples a second, not 0.
    pub rate: u32,
}

/// The two loops that there can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Track {
    /// Music.
    Music,
    /// The place, its weather.
    Ambience,
}

#[derive(Debug)]
struct Layer {
    sound: Sound,
    /// `None` for an effect, which is heard once.
    track: Option<Track>,
    /// Place in the sound, in its own samples.
    at: f64,
    gain: f32,
    /// It is to be heard; otherwise it fades and goes.
    wanted: bool,
}

/// The layers, and how loud each kind is.
#[derive(Debug)]
pub(crate) struct Bed {
    layers: Vec<Layer>,
    music: f32,
    /// Of places and effects.
    ambience: f32,
}

impl Default for Bed {
    fn default() -> Self {
        Self { layers: Vec::new(), music: 1.0, ambience: 1.0 }
    }
}

impl Bed {
    /// Loudness of music, and of places and effects; 0.0 to 1.0.
    pub(crate) fn set_volumes(&mut self, music: f32, ambience: f32) {
        (self.music, self.ambience) = (music, ambience);
    }

    /// Another loop, or none.
    pub(crate) fn set_loop(&mut self, track: Track, sound: Option<Sound>) {
        self.layers
            .iter_mut()
            .filter(|one| one.track == Some(track))
            .for_each(|one| one.wanted = false);
        if let Some(sound) = sound {
            self.add(Layer { sound, track: Some(track), at: 0.0, gain: 0.0, wanted: true });
        }
    }

    /// A sound that is heard once.
    pub(crate) fn play(&mut self, sound: Sound) {
        self.add(Layer { sound, track: None, at: 0.0, gain: 1.0, wanted: true });
    }

    /// Drops the sounds that were to be heard once.
    pub(crate) fn forget_effects(&mut self) {
        self.layers.retain(|layer| layer.track.is_some());
    }

    fn add(&mut self, layer: Layer) {
        if layer.sound.pcm.is_empty() || layer.sound.rate == 0 {
            return;
        }
        if self.layers.len() >= MOST_LAYERS {
            let effect = self.layers.iter().position(|one| one.track.is_none()).unwrap_or(0);
            self.layers.remove(effect);
        }
        self.layers.push(layer);
    }

    /// Something that is heard once is to be heard: an effect, or a sentence that is read aloud.
    pub(crate) fn has_effects(&self) -> bool {
        self.layers.iter().any(|layer| layer.track.is_none())
    }

    /// Something is to be heard. A layer without loudness does not keep a device open.
    pub(crate) fn is_active(&self) -> bool {
        self.layers.iter().any(|layer| self.volume(layer.track) > 0.0)
    }

    fn volume(&self, track: Option<Track>) -> f32 {
        if track == Some(Track::Music) { self.music } else { self.ambience }
    }

    /// Fills the ring at the device's rate.
    pub(crate) fn feed(&mut self, ring: &mut rtrb::Producer<f32>, rate: u32) {
        let step = 1.0 / (FADE_SECONDS * rate as f32);
        for _ in 0..ring.slots() {
            if self.layers.is_empty() {
                return;
            }
            let mut mixed = 0.0;
            let (music, ambience) = (self.music, self.ambience);
            self.layers.retain_mut(|layer| {
                let volume = if layer.track == Some(Track::Music) { music } else { ambience };
                mixed += layer.next(rate, step) * volume;
                layer.lasts()
            });
            // The ring had room for all of these.
            let _full = ring.push(mixed);
        }
    }
}

impl Layer {
    fn next(&mut self, rate: u32, step: f32) -> f32 {
        let target = if self.wanted { 1.0 } else { 0.0 };
        self.gain += (target - self.gain).clamp(-step, step);
        let pcm = &self.sound.pcm;
        let index = self.at as usize;
        let part = (self.at - index as f64) as f32;
        let here = pcm.get(index).copied().unwrap_or_default();
        let follows = match self.track {
            Some(_) => pcm.get(index + 1).or(pcm.first()),
            None => pcm.get(index + 1),
        };
        let sample = here + (follows.copied().unwrap_or_default() - here) * part;
        self.at += f64::from(self.sound.rate) / f64::from(rate.max(1));
        if self.track.is_some() && self.at >= pcm.len() as f64 {
            self.at %= pcm.len() as f64;
        }
        sample * self.gain
    }

    fn lasts(&self) -> bool {
        match self.track {
            Some(_) => self.wanted || self.gain > 0.0,
            None => self.at < self.sound.pcm.len() as f64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: u32 = 8_000;

    fn sound(length: usize, value: f32) -> Sound {
        Sound { pcm: vec![value; length].into(), rate: RATE }
    }

    fn heard(bed: &mut Bed, count: usize) -> Vec<f32> {
        let (mut feed, mut ring) = rtrb::RingBuffer::new(count);
        bed.feed(&mut feed, RATE);
        std::iter::from_fn(|| ring.pop().ok()).collect()
    }

    #[test]
    fn loops_fade_into_each_other_and_go_on_for_ever() {
        let mut bed = Bed::default();
        assert!(!bed.is_active() && heard(&mut bed, 10).is_empty());
        bed.set_loop(Track::Music, Some(sound(100, 0.5)));
        let first = heard(&mut bed, RATE as usize * 2);
        assert!(first[0] < 0.01 && (first[RATE as usize * 2 - 1] - 0.5).abs() < 1e-3);
        bed.set_loop(Track::Music, Some(sound(100, -0.5)));
        let second = heard(&mut bed, RATE as usize * 2);
        assert!((second[0] - 0.5).abs() < 0.01 && second[RATE as usize * 2 - 1] < -0.49);
        assert!(second.windows(2).all(|pair| (pair[1] - pair[0]).abs() < 0.001), "no click");
        bed.set_loop(Track::Music, None);
        heard(&mut bed, RATE as usize * 2);
        assert!(!bed.is_active());
    }

    #[test]
    fn an_effect_is_heard_once_beside_the_loops_and_by_the_loudness_of_the_place() {
        let mut bed = Bed::default();
        bed.set_volumes(0.0, 0.5);
        bed.set_loop(Track::Music, Some(sound(10, 1.0)));
        assert!(!bed.is_active(), "music that nobody hears keeps no device open");
        bed.play(sound(50, 1.0));
        assert!(bed.is_active());
        let out = heard(&mut bed, 80);
        assert!(
            out[..49].iter().all(|s| (s - 0.5).abs() < 1e-6) && out[51..].iter().all(|s| *s == 0.0)
        );
    }

    #[test]
    fn another_rate_is_another_speed_through_the_samples() {
        let mut bed = Bed::default();
        let ramp: Vec<f32> = (0..100).map(|n| n as f32 / 100.0).collect();
        bed.play(Sound { pcm: ramp.into(), rate: RATE / 2 });
        let out = heard(&mut bed, 100);
        assert!((out[50] - 0.25).abs() < 1e-4 && (out[51] - 0.255).abs() < 1e-4);
    }

    #[test]
    fn a_flood_of_effects_is_bounded() {
        let mut bed = Bed::default();
        bed.set_loop(Track::Ambience, Some(sound(10, 0.1)));
        for _ in 0..100 {
            bed.play(sound(1_000, 0.1));
        }
        bed.play(sound(0, 1.0));
        assert_eq!(bed.layers.len(), MOST_LAYERS);
        assert_eq!(bed.layers[0].track, Some(Track::Ambience), "the loop stays");
        bed.forget_effects();
        assert_eq!(bed.layers.len(), 1);
    }
}
