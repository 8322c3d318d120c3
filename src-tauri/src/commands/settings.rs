//! Settings, devices, voices.

use app::api::{DeviceList, DevicesView, Settings, SettingsPatch, VoiceEntry};

use super::{Answer, Handle};

/// Changes some settings; answers with all of them.
#[tauri::command]
#[specta::specta]
pub(crate) async fn change_settings(app: Handle<'_>, changes: SettingsPatch) -> Answer<Settings> {
    app.change_settings(changes)
}

/// Names of the models on the server of the settings.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remote_models(app: Handle<'_>) -> Answer<Vec<String>> {
    app.remote_models().await
}

/// Keeps the key to the server of the settings.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_remote_key(app: Handle<'_>, key: String) -> Answer<()> {
    app.set_remote_key(key).await
}

/// Keeps the key to Brave's search.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_search_key(app: Handle<'_>, key: String) -> Answer<()> {
    app.set_search_key(key).await
}

/// Microphones and speakers.
#[tauri::command]
#[specta::specta]
pub(crate) async fn devices(app: Handle<'_>) -> Answer<DeviceList> {
    Ok(app.devices())
}

/// Where the language model computes, and where it could.
#[tauri::command]
#[specta::specta]
pub(crate) async fn compute_devices(app: Handle<'_>) -> Answer<DevicesView> {
    app.compute_devices()
}

/// Voices that can be chosen.
#[tauri::command]
#[specta::specta]
pub(crate) async fn voices(app: Handle<'_>) -> Answer<Vec<VoiceEntry>> {
    Ok(app.voices())
}
