//! Files with several characters in them.

use std::io::Write;

use card::{import, member, members, sprites};
use serde_json::json;

use crate::{cards, fixture};

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (path, bytes) in files {
        writer.start_file(*path, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn names(file: &[u8]) -> Vec<String> {
    let found = members(file).into_iter();
    found
        .map(|one| {
            let (bytes, name) = member(file, "pack", &one.place).unwrap();
            let card =
                import(&bytes, &name).unwrap_or_else(|error| panic!("{}: {error}", one.place));
            assert_eq!(card.character.name, one.name, "{}", one.place);
            one.name
        })
        .collect()
}

#[test]
fn every_card_of_an_archive_can_be_had() {
    let card =
        |name: &str| serde_json::to_vec(&json!({ "name": name, "first_mes": "Hi." })).unwrap();
    let (a, b) = (card("Ann"), card("Ben"));
    let charx = fixture("charx_v3.charx");
    let inner = import(&charx, "x").unwrap().character.name;
    let pack = zip(&[
        ("ann.json", &a),
        ("more/ben.json", &b),
        ("more/c.charx", &charx),
        ("pic.png", &fixture("v1.png")),
        ("readme.txt", b"Thanks!"),
        ("no_card.png", &fixture("no_card.png")),
    ]);
    let png = import(&fixture("v1.png"), "x").unwrap().character.name;
    assert_eq!(names(&pack), ["Ann".to_owned(), "Ben".to_owned(), inner, png]);
}

#[test]
fn a_folder_with_a_card_comes_with_its_files() {
    let card = |name: &str| {
        serde_json::to_vec(&json!({ "spec": "chara_card_v3", "data": { "name": name, "first_mes": "Hi.",
            "assets": [{ "type": "icon", "name": "main", "uri": "embeded://assets/main.png", "ext": "png" }] } }))
        .unwrap()
    };
    let picture = fixture("no_card.png");
    let pack = zip(&[
        ("ann/card.json", &card("Ann")),
        ("ann/assets/main.png", &picture),
        ("ben/card.json", &card("Ben")),
        ("ben/assets/main.png", &picture),
    ]);
    assert_eq!(names(&pack), ["Ann", "Ben"]);
    let (bytes, name) = member(&pack, "pack.zip", "ben/").unwrap();
    let ben = import(&bytes, &name).unwrap();
    assert!(ben.warnings.is_empty(), "{:?}", ben.warnings);
    assert_eq!(ben.portrait(&bytes).unwrap().as_ref(), picture);
}

#[test]
fn every_card_of_a_list_can_be_had() {
    let list =
        json!([{ "name": "Ann", "first_mes": "Hi." }, 3, { "name": "Ben", "first_mes": "Yo." }]);
    assert_eq!(names(&serde_json::to_vec(&list).unwrap()), ["Ann", "Ben"]);
    let named = json!({ "x": { "name": "Ann", "first_mes": "Hi." }, "y": { "name": "Ben", "personality": "dry" } });
    assert_eq!(names(&serde_json::to_vec(&named).unwrap()), ["Ann", "Ben"]);
}

#[test]
fn one_card_is_one_card() {
    for name in cards() {
        assert!(members(&fixture(&name)).is_empty(), "{name}");
        assert!(sprites(&fixture(&name)).is_empty(), "{name}");
    }
    for name in ["words.txt", "sprites.zip", "chat.jsonl", "world.json"] {
        assert!(members(&fixture(name)).is_empty(), "{name}");
    }
    assert!(member(&fixture("sprites.zip"), "x", "../etc/passwd").is_err());
    assert!(member(b"", "x", "#0").is_err() && member(b"[]", "x", "#0").is_err());
}

#[test]
fn a_sprite_pack_gives_its_pictures() {
    let picture = fixture("no_card.png");
    let pack = zip(&[
        ("Mira/joy.png", &picture),
        ("Mira/anger.png", &picture),
        ("other/joy.png", &picture),
        ("Mira/evil.png", b"<script>"),
        ("notes.txt", b"x"),
        ("../out.png", &picture),
    ]);
    let found: Vec<_> = sprites(&pack).into_iter().map(|one| (one.name, one.ext)).collect();
    assert_eq!(
        found,
        [("joy".to_owned(), "png".to_owned()), ("anger".to_owned(), "png".to_owned())]
    );
    assert!(!sprites(&fixture("sprites.zip")).is_empty());
    assert!(sprites(b"PK\x05\x06").is_empty() && sprites(b"").is_empty());
}
