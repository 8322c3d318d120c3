//! What is done with the whole data folder. The first half works before the app is started: that is when it is done.

use app::Paths;
use app::api::{BackupView, ErrandReport, ErrandView, MovePlace, WorkProgress};
use app::housekeeping::maintenance;
use std::sync::atomic::{AtomicBool, Ordering};
use tauri::ipc::Channel;
use tauri_plugin_dialog::DialogExt;

use super::Answer;

/// Ends what is being packed, restored or moved.
#[derive(Debug, Default)]
pub(crate) struct Stop(AtomicBool);

impl Stop {
    /// Tells a page how far something is until somebody wants it to end.
    pub(crate) fn watch(
        &self,
        channel: Channel<WorkProgress>,
    ) -> impl FnMut(WorkProgress) -> bool + '_ {
        self.0.store(false, Ordering::Relaxed);
        let mut told = 0.0;
        move |progress: WorkProgress| {
            // A page that is gone changes nothing; and it does not draw a thousand times a second.
            if progress.done - told > progress.total / 200.0 || progress.done >= progress.total {
                told = progress.done;
                let _gone = channel.send(progress);
            }
            !self.0.load(Ordering::Relaxed)
        }
    }
}

fn paths() -> Answer<Paths> {
    Ok(Paths::find(None, std::path::Path::new(""))?)
}

/// What waits to be done before anything is opened.
#[tauri::command]
#[specta::specta]
pub(crate) async fn errand() -> Answer<Option<ErrandView>> {
    let dirs = paths()?.dirs;
    let waits = maintenance::errand(&dirs);
    if waits.is_some() {
        // A new version has started, though something else comes first.
        app::housekeeping::updates::window_is_there(dirs.root());
    }
    Ok(waits)
}

/// Does it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn run_errand(
    stop: tauri::State<'_, Stop>,
    channel: Channel<WorkProgress>,
) -> Answer<ErrandReport> {
    Ok(maintenance::run_errand(&paths()?.dirs, &mut stop.watch(channel))?)
}

/// Ends it, or a backup that is being made, where it still can be.
#[tauri::command]
#[specta::specta]
pub(crate) async fn stop_work(stop: tauri::State<'_, Stop>) -> Answer<()> {
    stop.0.store(true, Ordering::Relaxed);
    Ok(())
}

/// It shall not be done; starts the app, unless a passphrase has to be asked for first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn drop_errand(handle: tauri::AppHandle) -> Answer<()> {
    maintenance::drop_errand(&paths()?.dirs)?;
    Ok(crate::window::begin(&handle)?)
}

/// Asks for a backup and looks into it; `None` where the person changed their mind.
#[tauri::command]
#[specta::specta]
pub(crate) async fn choose_backup(window: tauri::WebviewWindow) -> Answer<Option<BackupView>> {
    let dialog = window.dialog().file().set_parent(&window).add_filter("ZIP", &["zip"]);
    match dialog.blocking_pick_file().and_then(|file| file.into_path().ok()) {
        Some(path) => Ok(Some(maintenance::look_into_backup(&path)?)),
        None => Ok(None),
    }
}

/// Everything comes back from it at the next start.
#[tauri::command]
#[specta::specta]
pub(crate) async fn prepare_restore(path: String) -> Answer<()> {
    Ok(maintenance::prepare_restore(&paths()?.dirs, std::path::Path::new(&path))?)
}

/// Asks for a folder and looks whether everything could go there; `None` where the person changed their mind.
#[tauri::command]
#[specta::specta]
pub(crate) async fn choose_place(window: tauri::WebviewWindow) -> Answer<Option<MovePlace>> {
    let dialog = window.dialog().file().set_parent(&window);
    match dialog.blocking_pick_folder().and_then(|folder| folder.into_path().ok()) {
        Some(path) => Ok(Some(maintenance::look_at_place(&paths()?.dirs, &path)?)),
        None => Ok(None),
    }
}

/// Everything goes there at the next start.
#[tauri::command]
#[specta::specta]
pub(crate) async fn prepare_move(path: String) -> Answer<()> {
    Ok(maintenance::prepare_move(&paths()?.dirs, std::path::Path::new(&path))?)
}

/// What a restore has set aside comes back at the next start.
#[tauri::command]
#[specta::specta]
pub(crate) async fn prepare_return(name: String) -> Answer<()> {
    Ok(maintenance::prepare_return(&paths()?.dirs, &name)?)
}

/// What is damaged is put right at the next start.
#[tauri::command]
#[specta::specta]
pub(crate) async fn prepare_mend() -> Answer<()> {
    Ok(maintenance::prepare_mend(&paths()?.dirs)?)
}
