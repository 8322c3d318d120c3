//! A newer version of the program: looked for when a person presses the button, and only where they have agreed to that. Where a build
//! looks, and whose signature it believes, is said when it is made; most builds are told nothing and say so.

mod installing;

use std::path::PathBuf;
use std::sync::Arc;

use api::{AppEvent, UpdateView};
use domain::{Network, Problem, ProblemKind};
use models::{Channel, Event, Fetcher, Release};
use store::Settings;
use tokio_util::sync::CancellationToken;

use crate::app::paths::Paths;
use crate::app::{Answer, App, lock};
use crate::housekeeping::network::network_of;
use crate::models::downloads;

pub use installing::{by_hand, finish, keeper, window_is_there};

/// Address of the list of versions, given when the program is built (docs/updates.md).
const ADDRESS: Option<&str> = option_env!("HANASHI_UPDATE_ADDRESS");
/// The key that signs them.
const KEY: Option<&str> = option_env!("HANASHI_UPDATE_KEY");
/// This version.
const HERE: &str = env!("CARGO_PKG_VERSION");
/// Where a newer one is put, in the data folder.
const FOLDER: &str = "updates";

/// What looking found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// Nobody told this build where to look.
    Nowhere,
    /// There is none.
    Newest,
    /// There is one.
    Newer(Release),
}

fn channel() -> Result<Option<Channel>, Problem> {
    Ok(Channel::of_build(ADDRESS, KEY)?)
}

async fn look(fetcher: &Fetcher, channel: Option<&Channel>) -> Result<Found, Problem> {
    let Some(channel) = channel else { return Ok(Found::Nowhere) };
    Ok(match fetcher.newer(channel, HERE).await? {
        Some(release) => Found::Newer(release),
        None => Found::Newest,
    })
}

async fn fetch(
    fetcher: &Fetcher,
    channel: Option<&Channel>,
    folder: PathBuf,
    stop: &CancellationToken,
    on: &mut (dyn FnMut(u64, Option<u64>) + Send),
) -> Result<Option<PathBuf>, Problem> {
    let (Some(channel), Found::Newer(release)) = (channel, look(fetcher, channel).await?) else {
        return Err(Problem::new(
            ProblemKind::Missing,
            "there is no newer version to fetch",
            "nothing needs to be done",
        ));
    };
    let mut on = |event| {
        if let Event::Progress { done, total, .. } = event {
            on(done, total);
        }
    };
    Ok(fetcher.update(channel, &release, &folder, stop, &mut on).await?)
}

fn fetcher(
    paths: &Paths,
    settings: &Settings,
    network: &Arc<dyn Network>,
) -> Result<Fetcher, Problem> {
    downloads::fetcher(&paths.catalogue()?, settings, network)
}

fn runtime() -> Result<tokio::runtime::Runtime, Problem> {
    let made = tokio::runtime::Builder::new_current_thread().enable_all().build();
    Ok(made.map_err(|error| models::Error::Setup(error.to_string()))?)
}

/// Looks for a newer version, for the terminal.
pub fn look_for_update(paths: &Paths) -> Result<Found, Problem> {
    let settings = store::SettingsFile::open(paths.dirs.settings()).get().clone();
    let network = network_of(paths, &settings);
    let fetcher = fetcher(paths, &settings, &network)?;
    runtime()?.block_on(look(&fetcher, channel()?.as_ref()))
}

/// Fetches it and checks its signature; answers with the installer.
pub fn fetch_update(
    paths: &Paths,
    on: &mut (dyn FnMut(u64, Option<u64>) + Send),
) -> Result<PathBuf, Problem> {
    paths.dirs.create()?;
    let settings = store::SettingsFile::open(paths.dirs.settings()).get().clone();
    let network = network_of(paths, &settings);
    let fetcher = fetcher(paths, &settings, &network)?;
    let (folder, stop) = (paths.dirs.root().join(FOLDER), CancellationToken::new());
    let channel = channel()?;
    let fetched = fetch(&fetcher, channel.as_ref(), folder.clone(), &stop, on);
    // Nobody can stop it but the end of the program.
    Ok(runtime()?.block_on(fetched)?.unwrap_or(folder))
}

impl App {
    /// Looks for a newer version.
    pub async fn look_for_update(self: &Arc<Self>) -> Answer<UpdateView> {
        let app = Arc::clone(self);
        let found = apart(move || {
            let settings = lock(&app.settings).get().clone();
            let fetcher = fetcher(&app.paths, &settings, &app.network)?;
            runtime()?.block_on(look(&fetcher, channel()?.as_ref()))
        })
        .await?;
        let view = |state: &str, version: String, notes: String| UpdateView {
            state: state.to_owned(),
            here: HERE.to_owned(),
            version,
            notes,
        };
        Ok(match found {
            Found::Nowhere => view("unconfigured", String::new(), String::new()),
            Found::Newest => view("newest", String::new(), String::new()),
            Found::Newer(release) => view("newer", release.version.to_string(), release.notes),
        })
    }

    /// Fetches it and checks its signature; answers with the path of the installer, `None` where it was stopped.
    pub async fn fetch_update(self: &Arc<Self>) -> Answer<Option<String>> {
        let app = Arc::clone(self);
        let stop = CancellationToken::new();
        std::mem::replace(&mut *lock(&self.updating), stop.clone()).cancel();
        let fetched = apart(move || {
            let settings = lock(&app.settings).get().clone();
            let fetcher = fetcher(&app.paths, &settings, &app.network)?;
            let folder = app.paths.dirs.root().join(FOLDER);
            let mut on = |done: u64, total: Option<u64>| {
                let total = total.map(|total| total as f64);
                app.hub.send(AppEvent::Updating { done: done as f64, total });
            };
            runtime()?.block_on(fetch(&fetcher, channel()?.as_ref(), folder, &stop, &mut on))
        })
        .await?;
        Ok(fetched.map(|path| path.display().to_string()))
    }

    /// Stops fetching it; what has arrived is kept.
    pub fn stop_update(&self) {
        lock(&self.updating).cancel();
    }
}

/// Runs something on a thread of its own: files are written and hashed in it.
async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let (send, receive) = tokio::sync::oneshot::channel();
    let ended = |what: String| models::Error::Setup(what);
    std::thread::Builder::new()
        .name("update".into())
        // Whoever asked may be gone.
        .spawn(move || drop(send.send(work())))
        .map_err(|error| ended(error.to_string()))?;
    receive.await.map_err(|_| ended("its thread ended".to_owned()))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_build_that_was_told_nothing_says_so_and_asks_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let paths = Paths::find(Some(folder.path()), std::path::Path::new("")).unwrap();
        if channel().unwrap().is_none() {
            assert_eq!(look_for_update(&paths).unwrap(), Found::Nowhere);
            let error = fetch_update(&paths, &mut |_, _| {}).unwrap_err();
            assert_eq!(error.kind, ProblemKind::Missing);
        }
        assert!(crate::housekeeping::network::accesses(&paths.dirs, 10).unwrap().is_empty());
    }

    #[test]
    fn without_consent_nobody_is_asked() {
        let folder = tempfile::tempdir().unwrap();
        let paths = Paths::find(Some(folder.path()), std::path::Path::new("")).unwrap();
        // A key in minisign's form; nothing is fetched that it could be compared with.
        let key = "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3";
        let channel =
            Channel::of_build(Some("https://updates.example/latest.json"), Some(key)).unwrap();
        let settings = Settings::default();
        assert!(!settings.allow_updates);
        let fetcher = fetcher(&paths, &settings, &network_of(&paths, &settings)).unwrap();
        let answer = runtime().unwrap().block_on(look(&fetcher, channel.as_ref()));
        assert!(answer.unwrap_err().remedy.contains("allow_updates"));
        let noted = crate::housekeeping::network::accesses(&paths.dirs, 10).unwrap();
        assert!(noted.len() == 1 && noted[0].refused);
    }
}
