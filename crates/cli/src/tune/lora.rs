//! `hanashi tune lora`: options are LLaMA-Factory's, by their names and defaults.

use std::path::PathBuf;
use std::process::ExitCode;

use app::Paths;
use app::studio::tuning::{self, BaseFormat, Lora, LoraOrder, Prepared, Settings};
use clap::{Args, ValueEnum};
use domain::Problem;

use super::show;
use super::trainer::TrainerArguments;
use crate::arguments::Common;
use crate::print;

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum BaseFormatName {
    /// As f32: the fastest.
    Dense,
    /// In the GGUF's own blocks, widened for each product: less memory, slower (like QLoRA).
    Blocks,
}

/// What is trained on what.
#[derive(Debug, Args)]
pub(super) struct SourceArguments {
    /// The base: a chat model of the library, a GGUF file, or a folder with a `config.json` (default: the model in the box).
    #[arg(long, short, value_name = "NAME|FILE", default_value = "")]
    pub(super) base: String,
    /// What the adapter says that its base is called (default: its path).
    #[arg(long, value_name = "NAME", default_value = "")]
    pub(super) base_name: String,
    /// A JSON or JSONL file, or a folder with `dataset_info.json`.
    #[arg(long, short, value_name = "DIR|FILE")]
    pub(super) dataset: PathBuf,
    /// An entry of `dataset_info.json`; may be repeated (default: all but those for validation and test).
    #[arg(long, value_name = "NAME")]
    pub(super) dataset_name: Vec<String>,
    /// Folder for the adapter, its checkpoints and its log.
    #[arg(long, short, value_name = "DIR")]
    pub(super) out: PathBuf,
    /// Who speaks, as the card calls them.
    #[arg(long, short, default_value = "Character")]
    pub(super) character: String,
    /// Instructions above conversations that bring none (default: what a very small base was made with).
    #[arg(long)]
    pub(super) system: Option<String>,
    /// Where to compute: `auto`, `cpu`, `cuda:0` (`cuda:1` …), `metal`. By itself as the settings say.
    #[arg(long, value_name = "DEVICE")]
    pub(super) device: Option<app::DeviceChoice>,
    /// Go on from the last checkpoint in the folder; the device may be another.
    #[arg(long)]
    pub(super) resume: bool,
    /// Begin with this adapter.
    #[arg(long, value_name = "DIR")]
    pub(super) from: Option<PathBuf>,
}

/// How adapters and training are.
#[derive(Debug, Args)]
pub(super) struct RecipeArguments {
    /// Rank of the adapters.
    #[arg(long, default_value_t = 8)]
    pub(super) lora_rank: usize,
    /// Their strength (default: twice the rank).
    #[arg(long)]
    pub(super) lora_alpha: Option<f32>,
    /// Dropout before them.
    #[arg(long, default_value_t = 0.0)]
    pub(super) lora_dropout: f32,
    /// Names of matrices, separated by commas (`q_proj,v_proj`), or `all`.
    #[arg(long, value_name = "NAMES", default_value = "all")]
    pub(super) lora_target: String,
    /// Scale by the root of the rank.
    #[arg(long)]
    pub(super) use_rslora: bool,
    /// How the base is kept in memory.
    #[arg(long, value_enum, default_value = "dense")]
    pub(super) base_format: BaseFormatName,
    /// Tokens of an example at most.
    #[arg(long, default_value_t = 2048)]
    pub(super) cutoff_len: usize,
    #[command(flatten)]
    trainer: TrainerArguments,
}

/// What is learnt of which examples.
#[derive(Debug, Args)]
pub(super) struct ExamplesArguments {
    /// Put several examples into one row; they do not see each other.
    #[arg(long)]
    pub(super) packing: bool,
    /// Learn the questions, too.
    #[arg(long)]
    pub(super) train_on_prompt: bool,
    /// Learn only the last answer of a conversation.
    #[arg(long)]
    pub(super) mask_history: bool,
    /// Examples at most.
    #[arg(long)]
    pub(super) max_samples: Option<usize>,
    /// Share of a single file that is kept for validation.
    #[arg(long, default_value_t = 0.0)]
    pub(super) val_size: f64,
}

#[derive(Debug, Args)]
pub(crate) struct LoraArguments {
    #[command(flatten)]
    source: SourceArguments,
    #[command(flatten)]
    recipe: RecipeArguments,
    #[command(flatten)]
    examples: ExamplesArguments,
    /// Something to say to the model while it learns; may be repeated.
    #[arg(long, value_name = "TEXT")]
    probe: Vec<String>,
    /// Only say what it will take.
    #[arg(long)]
    plan: bool,
}

impl SourceArguments {
    pub(super) fn device(&self, paths: &Paths) -> app::DeviceChoice {
        self.device.unwrap_or_else(|| tuning::device(paths))
    }
}

impl RecipeArguments {
    pub(super) fn lora(&self) -> Lora {
        let names =
            self.lora_target.split(',').map(str::trim).filter(|n| !n.is_empty() && *n != "all");
        Lora {
            rank: self.lora_rank,
            alpha: self.lora_alpha.unwrap_or(2.0 * self.lora_rank as f32),
            dropout: self.lora_dropout,
            targets: names.map(str::to_owned).collect(),
            rslora: self.use_rslora,
        }
    }

    pub(super) fn format(&self) -> BaseFormat {
        match self.base_format {
            BaseFormatName::Dense => BaseFormat::Dense,
            BaseFormatName::Blocks => BaseFormat::Blocks,
        }
    }

    /// Settings with a usual learning rate of `rate`.
    pub(super) fn settings(&self, rate: f64) -> Settings {
        self.trainer.settings(&Settings { learning_rate: rate, ..Settings::default() })
    }
}

pub(super) fn run(
    common: &Common,
    paths: &Paths,
    arguments: &LoraArguments,
) -> Result<ExitCode, Problem> {
    let (source, recipe) = (&arguments.source, &arguments.recipe);
    let order = LoraOrder {
        base: source.base.clone(),
        base_name: source.base_name.clone(),
        dataset: source.dataset.clone(),
        names: source.dataset_name.clone(),
        character: source.character.clone(),
        system: source.system.clone(),
        out: source.out.clone(),
        lora: recipe.lora(),
        settings: recipe.settings(1e-4),
        format: recipe.format(),
        cutoff: recipe.cutoff_len,
        packing: arguments.examples.packing,
        train_on_prompt: arguments.examples.train_on_prompt,
        mask_history: arguments.examples.mask_history,
        max_samples: arguments.examples.max_samples,
        val_size: arguments.examples.val_size,
        device: source.device(paths),
        resume: source.resume,
        from: source.from.clone(),
        probes: arguments.probe.clone(),
    };
    let prepared = tuning::prepare(paths, &order)?;
    if told(common, &prepared, arguments.plan) {
        return Ok(ExitCode::SUCCESS);
    }
    let summary = tuning::lora(&order, &prepared, &mut |event| show::event(common, event))?;
    show::summary(common, &order.out, &summary);
    Ok(ExitCode::SUCCESS)
}

/// Says what a training will be; whether that is all that was wanted.
pub(super) fn told(common: &Common, prepared: &Prepared, only: bool) -> bool {
    if only && common.json {
        let mut value = serde_json::to_value(prepared.place.plan).unwrap_or_default();
        value["v"] = 1.into();
        value["total"] = prepared.place.plan.total().into();
        value["on"] = serde_json::to_value(&prepared.place.on).unwrap_or_default();
        print::json(&value);
        return true;
    }
    if !common.json {
        print::aside(&format!(
            "{} examples to learn, {} to watch; {} rows made no sense, {} examples were cut off; template: {}",
            prepared.train.len(),
            prepared.validation.len(),
            prepared.skipped,
            prepared.cut,
            prepared.template
        ));
        show::plan(&prepared.place, !only);
    }
    only
}
