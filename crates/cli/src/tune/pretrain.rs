//! `hanashi tune pretrain`.

use std::path::PathBuf;
use std::process::ExitCode;

use app::Paths;
use app::studio::tuning::pretrain::{self, Beginning, Contents, Order, Shape};
use app::studio::tuning::{AdamW, Place, Settings, Warmup};
use clap::Args;
use domain::Problem;

use super::show;
use super::trainer::{DeviceArguments, TrainerArguments};
use crate::arguments::Common;
use crate::print;

#[derive(Debug, Args)]
pub(crate) struct PretrainArguments {
    /// Texts to learn: a `.txt` is one document; every other file holds a document a line, as `{"text": …}`. Control tokens that are
    /// written out are taken as such; what ends a document follows each one that does not bring it.
    #[arg(long, short = 't', value_name = "FILE", num_args = 1.., required = true)]
    text: Vec<PathBuf>,
    /// Texts to watch.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    validation: Vec<PathBuf>,
    /// A folder with `tokenizer.json`, or that file; `tokenizer_config.json` beside it has the chat template (default: that of
    /// `--from`).
    #[arg(long, value_name = "DIR|FILE", required_unless_present = "from")]
    tokenizer: Option<PathBuf>,
    /// Folder for the model, its checkpoints and its log.
    #[arg(long, short, value_name = "DIR")]
    out: PathBuf,
    /// Transformer blocks.
    #[arg(long, default_value_t = 8, conflicts_with_all = ["config", "from"])]
    layers: usize,
    /// Width of the residual stream.
    #[arg(long, default_value_t = 384, conflicts_with_all = ["config", "from"])]
    width: usize,
    /// Query heads.
    #[arg(long, default_value_t = 6, conflicts_with_all = ["config", "from"])]
    heads: usize,
    /// Key and value heads.
    #[arg(long, default_value_t = 2, conflicts_with_all = ["config", "from"])]
    kv_heads: usize,
    /// Width inside the feed-forward part.
    #[arg(long, default_value_t = 1024, conflicts_with_all = ["config", "from"])]
    hidden: usize,
    /// Tokens of a window, and of the longest text (default: 512; with `--config` and `--from` theirs, where this shortens windows
    /// alone).
    #[arg(long)]
    context: Option<usize>,
    /// The shape as a `config.json` of transformers' Llama.
    #[arg(long, value_name = "FILE", conflicts_with = "from")]
    config: Option<PathBuf>,
    /// Go on from the weights of this folder instead of noise.
    #[arg(long, value_name = "DIR")]
    from: Option<PathBuf>,
    #[command(flatten)]
    trainer: TrainerArguments,
    #[command(flatten)]
    device: DeviceArguments,
    /// A text that the model continues while it learns; may be repeated.
    #[arg(long, value_name = "TEXT")]
    probe: Vec<String>,
    /// Only read the texts, and say what is in them and what it will take.
    #[arg(long)]
    plan: bool,
}

impl PretrainArguments {
    fn order(&self, paths: &Paths) -> Order {
        let usual = Settings {
            epochs: 1.0,
            batch_size: 16,
            accumulation: 1,
            learning_rate: 1e-3,
            warmup: Warmup::Ratio(0.02),
            optimiser: AdamW { beta2: 0.95, ..AdamW::default() },
            ..Settings::default()
        };
        let beginning = match (&self.config, &self.from) {
            (_, Some(folder)) => Beginning::Weights(folder.clone()),
            (Some(file), None) => Beginning::Described(file.clone()),
            (None, None) => {
                let usual = Shape::default();
                Beginning::Noise(Shape {
                    num_hidden_layers: self.layers,
                    hidden_size: self.width,
                    num_attention_heads: self.heads,
                    num_key_value_heads: self.kv_heads,
                    intermediate_size: self.hidden,
                    max_position_embeddings: self.context.unwrap_or(usual.max_position_embeddings),
                    ..usual
                })
            }
        };
        let tokenizer = self.tokenizer.as_ref().or(self.from.as_ref());
        Order {
            text: self.text.clone(),
            validation: self.validation.clone(),
            tokenizer: tokenizer.cloned().unwrap_or_default(),
            beginning,
            window: self.context,
            out: self.out.clone(),
            settings: self.trainer.settings(&usual),
            device: self.device.choice(paths),
            resume: self.device.resume,
            probes: self.probe.clone(),
        }
    }
}

/// What the texts hold, in a line.
fn told(contents: &Contents) -> String {
    let million = |n: f64| n / 1e6;
    format!(
        "{} documents of {:.1} MB: {:.2} million tokens in {:.1} s, {} windows of {} to learn and {} to watch; {} tokens in the vocabulary, {:.1} million numbers to train",
        contents.documents,
        million(contents.bytes as f64),
        million(contents.tokens as f64),
        contents.seconds,
        contents.windows,
        contents.window,
        contents.watched,
        contents.vocabulary,
        million(contents.parameters as f64)
    )
}

pub(super) fn run(
    common: &Common,
    paths: &Paths,
    arguments: &PretrainArguments,
) -> Result<ExitCode, Problem> {
    let order = arguments.order(paths);
    let prepared = pretrain::prepare(&order)?;
    if arguments.plan && common.json {
        let mut value = serde_json::to_value(&prepared.contents).unwrap_or_default();
        value["v"] = 1.into();
        value["plan"] = serde_json::to_value(prepared.place.plan).unwrap_or_default();
        value["total"] = prepared.place.plan.total().into();
        value["on"] = serde_json::to_value(&prepared.place.on).unwrap_or_default();
        print::json(&value);
        return Ok(ExitCode::SUCCESS);
    }
    if !common.json {
        print::aside(&told(&prepared.contents));
        show::plan(&prepared.place, !arguments.plan);
    }
    if arguments.plan {
        return Ok(ExitCode::SUCCESS);
    }
    Place::round_products(arguments.device.tf32);
    let summary = pretrain::run(&order, &prepared, &mut |event| show::event(common, event))?;
    show::summary(common, &order.out, &summary);
    Ok(ExitCode::SUCCESS)
}
