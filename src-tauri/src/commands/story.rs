//! Branches, saves, suggestions, and why something was said.

use app::api::{AuthorNote, AuthorNotesView, BranchNode, Explanation, SaveView, StageState};

use super::{Answer, Handle};

/// A typed line after an earlier message.
#[tauri::command]
#[specta::specta]
pub(crate) async fn say_after(app: Handle<'_>, message: String, text: String) -> Answer<()> {
    app.say_after(&message, &text)
}

/// Another text for a message.
#[tauri::command]
#[specta::specta]
pub(crate) async fn edit(app: Handle<'_>, message: String, text: String) -> Answer<()> {
    app.edit(&message, &text)
}

/// The character goes on.
#[tauri::command]
#[specta::specta]
pub(crate) async fn go_on(app: Handle<'_>) -> Answer<()> {
    app.go_on()
}

/// Another answer in the place of an earlier one.
#[tauri::command]
#[specta::specta]
pub(crate) async fn regenerate_at(app: Handle<'_>, message: String) -> Answer<()> {
    app.regenerate_at(&message)
}

/// A message is said again.
#[tauri::command]
#[specta::specta]
pub(crate) async fn replay(app: Handle<'_>, message: String) -> Answer<()> {
    app.replay(&message)
}

/// What the person might say.
#[tauri::command]
#[specta::specta]
pub(crate) async fn suggest(app: Handle<'_>, count: u32) -> Answer<Vec<String>> {
    app.suggest(count).await
}

/// Every message of the conversation.
#[tauri::command]
#[specta::specta]
pub(crate) async fn branches(app: Handle<'_>) -> Answer<Vec<BranchNode>> {
    app.branches()
}

/// Shows the branch through a message.
#[tauri::command]
#[specta::specta]
pub(crate) async fn go_to(app: Handle<'_>, message: String, whole: bool) -> Answer<()> {
    app.go_to(&message, whole)
}

/// What is in the save slots.
#[tauri::command]
#[specta::specta]
pub(crate) async fn saves(app: Handle<'_>) -> Answer<Vec<SaveView>> {
    app.saves()
}

/// Saves into a slot.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save(
    app: Handle<'_>,
    slot: String,
    message: Option<String>,
    line: String,
    stage: StageState,
) -> Answer<SaveView> {
    app.save(&slot, message.as_deref(), &line, &stage)
}

/// Goes back to a save.
#[tauri::command]
#[specta::specta]
pub(crate) async fn load(app: Handle<'_>, id: u32) -> Answer<SaveView> {
    app.load(id)
}

/// Empties a slot.
#[tauri::command]
#[specta::specta]
pub(crate) async fn clear_save(app: Handle<'_>, slot: String) -> Answer<()> {
    app.clear_save(&slot)
}

/// How the last prompt was made.
#[tauri::command]
#[specta::specta]
pub(crate) async fn explain(app: Handle<'_>) -> Answer<Option<Explanation>> {
    Ok(app.explain())
}

/// The person's notes to the model, for who is on stage.
#[tauri::command]
#[specta::specta]
pub(crate) async fn author_notes(app: Handle<'_>) -> Answer<AuthorNotesView> {
    app.author_notes()
}

/// Keeps a note to the model for the conversation on stage, or for all with who is on stage.
#[tauri::command]
#[specta::specta]
pub(crate) async fn keep_author_note(
    app: Handle<'_>,
    for_conversation: bool,
    note: AuthorNote,
) -> Answer<()> {
    app.keep_author_note(for_conversation, note)
}
