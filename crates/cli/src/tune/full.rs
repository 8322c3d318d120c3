//! `hanashi tune full`: the conversations of `hanashi tune lora`, and all weights.

use std::path::PathBuf;
use std::process::ExitCode;

use app::places::Places;
use app::tuning::{self, BaseFormat, Lora, LoraOrder, Place, Settings};
use clap::Args;
use domain::Problem;

use super::trainer::TrainerArguments;
use super::{lora, show};
use crate::arguments::Common;

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "flags")]
pub(crate) struct FullArguments {
    /// The model to begin with: a folder with a `config.json` and safetensors. It stays as it is.
    #[arg(long, short, visible_alias = "base", value_name = "DIR")]
    model: PathBuf,
    /// A JSON or JSONL file, or a folder with `dataset_info.json`.
    #[arg(long, short, value_name = "DIR|FILE")]
    dataset: PathBuf,
    /// An entry of `dataset_info.json`; may be repeated (default: all but those for validation and test).
    #[arg(long, value_name = "NAME")]
    dataset_name: Vec<String>,
    /// Folder for the new model, its checkpoints and its log.
    #[arg(long, short, value_name = "DIR")]
    out: PathBuf,
    /// Who speaks, as the card calls them.
    #[arg(long, short, default_value = "Character")]
    character: String,
    /// Instructions above conversations that bring none.
    #[arg(long)]
    system: Option<String>,
    /// Tokens of an example at most.
    #[arg(long, default_value_t = 2048)]
    cutoff_len: usize,
    /// Put several examples into one row; they do not see each other.
    #[arg(long)]
    packing: bool,
    /// Learn the questions, too.
    #[arg(long)]
    train_on_prompt: bool,
    /// Learn only the last answer of a conversation.
    #[arg(long)]
    mask_history: bool,
    /// Examples at most.
    #[arg(long)]
    max_samples: Option<usize>,
    /// Share of a single file that is kept for validation.
    #[arg(long, default_value_t = 0.0)]
    val_size: f64,
    #[command(flatten)]
    trainer: TrainerArguments,
    /// Where to compute: `auto`, `cpu`, `cuda:0` (`cuda:1` …), `metal`. By itself as the settings say.
    #[arg(long, value_name = "DEVICE")]
    device: Option<app::DeviceChoice>,
    /// On NVIDIA's cards take the factors of products with ten bits of fraction (TF32): faster, with losses a little off.
    #[arg(long)]
    tf32: bool,
    /// Go on from the last checkpoint in the folder; the device may be another.
    #[arg(long)]
    resume: bool,
    /// Something to say to the model while it learns; may be repeated.
    #[arg(long, value_name = "TEXT")]
    probe: Vec<String>,
    /// Only say what it will take.
    #[arg(long)]
    plan: bool,
}

pub(super) fn run(
    common: &Common,
    places: &Places,
    arguments: &FullArguments,
) -> Result<ExitCode, Problem> {
    let a = arguments;
    let usual = Settings { batch_size: 16, accumulation: 1, ..Settings::default() };
    let order = LoraOrder {
        base: a.model.display().to_string(),
        base_name: String::new(),
        dataset: a.dataset.clone(),
        names: a.dataset_name.clone(),
        character: a.character.clone(),
        system: a.system.clone(),
        out: a.out.clone(),
        // There is no adapter where all weights are trained.
        lora: Lora::default(),
        settings: a.trainer.settings(&usual),
        format: BaseFormat::Trained,
        cutoff: a.cutoff_len,
        packing: a.packing,
        train_on_prompt: a.train_on_prompt,
        mask_history: a.mask_history,
        max_samples: a.max_samples,
        val_size: a.val_size,
        device: a.device.unwrap_or_else(|| tuning::device(places)),
        resume: a.resume,
        from: None,
        probes: a.probe.clone(),
    };
    let prepared = tuning::prepare(places, &order)?;
    if lora::told(common, &prepared, a.plan) {
        return Ok(ExitCode::SUCCESS);
    }
    Place::round_products(a.tf32);
    let summary = tuning::lora(&order, &prepared, &mut |event| show::event(common, event))?;
    show::summary(common, &order.out, &summary);
    Ok(ExitCode::SUCCESS)
}
