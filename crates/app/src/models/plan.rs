//! What fits this machine, asked of `models` with the settings, the library and the model in the box.

use std::path::Path;

use api::{PlanView, PlannedGpu, PlannedModel, SettingsPatch};
use domain::{Lang, Problem, ProblemKind};
use models::{Candidate, Learned, Machine, Plan, Wish, footprint};
use store::{Settings, SettingsFile};

use crate::app::paths::{BUILT_IN_MODEL, Paths};
use crate::app::{Answer, App, lock};
use crate::conversation::read_ahead::DEFAULT_CONTEXT;
use crate::conversation::views;
use crate::settings::mapping;

/// What is asked of a plan beyond the settings.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Ids that must be in the set.
    pub chosen: Vec<String>,
    /// Tokens of context; the settings' where `None`, and where these leave it open the longest with which something fits.
    pub context: Option<u64>,
    /// The language that is talked; the settings' where `None`.
    pub language: Option<Lang>,
    /// Without a window.
    pub terminal: bool,
    /// Without a recogniser.
    pub deaf: bool,
    /// Without a voice.
    pub silent: bool,
}

/// Plans for this machine (a quarter of a second: memory is measured).
pub fn plan(paths: &Paths, asked: &Asked) -> Result<(Machine, Plan), Problem> {
    let file = SettingsFile::open(paths.dirs.settings());
    plan_with(paths, file.get(), crate::models::compute_devices::of_settings(file.get()), asked)
}

fn plan_with(
    paths: &Paths,
    settings: &Settings,
    device: llm::DeviceChoice,
    asked: &Asked,
) -> Result<(Machine, Plan), Problem> {
    let machine = machine_of(device, true);
    let plan = plan_on(&machine, paths, settings, asked)?;
    Ok((machine, plan))
}

fn plan_on(
    machine: &Machine,
    paths: &Paths,
    settings: &Settings,
    asked: &Asked,
) -> Result<Plan, Problem> {
    let contexts = match asked.context {
        Some(context) => vec![context],
        None if settings.context_length > 0 => vec![u64::from(settings.context_length)],
        None => models::CONTEXTS.to_vec(),
    };
    let with = |context| {
        let asked = Asked { context: Some(context), ..Asked::default() };
        candidates(paths, &how(settings, &asked, machine))
    };
    let all = with(contexts[0])?;
    // What finds memories by meaning is in memory beside the others, and is never recommended: it is counted where it is in use.
    let encoder =
        all.iter().find(|one| one.kind == models::Kind::Encoder && one.id == settings.encoder);
    let encoder = encoder.map(|one| one.id.clone());
    if let Some(unknown) = asked.chosen.iter().find(|id| !all.iter().any(|one| one.id == **id)) {
        return Err(models::Error::Unknown(unknown.clone()).into());
    }
    let wish = Wish {
        language: asked.language.unwrap_or_else(|| views::lang(settings)),
        speak: !asked.silent,
        hear: !asked.deaf,
        window: !asked.terminal,
        chosen: asked.chosen.iter().cloned().chain(encoder).collect(),
    };
    models::plan_within(machine, &contexts, &wish, with)
}

/// What brings a language model of a recommended set to use: with the context that it was recommended with, where nobody has said another
/// and the usual one is too much for this computer.
fn use_of(settings: &Settings, id: &str, planned: Option<u64>) -> SettingsPatch {
    let writing = shorter(settings, planned).map(|context_length| {
        let writing = *mapping::view(settings).writing;
        api::Writing { context_length, ..writing }
    });
    SettingsPatch { chat_model: Some(id.to_owned()), writing, ..SettingsPatch::default() }
}

/// A planned context in tokens, where the settings leave it open and it is shorter than the usual one.
fn shorter(settings: &Settings, planned: Option<u64>) -> Option<u32> {
    planned
        .and_then(|context| u32::try_from(context).ok())
        .filter(|context| settings.context_length == 0 && *context < DEFAULT_CONTEXT)
}

/// This computer, with what this build and the person's choice make of its graphics cards. How fast memory is read takes a quarter of a
/// second to `measure`.
pub(crate) fn machine_of(device: llm::DeviceChoice, measure: bool) -> Machine {
    let mut machine = if measure { Machine::measure() } else { Machine::detect() };
    mark(&mut machine.gpus, device);
    machine
}

/// Says of each card what it is good for here.
fn mark(gpus: &mut [models::Gpu], device: llm::DeviceChoice) {
    for (index, gpu) in gpus.iter_mut().enumerate() {
        gpu.fate = crate::models::compute_devices::fate(gpu, index, device);
    }
}

pub(crate) fn candidates(paths: &Paths, how: &footprint::Chat) -> Result<Vec<Candidate>, Problem> {
    let library = paths.all_models();
    let built_in = paths.built_in_model();
    let learned = Learned::read(&paths.dirs.models());
    let built_in = Some((BUILT_IN_MODEL, built_in.as_path()));
    Ok(models::candidates(&paths.catalogue()?, &library, built_in, how, &learned)?)
}

/// How a language model would be loaded.
pub(crate) fn how(settings: &Settings, asked: &Asked, machine: &Machine) -> footprint::Chat {
    let context = asked.context.unwrap_or_else(|| u64::from(settings.context_for(u32::MAX)));
    footprint::Chat {
        context,
        branches: context <= u64::from(DEFAULT_CONTEXT),
        threads: machine.cores as u64,
        quantize: quantize(settings),
        cache: match settings.kv_cache {
            store::KvCache::F16 => footprint::CacheNumbers::Half,
            store::KvCache::F32 => footprint::CacheNumbers::Full,
            store::KvCache::Q8 => footprint::CacheNumbers::Eight,
        },
    }
}

/// What weights in plain floats are brought into, as the settings say.
pub(crate) fn quantize(settings: &Settings) -> footprint::Quantize {
    match settings.quantize {
        store::Quantize::AsIs => footprint::Quantize::AsIs,
        store::Quantize::Q8 => footprint::Quantize::Q8,
        store::Quantize::Q6 => footprint::Quantize::Q6,
        store::Quantize::Q5 => footprint::Quantize::Q5,
        store::Quantize::Q4 => footprint::Quantize::Q4,
    }
}

/// The same in the words of the engine.
pub(crate) fn loaded_as(quantize: Option<llm::Quantization>) -> footprint::Quantize {
    match quantize {
        None => footprint::Quantize::AsIs,
        Some(llm::Quantization::Q8) => footprint::Quantize::Q8,
        Some(llm::Quantization::Q6) => footprint::Quantize::Q6,
        Some(llm::Quantization::Q5) => footprint::Quantize::Q5,
        Some(llm::Quantization::Q4) => footprint::Quantize::Q4,
    }
}

/// How keys and values are kept, of the engine's words.
pub(crate) fn kept_as(cache: llm::CacheFormat) -> footprint::CacheNumbers {
    match cache {
        llm::CacheFormat::F16 => footprint::CacheNumbers::Half,
        llm::CacheFormat::F32 => footprint::CacheNumbers::Full,
        llm::CacheFormat::Q8 => footprint::CacheNumbers::Eight,
    }
}

/// A repository's files with what is to be said of each.
pub struct Looked {
    /// The repository.
    pub repository: models::Repository,
    /// Those that can be used, with whether they fit.
    pub files: Vec<(models::RepoFile, Option<models::Choice>)>,
    /// The repository as a model that is a folder, with whether it fits.
    pub folder: Option<(models::Entry, Option<models::Choice>)>,
}

/// Lists the files of a repository, each with whether it fits this machine.
pub fn look(paths: &Paths, name: &str) -> Result<Looked, Problem> {
    let settings = SettingsFile::open(paths.dirs.settings());
    let repository = repository(paths, settings.get(), name)?;
    looked(
        paths,
        settings.get(),
        crate::models::compute_devices::of_settings(settings.get()),
        repository,
    )
}

/// What is to be said of a repository's files.
pub(crate) fn looked(
    paths: &Paths,
    settings: &Settings,
    device: llm::DeviceChoice,
    repository: models::Repository,
) -> Result<Looked, Problem> {
    let machine = machine_of(device, true);
    let how = how(settings, &Asked::default(), &machine);
    let mut all = candidates(paths, &how)?;
    // What could not be fetched (a path that leads elsewhere) is not offered.
    let named = repository.files.iter().filter(|file| file.kind.is_some());
    let usable = named.filter(|file| repository.entry(&file.path).is_some());
    let usable: Vec<models::RepoFile> = usable.cloned().collect();
    all.extend(
        usable.iter().filter_map(|file| {
            Some(models::file_candidate(&file.path, file.kind?, file.size?, &how))
        }),
    );
    let folder = repository.folder();
    let whole = folder.as_ref().and_then(|entry| models::folder_candidate(entry, &how));
    // One that is here already stays the one that is here.
    let new = whole.filter(|one| !all.iter().any(|known| known.id == one.id));
    all.extend(new);
    let wish = Wish {
        language: views::lang(settings),
        speak: true,
        hear: true,
        window: true,
        chosen: Vec::new(),
    };
    // What is offered elsewhere decides the rest of the set; the files of this repository are only looked at.
    let plan = models::plan(&machine, &all, &wish);
    let files = usable
        .into_iter()
        .map(|file| {
            let choice = plan.choices.iter().find(|one| one.id == file.path).cloned();
            (file, choice)
        })
        .collect();
    let folder = folder.map(|entry| {
        let choice = plan.choices.iter().find(|one| one.id == entry.id).cloned();
        (entry, choice)
    });
    Ok(Looked { repository, files, folder })
}

/// A repository's name as people write it.
pub(crate) fn repository_name(name: &str) -> Result<models::Name, Problem> {
    models::Name::parse(name).ok_or_else(|| {
        Problem::new(
            ProblemKind::Invalid,
            format!("`{name}` is no name of a repository"),
            "write `owner/name`, `modelscope:owner/name`, or the address of its page",
        )
    })
}

/// The list of a repository's files.
pub(crate) fn repository(
    paths: &Paths,
    settings: &Settings,
    name: &str,
) -> Result<models::Repository, Problem> {
    let name = repository_name(name)?;
    let network = crate::housekeeping::network::network_of(paths, settings);
    let fetcher = crate::models::downloads::fetcher(&paths.catalogue()?, settings, &network)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| models::Error::Setup(error.to_string()))?;
    Ok(runtime.block_on(fetcher.repository(&name))?)
}

/// What a file or folder is planned to take when `context` tokens are read, without a second branch.
pub fn planned_file(
    path: &Path,
    context: u64,
    quantize: Option<llm::Quantization>,
) -> Result<footprint::Footprint, Problem> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from) as u64;
    let quantize = loaded_as(quantize);
    let cache = footprint::CacheNumbers::Half;
    let how = footprint::Chat { context, branches: false, threads, quantize, cache };
    match models::recognise(path)? {
        models::Content::Gguf { shape: Some(shape), .. } => Ok(footprint::chat(&shape, &how)),
        models::Content::Folder { shape: Some(shape), plain, .. } => {
            Ok(footprint::folder(&shape, &plain, &how))
        }
        _ => Err(Problem::new(
            ProblemKind::Unsupported,
            format!("`{}` is no language model with a shape", path.display()),
            "name a GGUF file, or a folder with a config.json",
        )),
    }
}

/// Writes one of the five models of noise that memory is measured with, as a file of blocks or as a folder of half floats; answers with its
/// name, `None` behind the last.
pub fn write_shape(
    index: usize,
    path: &Path,
    folder: bool,
) -> Result<Option<&'static str>, Problem> {
    let shapes = llm::synthetic::Shape::five();
    let Some((name, shape)) = shapes.get(index) else { return Ok(None) };
    let written = if folder {
        llm::synthetic::write_folder(path, shape, 1).map_err(|error| error.to_string())
    } else {
        llm::synthetic::write(path, shape, 1).map_err(|error| error.to_string())
    };
    written.map_err(|error| {
        Problem::new(
            ProblemKind::Disk,
            format!("`{}` cannot be written: {error}", path.display()),
            "choose a folder with 4 GB of room",
        )
    })?;
    Ok(Some(name))
}

impl App {
    /// What brings a language model that was fetched with its set to use ([`use_of`]).
    pub(crate) fn use_of_set(&self, id: &str) -> SettingsPatch {
        let settings = lock(&self.settings).get().clone();
        let asked = Asked { chosen: vec![id.to_owned()], ..Asked::default() };
        let planned = plan_with(&self.paths, &settings, self.device_choice(&settings), &asked);
        // What cannot be planned is for the loading to say.
        use_of(&settings, id, planned.ok().and_then(|(_, plan)| plan.context))
    }

    /// What fits this machine, for the page.
    pub fn plan(&self, chosen: &[String]) -> Answer<PlanView> {
        let settings = lock(&self.settings).get().clone();
        let asked = Asked { chosen: chosen.to_vec(), ..Asked::default() };
        let (machine, plan) =
            plan_with(&self.paths, &settings, self.device_choice(&settings), &asked)?;
        Ok(view(&machine, &settings, plan))
    }
}

fn view(machine: &Machine, settings: &Settings, plan: Plan) -> PlanView {
    let number = |n: u64| n as f64;
    PlanView {
        memory: number(machine.memory),
        budget: number(plan.budget),
        needs: number(plan.needs),
        base: number(plan.base),
        available: number(machine.available),
        download: number(plan.download),
        fits: plan.fits,
        processor: machine.processor.clone(),
        cores: machine.cores as u32,
        gpus: machine.gpus.iter().map(card).collect(),
        context: shorter(settings, plan.context),
        set: plan.set,
        models: plan
            .choices
            .into_iter()
            .map(|one| {
                let (verdict, spare) = match one.verdict {
                    models::Fit::Fits { spare } => ("fits", number(spare)),
                    models::Fit::Slow { spare } => ("slow", number(spare)),
                    models::Fit::TooLarge { missing } => ("too-large", -number(missing)),
                };
                PlannedModel {
                    id: one.id,
                    verdict: verdict.to_owned(),
                    spare,
                    needs: number(one.needs),
                    estimated: one.footprint.estimated,
                    tokens_per_s: one.tokens_per_s,
                }
            })
            .collect(),
    }
}

/// A graphics card as the page names it.
fn card(gpu: &models::Gpu) -> PlannedGpu {
    let fate = match gpu.fate {
        models::Fate::Used => "used",
        models::Fate::Setting => "setting",
        models::Fate::OtherBuild => "other-build",
        models::Fate::NoDriver => "no-driver",
        models::Fate::Server => "server",
        models::Fate::Shared => "shared",
        models::Fate::Software => "software",
    };
    PlannedGpu {
        name: gpu.name.clone(),
        memory: gpu.memory as f64,
        free: gpu.free.map(|free| free as f64),
        fate: fate.to_owned(),
    }
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
