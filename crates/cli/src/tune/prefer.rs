//! `hanashi tune prefer` and `hanashi tune reward`.

use std::process::ExitCode;

use app::Paths;
use app::studio::tuning::{self, LoraOrder, PreferenceKnobs, PreferenceLoss, Preferring};
use clap::{Args, ValueEnum};
use domain::Problem;

use super::lora::{RecipeArguments, SourceArguments};
use super::show;
use crate::arguments::Common;

#[derive(Debug, Clone, Copy, ValueEnum)]
enum LossName {
    /// DPO's own.
    Sigmoid,
    Hinge,
    Ipo,
    #[value(name = "kto_pair")]
    KtoPair,
    Orpo,
    Simpo,
    /// Judged answers, one at a time.
    Kto,
}

#[derive(Debug, Args)]
pub(crate) struct PreferArguments {
    #[command(flatten)]
    source: SourceArguments,
    #[command(flatten)]
    recipe: RecipeArguments,
    /// Which loss.
    #[arg(long, value_enum, default_value = "sigmoid")]
    pref_loss: LossName,
    /// β.
    #[arg(long, default_value_t = 0.1)]
    pref_beta: f64,
    /// How much of the better answer's cross-entropy is added.
    #[arg(long, default_value_t = 0.0)]
    pref_ftx: f64,
    /// SimPO's margin.
    #[arg(long, default_value_t = 0.5)]
    simpo_gamma: f64,
    /// How often labels are taken to be the wrong way round.
    #[arg(long, default_value_t = 0.0)]
    dpo_label_smoothing: f64,
    /// What good answers weigh (kto).
    #[arg(long, default_value_t = 1.0)]
    kto_chosen_weight: f64,
    /// What bad answers weigh (kto).
    #[arg(long, default_value_t = 1.0)]
    kto_rejected_weight: f64,
    /// Share of the pairs that is kept for validation.
    #[arg(long, default_value_t = 0.0)]
    val_size: f64,
}

#[derive(Debug, Args)]
pub(crate) struct RewardArguments {
    #[command(flatten)]
    source: SourceArguments,
    #[command(flatten)]
    recipe: RecipeArguments,
    /// Share of the pairs that is kept for validation.
    #[arg(long, default_value_t = 0.0)]
    val_size: f64,
}

pub(super) fn order(
    paths: &Paths,
    source: &SourceArguments,
    recipe: &RecipeArguments,
    rate: f64,
    val_size: f64,
) -> LoraOrder {
    LoraOrder {
        base: source.base.clone(),
        base_name: source.base_name.clone(),
        dataset: source.dataset.clone(),
        names: source.dataset_name.clone(),
        character: source.character.clone(),
        system: source.system.clone(),
        out: source.out.clone(),
        lora: recipe.lora(),
        settings: recipe.settings(rate),
        format: recipe.format(),
        cutoff: recipe.cutoff_len,
        packing: false,
        train_on_prompt: false,
        mask_history: false,
        max_samples: None,
        val_size,
        device: source.device(paths),
        resume: source.resume,
        from: source.from.clone(),
        probes: Vec::new(),
    }
}

fn train(
    common: &Common,
    paths: &Paths,
    order: &LoraOrder,
    what: Preferring,
) -> Result<ExitCode, Problem> {
    let summary = tuning::prefer(paths, order, what, &mut |event| show::event(common, event))?;
    show::summary(common, &order.out, &summary);
    Ok(ExitCode::SUCCESS)
}

pub(super) fn prefer(
    common: &Common,
    paths: &Paths,
    arguments: &PreferArguments,
) -> Result<ExitCode, Problem> {
    let a = arguments;
    let knobs = PreferenceKnobs {
        beta: a.pref_beta,
        label_smoothing: a.dpo_label_smoothing,
        simpo_gamma: a.simpo_gamma,
        ftx: a.pref_ftx,
        chosen_weight: a.kto_chosen_weight,
        rejected_weight: a.kto_rejected_weight,
    };
    let pairs = |kind| Preferring::Pairs(kind, knobs);
    let what = match a.pref_loss {
        LossName::Sigmoid => pairs(PreferenceLoss::Sigmoid),
        LossName::Hinge => pairs(PreferenceLoss::Hinge),
        LossName::Ipo => pairs(PreferenceLoss::Ipo),
        LossName::KtoPair => pairs(PreferenceLoss::KtoPair),
        LossName::Orpo => pairs(PreferenceLoss::Orpo),
        LossName::Simpo => pairs(PreferenceLoss::Simpo),
        LossName::Kto => Preferring::Kto(knobs),
    };
    train(common, paths, &order(paths, &a.source, &a.recipe, 5e-6, a.val_size), what)
}

pub(super) fn reward(
    common: &Common,
    paths: &Paths,
    arguments: &RewardArguments,
) -> Result<ExitCode, Problem> {
    let order = order(paths, &arguments.source, &arguments.recipe, 1e-5, arguments.val_size);
    train(common, paths, &order, Preferring::Reward)
}
