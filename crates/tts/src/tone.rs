//! The last touch on a synthetic voice: warmer, less shrill, even in loudness, never clipped, no clicks at the ends.

use std::f32::consts::PI;

/// Loudness that speech is brought to: −20 dBFS, measured where there is sound.
const TARGET_RMS: f32 = 0.1;
/// Below this a stretch counts as a pause and not as speech.
const GATE: f32 = 0.003;
/// Largest gain: a whisper stays quieter than a shout.
const MAX_GAIN: f32 = 3.0;
/// Samples above this are bent towards 1.0 instead of clipped.
const KNEE: f32 = 0.8;

/// Second-order filter (the well-known audio-EQ cookbook forms), direct form II transposed.
struct Biquad {
    b: [f32; 3],
    a: [f32; 2],
    z: [f32; 2],
}

impl Biquad {
    fn new(b: [f32; 3], a: [f32; 3]) -> Self {
        Self { b: b.map(|x| x / a[0]), a: [a[1] / a[0], a[2] / a[0]], z: [0.0; 2] }
    }

    fn high_pass(rate: f32, hz: f32) -> Self {
        let (sin, cos) = (2.0 * PI * hz / rate).sin_cos();
        let alpha = sin / std::f32::consts::SQRT_2;
        let side = f32::midpoint(1.0, cos);
        Self::new([side, -(1.0 + cos), side], [1.0 + alpha, -2.0 * cos, 1.0 - alpha])
    }

    fn shelf(rate: f32, hz: f32, db: f32, high: bool) -> Self {
        let gain = 10f32.powf(db / 40.0);
        let (sin, cos) = (2.0 * PI * hz / rate).sin_cos();
        let slope = sin * std::f32::consts::SQRT_2 * gain.sqrt();
        // The low shelf is the high one with the spectrum mirrored.
        let cos = if high { cos } else { -cos };
        let (plus, minus) = (gain + 1.0, gain - 1.0);
        let mirror = if high { 1.0 } else { -1.0 };
        Self::new(
            [
                gain * (plus + minus * cos + slope),
                mirror * -2.0 * gain * (minus + plus * cos),
                gain * (plus + minus * cos - slope),
            ],
            [
                plus - minus * cos + slope,
                mirror * 2.0 * (minus - plus * cos),
                plus - minus * cos - slope,
            ],
        )
    }

    fn run(&mut self, x: f32) -> f32 {
        let y = self.b[0] * x + self.z[0];
        self.z[0] = self.b[1] * x - self.a[0] * y + self.z[1];
        self.z[1] = self.b[2] * x - self.a[1] * y;
        y
    }
}

/// Takes the buzz off a formant synthesiser: rumble out, a little warmth below 220 Hz, the top end down by 6 dB.
pub(crate) fn soften(pcm: &mut [f32], rate: u32) {
    let rate = rate as f32;
    let mut chain = [
        Biquad::high_pass(rate, 70.0),
        Biquad::shelf(rate, 220.0, 2.0, false),
        Biquad::shelf(rate, 4200.0, -6.0, true),
    ];
    for sample in pcm {
        *sample = chain.iter_mut().fold(*sample, |x, filter| filter.run(x));
    }
}

/// Brings a piece to the common loudness, bends peaks instead of clipping them, and fades its ends over 4 ms.
pub(crate) fn level(pcm: &mut [f32], rate: u32) {
    let window = (rate as usize / 50).max(1);
    let (mut energy, mut count) = (0.0f64, 0usize);
    for chunk in pcm.chunks(window) {
        let sum: f64 = chunk.iter().map(|&x| f64::from(x) * f64::from(x)).sum();
        if (sum / chunk.len() as f64).sqrt() > f64::from(GATE) {
            energy += sum;
            count += chunk.len();
        }
    }
    if count > 0 {
        let rms = (energy / count as f64).sqrt() as f32;
        let gain = (TARGET_RMS / rms).min(MAX_GAIN);
        for sample in pcm.iter_mut() {
            *sample = bend(*sample * gain);
        }
    }
    let fade = (rate as usize / 250).min(pcm.len() / 2);
    let length = pcm.len();
    for i in 0..fade {
        let gain = i as f32 / fade as f32;
        pcm[i] *= gain;
        pcm[length - 1 - i] *= gain;
    }
}

/// Identity up to the knee, then an arc that never reaches 1.0. Not a number becomes silence.
fn bend(x: f32) -> f32 {
    if x.is_nan() {
        return 0.0;
    }
    let over = x.abs() - KNEE;
    if over <= 0.0 {
        return x;
    }
    let room = 1.0 - KNEE;
    x.signum() * (KNEE + room * (over / room).tanh() * 0.99)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(hz: f32, amplitude: f32) -> Vec<f32> {
        (0..22_050).map(|i| amplitude * (i as f32 * hz * 2.0 * PI / 22_050.0).sin()).collect()
    }

    fn rms(pcm: &[f32]) -> f32 {
        let inner = &pcm[4000..pcm.len() - 4000];
        (inner.iter().map(|x| x * x).sum::<f32>() / inner.len() as f32).sqrt()
    }

    #[test]
    fn the_top_goes_down_the_middle_stays_the_rumble_goes() {
        for (hz, low_db, high_db) in
            [(20.0, -60.0, -12.0), (150.0, 0.0, 2.5), (1000.0, -1.0, 1.0), (8000.0, -7.0, -5.0)]
        {
            let mut pcm = tone(hz, 0.2);
            let before = rms(&pcm);
            soften(&mut pcm, 22_050);
            let db = 20.0 * (rms(&pcm) / before).log10();
            assert!((low_db..high_db).contains(&db), "{hz} Hz: {db} dB");
        }
    }

    #[test]
    fn loudness_is_even_and_nothing_clips() {
        for amplitude in [0.07, 0.3, 0.9] {
            let mut pcm = tone(300.0, amplitude);
            level(&mut pcm, 22_050);
            let db = 20.0 * rms(&pcm).log10();
            assert!((-21.0..-19.0).contains(&db), "{amplitude}: {db} dBFS");
        }
        let mut spikes = vec![0.01; 4000];
        spikes[2000] = 50.0;
        spikes[2001] = f32::NAN;
        level(&mut spikes, 22_050);
        assert!(spikes.iter().all(|x| x.abs() <= 1.0));
        let mut silence = vec![0.0; 100];
        level(&mut silence, 22_050);
        assert!(silence.iter().all(|&x| x == 0.0));
    }
}
