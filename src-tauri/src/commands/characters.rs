//! Characters and conversations: choosing, looking at.

use app::api::{ConversationView, Puppet, PurgedConversations, RemovedConversation};
use tauri_plugin_dialog::DialogExt;

use super::{Answer, Handle};

/// Puts another character on stage.
#[tauri::command]
#[specta::specta]
pub(crate) async fn select_character(app: Handle<'_>, id: String) -> Answer<()> {
    app.select_character(&id)
}

/// Begins a conversation with the character on stage.
#[tauri::command]
#[specta::specta]
pub(crate) async fn new_conversation(app: Handle<'_>) -> Answer<()> {
    app.new_conversation()
}

/// The conversations with the character on stage, newest first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn conversations(app: Handle<'_>) -> Answer<Vec<ConversationView>> {
    app.conversations()
}

/// Goes on with a conversation.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_conversation(app: Handle<'_>, id: String) -> Answer<()> {
    app.open_conversation(&id)
}

/// Puts a conversation into the trash; forgets what the character learned there, too, or keeps it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_conversation(app: Handle<'_>, id: String, forget: bool) -> Answer<()> {
    app.remove_conversation(&id, forget)
}

/// Takes a conversation out of the trash, as it was.
#[tauri::command]
#[specta::specta]
pub(crate) async fn restore_conversation(app: Handle<'_>, id: String) -> Answer<()> {
    app.restore_conversation(&id)
}

/// The conversations with the character on stage that lie in the trash, the newest first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn removed_conversations(app: Handle<'_>) -> Answer<Vec<RemovedConversation>> {
    app.removed_conversations()
}

/// Deletes a conversation of the trash for good, or all that are listed there.
#[tauri::command]
#[specta::specta]
pub(crate) async fn purge_conversations(
    app: Handle<'_>,
    id: Option<String>,
) -> Answer<PurgedConversations> {
    app.purge_conversations(id.as_deref())
}

/// The character's puppet.
#[tauri::command]
#[specta::specta]
pub(crate) async fn puppet(app: Handle<'_>, character: String) -> Answer<Option<Puppet>> {
    app.puppet(&character)
}

/// The character's picture as a `data:` URL.
#[tauri::command]
#[specta::specta]
pub(crate) async fn picture(app: Handle<'_>, character: String) -> Answer<Option<String>> {
    app.picture(&character)
}

/// Names of the character's pictures of feelings.
#[tauri::command]
#[specta::specta]
pub(crate) async fn expressions(app: Handle<'_>, character: String) -> Answer<Vec<String>> {
    app.expressions(&character)
}

/// One of them as a `data:` URL.
#[tauri::command]
#[specta::specta]
pub(crate) async fn expression(
    app: Handle<'_>,
    character: String,
    name: String,
) -> Answer<Option<String>> {
    app.expression(&character, &name)
}

/// Asks for files with the system's dialogue.
#[tauri::command]
#[specta::specta]
pub(crate) async fn pick_files(window: tauri::WebviewWindow) -> Answer<Vec<String>> {
    let picked =
        window.dialog().file().set_parent(&window).blocking_pick_files().unwrap_or_default();
    Ok(picked
        .into_iter()
        .filter_map(|file| file.into_path().ok())
        .map(|path| path.display().to_string())
        .collect())
}
