//! The stage: sounds beside the voice, pictures of feelings.

use app::api::{LooksPreview, LooksReport};
use tauri::Manager;

use super::{Answer, Handle};
use crate::pet;

/// Loops under the voice from now on, by name; empty for silence.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_loops(app: Handle<'_>, music: String, ambience: String) -> Answer<()> {
    app.set_loops(&music, &ambience)
}

/// Plays an effect once.
#[tauri::command]
#[specta::specta]
pub(crate) async fn play_effect(
    app: Handle<'_>,
    window: tauri::WebviewWindow,
    name: String,
) -> Answer<()> {
    // Where there are two windows, each asks for it: the small one is heard.
    if window.label() == pet::MAIN && window.get_webview_window(pet::LABEL).is_some() {
        return Ok(());
    }
    app.play_effect(&name)
}

/// Reads a text of the page aloud.
#[tauri::command]
#[specta::specta]
pub(crate) async fn read_aloud(app: Handle<'_>, text: String, language: String) -> Answer<()> {
    app.read_aloud(&text, &language)
}

/// What pictures of feelings there would be in files and folders.
#[tauri::command]
#[specta::specta]
pub(crate) async fn preview_looks(app: Handle<'_>, paths: Vec<String>) -> Answer<LooksPreview> {
    Ok(app.preview_looks(&paths))
}

/// Takes pictures of feelings in for a character.
#[tauri::command]
#[specta::specta]
pub(crate) async fn import_looks(
    app: Handle<'_>,
    character: String,
    paths: Vec<String>,
) -> Answer<LooksReport> {
    app.import_looks(&character, &paths)
}

/// Removes one picture of a feeling.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_look(app: Handle<'_>, character: String, name: String) -> Answer<()> {
    app.remove_look(&character, &name)
}
