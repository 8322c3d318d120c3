//! Models: what there is, fetching it, removing it.

use std::collections::HashSet;
use std::io::Read;
use std::sync::Arc;

use api::{AppEvent, ModelEntry};
use domain::{Lang, Network, Problem, ProblemKind};
use models::{Catalogue, Download, Event, Fetcher, Hubs, Kind, Listing, Outcome, State};
use store::Settings;

use crate::app::paths::{BUILT_IN_MODEL, Paths, kind_word, voice_of};
use crate::app::{Answer, App, lock};
use crate::conversation::views;

/// Names of what is to be used as soon as it is here, among the models.
const WANTED: &str = "wanted.json";
/// A few names.
const LONGEST_WANTED: u64 = 64 << 10;

/// What was to be used as soon as it is here when the program ended; nothing where that cannot be read.
pub(crate) fn wanted(paths: &Paths) -> HashSet<String> {
    let mut text = Vec::new();
    let file = std::fs::File::open(paths.dirs.models().join(WANTED));
    let read = file.and_then(|file| file.take(LONGEST_WANTED).read_to_end(&mut text));
    read.ok().and_then(|_| serde_json::from_slice(&text).ok()).unwrap_or_default()
}

impl App {
    /// Everything that is here and everything on offer.
    pub fn models(&self) -> Answer<Vec<ModelEntry>> {
        let lang = views::lang(lock(&self.settings).get());
        let mut entries = list(&self.paths, lang)?;
        // What is being fetched out of a repository, or was paused, and stands in no catalogue.
        let library = self.paths.model_library();
        for entry in lock(&self.out_of_repositories).iter() {
            if !entries.iter().any(|known| known.id == entry.id) {
                entries.push(view(models::offered(entry, &library, lang)));
            }
        }
        let downloads = lock(&self.downloads);
        for entry in &mut entries {
            if downloads.get(&entry.id).is_some_and(|download| !download.is_finished()) {
                "downloading".clone_into(&mut entry.state);
            }
        }
        Ok(entries)
    }

    /// Starts a download, or goes on with one; progress comes as events.
    pub fn pull(self: &Arc<Self>, id: &str) -> Answer<()> {
        let entry = self.offer(id)?;
        self.pull_entry(entry)
    }

    /// Something that can be fetched: of the catalogue, or of a repository that was looked into.
    fn offer(&self, id: &str) -> Result<models::Entry, Problem> {
        if let Some(entry) = self.paths.catalogue()?.get(id) {
            return Ok(entry.clone());
        }
        let known = lock(&self.out_of_repositories).iter().find(|entry| entry.id == id).cloned();
        Ok(known.ok_or_else(|| models::Error::Unknown(id.to_owned()))?)
    }

    /// Starts the download of an entry, or goes on with it.
    pub(crate) fn pull_entry(self: &Arc<Self>, entry: models::Entry) -> Answer<()> {
        let id = entry.id.clone();
        let settings = lock(&self.settings).get().clone();
        if !settings.allow_downloads {
            let problem = Problem::new(
                ProblemKind::Network,
                "downloads are switched off in the settings",
                "switch `allow_downloads` on, or import a file",
            );
            return Err(problem.into());
        }
        let catalogue = self.paths.catalogue()?;
        if lock(&self.downloads).get(&id).is_some_and(|download| !download.is_finished()) {
            return Ok(());
        }
        let lang = views::lang(&settings);
        let library = self.paths.model_library();
        let shown = view(models::offered(&entry, &library, lang));
        let fetcher = fetcher(&catalogue, &settings, &self.network)?;
        let folder = library.folder(&entry);
        let (progress, hub) = (shown.clone(), Arc::clone(&self.hub));
        let on = move |event: Event| {
            if let Event::Progress { done, total, rate } = event {
                let mut entry = progress.clone();
                "downloading".clone_into(&mut entry.state);
                entry.done = done as f64;
                entry.size = total.map(|total| total as f64).or(entry.size);
                hub.send(AppEvent::Download { entry, bytes_per_second: rate, problem: None });
            }
        };
        let (app, kind) = (Arc::downgrade(self), entry.kind);
        let ended = move |ended: models::Ended| {
            let Some(app) = app.upgrade() else { return };
            app.download_ended(shown, kind, ended);
        };
        let download = Download::start(fetcher, entry, folder, on, ended)?;
        lock(&self.downloads).insert(id, download);
        Ok(())
    }

    fn download_ended(&self, mut entry: ModelEntry, kind: Kind, ended: models::Ended) {
        let mut problem = None;
        match ended {
            Ok(Outcome::Done(files)) => {
                "installed".clone_into(&mut entry.state);
                entry.done = files.iter().map(|file| file.pin.size as f64).sum();
                entry.size = Some(entry.done);
            }
            Ok(Outcome::Stopped { done, .. }) => {
                "paused".clone_into(&mut entry.state);
                entry.done = done as f64;
            }
            Err(error) => {
                let left = if entry.done > 0.0 { "paused" } else { "available" };
                left.clone_into(&mut entry.state);
                problem = Some(Problem::from(error).into());
            }
        }
        let arrived = entry.state == "installed";
        let id = entry.id.clone();
        self.hub.send(AppEvent::Download { entry, bytes_per_second: 0.0, problem });
        if !arrived {
            return;
        }
        match kind {
            // What was missing is put to use at once; a chat model is chosen by the person, or was with the set.
            Kind::Ears if !self.parts.has_ears() => self.load_ears(),
            Kind::Voice => {
                self.parts.forget_speaker();
                if lock(&self.settings).get().speak {
                    self.load_voice();
                }
            }
            Kind::Chat => self.use_at_once(&id),
            // Whoever has none yet fetched it to have one; another is changed for by the person.
            Kind::Encoder if lock(&self.settings).get().encoder.is_empty() => {
                self.choose_encoder(&id);
            }
            Kind::Ears | Kind::Pictures | Kind::Encoder | Kind::Vad => {}
        }
    }

    /// Fetches what is missing of a set, and puts each part to use as soon as it is here: a language model between two answers,
    /// without the conversation noticing.
    ///
    /// # Errors
    /// Where there is no room for all of it together: then nothing is begun.
    pub fn fetch_set(self: &Arc<Self>, ids: &[String]) -> Answer<()> {
        let entries: Vec<_> = ids.iter().map(|id| self.offer(id)).collect::<Result<_, _>>()?;
        models::room_for(&self.paths.model_library(), &entries)?;
        for id in ids {
            self.want(id, true);
            self.pull(id)?;
        }
        Ok(())
    }

    /// Notes that something is to be used when it is here, or no more; answers with whether it was. Kept on the disk: what is gone on with
    /// after a restart is put to use as well.
    fn want(&self, id: &str, wanted: bool) -> bool {
        let mut all = lock(&self.wanted);
        let was = if wanted { all.replace(id.to_owned()).is_some() } else { all.remove(id) };
        if was == wanted {
            return was;
        }
        let path = self.paths.dirs.models().join(WANTED);
        let text = serde_json::to_vec(&*all).unwrap_or_default();
        if let Err(error) = store::atomic::write(&path, &text) {
            tracing::warn!(%error, "what is wanted is forgotten at the end of the program");
        }
        was
    }

    /// Puts what has arrived to use, where it was fetched for that.
    fn use_at_once(&self, id: &str) {
        if !self.want(id, false) {
            return;
        }
        if let Err(problem) = self.change_settings(self.use_of_set(id)) {
            self.hub.send(AppEvent::Notice { problem });
        }
    }

    /// Finds memories by their meaning with what has arrived.
    fn choose_encoder(&self, id: &str) {
        if let Err(problem) = self.use_encoder(id) {
            self.hub.send(AppEvent::Notice { problem });
        }
    }

    /// Pauses a download; what has arrived is kept.
    pub fn pause_pull(&self, id: &str) -> Answer<()> {
        if let Some(download) = lock(&self.downloads).get(id) {
            download.stop();
        }
        Ok(())
    }

    /// Removes a model from the disk (or forgets one that is used in place).
    pub fn remove_model(&self, id: &str) -> Answer<()> {
        let (library, catalogue) = (self.paths.model_library(), self.paths.catalogue()?);
        lock(&self.downloads).remove(id);
        self.want(id, false);
        if lock(&self.settings).get().encoder == id {
            // What is read from must not go: memories are found by their words from now on.
            self.choose_encoder("");
        }
        if let Some(installed) = library.scan(&catalogue)?.into_iter().find(|one| one.id == id) {
            return Ok(library.remove(&installed)?);
        }
        library.discard(&self.offer(id)?)?;
        lock(&self.out_of_repositories).retain(|entry| entry.id != id);
        Ok(())
    }

    /// Finds the recognisers to offer, when it is called.
    pub(crate) fn ears_offers(&self) -> impl Fn() -> Vec<ModelEntry> + Send + use<> {
        let (paths, settings) = (self.paths.clone(), Arc::clone(&self.settings));
        move || {
            let lang = views::lang(lock(&settings).get());
            let all = list(&paths, lang).unwrap_or_default();
            all.into_iter().filter(|entry| entry.kind == "ears").collect()
        }
    }
}

/// Where downloads come from (the hub of the environment, the person's mirrors, the catalogue's), and how.
pub(crate) fn fetcher(
    catalogue: &Catalogue,
    settings: &Settings,
    network: &Arc<dyn Network>,
) -> Result<Fetcher, Problem> {
    let mirrors: Vec<String> =
        settings.mirrors.iter().chain(catalogue.mirrors()).cloned().collect();
    let options = models::Options {
        proxy: proxy(settings),
        connections: settings.download_connections,
        limit: limit(settings.download_limit_mb),
        ..models::Options::new(Hubs::from_environment(&mirrors))
    };
    Ok(Fetcher::new(options, Arc::clone(network))?)
}

/// The proxy as the settings write it.
pub(crate) fn proxy(settings: &Settings) -> models::Proxy {
    match settings.proxy.trim() {
        "" => models::Proxy::System,
        none if none.eq_ignore_ascii_case("none") => models::Proxy::None,
        address => models::Proxy::Url(address.to_owned()),
    }
}

/// Bytes a second of megabytes a second; `None` for as fast as it goes.
fn limit(megabytes: f32) -> Option<u64> {
    (megabytes > 0.0).then(|| ((f64::from(megabytes) * 1e6) as u64).max(1000))
}

/// The list for people: the model in the box, what is installed, what is on offer.
pub(crate) fn list(paths: &Paths, lang: Lang) -> Result<Vec<ModelEntry>, Problem> {
    let listings = models::listings(&paths.catalogue()?, &paths.all_models(), lang)?;
    let size = std::fs::metadata(paths.built_in_model()).ok().map(|data| data.len() as f64);
    let built_in = ModelEntry {
        id: BUILT_IN_MODEL.to_owned(),
        kind: "chat".to_owned(),
        name: "Hanashi mini".to_owned(),
        note: match lang {
            Lang::En => {
                "Comes with the app: Koto and Haru in a few words. Charming, and very small."
            }
            Lang::Zh => "随应用附带：能和小琴、小春简单聊几句。可爱，但非常小。",
            Lang::Ja => {
                "アプリ付属：コトやハルと少しだけ話せます。かわいいけれど、とても小さなモデルです。"
            }
        }
        .to_owned(),
        licence: "CC-BY-4.0".to_owned(),
        licence_url: None,
        ask: false,
        size,
        languages: vec!["en".to_owned()],
        unpinned: false,
        removable: false,
        page: None,
        traits: vec![],
        chosen_as: None,
        state: "builtin".to_owned(),
        done: size.unwrap_or_default(),
    };
    Ok(std::iter::once(built_in).chain(listings.into_iter().map(view)).collect())
}

fn view(listing: Listing) -> ModelEntry {
    ModelEntry {
        id: listing.id,
        kind: kind_word(listing.kind).to_owned(),
        name: listing.name,
        note: match listing.from {
            Some(program) => format!("{program}: {}", listing.note),
            None => listing.note,
        },
        licence: listing.licence,
        licence_url: listing.licence_url,
        ask: listing.ask,
        size: listing.size.map(|size| size as f64),
        languages: listing.languages,
        unpinned: listing.unpinned,
        removable: listing.removable,
        state: match listing.state {
            State::Available => "available",
            State::ByHand => "by-hand",
            State::Inside => "builtin",
            State::Paused => "paused",
            State::Installed => "installed",
        }
        .to_owned(),
        done: listing.done as f64,
        page: listing.page,
        chosen_as: listing.voice.map(|stem| voice_of(&stem)),
        traits: listing.traits.into_iter().map(|one| trait_name(one).to_owned()).collect(),
    }
}

fn trait_name(one: models::Trait) -> &'static str {
    match one {
        models::Trait::Floats => "floats",
        models::Trait::Pickle => "pickle",
        models::Trait::Whole => "whole",
    }
}
