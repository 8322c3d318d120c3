//! The one door to other machines: `upkeep`'s log admits an access, or not, as the settings have it, and notes it.

use std::sync::{Arc, Mutex};

use api::AccessView;
use domain::{Network, Problem};
use store::{Dirs, Settings, SettingsFile};
use upkeep::Allowed;

use crate::app::paths::Paths;
use crate::app::{Answer, App, lock};

pub use domain::Access;
pub use upkeep::Entry as NetworkEntry;

/// Accesses that a page lists at most.
const LISTED: usize = 500;

/// The door to the network of a running program: the settings are asked at every access.
pub(crate) fn network(paths: &Paths, settings: &Arc<Mutex<SettingsFile>>) -> Arc<dyn Network> {
    let settings = Arc::clone(settings);
    upkeep::NetworkLog::new(paths.dirs.root(), move || allowed(lock(&settings).get()))
}

/// The door to the network of a single command.
pub(crate) fn network_of(paths: &Paths, settings: &Settings) -> Arc<dyn Network> {
    let allowed = allowed(settings);
    upkeep::NetworkLog::new(paths.dirs.root(), move || allowed)
}

pub(crate) fn allowed(settings: &Settings) -> Allowed {
    Allowed {
        offline: settings.offline,
        downloads: settings.allow_downloads,
        remote_model: settings.allow_remote_model,
        remote_assets: settings.allow_remote_assets,
        search: settings.allow_search,
        pictures: settings.allow_remote_pictures,
        updates: settings.allow_updates,
    }
}

/// The latest accesses to the network, the newest first.
pub fn accesses(dirs: &Dirs, most: usize) -> Result<Vec<NetworkEntry>, Problem> {
    Ok(upkeep::accesses(dirs.root(), most)?)
}

impl App {
    /// The latest accesses to the network.
    pub fn accesses(&self) -> Answer<Vec<AccessView>> {
        let all = accesses(&self.paths.dirs, LISTED)?;
        Ok(all.into_iter().map(access_view).collect())
    }
}

fn access_view(entry: NetworkEntry) -> AccessView {
    let purpose = serde_json::to_value(entry.access.purpose)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default();
    AccessView {
        at: entry.at_ms as f64,
        purpose,
        host: entry.access.host,
        what: entry.access.what,
        sent: entry.traffic.map(|traffic| traffic.sent as f64),
        received: entry.traffic.map(|traffic| traffic.received as f64),
        refused: entry.refused,
    }
}
