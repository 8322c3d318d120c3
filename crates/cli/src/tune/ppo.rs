//! `hanashi tune ppo`.

use std::path::PathBuf;
use std::process::ExitCode;

use app::Paths;
use app::studio::tuning::{self, PpoKnobs, Reinforcing};
use clap::Args;
use domain::Problem;

use super::lora::{RecipeArguments, SourceArguments};
use super::{prefer, show};
use crate::arguments::Common;

#[derive(Debug, Args)]
pub(crate) struct PpoArguments {
    #[command(flatten)]
    source: SourceArguments,
    #[command(flatten)]
    recipe: RecipeArguments,
    /// Folder of the reward model, made by `tune reward` for the same base.
    #[arg(long, value_name = "DIR")]
    reward_model: PathBuf,
    /// Tokens of an answer at most.
    #[arg(long, default_value_t = 64)]
    max_new_tokens: usize,
    /// Times that each batch of answers is learnt from.
    #[arg(long, default_value_t = 4)]
    ppo_epochs: usize,
    /// Nats an answer that straying from the base is steered to; 0 leaves its cost as it is.
    #[arg(long, default_value_t = 6.0)]
    ppo_target: f64,
    /// What straying costs to begin with, a nat.
    #[arg(long, default_value_t = 0.2)]
    kl_coef: f64,
    /// Bring rewards to variance 1.
    #[arg(long)]
    ppo_whiten_rewards: bool,
    /// Temperature of the answers.
    #[arg(long, default_value_t = 1.0)]
    temperature: f64,
    /// Share of the likeliest tokens that they are drawn from.
    #[arg(long, default_value_t = 1.0)]
    top_p: f64,
    /// Share of the questions that is kept for validation.
    #[arg(long, default_value_t = 0.0)]
    val_size: f64,
}

pub(super) fn run(
    common: &Common,
    paths: &Paths,
    arguments: &PpoArguments,
) -> Result<ExitCode, Problem> {
    let a = arguments;
    let knobs = PpoKnobs {
        epochs: a.ppo_epochs,
        kl: a.kl_coef,
        kl_target: (a.ppo_target > 0.0).then_some(a.ppo_target),
        whiten_rewards: a.ppo_whiten_rewards,
        answer: a.max_new_tokens,
        temperature: a.temperature,
        top_p: a.top_p,
        ..PpoKnobs::default()
    };
    let what = Reinforcing { reward: a.reward_model.clone(), knobs };
    let order = prefer::order(paths, &a.source, &a.recipe, 1e-5, a.val_size);
    let summary = tuning::reinforce(paths, &order, &what, &mut |event| show::event(common, event))?;
    show::summary(common, &order.out, &summary);
    Ok(ExitCode::SUCCESS)
}
