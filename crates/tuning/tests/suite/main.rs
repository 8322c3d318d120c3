//! Trainings from beginning to end, on models of a few thousand numbers: against PEFT, through kills, into other programs' files.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod kills;
mod material;
mod merging;
mod peft;
mod ppo;
mod stages;
mod whole;

use std::path::{Path, PathBuf};

use domain::Flow;
use material::{family, job, texts};
use tuning::{Base, Event, Job, Lora, Schedule, Settings, Summary, Warmup};

/// This room's fixtures.
fn fixture(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(file)
}

/// Settings that learn such texts in a moment.
fn quick() -> Settings {
    Settings {
        epochs: 6.0,
        batch_size: 2,
        accumulation: 2,
        learning_rate: 1e-2,
        schedule: Schedule::Cosine,
        warmup: Warmup::Ratio(0.1),
        log_every: 1,
        save_every: 2,
        ..Settings::default()
    }
}

/// Trains a LoRA.
fn lora(
    base: &Path,
    out: &Path,
    settings: &Settings,
    resume: bool,
    events: &mut dyn FnMut(&Event) -> Flow,
) -> Result<Summary, tuning::Error> {
    let lora = Lora { rank: 4, alpha: 8.0, dropout: 0.1, ..Lora::default() };
    let job = Job { cutoff: 64, resume, ..job(base, out, &lora, settings) };
    let known = Base::read(base)?;
    let texts = texts(12, 80);
    job.supervised(&known, &texts, &texts[..2], false, events)
}

/// Losses by step in a log.
fn losses(folder: &Path) -> Vec<(u64, f64)> {
    std::fs::read_to_string(folder.join("trainer_log.jsonl"))
        .unwrap()
        .lines()
        .filter_map(|line| {
            let line: serde_json::Value = serde_json::from_str(line).ok()?;
            Some((line["current_steps"].as_u64()?, line["loss"].as_f64()?))
        })
        .collect()
}
