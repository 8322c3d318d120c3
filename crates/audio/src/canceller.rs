//! WebRTC's echo canceller and noise suppression (in their Rust port, `sonora`), put together by hand.
//!
//! By hand, because two things are wanted of it: all that it can do (its linear filter, then its suppressor, which takes
//! whole bands away where the filter's rest is heard), so that hardly anything of an echo is taken for speech; and what its
//! linear filter alone leaves, in which a voice over the echo is whole. The first is asked *whether* somebody speaks, the
//! second, with a part of the first, *what* was said. They come of two cancellers whose filters differ in length (decision 0242).

use domain::Utterance;
use sonora_aec3::block::Block;
use sonora_aec3::block_processor::BlockProcessor;
use sonora_aec3::common::BLOCK_SIZE as PART;
use sonora_aec3::config::EchoCanceller3Config;
use sonora_ns::config::SuppressionLevel;
use sonora_ns::noise_suppressor::NoiseSuppressor;

use crate::align::BLOCK;
use crate::echo::Denoise;

/// WebRTC counts in 16-bit samples.
const SCALE: f32 = 32_768.0;
/// A sample from here on is clipped.
const CLIPPED: f32 = 0.998;
/// Everything below is no voice: mains hum, knocks on the table, a direct current.
const HIGH_PASS_HZ: f32 = 100.0;
/// What is written down is as much of the filter's sound as this, and the rest of the suppressor's: bands in which it hears an echo
/// are lowered by 8 dB and not taken away, so that a recogniser hears less of her and still all of the person.
const KEPT: f32 = 0.4;
/// An echo is taken out for so long after its beginning, in parts of 4 ms, where somebody is listened for: WebRTC's own 52 ms, to which the
/// rules that tell a voice are made …
const SHORT: usize = 13;
/// … and for 100 ms in what is written down. A room that reverberates for 0.4 s gives back a seventh of an echo after 50 ms, a fiftieth
/// after 100.
const LONG: usize = 25;
/// Sharpness of the two sections of a Butterworth filter of fourth order.
const SECTIONS: [f32; 2] = [0.541_196_1, 1.306_563];

/// What becomes of a block of 10 ms.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cancelled {
    /// After the linear filter, the suppressor, and noise suppression.
    pub(crate) clean: [f32; BLOCK],
    /// After the longer linear filter and noise suppression, and in part its suppressor ([`KEPT`]).
    pub(crate) speech: [f32; BLOCK],
    /// What was heard, at the moment of the two.
    pub(crate) heard: [f32; BLOCK],
    /// After the linear filter alone.
    pub(crate) left: [f32; BLOCK],
}

/// The canceller: blocks of what is played and of what is heard, in step.
pub(crate) struct Canceller {
    high_pass: [Section; 2],
    played: Vec<f32>,
    heard: Vec<f32>,
    /// What was heard, as late as what is made of it.
    late: Vec<f32>,
    /// To tell whether somebody speaks, and to write down what.
    whether: Way,
    what: Way,
    /// For what is clean; for the same and the filter's sound of what is written down.
    denoise: Option<[NoiseSuppressor; 3]>,
}

/// One of WebRTC's cancellers, with its output that waits for a whole block.
struct Way {
    processor: BlockProcessor,
    clean: Vec<f32>,
    linear: Vec<f32>,
}

impl Way {
    /// A filter of so many parts.
    fn new(length: usize, ahead: usize) -> Self {
        let mut config = EchoCanceller3Config::default();
        config.filter.refined.length_blocks = length;
        if length > SHORT {
            // WebRTC begins with a filter of 12 parts and takes the longer one after some seconds; what is written down waits for none.
            config.filter.refined_initial.length_blocks = length;
        }
        Self {
            processor: BlockProcessor::new(&config, Utterance::RATE as usize, 1, 1),
            clean: vec![0.0; ahead],
            // The suppressor works with overlapping windows and is a part later.
            linear: vec![0.0; ahead + PART],
        }
    }

    fn part(&mut self, played: &[f32], heard: &[f32], clipped: bool) {
        let (mut render, mut capture) = (Block::new(1, 1), Block::new(1, 1));
        render.view_mut(0, 0).copy_from_slice(played);
        capture.view_mut(0, 0).copy_from_slice(heard);
        let mut linear = capture.clone();
        self.processor.buffer_render(&render);
        self.processor.process_capture(false, clipped, Some(&mut linear), &mut capture);
        self.clean.extend_from_slice(capture.view(0, 0));
        self.linear.extend_from_slice(linear.view(0, 0));
    }
}

impl Canceller {
    pub(crate) fn new(denoise: Denoise) -> Self {
        let level = match denoise {
            Denoise::Off => None,
            Denoise::Low => Some(SuppressionLevel::K6dB),
            Denoise::Moderate => Some(SuppressionLevel::K12dB),
            Denoise::High => Some(SuppressionLevel::K18dB),
        };
        // Blocks of 160 samples are cut into parts of 64: so many must be ready before the first is asked for.
        let ahead = PART - BLOCK % PART;
        Self {
            high_pass: SECTIONS.map(Section::high_pass),
            played: Vec::with_capacity(BLOCK + PART),
            heard: Vec::with_capacity(BLOCK + PART),
            late: vec![0.0; ahead + PART],
            whether: Way::new(SHORT, ahead),
            what: Way::new(LONG, ahead),
            denoise: level.map(|level| [0; 3].map(|_| NoiseSuppressor::with_level(level))),
        }
    }

    /// What is left of `heard` once `played` is taken out of it.
    pub(crate) fn block(&mut self, played: &[f32; BLOCK], heard: &[f32; BLOCK]) -> Cancelled {
        let clipped = heard.iter().any(|sample| sample.abs() > CLIPPED);
        let mut raw = heard.map(|sample| sample * SCALE);
        for section in &mut self.high_pass {
            section.run(&mut raw);
        }
        self.played.extend(played.iter().map(|sample| sample * SCALE));
        self.heard.extend_from_slice(&raw);
        let whole = self.heard.len() / PART * PART;
        for (played, heard) in
            self.played[..whole].chunks(PART).zip(self.heard[..whole].chunks(PART))
        {
            self.whether.part(played, heard, clipped);
            self.what.part(played, heard, clipped);
        }
        self.played.drain(..whole);
        self.heard.drain(..whole);
        let (mut clean, left) = (take(&mut self.whether.clean), take(&mut self.whether.linear));
        let (mut softer, mut speech) = (take(&mut self.what.clean), take(&mut self.what.linear));
        self.late.extend_from_slice(&raw);
        let heard = take(&mut self.late);
        if let Some(denoise) = &mut self.denoise {
            for (one, sound) in denoise.iter_mut().zip([&mut clean, &mut softer, &mut speech]) {
                one.analyze(&raw);
                one.process(sound);
            }
        }
        soften(&mut speech, &softer);
        let unit = |sample: f32| (sample / SCALE).clamp(-1.0, 1.0);
        Cancelled {
            clean: clean.map(unit),
            speech: speech.map(unit),
            heard: heard.map(unit),
            left: left.map(unit),
        }
    }
}

/// Brings the filter's sound nearer to the suppressor's.
fn soften(speech: &mut [f32], clean: &[f32]) {
    for (speech, clean) in speech.iter_mut().zip(clean) {
        *speech = KEPT * *speech + (1.0 - KEPT) * clean;
    }
}

/// The next block of a queue, which always holds one.
fn take(queue: &mut Vec<f32>) -> [f32; BLOCK] {
    let mut block = [0.0; BLOCK];
    let ready = queue.len().min(BLOCK);
    block[..ready].copy_from_slice(&queue[..ready]);
    queue.drain(..ready);
    block
}

/// A filter of second order (after R. Bristow-Johnson's "Cookbook formulae for audio EQ biquad filter coefficients").
#[derive(Debug, Clone)]
struct Section {
    b: [f32; 3],
    a: [f32; 2],
    before: [f32; 2],
}

impl Section {
    fn high_pass(sharpness: f32) -> Self {
        let turn = std::f32::consts::TAU * HIGH_PASS_HZ / Utterance::RATE as f32;
        let (cos, alpha) = (turn.cos(), turn.sin() / (2.0 * sharpness));
        let unit = 1.0 + alpha;
        let side = f32::midpoint(1.0, cos) / unit;
        Self {
            b: [side, -2.0 * side, side],
            a: [-2.0 * cos / unit, (1.0 - alpha) / unit],
            before: [0.0; 2],
        }
    }

    fn run(&mut self, samples: &mut [f32]) {
        for sample in samples {
            let [one, two] = self.before;
            let out = self.b[0] * *sample + one;
            self.before = [
                self.b[1] * *sample - self.a[0] * out + two,
                self.b[2] * *sample - self.a[1] * out,
            ];
            *sample = out;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::room::{Draw, Noise, Room, level_db};

    #[test]
    fn what_a_room_gives_back_after_a_twentieth_of_a_second_is_taken_out_as_well() {
        let mut draw = Draw::new(3);
        let count = 30 * Utterance::RATE as usize;
        let mut played = Noise::Pink.samples(&mut draw, -24.0, count);
        // Loud and soft in turns, as speech is.
        for (at, sample) in played.iter_mut().enumerate() {
            *sample *= if at / 2_400 % 2 == 0 { 1.0 } else { 0.1 };
        }
        let heard = Room::new(&mut draw, -8.0, 60.0, 400.0).echo(&played);
        let known = 20 * Utterance::RATE as usize;
        let taken_out = |length: usize| {
            let mut way = Way::new(length, 0);
            for (played, heard) in played.chunks_exact(PART).zip(heard.chunks_exact(PART)) {
                let loud = |part: &[f32]| part.iter().map(|s| s * SCALE).collect::<Vec<_>>();
                way.part(&loud(played), &loud(heard), false);
            }
            let left: Vec<f32> = way.linear[known..].iter().map(|s| s / SCALE).collect();
            level_db(&heard[known..]) - level_db(&left)
        };
        let (short, long) = (taken_out(SHORT), taken_out(LONG));
        assert!(long > short + 3.0 && long > 10.0, "{long} dB instead of {short}");
    }

    #[test]
    fn what_the_suppressor_takes_away_is_written_down_eight_decibels_softer() {
        let mut speech = [0.1, -0.1, 0.1, -0.1];
        soften(&mut speech, &[0.0, 0.0, 0.1, -0.1]);
        let db = |sample: f32| 20.0 * (sample.abs() / 0.1).log10();
        assert!((db(speech[0]) + 8.0).abs() < 0.5, "taken away: {} dB", db(speech[0]));
        assert!(speech[1] < 0.0 && db(speech[2]).abs() < 1e-3 && db(speech[3]).abs() < 1e-3);
    }
}
