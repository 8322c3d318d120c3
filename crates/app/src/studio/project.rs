//! Projects on the disk: a folder each, whose files are whole or not there.
//!
//! `project.json` says what was chosen and how far it is, `scan.json` what the files hold, `workbook.json` is the dataset with what was
//! changed, `data` the files that training reads, and `runs/N` one training each, as `hanashi tune lora` leaves it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use api::{StudioChoice, StudioRecipe, StudioSample, StudioScan, StudioVotes};
use domain::{Problem, ProblemKind};
use novel::dataset::Workbook;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::app::lock;
use crate::app::paths::Paths;

/// Largest file of a project that is read.
const MAX_FILE: u64 = 512 << 20;
/// Samples that are read again.
const MAX_SAMPLES: usize = 600;
/// Trainings of a project whose folders are kept.
const RUNS: u32 = 2;

/// How the last training of a project ended, or that it has not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum RunState {
    /// There is none.
    #[default]
    None,
    /// It runs, or the program ended while it ran.
    Open,
    /// It was paused.
    Paused,
    /// It came to its end.
    Finished,
    /// It went wrong.
    Failed,
}

/// What a training was begun with: what goes on must go on in the same way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Frozen {
    pub(super) base: PathBuf,
    pub(super) method: String,
    pub(super) effort: String,
    pub(super) epochs: Option<f64>,
    pub(super) learning_rate: Option<f64>,
    /// Blocks in memory, blocks computed twice.
    pub(super) blocks: bool,
    pub(super) recompute: bool,
    /// Where it was begun.
    #[serde(default)]
    pub(super) device: String,
    /// The training that made the judge of answers that are tried.
    #[serde(default)]
    pub(super) judge: Option<u32>,
    pub(super) character: String,
    pub(super) steps: usize,
}

/// A project.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct Project {
    pub(super) v: u32,
    pub(super) id: String,
    pub(super) name: String,
    pub(super) created_at: u64,
    pub(super) sources: Vec<PathBuf>,
    pub(super) own_chats: bool,
    #[serde(default)]
    pub(super) choice: StudioChoice,
    #[serde(default)]
    pub(super) recipe: StudioRecipe,
    /// Number of the last training.
    #[serde(default)]
    pub(super) run: u32,
    #[serde(default)]
    pub(super) state: RunState,
    #[serde(default)]
    pub(super) frozen: Option<Frozen>,
    /// The last training that came to its end.
    #[serde(default)]
    pub(super) trained: Option<u32>,
    /// The base that it was trained on.
    #[serde(default)]
    pub(super) trained_on: PathBuf,
    /// Whose answers it learnt: somebody else may be chosen by now.
    #[serde(default)]
    pub(super) trained_as: String,
    /// The last training that made a judge of answers, and its base.
    #[serde(default)]
    pub(super) judge: Option<u32>,
    #[serde(default)]
    pub(super) judge_on: PathBuf,
    /// It ended because it got no better.
    #[serde(default)]
    pub(super) no_better: bool,
    #[serde(default)]
    pub(super) problem: Option<api::Problem>,
    #[serde(default)]
    pub(super) votes: StudioVotes,
    #[serde(default)]
    pub(super) used_by: Option<String>,
}

impl Project {
    /// The name of whoever was trained; in older projects, of whoever is chosen.
    pub(super) fn speaks_as(&self) -> &str {
        let names = [&self.trained_as, &self.choice.speaker];
        names.into_iter().find(|name| !name.is_empty()).unwrap_or(&self.name)
    }
}

/// The folder of all projects.
#[derive(Debug, Clone)]
pub(super) struct Store {
    root: PathBuf,
    built_in: PathBuf,
    writing: Arc<Mutex<()>>,
}

impl Store {
    pub(super) fn new(paths: &Paths, writing: Arc<Mutex<()>>) -> Self {
        let root = paths.dirs.root().join("studio");
        Self { root, built_in: paths.built_in_model(), writing }
    }

    /// The folder of a project; an error where the id is no plain name.
    pub(super) fn folder(&self, id: &str) -> Result<PathBuf, Problem> {
        let plain = !id.is_empty()
            && id.len() <= 100
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if plain { Ok(self.root.join(id)) } else { Err(unknown(id)) }
    }

    /// All projects that can be read, the newest first.
    pub(super) fn all(&self) -> Vec<Project> {
        let entries = std::fs::read_dir(&self.root).into_iter().flatten().flatten();
        let mut projects: Vec<Project> = entries
            .filter_map(|entry| entry.file_name().into_string().ok())
            .filter(|id| !id.starts_with('.'))
            .filter_map(|id| {
                let read = self.read(&id);
                read.inspect_err(|problem| tracing::warn!(%problem, %id, "a project is left out"))
                    .ok()
            })
            .collect();
        projects.sort_by_key(|project| std::cmp::Reverse(project.created_at));
        projects
    }

    pub(super) fn read(&self, id: &str) -> Result<Project, Problem> {
        let mut project: Project =
            read(&self.folder(id)?.join("project.json"))?.ok_or_else(|| unknown(id))?;
        id.clone_into(&mut project.id);
        let begun_on = project.frozen.as_mut().map(|frozen| &mut frozen.base);
        let others = [&mut project.trained_on, &mut project.judge_on];
        for base in others.into_iter().chain(begun_on) {
            // The model in the box moves: an AppImage lies elsewhere at every start.
            if base.file_name() == self.built_in.file_name() && !base.is_file() {
                base.clone_from(&self.built_in);
            }
        }
        Ok(project)
    }

    pub(super) fn write(&self, project: &Project) -> Result<(), Problem> {
        write(&self.folder(&project.id)?.join("project.json"), project)
    }

    /// Changes a project by what is on the disk now: a training writes to it, too.
    pub(super) fn change(
        &self,
        id: &str,
        change: impl FnOnce(&mut Project),
    ) -> Result<Project, Problem> {
        let _alone = lock(&self.writing);
        let mut project = self.read(id)?;
        change(&mut project);
        self.write(&project)?;
        Ok(project)
    }

    pub(super) fn scan(&self, id: &str) -> Result<StudioScan, Problem> {
        Ok(read(&self.folder(id)?.join("scan.json"))?.unwrap_or_default())
    }

    pub(super) fn keep_scan(&self, id: &str, scan: &StudioScan) -> Result<(), Problem> {
        write(&self.folder(id)?.join("scan.json"), scan)
    }

    pub(super) fn workbook(&self, id: &str) -> Result<Option<Workbook>, Problem> {
        read(&self.folder(id)?.join("workbook.json"))
    }

    pub(super) fn keep_workbook(&self, id: &str, book: &Workbook) -> Result<(), Problem> {
        write(&self.folder(id)?.join("workbook.json"), book)
    }

    /// Removes a dataset whose speaker is not chosen any more.
    pub(super) fn remove_workbook(&self, id: &str) -> Result<(), Problem> {
        let path = self.folder(id)?.join("workbook.json");
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(disk(&path, &error)),
            _ => Ok(()),
        }
    }

    /// Where training reads.
    pub(super) fn data(&self, id: &str) -> Result<PathBuf, Problem> {
        Ok(self.folder(id)?.join("data"))
    }

    /// The folder of a training.
    pub(super) fn run(&self, id: &str, run: u32) -> Result<PathBuf, Problem> {
        Ok(self.folder(id)?.join("runs").join(run.to_string()))
    }

    /// What was trained last, where it is whole.
    pub(super) fn adapter(&self, project: &Project) -> Option<PathBuf> {
        let folder = self.run(&project.id, project.trained?).ok()?;
        folder.join("adapter_model.safetensors").is_file().then_some(folder)
    }

    /// The judge of answers that was trained last, where it is whole.
    pub(super) fn judge(&self, project: &Project) -> Option<PathBuf> {
        let folder = self.run(&project.id, project.judge?).ok()?;
        folder.join("value_head.safetensors").is_file().then_some(folder)
    }

    /// Removes folders of trainings before the last ones and what is used.
    pub(super) fn prune(&self, project: &Project) {
        for run in 1..project.run.saturating_sub(RUNS - 1) {
            let practised = project.frozen.as_ref().and_then(|frozen| frozen.judge);
            if ![project.trained, project.judge, practised].contains(&Some(run))
                && let Ok(folder) = self.run(&project.id, run)
            {
                // What cannot be removed is in nobody's way.
                let _left = std::fs::remove_dir_all(folder);
            }
        }
    }

    /// Adds what the model answered to the log of a training.
    pub(super) fn add_sample(folder: &Path, sample: &StudioSample) -> Result<(), Problem> {
        use std::io::Write;
        let path = folder.join("samples.jsonl");
        let line = serde_json::to_string(sample).unwrap_or_default();
        let open = std::fs::OpenOptions::new().create(true).append(true).open(&path);
        let line = vault::line_for(&path, &line).map_err(|error| disk(&path, &error))?;
        open.and_then(|mut file| file.write_all(&line)).map_err(|error| disk(&path, &error))
    }

    /// What the model answered in a training, up to a step; the newest last.
    pub(super) fn samples(folder: &Path, step: usize) -> Vec<StudioSample> {
        let path = folder.join("samples.jsonl");
        let small = std::fs::metadata(&path).is_ok_and(|about| about.len() <= MAX_FILE);
        let text =
            if small { vault::read(&path, MAX_FILE).unwrap_or_default() } else { Vec::new() };
        let text = String::from_utf8_lossy(&text);
        let mut samples: Vec<StudioSample> = Vec::new();
        for sample in text.lines().filter_map(|line| serde_json::from_str(line).ok()) {
            let sample: StudioSample = sample;
            // A training that was killed makes some steps again.
            samples.retain(|one| one.step != sample.step || one.said != sample.said);
            samples.push(sample);
        }
        samples.retain(|one| one.step as usize <= step);
        samples.sort_by_key(|one| one.step);
        let surplus = samples.len().saturating_sub(MAX_SAMPLES);
        samples.split_off(surplus)
    }

    /// Moves a project out of sight; the one that was moved there before is gone for good.
    pub(super) fn remove(&self, id: &str) -> Result<(), Problem> {
        let folder = self.folder(id)?;
        self.read(id)?;
        let trash = self.root.join(".removed");
        if trash.exists() {
            std::fs::remove_dir_all(&trash).map_err(|error| disk(&trash, &error))?;
        }
        std::fs::create_dir_all(&trash).map_err(|error| disk(&trash, &error))?;
        std::fs::rename(&folder, trash.join(id)).map_err(|error| disk(&folder, &error))
    }

    /// Puts it back.
    pub(super) fn restore(&self, id: &str) -> Result<(), Problem> {
        let folder = self.folder(id)?;
        let kept = self.root.join(".removed").join(id);
        if folder.exists() || !kept.exists() {
            return Err(unknown(id));
        }
        std::fs::rename(&kept, &folder).map_err(|error| disk(&kept, &error))
    }
}

fn read<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, Problem> {
    let length = match std::fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        other => other.map_err(|error| disk(path, &error))?.len(),
    };
    let damaged = |why: String| {
        Problem::new(
            ProblemKind::Damaged,
            format!("`{}` cannot be read: {why}", path.display()),
            "remove the project and begin it anew; your scripts and characters are not touched",
        )
    };
    if length > MAX_FILE {
        return Err(damaged("it is larger than anything the studio writes".to_owned()));
    }
    let bytes = vault::read(path, MAX_FILE).map_err(|error| disk(path, &error))?;
    serde_json::from_slice(&bytes).map(Some).map_err(|error| damaged(error.to_string()))
}

fn write(path: &Path, value: &impl Serialize) -> Result<(), Problem> {
    let bytes = serde_json::to_vec(value).map_err(|error| disk(path, &error))?;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| disk(folder, &error))?;
    }
    Ok(store::atomic::write_private(path, &bytes)?)
}

pub(super) fn disk(path: &Path, error: &dyn std::fmt::Display) -> Problem {
    Problem::new(
        ProblemKind::Disk,
        format!("`{}` could not be used: {error}", path.display()),
        "check that there is room on the disk and that you may write there",
    )
}

fn unknown(id: &str) -> Problem {
    Problem::new(
        ProblemKind::Missing,
        format!("there is no project `{id}`"),
        "choose one of the list, or begin another one",
    )
}
