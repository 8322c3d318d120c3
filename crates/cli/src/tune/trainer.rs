//! How a training goes: what every `hanashi tune` that trains is asked, by LLaMA-Factory's names and defaults.

use app::Paths;
use app::studio::tuning::{self, AdamW, Schedule, Settings, Warmup};
use clap::{Args, ValueEnum};

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ScheduleName {
    Constant,
    Linear,
    Cosine,
}

/// How a training goes.
#[derive(Debug, Args)]
pub(super) struct TrainerArguments {
    /// Epochs (default: 3; of `pretrain` 1).
    #[arg(long)]
    epochs: Option<f64>,
    /// Steps at most.
    #[arg(long)]
    max_steps: Option<usize>,
    /// Examples, or windows, of one pass (default: 1; of `full` and `pretrain` 16).
    #[arg(long)]
    batch_size: Option<usize>,
    /// Passes of one step (default: 8; of `full` and `pretrain` 1).
    #[arg(long)]
    accumulation: Option<usize>,
    /// The highest learning rate (default: 1e-4; of `prefer` and `ppo` less, of `pretrain` 1e-3).
    #[arg(long)]
    learning_rate: Option<f64>,
    /// How it falls.
    #[arg(long, value_enum, default_value = "cosine")]
    schedule: ScheduleName,
    /// Share of the steps in which it rises (default: 0.1; of `pretrain` 0.02).
    #[arg(long)]
    warmup_ratio: Option<f64>,
    /// The same in steps.
    #[arg(long)]
    warmup_steps: Option<usize>,
    /// Gradients are scaled down to this norm (0: never).
    #[arg(long, default_value_t = 1.0)]
    max_grad_norm: f64,
    /// Weight decay.
    #[arg(long, default_value_t = 0.0)]
    weight_decay: f64,
    /// AdamW's decay of squared gradients (default: 0.999; of `pretrain` 0.95).
    #[arg(long)]
    adam_beta2: Option<f64>,
    /// Seed of everything that is drawn.
    #[arg(long, default_value_t = 42)]
    seed: u64,
    /// Steps between two lines of the log.
    #[arg(long, default_value_t = 5)]
    log_every: usize,
    /// Steps between two checkpoints (0: an epoch).
    #[arg(long, default_value_t = 0)]
    save_every: usize,
    /// Checkpoints that are kept.
    #[arg(long, default_value_t = 2)]
    keep: usize,
    /// Steps between two looks at the validation set (0: an epoch).
    #[arg(long, default_value_t = 0)]
    evaluate_every: usize,
    /// Looks without a better loss before it stops (0: never).
    #[arg(long, default_value_t = 0)]
    patience: usize,
    /// Take the last weights at the end, not those with the best validation loss.
    #[arg(long)]
    take_last: bool,
    /// Compute blocks twice instead of keeping what they computed: less memory, slower.
    #[arg(long)]
    recompute: bool,
}

/// Where all weights are trained.
#[derive(Debug, Args)]
pub(super) struct DeviceArguments {
    /// Where to compute: `auto`, `cpu`, `cuda:0` (`cuda:1` …), `metal`. By itself as the settings say.
    #[arg(long, value_name = "DEVICE")]
    device: Option<app::DeviceChoice>,
    /// On NVIDIA's cards take the factors of products with ten bits of fraction (TF32): faster, with losses a little off.
    #[arg(long)]
    pub(super) tf32: bool,
    /// Go on from the last checkpoint in the folder; the device may be another.
    #[arg(long)]
    pub(super) resume: bool,
}

impl DeviceArguments {
    pub(super) fn choice(&self, paths: &Paths) -> app::DeviceChoice {
        self.device.unwrap_or_else(|| tuning::device(paths))
    }
}

impl TrainerArguments {
    /// What was asked for, and for what was not what is usual.
    pub(super) fn settings(&self, usual: &Settings) -> Settings {
        let warmup = match (self.warmup_steps, self.warmup_ratio) {
            (Some(steps), _) => Warmup::Steps(steps),
            (None, Some(ratio)) => Warmup::Ratio(ratio),
            (None, None) => usual.warmup,
        };
        Settings {
            seed: self.seed,
            epochs: self.epochs.unwrap_or(usual.epochs),
            max_steps: self.max_steps,
            batch_size: self.batch_size.unwrap_or(usual.batch_size),
            accumulation: self.accumulation.unwrap_or(usual.accumulation),
            learning_rate: self.learning_rate.unwrap_or(usual.learning_rate),
            schedule: match self.schedule {
                ScheduleName::Constant => Schedule::Constant,
                ScheduleName::Linear => Schedule::Linear,
                ScheduleName::Cosine => Schedule::Cosine,
            },
            warmup,
            max_grad_norm: self.max_grad_norm,
            optimiser: AdamW {
                weight_decay: self.weight_decay,
                beta2: self.adam_beta2.unwrap_or(usual.optimiser.beta2),
                ..usual.optimiser
            },
            log_every: self.log_every,
            save_every: self.save_every,
            evaluate_every: self.evaluate_every,
            keep: self.keep,
            patience: self.patience,
            take_best: !self.take_last,
            recompute: self.recompute,
            compat: false,
        }
    }
}
