//! Pictures of scenes.

use app::api::{ScenePictureView, StageState};

use super::{Answer, Handle};

/// Pictures the scene of the conversation on stage.
#[tauri::command]
#[specta::specta]
pub(crate) async fn picture_scene(app: Handle<'_>, now: StageState) -> Answer<ScenePictureView> {
    app.picture_scene(&now).await
}

/// Gives up the picture that is being made.
#[tauri::command]
#[specta::specta]
pub(crate) async fn stop_picture(app: Handle<'_>) -> Answer<()> {
    app.stop_picture();
    Ok(())
}

/// The pictures of the conversation on stage.
#[tauri::command]
#[specta::specta]
pub(crate) async fn scene_pictures(app: Handle<'_>) -> Answer<Vec<ScenePictureView>> {
    app.scene_pictures()
}

/// A picture as a `data:` URL.
#[tauri::command]
#[specta::specta]
pub(crate) async fn scene_picture(app: Handle<'_>, id: String) -> Answer<String> {
    app.scene_picture(&id)
}

/// Makes a picture the background of its conversation, or takes it off.
#[tauri::command]
#[specta::specta]
pub(crate) async fn hang_picture(app: Handle<'_>, id: String, on: bool) -> Answer<()> {
    app.hang_picture(&id, on)
}

/// Removes a picture, or brings it back.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_picture(app: Handle<'_>, id: String, removed: bool) -> Answer<()> {
    app.remove_picture(&id, removed)
}

/// Keeps the key to the server that draws.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_picture_key(app: Handle<'_>, key: String) -> Answer<()> {
    app.set_picture_key(key).await
}
