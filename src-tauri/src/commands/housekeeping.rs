//! What fits this machine, what lies on its disk, what left it; newer versions of the program; its name in a terminal.

use app::api::{
    AccessView, CommandLine, FitAsked, FitView, KeepingView, ModelCheck, PlanView, UpdateStanding,
    UpdateStep, UpdateView, WorkProgress,
};
use tauri::Manager;
use tauri::ipc::Channel;
use tauri_plugin_dialog::DialogExt;

use super::maintenance::Stop;
use super::{Answer, Handle};

/// What fits, with these in the set.
#[tauri::command]
#[specta::specta]
pub(crate) async fn plan(app: Handle<'_>, chosen: Vec<String>) -> Answer<PlanView> {
    app.plan(&chosen)
}

/// Whether a choice that is not made yet fits, and what would where it does not.
#[tauri::command]
#[specta::specta]
pub(crate) async fn fit(app: Handle<'_>, asked: FitAsked) -> Answer<FitView> {
    app.fit(asked)
}

/// Whether a terminal finds the terminal program of this copy.
#[tauri::command]
#[specta::specta]
pub(crate) async fn command_line() -> Answer<CommandLine> {
    Ok(app::housekeeping::command_line::command_line())
}

/// Puts it where a terminal finds it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn install_command_line() -> Answer<CommandLine> {
    Ok(app::housekeeping::command_line::install_command_line()?)
}

/// Fetches what is missing of a set, and uses each part as soon as it is here.
#[tauri::command]
#[specta::specta]
pub(crate) async fn fetch_set(app: Handle<'_>, ids: Vec<String>) -> Answer<()> {
    app.fetch_set(&ids)
}

/// Every access to another machine, the newest first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn accesses(app: Handle<'_>) -> Answer<Vec<AccessView>> {
    app.accesses()
}

/// The data folder, part by part, and the log.
#[tauri::command]
#[specta::specta]
pub(crate) async fn keeping(app: Handle<'_>) -> Answer<KeepingView> {
    app.keeping()
}

/// Throws away what is made again.
#[tauri::command]
#[specta::specta]
pub(crate) async fn free_room(app: Handle<'_>) -> Answer<f64> {
    app.free_room()
}

/// Deletes what a restore has set aside.
#[tauri::command]
#[specta::specta]
pub(crate) async fn delete_aside(app: Handle<'_>, name: String) -> Answer<f64> {
    app.delete_aside(&name)
}

/// Reads every database; answers with what is damaged.
#[tauri::command]
#[specta::specta]
pub(crate) async fn check_data(app: Handle<'_>) -> Answer<Vec<String>> {
    app.check_data()
}

/// Compares every model with the checksums that it came with.
#[tauri::command]
#[specta::specta]
pub(crate) async fn check_models(
    app: Handle<'_>,
    stop: tauri::State<'_, Stop>,
    channel: Channel<WorkProgress>,
) -> Answer<Vec<ModelCheck>> {
    app.check_models(stop.watch(channel))
}

/// Looks for a newer version of the program.
#[tauri::command]
#[specta::specta]
pub(crate) async fn look_for_update(app: Handle<'_>) -> Answer<UpdateView> {
    app.look_for_update().await
}

/// Fetches it and checks its signature; answers with the path of the installer, `None` where it was stopped.
#[tauri::command]
#[specta::specta]
pub(crate) async fn fetch_update(app: Handle<'_>) -> Answer<Option<String>> {
    app.fetch_update().await
}

/// Stops fetching it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn stop_update(app: Handle<'_>) -> Answer<()> {
    app.stop_update();
    Ok(())
}

/// What has been fetched, how it is installed here, and whether there is a way back. Asks nobody.
#[tauri::command]
#[specta::specta]
pub(crate) async fn update_standing(app: Handle<'_>) -> Answer<UpdateStanding> {
    Ok(app.update_standing())
}

/// Installs what was fetched. Where the program has to end for it, it does.
#[tauri::command]
#[specta::specta]
pub(crate) async fn install_update(
    app: Handle<'_>,
    window: tauri::WebviewWindow,
) -> Answer<UpdateStep> {
    let step = app.install_update().await?;
    if step == UpdateStep::Restart {
        crate::updating::hand_over(window.app_handle(), app.data_folder())?;
    }
    Ok(step)
}

/// Puts the version before back, and starts it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn undo_update(app: Handle<'_>, window: tauri::WebviewWindow) -> Answer<()> {
    app.undo_update()?;
    Ok(crate::updating::hand_over(window.app_handle(), app.data_folder())?)
}

/// Throws the version before away, or the note that a newer one did not start.
#[tauri::command]
#[specta::specta]
pub(crate) async fn keep_update(app: Handle<'_>) -> Answer<()> {
    app.keep_update()
}

/// Asks where to, and packs everything into one file; `None` where the person changed their mind.
#[tauri::command]
#[specta::specta]
pub(crate) async fn back_up(
    app: Handle<'_>,
    window: tauri::WebviewWindow,
    stop: tauri::State<'_, Stop>,
    with_models: bool,
    channel: Channel<WorkProgress>,
) -> Answer<Option<f64>> {
    let dialog = window.dialog().file().set_parent(&window).set_file_name("hanashi-backup.zip");
    match dialog.blocking_save_file().and_then(|file| file.into_path().ok()) {
        Some(path) => app.back_up_to(&path, with_models, stop.watch(channel)).map(Some),
        None => Ok(None),
    }
}
