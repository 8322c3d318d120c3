//! Who writes in the arena: the model on stage or another one, with adapters or as it is. Models beside the one on stage are loaded here and a
//! few are held, because two replies to one line need both at hand.

use std::path::PathBuf;
use std::sync::Arc;

use api::{AdapterView, AppEvent};
use domain::{Ask, Cancel, LanguageModel, Problem, ProblemKind};
use tokio::sync::oneshot;

use super::Floor;
use crate::app::{Answer, App, lock};
use crate::characters::cards;
use crate::conversation::suggestions::written;
use crate::models::adapters;
use crate::models::remote_model::aside;

/// Models that are held for comparisons beside the one on stage.
const HELD: usize = 2;

impl Floor {
    /// Those of these doubts that were not told yet.
    fn untold(&self, mut doubts: Vec<String>) -> Vec<String> {
        let mut told = lock(&self.doubts);
        doubts.retain(|doubt| told.insert(doubt.clone()));
        doubts
    }
}

impl App {
    /// Adapters that may write: of the library, of characters, of the studio.
    pub fn adapters(&self) -> Answer<Vec<AdapterView>> {
        let view = |from: &str, id: String, name: String| AdapterView {
            id: format!("{from}:{id}"),
            name,
            from: from.to_owned(),
        };
        let mut all: Vec<AdapterView> = adapters::names(&self.paths)
            .into_iter()
            .map(|name| view("library", name.clone(), name))
            .collect();
        for folder in self.shelf.library.list() {
            if adapters::own(&folder.path).is_some() {
                let loaded = cards::load(&self.shelf.library, &folder.id);
                let name = loaded.map_or_else(|_| folder.id.0.clone(), |one| one.character.name);
                all.push(view("character", folder.id.0, name));
            }
        }
        let trained = self.studio_trained().into_iter();
        all.extend(trained.map(|(id, name)| view("studio", id, name)));
        Ok(all)
    }

    /// What an id of [`App::adapters`] means; none for an empty one.
    pub(crate) fn arena_adapter(&self, id: &str) -> Result<Vec<llm::AdapterChoice>, Problem> {
        let found = match id.split_once(':') {
            None if id.is_empty() => return Ok(Vec::new()),
            Some(("library", name)) => adapters::named(&self.paths, name),
            Some(("character", id)) => {
                let folder = self.shelf.library.find(&domain::CharacterId(id.to_owned()))?;
                adapters::own(&folder.path)
            }
            Some(("studio", id)) => self.studio_adapter(id)?,
            _ => None,
        };
        let path = found.ok_or_else(|| {
            Problem::new(
                ProblemKind::Missing,
                format!("there is no adapter `{id}` any more"),
                "choose another one, or none",
            )
        })?;
        Ok(vec![llm::AdapterChoice { path, scale: 1.0 }])
    }

    /// A reply of a model beside the stage with these adapters (`None`: as it is), and of nobody else's meanwhile. Empty where it was
    /// cancelled, also before its turn came.
    pub(crate) async fn written_with(
        &self,
        engine: &Arc<llm::Engine>,
        adapters: Option<&[llm::AdapterChoice]>,
        model: &dyn LanguageModel,
        ask: Ask,
        cancel: Cancel,
    ) -> Result<String, Problem> {
        // It is never closed.
        let _turn = self.arena.turn.acquire().await;
        if cancel.is_cancelled() {
            return Ok(String::new());
        }
        if let Some(choice) = adapters {
            let (engine, choice) = (Arc::clone(engine), choice.to_vec());
            // Reading their files takes a moment.
            let doubts = aside(move || Ok(engine.use_adapters(&choice)?)).await?;
            self.tell_doubts(doubts);
        }
        written(model, ask, cancel).await
    }

    /// Tells what speaks against adapters that write all the same: each once, and not with every line.
    fn tell_doubts(&self, doubts: Vec<String>) {
        for doubt in self.arena.untold(doubts) {
            self.hub.send(AppEvent::Notice { problem: adapters::doubt(doubt).into() });
        }
    }

    /// The model of a side: the one on stage, or (another one, or that one `apart`) one that is loaded for it and held.
    pub(super) async fn arena_engine(
        &self,
        name: &str,
        apart: bool,
    ) -> Result<Arc<llm::Engine>, Problem> {
        let path = if name.is_empty() {
            let on_stage = self.parts.engine().ok_or_else(|| {
                Problem::new(
                    ProblemKind::NotReady,
                    "there is no language model yet",
                    "wait until it is loaded, or choose another one in the settings",
                )
            })?;
            if !apart {
                return Ok(on_stage);
            }
            on_stage.info().path
        } else {
            self.paths.chat_model(name)?
        };
        self.engine_apart(path).await
    }

    /// A model beside the one on stage, loaded or still held.
    pub(crate) async fn engine_apart(&self, path: PathBuf) -> Result<Arc<llm::Engine>, Problem> {
        let held = |engines: &[(PathBuf, Arc<llm::Engine>)]| {
            engines.iter().find(|(held, _)| *held == path).map(|(_, engine)| Arc::clone(engine))
        };
        if let Some(engine) = held(&lock(&self.arena.engines)) {
            return Ok(engine);
        }
        let settings = lock(&self.settings).get().clone();
        let options = llm::Options { saved: None, ..self.engine_options(&settings) };
        let (to, loaded) = oneshot::channel();
        let file = path.clone();
        std::thread::Builder::new()
            .name("load-arena".to_owned())
            .spawn(move || {
                // Whoever asked may have gone.
                let _gone = to.send(llm::Engine::load(&file, &options, |_| {}));
            })
            .map_err(|error| {
                Problem::new(
                    ProblemKind::Memory,
                    format!("the model could not be loaded beside the other ({error})"),
                    "close other programs and try again",
                )
            })?;
        let engine = loaded.await.map_err(|_| {
            Problem::new(
                ProblemKind::Internal,
                "loading the model broke down",
                "choose another model",
            )
        })??;
        let engine = Arc::new(engine);
        let mut engines = lock(&self.arena.engines);
        if engines.len() >= HELD {
            engines.remove(0);
        }
        engines.push((path, Arc::clone(&engine)));
        Ok(engine)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_speaks_against_an_adapter_is_told_once() {
        let floor = Floor::default();
        let doubts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        assert_eq!(floor.untold(doubts(&["one", "two"])), ["one", "two"]);
        assert_eq!(floor.untold(doubts(&["two", "three"])), ["three"]);
    }
}
