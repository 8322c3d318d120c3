//! Talking: typed lines, the microphone, stop, other answers, and the stream of events.

use app::api::{AppEvent, Snapshot};
use tauri::ipc::Channel;

use super::{Answer, Handle};

/// Everything needed to draw the window.
#[tauri::command]
#[specta::specta]
pub(crate) async fn snapshot(app: Handle<'_>) -> Answer<Snapshot> {
    app.snapshot()
}

/// Sends events from now on, in order. The newest listener of a window replaces the one before (a reloaded page).
#[tauri::command]
#[specta::specta]
pub(crate) async fn listen(
    app: Handle<'_>,
    window: tauri::WebviewWindow,
    channel: Channel<AppEvent>,
) -> Answer<()> {
    let heard = Box::new(move |event: &AppEvent| channel.send(event.clone()).is_ok());
    app.listen_as(window.label(), heard);
    app.window_is_there();
    Ok(())
}

/// A typed line.
#[tauri::command]
#[specta::specta]
pub(crate) async fn say(app: Handle<'_>, text: String) -> Answer<()> {
    app.say(&text)
}

/// Stops the turn that is running.
#[tauri::command]
#[specta::specta]
pub(crate) async fn stop(app: Handle<'_>) -> Answer<()> {
    app.stop()
}

/// Another answer.
#[tauri::command]
#[specta::specta]
pub(crate) async fn regenerate(app: Handle<'_>) -> Answer<()> {
    app.regenerate()
}

/// The alternative before or after.
#[tauri::command]
#[specta::specta]
pub(crate) async fn swipe(app: Handle<'_>, message: String, by: i32) -> Answer<()> {
    app.swipe(&message, by)
}

/// The microphone key was pressed.
#[tauri::command]
#[specta::specta]
pub(crate) async fn mic_down(app: Handle<'_>) -> Answer<()> {
    app.mic_down()
}

/// The microphone key was released.
#[tauri::command]
#[specta::specta]
pub(crate) async fn mic_up(app: Handle<'_>) -> Answer<()> {
    app.mic_up()
}

/// Listen without a key held, or not.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_hands_free(app: Handle<'_>, on: bool) -> Answer<()> {
    app.set_hands_free(on)
}

/// Tests the microphone, step by step.
#[tauri::command]
#[specta::specta]
pub(crate) async fn test_microphone(app: Handle<'_>) -> Answer<()> {
    app.test_microphone()
}

/// Breaks the test off.
#[tauri::command]
#[specta::specta]
pub(crate) async fn stop_microphone_test(app: Handle<'_>) -> Answer<()> {
    app.stop_microphone_test()
}

/// The window was hidden or shown.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_visible(
    app: Handle<'_>,
    window: tauri::WebviewWindow,
    visible: bool,
) -> Answer<()> {
    app.set_visible(window.label(), visible);
    Ok(())
}
