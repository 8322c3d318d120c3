//! Documents that characters may read.

use app::api::{DocumentView, LookedUp, MeaningView, PassageView};
use tauri_plugin_dialog::DialogExt;

use super::{Answer, Handle};

/// What was added, for a character or at all.
#[tauri::command]
#[specta::specta]
pub(crate) async fn documents(
    app: Handle<'_>,
    character: Option<String>,
) -> Answer<Vec<DocumentView>> {
    app.documents(character.as_deref())
}

/// Reads files and folders; progress comes as events.
#[tauri::command]
#[specta::specta]
pub(crate) async fn add_documents(
    app: Handle<'_>,
    paths: Vec<String>,
    character: Option<String>,
) -> Answer<()> {
    app.add_documents(paths, character)
}

/// Reads what has changed since.
#[tauri::command]
#[specta::specta]
pub(crate) async fn refresh_documents(app: Handle<'_>) -> Answer<()> {
    app.refresh_documents()
}

/// Stops reading.
#[tauri::command]
#[specta::specta]
pub(crate) async fn stop_documents(app: Handle<'_>) -> Answer<()> {
    app.stop_documents();
    Ok(())
}

/// What a question finds.
#[tauri::command]
#[specta::specta]
pub(crate) async fn search_documents(
    app: Handle<'_>,
    question: String,
    character: Option<String>,
) -> Answer<Vec<PassageView>> {
    app.search_documents(&question, character.as_deref())
}

/// How many passages an encoder has read.
#[tauri::command]
#[specta::specta]
pub(crate) async fn documents_meaning(app: Handle<'_>) -> Answer<Option<MeaningView>> {
    app.documents_meaning()
}

/// Takes a document out.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_document(app: Handle<'_>, id: u32) -> Answer<()> {
    app.remove_document(id)
}

/// Puts a document back.
#[tauri::command]
#[specta::specta]
pub(crate) async fn restore_document(app: Handle<'_>, id: u32) -> Answer<()> {
    app.restore_document(id)
}

/// What was looked up for the last turn.
#[tauri::command]
#[specta::specta]
pub(crate) async fn looked_up(app: Handle<'_>) -> Answer<Option<LookedUp>> {
    Ok(app.looked_up())
}

/// Asks for a folder with the system's dialogue.
#[tauri::command]
#[specta::specta]
pub(crate) async fn pick_folder(window: tauri::WebviewWindow) -> Answer<Option<String>> {
    let picked = window.dialog().file().set_parent(&window).blocking_pick_folder();
    Ok(picked.and_then(|folder| folder.into_path().ok()).map(|path| path.display().to_string()))
}
