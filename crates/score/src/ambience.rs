//! Places and weather: noise, shaped. Loops of ten to twenty seconds whose ends are laid over their beginnings.

use std::f32::consts::TAU;

use crate::noise::{LowPass, Noise, Resonance};
use crate::tone::{Note, Voice};

/// What is heard of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Rain,
    Wind,
    Waves,
    Birds,
    Crickets,
    Fire,
}

/// Seconds of a loop, and of its end that is laid over its beginning.
const LENGTH: f32 = 16.0;
const OVERLAP: f32 = 2.0;

impl Place {
    pub(crate) fn render(self, rate: u32) -> Vec<f32> {
        let count = (LENGTH * rate as f32) as usize;
        let extra = (OVERLAP * rate as f32) as usize;
        let mut long = match self {
            Self::Rain => rain(count + extra, rate),
            Self::Wind => wind(count + extra, rate, 420.0),
            Self::Waves => waves(count + extra, rate),
            // What sings is placed in the circle itself.
            Self::Birds => return birds(count, rate),
            Self::Crickets => return crickets(count, rate),
            Self::Fire => fire(count + extra, rate),
        };
        // Two noises that have nothing in common are joined at equal power.
        for index in 0..extra {
            let share = index as f32 / extra as f32 * TAU / 4.0;
            long[index] = long[index] * share.sin() + long[count + index] * share.cos();
        }
        long.truncate(count);
        long
    }
}

fn rain(count: usize, rate: u32) -> Vec<f32> {
    let mut noise = Noise::new(11);
    let (mut high, mut low) = (LowPass::new(700.0, rate), LowPass::new(5_200.0, rate));
    let mut drops = Vec::<(Resonance, f32)>::new();
    (0..count)
        .map(|_| {
            let hiss = low.low(high.high(noise.next())) * 0.3;
            // Single drops on the sill, some twenty a second.
            if noise.share() < 22.0 / rate as f32 {
                let pitch = 900.0 + noise.share() * 2_600.0;
                drops.push((Resonance::new(pitch, 130.0, rate), 0.6 + noise.share()));
            }
            drops.retain(|(_, force)| *force > 0.001);
            let falling = drops.iter_mut().map(|(ring, force)| {
                *force *= 1.0 - 90.0 / rate as f32;
                ring.next(noise.next() * *force)
            });
            hiss + falling.sum::<f32>() * 1.4
        })
        .collect()
}

fn wind(count: usize, rate: u32, centre: f32) -> Vec<f32> {
    let mut noise = Noise::new(23);
    let mut body = LowPass::new(centre, rate);
    let mut floor = LowPass::new(60.0, rate);
    let mut whistle = Resonance::new(centre * 1.6, 70.0, rate);
    (0..count)
        .map(|index| {
            let seconds = index as f32 / rate as f32;
            let gust =
                0.5 + 0.3 * (TAU * seconds / 8.0).sin() + 0.2 * (TAU * seconds / 3.2 + 1.0).sin();
            let air = noise.next();
            let low = body.low(air);
            floor.high(low) * gust + whistle.next(air) * 0.4 * (gust - 0.4).max(0.0)
        })
        .collect()
}

fn waves(count: usize, rate: u32) -> Vec<f32> {
    let mut noise = Noise::new(37);
    let (mut deep, mut foam, mut floor) =
        (LowPass::new(380.0, rate), LowPass::new(2_600.0, rate), LowPass::new(40.0, rate));
    (0..count)
        .map(|index| {
            let seconds = index as f32 / rate as f32;
            // A wave every eight seconds: it comes quickly and goes slowly.
            let phase = (seconds / 8.0).fract();
            let swell = if phase < 0.3 { phase / 0.3 } else { (1.0 - phase) / 0.7 };
            let swell = swell * swell * (3.0 - 2.0 * swell);
            let air = noise.next();
            let wave = deep.low(air) * (0.5 + swell) + foam.low(air) * 0.35 * swell * swell;
            floor.high(wave)
        })
        .collect()
}

fn fire(count: usize, rate: u32) -> Vec<f32> {
    let mut noise = Noise::new(41);
    let (mut body, mut floor) = (LowPass::new(240.0, rate), LowPass::new(50.0, rate));
    let mut crack = (Resonance::new(2_000.0, 400.0, rate), 0.0_f32);
    (0..count)
        .map(|_| {
            if noise.share() < 7.0 / rate as f32 {
                let pitch = 1_200.0 + noise.share() * 2_400.0;
                crack = (Resonance::new(pitch, 500.0, rate), 0.4 + noise.share());
            }
            crack.1 *= 1.0 - 160.0 / rate as f32;
            let roar = floor.high(body.low(noise.next()));
            roar * 0.6 + crack.0.next(noise.next() * crack.1) * 1.6
        })
        .collect()
}

fn birds(count: usize, rate: u32) -> Vec<f32> {
    let mut buffer = vec![0.0; count];
    let mut noise = Noise::new(53);
    let mut at = 0.4;
    while at < LENGTH {
        let home = 2_300.0 + noise.share() * 1_900.0;
        let loud = 0.25 + noise.share() * 0.5;
        let notes = 2 + (noise.share() * 4.0) as usize;
        for _ in 0..notes {
            let bend = noise.next() * 900.0;
            let length = 0.06 + noise.share() * 0.1;
            chirp(&mut buffer, rate, at, length, (home, home + bend), loud);
            at += length + 0.03 + noise.share() * 0.05;
        }
        at += 0.5 + noise.share() * 1.6;
    }
    breeze(&mut buffer, rate, 0.05);
    buffer
}

fn crickets(count: usize, rate: u32) -> Vec<f32> {
    let mut buffer = vec![0.0; count];
    // Two of them, at speeds that both fit into the loop.
    for (every, pitch, loud) in [(0.5, 4_300.0, 0.5), (0.64, 3_900.0, 0.3)] {
        let mut at = 0.1;
        while at < LENGTH - 0.2 {
            for pulse in 0..4 {
                chirp(&mut buffer, rate, at + pulse as f32 * 0.034, 0.026, (pitch, pitch), loud);
            }
            at += every;
        }
    }
    breeze(&mut buffer, rate, 0.06);
    buffer
}

/// One whistled note from a pitch to another.
fn chirp(buffer: &mut [f32], rate: u32, at: f32, length: f32, (from, to): (f32, f32), loud: f32) {
    let count = (length * rate as f32) as usize;
    let start = (at * rate as f32) as usize;
    let mut turn = 0.0_f32;
    for index in 0..count {
        let share = index as f32 / count as f32;
        turn = (turn + (from + (to - from) * share).min(rate as f32 * 0.45) / rate as f32).fract();
        let place = (start + index) % buffer.len();
        buffer[place] += (TAU * turn).sin() * loud * (share * TAU / 2.0).sin();
    }
}

/// Air between the voices, so that silence is never dead.
fn breeze(buffer: &mut [f32], rate: u32, loud: f32) {
    let extra = (OVERLAP * rate as f32) as usize;
    let air = wind(buffer.len() + extra, rate, 600.0);
    let count = buffer.len();
    for (index, sample) in buffer.iter_mut().enumerate() {
        let joined = if index < extra {
            let share = index as f32 / extra as f32 * TAU / 4.0;
            air[index] * share.sin() + air[count + index] * share.cos()
        } else {
            air[index]
        };
        *sample += joined * loud * 8.0;
    }
    // A far, low hum under it all.
    Note { at: 0.0, length: LENGTH - 3.0, key: 40.0, strength: loud * 0.1, voice: Voice::Pad }
        .play(buffer, rate);
}
