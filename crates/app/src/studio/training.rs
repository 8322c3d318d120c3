//! The training of the studio: one at a time, on threads that give way; it waits while somebody talks, is paused by writing a checkpoint
//! and letting everything go, and goes on from there, also after the program was closed or killed.

mod hearing;

use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use ::tuning::losses::{PreferenceKnobs, PreferenceLoss};
use ::tuning::{BaseFormat, Event, Summary};
use api::{AppEvent, StudioRecipe, StudioRun, StudioVotes};
use domain::{Problem, ProblemKind};
use novel::dataset::Workbook;

use super::advising::{KNOBS, Worked, work_out};
use super::project::{Frozen, Project, RunState, Store};
use crate::app::hub::Hub;
use crate::app::paths::Paths;
use crate::app::{Answer, App, lock};
use crate::studio::tuning::{LoraOrder, Preferring, Reinforcing, lora, prefer, prepare, reinforce};

/// Name of the dataset in its files.
pub(super) const NAME: &str = "studio";
/// How long the end of the program waits for a checkpoint. What is lost beyond it is the work since the one before.
const PATIENCE: Duration = Duration::from_secs(10);
/// A rate under which the loss stopped being a number is lowered to this share of it.
const CALMER: f64 = 0.1;

/// What is asked of a training that runs.
const GO: u8 = 0;
const PAUSE: u8 = 1;
const GIVE_UP: u8 = 2;

/// A training that runs.
#[derive(Clone)]
pub(super) struct Running {
    pub(super) project: String,
    now: Arc<Mutex<StudioRun>>,
    asked: Arc<AtomicU8>,
    ended: Arc<(Mutex<bool>, Condvar)>,
}

impl Running {
    /// How it stands.
    pub(super) fn now(&self) -> StudioRun {
        lock(&self.now).clone()
    }

    fn ask(&self, what: u8) {
        self.asked.fetch_max(what, Ordering::Relaxed);
        let mut now = lock(&self.now);
        "pausing".clone_into(&mut now.state);
    }
}

impl App {
    /// Begins a training, or goes on with one that was paused, interrupted, or went wrong behind a checkpoint.
    ///
    /// # Errors
    /// Where another one runs, somebody talks, or there is nothing to learn. What goes wrong later is an event.
    pub fn studio_train(&self, id: &str) -> Answer<()> {
        if self.is_busy() {
            let problem = Problem::new(
                ProblemKind::Busy,
                "the character is still answering",
                "begin when the answer is over",
            );
            return Err(problem.into());
        }
        // Nothing of the project changes between the look at it and the beginning.
        let _alone = lock(&self.studio.changing);
        let mut slot = lock(&self.studio.running);
        if slot.is_some() {
            return Err(super::busy("another training runs").into());
        }
        let store = self.studio_store();
        let project = store.read(id)?;
        self.studio_not_asked(&project)?;
        // Memory is worth more to the training than to a novel that was read.
        *lock(&self.studio.sources) = None;
        let again = goes_on(&store, &project);
        let book = if again { None } else { Some(self.with_workbook(id, Workbook::clone)?) };
        let project = store.change(id, |project| {
            if again {
                calm_down(project);
            } else {
                project.run += 1;
                project.frozen = None;
            }
            project.state = RunState::Open;
            project.problem = None;
            project.no_better = false;
        })?;
        let state = StudioRun { state: "preparing".to_owned(), ..StudioRun::default() };
        let running = Running {
            project: id.to_owned(),
            now: Arc::new(Mutex::new(state)),
            asked: Arc::new(AtomicU8::new(GO)),
            ended: Arc::default(),
        };
        let free = Free {
            slot: Arc::clone(&self.studio.running),
            running: running.clone(),
            store: store.clone(),
            hub: Arc::clone(&self.hub),
        };
        let work = Work {
            paths: self.paths.clone(),
            store,
            project,
            book,
            running: running.clone(),
            hub: Arc::clone(&self.hub),
            busy: Arc::clone(&self.busy),
            told: Instant::now(),
        };
        *slot = Some(running);
        drop(slot);
        let started = std::thread::Builder::new().name("studio".to_owned()).spawn(move || {
            // Whatever happens, the place is free afterwards.
            let free = free;
            work.run(free);
        });
        if let Err(error) = started {
            *lock(&self.studio.running) = None;
            self.studio_store().change(id, |project| project.state = RunState::Paused)?;
            return Err(Problem::new(
                ProblemKind::Memory,
                format!("the training's thread could not be started ({error})"),
                "close other programs and try again",
            )
            .into());
        }
        Ok(())
    }

    /// Pauses the training behind the step that is under way.
    pub fn studio_pause(&self, id: &str) -> Answer<()> {
        match self.studio_running().filter(|running| running.project == id) {
            Some(running) => {
                running.ask(PAUSE);
                Ok(())
            }
            None => Err(not_running().into()),
        }
    }

    /// Gives the training up: what it has learnt is gone. One that came to its end before stays.
    pub fn studio_give_up(&self, id: &str) -> Answer<()> {
        let _alone = lock(&self.studio.changing);
        if let Some(running) = self.studio_running().filter(|running| running.project == id) {
            running.ask(GIVE_UP);
            return Ok(());
        }
        let store = self.studio_store();
        let project = store.read(id)?;
        if matches!(project.state, RunState::None | RunState::Finished) {
            return Err(not_running().into());
        }
        forget(&store, &project)?;
        Ok(())
    }

    /// How a project's training stands.
    pub fn studio_run(&self, id: &str) -> Answer<Option<StudioRun>> {
        let store = self.studio_store();
        let project = store.read(id)?;
        Ok(super::views::run(&store, &project, self.studio_running().as_ref()))
    }

    /// Stops what is being made up, pauses whatever runs, and waits a moment for its checkpoint.
    pub(crate) fn close_studio(&self) {
        self.close_making_up();
        let Some(running) = self.studio_running() else { return };
        running.ask(PAUSE);
        let (ended, wake) = &*running.ended;
        let wait = wake.wait_timeout_while(lock(ended), PATIENCE, |ended| !*ended);
        if wait.is_ok_and(|(_, timeout)| timeout.timed_out()) {
            tracing::warn!(
                "the training did not pause in time and goes on behind its last checkpoint"
            );
        }
    }
}

/// Whether there is a training to go on with.
fn goes_on(store: &Store, project: &Project) -> bool {
    let open = matches!(project.state, RunState::Open | RunState::Paused | RunState::Failed);
    let kept =
        store.run(&project.id, project.run).ok().and_then(|run| ::tuning::checkpoint_of(&run));
    open && project.frozen.is_some() && kept.is_some()
}

/// A loss that is no number any more comes from too high a rate.
fn calm_down(project: &mut Project) {
    let ran_away = project.problem.as_ref().is_some_and(|problem| problem.kind == "invalid");
    if let (true, Some(frozen)) =
        (ran_away && project.state == RunState::Failed, &mut project.frozen)
    {
        frozen.learning_rate = frozen.learning_rate.map(|rate| rate * CALMER);
    }
}

/// Forgets the last training of a project; one that came to its end before counts again.
pub(super) fn forget(store: &Store, project: &Project) -> Result<Project, Problem> {
    let folder = store.run(&project.id, project.run)?;
    if folder.exists() {
        std::fs::remove_dir_all(&folder).map_err(|error| super::project::disk(&folder, &error))?;
    }
    store.change(&project.id, |project| {
        project.frozen = None;
        project.problem = None;
        let finished = project.trained.max(project.judge);
        project.state = if finished.is_some() { RunState::Finished } else { RunState::None };
        project.run = finished.unwrap_or(project.run);
    })
}

fn not_running() -> Problem {
    Problem::new(
        ProblemKind::NotReady,
        "this project is not being trained",
        "begin the training first",
    )
}

/// Frees the place of a training when its thread ends; where it panics, says so, too.
struct Free {
    slot: Arc<Mutex<Option<Running>>>,
    running: Running,
    store: Store,
    hub: Arc<Hub>,
}

impl Free {
    /// What a person hears of a mistake of the program's own.
    fn broke_down(&self) {
        let problem: api::Problem = Problem::new(
            ProblemKind::Internal,
            "the training broke down",
            "go on from its last checkpoint; if it breaks down there again, give it up",
        )
        .into();
        let id = &self.running.project;
        let kept = self.store.change(id, |project| {
            project.state = RunState::Failed;
            project.problem = Some(problem.clone());
        });
        let mut run = kept
            .ok()
            .and_then(|project| super::views::standing(&self.store, &project, None))
            .unwrap_or_default();
        "failed".clone_into(&mut run.state);
        run.problem = Some(problem);
        self.hub.send(AppEvent::Studio { project: id.clone(), run });
    }
}

impl Drop for Free {
    fn drop(&mut self) {
        *lock(&self.slot) = None;
        if std::thread::panicking() {
            self.broke_down();
        }
        let (ended, wake) = &*self.running.ended;
        *lock(ended) = true;
        wake.notify_all();
    }
}

/// One training, on its thread.
struct Work {
    paths: Paths,
    store: Store,
    project: Project,
    /// The dataset, for one that begins.
    book: Option<Workbook>,
    running: Running,
    hub: Arc<Hub>,
    busy: Arc<AtomicBool>,
    told: Instant,
}

impl Work {
    fn run(mut self, free: Free) {
        self.tell(self.running.now());
        let id = self.project.id.clone();
        let result = self.train();
        let asked = self.running.asked.load(Ordering::Relaxed);
        let kept = match &result {
            Ok(summary) if summary.ended == "stopped" && asked == GIVE_UP => {
                forget(&self.store, &self.project)
            }
            Ok(summary) if summary.ended == "stopped" => {
                self.store.change(&id, |project| project.state = RunState::Paused)
            }
            Ok(summary) => self.store.change(&id, |project| {
                project.state = RunState::Finished;
                project.no_better = summary.ended == "no_better";
                let judges = project.frozen.as_ref().is_some_and(|f| f.method == "reward");
                if judges {
                    // It speaks with nobody: whoever was trained before still does.
                    project.judge = Some(project.run);
                    project.judge_on =
                        project.frozen.as_ref().map(|f| f.base.clone()).unwrap_or_default();
                    return;
                }
                project.trained = Some(project.run);
                project.votes = StudioVotes::default();
                if let Some(frozen) = &project.frozen {
                    project.trained_on.clone_from(&frozen.base);
                    project.trained_as.clone_from(&frozen.character);
                }
            }),
            Err(_) if asked == GIVE_UP => forget(&self.store, &self.project),
            Err(problem) => self.store.change(&id, |project| {
                project.state = RunState::Failed;
                project.problem = Some(problem.clone().into());
            }),
        };
        if let Ok(project) = &kept {
            self.store.prune(project);
        }
        // The place is free before anybody hears of the end, so that what they ask next is not refused.
        drop(free);
        let now = match &kept {
            Ok(project) => super::views::run(&self.store, project, None),
            Err(problem) => {
                tracing::error!(%problem, "the end of a training was not kept");
                None
            }
        };
        let mut now = now.unwrap_or_default();
        now.problem = result.err().or(kept.err()).map(Into::into).filter(|_| asked != GIVE_UP);
        if now.problem.is_some() {
            "failed".clone_into(&mut now.state);
        }
        self.tell(StudioRun { train: vec![], watched: vec![], samples: vec![], ..now });
    }

    fn train(&mut self) -> Result<Summary, Problem> {
        let folder = self.store.run(&self.project.id, self.project.run)?;
        let worked = match self.book.take() {
            Some(book) => work_out(&self.paths, &self.store, &self.project, &book)?,
            None => self.as_it_was()?,
        };
        let (frozen, judge) = (worked.frozen, worked.judge);
        let method = frozen.method.clone();
        lock(&self.running.now).method.clone_from(&method);
        self.project = self.store.change(&self.project.id, |project| {
            project.frozen = Some(Frozen {
                // What is decided here must be the same when it goes on.
                epochs: Some(worked.order.settings.epochs),
                learning_rate: Some(worked.order.settings.learning_rate),
                ..frozen
            });
        })?;
        let order = LoraOrder {
            resume: ::tuning::checkpoint_of(&folder).is_some(),
            out: folder.clone(),
            ..worked.order
        };
        let paths = self.paths.clone();
        ::tuning::aside(0, || {
            let mut events = |event: &Event| self.heard(event, &folder);
            match (method.as_str(), judge) {
                ("prefer", _) => {
                    let knobs = PreferenceKnobs::default();
                    let kind = Preferring::Pairs(PreferenceLoss::Sigmoid, knobs);
                    prefer(&paths, &order, kind, &mut events)
                }
                ("reward", _) => prefer(&paths, &order, Preferring::Reward, &mut events),
                ("ppo", Some(reward)) => {
                    reinforce(&paths, &order, &Reinforcing { reward, knobs: KNOBS }, &mut events)
                }
                _ => {
                    let prepared = prepare(&paths, &order)?;
                    lora(&order, &prepared, &mut events)
                }
            }
        })
    }

    /// The order that a training was begun with; its files are those that were written then.
    fn as_it_was(&self) -> Result<Worked, Problem> {
        let frozen = self.project.frozen.clone().ok_or_else(not_running)?;
        let mut project = self.project.clone();
        project.choice.speaker.clone_from(&frozen.character);
        if frozen.judge.is_some() {
            project.judge = frozen.judge;
            project.judge_on.clone_from(&frozen.base);
        }
        project.recipe = StudioRecipe {
            base: frozen.base.display().to_string(),
            method: frozen.method.clone(),
            effort: frozen.effort.clone(),
            epochs: frozen.epochs,
            learning_rate: frozen.learning_rate,
            device: self.project.recipe.device.clone(),
        };
        let book = self.store.workbook(&project.id)?.unwrap_or_default();
        let mut worked = work_out(&self.paths, &self.store, &project, &book)?;
        // On another device there is other memory; what is trained is the same however the base is held.
        let stays = frozen.device.is_empty() || frozen.device == worked.frozen.device;
        if stays {
            let format = if frozen.blocks { BaseFormat::Blocks } else { BaseFormat::Dense };
            worked.order.format = format;
            worked.order.settings.recompute = frozen.recompute;
        }
        let device = worked.frozen.device;
        let (blocks, recompute) = (worked.frozen.blocks, worked.frozen.recompute);
        worked.frozen = if stays { frozen } else { Frozen { blocks, recompute, device, ..frozen } };
        Ok(worked)
    }
}

#[cfg(test)]
#[path = "training_tests.rs"]
mod tests;
