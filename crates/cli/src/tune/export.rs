//! `hanashi tune export` and `hanashi tune import`.

use std::path::PathBuf;
use std::process::ExitCode;

use app::Paths;
use app::studio::tuning::{self, ExportOrder, Stage};
use clap::{Args, ValueEnum};
use domain::Problem;
use serde_json::json;

use super::lora::RecipeArguments;
use crate::arguments::Common;
use crate::print;

#[derive(Debug, Clone, Copy, ValueEnum)]
enum StageName {
    /// Answers.
    Sft,
    /// A reward.
    Rm,
    /// Preferences.
    Dpo,
    /// Judgements.
    Kto,
}

#[derive(Debug, Args)]
pub(crate) struct ExportArguments {
    /// What LLaMA-Factory loads there: a name of a hub, or a path on that machine.
    #[arg(long, value_name = "NAME")]
    model: String,
    /// One of LLaMA-Factory's templates (`qwen`, `llama3`, `chatml`, …).
    #[arg(long, conflicts_with = "template_of", required_unless_present = "template_of")]
    template: Option<String>,
    /// Take the chat template of this base along, where LLaMA-Factory has none that fits: a chat model of the library, a GGUF file or a
    /// folder; without a name the model in the box.
    #[arg(long, value_name = "NAME|FILE", num_args = 0..=1, default_missing_value = "")]
    template_of: Option<String>,
    /// What is trained.
    #[arg(long, value_enum, default_value = "sft")]
    stage: StageName,
    /// A JSON or JSONL file, or a folder with `dataset_info.json`.
    #[arg(long, short, value_name = "DIR|FILE")]
    dataset: PathBuf,
    /// An entry of `dataset_info.json`; may be repeated (default: all but those for validation and test).
    #[arg(long, value_name = "NAME")]
    dataset_name: Vec<String>,
    /// The folder to write.
    #[arg(long, short, value_name = "DIR")]
    out: PathBuf,
    /// Who speaks: `{{char}}` in the instructions.
    #[arg(long, short, default_value = "Character")]
    character: String,
    /// Instructions above conversations that bring none.
    #[arg(long, default_value = "")]
    system: String,
    #[command(flatten)]
    recipe: RecipeArguments,
}

#[derive(Debug, Args)]
pub(crate) struct ImportArguments {
    /// The adapter's folder.
    adapter: PathBuf,
    /// The base here: a chat model of the library, a GGUF file, or a folder with a `config.json` (default: the model in the box).
    #[arg(long, short, value_name = "NAME|FILE", default_value = "")]
    base: String,
    /// Where to.
    #[arg(long, short, value_name = "DIR")]
    out: PathBuf,
}

pub(super) fn export(
    common: &Common,
    paths: &Paths,
    arguments: &ExportArguments,
) -> Result<ExitCode, Problem> {
    let a = arguments;
    let rate = if matches!(a.stage, StageName::Dpo | StageName::Kto) { 5e-6 } else { 1e-4 };
    let order = ExportOrder {
        model: a.model.clone(),
        template: a.template.clone(),
        template_of: a.template_of.clone(),
        stage: match a.stage {
            StageName::Sft => Stage::Sft,
            StageName::Rm => Stage::Rm,
            StageName::Dpo => Stage::Dpo,
            StageName::Kto => Stage::Kto,
        },
        dataset: a.dataset.clone(),
        names: a.dataset_name.clone(),
        character: a.character.clone(),
        system: a.system.clone(),
        lora: a.recipe.lora(),
        settings: a.recipe.settings(rate),
        cutoff: a.recipe.cutoff_len,
        out: a.out.clone(),
    };
    let written = tuning::export(paths, &order)?;
    if common.json {
        print::json(&json!({
            "v": 1, "out": a.out, "train": written.train, "validation": written.validation, "files": written.files,
            "notice": written.notice,
        }));
    } else {
        print::line(&format!(
            "{}: {} rows to learn, {} to watch; its README.md says how to train there",
            a.out.display(),
            written.train,
            written.validation
        ));
        if let Some(notice) = &written.notice {
            print::aside(notice);
        }
    }
    Ok(ExitCode::SUCCESS)
}

pub(super) fn import(
    common: &Common,
    paths: &Paths,
    arguments: &ImportArguments,
) -> Result<ExitCode, Problem> {
    let a = arguments;
    let matrices = tuning::import(paths, &a.base, &a.adapter, &a.out)?;
    if common.json {
        print::json(&json!({ "v": 1, "out": a.out, "matrices": matrices }));
    } else {
        print::line(&format!("{}: it changes {matrices} matrices", a.out.display()));
    }
    Ok(ExitCode::SUCCESS)
}
