//! What a character remembers.

use app::api::{MemoryImport, MemoryPage, MemorySource, Recollection};
use tauri_plugin_dialog::DialogExt;

use super::{Answer, Handle};

/// Everything known.
#[tauri::command]
#[specta::specta]
pub(crate) async fn memories(app: Handle<'_>, character: String) -> Answer<MemoryPage> {
    app.memories(&character)
}

/// What would come to mind.
#[tauri::command]
#[specta::specta]
pub(crate) async fn memory_ask(
    app: Handle<'_>,
    character: String,
    question: String,
) -> Answer<Vec<Recollection>> {
    app.memory_ask(&character, &question)
}

/// Where something was said.
#[tauri::command]
#[specta::specta]
pub(crate) async fn memory_source(app: Handle<'_>, message: String) -> Answer<MemorySource> {
    app.memory_source(&message)
}

/// Puts a fact right.
#[tauri::command]
#[specta::specta]
pub(crate) async fn memory_correct(app: Handle<'_>, fact: u32, value: String) -> Answer<u32> {
    app.memory_correct(fact, &value)
}

/// Keeps a fact in every prompt, or no longer.
#[tauri::command]
#[specta::specta]
pub(crate) async fn memory_pin(app: Handle<'_>, fact: u32, pinned: bool) -> Answer<u32> {
    app.memory_pin(fact, pinned)
}

/// Forgets a fact.
#[tauri::command]
#[specta::specta]
pub(crate) async fn memory_forget(app: Handle<'_>, character: String, fact: u32) -> Answer<u32> {
    app.memory_forget(&character, fact)
}

/// Forgets a message.
#[tauri::command]
#[specta::specta]
pub(crate) async fn memory_forget_message(
    app: Handle<'_>,
    character: String,
    message: String,
) -> Answer<u32> {
    app.memory_forget_message(&character, &message)
}

/// Puts what is written about a scene right.
#[tauri::command]
#[specta::specta]
pub(crate) async fn memory_retell(app: Handle<'_>, summary: u32, text: String) -> Answer<u32> {
    app.memory_retell(summary, &text)
}

/// Writes something down by hand.
#[tauri::command]
#[specta::specta]
pub(crate) async fn memory_add(
    app: Handle<'_>,
    character: String,
    attribute: String,
    value: String,
) -> Answer<u32> {
    app.memory_add(&character, &attribute, &value)
}

/// Takes a change back.
#[tauri::command]
#[specta::specta]
pub(crate) async fn memory_undo(app: Handle<'_>, undo: u32) -> Answer<()> {
    app.memory_undo(undo)
}

/// Asks where to, and writes everything known there. Answers false where the person changed their mind.
#[tauri::command]
#[specta::specta]
pub(crate) async fn memory_export(
    window: tauri::WebviewWindow,
    app: Handle<'_>,
    character: String,
) -> Answer<bool> {
    let dialog = window
        .dialog()
        .file()
        .set_parent(&window)
        .set_file_name(format!("{character}-memory.json"));
    match dialog.blocking_save_file().and_then(|file| file.into_path().ok()) {
        Some(path) => app.memory_export(&character, &path).map(|()| true),
        None => Ok(false),
    }
}

/// Asks for a file of memories, and takes it over; nothing where the person changed their mind.
#[tauri::command]
#[specta::specta]
pub(crate) async fn memory_import(
    window: tauri::WebviewWindow,
    app: Handle<'_>,
    character: String,
) -> Answer<Option<MemoryImport>> {
    let dialog = window.dialog().file().set_parent(&window).add_filter("JSON", &["json", "jsonl"]);
    match dialog.blocking_pick_file().and_then(|file| file.into_path().ok()) {
        Some(path) => app.memory_import(&character, &path).map(Some),
        None => Ok(None),
    }
}

/// Asks for the folder of an encoder, and finds memories by their meaning, too; false where the person changed their mind.
#[tauri::command]
#[specta::specta]
pub(crate) async fn memory_choose_encoder(
    window: tauri::WebviewWindow,
    app: Handle<'_>,
) -> Answer<bool> {
    let dialog = window.dialog().file().set_parent(&window);
    match dialog.blocking_pick_folder().and_then(|folder| folder.into_path().ok()) {
        Some(path) => app.use_encoder(&path.to_string_lossy()).map(|()| true),
        None => Ok(false),
    }
}

/// Finds memories by their words alone again.
#[tauri::command]
#[specta::specta]
pub(crate) async fn memory_drop_encoder(app: Handle<'_>) -> Answer<()> {
    app.use_encoder("")
}
