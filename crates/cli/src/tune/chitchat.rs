//! `hanashi tune chitchat`: GPT2-chitchat's train.py and preprocess.py, by their arguments and defaults.

use std::path::PathBuf;
use std::process::ExitCode;

use app::Paths;
use app::studio::tuning::chitchat::{self, Order};
use app::studio::tuning::{AdamW, Schedule, Settings, Warmup};
use clap::Args;
use domain::Problem;

use super::show;
use crate::arguments::Common;
use crate::print;

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "flags")]
pub(crate) struct ChitchatArguments {
    /// Dialogues: an utterance a line, a blank line between dialogues (`hanashi novel dataset --profile chitchat` writes it).
    #[arg(long, value_name = "FILE", default_value = "data/train.txt")]
    train_path: PathBuf,
    /// Folder for the model, its checkpoints and its log (default: `model`, with `--mmi` `mmi_model`).
    #[arg(long, short = 'o', visible_alias = "out", value_name = "DIR")]
    save_model_path: Option<PathBuf>,
    /// BERT's `vocab.txt` (default: one is made of the text).
    #[arg(long, value_name = "FILE")]
    vocab_path: Option<PathBuf>,
    /// The model's `config.json` (default: 12 layers of width 768; with `--mmi` 10 layers and 300 positions).
    #[arg(long, value_name = "FILE")]
    model_config: Option<PathBuf>,
    /// A model to begin with instead of noise.
    #[arg(long, value_name = "DIR")]
    pretrained_model: Option<PathBuf>,
    /// Train on dialogues told backwards: the model that replies are chosen with. Defaults are those of upstream's `train_mmi`.
    #[arg(long)]
    mmi: bool,
    /// Upstream's quirks: a line end at the end of the text is one more utterance, half batches are dropped, gradients are
    /// clipped after each pass and carried over the end of an epoch.
    #[arg(long)]
    compat: bool,
    /// Tokens of a dialogue at most (default: 150; with `--mmi` 300).
    #[arg(long)]
    max_len: Option<usize>,
    /// Epochs (default: 100; with `--mmi` 10).
    #[arg(long)]
    epochs: Option<f64>,
    /// Steps at most.
    #[arg(long)]
    max_steps: Option<usize>,
    /// Dialogues of one pass (default: 4; with `--mmi` 8).
    #[arg(long)]
    batch_size: Option<usize>,
    /// The highest learning rate (default: 2.6e-5; with `--mmi` 1.5e-4).
    #[arg(long)]
    lr: Option<f64>,
    /// AdamW's epsilon.
    #[arg(long, default_value_t = 1e-9)]
    eps: f64,
    /// Steps between two lines of the log.
    #[arg(long, default_value_t = 1)]
    log_step: usize,
    /// Passes of one step (default: 4; with `--mmi` 1).
    #[arg(long)]
    gradient_accumulation_steps: Option<usize>,
    /// Gradients are scaled down to this norm (default: 2; with `--mmi` 1).
    #[arg(long)]
    max_grad_norm: Option<f64>,
    /// Epochs without a better validation loss before it stops (0: never).
    #[arg(long, default_value_t = 0)]
    patience: usize,
    /// Steps in which the learning rate rises (default: 4000; with `--mmi` 2000).
    #[arg(long)]
    warmup_steps: Option<usize>,
    /// Dialogues at the beginning that are watched and not learnt, a tenth at most.
    #[arg(long, default_value_t = 8000)]
    val_num: usize,
    /// Seed of everything that is drawn.
    #[arg(long, default_value_t = 42)]
    seed: u64,
    /// Steps between two checkpoints (0: an epoch).
    #[arg(long, default_value_t = 0)]
    save_every: usize,
    /// Checkpoints that are kept.
    #[arg(long, default_value_t = 2)]
    keep: usize,
    /// Compute blocks twice instead of keeping what they computed.
    #[arg(long)]
    recompute: bool,
    /// Where to compute: `auto`, `cpu`, `cuda:0` (`cuda:1` …), `metal`. By itself as the settings say.
    #[arg(long, value_name = "DEVICE")]
    device: Option<app::DeviceChoice>,
    /// Go on from the last checkpoint in the folder; the device may be another.
    #[arg(long)]
    resume: bool,
    /// Something to say to the model while it learns; may be repeated.
    #[arg(long, value_name = "TEXT")]
    probe: Vec<String>,
    /// Only read the text, and say what is in it.
    #[arg(long)]
    preprocess: bool,
}

pub(super) fn run(
    common: &Common,
    paths: &Paths,
    arguments: &ChitchatArguments,
) -> Result<ExitCode, Problem> {
    let a = arguments;
    let out = a
        .save_model_path
        .clone()
        .unwrap_or_else(|| PathBuf::from(if a.mmi { "mmi_model" } else { "model" }));
    let settings = Settings {
        seed: a.seed,
        epochs: a.epochs.unwrap_or(if a.mmi { 10.0 } else { 100.0 }),
        max_steps: a.max_steps,
        batch_size: a.batch_size.unwrap_or(if a.mmi { 8 } else { 4 }),
        accumulation: a.gradient_accumulation_steps.unwrap_or(if a.mmi { 1 } else { 4 }),
        learning_rate: a.lr.unwrap_or(if a.mmi { 1.5e-4 } else { 2.6e-5 }),
        schedule: Schedule::Linear,
        warmup: Warmup::Steps(a.warmup_steps.unwrap_or(if a.mmi { 2000 } else { 4000 })),
        max_grad_norm: a.max_grad_norm.unwrap_or(if a.mmi { 1.0 } else { 2.0 }),
        optimiser: AdamW { epsilon: a.eps, ..AdamW::default() },
        log_every: a.log_step,
        save_every: a.save_every,
        evaluate_every: 0,
        keep: a.keep,
        patience: a.patience,
        take_best: false,
        recompute: a.recompute,
        compat: a.compat,
    };
    let order = Order {
        text: a.train_path.clone(),
        vocabulary: a.vocab_path.clone(),
        config: a.model_config.clone(),
        pretrained: a.pretrained_model.clone(),
        out: out.clone(),
        max_len: a.max_len.unwrap_or(if a.mmi { 300 } else { 150 }),
        val_num: a.val_num,
        mmi: a.mmi,
        settings,
        device: a.device.unwrap_or_else(|| app::studio::tuning::device(paths)),
        resume: a.resume,
        probes: a.probe.clone(),
    };
    let prepared = chitchat::prepare(&order)?;
    let lengths = &prepared.lengths;
    if a.preprocess && common.json {
        let mut value = serde_json::to_value(lengths).unwrap_or_default();
        value["v"] = 1.into();
        print::json(&value);
        return Ok(ExitCode::SUCCESS);
    }
    if !common.json {
        print::aside(&format!(
            "{} dialogues: mean {:.1}, median {}, at most {} tokens; {} tokens in the vocabulary, {:.1} million numbers to train",
            lengths.dialogues,
            lengths.mean,
            lengths.median,
            lengths.longest,
            lengths.vocabulary,
            lengths.parameters as f64 / 1e6
        ));
        show::plan(&prepared.place, !a.preprocess);
    }
    if a.preprocess {
        return Ok(ExitCode::SUCCESS);
    }
    let summary = chitchat::run(&order, &prepared, &mut |event| show::event(common, event))?;
    show::summary(common, &out, &summary);
    Ok(ExitCode::SUCCESS)
}
