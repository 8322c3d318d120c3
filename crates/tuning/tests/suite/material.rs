//! What trainings are tried with: here, and in the crate beside a device (`src/device_tests.rs`).

use std::path::{Path, PathBuf};

use tuning::{BaseFormat, DeviceChoice, Example, Job, Lora, Settings, TokenPair};

/// The engine's fixtures.
pub(crate) fn family(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../llm/tests/fixtures/families").join(file)
}

/// Some texts to learn by heart, for a vocabulary of more than so many entries.
pub(crate) fn texts(count: u32, entries: u32) -> Vec<Example> {
    let text = |seed: u32, length: u32| Example {
        ids: (0..length).map(|i| 3 + (seed * 31 + i * i * 7 + i) % entries).collect(),
        learned: (0..length).map(|i| i >= 3).collect(),
    };
    (0..count).map(|seed| text(seed, 8 + seed % 5)).collect()
}

/// A better and a worse answer to each of some questions.
pub(crate) fn pairs() -> Vec<TokenPair> {
    (0..8u32)
        .map(|n| TokenPair {
            prompt: vec![3 + n, 20, 30 + n],
            chosen: vec![40, 41 + n % 3, 42],
            rejected: vec![60, 61 + n % 3, 62, 63],
        })
        .collect()
}

/// The same, an answer at a time and whether it is good.
pub(crate) fn judged() -> Vec<(Vec<u32>, Vec<u32>, bool)> {
    pairs()
        .into_iter()
        .flat_map(|p| [(p.prompt.clone(), p.chosen, true), (p.prompt, p.rejected, false)])
        .collect()
}

/// Questions to try answers to.
pub(crate) fn prompts() -> Vec<Vec<u32>> {
    (0..6u32).map(|n| vec![3 + n, 20, 30 + n]).collect()
}

/// A LoRA to be made, with settings of its own.
pub(crate) fn job<'a>(
    base: &'a Path,
    out: &'a Path,
    lora: &'a Lora,
    settings: &'a Settings,
) -> Job<'a> {
    Job {
        base,
        base_name: "a model of ours",
        format: BaseFormat::Dense,
        lora,
        settings,
        cutoff: 32,
        out,
        device: DeviceChoice::Processor,
        resume: false,
        from: None,
        probes: &[],
        about: &[],
    }
}
