//! `hanashi tune full`: the conversations of `hanashi tune lora`, and all weights.

use std::path::PathBuf;
use std::process::ExitCode;

use app::Paths;
use app::studio::tuning::{self, BaseFormat, Lora, LoraOrder, Place, Settings};
use clap::Args;
use domain::Problem;

use super::lora::{self, ExamplesArguments};
use super::show;
use super::trainer::{DeviceArguments, TrainerArguments};
use crate::arguments::Common;

#[derive(Debug, Args)]
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
    #[command(flatten)]
    examples: ExamplesArguments,
    #[command(flatten)]
    trainer: TrainerArguments,
    #[command(flatten)]
    device: DeviceArguments,
    /// Something to say to the model while it learns; may be repeated.
    #[arg(long, value_name = "TEXT")]
    probe: Vec<String>,
    /// Only say what it will take.
    #[arg(long)]
    plan: bool,
}

pub(super) fn run(
    common: &Common,
    paths: &Paths,
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
        packing: a.examples.packing,
        train_on_prompt: a.examples.train_on_prompt,
        mask_history: a.examples.mask_history,
        max_samples: a.examples.max_samples,
        val_size: a.examples.val_size,
        device: a.device.choice(paths),
        resume: a.device.resume,
        from: None,
        probes: a.probe.clone(),
    };
    let prepared = tuning::prepare(paths, &order)?;
    if lora::told(common, &prepared, a.plan) {
        return Ok(ExitCode::SUCCESS);
    }
    Place::round_products(a.device.tf32);
    let summary = tuning::lora(&order, &prepared, &mut |event| show::event(common, event))?;
    show::summary(common, &order.out, &summary);
    Ok(ExitCode::SUCCESS)
}
