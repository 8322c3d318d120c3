//! The studio: somebody's scripts and chats become a dataset, a training, and a character that speaks with what was learnt.
//!
//! The rules are `novel`'s (what is read, how it becomes lines, what should be known of them) and `tuning`'s (what is advised, how it
//! is trained). Here projects are kept in the data folder, so that everything goes on where it was after a restart, and one training at
//! a time runs on threads that give way to whoever talks.
//!
//! Begin with `project` (what is kept), `training` and `making_up` (what runs). `novels` and `tuning` are the same for the terminal, without a project.

mod advising;
pub(crate) mod asking;
mod dataset;
mod making_up;
pub mod novels;
mod project;
mod reading;
mod staging;
mod talking;
mod training;
pub mod tuning;
mod views;

use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use api::{StudioDesk, StudioProject};
use domain::{Problem, ProblemKind};
use novel::dataset::{Sources, Workbook};

use crate::app::{Answer, App, lock};
use project::{Project, Store};
pub(crate) use reading::count;

/// What the studio holds between calls.
#[derive(Default)]
pub(crate) struct Studio {
    /// The training that runs.
    running: Arc<Mutex<Option<training::Running>>>,
    /// Instructions that are being made up, and the thread that has them made up.
    making_up: Mutex<Option<making_up::MakingUp>>,
    asker: Mutex<Option<JoinHandle<()>>>,
    /// What was read for the project that was open last: reading a large novel takes seconds.
    sources: Mutex<Option<(String, Arc<Sources>)>>,
    /// Its dataset.
    workbook: Mutex<Option<(String, Workbook)>>,
    /// What was said in the blind talk: a project, and questions with the answers that were liked.
    talk: Mutex<Option<(String, Vec<Exchange>)>>,
    /// Held from the look whether a dataset may be changed until it is, and while a training begins: what is learnt must not change
    /// under it, and of two changes neither may be lost. Taken before all others of these.
    changing: Mutex<()>,
    /// Held while a project is changed: the page and a training both do.
    writing: Arc<Mutex<()>>,
}

/// A question, and the answer that was liked.
type Exchange = (String, String);

impl App {
    fn studio_store(&self) -> Store {
        Store::new(&self.paths, Arc::clone(&self.studio.writing))
    }

    /// All projects, the newest first.
    pub fn studio_projects(&self) -> Answer<Vec<StudioProject>> {
        let running = self.studio_running();
        let of = |project: Project| {
            let run = views::standing(&self.studio_store(), &project, running.as_ref());
            StudioProject {
                state: run.as_ref().map_or_else(|| "new".to_owned(), |run| run.state.clone()),
                step: run.as_ref().map_or(0, |run| run.step),
                total: run.as_ref().map_or(0, |run| run.total),
                created_at: project.created_at as f64,
                id: project.id,
                name: project.name,
            }
        };
        Ok(self.studio_store().all().into_iter().map(of).collect())
    }

    /// A project as it stands.
    pub fn studio_open(&self, id: &str) -> Answer<StudioDesk> {
        let project = self.studio_store().read(id)?;
        Ok(self.studio_desk(&project)?)
    }

    /// Takes a project away; until the next one is taken away it can be put back.
    pub fn studio_remove(&self, id: &str) -> Answer<()> {
        let _alone = lock(&self.studio.changing);
        if self.studio_running().is_some_and(|running| running.project == id) {
            return Err(busy("it is being trained").into());
        }
        self.studio_stop_asking(id)?;
        self.studio_store().remove(id)?;
        *lock(&self.studio.sources) = None;
        *lock(&self.studio.workbook) = None;
        Ok(())
    }

    /// Puts back what was taken away last.
    pub fn studio_restore(&self, id: &str) -> Answer<()> {
        Ok(self.studio_store().restore(id)?)
    }

    fn studio_desk(&self, project: &Project) -> Result<StudioDesk, Problem> {
        let store = self.studio_store();
        let scan = store.scan(&project.id)?;
        let dataset = if project.choice.speaker.is_empty() {
            None
        } else {
            Some(self.with_workbook(&project.id, views::dataset)?)
        };
        let run = views::run(&store, project, self.studio_running().as_ref());
        let asked = self.studio_making_up().filter(|making| making.project == project.id);
        Ok(StudioDesk {
            id: project.id.clone(),
            name: project.name.clone(),
            sources: project.sources.iter().map(|path| path.display().to_string()).collect(),
            own_chats: project.own_chats,
            scan,
            choice: project.choice.clone(),
            dataset,
            asking: asked.map(|making| making.now()),
            recipe: project.recipe.clone(),
            run,
            trained: store.adapter(project).is_some(),
            judge: store.judge(project).is_some(),
            votes: project.votes,
            used_by: project.used_by.clone(),
        })
    }

    /// A training runs.
    pub(crate) fn studio_trains(&self) -> bool {
        self.studio_running().is_some()
    }

    /// The training that runs, if one does.
    fn studio_running(&self) -> Option<training::Running> {
        lock(&self.studio.running).clone()
    }

    /// Refuses what would change a dataset that is being learnt, that a paused training will go on with, or that is about to be
    /// another one.
    fn studio_settled(&self, project: &Project) -> Result<(), Problem> {
        self.studio_not_asked(project)?;
        self.studio_not_learnt(project)
    }

    /// Of these, what is being learnt.
    fn studio_not_learnt(&self, project: &Project) -> Result<(), Problem> {
        let running = self.studio_running();
        let state = views::standing(&self.studio_store(), project, running.as_ref());
        match state.map(|run| run.state).as_deref() {
            None | Some("finished" | "failed") => Ok(()),
            Some("paused") => Err(Problem::new(
                ProblemKind::Busy,
                "a training of this dataset is paused",
                "go on with it, or give it up to change the dataset",
            )),
            Some(_) => Err(busy("this dataset is being learnt")),
        }
    }
}

impl App {
    /// A training that went wrong is of what was chosen then; what is changed now begins anew.
    fn studio_begin_anew(&self, project: &Project) -> Result<(), Problem> {
        if project.state == project::RunState::Failed {
            training::forget(&self.studio_store(), project)?;
        }
        Ok(())
    }
}

/// Unix time in milliseconds.
fn now_ms() -> u64 {
    u64::try_from(jiff::Timestamp::now().as_millisecond()).unwrap_or_default()
}

fn busy(what: &str) -> Problem {
    Problem::new(ProblemKind::Busy, what, "pause the training first")
}
