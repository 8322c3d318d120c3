//! Models: what there is, fetching, removing.

use app::api::{ModelEntry, RepositoryView};

use super::{Answer, Handle};

/// The catalogue and the library.
#[tauri::command]
#[specta::specta]
pub(crate) async fn models(app: Handle<'_>) -> Answer<Vec<ModelEntry>> {
    app.models()
}

/// Starts a download, or goes on with it; progress comes as events.
#[tauri::command]
#[specta::specta]
pub(crate) async fn pull(app: Handle<'_>, id: String) -> Answer<()> {
    app.pull(&id)
}

/// Pauses a download.
#[tauri::command]
#[specta::specta]
pub(crate) async fn pause_pull(app: Handle<'_>, id: String) -> Answer<()> {
    app.pause_pull(&id)
}

/// Removes a model from the disk.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_model(app: Handle<'_>, id: String) -> Answer<()> {
    app.remove_model(&id)
}

/// Lists what can be used in a repository, each with whether it fits.
#[tauri::command]
#[specta::specta]
pub(crate) async fn look_into(app: Handle<'_>, name: String) -> Answer<RepositoryView> {
    app.look_into(&name).await
}

/// Fetches a file of the repository that was looked into, or (an empty path) the repository as a folder.
#[tauri::command]
#[specta::specta]
pub(crate) async fn pull_from(app: Handle<'_>, name: String, path: String) -> Answer<()> {
    app.pull_from(&name, &path)
}
