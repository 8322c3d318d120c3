//! Several characters in one conversation.

use app::api::CastView;

use super::{Answer, Handle};

/// Invites a character into the conversation on stage.
#[tauri::command]
#[specta::specta]
pub(crate) async fn invite(app: Handle<'_>, character: String) -> Answer<CastView> {
    app.invite(&character)
}

/// Sends a guest away.
#[tauri::command]
#[specta::specta]
pub(crate) async fn send_away(app: Handle<'_>, character: String) -> Answer<CastView> {
    app.send_away(&character)
}

/// A muted character speaks only when chosen.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_muted(app: Handle<'_>, character: String, muted: bool) -> Answer<CastView> {
    app.set_muted(&character, muted)
}

/// Most lines that follow a line of the person's.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_lines_a_turn(app: Handle<'_>, lines: u8) -> Answer<CastView> {
    app.set_lines_a_turn(lines)
}

/// Makes one of those who are there speak.
#[tauri::command]
#[specta::specta]
pub(crate) async fn speak(app: Handle<'_>, character: String) -> Answer<()> {
    app.speak(&character)
}
