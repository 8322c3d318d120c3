//! What a training will be: settings by the rules of `tuning::advice`, the memory that it takes, and about how long.

use std::path::{Path, PathBuf};

use ::tuning::advice::{self, Advice, Effort, Material};
use ::tuning::plan::Load;
use ::tuning::{Base, BaseFormat, DeviceChoice, Lora, Place, PpoKnobs, Settings};
use api::{StudioAdvice, StudioBase, StudioRecipe};
use domain::{Problem, ProblemKind};
use novel::dataset::{Format, Workbook};

use super::project::{Frozen, Project, Store};
use super::reading::count;
use super::training::NAME;
use crate::app::paths::{BUILT_IN_MODEL, Paths};
use crate::app::{Answer, App, lock};
use crate::models::remote_model::aside;
use crate::studio::tuning::{LoraOrder, prepare};

/// Tokens of an example at most: longer ones cost memory by their square, and dialogue is seldom longer.
const CUTOFF: usize = 1024;
/// Strengths of practice: those of the terminal, with answers that a small model finishes in bearable time.
pub(super) const KNOBS: PpoKnobs = PpoKnobs { answer: 48, ..PpoKnobs::USUAL };
/// Questions that are practised, by effort.
const QUESTIONS: [(Effort, usize); 3] =
    [(Effort::Light, 40), (Effort::Usual, 160), (Effort::Thorough, 480)];
/// Pairs or questions of which a tenth is kept to check.
const MANY: usize = 20;
const KEPT: f64 = 0.1;
/// A measurement of 50 ms is right within about these factors.
const EARLY: f64 = 0.6;
const LATE: f64 = 2.0;

/// A training, worked out.
pub(super) struct Worked {
    pub(super) frozen: Frozen,
    pub(super) order: LoraOrder,
    /// Folder of the judge, where answers are tried.
    pub(super) judge: Option<PathBuf>,
    advice: Advice,
    usual_rate: f64,
    load: Load,
    place: Place,
    numbers: u64,
    items: usize,
    cut: usize,
}

impl App {
    /// Keeps a recipe, and says what it will take.
    ///
    /// # Errors
    /// Where the base cannot be read or the dataset holds nothing that it could learn.
    pub async fn studio_recipe(&self, id: &str, recipe: StudioRecipe) -> Answer<StudioAdvice> {
        check(&recipe)?;
        let (store, project) = (self.studio_store(), self.keep_recipe(id, recipe)?);
        let book = self.with_workbook(id, Workbook::clone)?;
        let paths = self.paths.clone();
        let advice = aside(move || {
            let bases = bases(&paths);
            let worked = work_out(&paths, &store, &project, &book)?;
            let speed = ::tuning::aside(0, || advice::speed(&worked.place))?;
            Ok(worked.view(bases, speed))
        })
        .await?;
        Ok(advice)
    }

    fn keep_recipe(&self, id: &str, recipe: StudioRecipe) -> Result<Project, Problem> {
        let _alone = lock(&self.studio.changing);
        let store = self.studio_store();
        let project = store.read(id)?;
        self.studio_settled(&project)?;
        if recipe != project.recipe {
            self.studio_begin_anew(&project)?;
        }
        store.change(id, |project| project.recipe = recipe)
    }
}

impl Worked {
    fn view(&self, bases: Vec<StudioBase>, speed: f64) -> StudioAdvice {
        let seconds = advice::seconds(self.numbers, self.advice.tokens, &self.load, speed);
        let (plan, on) = (&self.place.plan, &self.place.on);
        StudioAdvice {
            bases,
            numbers: self.numbers as f64,
            epochs: self.order.settings.epochs,
            learning_rate: self.order.settings.learning_rate,
            usual_rate: self.usual_rate,
            steps: count(self.frozen.steps),
            items: count(self.items),
            cut: count(self.cut),
            seconds_low: seconds * EARLY,
            seconds_high: seconds * LATE,
            weights: plan.weights as f64,
            trained: plan.trained as f64,
            activations: (plan.activations + plan.logits + plan.workspace) as f64,
            memory: plan.total() as f64,
            free: plan.available.map(|free| free as f64),
            fits: plan.check().is_ok(),
            device: on.id.clone(),
            device_name: on.name.clone(),
            notice: on.notice.clone(),
            way: match (self.load.format == BaseFormat::Blocks, self.load.recompute) {
                (false, false) => "dense",
                (false, true) => "recompute",
                (true, false) => "blocks",
                (true, true) => "blocks_recompute",
            }
            .to_owned(),
        }
    }
}

/// Works a training out: writes the files that it reads, and looks at what is in them.
pub(super) fn work_out(
    paths: &Paths,
    store: &Store,
    project: &Project,
    book: &Workbook,
) -> Result<Worked, Problem> {
    let recipe = &project.recipe;
    let path = paths.chat_model(&recipe.base)?;
    super::reading::in_the_open(paths, project)?;
    let data = store.data(&project.id)?;
    book.write(&data, NAME, Format::Alpaca)?;
    let effort = match recipe.effort.as_str() {
        "light" => Effort::Light,
        "thorough" => Effort::Thorough,
        _ => Effort::Usual,
    };
    let method = recipe.method.as_str();
    let paired = matches!(method, "prefer" | "reward");
    let judge = if method == "ppo" { Some(judge(store, project, &path)?) } else { None };
    let character = project.choice.speaker.clone();
    let mut order = order(&path, &data, &character, paired);
    let (numbers, material, cut) = measured(paths, (&path, effort, method), &mut order, book)?;
    let mut advice = if paired {
        advice::advise_preference(numbers, &material, effort)
    } else if judge.is_some() {
        advice::advise_ppo(numbers, &material, effort, &KNOBS)
    } else {
        advice::advise(numbers, &material, effort)
    };
    let usual_rate = advice.settings.learning_rate;
    if let Some(rate) = recipe.learning_rate {
        advice.settings.learning_rate = rate;
    }
    if let Some(epochs) = recipe.epochs {
        let share = epochs / advice.settings.epochs;
        advice.settings.epochs = epochs;
        advice.steps = ((advice.steps as f64 * share).ceil() as usize).max(1);
        advice.tokens = (advice.tokens as f64 * share) as usize;
    }
    let wished = Load {
        format: BaseFormat::Dense,
        rank: advice.lora.rank,
        batch_size: if paired { 2 } else { advice.settings.batch_size },
        length: material.longest.min(CUTOFF),
        recompute: false,
    };
    let device = device(paths, recipe)?;
    let (load, place) = advice::fitting(&path, wished, device)?;
    order.device = device;
    order.lora = advice.lora.clone();
    order.settings = Settings { recompute: load.recompute, ..advice.settings.clone() };
    order.format = load.format;
    let frozen = Frozen {
        base: path,
        method: recipe.method.clone(),
        effort: recipe.effort.clone(),
        epochs: recipe.epochs,
        learning_rate: recipe.learning_rate,
        blocks: load.format == BaseFormat::Blocks,
        recompute: load.recompute,
        device: place.on.id.clone(),
        judge: judge.as_ref().and(project.judge),
        character,
        steps: advice.steps,
    };
    let items = material.conversations;
    Ok(Worked { frozen, order, judge, advice, usual_rate, load, place, numbers, items, cut })
}

/// What there is to learn of: how many numbers the base has, the material, and how much of it is cut off.
fn measured(
    paths: &Paths,
    (path, effort, method): (&Path, Effort, &str),
    order: &mut LoraOrder,
    book: &Workbook,
) -> Result<(u64, Material, usize), Problem> {
    if matches!(method, "prefer" | "reward") {
        let base = Base::read(path)?;
        let all = of_pairs(&base, book)?;
        let material = if method == "reward" { some_kept(all, order) } else { all };
        return Ok((base.numbers, material, 0));
    }
    if method == "ppo" {
        let base = Base::read(path)?;
        order.max_samples = QUESTIONS.iter().find(|(of, _)| *of == effort).map(|(_, most)| *most);
        let material = some_kept(of_questions(&base, order)?, order);
        return Ok((base.numbers, material, 0));
    }
    if book.statistics().answers == 0 {
        return Err(nothing("no answer is left to learn"));
    }
    let prepared = prepare(paths, order)?;
    let all = || prepared.train.iter();
    let material = Material {
        conversations: prepared.train.len(),
        answers: book.statistics().answers,
        tokens: all().map(|example| example.ids.len()).sum(),
        longest: all()
            .chain(&prepared.validation)
            .map(|example| example.ids.len())
            .max()
            .unwrap_or(0),
        watched: book.statistics().watched,
    };
    order.probes = book.questions(2);
    Ok((prepared.base.numbers, material, prepared.cut))
}

/// The judge of answers, which is of use only beside the base that it was trained on.
fn judge(store: &Store, project: &Project, base: &Path) -> Result<PathBuf, Problem> {
    let judge = store.judge(project).filter(|_| project.judge_on == base);
    judge.ok_or_else(|| {
        Problem::new(
            ProblemKind::NotReady,
            "no judge of answers was trained on this model yet",
            "train one first, in the recipe: from pairs of a better and a worse answer, with the same model",
        )
    })
}

/// Where a recipe is to be trained: where it says, else where the settings say.
fn device(paths: &Paths, recipe: &StudioRecipe) -> Result<DeviceChoice, Problem> {
    let Some(device) = &recipe.device else {
        return Ok(crate::models::compute_devices::of_paths(paths));
    };
    let wrong = |reason| Problem::new(ProblemKind::Invalid, reason, "choose one of the list");
    device.parse().map_err(wrong)
}

/// An order without settings: those follow from what is read with it.
fn order(base: &Path, data: &Path, character: &str, paired: bool) -> LoraOrder {
    LoraOrder {
        base: base.display().to_string(),
        base_name: String::new(),
        dataset: if paired {
            data.join(format!("{NAME}_preference.json"))
        } else {
            data.to_owned()
        },
        names: Vec::new(),
        character: character.to_owned(),
        system: None,
        out: PathBuf::new(),
        lora: Lora::default(),
        settings: Settings::default(),
        format: BaseFormat::Dense,
        cutoff: CUTOFF,
        packing: false,
        train_on_prompt: false,
        mask_history: false,
        max_samples: None,
        val_size: 0.0,
        device: DeviceChoice::Processor,
        resume: false,
        from: None,
        probes: Vec::new(),
    }
}

/// Pairs of answers, measured in tokens of their texts; templates add some to each.
fn of_pairs(base: &Base, book: &Workbook) -> Result<Material, Problem> {
    if book.preferences.is_empty() {
        return Err(nothing("there are no pairs of a better and a worse answer"));
    }
    let tokens = |text: &str| base.vocabulary.encode(text).len() + 4;
    let lengths: Vec<usize> = book
        .preferences
        .iter()
        .map(|pair| {
            let before: usize =
                pair.history.iter().map(|(said, answer)| tokens(said) + tokens(answer)).sum();
            before + tokens(&pair.prompt) + tokens(&pair.chosen).max(tokens(&pair.rejected))
        })
        .map(|length| length.min(CUTOFF).min(base.context))
        .collect();
    Ok(Material {
        conversations: lengths.len(),
        answers: lengths.len(),
        tokens: lengths.iter().sum(),
        longest: lengths.iter().copied().max().unwrap_or(0),
        watched: 0,
    })
}

/// Questions that answers are tried to.
fn of_questions(base: &Base, order: &LoraOrder) -> Result<Material, Problem> {
    let asked = crate::studio::tuning::asked(base, order)?;
    Ok(Material {
        conversations: asked.len(),
        answers: asked.len(),
        tokens: asked.iter().map(Vec::len).sum(),
        longest: asked.iter().map(Vec::len).max().unwrap_or(0) + KNOBS.answer,
        watched: 0,
    })
}

/// The same where an order keeps some of it to check: a tenth, if there are many.
fn some_kept(all: Material, order: &mut LoraOrder) -> Material {
    if all.conversations < MANY {
        return all;
    }
    order.val_size = KEPT;
    // As it is split when it is read.
    let watched = (all.conversations as f64 * KEPT).round() as usize;
    let learnt = all.conversations - watched;
    let tokens = all.tokens * learnt / all.conversations;
    Material { conversations: learnt, answers: learnt, tokens, watched, ..all }
}

/// Models that something can be trained on: the one in the box, and those of the library whose kind is known to `tuning`.
fn bases(paths: &Paths) -> Vec<StudioBase> {
    let built_in = paths.built_in_model();
    let mut bases: Vec<StudioBase> = Base::read(&built_in)
        .map(|base| StudioBase {
            id: String::new(),
            name: "Hanashi Mini".to_owned(),
            numbers: base.numbers as f64,
        })
        .into_iter()
        .collect();
    let installed = paths.model_library().scan(&paths.catalogue().unwrap_or_default());
    for one in installed.unwrap_or_default() {
        if one.kind != models::Kind::Chat || one.id == BUILT_IN_MODEL || one.path == built_in {
            continue;
        }
        // Whatever cannot be trained cannot be read as a base.
        if let Ok(base) = Base::read(&one.path) {
            bases.push(StudioBase {
                name: one.id.clone(),
                id: one.id,
                numbers: base.numbers as f64,
            });
        }
    }
    bases
}

fn check(recipe: &StudioRecipe) -> Result<(), Problem> {
    let wrong = |what: &str, remedy: &str| {
        Err(Problem::new(ProblemKind::Invalid, what.to_owned(), remedy.to_owned()))
    };
    if recipe.epochs.is_some_and(|epochs| !(1.0..=1000.0).contains(&epochs)) {
        return wrong("all is read from once to a thousand times", "choose a number between them");
    }
    if recipe.learning_rate.is_some_and(|rate| !(1e-7..=0.1).contains(&rate)) {
        return wrong(
            "the learning rate is between 0.0000001 and 0.1",
            "leave it empty for the one that is advised",
        );
    }
    if !["speak", "prefer", "reward", "ppo"].contains(&recipe.method.as_str())
        || recipe.device.as_ref().is_some_and(|device| device.parse::<DeviceChoice>().is_err())
        || !["light", "usual", "thorough"].contains(&recipe.effort.as_str())
    {
        return wrong("there is no such recipe", "choose one of the list");
    }
    Ok(())
}

fn nothing(what: &str) -> Problem {
    Problem::new(ProblemKind::Invalid, what, "go back to the lines, or choose somebody else")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_to_check_is_not_counted_as_learnt() {
        for (count, kept) in [(MANY - 1, 0), (25, 3), (160, 16)] {
            let all = Material {
                conversations: count,
                answers: count,
                tokens: 10 * count,
                longest: 20,
                watched: 0,
            };
            let mut order = order(Path::new("base"), Path::new("data"), "Ann", true);
            let left = some_kept(all, &mut order);
            assert_eq!((left.conversations, left.watched), (count - kept, kept));
            assert_eq!((left.answers, left.tokens), (count - kept, 10 * (count - kept)));
            // The training splits it in the same way.
            let mut rows: Vec<usize> = (0..count).collect();
            let watched = ::tuning::rows::split(&mut rows, order.val_size, 1).unwrap();
            assert_eq!((rows.len(), watched.len()), (left.conversations, left.watched));
        }
    }
}
