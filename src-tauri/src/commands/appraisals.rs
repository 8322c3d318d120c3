//! Appraisals: interviews, and what became of their figures.

use app::api::{AppraisalOrder, AppraisalView, ComparisonView, FailureView};

use super::{Answer, Handle};

/// Appraisals that were made.
#[tauri::command]
#[specta::specta]
pub(crate) async fn appraisals(app: Handle<'_>) -> Answer<Vec<AppraisalView>> {
    app.appraisals().await
}

/// Interviews a character; progress comes as events.
#[tauri::command]
#[specta::specta]
pub(crate) async fn start_appraisal(app: Handle<'_>, order: AppraisalOrder) -> Answer<()> {
    app.start_appraisal(&order)
}

/// Stops the interview.
#[tauri::command]
#[specta::specta]
pub(crate) async fn stop_appraisal(app: Handle<'_>) -> Answer<()> {
    app.stop_appraisal();
    Ok(())
}

/// Compares two appraisals.
#[tauri::command]
#[specta::specta]
pub(crate) async fn compare_appraisals(
    app: Handle<'_>,
    before: String,
    after: String,
) -> Answer<ComparisonView> {
    app.compare_appraisals(&before, &after).await
}

/// What went wrong in an appraisal, and what the prompts had to do with it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn appraisal_failures(app: Handle<'_>, id: String) -> Answer<Vec<FailureView>> {
    app.appraisal_failures(&id).await
}

/// Writes a comparison as a page.
#[tauri::command]
#[specta::specta]
pub(crate) async fn keep_comparison(
    app: Handle<'_>,
    before: String,
    after: String,
) -> Answer<String> {
    app.keep_comparison(&before, &after)
}

/// Takes an appraisal away.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_appraisal(app: Handle<'_>, id: String) -> Answer<()> {
    app.remove_appraisal(&id)
}
