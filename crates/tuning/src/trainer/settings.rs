//! How a training goes, and what it tells meanwhile.

use std::path::PathBuf;

use domain::Flow;
use serde::Serialize;
use serde_json::json;

use crate::Error;
use crate::optimiser::AdamW;
use crate::schedule::Schedule;

/// How long the learning rate rises.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Warmup {
    /// Share of all steps.
    Ratio(f64),
    /// Steps.
    Steps(usize),
}

impl Warmup {
    /// How many of `total` steps rise to the rate.
    pub(super) fn steps(self, total: usize) -> usize {
        match self {
            // One step alone would be taken at a rate of nought, and teach nothing.
            Self::Ratio(_) if total == 1 => 0,
            Self::Ratio(ratio) => (total as f64 * ratio).ceil() as usize,
            Self::Steps(steps) => steps,
        }
    }
}

/// How a training goes.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Decides the order of examples, first weights and dropout.
    pub seed: u64,
    /// How often all examples are read; fractions are allowed.
    pub epochs: f64,
    /// Steps at most, whatever `epochs` says.
    pub max_steps: Option<usize>,
    /// Examples of one forward pass.
    pub batch_size: usize,
    /// Forward passes of one step.
    pub accumulation: usize,
    /// The highest learning rate.
    pub learning_rate: f64,
    /// How it changes.
    pub schedule: Schedule,
    /// How long it rises.
    pub warmup: Warmup,
    /// Gradients are scaled down to this norm; 0 leaves them.
    pub max_grad_norm: f64,
    /// The optimiser's knobs.
    pub optimiser: AdamW,
    /// Steps between two lines of the log.
    pub log_every: usize,
    /// Steps between two checkpoints; 0: at the end of each epoch.
    pub save_every: usize,
    /// Steps between two looks at the validation set; 0: at the end of each epoch.
    pub evaluate_every: usize,
    /// Checkpoints that are kept, beside the best.
    pub keep: usize,
    /// Looks at the validation set without a better loss before training stops; 0: never.
    pub patience: usize,
    /// Take the weights of the best look at the end, not the last ones.
    pub take_best: bool,
    /// Compute blocks twice instead of keeping what they computed: a third more work, a fraction of the memory.
    pub recompute: bool,
    /// GPT2-chitchat's ways: the mean over passes instead of tokens, clipping after each pass, half batches dropped, and
    /// gradients that are left at the end of an epoch carried into the next.
    pub compat: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            seed: 42,
            epochs: 3.0,
            max_steps: None,
            batch_size: 1,
            accumulation: 8,
            learning_rate: 1e-4,
            schedule: Schedule::Cosine,
            warmup: Warmup::Ratio(0.1),
            max_grad_norm: 1.0,
            optimiser: AdamW::default(),
            log_every: 5,
            save_every: 0,
            evaluate_every: 0,
            keep: 2,
            patience: 0,
            take_best: true,
            recompute: false,
            compat: false,
        }
    }
}

impl Settings {
    /// What was asked for, with LLaMA-Factory's keys, to be read by people.
    pub(crate) fn arguments(&self) -> serde_json::Value {
        json!({
            "v": 1,
            "seed": self.seed,
            "num_train_epochs": self.epochs,
            "max_steps": self.max_steps,
            "per_device_train_batch_size": self.batch_size,
            "gradient_accumulation_steps": self.accumulation,
            "learning_rate": self.learning_rate,
            "lr_scheduler_type": self.schedule,
            "max_grad_norm": self.max_grad_norm,
            "weight_decay": self.optimiser.weight_decay,
        })
    }

    /// What is wrong with them, if anything.
    pub fn check(&self) -> Result<(), Error> {
        let wrong =
            |what: &str, value: f64| Err(Error::settings(format!("{what} of {value} cannot be")));
        if !(self.epochs.is_finite() && self.epochs > 0.0 && self.epochs <= 1e6) {
            return wrong("a number of epochs", self.epochs);
        }
        if self.batch_size == 0 || self.batch_size > 1 << 16 {
            return wrong("a batch size", self.batch_size as f64);
        }
        if self.accumulation == 0 || self.accumulation > 1 << 16 {
            return wrong("an accumulation", self.accumulation as f64);
        }
        if !(self.learning_rate.is_finite() && self.learning_rate > 0.0) {
            return wrong("a learning rate", self.learning_rate);
        }
        if !(self.max_grad_norm.is_finite() && self.max_grad_norm >= 0.0) {
            return wrong("a largest gradient norm", self.max_grad_norm);
        }
        // At 1 nothing would ever be forgotten, and what corrects the first steps would divide by nought.
        let AdamW { beta2, epsilon, weight_decay, .. } = self.optimiser;
        if !(0.0..1.0).contains(&beta2) {
            return wrong("a decay of squared gradients", beta2);
        }
        if !(epsilon.is_finite() && epsilon > 0.0) {
            return wrong("an epsilon", epsilon);
        }
        if !(weight_decay.is_finite() && weight_decay >= 0.0) {
            return wrong("a weight decay", weight_decay);
        }
        if let Warmup::Ratio(ratio) = self.warmup
            && !(0.0..=1.0).contains(&ratio)
        {
            return wrong("a warm-up ratio", ratio);
        }
        Ok(())
    }
}

/// What is told while a training runs.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// Where it computes from now on.
    Placed {
        /// `cpu`, `cuda:0`, `metal`.
        device: String,
        /// Its name for people; empty for the processor.
        name: String,
        /// Why it is not where it was asked to be, or not where it was.
        notice: Option<String>,
    },
    /// It begins, or goes on.
    Started {
        /// Steps in all.
        total: usize,
        /// Steps that were made before.
        done: usize,
        /// Items to learn from.
        items: usize,
        /// Numbers that are trained.
        trained: usize,
        /// Steps in which the learning rate rises: where there are no more in all it is never reached.
        warmup: usize,
    },
    /// One forward and backward pass was made, or one pass of a look at the validation set. Training waits until it was heard, so whoever needs the machine may take it.
    Pass {
        /// Steps that are whole.
        step: usize,
        /// Passes of the step that is under way.
        pass: usize,
        /// Passes of a step.
        of: usize,
    },
    /// Some steps were made.
    Step {
        /// Steps so far.
        step: usize,
        /// Steps in all.
        total: usize,
        /// Epochs so far.
        epoch: f64,
        /// Mean loss since the last line.
        loss: f64,
        /// Share of tokens that would have been guessed, or another measure of the objective's; by name.
        metrics: Vec<(String, f64)>,
        /// Learning rate of the last step.
        learning_rate: f64,
        /// Norm of the last gradient, before it was clipped.
        grad_norm: f64,
        /// Tokens read a second, since the last line.
        tokens_per_s: f64,
        /// Seconds that are left, by what the steps so far took.
        remaining_s: f64,
    },
    /// A look at the validation set.
    Evaluated {
        /// After which step.
        step: usize,
        /// Mean loss.
        loss: f64,
        /// As in `Step`.
        metrics: Vec<(String, f64)>,
        /// Whether it is the best so far.
        best: bool,
    },
    /// What the model answers now.
    Sample {
        /// After which step.
        step: usize,
        /// What was said.
        prompt: String,
        /// What it answers.
        reply: String,
    },
    /// A checkpoint is on the disk.
    Saved {
        /// After which step.
        step: usize,
        /// Where.
        folder: PathBuf,
    },
}

/// Who hears events, and says whether it goes on.
pub(crate) type Listener<'a> = dyn FnMut(&Event) -> Flow + 'a;

/// How a training ended.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// Steps made in all.
    pub steps: usize,
    /// Steps that were planned.
    pub total: usize,
    /// Why it ended: `finished`, `stopped` (by the person) or `no_better` (patience).
    pub ended: &'static str,
    /// Mean loss of the last line of the log.
    pub loss: f64,
    /// The best validation loss and its step.
    pub best: Option<(usize, f64)>,
    /// Seconds of training, earlier runs of it included.
    pub seconds: f64,
    /// Tokens read, earlier runs included.
    pub tokens: u64,
}

impl Summary {
    /// Of a training that was stopped before it began.
    pub(crate) fn stopped() -> Self {
        Self {
            steps: 0,
            total: 0,
            ended: "stopped",
            loss: 0.0,
            best: None,
            seconds: 0.0,
            tokens: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_training_of_one_step_is_not_all_warm_up() {
        let steps = |warmup: Warmup| [0, 1, 2, 10, 110].map(|total| warmup.steps(total));
        assert_eq!(steps(Warmup::Ratio(0.1)), [0, 0, 1, 1, 11]);
        assert_eq!(steps(Warmup::Steps(4)), [4; 5], "who names a number means it");
    }
}
