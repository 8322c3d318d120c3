//! Supervised LoRA: rows to lessons to tokens, and the training itself.

use std::path::PathBuf;

use domain::{Flow, ModelInfo, Problem, ProblemKind};
use prompt::{Lessons, Names};
use tuning::rows::{self, Rows, Talk};
use tuning::{
    Base, BaseFormat, DeviceChoice, Event, Example, Job, Learning, Lora, Place, Settings, Summary,
    Turn,
};

use super::base_name;
use crate::app::paths::Paths;

/// A LoRA that is asked for.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "independent choices of a training")]
pub struct LoraOrder {
    /// The base: a name of the library, a path, or empty for the model in the box.
    pub base: String,
    /// What an adapter says that its base is called; its path, if empty.
    pub base_name: String,
    /// A file of rows, or a folder with `dataset_info.json`.
    pub dataset: PathBuf,
    /// Entries of `dataset_info.json`; all that are not kept for validation, if empty.
    pub names: Vec<String>,
    /// Who speaks: for small models' system prompt and templates that name it.
    pub character: String,
    /// Instructions above conversations that bring none.
    pub system: Option<String>,
    /// Where everything goes.
    pub out: PathBuf,
    /// What stands beside the base's matrices.
    pub lora: Lora,
    /// How training goes.
    pub settings: Settings,
    /// How the base is kept in memory.
    pub format: BaseFormat,
    /// Tokens of an example at most.
    pub cutoff: usize,
    /// Several examples share a row.
    pub packing: bool,
    /// Questions are learnt, too.
    pub train_on_prompt: bool,
    /// Only the last answer of a conversation is learnt.
    pub mask_history: bool,
    /// Examples at most.
    pub max_samples: Option<usize>,
    /// Share of a single file that is kept for validation.
    pub val_size: f64,
    /// Where to compute.
    pub device: DeviceChoice,
    /// Go on from the last checkpoint.
    pub resume: bool,
    /// An adapter to begin with.
    pub from: Option<PathBuf>,
    /// What is said to the model now and then while it learns, to see what it answers.
    pub probes: Vec<String>,
}

/// What a training will be, before it begins.
pub struct Prepared {
    /// The base's files.
    pub path: PathBuf,
    /// What is known of it.
    pub base: Base,
    /// To learn.
    pub train: Vec<Example>,
    /// To watch.
    pub validation: Vec<Example>,
    /// Rows that made no sense.
    pub skipped: usize,
    /// Examples that were cut off.
    pub cut: usize,
    /// Name of the chat template.
    pub template: String,
    /// Where it computes, and the memory that it takes there.
    pub place: Place,
    probes: Vec<(String, String)>,
}

/// Reads base and dataset, and says what training will take.
pub fn prepare(paths: &Paths, order: &LoraOrder) -> Result<Prepared, Problem> {
    let path = paths.chat_model(&order.base)?;
    let base = Base::read(&path)?;
    let mut learn = rows::read(&order.dataset, &order.names)?;
    let mut watch = match rows::validation_names(&order.dataset) {
        names if order.names.is_empty() && !names.is_empty() => rows::read(&order.dataset, &names)?,
        _ => Rows::default(),
    };
    // What is no share at all is refused, and not passed over.
    if watch.talks.is_empty() && order.val_size != 0.0 {
        watch.talks = rows::split(&mut learn.talks, order.val_size, order.settings.seed)?;
    }
    if let Some(most) = order.max_samples {
        learn.talks.truncate(most);
        learn.texts.truncate(most);
    }
    let info = info(&base);
    let names = Names { char: &order.character, user: "User" };
    let lessons = Lessons::new(&info, &base.vocabulary, names);
    let system = order
        .system
        .clone()
        .unwrap_or_else(|| names.expand(base.system_prompt.as_deref().unwrap_or_default()));
    let learning = Learning {
        cutoff: order.cutoff.min(base.context),
        prompts: order.train_on_prompt,
        last_only: order.mask_history,
    };
    let mut cut = 0;
    let mut examples = |rows: &Rows| -> Result<Vec<Example>, Problem> {
        let mut list = Vec::with_capacity(rows.talks.len() + rows.texts.len());
        for talk in &rows.talks {
            let turns = base.encode(&turns(&lessons, talk, &system)?);
            let whole: usize = turns.iter().map(|(prompt, reply)| prompt.len() + reply.len()).sum();
            cut += usize::from(whole > learning.cutoff);
            list.push(Example::of_turns(&turns, learning));
        }
        for text in &rows.texts {
            let mut ids = base.vocabulary.encode_prompt(text);
            ids.extend(base.vocabulary.eos());
            cut += usize::from(ids.len() > learning.cutoff);
            list.push(Example::of_text(ids, learning.cutoff));
        }
        Ok(list)
    };
    let (train, validation) = (examples(&learn)?, examples(&watch)?);
    if train.iter().all(|example| example.targets() == 0) {
        return Err(Problem::new(
            ProblemKind::Invalid,
            format!("there is no answer to learn in `{}`", order.dataset.display()),
            "look at it, or make it again (*Studio*, or `hanashi novel dataset` in a terminal)",
        ));
    }
    let probes = order
        .probes
        .iter()
        .map(|said| Ok((said.clone(), lessons.question(&system, said).map_err(unwritable)?)))
        .collect::<Result<Vec<_>, Problem>>()?;
    let template = lessons.template().to_owned();
    let longest = train.iter().chain(&validation).map(|e| e.ids.len()).max().unwrap_or(0);
    let longest = if order.packing { learning.cutoff } else { longest };
    let place = job(order, &path, "", &probes, &[]).place(&base, longest)?;
    let skipped = learn.skipped + watch.skipped;
    Ok(Prepared { path, base, train, validation, skipped, cut, template, place, probes })
}

/// Trains what was prepared.
pub fn lora(
    order: &LoraOrder,
    prepared: &Prepared,
    events: &mut dyn FnMut(&Event) -> Flow,
) -> Result<Summary, Problem> {
    let own = base_name(&prepared.path);
    let name = if order.base_name.is_empty() { &own } else { &order.base_name };
    let about = [
        format!(
            "{} examples to learn from, {} to watch",
            prepared.train.len(),
            prepared.validation.len()
        ),
        format!("chat template: {}", prepared.template),
    ];
    let job = job(order, &prepared.path, name, &prepared.probes, &about);
    Ok(job.supervised(
        &prepared.base,
        &prepared.train,
        &prepared.validation,
        order.packing,
        events,
    )?)
}

pub(super) fn job<'a>(
    order: &'a LoraOrder,
    path: &'a std::path::Path,
    name: &'a str,
    probes: &'a [(String, String)],
    about: &'a [String],
) -> Job<'a> {
    Job {
        base: path,
        base_name: name,
        format: order.format,
        lora: &order.lora,
        settings: &order.settings,
        cutoff: order.cutoff,
        out: &order.out,
        device: order.device,
        resume: order.resume,
        from: order.from.as_deref(),
        probes,
        about,
    }
}

/// What the templates want to know of a base.
pub(super) fn info(base: &Base) -> ModelInfo {
    ModelInfo {
        architecture: base.architecture.clone(),
        context_length: base.context as u32,
        template: base.template.clone(),
        system_prompt: base.system_prompt.clone(),
        ..ModelInfo::default()
    }
}

/// A conversation as the base reads and writes it.
fn turns(lessons: &Lessons<'_>, talk: &Talk, system: &str) -> Result<Vec<Turn>, Problem> {
    let system = if talk.system.is_empty() { system } else { &talk.system };
    let list = lessons.of(system, &talk.opening, &talk.turns).map_err(unwritable)?;
    Ok(list.into_iter().map(|l| Turn { prompt: l.prompt, reply: l.reply }).collect())
}

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
pub(super) fn unwritable(reason: String) -> Problem {
    Problem::new(
        ProblemKind::Unsupported,
        format!("the base's chat template cannot write a conversation of the dataset: {reason}"),
        "choose another base, or leave the system text out",
    )
}
