//! Encryption at rest. None of these needs the app: they work before it is opened.

use app::Paths;
use app::api::{Problem, VaultProgress, VaultView};
use app::housekeeping::encryption::{self, Proof};
use tauri::ipc::Channel;

use super::Answer;

fn paths() -> Answer<Paths> {
    Ok(Paths::find(None, std::path::Path::new(""))?)
}

/// How the data folder is kept.
#[tauri::command]
#[specta::specta]
pub(crate) async fn vault() -> Answer<VaultView> {
    let dirs = paths()?.dirs;
    let view = encryption::vault_view(&dirs)?;
    if view.waits {
        // A new version has started, though nobody may have the passphrase at hand just now.
        app::housekeeping::updates::window_is_there(dirs.root());
    }
    Ok(view)
}

/// Opens the folder with the passphrase or the recovery code, does what was prepared, and starts the app. Answers with what the
/// keychain said, where the key could not be remembered.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_vault(
    handle: tauri::AppHandle,
    proof: String,
    remember: bool,
    channel: Channel<VaultProgress>,
) -> Answer<Option<Problem>> {
    let dirs = paths()?.dirs;
    let mut tell = |progress| {
        // A page that is gone changes nothing: what was begun is finished.
        let _gone = channel.send(progress);
        true
    };
    let trouble = encryption::open_vault(&dirs, &Proof::either(proof), remember, &mut tell)?;
    crate::window::start(&handle)?;
    Ok(trouble.map(Problem::from))
}

/// Starts the app of a plain folder after a change was taken back.
#[tauri::command]
#[specta::specta]
pub(crate) async fn cancel_vault(handle: tauri::AppHandle) -> Answer<()> {
    let dirs = paths()?.dirs;
    encryption::cancel_vault(&dirs)?;
    if encryption::is_locked(&dirs) {
        return Ok(());
    }
    Ok(crate::window::start(&handle)?)
}

/// Prepares the encryption, which happens at the next start; answers with the recovery code.
#[tauri::command]
#[specta::specta]
pub(crate) async fn prepare_vault(passphrase: String) -> Answer<String> {
    Ok(encryption::prepare_vault(&paths()?.dirs, &passphrase.into())?.to_string())
}

/// Prepares to decrypt everything, which happens at the next start.
#[tauri::command]
#[specta::specta]
pub(crate) async fn leave_vault(proof: String) -> Answer<()> {
    Ok(encryption::leave_vault(&paths()?.dirs, &Proof::either(proof))?)
}

/// Another passphrase, with the old one or the recovery code.
#[tauri::command]
#[specta::specta]
pub(crate) async fn change_passphrase(proof: String, passphrase: String) -> Answer<()> {
    Ok(encryption::change_passphrase(&paths()?.dirs, &Proof::either(proof), &passphrase.into())?)
}

/// The passphrase is asked for at every start again.
#[tauri::command]
#[specta::specta]
pub(crate) async fn forget_vault() -> Answer<()> {
    Ok(encryption::forget_vault(&paths()?.dirs)?)
}

/// Deletes the copies that are not encrypted; answers with the bytes that were freed.
#[tauri::command]
#[specta::specta]
pub(crate) async fn delete_plain_copies() -> Answer<f64> {
    Ok(encryption::delete_plain_copies(&paths()?.dirs)?)
}

/// Ends the program in order and starts it again.
#[tauri::command]
#[specta::specta]
pub(crate) async fn restart(handle: tauri::AppHandle) -> Answer<()> {
    handle.request_restart();
    Ok(())
}
