//! The start: every part is made, handed to those that need it, and set going.

use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use api::AppEvent;
use domain::{Character, CharacterId, Log, Problem, ProblemKind};
use store::{EventLog, Library, Lock, SettingsFile};

use super::hub::Hub;
use super::options::Options;
use super::paths::Paths;
use super::{App, lock};
use crate::appraisal::{arena, page};
use crate::characters::cards;
use crate::characters::library::Shelf;
use crate::conversation::inbox::Inbox;
use crate::conversation::on_stage::{OnStage, conversation};
use crate::housekeeping::network;
use crate::imports::conversations::Importing;
use crate::knowledge::lookup::Knowing;
use crate::knowledge::web_search::Searching;
use crate::memory::recall::Remembering;
use crate::models::downloads;
use crate::models::guard::Policies;
use crate::models::loading::Parts;
use crate::prompting::maker::Maker;
use crate::prompting::{author_notes, lorebooks};
use crate::stage::own_scenery::Props;
use crate::stage::scene_pictures::Easel;
use crate::stage::sounds::Loops;
use crate::studio::Studio;
use crate::voice::ear::Ear;
use crate::voice::{mic_test, output};

impl App {
    /// Starts everything. Returns at once: models are loaded behind it.
    ///
    /// Fails where the data folder cannot be used, is in use by another copy of the program, or was written by a newer one.
    #[expect(clippy::too_many_lines, reason = "the parts are joined in one place")]
    pub fn start(options: Options) -> Result<Arc<Self>, Problem> {
        options.sampling.check()?;
        let paths = Paths::find(options.data_dir.as_deref(), &options.resources)?;
        paths.dirs.create()?;
        let log = Arc::new(EventLog::open(&paths.dirs, Lock::acquire(&paths.dirs)?)?);
        let settings = SettingsFile::open(paths.dirs.settings());
        let (hub, inbox) = (Arc::new(Hub::default()), Inbox::default());
        for warning in settings.warnings() {
            hub.send(AppEvent::Notice {
                problem: api::Problem {
                    kind: "info".to_owned(),
                    message: format!("settings: {}: {}", warning.key, warning.message),
                    remedy: String::new(),
                },
            });
        }
        let library = Library::new(paths.dirs.characters(), Some(paths.shipped_characters()));
        let (id, character) =
            first_character(&library, options.character.as_deref(), settings.get())?;
        let now = settings.get().clone();
        let output =
            output::Stage::open(&options.output, &now.output_device, now.voice_volume, &inbox)?;
        let policies = Arc::new(Policies::new(library.clone()));
        let settings = Arc::new(Mutex::new(settings));
        let network = network::network(&paths, &settings);
        let keys: Arc<remote::Keychain> = Arc::default();
        let searching = Arc::new(Searching::new(
            Arc::clone(&settings),
            Arc::clone(&keys),
            Arc::clone(&network),
            Arc::clone(&hub),
        ));
        let parts = Parts::new(
            paths.clone(),
            Arc::clone(&hub),
            inbox.clone(),
            Arc::clone(&policies),
            Arc::clone(&searching),
        );
        let parts = Arc::new(parts);
        let reference = output.deck().map(audio::Deck::reference);
        let ears = parts.ears.clone();
        let ear = Arc::new(Ear::new(Arc::clone(&hub), inbox.clone(), reference, ears));
        let conversation = conversation(&log, &id, options.fresh)?;
        let shelf = Arc::new(Shelf::open(&paths, library, &hub)?);
        // Who came with the app and who is on stage are known before anything is drawn; the others follow.
        let shipped = shelf.library.list().into_iter().filter(|folder| folder.built_in);
        shelf.know(shipped.map(|folder| folder.id).chain([id.clone()]));
        let stage = OnStage { id, character, conversation, greeting: 0 };
        let remembering = Remembering::open(paths.dirs.root(), Arc::clone(&log))
            .inspect_err(|error| tracing::warn!(%error, "nothing is remembered in this run"))
            .ok();
        if let Some(remembering) = &remembering {
            remembering.tell_to(&hub);
            remembering.want_encoder(&paths.encoder_path(&now.encoder));
        }
        let knowing = Knowing::open(paths.dirs.root())
            .inspect_err(|error| tracing::warn!(%error, "there are no documents in this run"))
            .map(Arc::new)
            .ok();
        if let (Some(remembering), Some(knowing)) = (&remembering, &knowing) {
            remembering.encode_documents(knowing);
        }
        let explained = Arc::default();
        let notes = author_notes::open(&paths, &hub);
        let props = Arc::new(Props::new(paths.dirs.scenery()));
        let prompts = Maker::new(
            Arc::clone(&settings),
            Arc::clone(&explained),
            Arc::clone(&log) as Arc<dyn Log>,
            lorebooks::Shelf::new(shelf.library.clone(), paths.dirs.root()),
            Arc::clone(&notes),
            remembering.clone(),
            knowing.clone(),
            (policies, Some(Arc::clone(&searching))),
            Some(Arc::clone(&props)),
        );
        let prompts = Arc::new(prompts.with_changes(options.sampling.clone()));
        searching.belong_to(&prompts);
        let wanted = downloads::wanted(&paths);
        let app = Arc::new(Self {
            paths,
            hub,
            inbox,
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
            easel: Easel::default(),
            props,
            interviewing: page::Interviewing::default(),
            studio: Studio::default(),
            loops: Loops::default(),
            mic_test: mic_test::Running::default(),
            importing: Importing::default(),
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
            let imported = cards::read_card(file)?;
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
        let character = cards::load(library, &id)?.character;
        return Ok((id, character));
    }
    let preferred = CharacterId(settings.character.clone());
    let all = library.list().into_iter().map(|folder| folder.id);
    // Koto is at home here; after her, whoever comes first.
    let order = [preferred, CharacterId("koto".to_owned())].into_iter().chain(all);
    for id in order {
        if let Ok(loaded) = cards::load(library, &id) {
            return Ok((id, loaded.character));
        }
    }
    Err(Problem::new(
        ProblemKind::Missing,
        "there is no character that can be read",
        "install the app again, or import a character card",
    ))
}
