//! Real cards, where the folder with them stands beside the project.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use card::{Error, Form, Imported, Spec, import};

use crate::forms::assert_same_in_every_form;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared")
}

/// Rows of the folder's index whose kind begins like that: kind and path.
fn rows(kind: &str) -> Vec<(String, PathBuf)> {
    let Ok(index) = fs::read_to_string(root().join("INDEX.tsv")) else { return Vec::new() };
    index
        .lines()
        .filter_map(|line| {
            let mut columns = line.split('\t');
            let (path, row) = (columns.next()?, columns.next()?);
            row.starts_with(kind).then(|| (row.to_owned(), root().join(path)))
        })
        .collect()
}

fn read(path: &Path) -> (Vec<u8>, String) {
    let bytes = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    (bytes, path.file_name().unwrap_or_default().to_string_lossy().into_owned())
}

/// Kinds whose format has no greeting.
const WITHOUT_GREETING: [&str; 3] = ["card-eliza", "card-chatluna", "card-a16z"];

#[test]
fn real_cards_come_in_and_go_out_whole() {
    let mut counts: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    let rows = rows("card-");
    for (kind, path) in &rows {
        let (bytes, name) = read(path);
        let card = import(&bytes, &name).unwrap_or_else(|error| panic!("{error}"));
        let count = counts.entry(kind.clone()).or_default();
        *count = (count.0 + 1, count.1 + card.warnings.len() as u32);
        let character = &card.character;
        assert!(!character.name.is_empty(), "{name}");
        let words = [&character.description, &character.personality, &character.system_prompt];
        let described = words.iter().any(|text| text.chars().count() > 10);
        assert!(described || card.lore_entries() > 0, "{name}");
        let greets = !character.greetings.is_empty();
        let silent = WITHOUT_GREETING.contains(&kind.as_str()) || !mentions_greeting(&bytes, &card);
        assert!(greets || silent, "{name} has no greeting");
        assert_same_in_every_form(&card, &bytes, &name);
        if card.picture.is_some() {
            assert!(card.portrait(&bytes).is_some(), "{name}");
            let v3 = bytes.windows(4).any(|window| window == b"ccv3");
            if card.spec != Spec::V3 && !v3 && bytes.starts_with(b"\x89PNG") {
                let written = card.to_png(&bytes, card.spec).unwrap();
                assert!(written == bytes, "{name} changed without an edit");
            }
        }
    }
    println!("{} cards of ../shared; kind: (files, warnings)", rows.len());
    for (kind, count) in counts {
        println!("  {kind}: {count:?}");
    }
}

/// A text file that says `greeting` or `first_mes` somewhere; pictures and archives have one.
fn mentions_greeting(bytes: &[u8], card: &Imported) -> bool {
    let text = String::from_utf8_lossy(bytes);
    card.picture.is_some() || text.contains("greeting") || text.contains("first_mes")
}

#[test]
fn what_is_no_card_is_named() {
    for (kind, says) in [("chat-log", "a chat log"), ("lore-", "a lorebook")] {
        let rows = rows(kind);
        for (_, path) in &rows {
            let (bytes, name) = read(path);
            let error = import(&bytes, &name).expect_err(&name);
            assert!(matches!(error, Error::NotACard { .. }), "{name}: {error}");
            assert!(error.to_string().contains(says), "{name}: {error}");
        }
        println!("{} files of kind {kind} in ../shared", rows.len());
    }
}

/// The picture of a WEBP or a PNG goes along into a CHARX and comes out of it.
#[test]
fn real_pictures_go_along() {
    let mut covered = 0;
    for (_, path) in rows("card-webp").into_iter().chain(rows("card-png-v3")) {
        let (bytes, name) = read(&path);
        let card = import(&bytes, &name).unwrap();
        let charx = card.export(&bytes, Form::Charx, Spec::V3).unwrap();
        let again = import(&charx.bytes, &name).unwrap();
        let (old, new) = (card.portrait(&bytes).unwrap(), again.portrait(&charx.bytes).unwrap());
        assert!(new.len() <= old.len() && new.len() > 1000, "{name}");
        covered += 1;
    }
    println!("{covered} pictures of ../shared");
}
