//! What cannot fit is refused before anything of it is loaded: by the page at the control, by every change of the settings, and by what
//! loads a model, whoever asked for it.

use std::path::Path;

use api::{FitAsked, FitPart, FitView, SettingsPatch};
use domain::{Problem, ProblemKind};
use models::{Candidate, Kind, Learned, Machine, footprint};
use store::Settings;

use crate::app::paths::{BUILT_IN_MODEL, Paths, kind_word};
use crate::app::{Answer, App, lock};
use crate::conversation::read_ahead::DEFAULT_CONTEXT;
use crate::models::plan::{self, Asked};
use crate::models::remote_model;
use crate::settings::mapping;

/// Contexts that are tried where a wished one does not fit, the longest first.
const CONTEXTS: [u32; 7] = [131_072, 65_536, 32_768, 16_384, 8192, 4096, 2048];
/// Models that are named instead.
const NAMED: usize = 6;

/// What would be in memory together.
struct Setup {
    /// The language model first, where it is a local one.
    parts: Vec<Candidate>,
    /// Everything there is to choose from.
    all: Vec<Candidate>,
    base: u64,
    budget: u64,
    context: u32,
    /// The language model computes on a graphics card, in whose memory it lies.
    on_card: bool,
}

impl Setup {
    fn needs(&self) -> u64 {
        self.parts.iter().fold(self.base, |sum, one| sum.saturating_add(one.footprint.total()))
    }

    fn fits(&self) -> bool {
        // Nobody can be helped by less than the model that came with the program; of a machine that does not say how much memory it
        // has nothing is known.
        let least = self.parts.first().is_some_and(|one| one.built_in);
        self.on_card || least || self.budget == 0 || self.needs() <= self.budget
    }

    fn missing(&self) -> u64 {
        self.needs().saturating_sub(self.budget)
    }

    /// It does not fit, and is no step towards it: what fits now may lie on a graphics card, of which nothing is missing here.
    fn is_worse(&self, now: &Self) -> bool {
        !self.fits() && (now.fits() || self.missing() > now.missing())
    }

    /// Language models that fit in the place of the one that does not.
    fn instead(&self) -> Vec<&Candidate> {
        let others: u64 = self
            .parts
            .iter()
            .filter(|one| one.kind != Kind::Chat)
            .map(|one| one.footprint.total())
            .fold(self.base, u64::saturating_add);
        let room = self.budget.saturating_sub(others);
        let mut found: Vec<&Candidate> = self
            .all
            .iter()
            .filter(|one| one.kind == Kind::Chat && (one.built_in || one.footprint.total() <= room))
            .filter(|one| one.here || !(one.ask || one.by_choice))
            .collect();
        // What is here first, and of either the largest: the better answers.
        found.sort_by_key(|one| (!one.here, std::cmp::Reverse(one.footprint.total())));
        found.truncate(NAMED);
        found
    }
}

/// What the settings would bring into memory. Asks the system; measures nothing.
fn setup(paths: &Paths, settings: &Settings, device: llm::DeviceChoice) -> Result<Setup, Problem> {
    let machine = plan::machine_of(device, false);
    let how = plan::how(settings, &Asked::default(), &machine);
    let all = plan::candidates(paths, &how)?;
    let named = |id: &str, kind| all.iter().find(|one| one.id == id && one.kind == kind).cloned();
    let mut parts = Vec::new();
    let chat = settings.chat_model.as_str();
    let local = !chat.starts_with(remote_model::PREFIX);
    if local {
        let id = if chat.is_empty() { BUILT_IN_MODEL } else { chat };
        let learned = Learned::read(&paths.dirs.models());
        let by_path = || {
            let path = paths.chat_model(chat).ok()?;
            models::candidate_at(&path, &how, &learned).ok()
        };
        // What is no model at all is for whoever loads it to say.
        parts.extend(named(id, Kind::Chat).or_else(by_path));
    }
    // Where none is named the first that is here is loaded.
    let first_ears = || all.iter().find(|one| one.kind == Kind::Ears && one.here).cloned();
    parts.extend(match settings.ears_model.as_str() {
        "" => first_ears(),
        id => named(id, Kind::Ears),
    });
    if settings.speak
        && let Some(id) = paths.voice_entry(&settings.voice)
    {
        parts.extend(named(&id, Kind::Voice));
    }
    parts.extend(named(&settings.encoder, Kind::Encoder));
    let on_card =
        parts.first().is_some_and(|one| one.kind == Kind::Chat && models::on_card(&machine, one));
    Ok(Setup {
        parts,
        all,
        base: models::base(true),
        budget: if machine.memory == 0 { 0 } else { models::budget(&machine) },
        context: settings.context_for(u32::MAX),
        on_card,
    })
}

fn part(one: &Candidate) -> FitPart {
    FitPart {
        id: one.id.clone(),
        kind: kind_word(one.kind).to_owned(),
        name: one.name.clone(),
        needs: one.footprint.total() as f64,
        here: one.here,
        estimated: one.footprint.estimated,
    }
}

fn view(setup: &Setup, longest: Option<u32>) -> FitView {
    let fits = setup.fits();
    FitView {
        fits,
        needs: setup.needs() as f64,
        budget: setup.budget as f64,
        base: setup.base as f64,
        context: setup.context,
        parts: setup.parts.iter().map(part).collect(),
        longest,
        instead: if fits { Vec::new() } else { setup.instead().into_iter().map(part).collect() },
    }
}

/// What a person is told.
fn refusal(setup: &Setup) -> Problem {
    let name = setup.parts.first().map_or("this", |one| one.name.as_str());
    let instead: Vec<&str> =
        setup.instead().iter().filter(|one| one.here).map(|one| one.name.as_str()).collect();
    Problem::new(
        ProblemKind::Memory,
        format!(
            "{name} does not fit with what is loaded beside it: {} of memory would be needed, {} can be used",
            models::bytes(setup.needs()),
            models::bytes(setup.budget)
        ),
        match instead.as_slice() {
            [] => "choose a smaller model or a shorter context".to_owned(),
            some => format!("these fit: {}; or choose a shorter context", some.join(", ")),
        },
    )
}

/// Refuses a language model that cannot fit into this computer's memory, before anything of it is read. What lies on a graphics card is
/// for the engine to plan.
pub(crate) fn refuse_too_large(
    paths: &Paths,
    path: &Path,
    options: &llm::Options,
) -> Result<(), Problem> {
    refuse_on(&plan::machine_of(options.device, false), paths, path, options)
}

fn refuse_on(
    machine: &Machine,
    paths: &Paths,
    path: &Path,
    options: &llm::Options,
) -> Result<(), Problem> {
    if path == paths.built_in_model() {
        return Ok(());
    }
    let how = footprint::Chat {
        context: u64::from(options.context_length),
        branches: options.branches,
        threads: machine.cores as u64,
        quantize: plan::loaded_as(options.quantize),
        cache: plan::kept_as(options.cache),
    };
    // What is no model is for whoever loads it to say.
    let learned = Learned::read(&paths.dirs.models());
    let Ok(one) = models::candidate_at(path, &how, &learned) else { return Ok(()) };
    let needs = models::base(false).saturating_add(one.footprint.total());
    let budget = models::budget(machine);
    if machine.memory == 0 || needs <= budget || models::on_card(machine, &one) {
        return Ok(());
    }
    let all = plan::candidates(paths, &how)?;
    let setup = Setup {
        parts: vec![one],
        all,
        base: models::base(false),
        budget,
        context: options.context_length,
        on_card: false,
    };
    Err(refusal(&setup))
}

/// The settings with a choice in them that is not made yet.
fn with(settings: &Settings, asked: FitAsked) -> Settings {
    let mut wished = settings.clone();
    let mut writing = *mapping::view(settings).writing;
    writing.context_length = asked.context_length.unwrap_or(writing.context_length);
    writing.quantize = asked.quantize.unwrap_or(writing.quantize);
    let patch = SettingsPatch {
        chat_model: asked.chat_model,
        voice: asked.voice,
        ears_model: asked.ears_model,
        writing: Some(writing),
        ..SettingsPatch::default()
    };
    mapping::apply(&mut wished, patch);
    wished
}

impl App {
    /// Whether a choice that is not made yet fits, with what; where it does not, what would.
    pub fn fit(&self, asked: FitAsked) -> Answer<FitView> {
        let settings = lock(&self.settings).get().clone();
        let wished = with(&settings, asked);
        let planned = setup(&self.paths, &wished, self.device_choice(&wished))?;
        let mut longest = None;
        if !planned.fits() {
            let shorter = |context: &&u32| **context < planned.context;
            for context in CONTEXTS.iter().filter(shorter) {
                let at = Settings { context_length: *context, ..wished.clone() };
                if setup(&self.paths, &at, self.device_choice(&at))?.fits() {
                    longest = Some(*context);
                    break;
                }
            }
        }
        Ok(view(&planned, longest))
    }

    /// Refuses a change of the settings that brings into memory what does not fit there. One that makes things better is never refused.
    pub(crate) fn refuse_what_does_not_fit(
        &self,
        before: &Settings,
        after: &Settings,
    ) -> Result<(), Problem> {
        let counts = |of: &Settings| {
            let words = [&of.chat_model, &of.ears_model, &of.voice, &of.encoder, &of.device];
            (words.map(Clone::clone), of.speak, of.quantize, of.context_length, of.kv_cache)
        };
        if counts(before) == counts(after) {
            return Ok(());
        }
        let planned = setup(&self.paths, after, self.device_choice(after))?;
        if planned.fits() {
            return Ok(());
        }
        let now = setup(&self.paths, before, self.device_choice(before))?;
        if planned.is_worse(&now) { Err(refusal(&planned)) } else { Ok(()) }
    }
}

const _: () = assert!(DEFAULT_CONTEXT > CONTEXTS[CONTEXTS.len() - 1], "there is a shorter one");

#[cfg(test)]
#[path = "fit_tests.rs"]
mod tests;
