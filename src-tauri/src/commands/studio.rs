//! The studio: datasets, trainings, the blind talk, and the way to the stage.

use app::api::{
    ArenaRound, StudioAdvice, StudioChange, StudioChoice, StudioDataset, StudioDesk, StudioLines,
    StudioProject, StudioQuery, StudioRecipe, StudioReveal, StudioRun,
};

use super::{Answer, Handle};

/// All projects.
#[tauri::command]
#[specta::specta]
pub(crate) async fn studio_projects(app: Handle<'_>) -> Answer<Vec<StudioProject>> {
    app.studio_projects()
}

/// Begins a project with files, folders, and the person's own chats.
#[tauri::command]
#[specta::specta]
pub(crate) async fn studio_begin(
    app: Handle<'_>,
    paths: Vec<String>,
    own_chats: bool,
) -> Answer<StudioDesk> {
    app.studio_begin(paths, own_chats).await
}

/// Adds files and folders to a project.
#[tauri::command]
#[specta::specta]
pub(crate) async fn studio_add(
    app: Handle<'_>,
    id: String,
    paths: Vec<String>,
) -> Answer<StudioDesk> {
    app.studio_add(&id, paths).await
}

/// A project as it stands.
#[tauri::command]
#[specta::specta]
pub(crate) async fn studio_open(app: Handle<'_>, id: String) -> Answer<StudioDesk> {
    app.studio_open(&id)
}

/// Takes a project away.
#[tauri::command]
#[specta::specta]
pub(crate) async fn studio_remove(app: Handle<'_>, id: String) -> Answer<()> {
    app.studio_remove(&id)
}

/// Puts the project back that was taken away last.
#[tauri::command]
#[specta::specta]
pub(crate) async fn studio_restore(app: Handle<'_>, id: String) -> Answer<()> {
    app.studio_restore(&id)
}

/// Chooses whose answers are learnt, and makes the dataset.
#[tauri::command]
#[specta::specta]
pub(crate) async fn studio_choose(
    app: Handle<'_>,
    id: String,
    choice: StudioChoice,
) -> Answer<StudioDesk> {
    app.studio_choose(&id, choice).await
}

/// How many lines of whoever is chosen answer nobody.
#[tauri::command]
#[specta::specta]
pub(crate) async fn studio_unprompted(
    app: Handle<'_>,
    id: String,
    choice: StudioChoice,
) -> Answer<u32> {
    app.studio_unprompted(&id, choice).await
}

/// Stops the making up of instructions; the dataset that was there stays.
#[tauri::command]
#[specta::specta]
pub(crate) async fn studio_stop_asking(app: Handle<'_>, id: String) -> Answer<()> {
    app.studio_stop_asking(&id)
}

/// A page of the dataset.
#[tauri::command]
#[specta::specta]
pub(crate) async fn studio_lines(
    app: Handle<'_>,
    id: String,
    query: StudioQuery,
) -> Answer<StudioLines> {
    app.studio_lines(&id, &query)
}

/// Changes a line, takes it out, puts it back.
#[tauri::command]
#[specta::specta]
pub(crate) async fn studio_change(
    app: Handle<'_>,
    id: String,
    change: StudioChange,
) -> Answer<StudioDataset> {
    app.studio_change(&id, &change)
}

/// Takes all lines out that have a remark.
#[tauri::command]
#[specta::specta]
pub(crate) async fn studio_tidy(
    app: Handle<'_>,
    id: String,
    remark: String,
) -> Answer<StudioDataset> {
    app.studio_tidy(&id, &remark)
}

/// Keeps a recipe, and says what it will take.
#[tauri::command]
#[specta::specta]
pub(crate) async fn studio_recipe(
    app: Handle<'_>,
    id: String,
    recipe: StudioRecipe,
) -> Answer<StudioAdvice> {
    app.studio_recipe(&id, recipe).await
}

/// Begins a training, or goes on with it; what happens comes as events.
#[tauri::command]
#[specta::specta]
pub(crate) async fn studio_train(app: Handle<'_>, id: String) -> Answer<()> {
    app.studio_train(&id)
}

/// Pauses it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn studio_pause(app: Handle<'_>, id: String) -> Answer<()> {
    app.studio_pause(&id)
}

/// Gives it up.
#[tauri::command]
#[specta::specta]
pub(crate) async fn studio_give_up(app: Handle<'_>, id: String) -> Answer<()> {
    app.studio_give_up(&id)
}

/// How it stands, with its curves.
#[tauri::command]
#[specta::specta]
pub(crate) async fn studio_run(app: Handle<'_>, id: String) -> Answer<Option<StudioRun>> {
    app.studio_run(&id)
}

/// Two answers, one of them trained.
#[tauri::command]
#[specta::specta]
pub(crate) async fn studio_round(
    app: Handle<'_>,
    id: String,
    asked: String,
    anew: bool,
) -> Answer<ArenaRound> {
    app.studio_round(&id, &asked, anew).await
}

/// Which was better, and which was trained.
#[tauri::command]
#[specta::specta]
pub(crate) async fn studio_vote(
    app: Handle<'_>,
    id: String,
    round: String,
    vote: String,
) -> Answer<StudioReveal> {
    app.studio_vote(&id, &round, &vote)
}

/// Gives what was trained to a character and puts it on stage.
#[tauri::command]
#[specta::specta]
pub(crate) async fn studio_use(
    app: Handle<'_>,
    id: String,
    character: Option<String>,
) -> Answer<StudioDesk> {
    app.studio_use(&id, character.as_deref())
}

/// Takes it from the character again.
#[tauri::command]
#[specta::specta]
pub(crate) async fn studio_unuse(app: Handle<'_>, id: String) -> Answer<StudioDesk> {
    app.studio_unuse(&id)
}
