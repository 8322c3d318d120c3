//! The voice loop, measured: echo, interruption, ends of turns, recognition, latency. Everything but the latencies runs
//! offline, over simulated rooms (`audio::room`), faster than real time; see `docs/voice.md`.

mod echo;
mod endings;
mod latency;
mod material;
mod recital;
mod rule;
mod words;

use std::collections::BTreeMap;
use std::path::PathBuf;

use domain::Problem;

use crate::app::paths::Paths;

/// A part of the suite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Recognition beside whisper.cpp's own.
    Words,
    /// Ends of turns.
    Endings,
    /// Noise, and what listening costs.
    Noise,
    /// Played speech in simulated rooms.
    Rooms,
    /// Whole turns in real time.
    Turns,
}

impl Part {
    /// Its name in the terminal.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "words" => Self::Words,
            "endings" => Self::Endings,
            "noise" => Self::Noise,
            "rooms" => Self::Rooms,
            "turns" => Self::Turns,
            _ => return None,
        })
    }
}

/// What to measure with.
#[derive(Debug, Clone)]
pub struct SuiteOptions {
    /// What to measure; all of it where empty.
    pub only: Vec<Part>,
    /// Minutes of played speech, and of noise.
    pub minutes: u32,
    /// Which rooms and noises: zero gives those that docs/voice.md reports on.
    pub seed: u64,
    /// A Whisper model; the first of the library otherwise.
    pub ears: Option<String>,
    /// A chat model for the whole turns; the settings' otherwise.
    pub model: Option<String>,
    /// A voice for them.
    pub voice: Option<String>,
    /// The chat model's words are exchanged for a fixed reply of forty tokens, at its own pace: for noise that writes nothing.
    pub recital: bool,
    /// Recordings with a `transcripts.tsv` (file, text), in words that the model knows.
    pub clips: PathBuf,
}

/// One measured quantity.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// Median; the value itself where there is only one.
    pub p50: f64,
    /// 95th percentile (for what should be high, such as ERLE, the 5th).
    pub p95: f64,
    /// Its unit.
    pub unit: &'static str,
}

impl Figure {
    fn one(value: f64, unit: &'static str) -> Self {
        Self { p50: value, p95: value, unit }
    }

    fn of(values: &[f64], unit: &'static str) -> Option<Self> {
        Some(Self { p50: rank(values, 0.5)?, p95: rank(values, 0.95)?, unit })
    }
}

/// The value below which a share of all lies (nearest rank).
fn rank(values: &[f64], share: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(((sorted.len() as f64 * share).ceil() as usize).saturating_sub(1)).copied()
}

/// What was measured.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SuiteReport {
    /// By name.
    pub metrics: BTreeMap<&'static str, Figure>,
    /// Ours relative to the usual way.
    pub ratios: BTreeMap<&'static str, f64>,
}

impl SuiteReport {
    fn put(&mut self, name: &'static str, value: f64, unit: &'static str) {
        self.metrics.insert(name, Figure::one(value, unit));
    }

    fn spread(&mut self, name: &'static str, values: &[f64], unit: &'static str) {
        if let Some(figure) = Figure::of(values, unit) {
            self.metrics.insert(name, figure);
        }
    }
}

/// Measures all of it; `progress` hears what is being done.
pub fn run(
    paths: &Paths,
    options: &SuiteOptions,
    progress: &mut dyn FnMut(&str),
) -> Result<SuiteReport, Problem> {
    let mut report = SuiteReport::default();
    progress("making speech");
    let material = material::Material::make(paths, options)?;
    let wanted = |part| options.only.is_empty() || options.only.contains(&part);
    if wanted(Part::Words) {
        progress("recognition, ours and whisper.cpp's own");
        words::measure(&material, &mut report)?;
    }
    if wanted(Part::Endings) {
        progress("ends of turns");
        endings::measure(&material, &mut report)?;
    }
    if wanted(Part::Noise) {
        progress("noise, and the ears alone");
        echo::noise(&material, options, &mut report)?;
        echo::idle(&mut report)?;
    }
    if wanted(Part::Rooms) {
        progress("played speech in simulated rooms");
        echo::played(&material, options, &mut report)?;
    }
    if wanted(Part::Turns) {
        progress("whole turns, in real time");
        latency::measure(paths, options, &material, &mut report)?;
    }
    Ok(report)
}
