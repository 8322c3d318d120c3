//! Training, for the terminal and the studio: a dataset and a base to a LoRA, an adapter and its base to one model.
//!
//! The rooms meet here: `tuning` trains and knows no chat templates, `prompt` writes conversations as the base wants them and knows
//! no tokens.

mod exporting;
mod lora;
mod preferring;
mod reinforcing;

use std::path::{Path, PathBuf};

use domain::Problem;

use crate::app::paths::Paths;

pub use ::tuning::export::{Exported, Stage};
pub use ::tuning::losses::{PreferenceKnobs, PreferenceLoss};
pub use ::tuning::merge::Merged;
pub use ::tuning::plan::Plan;
pub use ::tuning::{
    AdamW, BaseFormat, Event, Lora, Place, PpoKnobs, Schedule, Settings, Summary, Warmup,
};
pub use ::tuning::{bench, chitchat, pretrain};
pub use exporting::{ExportOrder, export, import};
pub use lora::{LoraOrder, Prepared, lora, prepare};
pub use preferring::{Preferring, prefer};
pub(crate) use reinforcing::asked;
pub use reinforcing::{Reinforcing, reinforce};

/// What changed matrices of a GGUF are stored as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MergedFormat {
    /// As they were.
    Same,
    /// Half floats.
    F16,
    /// Eight bits and a half.
    Q8,
}

/// Merges an adapter into its base: a GGUF file for a GGUF base, a folder for others. Empty `base`: the model in the box.
pub fn merge(
    paths: &Paths,
    base: &str,
    adapter: &Path,
    out: &Path,
    format: MergedFormat,
) -> Result<Merged, Problem> {
    let base = paths.chat_model(base)?;
    Ok(::tuning::merge::merge(&base, adapter, out, format.ggml())?)
}

impl MergedFormat {
    fn ggml(self) -> Option<::tuning::merge::Format> {
        match self {
            Self::Same => None,
            Self::F16 => Some(::tuning::merge::Format::F16),
            Self::Q8 => Some(::tuning::merge::Format::Q8_0),
        }
    }
}

/// Where a training computes that is not told: where the settings say.
pub fn device(paths: &Paths) -> ::tuning::DeviceChoice {
    crate::models::compute_devices::of_paths(paths)
}

/// What a base is called in an adapter: its path, since it has no other name that a reader could follow.
fn base_name(path: &Path) -> String {
    path.canonicalize().unwrap_or_else(|_| PathBuf::from(path)).display().to_string()
}

/// Speed of a LoRA on a base.
pub fn bench_lora(
    paths: &Paths,
    base: &str,
    options: &bench::BenchOptions,
) -> Result<bench::BenchReport, Problem> {
    Ok(bench::lora(&paths.chat_model(base)?, options)?)
}

/// Speed of GPT2-chitchat's shape from nothing, or of a tenth of it.
pub fn bench_scratch(
    small: bool,
    options: &bench::BenchOptions,
) -> Result<bench::BenchReport, Problem> {
    let shape = ::tuning::Gpt2Shape::default();
    let shape = if small {
        ::tuning::Gpt2Shape { n_layer: 4, n_head: 4, n_embd: 256, ..shape }
    } else {
        shape
    };
    Ok(bench::scratch(&shape, options)?)
}
