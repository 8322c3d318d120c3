//! The library of models, for the terminal.

use std::path::{Path, PathBuf};

use api::{ModelEntry, VoiceEntry};
use domain::{Problem, ProblemKind};
use models::{Event, How, Imported, Outcome, Verdict};
use store::SettingsFile;
use tokio_util::sync::CancellationToken;

use crate::app::paths::{Paths, kind_name};
use crate::conversation::views;
use crate::housekeeping::network::network_of;
use crate::models::{adapters, downloads, remote_model};
use crate::stage::painter;
use crate::voice::choices;

pub use models::bytes;

/// Models and voices, as `hanashi models list` shows them.
pub fn models(paths: &Paths) -> Result<(Vec<ModelEntry>, Vec<VoiceEntry>), Problem> {
    let lang = views::lang(SettingsFile::open(paths.dirs.settings()).get());
    let voices = tts::list_voices(&paths.voice_options().voice_dirs);
    Ok((downloads::list(paths, lang)?, voices.into_iter().map(choices::voice_view).collect()))
}

/// Adapters of the library, by name.
pub fn adapters(paths: &Paths) -> Vec<String> {
    adapters::names(paths)
}

/// Names of the models on the server of the settings.
pub fn remote_models(paths: &Paths) -> Result<Vec<String>, Problem> {
    let settings = SettingsFile::open(paths.dirs.settings()).get().clone();
    let network = network_of(paths, &settings);
    remote_model::list(&settings, &remote::Keychain::default(), network)
}

/// Keeps the key to the server of the settings in the system's keychain; an empty one is forgotten.
pub fn set_remote_key(paths: &Paths, key: &str) -> Result<(), Problem> {
    let settings = SettingsFile::open(paths.dirs.settings()).get().clone();
    let address = remote::Address::parse(&settings.remote_url)?;
    Ok(remote::Keychain::default().set(&address, key)?)
}

/// Keeps the key to the server that draws in the system's keychain; an empty one is forgotten.
pub fn set_picture_key(paths: &Paths, key: &str) -> Result<(), Problem> {
    let settings = SettingsFile::open(paths.dirs.settings()).get().clone();
    Ok(remote::Keychain::default().set(&crate::stage::scene_pictures::address(&settings)?, key)?)
}

/// Keeps the key to Brave's search in the system's keychain; an empty one is forgotten.
pub fn set_search_key(paths: &Paths, key: &str) -> Result<(), Problem> {
    paths.dirs.create()?;
    Ok(remote::Keychain::default().set(&remote::Brave::address()?, key)?)
}

/// Puts a question to the search engine of the settings; answers which machine was asked, and what it found.
///
/// # Errors
/// [`ProblemKind::Network`] where searching is switched off, or nobody answers.
pub fn search_web(
    paths: &Paths,
    question: &str,
    most: usize,
) -> Result<(String, Vec<remote::Snippet>), Problem> {
    let settings = SettingsFile::open(paths.dirs.settings()).get().clone();
    let network = network_of(paths, &settings);
    let keys = remote::Keychain::default();
    let engine =
        crate::knowledge::web_search::engine(&settings, &keys, &network)?.ok_or_else(|| {
            Problem::new(
                ProblemKind::Network,
                "asking search engines is switched off",
                "switch it on in the settings (`allow_search`): what is looked for is sent there",
            )
        })?;
    let found = engine.search(question, most, &domain::Cancel::new())?;
    Ok((engine.host().to_owned(), found))
}

/// How a download goes.
#[derive(Debug, Clone, PartialEq)]
pub enum Progress {
    /// So far.
    Bytes {
        /// Bytes here.
        done: u64,
        /// Bytes there will be, where known.
        total: Option<u64>,
        /// Bytes a second.
        rate: f64,
    },
    /// Something else worth knowing.
    Note(String),
}

/// Fetches a model of the catalogue; answers with its files.
pub fn pull(
    paths: &Paths,
    id: &str,
    on: &mut (dyn FnMut(Progress) + Send),
) -> Result<Vec<PathBuf>, Problem> {
    let entry =
        paths.catalogue()?.get(id).cloned().ok_or_else(|| models::Error::Unknown(id.to_owned()))?;
    pull_entry(paths, &entry, on)
}

/// Fetches a file of a repository of Hugging Face or ModelScope, or without one the repository as a model that is a folder; answers with
/// its files.
pub fn pull_from(
    paths: &Paths,
    repository: &str,
    path: Option<&str>,
    on: &mut (dyn FnMut(Progress) + Send),
) -> Result<Vec<PathBuf>, Problem> {
    let settings = SettingsFile::open(paths.dirs.settings());
    let listed = crate::models::plan::repository(paths, settings.get(), repository)?;
    let (entry, what) = match path {
        Some(path) => (listed.entry(path), format!("has no model `{path}` that can be used")),
        None => (listed.folder(), "is no folder of weights with a config.json".to_owned()),
    };
    let entry = entry.ok_or_else(|| {
        Problem::new(
            domain::ProblemKind::Missing,
            format!("`{repository}` {what}"),
            format!("`hanashi models look {repository}` lists what it has"),
        )
    })?;
    if let Some(commit) = &listed.commit {
        on(Progress::Note(format!("{} at commit {commit}", listed.name.repo)));
    }
    pull_entry(paths, &entry, on)
}

fn pull_entry(
    paths: &Paths,
    entry: &models::Entry,
    on: &mut (dyn FnMut(Progress) + Send),
) -> Result<Vec<PathBuf>, Problem> {
    let settings = SettingsFile::open(paths.dirs.settings());
    let catalogue = paths.catalogue()?;
    let network = network_of(paths, settings.get());
    let fetcher = downloads::fetcher(&catalogue, settings.get(), &network)?;
    paths.dirs.create()?;
    let folder = paths.model_library().folder(entry);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| models::Error::Setup(error.to_string()))?;
    let mut tell = |event| match event {
        Event::Progress { done, total, rate } => on(Progress::Bytes { done, total, rate }),
        Event::Waiting { pause, why } => {
            on(Progress::Note(format!("{why}; trying again in {} s", pause.as_secs().max(1))));
        }
        Event::Restarting { why } => on(Progress::Note(format!("{why}; beginning that file anew"))),
        Event::Moved { from, to } => on(Progress::Note(format!(
            "the repository has changed since this was begun ({} then, {} now): what is the same is kept, the rest comes anew",
            models::short(&from),
            models::short(&to)
        ))),
        Event::Checking => {}
    };
    let outcome =
        runtime.block_on(fetcher.pull(entry, &folder, &CancellationToken::new(), &mut tell))?;
    Ok(match outcome {
        Outcome::Done(files) => files.into_iter().map(|file| file.path).collect(),
        Outcome::Stopped { .. } => Vec::new(),
    })
}

/// Something that was taken into the library.
#[derive(Debug, Clone)]
pub struct Taken {
    /// Its id.
    pub id: String,
    /// `chat`, `ears`, `voice`, `adapter`.
    pub kind: String,
    /// Name for people.
    pub name: String,
}

/// Takes a local model (a file or a folder), voice or adapter into the library, as a copy. `each` hears bytes as they are copied, and stops
/// it by answering false.
pub fn import(paths: &Paths, file: &Path, each: impl FnMut(u64) -> bool) -> Result<Taken, Problem> {
    paths.dirs.create()?;
    if let Some(about) = adapters::recognise(file) {
        let id = adapters::import(paths, &about)?;
        return Ok(Taken { id, kind: "adapter".to_owned(), name: about.name });
    }
    let model = models::meant(file);
    if let Ok(content) = models::recognise(&model) {
        painter::check(&content, &model)?;
    }
    let imported = paths.model_library().import(&paths.catalogue()?, file, How::Copy, each)?;
    match imported {
        Imported::New(one) | Imported::Known(one) => {
            Ok(Taken { id: one.id, kind: kind_name(&one.content).to_owned(), name: one.name })
        }
        Imported::Stopped => Err(Problem::new(
            domain::ProblemKind::Invalid,
            "the import was stopped",
            "start it again",
        )),
    }
}

/// Removes a model from the disk.
pub fn remove(paths: &Paths, id: &str) -> Result<(), Problem> {
    let library = paths.all_models();
    let installed = library.find(&paths.catalogue()?, id)?;
    Ok(library.remove(&installed)?)
}

/// What checking a model's files found.
#[derive(Debug, Clone)]
pub struct Checked {
    /// Its id.
    pub id: String,
    /// False where a file is not what it was.
    pub good: bool,
    /// For people.
    pub text: String,
}

/// Compares every installed file with the checksum it was pinned to.
pub fn verify(paths: &Paths) -> Result<Vec<Checked>, Problem> {
    let library = paths.model_library();
    let installed = library.scan(&paths.catalogue()?)?;
    let mut verdicts = Vec::new();
    for one in installed {
        let (good, text) = match library.verify(&one, |_| true)? {
            Verdict::Good => (true, "good".to_owned()),
            Verdict::Unpinned(_) => (true, "nothing is pinned to compare it with".to_owned()),
            Verdict::Changed { file, .. } => {
                (false, format!("`{}` is not what it was", file.display()))
            }
            Verdict::Stopped => (false, "not checked".to_owned()),
        };
        verdicts.push(Checked { id: one.id, good, text });
    }
    Ok(verdicts)
}
