//! The product, put together: one value that a shell starts, asks, listens to, and shuts down.

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use dialogue::{Change, Event, Scene};
use domain::{Character, CharacterId, ConversationId, Log, Problem, ProblemKind, VoiceChoice};
use store::{EventLog, Library, Lock, SettingsFile};

use crate::api::{AppEvent, PartKind, Snapshot};
use crate::ear::{Ear, Listening};
use crate::events::{self, Hub, Listener};
use crate::knowing::Knowing;
use crate::library::Shelf;
use crate::line::Line;
use crate::options::{Options, Output};
use crate::output;
use crate::parts::Parts;
use crate::places::Places;
use crate::remembering::Remembering;
use crate::searching::Searching;
use crate::{
    arena, author_notes, characters, fetching, guarding, lorebooks, preferences, prompting, views,
};

/// What every call of the API answers.
pub type Answer<T> = Result<T, crate::api::Problem>;

/// The running product.
pub struct App {
    pub(crate) places: Places,
    pub(crate) hub: Arc<Hub>,
    pub(crate) line: Line,
    pub(crate) log: Arc<EventLog>,
    pub(crate) settings: Arc<Mutex<SettingsFile>>,
    pub(crate) shelf: Arc<Shelf>,
    pub(crate) parts: Arc<Parts>,
    pub(crate) ear: Arc<Ear>,
    pub(crate) stage: Arc<Mutex<OnStage>>,
    pub(crate) downloads: Mutex<HashMap<String, models::Download>>,
    /// The repository that was looked into last: what is fetched of it is what was shown.
    pub(crate) repository: Mutex<Option<models::Repository>>,
    /// What was fetched, or begun, out of repositories in this run.
    pub(crate) out_of_repositories: Mutex<Vec<models::Entry>>,
    /// Ends the download of a newer version.
    pub(crate) updating: Mutex<tokio_util::sync::CancellationToken>,
    /// Models that are put to use as soon as they have arrived.
    pub(crate) wanted: Mutex<std::collections::HashSet<String>>,
    /// The one door to other machines.
    pub(crate) network: Arc<dyn domain::Network>,
    pub(crate) options: Options,
    /// Keys to servers.
    pub(crate) keys: Arc<remote::Keychain>,
    /// Makes the prompts of turns, and of what is read ahead.
    pub(crate) prompts: Arc<prompting::Maker>,
    /// The person's notes to the model.
    pub(crate) notes: author_notes::Notes,
    /// What is being written beside the conversation.
    pub(crate) aside: Mutex<Option<domain::Cancel>>,
    pub(crate) remembering: Option<Arc<Remembering>>,
    pub(crate) knowing: Option<Arc<Knowing>>,
    /// Stops the reading of documents; `None` while none are read.
    pub(crate) reading_documents: Arc<Mutex<Option<domain::Cancel>>>,
    pub(crate) output: Mutex<Option<output::Stage>>,
    pub(crate) conductor: Mutex<Option<JoinHandle<()>>>,
    pub(crate) busy: Arc<AtomicBool>,
    /// Somebody has listened, so that the greeting of a new conversation was heard.
    greeted: AtomicBool,
    /// Ends the reading of a conversation that is no longer on stage.
    pub(crate) reading_ahead: Mutex<domain::Cancel>,
    /// Comparisons of replies.
    pub(crate) arena: arena::Floor,
    /// Pictures of scenes.
    pub(crate) easel: crate::picturing::Easel,
    /// The person's own places and sounds.
    pub(crate) props: Arc<crate::own_scenery::Props>,
    /// The interview that runs.
    pub(crate) interviewing: crate::appraisals::Interviewing,
    /// Datasets and trainings.
    pub(crate) studio: crate::studio::Studio,
    /// What is heard beside the voice.
    pub(crate) loops: crate::sounds::Loops,
    /// The microphone test that runs.
    pub(crate) mic_test: crate::mic_test::Running,
    /// A conversation that is being taken over.
    pub(crate) importing: crate::taking_over::Importing,
}

/// Who is on stage, in which conversation.
#[derive(Debug, Clone)]
pub(crate) struct OnStage {
    pub(crate) id: CharacterId,
    pub(crate) character: Character,
    pub(crate) conversation: ConversationId,
    /// Which of the character's greetings begins a new conversation.
    pub(crate) greeting: usize,
}

impl App {
    /// Starts everything. Returns at once: models are loaded behind it.
    ///
    /// Fails where the data folder cannot be used, is in use by another copy of the program, or was written by a newer one.
    #[expect(clippy::too_many_lines, reason = "the parts are joined in one place")]
    pub fn start(options: Options) -> Result<Arc<Self>, Problem> {
        options.sampling.check()?;
        let places = Places::find(options.data_dir.as_deref(), &options.resources)?;
        places.dirs.create()?;
        let log = Arc::new(EventLog::open(&places.dirs, Lock::acquire(&places.dirs)?)?);
        let settings = SettingsFile::open(places.dirs.settings());
        let (hub, line) = (Arc::new(Hub::default()), Line::default());
        for warning in settings.warnings() {
            hub.send(AppEvent::Notice {
                problem: crate::api::Problem {
                    kind: "info".to_owned(),
                    message: format!("settings: {}: {}", warning.key, warning.message),
                    remedy: String::new(),
                },
            });
        }
        let library = Library::new(places.dirs.characters(), Some(places.shipped_characters()));
        let (id, character) =
            first_character(&library, options.character.as_deref(), settings.get())?;
        let now = settings.get().clone();
        let output =
            output::Stage::open(&options.output, &now.output_device, now.voice_volume, &line)?;
        let policies = Arc::new(guarding::Policies::new(library.clone()));
        let settings = Arc::new(Mutex::new(settings));
        let network = crate::keeping::network(&places, &settings);
        let keys: Arc<remote::Keychain> = Arc::default();
        let searching = Arc::new(Searching::new(
            Arc::clone(&settings),
            Arc::clone(&keys),
            Arc::clone(&network),
            Arc::clone(&hub),
        ));
        let parts = Parts::new(
            places.clone(),
            Arc::clone(&hub),
            line.clone(),
            Arc::clone(&policies),
            Arc::clone(&searching),
        );
        let parts = Arc::new(parts);
        let reference = output.deck().map(audio::Deck::reference);
        let ears = parts.ears.clone();
        let ear = Arc::new(Ear::new(Arc::clone(&hub), line.clone(), reference, ears));
        let conversation = conversation(&log, &id, options.fresh)?;
        let shelf = Arc::new(Shelf::open(&places, library, &hub)?);
        // Who came with the app and who is on stage are known before anything is drawn; the others follow.
        let shipped = shelf.library.list().into_iter().filter(|folder| folder.built_in);
        shelf.know(shipped.map(|folder| folder.id).chain([id.clone()]));
        let stage = OnStage { id, character, conversation, greeting: 0 };
        let remembering = Remembering::open(places.dirs.root(), Arc::clone(&log))
            .inspect_err(|error| tracing::warn!(%error, "nothing is remembered in this run"))
            .ok();
        if let Some(remembering) = &remembering {
            remembering.tell_to(&hub);
            remembering.want_encoder(&places.encoder_path(&now.encoder));
        }
        let knowing = Knowing::open(places.dirs.root())
            .inspect_err(|error| tracing::warn!(%error, "there are no documents in this run"))
            .map(Arc::new)
            .ok();
        if let (Some(remembering), Some(knowing)) = (&remembering, &knowing) {
            remembering.encode_documents(knowing);
        }
        let explained = Arc::default();
        let notes = author_notes::open(&places, &hub);
        let props = Arc::new(crate::own_scenery::Props::new(places.dirs.scenery()));
        let prompts = prompting::Maker::new(
            Arc::clone(&settings),
            Arc::clone(&explained),
            Arc::clone(&log) as Arc<dyn Log>,
            lorebooks::Shelf::new(shelf.library.clone(), places.dirs.root()),
            Arc::clone(&notes),
            remembering.clone(),
            knowing.clone(),
            (policies, Some(Arc::clone(&searching))),
            Some(Arc::clone(&props)),
        );
        let prompts = Arc::new(prompts.with_changes(options.sampling.clone()));
        searching.belong_to(&prompts);
        let wanted = fetching::wanted(&places);
        let app = Arc::new(Self {
            places,
            hub,
            line,
            log,
            settings,
            shelf,
            parts,
            ear,
            stage: Arc::new(Mutex::new(stage.clone())),
            downloads: Mutex::default(),
            repository: Mutex::default(),
            out_of_repositories: Mutex::default(),
            updating: Mutex::default(),
            wanted: Mutex::new(wanted),
            network,
            options,
            keys,
            prompts,
            notes,
            aside: Mutex::default(),
            remembering,
            knowing,
            reading_documents: Arc::default(),
            output: Mutex::new(Some(output)),
            conductor: Mutex::default(),
            busy: Arc::default(),
            greeted: AtomicBool::new(false),
            reading_ahead: Mutex::default(),
            arena: arena::Floor::default(),
            easel: crate::picturing::Easel::default(),
            props,
            interviewing: crate::appraisals::Interviewing::default(),
            studio: crate::studio::Studio::default(),
            loops: crate::sounds::Loops::default(),
            mic_test: crate::mic_test::Running::default(),
            importing: crate::taking_over::Importing::default(),
        });
        app.sum_up_when_quiet();
        app.prepare_books();
        app.with_deck(|deck| deck.set_bed_volumes(now.music_volume, now.ambience_volume));
        app.read_ahead_when_ready();
        app.tell_cast(&stage)?;
        app.conduct(&stage)?;
        app.load_parts();
        app.daily_backup();
        app.index_library();
        Ok(app)
    }

    /// Sends events to `listener` from now on; it answers false when it is gone. The first one is greeted.
    pub fn listen(self: &Arc<Self>, listener: Listener) {
        self.listen_as(events::MAIN, listener);
    }

    /// As [`Self::listen`], for one of several windows; each has a name of its own.
    pub fn listen_as(self: &Arc<Self>, name: &str, listener: Listener) {
        self.hub.listen(name, listener);
        if !self.greeted.swap(true, Ordering::Relaxed) {
            self.greet_aloud();
        }
    }

    /// Everything needed to draw the app.
    pub fn snapshot(&self) -> Answer<Snapshot> {
        let stage = lock(&self.stage).clone();
        let leaf = self.log.conversation(stage.conversation)?.leaf;
        let path = leaf.map(|leaf| self.log.path(leaf)).transpose()?.unwrap_or_default();
        Ok(Snapshot {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            settings: self.settings_view(),
            characters: self.at_hand(),
            character: stage.id.to_string(),
            conversation: stage.conversation.to_string(),
            persona: self.persona(&stage.id, stage.conversation).name,
            cast: self.cast_view(&self.log.conversation(stage.conversation)?),
            messages: views::messages(&*self.log, &path),
            model: self.parts.state(PartKind::Model),
            voice: self.parts.state(PartKind::Voice),
            ears: self.parts.state(PartKind::Ears),
            busy: self.busy.load(Ordering::Relaxed),
        })
    }

    /// Ends everything in order: what was heard of a running turn is kept, threads are joined, a recording is completed.
    pub fn shutdown(&self) -> Result<(), Problem> {
        self.ear.close();
        if let Some(remembering) = &self.remembering {
            remembering.close();
        }
        self.stop_documents();
        self.stop_appraisal();
        self.stop_picture();
        self.close_studio();
        lock(&self.downloads).clear();
        self.stop_update();
        self.line.cut();
        if let Some(conductor) = lock(&self.conductor).take()
            && conductor.join().is_err()
        {
            tracing::error!("the conductor had died");
        }
        self.parts.close();
        match lock(&self.output).take() {
            Some(output) => output.close(),
            None => Ok(()),
        }
    }

    /// Puts a conversation on stage, after the page has heard of everybody in it.
    pub(crate) fn put_on_stage(&self, stage: &OnStage) -> Result<(), Problem> {
        *lock(&self.stage) = stage.clone();
        self.tell_characters();
        self.open(stage)?;
        self.tell_persona();
        Ok(())
    }

    /// Opens a conversation (again).
    pub(crate) fn open(&self, stage: &OnStage) -> Result<(), Problem> {
        let scene = self.scene(stage)?;
        *lock(&self.stage) = stage.clone();
        self.tell_cast(stage)?;
        self.send(Event::Change(Change::Open(Box::new(scene))))?;
        self.prepare_books();
        self.greet_if_new(stage)?;
        self.read_ahead();
        Ok(())
    }

    /// The scene of a conversation, with the person as the settings describe them.
    pub(crate) fn scene(&self, stage: &OnStage) -> Result<Scene, Problem> {
        let conversation = self.log.conversation(stage.conversation)?;
        Ok(Scene {
            conversation: stage.conversation,
            leaf: conversation.leaf,
            character_id: stage.id.clone(),
            character: stage.character.clone(),
            persona: self.persona(&stage.id, stage.conversation),
            guests: self.guests(&conversation.cast),
            cast: conversation.cast,
        })
    }

    /// Makes the lorebooks of the conversation on stage ready.
    pub(crate) fn prepare_books(&self) {
        let stage = lock(&self.stage).clone();
        let persona = self.persona(&stage.id, stage.conversation);
        self.prompts.prepare((stage.character, persona), stage.id, stage.conversation);
    }

    /// Tells the conductor.
    pub(crate) fn send(&self, event: Event) -> Result<(), Problem> {
        if self.line.send(event) {
            return Ok(());
        }
        Err(Problem::new(
            ProblemKind::Internal,
            "the conversation has stopped",
            "close the app and start it again; nothing that was said is lost",
        ))
    }

    /// A turn is running.
    pub(crate) fn is_busy(&self) -> bool {
        self.busy.load(Ordering::Relaxed)
    }

    /// How to listen, as the settings say.
    pub(crate) fn listening(&self) -> Listening {
        let settings = lock(&self.settings);
        let settings = settings.get();
        Listening {
            device: settings.input_device.clone(),
            endpoint_ms: settings.endpoint_ms,
            interrupts: settings.interrupt_by_voice,
            wake: settings.wake.then(|| match settings.wake_phrase.as_str() {
                "" => lock(&self.stage).character.name.clone(),
                phrase => phrase.to_owned(),
            }),
        }
    }

    /// Voices to try, the most wanted first: this run's, the settings', the character's.
    pub(crate) fn voice_choices(&self) -> Vec<VoiceChoice> {
        let settings = lock(&self.settings).get().clone();
        let own = lock(&self.stage).character.voice.clone();
        let plain = |voice: &String| VoiceChoice { voice: voice.clone(), rate: 1.0, pitch: 0.0 };
        let wanted = self
            .options
            .voice
            .iter()
            .chain(Some(&settings.voice).filter(|voice| !voice.is_empty()));
        let wanted: Vec<String> = wanted.map(|voice| self.places.voice_name(voice)).collect();
        let mut choices: Vec<VoiceChoice> = wanted.iter().map(plain).chain(own).collect();
        for choice in &mut choices {
            choice.rate *= settings.voice_rate;
        }
        choices
    }

    /// The sound device, for a change of settings.
    pub(crate) fn with_deck(&self, change: impl FnOnce(&audio::Deck)) {
        if let Some(deck) = lock(&self.output).as_ref().and_then(output::Stage::deck) {
            change(deck);
        }
    }

    /// There are speakers, or something in their place that plays aloud.
    pub(crate) fn is_heard(&self) -> bool {
        self.options.output == Output::Speakers
    }

    fn load_parts(&self) {
        let settings = lock(&self.settings).get().clone();
        let model = self.options.model.clone().unwrap_or_else(|| settings.chat_model.clone());
        self.load_model(model, &settings, self.options.model.is_some());
        if settings.speak && self.options.output != Output::Text {
            self.load_voice();
        }
        self.load_ears();
        if settings.hands_free
            && self.options.output == Output::Speakers
            && let Err(problem) = self.ear.hands_free(true, &self.listening())
        {
            self.hub.send(AppEvent::Notice { problem: problem.into() });
        }
    }

    /// Opens the voices (again), and chooses the one for whoever is on stage.
    pub(crate) fn load_voice(&self) {
        let stage = lock(&self.stage).clone();
        let lang =
            stage.character.language.unwrap_or_else(|| views::lang(lock(&self.settings).get()));
        self.parts.load_voice(self.voice_choices(), lang);
    }

    /// Loads the recogniser that this run or the settings name, or the first there is.
    pub(crate) fn load_ears(&self) {
        let settings = lock(&self.settings).get().clone();
        let wanted = self.options.ears.clone().unwrap_or(settings.ears_model);
        match self.places.ears_model(&wanted) {
            Ok(path) => {
                let expect = lock(&self.stage).character.short_name().to_owned();
                self.parts.load_ears(path, None, expect);
            }
            // Having none is how everybody starts; a name that means nothing is worth telling.
            Err(_) if wanted.is_empty() => {}
            Err(problem) => self.hub.send(AppEvent::Notice { problem: problem.into() }),
        }
    }

    fn daily_backup(&self) {
        let keep = lock(&self.settings).get().daily_backups as usize;
        if keep == 0 {
            return;
        }
        let (log, hub) = (Arc::clone(&self.log), Arc::clone(&self.hub));
        let backup = std::thread::Builder::new().name("backup".to_owned()).spawn(move || {
            if let Err(error) = log.back_up_daily(keep) {
                hub.send(AppEvent::Notice { problem: Problem::from(error).into() });
            }
        });
        if let Err(error) = backup {
            tracing::warn!(%error, "no daily backup");
        }
    }
}

/// The character that a start puts on stage: the one asked for (a name, or a card file), the one of the settings, the first.
fn first_character(
    library: &Library,
    asked: Option<&str>,
    settings: &store::Settings,
) -> Result<(CharacterId, Character), Problem> {
    if let Some(asked) = asked {
        let file = Path::new(asked);
        if file.is_file() {
            let imported = characters::read_card(file)?;
            return Ok((CharacterId(store::slug(&imported.character.name)), imported.character));
        }
        let known = library.list();
        let wanted = |folder: &&store::CharacterFolder| folder.id.0.eq_ignore_ascii_case(asked);
        let id = known.iter().find(wanted).map(|folder| folder.id.clone()).ok_or_else(|| {
            let names: Vec<String> = known.iter().map(|folder| folder.id.to_string()).collect();
            Problem::new(
                ProblemKind::Missing,
                format!("there is no character `{asked}`"),
                format!("name one of {}, or a card file", names.join(", ")),
            )
        })?;
        let character = characters::load(library, &id)?.character;
        return Ok((id, character));
    }
    let preferred = CharacterId(settings.character.clone());
    let all = library.list().into_iter().map(|folder| folder.id);
    // Koto is at home here; after her, whoever comes first.
    let order = [preferred, CharacterId("koto".to_owned())].into_iter().chain(all);
    for id in order {
        if let Ok(loaded) = characters::load(library, &id) {
            return Ok((id, loaded.character));
        }
    }
    Err(Problem::new(
        ProblemKind::Missing,
        "there is no character that can be read",
        "install the app again, or import a character card",
    ))
}

/// The last conversation with a character, or a new one.
pub(crate) fn conversation(
    log: &EventLog,
    id: &CharacterId,
    fresh: bool,
) -> Result<ConversationId, Problem> {
    let last = log.conversations()?.into_iter().find(|conversation| conversation.character == *id);
    match last {
        Some(conversation) if !fresh => Ok(conversation.id),
        _ => Ok(log.begin(id, "")?.id),
    }
}

impl App {
    pub(crate) fn settings_view(&self) -> crate::api::Settings {
        let mut view = preferences::view(lock(&self.settings).get());
        let stage = lock(&self.stage);
        view.character = stage.id.to_string();
        if view.chat_model.is_empty() {
            crate::places::BUILT_IN_MODEL.clone_into(&mut view.chat_model);
        }
        view
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
