//! Training, for the terminal and the studio: a dataset and a base to a LoRA, an adapter and its base to one model.
//!
//! The rooms meet here: `tuning` trains and knows no chat templates, `prompt` writes conversations as the base wants them and knows
//! no tokens.

mod lora;

use std::path::{Path, PathBuf};

use domain::Problem;

use crate::places::Places;

pub use ::tuning::merge::Merged;
pub use ::tuning::plan::Plan;
pub use ::tuning::{AdamW, BaseFormat, Event, Lora, Schedule, Settings, Summary, Warmup};
pub use lora::{LoraOrder, Prepared, lora, prepare};

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
    places: &Places,
    base: &str,
    adapter: &Path,
    out: &Path,
    format: MergedFormat,
) -> Result<Merged, Problem> {
    let base = places.chat_model(base)?;
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

/// What a base is called in an adapter: its path, since it has no other name that a reader could follow.
fn base_name(path: &Path) -> String {
    path.canonicalize().unwrap_or_else(|_| PathBuf::from(path)).display().to_string()
}
