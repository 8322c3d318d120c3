//! The library: lists, imports, the editor, profiles.

use app::api::ImportReport;
use app::api::editor::{CardDocument, CardIssue};
use app::api::library::{
    Beginnings, BookFile, BookScope, ExportFormat, ImportPreview, LibraryPage, LibraryQuery,
    PersonaEntry, PersonaList, PersonaScope, RemovedCharacter,
};
use tauri_plugin_dialog::DialogExt;

use super::{Answer, Handle};

/// Searches the library.
#[tauri::command]
#[specta::specta]
pub(crate) async fn library(app: Handle<'_>, query: LibraryQuery) -> Answer<LibraryPage> {
    app.library(&query)
}

/// The character's small picture as a `data:` URL.
#[tauri::command]
#[specta::specta]
pub(crate) async fn portrait(app: Handle<'_>, id: String) -> Answer<Option<String>> {
    app.portrait(&id)
}

/// Marks a character as a favourite, or not.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_favourite(app: Handle<'_>, id: String, on: bool) -> Answer<()> {
    app.set_favourite(&id, on)
}

/// Moves a character into the trash.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_character(app: Handle<'_>, id: String) -> Answer<RemovedCharacter> {
    app.remove_character(&id)
}

/// Takes a character out of the trash; answers with its id.
#[tauri::command]
#[specta::specta]
pub(crate) async fn restore_character(app: Handle<'_>, key: String) -> Answer<String> {
    app.restore_character(&key)
}

/// What lies in the trash.
#[tauri::command]
#[specta::specta]
pub(crate) async fn trash(app: Handle<'_>) -> Answer<Vec<RemovedCharacter>> {
    app.trash()
}

/// Deletes one character of the trash for good.
#[tauri::command]
#[specta::specta]
pub(crate) async fn delete_removed(app: Handle<'_>, key: String) -> Answer<()> {
    app.delete_removed(&key)
}

/// Deletes what lies in the trash for good; answers how many that were.
#[tauri::command]
#[specta::specta]
pub(crate) async fn empty_trash(app: Handle<'_>) -> Answer<u32> {
    app.empty_trash()
}

/// The lorebooks beside the card of who is on stage.
#[tauri::command]
#[specta::specta]
pub(crate) async fn books(app: Handle<'_>) -> Answer<Vec<BookFile>> {
    app.books()
}

/// Takes a lorebook away.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_book(app: Handle<'_>, scope: BookScope, file: String) -> Answer<()> {
    app.remove_book(scope, &file)
}

/// Brings a lorebook back that was taken away.
#[tauri::command]
#[specta::specta]
pub(crate) async fn restore_book(app: Handle<'_>, scope: BookScope, file: String) -> Answer<()> {
    app.restore_book(scope, &file)
}

/// Allows that what a character's card names on the network is loaded, or takes it back.
#[tauri::command]
#[specta::specta]
pub(crate) async fn allow_remote(app: Handle<'_>, id: String, on: bool) -> Answer<()> {
    app.allow_remote(&id, on)
}

/// A picture that a character's card names on the network, as a `data:` URL.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remote_picture(app: Handle<'_>, id: String, address: String) -> Answer<String> {
    app.remote_picture(&id, &address).await
}

/// Copies a character under another name; answers with the copy's id.
#[tauri::command]
#[specta::specta]
pub(crate) async fn duplicate_character(
    app: Handle<'_>,
    id: String,
    name: String,
) -> Answer<String> {
    app.duplicate_character(&id, &name)
}

/// Makes a new character; answers with its id.
#[tauri::command]
#[specta::specta]
pub(crate) async fn create_character(app: Handle<'_>, name: String) -> Answer<String> {
    app.create_character(&name)
}

/// Asks where to, and writes a character there. Answers what could not come along; nothing where the person changed their mind.
#[tauri::command]
#[specta::specta]
pub(crate) async fn export_character(
    window: tauri::WebviewWindow,
    app: Handle<'_>,
    id: String,
    format: ExportFormat,
) -> Answer<Option<Vec<String>>> {
    let name = app.export_name(&id, format)?;
    let dialog = window.dialog().file().set_parent(&window).set_file_name(name);
    match dialog.blocking_save_file().and_then(|file| file.into_path().ok()) {
        Some(path) => app.export_character(&id, format, &path).map(Some),
        None => Ok(None),
    }
}

/// The files that files and folders mean.
#[tauri::command]
#[specta::specta]
pub(crate) async fn expand_paths(app: Handle<'_>, paths: Vec<String>) -> Answer<Vec<String>> {
    Ok(app.expand_paths(&paths))
}

/// Looks at a file without taking it in.
#[tauri::command]
#[specta::specta]
pub(crate) async fn preview_import(app: Handle<'_>, path: String) -> Answer<ImportPreview> {
    Ok(app.preview_import(&path))
}

/// Takes a file in; with `into`, in place of that character's card, or as something of that character's.
#[tauri::command]
#[specta::specta]
pub(crate) async fn import_file(
    app: Handle<'_>,
    path: String,
    into: Option<String>,
) -> Answer<ImportReport> {
    Ok(app.import_file(&path, into.as_deref()))
}

/// Stops the conversation that is being taken over: nothing of it stays.
#[tauri::command]
#[specta::specta]
pub(crate) async fn stop_import(app: Handle<'_>) -> Answer<()> {
    app.stop_import();
    Ok(())
}

/// A character's card for the editor.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_card(app: Handle<'_>, id: String) -> Answer<CardDocument> {
    app.open_card(&id)
}

/// What a person should look at before saving.
#[tauri::command]
#[specta::specta]
pub(crate) async fn check_card(app: Handle<'_>, document: CardDocument) -> Answer<Vec<CardIssue>> {
    Ok(app.check_card(&document))
}

/// Saves an edited card; answers with it as it is now.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_card(app: Handle<'_>, document: CardDocument) -> Answer<CardDocument> {
    app.save_card(&document)
}

/// The number of tokens of each text; `None` while no model is loaded.
#[tauri::command]
#[specta::specta]
pub(crate) async fn count_tokens(app: Handle<'_>, texts: Vec<String>) -> Answer<Option<Vec<u32>>> {
    app.count_tokens(&texts)
}

/// A picture file as it would look as a portrait, as a `data:` URL.
#[tauri::command]
#[specta::specta]
pub(crate) async fn preview_picture(app: Handle<'_>, path: String) -> Answer<String> {
    app.preview_picture(&path)
}

/// A small copy of an asset of a character's card as a `data:` URL.
#[tauri::command]
#[specta::specta]
pub(crate) async fn asset_picture(
    app: Handle<'_>,
    id: String,
    asset: u32,
) -> Answer<Option<String>> {
    app.asset_picture(&id, asset)
}

/// Asks for a picture with the system's dialogue.
#[tauri::command]
#[specta::specta]
pub(crate) async fn pick_picture(window: tauri::WebviewWindow) -> Answer<Option<String>> {
    let dialog = window.dialog().file().set_parent(&window);
    let picked =
        dialog.add_filter("PNG, JPEG, WEBP, AVIF", &["png", "jpg", "jpeg", "webp", "avif"]);
    let path = picked.blocking_pick_file().and_then(|file| file.into_path().ok());
    Ok(path.map(|path| path.display().to_string()))
}

/// The profiles.
#[tauri::command]
#[specta::specta]
pub(crate) async fn personas(app: Handle<'_>) -> Answer<PersonaList> {
    app.personas()
}

/// Adds a profile or changes one; answers with its id.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_persona(app: Handle<'_>, persona: PersonaEntry) -> Answer<String> {
    app.save_persona(persona)
}

/// Removes a profile.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_persona(app: Handle<'_>, id: String) -> Answer<()> {
    app.remove_persona(&id)
}

/// Chooses a profile, or takes the choice back.
#[tauri::command]
#[specta::specta]
pub(crate) async fn choose_persona(
    app: Handle<'_>,
    scope: PersonaScope,
    id: Option<String>,
) -> Answer<()> {
    app.choose_persona(scope, id.as_deref())
}

/// How a conversation with a character can begin.
#[tauri::command]
#[specta::specta]
pub(crate) async fn beginnings(app: Handle<'_>, id: String) -> Answer<Beginnings> {
    app.beginnings(&id)
}

/// Begins a conversation with a certain greeting, and as a certain profile.
#[tauri::command]
#[specta::specta]
pub(crate) async fn begin_conversation(
    app: Handle<'_>,
    id: String,
    greeting: u32,
    persona: Option<String>,
) -> Answer<()> {
    app.begin_conversation(&id, greeting, persona.as_deref())
}
