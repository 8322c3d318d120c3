//! Figures that move, and the Cubism Core that some of them need.

use app::api::{CoreView, FigurePreview, FigureReport, FigureView};

use super::{Answer, Handle};

/// What figure there is in files and folders.
#[tauri::command]
#[specta::specta]
pub(crate) async fn preview_figure(
    app: Handle<'_>,
    paths: Vec<String>,
) -> Answer<Option<FigurePreview>> {
    Ok(app.preview_figure(&paths))
}

/// Gives a character a figure.
#[tauri::command]
#[specta::specta]
pub(crate) async fn import_figure(
    app: Handle<'_>,
    character: String,
    paths: Vec<String>,
) -> Answer<FigureReport> {
    app.import_figure(&character, &paths)
}

/// Takes a character's figure away.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_figure(app: Handle<'_>, character: String) -> Answer<()> {
    app.remove_figure(&character)
}

/// Puts the figure before back.
#[tauri::command]
#[specta::specta]
pub(crate) async fn restore_figure(app: Handle<'_>, character: String) -> Answer<()> {
    app.restore_figure(&character)
}

/// The figure that a character has.
#[tauri::command]
#[specta::specta]
pub(crate) async fn figure(app: Handle<'_>, character: String) -> Answer<Option<FigureView>> {
    app.figure(&character)
}

/// One file of it, in base64.
#[tauri::command]
#[specta::specta]
pub(crate) async fn figure_file(
    app: Handle<'_>,
    character: String,
    path: String,
) -> Answer<Option<String>> {
    app.figure_file(&character, &path)
}

/// The Cubism Core that was chosen.
#[tauri::command]
#[specta::specta]
pub(crate) async fn live2d_core(app: Handle<'_>) -> Answer<Option<CoreView>> {
    Ok(app.live2d_core())
}

/// Its text, for the frame that runs it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn live2d_source(app: Handle<'_>) -> Answer<Option<String>> {
    Ok(app.live2d_source())
}

/// Takes a Cubism Core in.
#[tauri::command]
#[specta::specta]
pub(crate) async fn choose_live2d_core(app: Handle<'_>, path: String) -> Answer<CoreView> {
    app.choose_live2d_core(&path)
}

/// Forgets it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn forget_live2d_core(app: Handle<'_>) -> Answer<()> {
    app.forget_live2d_core()
}
