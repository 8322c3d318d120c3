//! Places and sounds of the person's own.

use app::api::{HeardAtView, OwnSceneryPatch, OwnSceneryView};

use super::{Answer, Handle};

/// All of them, and what is heard where.
#[tauri::command]
#[specta::specta]
pub(crate) async fn own_scenery(app: Handle<'_>) -> Answer<OwnSceneryView> {
    app.own_scenery()
}

/// A picture of a place as a `data:` URL, as it is shown or small.
#[tauri::command]
#[specta::specta]
pub(crate) async fn own_place_picture(
    app: Handle<'_>,
    id: String,
    hour: String,
    small: bool,
) -> Answer<String> {
    app.own_place_picture(&id, &hour, small)
}

/// Changes the name, the description, what a sound is for.
#[tauri::command]
#[specta::specta]
pub(crate) async fn change_own_scenery(
    app: Handle<'_>,
    id: String,
    patch: OwnSceneryPatch,
) -> Answer<()> {
    app.change_own_scenery(&id, &patch)
}

/// Removes a place or a sound, or brings it back.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_own_scenery(app: Handle<'_>, id: String, removed: bool) -> Answer<()> {
    app.remove_own_scenery(&id, removed)
}

/// What is heard at a place from now on.
#[tauri::command]
#[specta::specta]
pub(crate) async fn hear_at(app: Handle<'_>, heard: HeardAtView) -> Answer<()> {
    app.hear_at(&heard)
}
