//! The language model of the parts: loaded beside the one at work and put in its place, or, on a graphics card that has no room for
//! both, after it; whatever fails, the one before is there again.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use api::{AppEvent, PartKind, PartState};
use dialogue::Event;
use domain::{LanguageModel, Problem};

use super::{Parts, file_stem, lock};
use crate::app::paths::BUILT_IN_MODEL;
use crate::knowledge::web_search::Searched;
use crate::models::compute_devices;
use crate::models::fit;
use crate::models::guard::Guarded;
use crate::models::plan;
use crate::models::writer::{self, Beside, Writer};

/// How long whoever still works with a model that is to be replaced may take.
const PATIENCE: Duration = Duration::from_mins(1);
/// How long a card's memory may take to come back once nobody uses the model.
const AFTERWARDS: Duration = Duration::from_secs(3);
/// Between two looks at either.
const LOOK: Duration = Duration::from_millis(20);

/// How a local model was read.
#[derive(Debug, Clone)]
pub(super) struct Served {
    path: PathBuf,
    options: llm::Options,
    beside: Beside,
}

impl Parts {
    /// Loads a language model. Where that fails, the one before serves on; where there was none, the one that comes with the program
    /// takes its place, unless this very one was `asked` for.
    pub(crate) fn load_model(
        self: &Arc<Self>,
        name: String,
        options: llm::Options,
        beside: Beside,
        asked: bool,
    ) {
        let parts = Arc::clone(self);
        self.set_state(PartKind::Model, PartState::Loading { name: name.clone(), progress: None });
        self.on_thread("load-model", PartKind::Model, move |ticket| {
            let _turn = lock(&parts.reading);
            if !parts.is_current(PartKind::Model, ticket) {
                return;
            }
            let built_in =
                (!asked && !name.is_empty() && name != BUILT_IN_MODEL).then(|| options.clone());
            let loaded = parts.paths.chat_model(&name).and_then(|path| {
                let asked_for = Served { path, options, beside };
                parts.make_room(&asked_for, ticket);
                let writer = parts.read_model(&asked_for, ticket)?;
                Ok((writer, asked_for))
            });
            match loaded {
                Ok((model, from)) => parts.take_model(model, Some(from), ticket),
                Err(problem) => parts.go_back(&name, problem, built_in, ticket),
            }
        });
    }

    /// A model could not be loaded: the one before serves on, or is read again where it had to make room; where there was none, the
    /// one that comes with the program takes its place if there are options for it.
    fn go_back(&self, name: &str, problem: Problem, built_in: Option<llm::Options>, ticket: u64) {
        if !self.is_current(PartKind::Model, ticket) {
            // The newer load decides what serves.
            return self.hub.send(AppEvent::Notice { problem: problem.into() });
        }
        if self.model.get().is_some() {
            return self.model_failed(name, problem, true);
        }
        let before = lock(&self.served).clone();
        let built_in = built_in.map(|options| Served {
            path: self.paths.built_in_model(),
            options,
            beside: Beside::default(),
        });
        let instead: Vec<Served> = before.into_iter().chain(built_in).collect();
        self.model_failed(name, problem, instead.is_empty());
        for (index, one) in instead.iter().enumerate() {
            match self.read_model(one, ticket) {
                Ok(model) => return self.take_model(model, Some(one.clone()), ticket),
                Err(_) if !self.is_current(PartKind::Model, ticket) => return,
                Err(problem) => {
                    let last = index + 1 == instead.len();
                    self.model_failed(&file_stem(&one.path), problem, last);
                }
            }
        }
    }

    /// Lets the model at work go where it computes on a card that has no room for both. A reply that it is writing ends there, as it does
    /// whenever a model is replaced; messages wait for the next one, as they do at the start.
    fn make_room(&self, next: &Served, ticket: u64) {
        let on_card = self.engine.get().is_some_and(|engine| engine.computes_on().id != "cpu");
        if on_card
            && !llm::has_room(&next.path, &next.options)
            // Looking takes a while, in which a server's model can have taken the place.
            && self.is_current(PartKind::Model, ticket)
        {
            self.let_go();
            // What the last of its threads frees, it frees a moment later.
            let until = Instant::now() + AFTERWARDS;
            while !llm::has_room(&next.path, &next.options) && Instant::now() < until {
                // Looking opens the card each time.
                std::thread::sleep(LOOK * 10);
            }
        }
    }

    /// Empties the slots of the language model and waits until nobody holds it any more, for as long as [`PATIENCE`] lasts.
    fn let_go(&self) {
        let used = self.engine.get().map(|engine| Arc::downgrade(&engine));
        self.model.set(None);
        self.engine.set(None);
        self.inbox.send(Event::PartsChanged);
        let until = Instant::now() + PATIENCE;
        while used.as_ref().is_some_and(|engine| engine.strong_count() > 0) {
            if Instant::now() > until {
                tracing::warn!("the model that is to be replaced is still at work");
                return;
            }
            std::thread::sleep(LOOK);
        }
    }

    /// Makes a server's model ready.
    pub(crate) fn load_remote(
        self: &Arc<Self>,
        name: String,
        connect: impl FnOnce() -> Result<remote::RemoteModel, Problem> + Send + 'static,
    ) {
        let parts = Arc::clone(self);
        self.set_state(PartKind::Model, PartState::Loading { name: name.clone(), progress: None });
        self.on_thread("load-model", PartKind::Model, move |ticket| match connect() {
            Ok(model) => {
                let writer = Writer { model: Arc::new(model), engine: None, goes_on: true };
                parts.take_model(writer, None, ticket);
            }
            Err(problem) => {
                // A load that this one overtook may have made the one before go.
                let _turn = lock(&parts.reading);
                parts.go_back(&name, problem, None, ticket);
            }
        });
    }

    fn read_model(&self, what: &Served, ticket: u64) -> Result<Writer, Problem> {
        let Served { path, options, beside } = what;
        fit::refuse_too_large(&self.paths, path, options)?;
        let name = file_stem(path);
        let say = |progress| {
            // What was overtaken has nothing to say: the newer one may be at work already.
            if self.is_current(PartKind::Model, ticket) {
                let state = PartState::Loading { name: name.clone(), progress: Some(progress) };
                self.set_state(PartKind::Model, state);
            }
        };
        say(0.0);
        let mut shown = 0.0;
        let measuring = self.measuring();
        let writer = writer::read(path, options, beside, &self.paths, |progress| {
            if progress - shown >= 0.02 {
                shown = progress;
                say(progress);
            }
        })?;
        // What lies on a card is not in this memory, and says nothing about what would.
        if writer.engine.as_ref().is_none_or(|engine| engine.computes_on().id == "cpu") {
            self.learn(path, options.quantize, measuring);
        }
        Ok(writer)
    }

    /// Memory in use now; `None` while another part is being loaded, whose memory would be counted, too.
    fn measuring(&self) -> Option<u64> {
        let alone = [PartKind::Voice, PartKind::Ears]
            .iter()
            .all(|part| !matches!(self.state(*part), PartState::Loading { .. }));
        models::resident().filter(|_| alone)
    }

    /// Notes what loading a model took, for the next plan.
    fn learn(&self, path: &Path, quantize: Option<llm::Quantization>, before: Option<u64>) {
        if let (Some(before), Some(after)) = (before, self.measuring())
            && let Err(error) = models::Learned::read(&self.paths.dirs.models()).note(
                path,
                plan::loaded_as(quantize),
                after.saturating_sub(before),
            )
        {
            tracing::debug!(%error, "what a model took was not noted");
        }
    }

    /// Puts a model in its place, unless a newer load overtook its own.
    fn take_model(&self, writer: Writer, from: Option<Served>, ticket: u64) {
        if !self.is_current(PartKind::Model, ticket) {
            return;
        }
        self.server.set(from.is_none().then(|| Arc::clone(&writer.model)));
        *lock(&self.served) = from;
        let notice =
            writer.engine.as_ref().and_then(|engine| compute_devices::notice(engine.computes_on()));
        if let Some(problem) = notice {
            self.hub.send(AppEvent::Notice { problem: problem.into() });
        }
        self.engine.set(writer.engine);
        let name = writer.model.info().name;
        // Before anybody can ask it: the adapters of whoever is on stage are the first thing in its queue.
        if let Some(then) = lock(&self.model_ready).as_ref() {
            then();
        }
        let model: Arc<dyn LanguageModel> = if writer.goes_on {
            Arc::new(Guarded::new(writer.model, Arc::clone(&self.policies)))
        } else {
            writer.model
        };
        self.model.set(Some(Arc::new(Searched::new(model, Arc::clone(&self.searching)))));
        self.set_state(PartKind::Model, PartState::Ready { name });
        self.inbox.send(Event::PartsChanged);
    }

    fn model_failed(&self, name: &str, problem: Problem, last: bool) {
        self.hub.send(AppEvent::Notice { problem: problem.clone().into() });
        match self.model.get() {
            // The one before is still there, and goes on serving.
            Some(model) => {
                self.set_state(PartKind::Model, PartState::Ready { name: model.info().name });
            }
            None if last => {
                let state =
                    PartState::Failed { name: name.to_owned(), problem: problem.clone().into() };
                self.set_state(PartKind::Model, state);
                self.inbox.send(Event::ModelFailed(problem));
            }
            None => {}
        }
    }
}

#[cfg(test)]
#[path = "chat_model_tests.rs"]
mod tests;
