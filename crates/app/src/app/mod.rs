//! The product, put together: one value that a shell starts, asks, listens to, and shuts down. Every other room adds its calls to [`App`],
//! each in an `impl App` of its own.
//!
//! Begin with `start`, which builds the parts and joins them; `hub` is the way out to whoever listens, `paths` says where things lie.

pub(crate) mod hub;
pub(crate) mod options;
pub(crate) mod paths;
mod start;

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use api::{PartKind, Snapshot};
use dialogue::Event;
use domain::{Cancel, Log, Problem, ProblemKind};
use store::{EventLog, SettingsFile};
use tokio_util::sync::CancellationToken;

use self::hub::Hub;
pub use self::hub::Listener;
pub use self::options::{Options, Output};
pub use self::paths::Paths;
use crate::appraisal::{arena, page};
use crate::characters::library::Shelf;
use crate::conversation::inbox::Inbox;
use crate::conversation::on_stage::OnStage;
use crate::conversation::views;
use crate::imports::conversations::Importing;
use crate::knowledge::lookup::Knowing;
use crate::memory::recall::Remembering;
use crate::models::loading::Parts;
use crate::prompting::author_notes;
use crate::prompting::maker::Maker;
use crate::stage::own_scenery::Props;
use crate::stage::scene_pictures::Easel;
use crate::stage::sounds::Loops;
use crate::studio::Studio;
use crate::voice::ear::Ear;
use crate::voice::{mic_test, output};

/// What every call of the API answers.
pub type Answer<T> = Result<T, api::Problem>;

/// The running product.
pub struct App {
    pub(crate) paths: Paths,
    pub(crate) hub: Arc<Hub>,
    pub(crate) inbox: Inbox,
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
    pub(crate) updating: Mutex<CancellationToken>,
    /// Models that are put to use as soon as they have arrived.
    pub(crate) wanted: Mutex<HashSet<String>>,
    /// The one door to other machines.
    pub(crate) network: Arc<dyn domain::Network>,
    pub(crate) options: Options,
    /// Keys to servers.
    pub(crate) keys: Arc<remote::Keychain>,
    /// Makes the prompts of turns, and of what is read ahead.
    pub(crate) prompts: Arc<Maker>,
    /// The person's notes to the model.
    pub(crate) notes: author_notes::Notes,
    /// What is being written beside the conversation.
    pub(crate) aside: Mutex<Option<Cancel>>,
    pub(crate) remembering: Option<Arc<Remembering>>,
    pub(crate) knowing: Option<Arc<Knowing>>,
    /// Stops the reading of documents; `None` while none are read.
    pub(crate) reading_documents: Arc<Mutex<Option<Cancel>>>,
    pub(crate) output: Mutex<Option<output::Stage>>,
    pub(crate) conductor: Mutex<Option<JoinHandle<()>>>,
    pub(crate) busy: Arc<AtomicBool>,
    /// Somebody has listened, so that the greeting of a new conversation was heard.
    greeted: AtomicBool,
    /// Ends the reading of a conversation that is no longer on stage.
    pub(crate) reading_ahead: Mutex<Cancel>,
    /// Comparisons of replies.
    pub(crate) arena: arena::Floor,
    /// Pictures of scenes.
    pub(crate) easel: Easel,
    /// The person's own places and sounds.
    pub(crate) props: Arc<Props>,
    /// The interview that runs.
    pub(crate) interviewing: page::Interviewing,
    /// Datasets and trainings.
    pub(crate) studio: Studio,
    /// What is heard beside the voice.
    pub(crate) loops: Loops,
    /// The microphone test that runs.
    pub(crate) mic_test: mic_test::Running,
    /// A conversation that is being taken over.
    pub(crate) importing: Importing,
}

impl App {
    /// Sends events to `listener` from now on; it answers false when it is gone. The first one is greeted.
    pub fn listen(self: &Arc<Self>, listener: Listener) {
        self.listen_as(hub::MAIN, listener);
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
            cast: self.cast_view(&stage, &self.log.conversation(stage.conversation)?),
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
        self.inbox.cut();
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

    /// Tells the conductor.
    pub(crate) fn send(&self, event: Event) -> Result<(), Problem> {
        if self.inbox.send(event) {
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
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
