//! The library with real files: import, find, edit, remove and bring back, export, profiles, greetings.

use std::path::Path;

use app::api::AppEvent;
use app::api::library::{ExportFormat, LibraryOrder, LibraryQuery, PersonaEntry, PersonaScope};
use app::{Options, Output, Paths};
use journeys::{Journey, root};
use serde_json::json;

fn start(home: &Path) -> Journey {
    Journey::start(Options {
        data_dir: Some(home.to_owned()),
        output: Output::Text,
        ..Options::default()
    })
}

fn card(folder: &Path, file: &str, name: &str, greetings: &[&str]) -> String {
    let card = json!({ "spec": "chara_card_v2", "spec_version": "2.0", "data": {
        "name": name, "description": format!("{name} keeps the 図書館 by the sea."), "first_mes": greetings[0],
        "alternate_greetings": &greetings[1..], "tags": ["Fantasy"], "creator": "Marlow", "extensions": { "kept": [1] },
    } });
    let path = folder.join(file);
    std::fs::write(&path, card.to_string()).expect("a card is written");
    path.display().to_string()
}

fn ask(text: &str) -> LibraryQuery {
    LibraryQuery {
        text: text.to_owned(),
        order: LibraryOrder::Name,
        limit: 50,
        ..LibraryQuery::default()
    }
}

fn names(journey: &Journey, text: &str) -> Vec<String> {
    let page = journey.app.library(&ask(text)).expect("the library answers");
    page.cards.into_iter().map(|card| card.name).collect()
}

#[test]
fn a_card_is_shown_imported_found_edited_removed_and_brought_back() {
    let home = tempfile::tempdir().unwrap();
    let files = tempfile::tempdir().unwrap();
    let journey = start(home.path());
    let app = &journey.app;
    let path = card(files.path(), "mira.json", "Mira", &["Hello, {{user}}.", "Hi."]);

    let preview = app.preview_import(&path);
    assert_eq!(preview.kind.as_deref(), Some("character"));
    assert_eq!((preview.greetings, preview.twin.is_none()), (2, true));
    assert!(preview.greeting.starts_with("Hello, "), "{}", preview.greeting);
    assert!(names(&journey, "mira").is_empty(), "looking takes nothing in");

    let report = app.import_file(&path, None);
    assert!(report.problem.is_none(), "{report:?}");
    assert_eq!(names(&journey, "書館"), ["Mira"]);
    let twin = app.preview_import(&path).twin.expect("it is there already");
    assert!(twin.same_file && twin.id == report.id);

    let mut document = app.open_card(&report.id).unwrap();
    document.name = "Mira Vale".into();
    let stale = document.clone();
    let saved = app.save_card(&document).unwrap();
    assert_eq!(names(&journey, "vale"), ["Mira Vale"]);
    let refused = app.save_card(&stale).unwrap_err();
    assert_eq!(refused.kind, "busy", "the file is not the one that was opened: {refused:?}");
    let out = files.path().join("out.json");
    app.export_character(&saved.id, ExportFormat::JsonV3, &out).unwrap();
    let exported: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&out).unwrap()).unwrap();
    assert_eq!(exported["data"]["extensions"]["kept"], json!([1]));
    assert_eq!(exported["spec"], "chara_card_v3");

    let copy = app.duplicate_character(&saved.id, "Mira Zweite").unwrap();
    assert_eq!(names(&journey, "mira").len(), 2);
    let removed = app.remove_character(&copy).unwrap();
    assert_eq!(names(&journey, "zweite"), Vec::<String>::new());
    assert_eq!(app.restore_character(&removed.key).unwrap(), copy);
    assert_eq!(names(&journey, "zweite"), ["Mira Zweite"]);
    assert!(app.remove_character("koto").is_err(), "who came with the app stays");

    app.set_favourite(&copy, true).unwrap();
    let page = app.library(&LibraryQuery { favourites: true, ..ask("") }).unwrap();
    assert_eq!((page.total, page.cards[0].favourite), (1, true));
    app.shutdown().unwrap();
    drop(journey);

    let journey = start(home.path());
    assert_eq!(names(&journey, "mira").len(), 2, "the index is there after a restart");
    journey.app.shutdown().unwrap();
}

#[test]
fn a_card_that_the_terminal_takes_in_is_in_the_library_once() {
    let home = tempfile::tempdir().unwrap();
    let files = tempfile::tempdir().unwrap();
    let paths = Paths::find(Some(home.path()), &root()).unwrap();
    let path = card(files.path(), "mira.json", "Mira", &["Hello."]);
    let take = |path: &Path| app::terminal::import_card(&paths, path).unwrap();
    let (first, again) = (take(Path::new(&path)), take(Path::new(&path)));
    assert!(!first.known && again.known, "{again:?}");
    assert_eq!(first.character, again.character);
    assert_eq!(app::terminal::whose(&paths, "MIRA").unwrap().0, first.character);
    assert!(app::terminal::whose(&paths, "Nobody").is_err());
    // Who came with the app is there already; a name is no way out of the library.
    let own = take(&root().join("characters/koto/card.json"));
    assert!(own.known && own.character == "koto", "{own:?}");
    let odd = take(Path::new(&card(files.path(), "odd.json", "../..", &["Hello."])));
    assert!(paths.dirs.characters().join(&odd.character).join("card.json").is_file(), "{odd:?}");
    assert!(odd.character.starts_with("char-"), "{odd:?}");
    assert_eq!(names(&start(home.path()), "mira"), ["Mira"]);
}

#[test]
fn whose_card_is_a_file_has_her_own_name_on_stage() {
    let home = tempfile::tempdir().unwrap();
    let files = tempfile::tempdir().unwrap();
    let path = card(files.path(), "someone.json", "Mira Vale", &["Hello."]);
    let journey = Journey::start(Options {
        data_dir: Some(home.path().to_owned()),
        output: Output::Text,
        character: Some(path),
        ..Options::default()
    });
    assert_eq!(journey.app.cast().unwrap().members[0].name, "Mira Vale");
}

#[test]
fn a_replaced_card_can_be_had_back() {
    let home = tempfile::tempdir().unwrap();
    let files = tempfile::tempdir().unwrap();
    let journey = start(home.path());
    let first = card(files.path(), "a.json", "Ren", &["Old."]);
    let second = card(files.path(), "b.json", "Ren", &["New."]);
    let id = journey.app.import_file(&first, None).id;
    let twin = journey.app.preview_import(&second).twin.expect("the same name");
    assert!(!twin.same_file);
    let report = journey.app.import_file(&second, Some(&twin.id));
    assert_eq!(report.id, id);
    assert_eq!(journey.app.open_card(&id).unwrap().greetings, ["New."]);
    let old = &journey.app.trash().unwrap()[0];
    let back = journey.app.restore_character(&old.key).unwrap();
    assert_eq!(journey.app.open_card(&back).unwrap().greetings, ["Old."]);
    journey.app.shutdown().unwrap();
}

#[test]
fn hostile_files_are_refused_one_by_one_and_say_why() {
    let home = tempfile::tempdir().unwrap();
    let files = tempfile::tempdir().unwrap();
    let journey = start(home.path());
    let write = |name: &str, bytes: &[u8]| {
        let path = files.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.display().to_string()
    };
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    let bad = [
        write("empty.png", b""),
        write("noise.json", &[0xff; 64]),
        write("deep.json", deep.as_bytes()),
        write("truncated.png", b"\x89PNG\r\n\x1a\n\0\0\xff\xff"),
        write("list.json", b"[1, 2, 3]"),
        files.path().join("missing.png").display().to_string(),
    ];
    for path in &bad {
        let preview = journey.app.preview_import(path);
        let problem =
            preview.problem.unwrap_or_else(|| panic!("{path} was taken for {:?}", preview.kind));
        assert!(!problem.message.is_empty() && !problem.remedy.is_empty(), "{path}");
        let report = journey.app.import_file(path, None);
        assert!(report.problem.is_some() && report.kind.is_none(), "{path}");
    }
    assert_eq!(
        journey.app.expand_paths(&[files.path().display().to_string()]).len(),
        bad.len() - 1
    );
    journey.app.shutdown().unwrap();
}

#[test]
fn a_conversation_begins_with_the_greeting_and_as_the_person_that_was_chosen() {
    let home = tempfile::tempdir().unwrap();
    let files = tempfile::tempdir().unwrap();
    let journey = start(home.path());
    let app = &journey.app;
    let path =
        card(files.path(), "m.json", "Mira", &["Hello, {{user}}.", "So you came, {{user}}."]);
    let id = app.import_file(&path, None).id;
    let captain = PersonaEntry {
        name: "Captain".into(),
        description: "Sails.".into(),
        ..PersonaEntry::default()
    };
    let captain = app.save_persona(captain).unwrap();
    let beginnings = app.beginnings(&id).unwrap();
    assert_eq!((beginnings.greetings.len(), beginnings.talked), (2, false));

    app.begin_conversation(&id, 1, Some(&captain)).unwrap();
    let seen = journey.until(|event| {
        matches!(event, AppEvent::TurnFinished { message: Some(message), .. } if message.text.contains("you came"))
    });
    let Some(AppEvent::TurnFinished { message: Some(greeting), .. }) = seen.last() else {
        unreachable!()
    };
    assert_eq!(greeting.text, "So you came, Captain.");
    assert_eq!(app.snapshot().unwrap().persona, "Captain");
    assert_eq!(app.snapshot().unwrap().character, id);

    app.choose_persona(PersonaScope::Conversation, None).unwrap();
    assert_ne!(app.snapshot().unwrap().persona, "Captain");
    app.choose_persona(PersonaScope::Character, Some(&captain)).unwrap();
    assert_eq!(app.snapshot().unwrap().persona, "Captain");
    app.remove_persona(&captain).unwrap();
    assert_ne!(app.snapshot().unwrap().persona, "Captain");
    assert!(app.begin_conversation(&id, 9, None).is_err());

    let tokens = app
        .count_tokens(&["Hello there.".into(), String::new()])
        .unwrap()
        .expect("a model is loaded");
    assert!(tokens[0] >= 2 && tokens[1] == 0, "{tokens:?}");
    app.shutdown().unwrap();
}

/// A CHARX of the card room's fixtures: an asset in Japanese, and a file that the card does not name.
fn charx(folder: &Path) -> String {
    let fixture =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/card/tests/fixtures/charx_v3.charx");
    let path = folder.join("guest.charx");
    std::fs::copy(fixture, &path).expect("the fixture is there");
    path.display().to_string()
}

#[test]
fn an_archive_stays_one_through_the_editor_and_its_files_are_seen() {
    let home = tempfile::tempdir().unwrap();
    let files = tempfile::tempdir().unwrap();
    let journey = start(home.path());
    let app = &journey.app;
    let id = app.import_file(&charx(files.path()), None).id;
    assert!(app.portrait(&id).unwrap().is_some(), "a picture in the archive is the portrait");

    let mut document = app.open_card(&id).unwrap();
    let before = document.assets.clone();
    assert!(before.iter().any(|asset| asset.at == "inside" && asset.bytes.is_some()), "{before:?}");
    let shown = |at: usize| app.asset_picture(&id, at as u32).unwrap().is_some();
    assert!((0..before.len()).any(shown), "no picture among {before:?}");
    assert!(!shown(before.len()), "there is no such asset");
    let face = files.path().join("face.png");
    let fixture =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/card/tests/fixtures/no_card.png");
    std::fs::copy(fixture, &face).unwrap();
    document.description = "Edited.".into();
    document.assets.push(app::api::editor::AssetRow {
        kind: "emotion".into(),
        name: "joy".into(),
        file: face.display().to_string(),
        ..Default::default()
    });
    let saved = app.save_card(&document).unwrap();
    assert!(saved.format.ends_with("charx"), "{}", saved.format);
    assert_eq!(saved.assets.len(), before.len() + 1);
    for asset in &before {
        let still =
            saved.assets.iter().any(|one| (&one.uri, one.bytes) == (&asset.uri, asset.bytes));
        assert!(still, "{asset:?}");
    }
    assert!(app.expressions(&id).unwrap().contains(&"joy".to_owned()));
    assert!(app.expression(&id, "joy").unwrap().expect("a picture").starts_with("data:image/png"));

    // Out in every form, and in again as the same character.
    for (format, ending) in [
        (ExportFormat::Charx, "charx"),
        (ExportFormat::Png, "png"),
        (ExportFormat::JsonV3, "json"),
        (ExportFormat::JsonV2, "json"),
    ] {
        let out = files.path().join(format!("out.{ending}"));
        app.export_character(&id, format, &out).unwrap();
        let again = app.import_file(&out.display().to_string(), None);
        assert!(again.problem.is_none(), "{again:?}");
        let read = app.open_card(&again.id).unwrap();
        assert_eq!((read.name, read.description), (saved.name.clone(), saved.description.clone()));
    }
    app.shutdown().unwrap();
}

/// Mira is imported, and comes on stage.
fn mira(journey: &Journey, folder: &Path) -> String {
    let path = card(folder, "mira.json", "Mira", &["Hello."]);
    let id = journey.app.import_file(&path, None).id;
    journey.app.select_character(&id).unwrap();
    id
}

#[test]
fn what_is_no_character_is_taken_in_as_what_it_is() {
    let home = tempfile::tempdir().unwrap();
    let files = tempfile::tempdir().unwrap();
    let journey = start(home.path());
    let app = &journey.app;
    let id = mira(&journey, files.path());
    let write = |name: &str, text: &str| {
        let path = files.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };

    let chat = write(
        "old talk.jsonl",
        "{\"user_name\":\"Ann\",\"character_name\":\"Mira\",\"chat_metadata\":{}}\n\
         {\"name\":\"Mira\",\"is_user\":false,\"mes\":\"Hello.\"}\n{\"name\":\"Ann\",\"is_user\":true,\"mes\":\"A storm?\"}",
    );
    let preview = app.preview_import(&chat);
    assert_eq!((preview.kind.as_deref(), preview.messages), (Some("conversation"), 2));
    assert_eq!(preview.target.unwrap().id, id);
    let report = app.import_file(&chat, None);
    assert_eq!(report.kind.as_deref(), Some("conversation"), "{report:?}");
    app.open_conversation(&report.id).unwrap();
    let said: Vec<String> =
        app.snapshot().unwrap().messages.into_iter().map(|message| message.text).collect();
    assert_eq!(said, ["Hello.", "A storm?"]);

    // With whom it was, who the person was there, and the same once more.
    assert_eq!(app.personas().unwrap().for_conversation.as_deref(), Some(&*profile(app, "Ann")));
    let again = app.preview_import(&chat);
    assert!(again.twin.is_some_and(|twin| twin.id == report.id && twin.same_file), "known");
    let second = app.import_file(&chat, None);
    assert!(second.known && second.id == report.id, "{second:?}");

    let examples = write("examples.jsonl", "{\"messages\":[]}\n{\"messages\":[]}");
    let refused = app.import_file(&examples, None).problem.expect("no conversation");
    assert!(refused.message.contains("examples to train with"), "{refused:?}");

    let world = write(
        "world.json",
        r#"{"entries":{"0":{"uid":0,"key":["storm"],"content":"Storms end at dawn."}}}"#,
    );
    assert_eq!(app.preview_import(&world).kind.as_deref(), Some("lorebook"));
    assert!(app.import_file(&world, None).problem.is_none());
    assert!(app.import_file(&world, Some(&id)).problem.is_none());
    let books = app.books().unwrap();
    assert_eq!(books.iter().map(|book| book.entries).collect::<Vec<_>>(), [1, 1], "{books:?}");
    app.remove_book(books[0].scope, &books[0].file).unwrap();
    assert_eq!(app.books().unwrap().len(), 1);
    app.restore_book(books[0].scope, &books[0].file).unwrap();
    assert_eq!(app.books().unwrap().len(), 2);
    assert!(app.remove_book(books[0].scope, "../library.json").is_err(), "a name never leads out");

    let pack =
        write("all.json", r#"[{"name":"Ann","first_mes":"Hi."},{"name":"Ben","first_mes":"Yo."}]"#);
    let members = app.preview_import(&pack).members;
    assert_eq!(members.len(), 2);
    assert_eq!(app.preview_import(&members[1]).name, "Ben");
    assert!(app.import_file(&members[1], None).problem.is_none());
    assert_eq!(names(&journey, "ben"), ["Ben"]);
    app.shutdown().unwrap();
}

/// The id of a profile.
fn profile(app: &app::App, name: &str) -> String {
    let personas = app.personas().unwrap().personas;
    personas.into_iter().find(|one| one.name == name).expect("a profile").id
}

#[test]
fn a_talk_of_another_program_comes_with_its_other_answers_its_note_and_its_lore() {
    let home = tempfile::tempdir().unwrap();
    let files = tempfile::tempdir().unwrap();
    let journey = start(home.path());
    let app = &journey.app;
    mira(&journey, files.path());
    let path = files.path().join("Mira_2026-01-17T083021281Z_chat.json");
    let chat = json!({ "type": "risuChat", "ver": 2, "data": {
        "name": "Storms", "note": "Stay short.",
        "localLore": [{ "key": "storm", "comment": "Storms", "content": "They end at dawn.", "insertorder": 100 }],
        "message": [
            { "role": "user", "data": "I live in Porto.", "time": 1_768_638_621_000_u64 },
            { "role": "char", "data": "Do you, {{user}}?", "time": 1_768_638_631_000_u64, "swipes": ["Oh."] },
        ],
    } });
    std::fs::write(&path, chat.to_string()).unwrap();
    let path = path.display().to_string();
    let preview = app.preview_import(&path);
    assert_eq!(
        (preview.kind.as_deref(), preview.format.as_str(), preview.swipes, preview.to_choose),
        (Some("conversation"), "RisuAI", 1, false)
    );
    let report = app.import_file(&path, None);
    assert!(report.problem.is_none() && !report.known, "{report:?}");
    app.open_conversation(&report.id).unwrap();
    let shown = app.snapshot().unwrap().messages;
    assert_eq!(shown.len(), 2);
    assert!(!shown[1].text.contains("{{user}}"), "{}", shown[1].text);
    assert_eq!(app.author_notes().unwrap().conversation.unwrap().text, "Stay short.");
    assert_eq!(app.books().unwrap().len(), 1);
    assert!(app.conversations().unwrap().iter().any(|one| one.title == "Storms" && one.active));
    app.shutdown().unwrap();
}

#[test]
fn a_note_to_the_model_is_kept_for_a_character_or_a_conversation() {
    use app::api::AuthorNote;
    let home = tempfile::tempdir().unwrap();
    let journey = start(home.path());
    let note = |text: &str, depth| AuthorNote { text: text.into(), depth };
    journey.app.keep_author_note(false, note("Slowly.", 4)).unwrap();
    journey.app.keep_author_note(true, note("It rains.", 0)).unwrap();
    let kept = journey.app.author_notes().unwrap();
    assert_eq!(
        (kept.character, kept.conversation),
        (Some(note("Slowly.", 4)), Some(note("It rains.", 0)))
    );
    journey.app.shutdown().unwrap();
    drop(journey);
    let journey = start(home.path());
    journey.app.keep_author_note(true, note("", 0)).unwrap();
    let kept = journey.app.author_notes().unwrap();
    assert_eq!((kept.character, kept.conversation), (Some(note("Slowly.", 4)), None));
    journey.app.shutdown().unwrap();
}

#[test]
fn pictures_on_the_network_need_a_permission_of_their_own() {
    let home = tempfile::tempdir().unwrap();
    let journey = start(home.path());
    let app = &journey.app;
    let ask = |address: &str| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(app.remote_picture("koto", address)).unwrap_err()
    };
    assert_eq!(ask("https://example.com/a.png").kind, "invalid", "nothing is asked unasked");
    app.allow_remote("koto", true).unwrap();
    let page = app.library(&LibraryQuery { text: "koto".into(), ..self::ask("") }).unwrap();
    assert!(page.cards[0].remote);
    let refused = ask("http://127.0.0.1/secret.png");
    assert!(refused.message.contains("not allowed"), "{refused:?}");
    app.allow_remote("koto", false).unwrap();
    assert_eq!(ask("https://example.com/a.png").kind, "invalid");
    app.shutdown().unwrap();
}
