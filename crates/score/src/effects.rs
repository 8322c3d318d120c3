//! Sounds that are heard once: struck, knocked, turned, rolled. They end in silence.

use std::f32::consts::TAU;

use crate::noise::{LowPass, Noise, Resonance};
use crate::tone::{Note, Voice};

/// What is heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event {
    Bell,
    Chime,
    Knock,
    Door,
    Steps,
    Page,
    Thunder,
    Heartbeat,
}

impl Event {
    pub(crate) fn render(self, rate: u32) -> Vec<f32> {
        let mut out = vec![0.0; (self.seconds() * rate as f32) as usize];
        match self {
            Self::Bell => struck(&mut out, rate, &[(0.0, 72.0, 1.0)]),
            Self::Chime => {
                struck(
                    &mut out,
                    rate,
                    &[(0.0, 84.0, 0.8), (0.14, 88.0, 0.7), (0.28, 91.0, 0.6), (0.42, 96.0, 0.6)],
                );
            }
            Self::Knock => [0.0, 0.24, 0.5]
                .into_iter()
                .for_each(|at| thud(&mut out, rate, at, (190.0, 60.0), 1.0)),
            Self::Door => door(&mut out, rate),
            Self::Steps => [(0.0, 1.0), (0.52, 0.8), (1.06, 0.95), (1.6, 0.75)]
                .into_iter()
                .for_each(|(at, loud)| thud(&mut out, rate, at, (105.0, 90.0), loud)),
            Self::Page => page(&mut out, rate),
            Self::Thunder => thunder(&mut out, rate),
            Self::Heartbeat => [(0.0, 1.0), (0.28, 0.7), (1.0, 1.0), (1.28, 0.7)]
                .into_iter()
                .for_each(|(at, loud)| thud(&mut out, rate, at, (52.0, 16.0), loud)),
        }
        fade_out(&mut out, rate);
        out
    }

    fn seconds(self) -> f32 {
        match self {
            Self::Bell => 3.6,
            Self::Chime => 3.0,
            Self::Knock => 0.9,
            Self::Door => 1.6,
            Self::Steps => 2.1,
            Self::Page => 0.7,
            Self::Thunder => 5.0,
            Self::Heartbeat => 1.8,
        }
    }
}

/// Bells at times, keys and strengths.
fn struck(out: &mut [f32], rate: u32, notes: &[(f32, f32, f32)]) {
    let end = out.len() as f32 / rate as f32;
    for &(at, key, strength) in notes {
        // Not round the end: an effect is no loop.
        let length = (end - at - 1.9).max(0.1);
        Note { at, length, key, strength, voice: Voice::Bell }.play(out, rate);
    }
}

/// Something soft against something that rings at `pitch`, `width` wide.
fn thud(out: &mut [f32], rate: u32, at: f32, (pitch, width): (f32, f32), loud: f32) {
    let mut noise = Noise::new((at * 1000.0) as u32 + 3);
    let mut body = Resonance::new(pitch, width, rate);
    let start = (at * rate as f32) as usize;
    for (index, sample) in out.iter_mut().skip(start).enumerate() {
        let seconds = index as f32 / rate as f32;
        let blow = noise.next() * (-seconds * 160.0).exp() * (seconds * 900.0).min(1.0);
        *sample += body.next(blow) * loud * 30.0;
    }
}

fn door(out: &mut [f32], rate: u32) {
    // The hinge, then the latch.
    let mut noise = Noise::new(61);
    let mut hinge = Resonance::new(620.0, 50.0, rate);
    for (index, sample) in out.iter_mut().enumerate() {
        let seconds = index as f32 / rate as f32;
        let swing = (seconds / 0.9).min(1.0);
        let creak = (TAU * (26.0 + 30.0 * swing) * seconds).sin().max(0.0).powi(6);
        let loud = (swing * TAU / 2.0).sin().max(0.0);
        *sample += hinge.next(noise.next() * creak * loud) * 2.2;
    }
    thud(out, rate, 1.0, (140.0, 70.0), 0.8);
}

fn page(out: &mut [f32], rate: u32) {
    let mut noise = Noise::new(71);
    let (mut high, mut low) = (LowPass::new(1_400.0, rate), LowPass::new(6_500.0, rate));
    for (index, sample) in out.iter_mut().enumerate() {
        let seconds = index as f32 / rate as f32;
        let lift = (-((seconds - 0.2) / 0.09).powi(2)).exp();
        let fall = (-((seconds - 0.45) / 0.05).powi(2)).exp() * 0.7;
        *sample = low.low(high.high(noise.next())) * (lift + fall);
    }
}

fn thunder(out: &mut [f32], rate: u32) {
    let mut noise = Noise::new(83);
    let (mut body, mut floor) = (LowPass::new(140.0, rate), LowPass::new(28.0, rate));
    let mut crack = LowPass::new(1_800.0, rate);
    for (index, sample) in out.iter_mut().enumerate() {
        let seconds = index as f32 / rate as f32;
        let roll = (seconds * 3.0).min(1.0) * (-seconds * 0.8).exp();
        let tumble = 0.6 + 0.4 * (TAU * 2.3 * seconds).sin() * (TAU * 0.9 * seconds + 1.0).sin();
        let air = noise.next();
        *sample = floor.high(body.low(air)) * roll * tumble * 4.0
            + crack.low(air) * (-((seconds - 0.25) / 0.12).powi(2)).exp() * 0.5;
    }
}

/// The last twentieth of a second goes to nothing.
fn fade_out(out: &mut [f32], rate: u32) {
    let count = (rate as usize / 20).min(out.len());
    let start = out.len() - count;
    for (index, sample) in out[start..].iter_mut().enumerate() {
        *sample *= 1.0 - index as f32 / count as f32;
    }
}
