//! The character alone in a small window, and the icon in the tray.

use super::{Answer, Handle};
use crate::pet::{self, WindowAbilities};
use crate::tray::{self, TrayWords};

/// What this system's windows can do.
#[tauri::command]
#[specta::specta]
pub(crate) async fn window_abilities(handle: tauri::AppHandle) -> Answer<WindowAbilities> {
    Ok(pet::abilities(&handle))
}

/// Opens the small window in the place of the large one.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_pet(handle: tauri::AppHandle) -> Answer<()> {
    Ok(pet::open(&handle)?)
}

/// Brings the large window back.
#[tauri::command]
#[specta::specta]
pub(crate) async fn close_pet(handle: tauri::AppHandle) -> Answer<()> {
    Ok(pet::close(&handle)?)
}

/// Lets clicks go through the small window to what lies behind it, or not.
#[tauri::command]
#[specta::specta]
pub(crate) async fn pet_through(handle: tauri::AppHandle, on: bool) -> Answer<()> {
    Ok(pet::let_through(&handle, on)?)
}

/// Puts the icon into the tray, or changes its words. Answers whether there is a tray.
#[tauri::command]
#[specta::specta]
pub(crate) async fn dress_tray(
    _app: Handle<'_>,
    handle: tauri::AppHandle,
    words: TrayWords,
) -> Answer<bool> {
    Ok(tray::dress(&handle, words)?)
}
