//! Out to LLaMA-Factory, and an adapter back.

use std::path::{Path, PathBuf};

use domain::{Problem, ProblemKind};
use prompt::{Lessons, Names};
use tuning::export::{ANSWER, Export, Exported, QUESTION, SYSTEM, Slots, Stage, Template};
use tuning::rows::{self, Rows};
use tuning::{Base, Lora, Settings};

use super::base_name;
use super::lora::{info, unwritable};
use crate::app::paths::Paths;

/// What is exported.
#[derive(Debug, Clone)]
pub struct ExportOrder {
    /// What LLaMA-Factory loads there.
    pub model: String,
    /// One of its templates.
    pub template: Option<String>,
    /// A base here whose own template is taken along instead.
    pub template_of: Option<String>,
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

/// The chat template of a base that is here, for LLaMA-Factory.
fn slots(paths: &Paths, base: &str) -> Result<Slots, Problem> {
    let base = Base::read(&paths.chat_model(base)?)?;
    let info = info(&base);
    let names = Names { char: "Character", user: "User" };
    let lessons = Lessons::new(&info, &base.vocabulary, names);
    let turn = || (QUESTION.to_owned(), ANSWER.to_owned());
    let written = lessons.of(SYSTEM, "", &[turn(), turn()]).map_err(unwritable)?;
    let begins = |text: &str| base.vocabulary.encode_prompt(text) != base.vocabulary.encode(text);
    let slots = written.split_first().and_then(|(first, more)| {
        Slots::of(&first.prompt, &more.first()?.prompt, &first.reply, begins(&first.prompt))
    });
    slots.ok_or_else(|| {
        Problem::new(
            ProblemKind::Unsupported,
            "LLaMA-Factory cannot be told this base's chat template: it writes turns of one kind in several ways",
            "name the one of LLaMA-Factory's templates that comes closest (`--template`)",
        )
    })
}

/// Writes a folder for LLaMA-Factory.
pub fn export(paths: &Paths, order: &ExportOrder) -> Result<Exported, Problem> {
    let own = order.template_of.as_ref().map(|base| slots(paths, base)).transpose()?;
    let template = match (&own, &order.template) {
        (Some(slots), _) => Template::Own(slots),
        (None, Some(name)) => Template::Named(name),
        (None, None) => {
            return Err(Problem::new(
                ProblemKind::Invalid,
                "no chat template is named",
                "name one of LLaMA-Factory's (`--template qwen`), or the base here whose own is taken (`--template-of BASE`)",
            ));
        }
    };
    let train = rows::read(&order.dataset, &order.names)?;
    let validation = match rows::validation_names(&order.dataset) {
        names if order.names.is_empty() && !names.is_empty() => rows::read(&order.dataset, &names)?,
        _ => Rows::default(),
    };
    let names = Names { char: &order.character, user: "User" };
    let system = names.expand(&order.system);
    let export = Export {
        model: &order.model,
        template,
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
pub fn import(paths: &Paths, base: &str, from: &Path, out: &Path) -> Result<usize, Problem> {
    let base = paths.chat_model(base)?;
    Ok(tuning::export::import(from, &base, &base_name(&base), out)?)
}
