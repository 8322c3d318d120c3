//! Cards through the editor and back, and what is made of hostile ones.

use api::editor::{BookDocument, CardDocument, EntryDocument, LanguageNote};
use card::{Imported, Spec};
use serde_json::{Value, json};

use super::{document, lorebook, saving, validation};

/// A card with something unknown at every level.
fn source() -> Value {
    json!({
        "spec": "chara_card_v2", "spec_version": "2.0", "unknown_outside": [1, 2.5, null],
        "data": {
            "name": "Mira", "description": "A guest.", "personality": "", "scenario": "", "first_mes": "Hello.",
            "mes_example": "", "creator_notes": "notes", "system_prompt": "", "post_history_instructions": "",
            "alternate_greetings": ["Hi.", "Yo."], "tags": ["a"], "creator": "", "character_version": "1",
            "extensions": { "other_tool": { "deep": { "x": 1 } } }, "unknown_inside": "kept",
            "character_book": {
                "name": "Coast", "unknown_in_book": true, "extensions": {},
                "entries": [
                    { "keys": ["map"], "content": "The map.", "extensions": { "depth": 3, "unknown": "kept" }, "enabled": true,
                      "insertion_order": 10, "unknown_in_entry": { "y": 2 } },
                    { "keys": "storm, 嵐", "content": "Storms.", "extensions": {}, "enabled": "true", "insertion_order": "20",
                      "case_sensitive": null },
                ],
            },
        },
    })
}

fn open(source: &Value) -> (Imported, CardDocument) {
    let bytes = serde_json::to_vec(source).unwrap();
    let imported = card::import(&bytes, "mira.json").unwrap();
    let document = document::of(&imported);
    (imported, document)
}

/// Saves, and reads what was saved.
fn save(source: &Value, edit: impl FnOnce(&mut CardDocument)) -> (Value, CardDocument) {
    let (mut imported, mut document) = open(source);
    edit(&mut document);
    assert!(saving::apply(&mut imported, &document).unwrap(), "something was edited");
    let json = imported.save(&serde_json::to_vec(source).unwrap()).unwrap().1.bytes;
    let saved: Value = serde_json::from_slice(&json).unwrap();
    let again = document::of(&card::import(&json, "mira.json").unwrap());
    (saved, again)
}

/// The paths at which two values differ.
fn differences(a: &Value, b: &Value, at: &str, out: &mut Vec<String>) {
    match (a, b) {
        (Value::Object(x), Value::Object(y)) => {
            let keys: std::collections::BTreeSet<_> = x.keys().chain(y.keys()).collect();
            for key in keys {
                let (l, r) =
                    (x.get(key).unwrap_or(&Value::Null), y.get(key).unwrap_or(&Value::Null));
                differences(l, r, &format!("{at}/{key}"), out);
            }
        }
        (Value::Array(x), Value::Array(y)) if x.len() == y.len() => {
            for (i, (l, r)) in x.iter().zip(y).enumerate() {
                differences(l, r, &format!("{at}/{i}"), out);
            }
        }
        _ if a == b => {}
        _ => out.push(at.to_owned()),
    }
}

#[test]
fn nothing_edited_is_nothing_written() {
    let (mut imported, document) = open(&source());
    assert!(!saving::apply(&mut imported, &document).unwrap());
}

#[test]
fn one_edit_changes_one_place() {
    type Edit = Box<dyn FnOnce(&mut CardDocument)>;
    let edits: Vec<(&str, Edit)> = vec![
        ("/data/description", Box::new(|d| d.description = "Another.".into())),
        ("/data/alternate_greetings", Box::new(|d| d.greetings.truncate(2))),
        ("/data/tags", Box::new(|d| d.tags.push("b".into()))),
        (
            "/data/extensions/hanashi",
            Box::new(|d| d.attributes.identity = "A cartographer.".into()),
        ),
        (
            "/data/extensions/hanashi",
            Box::new(|d| d.never_says = vec!["dear user".into(), " ".into()]),
        ),
        ("/data/extensions/hanashi", Box::new(|d| d.outside = vec!["Wi-Fi".into()])),
        ("/data/character_book/name", Box::new(|d| book(d).name = "Sea".into())),
        (
            "/data/character_book/entries/0/content",
            Box::new(|d| book(d).entries[0].content = "New.".into()),
        ),
        (
            "/data/character_book/entries/0/extensions/sticky",
            Box::new(|d| book(d).entries[0].sticky = Some(2)),
        ),
        (
            "/data/character_book/entries/1/keys",
            Box::new(|d| book(d).entries[1].keys.push("gale".into())),
        ),
        (
            "/data/character_book/entries/1/enabled",
            Box::new(|d| book(d).entries[1].enabled = false),
        ),
    ];
    for (place, edit) in edits {
        let (saved, _) = save(&source(), edit);
        let mut found = Vec::new();
        differences(&source(), &saved, "", &mut found);
        assert_eq!(found, [place]);
    }
}

fn book(document: &mut CardDocument) -> &mut BookDocument {
    document.book.as_mut().unwrap()
}

#[test]
fn every_field_of_the_document_survives_being_saved() {
    let entry = EntryDocument {
        name: "n".into(),
        comment: "c".into(),
        keys: vec!["/a+/i".into()],
        secondary_keys: vec!["s".into()],
        selective: true,
        logic: "not_all".into(),
        use_regex: true,
        content: "@@depth 2\ntext".into(),
        enabled: false,
        constant: true,
        case_sensitive: Some(false),
        whole_words: Some(true),
        insertion_order: -3.0,
        priority: Some(2.5),
        position: "depth".into(),
        depth: Some(4),
        role: "assistant".into(),
        scan_depth: Some(7),
        probability: Some(30.0),
        sticky: Some(1),
        cooldown: Some(2),
        delay: Some(3),
        group: "g".into(),
        group_weight: Some(50.0),
        group_override: true,
        exclude_recursion: true,
        prevent_recursion: true,
        delay_until_recursion: 2,
        group_scoring: Some(true),
        ignore_budget: true,
        also_scan: [
            "persona",
            "description",
            "personality",
            "depth_prompt",
            "scenario",
            "creator_notes",
        ]
        .map(str::to_owned)
        .to_vec(),
        filter_names: vec!["Mira".into()],
        filter_tags: vec!["a".into()],
        filter_exclude: true,
        ..EntryDocument::default()
    };
    let wanted = |document: &mut CardDocument| {
        document.nickname = "Mi".into();
        document.group_greetings = vec!["All hello.".into()];
        document.notes = vec![LanguageNote { language: "ja".into(), text: "メモ".into() }];
        document.voice = "espeak:en".into();
        document.voice_rate = 1.25;
        document.language = "ja".into();
        document.attributes.interaction = "guarded".into();
        document.assets.clear();
        let book = document.book.as_mut().unwrap();
        book.scan_depth = Some(5);
        book.token_budget = Some(500);
        book.recursive = Some(true);
        book.entries.insert(1, entry.clone());
        book.entries.remove(2);
    };
    let (saved, again) = save(&source(), wanted);
    let (_, mut expected) = open(&source());
    wanted(&mut expected);
    // The places of entries are those of the file that was written.
    for (at, entry) in book(&mut expected).entries.iter_mut().enumerate() {
        entry.origin = Some(at as u32);
    }
    assert_eq!(again, expected);
    assert_eq!(saved["spec"], "chara_card_v3", "V2 has no place for some of this");
    assert_eq!(saved["data"]["character_book"]["entries"][0]["unknown_in_entry"]["y"], 2);
    assert_eq!(saved["unknown_outside"], json!([1, 2.5, null]));
}

#[test]
fn entries_keep_what_is_unknown_when_they_move() {
    let (saved, _) = save(&source(), |document| book(document).entries.swap(0, 1));
    let entries = &saved["data"]["character_book"]["entries"];
    assert_eq!(entries[1]["unknown_in_entry"]["y"], 2);
    assert_eq!(entries[1]["extensions"]["unknown"], "kept");
    assert_eq!(entries[0]["keys"], "storm, 嵐", "what was not edited is not even tidied");
}

#[test]
fn a_flat_card_of_the_first_version_is_saved_as_the_second() {
    let old = json!({ "name": "Ren", "description": "d", "first_mes": "Hey.", "strange": 1 });
    let (saved, again) = save(&old, |document| document.scenario = "A station.".into());
    assert_eq!(saved["spec"], "chara_card_v2");
    assert_eq!(saved["strange"], 1);
    assert_eq!((again.name.as_str(), again.scenario.as_str()), ("Ren", "A station."));
}

#[test]
fn an_entry_is_read_however_it_is_written() {
    let read = lorebook::read(&json!({
        "scan_depth": "4", "token_budget": "", "recursive_scanning": 0,
        "entries": [ { "keys": ["a"], "content": 5, "extensions": "none" }, "no entry",
                     { "keys": null, "extensions": { "depth": "", "position": 4, "role": 9, "useProbability": false,
                                                     "probability": 10, "selectiveLogic": 3 } } ],
    }));
    assert_eq!((read.scan_depth, read.token_budget, read.recursive), (Some(4), None, Some(false)));
    assert_eq!(read.entries[0].keys, ["a"]);
    assert_eq!(read.entries[0].content, "5");
    let second = &read.entries[1];
    assert_eq!((second.position.as_str(), second.role.as_str()), ("depth", "system"));
    assert_eq!(second.depth, Some(4), "the engine's own");
    assert_eq!((second.probability, second.logic.as_str()), (None, "and_all"));
    for rubbish in [json!(null), json!([]), json!("x"), json!({ "entries": 3 })] {
        assert!(lorebook::read(&rubbish).entries.is_empty());
    }
}

#[test]
fn what_will_not_work_is_explained() {
    let (_, mut document) = open(&source());
    document.name = "  ".into();
    document.greetings.clear();
    document.tags = vec!["A".into(), "ａ".into()];
    document.notes = vec![LanguageNote { language: "english".into(), text: String::new() }];
    let entries = &mut book(&mut document).entries;
    entries[0].keys.clear();
    entries[1].use_regex = true;
    entries[1].keys = vec!["(unclosed".into(), "/fine+/i".into()];
    let issues = validation::issues(&document);
    let codes: Vec<_> = issues.iter().map(|issue| issue.code.as_str()).collect();
    let expected =
        ["name_empty", "no_greeting", "tag_twice", "bad_language", "key_missing", "bad_regex"];
    assert_eq!(codes, expected);
    assert!(issues[5].detail.starts_with("(unclosed: "), "{}", issues[5].detail);
    let (_, good) = open(&source());
    assert!(validation::issues(&good).is_empty());
    let many = vec!["a phrase".to_owned(); 201];
    let (_, watched) = open(&source());
    let watched = CardDocument { never_says: many, outside: vec!["w".repeat(81)], ..watched };
    let issues = validation::issues(&watched);
    let told: Vec<_> =
        issues.iter().map(|one| (one.field.as_str(), one.code.as_str(), one.blocks)).collect();
    assert_eq!(told, [("neverSays", "phrases_many", false), ("outside", "phrase_long", false)]);
}

#[test]
fn hostile_cards_are_read_for_the_list_without_harm() {
    let huge = "x".repeat(1 << 20);
    let nested = format!("{}{}", "<b>".repeat(50_000), "</b>".repeat(50_000));
    let texts = [
        "<script>alert(1)</script>Hello",
        "<img src=x onerror=alert(1)>",
        &huge,
        &nested,
        "\u{202e}\u{0}\u{7}",
    ];
    for text in texts {
        let card = json!({ "spec": "chara_card_v3", "data": { "name": text, "description": text, "creator_notes": text,
                           "tags": vec![text; 3], "first_mes": text } });
        let imported = card::import(&serde_json::to_vec(&card).unwrap(), "x.json").unwrap();
        let tagline = super::reading::tagline(&imported.character);
        assert!(tagline.chars().count() <= 161 && !tagline.contains("<script"), "{tagline}");
    }
}

#[test]
fn an_exported_card_reads_the_same() {
    let (imported, document) = open(&source());
    for spec in [Spec::V2, Spec::V3] {
        let again = card::import(&imported.to_json(spec), "x.json").unwrap();
        let mut read = document::of(&again);
        read.book.clone_from(&document.book);
        assert_eq!(read, document, "{spec:?}");
    }
}

/// What the editor writes is what the engine reads, setting by setting.
#[test]
fn an_edited_entry_does_what_the_editor_says() {
    let (saved, document) = save(&source(), |document| {
        let entry = &mut book(document).entries[0];
        entry.use_regex = true;
        entry.keys = vec!["ma+p".into()];
        entry.sticky = Some(3);
        entry.probability = Some(40.0);
        entry.exclude_recursion = true;
        entry.logic = "not_any".into();
        entry.position = "outlet".into();
        entry.outlet = "side".into();
    });
    let (book, _) = lore::read_value(&saved["data"]["character_book"]).unwrap();
    let entry = &book.entries[0];
    assert_eq!(entry.syntax, lore::KeySyntax::Regex, "settings of SillyTavern's do not change it");
    assert_eq!((entry.sticky, entry.exclude_recursion), (3, true));
    assert_eq!(entry.position, lore::Position::Outlet("side".into()));
    assert_eq!(document.book.unwrap().entries[0].outlet, "side");
}

#[test]
fn another_tools_book_in_a_card_is_edited_without_losing_what_it_said() {
    let mut card = source();
    card["data"]["character_book"] = json!({
        "name": "World", "entries": { "0": { "uid": 7, "key": ["map"], "keysecondary": [], "content": "The map.", "order": 5,
                                              "position": 4, "depth": 2, "sticky": 3, "strange": 1 } } });
    let (saved, document) =
        save(&card, |document| book(document).entries[0].content = "New.".into());
    let entry = &document.book.unwrap().entries[0];
    assert_eq!((entry.content.as_str(), entry.depth, entry.sticky), ("New.", Some(2), Some(3)));
    assert_eq!(
        saved.pointer("/data/character_book/entries/0/extensions/sillytavern/strange"),
        Some(&json!(1))
    );
}

#[test]
fn assets_are_seen_and_edited_like_everything_else() {
    let folder = tempfile::tempdir().unwrap();
    let face = folder.path().join("face.png");
    std::fs::write(&face, b"\x89PNG\r\n\x1a\nface").unwrap();
    let mut card = source();
    card["spec"] = json!("chara_card_v3");
    card["data"]["assets"] = json!([
        { "type": "icon", "name": "main", "uri": "data:image/png;base64,iVBORw0KGgo=", "ext": "png", "unknown": 1 },
        { "type": "background", "name": "far", "uri": "https://example.com/x.png", "ext": "png" },
    ]);
    let (_, document) = open(&card);
    assert_eq!(
        (document.assets[0].at.as_str(), document.assets[1].at.as_str()),
        ("inside", "network")
    );
    assert_eq!(document.assets[0].uri, "data:image/png;base64", "the bytes do not travel");
    let (saved, again) = save(&card, |document| {
        document.assets[0].name = "old".into();
        document.assets.push(api::editor::AssetRow {
            kind: "emotion".into(),
            name: "joy".into(),
            file: face.display().to_string(),
            ..Default::default()
        });
        document.assets.remove(1);
    });
    assert_eq!(saved["data"]["assets"][0]["unknown"], 1);
    assert_eq!(saved["data"]["assets"][0]["uri"], "data:image/png;base64,iVBORw0KGgo=");
    assert_eq!((again.assets.len(), again.assets[1].ext.as_str()), (2, "png"));
    assert_eq!((again.assets[1].at.as_str(), again.assets[1].bytes), ("inside", Some(12.0)));
}
