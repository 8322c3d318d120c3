//! Notes: a few partials each, added into a buffer that goes in a circle, so that a loop's last notes ring on into its beginning.

use std::f32::consts::TAU;

/// How a note sounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Voice {
    /// Struck, dying away; the higher partials first.
    Piano,
    /// Swells and fades.
    Pad,
    /// A plucked string, short.
    Pluck,
    /// A struck bar: partials that are no multiples.
    Bell,
    /// Deep and round.
    Bass,
}

/// A note.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Note {
    /// When it begins, in seconds.
    pub(crate) at: f32,
    /// How long it is held, in seconds. What is struck rings on by itself.
    pub(crate) length: f32,
    /// MIDI number: 60 is middle C.
    pub(crate) key: f32,
    /// 0 to 1.
    pub(crate) strength: f32,
    pub(crate) voice: Voice,
}

/// One partial: its frequency in multiples of the key's, its share, and how many times a second it falls to a third (0: held).
struct Partial(f32, f32, f32);

impl Voice {
    fn partials(self) -> &'static [Partial] {
        match self {
            Self::Piano => &[
                Partial(1.0, 1.0, 1.1),
                Partial(2.003, 0.46, 1.9),
                Partial(3.009, 0.2, 2.8),
                Partial(4.02, 0.1, 4.0),
                Partial(5.04, 0.05, 6.0),
            ],
            Self::Pad => &[
                Partial(0.997, 0.6, 0.0),
                Partial(1.003, 0.6, 0.0),
                Partial(2.001, 0.16, 0.0),
                Partial(3.004, 0.05, 0.0),
            ],
            Self::Pluck => &[
                Partial(1.0, 1.0, 3.2),
                Partial(2.002, 0.55, 5.0),
                Partial(3.004, 0.35, 7.5),
                Partial(4.01, 0.2, 10.0),
            ],
            Self::Bell => &[
                Partial(1.0, 0.8, 0.9),
                Partial(2.76, 0.45, 1.6),
                Partial(5.4, 0.22, 3.2),
                Partial(8.93, 0.08, 6.0),
            ],
            Self::Bass => &[Partial(1.0, 1.0, 0.6), Partial(2.0, 0.22, 1.4)],
        }
    }

    /// Seconds until it is there, and seconds until it has gone once it is let go.
    fn edges(self) -> (f32, f32) {
        match self {
            Self::Piano => (0.006, 0.5),
            Self::Pad => (0.9, 1.6),
            Self::Pluck => (0.003, 0.25),
            Self::Bell => (0.004, 1.8),
            Self::Bass => (0.03, 0.3),
        }
    }
}

/// Hertz of a key.
fn hertz(key: f32) -> f32 {
    440.0 * ((key - 69.0) / 12.0).exp2()
}

impl Note {
    /// Adds the note to `buffer`, round its end.
    pub(crate) fn play(&self, buffer: &mut [f32], rate: u32) {
        let rate = rate as f32;
        let (attack, release) = self.voice.edges();
        let count = ((self.length + release) * rate) as usize;
        let from = (self.at * rate) as usize;
        for Partial(multiple, share, falls) in self.voice.partials() {
            let frequency = hertz(self.key) * multiple;
            if frequency > rate * 0.45 || buffer.is_empty() {
                continue;
            }
            // A sine by turning a point: no call of `sin` a sample.
            let (step_y, step_x) = (TAU * frequency / rate).sin_cos();
            let (mut x, mut y) = (1.0_f32, 0.0_f32);
            let fall = (-falls / rate).exp();
            let mut level = share * self.strength;
            for index in 0..count.min(buffer.len() * 2) {
                let seconds = index as f32 / rate;
                let rise = smooth(seconds / attack);
                let left = smooth((self.length + release - seconds) / release);
                let place = (from + index) % buffer.len();
                buffer[place] += y * level * rise * left;
                level *= fall;
                (x, y) = (x * step_x - y * step_y, x * step_y + y * step_x);
            }
        }
    }
}

/// 0 to 1, without a corner.
fn smooth(share: f32) -> f32 {
    let share = share.clamp(0.0, 1.0);
    share * share * (3.0 - 2.0 * share)
}
