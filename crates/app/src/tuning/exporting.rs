//! Out to LLaMA-Factory, and an adapter back.

use std::path::{Path, PathBuf};

use domain::Problem;
use prompt::Names;
use tuning::export::{Export, Exported, Stage};
use tuning::rows::{self, Rows};
use tuning::{Lora, Settings};

use super::base_name;
use crate::places::Places;

/// What is exported.
#[derive(Debug, Clone)]
pub struct ExportOrder {
    /// What LLaMA-Factory loads there.
    pub model: String,
    /// One of its templates.
    pub template: String,
    /// Stage.
    pub stage: Stage,
    /// A file of rows, or a folder with `dataset_info.json`.
    pub dataset: PathBuf,
    /// Entries of it.
    pub names: Vec<String>,
    /// Who speaks.
    pub character: String,
    /// Instructions above conversations that bring none.
    pub system: String,
    /// Adapters.
    pub lora: Lora,
    /// How training goes.
    pub settings: Settings,
    /// Tokens of an example at most.
    pub cutoff: usize,
    /// The folder.
    pub out: PathBuf,
}

/// Writes a folder for LLaMA-Factory.
pub fn export(order: &ExportOrder) -> Result<Exported, Problem> {
    let train = rows::read(&order.dataset, &order.names)?;
    let validation = match rows::validation_names(&order.dataset) {
        names if order.names.is_empty() && !names.is_empty() => rows::read(&order.dataset, &names)?,
        _ => Rows::default(),
    };
    let names = Names { char: &order.character, user: "User" };
    let system = names.expand(&order.system);
    let export = Export {
        model: &order.model,
        template: &order.template,
        stage: order.stage,
        lora: &order.lora,
        settings: &order.settings,
        cutoff: order.cutoff,
        train: &train,
        validation: &validation,
        system: &system,
    };
    Ok(tuning::export::export(&export, &order.out)?)
}

/// Takes an adapter that was made elsewhere for a base that is here. Answers with how many matrices it changes.
pub fn import(places: &Places, base: &str, from: &Path, out: &Path) -> Result<usize, Problem> {
    let base = places.chat_model(base)?;
    Ok(tuning::export::import(from, &base, &base_name(&base), out)?)
}
