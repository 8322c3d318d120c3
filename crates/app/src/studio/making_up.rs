//! Instructions of a project's dataset that are being made up: on a thread of their own, which waits while somebody talks, says how far
//! it is, and can be stopped. The dataset that was there stays until the new one is whole.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use api::{AppEvent, PartKind, PartState, StudioAsking, StudioChoice};
use domain::{Cancel, LanguageModel, Problem, ProblemKind};
use novel::dataset::{Reconstruction, Unprompted};

use super::asking::{self, POLL};
use super::dataset::Making;
use super::project::Project;
use super::reading::count;
use crate::app::{Answer, App, lock};
use crate::models::remote_model::aside;

/// Instructions that are being made up for a project.
#[derive(Clone)]
pub(super) struct MakingUp {
    pub(super) project: String,
    now: Arc<Mutex<StudioAsking>>,
    cancel: Cancel,
}

impl MakingUp {
    fn of(project: &str, lines: usize) -> Self {
        let now = StudioAsking {
            state: "asking".to_owned(),
            done: 0,
            all: count(lines),
            ..StudioAsking::default()
        };
        Self { project: project.to_owned(), now: Arc::new(Mutex::new(now)), cancel: Cancel::new() }
    }

    /// How far it is.
    pub(super) fn now(&self) -> StudioAsking {
        lock(&self.now).clone()
    }

    /// Refuses what was stopped meanwhile.
    pub(super) fn goes_on(&self) -> Result<(), Problem> {
        if self.cancel.is_cancelled() { Err(asking::stopped()) } else { Ok(()) }
    }

    /// Says how far it is, waits while `talks` holds, and answers whether it goes on.
    fn at(
        &self,
        (done, all): (usize, usize),
        talks: &dyn Fn() -> bool,
        tell: &dyn Fn(StudioAsking),
    ) -> bool {
        let say = |state: &str| {
            let (state, done, all) = (state.to_owned(), count(done), count(all));
            let told = StudioAsking { state, done, all, ..StudioAsking::default() };
            let before = std::mem::replace(&mut *lock(&self.now), told.clone());
            if before != told {
                tell(told);
            }
        };
        let waits = || talks() && !self.cancel.is_cancelled();
        if waits() {
            say("waiting");
            while waits() {
                std::thread::sleep(POLL);
            }
        }
        say("asking");
        !self.cancel.is_cancelled()
    }
}

impl App {
    /// How many lines of whoever is chosen answer nobody.
    ///
    /// # Errors
    /// Where nobody is chosen, or the files cannot be read.
    pub async fn studio_unprompted(&self, id: &str, choice: StudioChoice) -> Answer<u32> {
        let project = self.studio_store().read(id)?;
        let options = super::dataset::options(&super::dataset::tidy(choice)?);
        let sources = self.studio_sources(&project).await?;
        let count_them = move || Ok(novel::dataset::unprompted(&sources.lines, &options).len());
        Ok(count(aside(count_them).await?))
    }

    /// Stops the making up of instructions; the dataset that was there before stays.
    pub fn studio_stop_asking(&self, id: &str) -> Answer<()> {
        if let Some(making) = self.studio_making_up().filter(|making| making.project == id) {
            making.cancel.cancel();
        }
        Ok(())
    }

    /// Stops it, whichever project it is for, and waits for its end.
    pub(crate) fn close_making_up(&self) {
        if let Some(making) = self.studio_making_up() {
            making.cancel.cancel();
        }
        if let Some(thread) = lock(&self.studio.asker).take()
            && thread.join().is_err()
        {
            tracing::error!("the thread that made instructions up had died");
        }
    }

    /// What is being made up, if anything is.
    pub(super) fn studio_making_up(&self) -> Option<MakingUp> {
        lock(&self.studio.making_up).clone()
    }

    /// Refuses what would change a dataset for which instructions are being made up.
    pub(super) fn studio_not_asked(&self, project: &Project) -> Result<(), Problem> {
        match self.studio_making_up() {
            Some(making) if making.project == project.id => {
                Err(under_way("instructions are being made up for this dataset"))
            }
            _ => Ok(()),
        }
    }

    /// Begins to ask about lines that answer nobody; [`AppEvent::StudioAsking`] tells how far it is, and of its end.
    pub(super) fn begin_making_up(
        self: &Arc<Self>,
        making: Making,
        lines: Vec<Unprompted>,
    ) -> Result<(), Problem> {
        let under_way_now = MakingUp::of(&making.project.id, lines.len());
        {
            let _alone = lock(&self.studio.changing);
            self.studio_settled(&self.studio_store().read(&making.project.id)?)?;
            let mut slot = lock(&self.studio.making_up);
            if slot.is_some() {
                return Err(under_way("instructions are being made up for another dataset"));
            }
            *slot = Some(under_way_now.clone());
        }
        let app = Arc::clone(self);
        let work = move || app.make_up_aside(&under_way_now, making, &lines);
        match std::thread::Builder::new().name("asking".to_owned()).spawn(work) {
            Ok(thread) => *lock(&self.studio.asker) = Some(thread),
            Err(error) => {
                *lock(&self.studio.making_up) = None;
                return Err(Problem::new(
                    ProblemKind::Memory,
                    format!("the thread that makes instructions up could not be started ({error})"),
                    "close other programs and try again",
                ));
            }
        }
        Ok(())
    }

    /// The whole of it; whatever happens, the place is free afterwards and the end is told.
    fn make_up_aside(&self, making_up: &MakingUp, making: Making, lines: &[Unprompted]) {
        let work = || self.make_up(making_up, making, lines);
        let made = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(broken()));
        let (state, problem) = match made {
            Ok(()) => ("made", None),
            Err(_) if making_up.cancel.is_cancelled() => ("stopped", None),
            Err(problem) => ("failed", Some(problem.into())),
        };
        *lock(&self.studio.making_up) = None;
        let asking = StudioAsking { state: state.to_owned(), problem, ..making_up.now() };
        self.tell_asking(&making_up.project, asking);
        // What was too long to be read beside the conversation stands in the model's cache now.
        if state != "stopped" {
            self.read_ahead();
        }
    }

    fn make_up(
        &self,
        making_up: &MakingUp,
        making: Making,
        lines: &[Unprompted],
    ) -> Result<(), Problem> {
        let mut boxed: Option<Arc<llm::Engine>> = None;
        let mut model = || -> Result<Arc<dyn LanguageModel>, Problem> {
            if let Some(engine) = self.parts.engine() {
                boxed = None;
                return Ok(engine);
            }
            // Nothing is sent to a server for it.
            if let Some(engine) = &boxed {
                return Ok(Arc::clone(engine) as Arc<dyn LanguageModel>);
            }
            let settings = lock(&self.settings).get().clone();
            let options = llm::Options { saved: None, ..self.engine_options(&settings) };
            let engine = llm::Engine::load(&self.paths.built_in_model(), &options, |_| {})?;
            Ok(Arc::clone(boxed.insert(Arc::new(engine))) as Arc<dyn LanguageModel>)
        };
        // One that is on its way is worth waiting for, as the end of a talk is.
        let on_its_way = || {
            self.parts.engine().is_none()
                && matches!(self.parts.state(PartKind::Model), PartState::Loading { .. })
        };
        let talks = || self.busy.load(Ordering::Relaxed) || on_its_way();
        let tell = |asking| self.tell_asking(&making_up.project, asking);
        let mut with = asking::Asking {
            model: &mut model,
            progress: &mut |done, all| making_up.at((done, all), &talks, &tell),
            cancel: &making_up.cancel,
        };
        let made: (Reconstruction, _) = asking::ask(lines, &making.options, &mut with)?;
        drop(boxed);
        let book = making.book(Some(made))?;
        self.keep_chosen(&making.project, making.choice, book, Some(making_up))?;
        Ok(())
    }

    fn tell_asking(&self, project: &str, asking: StudioAsking) {
        self.hub.send(AppEvent::StudioAsking { project: project.to_owned(), asking });
    }
}

fn under_way(what: &str) -> Problem {
    Problem::new(ProblemKind::Busy, what, "wait for its end, or stop it")
}

/// What a person hears of a mistake of the program's own.
fn broken() -> Problem {
    Problem::new(
        ProblemKind::Internal,
        "the making up of instructions broke down",
        "make the conversations again, or without what a model makes up",
    )
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use testkit::ScriptedModel;

    use super::super::asking::tests::{of_mia, script};
    use super::*;

    /// What is made up for the script with these replies: what was told of it, and how it ended.
    fn made_up(
        making: &MakingUp,
        model: &Arc<ScriptedModel>,
        talks: &AtomicBool,
    ) -> (Vec<(String, u32)>, Result<usize, Problem>) {
        let told = Mutex::new(Vec::new());
        let tell = |now: StudioAsking| lock(&told).push((now.state, now.done));
        let lines = novel::dataset::unprompted(&script(), &of_mia());
        let mut with = asking::Asking {
            model: &mut || Ok(Arc::clone(model) as Arc<dyn LanguageModel>),
            progress: &mut |done, all| {
                making.at((done, all), &|| talks.load(Ordering::Relaxed), &tell)
            },
            cancel: &making.cancel,
        };
        let made = asking::ask(&lines, &of_mia(), &mut with).map(|(_, made_up)| made_up.len());
        let told = lock(&told).clone();
        (told, made)
    }

    #[test]
    fn it_says_how_far_it_is_and_waits_while_somebody_talks() {
        let making = MakingUp::of("p", 3);
        let model = Arc::new(ScriptedModel::new(["How is it?", "Can you swim?", "What is there?"]));
        let talks = AtomicBool::new(true);
        let (told, made) = std::thread::scope(|scope| {
            let waits = scope.spawn(|| made_up(&making, &model, &talks));
            while making.now().state != "waiting" {
                std::thread::sleep(std::time::Duration::from_millis(1));
            }
            assert!(model.asks().is_empty(), "she was not let finish");
            talks.store(false, Ordering::Relaxed);
            waits.join().unwrap()
        });
        assert_eq!(made.unwrap(), 3);
        let states = [("waiting", 0), ("asking", 0), ("asking", 1), ("asking", 2), ("asking", 3)];
        assert_eq!(told, states.map(|(state, done)| (state.to_owned(), done)));
    }

    #[test]
    fn it_can_be_stopped_while_it_waits() {
        let making = MakingUp::of("p", 3);
        let model = Arc::new(ScriptedModel::new(["How is it?"]));
        let talks = AtomicBool::new(true);
        let (_, made) = std::thread::scope(|scope| {
            let waits = scope.spawn(|| made_up(&making, &model, &talks));
            while making.now().state != "waiting" {
                std::thread::sleep(std::time::Duration::from_millis(1));
            }
            assert!(making.goes_on().is_ok());
            making.cancel.cancel();
            waits.join().unwrap()
        });
        assert!(made.unwrap_err().message.contains("stopped"));
        assert!(making.goes_on().is_err() && model.asks().is_empty());
    }
}
