//! Real books and cards, where they are at hand.

use std::path::{Path, PathBuf};

use lore::{Index, Scope, Settings, lorebook_v3, read, read_value};

use crate::try_it::{activate_books, said};

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut found: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] })
        .collect();
    found.sort();
    found
}

#[test]
fn real_books_are_read_and_lose_nothing() {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let (mut books, mut entries, mut fired) = (0, 0, 0);
    for path in files(&shared.join("lorebooks")) {
        let bytes = std::fs::read(&path).unwrap();
        let (book, warnings) =
            read(&bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert!(warnings.is_empty(), "{}: {warnings:?}", path.display());
        // Every entry's own words call it, unless it has none.
        for entry in book.entries.iter().filter(|entry| entry.enabled && !entry.selective) {
            let Some(key) = entry.keys.first() else { continue };
            let messages = said(&[key]);
            let chat = lore::Chat { messages: &messages, ..lore::Chat::default() };
            let outcome = activate_books(
                vec![(Scope::Global, book.clone())],
                Settings::default(),
                &chat,
                &lore::State::default(),
            );
            let place = book.entries.iter().position(|other| other.id == entry.id).unwrap();
            assert!(outcome.verdicts[place].fired, "{}: {key}", path.display());
            fired += 1;
        }
        let original: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        let written = lorebook_v3(&book).to_string();
        assert_eq!(
            read_value(&serde_json::from_str(&written).unwrap()).unwrap().0.entries.len(),
            book.entries.len()
        );
        for text in strings(&original) {
            assert!(
                written.contains(&serde_json::to_string(text).unwrap()),
                "{} lost {text:?}",
                path.display()
            );
        }
        let index = Index::new(vec![(Scope::Global, book)], Settings::default(), &lore::AsWritten);
        assert!(index.warnings().is_empty(), "{}: {:?}", path.display(), index.warnings());
        books += 1;
        entries += index.len();
    }
    let mut cards = 0;
    for path in files(&shared.join("cards")) {
        if path.extension().is_some_and(|ending| ending == "json")
            && let Ok(bytes) = std::fs::read(&path)
            && let Ok((book, _)) = read(&bytes)
        {
            let original: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
            assert_eq!(
                lorebook_v3(&book)["data"],
                original["data"]["character_book"],
                "{}",
                path.display()
            );
            cards += 1;
        }
    }
    println!(
        "{books} shared books with {entries} entries, {fired} of them called; {cards} cards with a book"
    );
    assert!(!shared.join("lorebooks").is_dir() || books > 0);
}

/// All texts of a value.
fn strings(value: &serde_json::Value) -> Vec<&str> {
    match value {
        serde_json::Value::String(text) => vec![text],
        serde_json::Value::Array(items) => items.iter().flat_map(strings).collect(),
        serde_json::Value::Object(fields) => fields.values().flat_map(strings).collect(),
        _ => Vec::new(),
    }
}
