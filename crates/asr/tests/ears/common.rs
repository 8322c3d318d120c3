//! Recordings and noises for the tests.

use std::path::{Path, PathBuf};

use domain::Utterance;

/// Samples per second.
pub(crate) const RATE: usize = Utterance::RATE as usize;

/// The model and clips that the repository carries.
pub(crate) fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/whisper-nano")
}

/// The sample files beside the repository, where they are.
pub(crate) fn shared() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    path.is_dir().then_some(path)
}

/// A 16 kHz mono 16-bit file.
pub(crate) fn read(path: &Path) -> Vec<f32> {
    let reader = hound::WavReader::open(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    assert_eq!((reader.spec().sample_rate, reader.spec().channels), (Utterance::RATE, 1));
    reader.into_samples::<i16>().map(|sample| f32::from(sample.unwrap()) / 32_768.0).collect()
}

/// Rows of a `transcripts.tsv`: file and text.
pub(crate) fn transcripts(folder: &Path) -> Vec<(PathBuf, String)> {
    let text = std::fs::read_to_string(folder.join("transcripts.tsv")).unwrap();
    text.lines()
        .skip(1)
        .map(|row| {
            let mut cells = row.split('\t');
            (folder.join(cells.next().unwrap()), cells.next().unwrap().to_owned())
        })
        .collect()
}

pub(crate) fn silence(seconds: f32) -> Vec<f32> {
    vec![0.0; (seconds * RATE as f32) as usize]
}

pub(crate) fn rms(samples: &[f32]) -> f32 {
    (samples.iter().map(|s| s * s).sum::<f32>() / samples.len().max(1) as f32).sqrt()
}

/// Noise that a room makes. Deterministic.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Noise {
    White,
    /// As much power in every octave: wind, traffic, a full café far away.
    Pink,
    /// Mains hum with its harmonics.
    Hum,
    /// Keys, a mouse, cutlery.
    Clicks,
    /// Pink, breathing at 9 Hz, with a tone: a fan.
    Fan,
}

pub(crate) const NOISES: [Noise; 5] =
    [Noise::White, Noise::Pink, Noise::Hum, Noise::Clicks, Noise::Fan];

impl Noise {
    /// Some seconds of it at a loudness in dB below full scale (RMS).
    pub(crate) fn make(self, seconds: f32, decibels: f32) -> Vec<f32> {
        let mut random = Random(self as u64 + 1);
        let mut pink = [0.0_f32; 3];
        let mut click = 0.0_f32;
        let mut next_click = 500_usize;
        let mut out: Vec<f32> = (0..(seconds * RATE as f32) as usize)
            .map(|i| {
                let t = i as f32 / RATE as f32;
                let white = random.next();
                // Three one-pole filters: within a decibel or so of pink from 60 Hz to 6 kHz.
                pink[0] = 0.997_65 * pink[0] + white * 0.099_046;
                pink[1] = 0.963 * pink[1] + white * 0.296_516;
                pink[2] = 0.57 * pink[2] + white * 1.052_691;
                let soft = pink.iter().sum::<f32>() + white * 0.1848;
                match self {
                    Self::White => white,
                    Self::Pink => soft,
                    Self::Hum => (1..12)
                        .map(|k| (std::f32::consts::TAU * 50.0 * k as f32 * t).sin() / k as f32)
                        .sum(),
                    Self::Clicks => {
                        if i >= next_click {
                            click = 0.3 + 0.7 * random.next().abs();
                            next_click = i + 1_500 + (random.next().abs() * 7_500.0) as usize;
                        }
                        click *= 0.985;
                        white * (click + 0.001)
                    }
                    Self::Fan => {
                        soft * (1.0 + 0.3 * (std::f32::consts::TAU * 9.0 * t).sin())
                            + 0.5 * (std::f32::consts::TAU * 118.0 * t).sin()
                    }
                }
            })
            .collect();
        let factor = 10_f32.powf(decibels / 20.0) / rms(&out).max(1e-9);
        for sample in &mut out {
            *sample = (*sample * factor).clamp(-1.0, 1.0);
        }
        out
    }
}

/// A small generator, −1.0 to 1.0, the same on every machine.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn next(&mut self) -> f32 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 40) as f32 / (1_u64 << 23) as f32) - 1.0
    }
}

/// Adds noise under a sound so that the sound's loud parts stand `decibels` above it.
pub(crate) fn with_noise(sound: &[f32], noise: Noise, decibels: f32) -> Vec<f32> {
    let peak = sound.iter().fold(0.0_f32, |peak, s| peak.max(s.abs()));
    let loud: Vec<f32> = sound.iter().copied().filter(|s| s.abs() > 0.02 * peak).collect();
    let level = 20.0 * rms(&loud).max(1e-6).log10() - decibels;
    let noise = noise.make(sound.len() as f32 / RATE as f32 + 0.1, level);
    sound.iter().zip(&noise).map(|(a, b)| (a + b).clamp(-1.0, 1.0)).collect()
}
