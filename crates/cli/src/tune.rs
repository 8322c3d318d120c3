//! `hanashi tune`.

mod chitchat;
mod export;
mod full;
mod lora;
mod ppo;
mod prefer;
mod pretrain;
mod show;
mod trainer;

use std::path::PathBuf;
use std::process::ExitCode;

use app::Paths;
use app::studio::tuning::{self, MergedFormat};
use clap::{Args, Subcommand, ValueEnum};
use domain::Problem;
use serde_json::json;

use crate::arguments::Common;
use crate::print;

#[derive(Debug, Subcommand)]
pub(crate) enum TuneCommand {
    /// Teach a model to answer as a dataset does, with small matrices beside its own (LoRA).
    Lora(Box<lora::LoraArguments>),
    /// Teach a model to answer as a dataset does, with all its weights.
    Full(Box<full::FullArguments>),
    /// Train a whole model from nothing: to continue text (a Llama).
    Pretrain(Box<pretrain::PretrainArguments>),
    /// Train a small model of dialogues from nothing (GPT2-chitchat).
    Chitchat(Box<chitchat::ChitchatArguments>),
    /// Teach a model to prefer the better of two answers (DPO and its family, KTO).
    Prefer(Box<prefer::PreferArguments>),
    /// Teach a model to tell which of two answers is better.
    Reward(Box<prefer::RewardArguments>),
    /// Let a model try answers and learn from what a reward model says of them (PPO).
    Ppo(Box<ppo::PpoArguments>),
    /// Write a folder that LLaMA-Factory trains from.
    Export(Box<export::ExportArguments>),
    /// Take an adapter that was made elsewhere.
    Import(export::ImportArguments),
    /// Make one model of an adapter and its base.
    Merge(MergeArguments),
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum MergedFormatName {
    Same,
    F16,
    Q8,
}

#[derive(Debug, Args)]
pub(crate) struct MergeArguments {
    /// The base: a chat model of the library, a GGUF file, or a folder with a `config.json` (default: the model in the box).
    #[arg(long, short, value_name = "NAME|FILE", default_value = "")]
    base: String,
    /// Folder of the adapter.
    #[arg(long, short, value_name = "DIR")]
    adapter: PathBuf,
    /// A file for a GGUF base, a folder for others.
    #[arg(long, short, value_name = "FILE|DIR")]
    out: PathBuf,
    /// What changed matrices of a GGUF are stored as.
    #[arg(long, value_enum, default_value = "same")]
    format: MergedFormatName,
}

/// `hanashi tune …`
pub(crate) fn run(
    common: &Common,
    paths: &Paths,
    command: &TuneCommand,
) -> Result<ExitCode, Problem> {
    match command {
        TuneCommand::Lora(arguments) => lora::run(common, paths, arguments),
        TuneCommand::Full(arguments) => full::run(common, paths, arguments),
        TuneCommand::Pretrain(arguments) => pretrain::run(common, paths, arguments),
        TuneCommand::Chitchat(arguments) => chitchat::run(common, paths, arguments),
        TuneCommand::Prefer(arguments) => prefer::prefer(common, paths, arguments),
        TuneCommand::Reward(arguments) => prefer::reward(common, paths, arguments),
        TuneCommand::Ppo(arguments) => ppo::run(common, paths, arguments),
        TuneCommand::Export(arguments) => export::export(common, paths, arguments),
        TuneCommand::Import(arguments) => export::import(common, paths, arguments),
        TuneCommand::Merge(arguments) => merge(common, paths, arguments),
    }
}

fn merge(common: &Common, paths: &Paths, arguments: &MergeArguments) -> Result<ExitCode, Problem> {
    let format = match arguments.format {
        MergedFormatName::Same => MergedFormat::Same,
        MergedFormatName::F16 => MergedFormat::F16,
        MergedFormatName::Q8 => MergedFormat::Q8,
    };
    let merged = tuning::merge(paths, &arguments.base, &arguments.adapter, &arguments.out, format)?;
    if common.json {
        print::json(&json!({
            "v": 1,
            "out": arguments.out,
            "changed": merged.changed,
            "bytes": merged.bytes,
            "strongest": merged.strongest,
        }));
    } else {
        print::line(&format!(
            "{}: {} matrices changed, by {:.1} % at most",
            arguments.out.display(),
            merged.changed,
            merged.strongest * 100.0
        ));
    }
    Ok(ExitCode::SUCCESS)
}
