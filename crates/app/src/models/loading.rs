//! The three parts that are loaded behind the open window: language model, voice, recogniser. Each is loaded on a thread of
//! its own, says how far it is, and goes into its slot when it is ready; what was there before serves until then. The language
//! model's way is in `chat_model`.

mod chat_model;
mod wanted;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use api::{AppEvent, PartKind, PartState};
use dialogue::{Event, Slot};
use domain::{Lang, LanguageModel, Problem, Transcriber, Voice, VoiceChoice};

use crate::app::hub::Hub;
use crate::app::paths::Paths;
use crate::conversation::inbox::Inbox;
use crate::knowledge::web_search::Searching;
use crate::models::guard::Policies;

/// The parts and how far they are.
pub(crate) struct Parts {
    pub(crate) model: Slot<dyn LanguageModel>,
    pub(crate) voice: Slot<dyn Voice>,
    pub(crate) ears: Slot<dyn Transcriber>,
    engine: Slot<llm::Engine>,
    /// The model of a server, where that writes, without what watches its replies.
    server: Slot<dyn LanguageModel>,
    speaker: Slot<tts::Speaker>,
    /// Called whenever a language model is ready.
    model_ready: Mutex<Option<Box<dyn Fn() + Send>>>,
    /// The local model that serves, or served last, to be read again where another cannot take its place.
    served: Mutex<Option<chat_model::Served>>,
    /// Held while a local model is read: two at a time would be planned with the same memory, and one could let go what the other has
    /// just put there.
    reading: Mutex<()>,
    states: Mutex<HashMap<PartKind, PartState>>,
    /// Counts loads per part: a load that was overtaken by a newer one does not take its place.
    tickets: Mutex<HashMap<PartKind, u64>>,
    paths: Paths,
    hub: Arc<Hub>,
    inbox: Inbox,
    /// The voices of guests on stage.
    guests: Mutex<Vec<(domain::CharacterId, VoiceChoice)>>,
    /// What replies are watched for.
    policies: Arc<Policies>,
    /// What is looked up before a reply.
    searching: Arc<Searching>,
}

impl Parts {
    pub(crate) fn new(
        paths: Paths,
        hub: Arc<Hub>,
        inbox: Inbox,
        policies: Arc<Policies>,
        searching: Arc<Searching>,
    ) -> Self {
        Self {
            model: Slot::default(),
            voice: Slot::default(),
            ears: Slot::default(),
            engine: Slot::default(),
            server: Slot::default(),
            speaker: Slot::default(),
            model_ready: Mutex::default(),
            served: Mutex::default(),
            reading: Mutex::default(),
            states: Mutex::default(),
            tickets: Mutex::default(),
            paths,
            hub,
            inbox,
            guests: Mutex::default(),
            policies,
            searching,
        }
    }

    /// How far a part is.
    pub(crate) fn state(&self, part: PartKind) -> PartState {
        lock(&self.states).get(&part).cloned().unwrap_or(PartState::Absent)
    }

    /// The language model, where one is loaded here.
    pub(crate) fn engine(&self) -> Option<Arc<llm::Engine>> {
        self.engine.get()
    }

    /// The language model of a server, where that writes.
    pub(crate) fn server(&self) -> Option<Arc<dyn LanguageModel>> {
        self.server.get()
    }

    /// Calls `then` whenever a language model is ready, on the thread that loaded it.
    pub(crate) fn when_model_ready(&self, then: impl Fn() + Send + 'static) {
        *lock(&self.model_ready) = Some(Box::new(then));
    }

    /// The voices, where they are open.
    pub(crate) fn speaker(&self) -> Option<Arc<tts::Speaker>> {
        self.speaker.get()
    }

    fn set_state(&self, part: PartKind, state: PartState) {
        lock(&self.states).insert(part, state.clone());
        self.hub.send(AppEvent::Part { part, state });
    }

    fn ticket(&self, part: PartKind) -> u64 {
        let mut tickets = lock(&self.tickets);
        let ticket = tickets.entry(part).or_default();
        *ticket += 1;
        *ticket
    }

    fn is_current(&self, part: PartKind, ticket: u64) -> bool {
        lock(&self.tickets).get(&part) == Some(&ticket)
    }

    /// Opens the voices and chooses one.
    pub(crate) fn load_voice(self: &Arc<Self>, choices: Vec<VoiceChoice>, lang: Lang) {
        let parts = Arc::clone(self);
        // Said before the thread runs: whoever waits for the voice must not find it absent.
        self.set_state(
            PartKind::Voice,
            PartState::Loading { name: "espeak-ng".to_owned(), progress: None },
        );
        self.on_thread("load-voice", PartKind::Voice, move |ticket| {
            let open = || match parts.speaker.get() {
                Some(speaker) => Ok(speaker),
                None => tts::Speaker::open(parts.paths.voice_options()).map(Arc::new),
            };
            match open() {
                Ok(speaker) if parts.is_current(PartKind::Voice, ticket) => {
                    parts.speaker.set(Some(Arc::clone(&speaker)));
                    let name = parts.choose_voice(&speaker, &choices);
                    speaker.warm_up(lang);
                    parts.voice_guests(&speaker);
                    parts.voice.set(Some(speaker));
                    parts.set_state(PartKind::Voice, PartState::Ready { name });
                    parts.inbox.send(Event::PartsChanged);
                }
                Ok(_overtaken) => {}
                Err(problem) => {
                    parts.hub.send(AppEvent::Notice { problem: problem.clone().into() });
                    let state =
                        PartState::Failed { name: "espeak-ng".to_owned(), problem: problem.into() };
                    parts.set_state(PartKind::Voice, state);
                }
            }
        });
    }

    /// Takes the first choice that works; answers with its name.
    fn choose_voice(&self, speaker: &tts::Speaker, choices: &[VoiceChoice]) -> String {
        for choice in choices {
            match speaker.set_voice(choice) {
                Ok(()) => {
                    let name = speaker.voices().into_iter().find(|voice| voice.id == choice.voice);
                    return name.map_or_else(|| choice.voice.clone(), |voice| voice.name);
                }
                Err(problem) => self.hub.send(AppEvent::Notice { problem: problem.into() }),
            }
        }
        "espeak-ng".to_owned()
    }

    /// The voices of the guests on stage; they come into force now, or as soon as there are voices. Those who have none of their own
    /// speak with that of whoever is at home.
    pub(crate) fn set_guest_voices(&self, guests: Vec<(domain::CharacterId, VoiceChoice)>) {
        *lock(&self.guests) = guests;
        if let Some(speaker) = self.speaker.get() {
            self.voice_guests(&speaker);
        }
    }

    fn voice_guests(&self, speaker: &tts::Speaker) {
        let guests = lock(&self.guests).clone();
        if let Err(problem) = speaker.set_guests(&guests) {
            self.hub.send(AppEvent::Notice { problem: problem.into() });
        }
    }

    /// Replies are text from now on.
    pub(crate) fn mute(&self) {
        self.ticket(PartKind::Voice);
        self.voice.set(None);
        self.set_state(PartKind::Voice, PartState::Absent);
        self.inbox.send(Event::PartsChanged);
    }

    /// Opens the voices again for those that were installed meanwhile.
    pub(crate) fn forget_speaker(&self) {
        self.speaker.set(None);
    }

    /// Loads a recogniser.
    pub(crate) fn load_ears(
        self: &Arc<Self>,
        path: PathBuf,
        language: Option<Lang>,
        expect: String,
    ) {
        let parts = Arc::clone(self);
        self.on_thread("load-ears", PartKind::Ears, move |ticket| {
            let name = file_stem(&path);
            let options = asr::RecogniserOptions {
                language,
                prompt: expect,
                ..asr::RecogniserOptions::default()
            };
            let loading =
                |progress| PartState::Loading { name: name.clone(), progress: Some(progress) };
            parts.set_state(PartKind::Ears, loading(0.0));
            let loaded = asr::Recogniser::load(&path, options, &mut |progress| {
                parts.set_state(PartKind::Ears, loading(progress));
            });
            match loaded {
                Ok(ears) if parts.is_current(PartKind::Ears, ticket) => {
                    parts.ears.set(Some(Arc::new(ears)));
                    parts.set_state(PartKind::Ears, PartState::Ready { name });
                    parts.inbox.send(Event::PartsChanged);
                }
                Ok(_overtaken) => {}
                Err(problem) => {
                    parts.hub.send(AppEvent::Notice { problem: problem.clone().into() });
                    parts.set_state(
                        PartKind::Ears,
                        PartState::Failed { name, problem: problem.clone().into() },
                    );
                    parts.inbox.send(Event::EarsFailed(problem));
                }
            }
        });
    }

    /// True where there are ears, or they are on their way.
    pub(crate) fn has_ears(&self) -> bool {
        self.ears.get().is_some() || matches!(self.state(PartKind::Ears), PartState::Loading { .. })
    }

    /// Lets everything go: threads are joined.
    pub(crate) fn close(&self) {
        for part in [PartKind::Model, PartKind::Voice, PartKind::Ears] {
            self.ticket(part);
        }
        self.model.set(None);
        self.engine.set(None);
        self.voice.set(None);
        self.speaker.set(None);
        self.ears.set(None);
    }

    fn on_thread(
        self: &Arc<Self>,
        name: &str,
        part: PartKind,
        work: impl FnOnce(u64) + Send + 'static,
    ) {
        let ticket = self.ticket(part);
        let started = std::thread::Builder::new().name(name.to_owned()).spawn(move || work(ticket));
        if let Err(error) = started {
            let problem = Problem::new(
                domain::ProblemKind::Memory,
                format!("the thread `{name}` could not be started ({error})"),
                "close other programs and start again",
            );
            self.set_state(
                part,
                PartState::Failed { name: name.to_owned(), problem: problem.into() },
            );
        }
    }
}

fn file_stem(path: &std::path::Path) -> String {
    path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
