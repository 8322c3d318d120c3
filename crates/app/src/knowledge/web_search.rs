//! Questions about the world that nothing here answers, put to a search engine where the person has allowed it.
//!
//! Whoever makes a prompt must not wait, so the looking up happens behind it: a model in front of the model takes the question that was
//! filed for its turn, asks the engine, has the prompt made once more with what was found, and passes that on. Where nothing comes in
//! time, the prompt that is there already is answered. What is asked for ahead of time, on a guess, is never sent anywhere.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, OnceLock, Weak};
use std::time::Duration;

use api::AppEvent;
use dialogue::Request;
use domain::{
    Ask, Cancel, Character, CharacterId, LanguageModel, Message, MessageId, ModelInfo, Network,
    Persona, Problem, ProblemKind, Role, TokenCounter, TokenSink, TurnId,
};
use knowledge::Need;
use remote::{Brave, Keychain, SearchEngine, Searxng, Snippet};
use store::{Settings, SettingsFile};

use crate::app::hub::Hub;
use crate::app::{Answer, App, lock};
use crate::models::remote_model::aside;
use crate::prompting::maker::Maker;

/// How long an engine may take: an answer that comes later than this is no talk any more.
const PATIENCE: Duration = Duration::from_secs(4);
/// Results that are asked for.
pub(crate) const RESULTS: usize = 5;
/// Questions that are kept for their turn.
const KEPT: usize = 4;

/// What is looked up, and for whom.
pub(crate) struct Searching {
    settings: Arc<Mutex<SettingsFile>>,
    keys: Arc<Keychain>,
    network: Arc<dyn Network>,
    hub: Arc<Hub>,
    pending: Mutex<VecDeque<Pending>>,
    maker: OnceLock<Weak<Maker>>,
}

/// A turn that waits for what is found.
struct Pending {
    turn: TurnId,
    question: String,
    who: CharacterId,
    character: Character,
    present: Vec<(CharacterId, Character)>,
    persona: Persona,
    history: Vec<Message>,
}

/// The engine of the settings; `None` where the person has not allowed any.
pub(crate) fn engine(
    settings: &Settings,
    keys: &Keychain,
    network: &Arc<dyn Network>,
) -> Result<Option<Box<dyn SearchEngine>>, Problem> {
    if !settings.allow_search || settings.offline {
        return Ok(None);
    }
    let network = Arc::clone(network);
    Ok(Some(match settings.search_engine {
        store::SearchEngine::Searxng => {
            if settings.search_url.trim().is_empty() {
                return Err(Problem::new(
                    ProblemKind::NotReady,
                    "no search engine is named",
                    "enter the address of a SearXNG instance in the settings (`search_url`), such as `http://localhost:8888`",
                ));
            }
            Box::new(Searxng::new(&settings.search_url, PATIENCE, network)?)
        }
        store::SearchEngine::Brave => {
            // Never the key of the environment: that one is for the server of a model.
            let key = keys.stored(&Brave::address()?).ok_or_else(|| {
                Problem::new(
                    ProblemKind::NotReady,
                    "Brave's search wants a key",
                    "enter it in the settings (`hanashi know search-key` in a terminal)",
                )
            })?;
            Box::new(Brave::new(&key, PATIENCE, network)?)
        }
    }))
}

impl Searching {
    pub(crate) fn new(
        settings: Arc<Mutex<SettingsFile>>,
        keys: Arc<Keychain>,
        network: Arc<dyn Network>,
        hub: Arc<Hub>,
    ) -> Self {
        let (pending, maker) = (Mutex::default(), OnceLock::new());
        Self { settings, keys, network, hub, pending, maker }
    }

    /// Who makes prompts again with what was found.
    pub(crate) fn belong_to(&self, maker: &Arc<Maker>) {
        self.maker.get_or_init(|| Arc::downgrade(maker));
    }

    /// Whether the last line of a request is to be looked up, `found` passages being what the documents here say about it.
    pub(crate) fn wants(&self, request: &Request<'_>, need: Need, found: usize) -> bool {
        let settings = lock(&self.settings);
        let allowed = settings.get().allow_search && !settings.get().offline;
        let asked = request.history.last().is_some_and(|last| last.role == Role::User);
        allowed && asked && need == Need::Yes && found == 0
    }

    /// A line that was only guessed at is not in the log: nothing of it leaves the machine.
    pub(crate) fn is_guess(request: &Request<'_>) -> bool {
        request.history.last().is_some_and(|last| last.id == MessageId::NOT_LOGGED)
    }

    /// Files a question for the turn whose prompt is being made.
    pub(crate) fn file(&self, request: &Request<'_>, question: String) {
        let mut pending = lock(&self.pending);
        pending.retain(|one| one.turn != request.turn);
        if pending.len() >= KEPT {
            pending.pop_front();
        }
        pending.push_back(Pending {
            turn: request.turn,
            question,
            who: request.who.clone(),
            character: request.character.clone(),
            present: request
                .present
                .iter()
                .map(|(id, character)| ((*id).clone(), (*character).clone()))
                .collect(),
            persona: request.persona.clone(),
            history: request.history.to_vec(),
        });
    }

    fn take(&self, turn: TurnId) -> Option<Pending> {
        let mut pending = lock(&self.pending);
        let place = pending.iter().position(|one| one.turn == turn)?;
        pending.remove(place)
    }

    /// Looks a question up and makes the prompt once more; `None` where nothing was found.
    fn look_up(&self, one: &Pending, model: &dyn LanguageModel, cancel: &Cancel) -> Option<Ask> {
        let settings = lock(&self.settings).get().clone();
        let found = engine(&settings, &self.keys, &self.network).and_then(|engine| {
            let Some(engine) = engine else { return Ok(Vec::new()) };
            self.hub.send(AppEvent::Searching { host: Some(engine.host().to_owned()) });
            let found = engine.search(&one.question, RESULTS, cancel).map_err(Problem::from);
            self.hub.send(AppEvent::Searching { host: None });
            found
        });
        let found = match found {
            Ok(found) => found,
            Err(problem) => {
                // She answers all the same; the person should know why she does not know.
                self.hub.send(AppEvent::Notice { problem: problem.into() });
                return None;
            }
        };
        let maker = self.maker.get()?.upgrade().filter(|_| !found.is_empty())?;
        let present: Vec<_> = one.present.iter().map(|(id, character)| (id, character)).collect();
        let request = Request {
            turn: one.turn,
            who: &one.who,
            character: &one.character,
            present: &present,
            persona: &one.persona,
            history: &one.history,
            model,
        };
        let made = maker.make_with(&request, &found);
        made.inspect_err(|problem| tracing::warn!(%problem, "what was found is not used")).ok()
    }
}

/// A model whose turns may be looked up first.
pub(crate) struct Searched {
    model: Arc<dyn LanguageModel>,
    searching: Arc<Searching>,
}

impl Searched {
    pub(crate) fn new(model: Arc<dyn LanguageModel>, searching: Arc<Searching>) -> Self {
        Self { model, searching }
    }
}

impl TokenCounter for Searched {
    fn count(&self, text: &str) -> usize {
        self.model.count(text)
    }
}

impl LanguageModel for Searched {
    fn reply(&self, ask: Ask, sink: Box<dyn TokenSink>, cancel: Cancel) {
        let Some(pending) = self.searching.take(ask.turn) else {
            self.model.reply(ask, sink, cancel);
            return;
        };
        let (model, searching) = (Arc::clone(&self.model), Arc::clone(&self.searching));
        // The thread takes everything with it; where there is none, the turn fails as one that nobody answers.
        let started = std::thread::Builder::new().name("search".to_owned()).spawn(move || {
            let found = searching.look_up(&pending, &*model, &cancel);
            model.reply(found.unwrap_or(ask), sink, cancel);
        });
        if let Err(error) = started {
            tracing::error!(%error, "nothing can be looked up");
        }
    }

    fn read_ahead(&self, beginning: String, cancel: Cancel) {
        self.model.read_ahead(beginning, cancel);
    }

    fn reads_ahead(&self) -> bool {
        self.model.reads_ahead()
    }

    fn info(&self) -> ModelInfo {
        self.model.info()
    }
}

/// What was found as a passage of a document.
pub(crate) fn passage(found: &Snippet) -> knowledge::Passage {
    knowledge::Passage {
        id: 0,
        document: 0,
        file: found.url.clone(),
        title: found.title.clone(),
        place: knowledge::Place::Whole,
        heading: found.title.clone(),
        text: found.text.clone(),
        score: 0.0,
        coverage: 1.0,
        because: Vec::new(),
        near: None,
        stands_out: false,
    }
}

impl App {
    /// Keeps the key to Brave's search in the system's keychain; an empty one is forgotten. Where there is no keychain, it is in force
    /// for this run, and the answer says so.
    pub async fn set_search_key(&self, key: String) -> Answer<()> {
        let keys = Arc::clone(&self.keys);
        Ok(aside(move || Ok(keys.set(&Brave::address()?, &key)?)).await?)
    }
}

#[cfg(test)]
#[path = "web_search_tests.rs"]
mod tests;
