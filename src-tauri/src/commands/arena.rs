//! Comparing replies, score sheets, marks.

use app::api::{AdapterView, ArenaResults, ArenaReveal, ArenaRound, ArenaSide, MarkedReply};

use super::{Answer, Handle};

/// Two replies to the same words.
#[tauri::command]
#[specta::specta]
pub(crate) async fn arena_round(
    app: Handle<'_>,
    asked: String,
    one: ArenaSide,
    other: ArenaSide,
) -> Answer<ArenaRound> {
    app.arena_round(&asked, &one, &other).await
}

/// Which was better, and who it was.
#[tauri::command]
#[specta::specta]
pub(crate) async fn arena_vote(
    app: Handle<'_>,
    id: String,
    vote: String,
    topic: String,
) -> Answer<ArenaReveal> {
    app.arena_vote(&id, &vote, &topic)
}

/// Six scores for the conversation.
#[tauri::command]
#[specta::specta]
pub(crate) async fn arena_sheet(app: Handle<'_>, scores: Vec<u32>) -> Answer<()> {
    app.arena_sheet(&scores)
}

/// The conversation's replies with their marks.
#[tauri::command]
#[specta::specta]
pub(crate) async fn marked_replies(app: Handle<'_>) -> Answer<Vec<MarkedReply>> {
    app.marked_replies()
}

/// Marks of a reply.
#[tauri::command]
#[specta::specta]
pub(crate) async fn mark_reply(app: Handle<'_>, message: String, marks: Vec<String>) -> Answer<()> {
    app.mark_reply(&message, &marks)
}

/// All tables.
#[tauri::command]
#[specta::specta]
pub(crate) async fn arena_results(app: Handle<'_>) -> Answer<ArenaResults> {
    app.arena_results()
}

/// Writes tables and preference pairs.
#[tauri::command]
#[specta::specta]
pub(crate) async fn arena_export(app: Handle<'_>) -> Answer<Vec<String>> {
    app.arena_export()
}

/// Adapters that may write.
#[tauri::command]
#[specta::specta]
pub(crate) async fn adapters(app: Handle<'_>) -> Answer<Vec<AdapterView>> {
    app.adapters()
}
