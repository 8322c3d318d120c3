//! Real cards, where the folder with them stands beside the project.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use card::{Error, Spec, import};

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> =
        entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
    files.sort();
    files
        .into_iter()
        .flat_map(|path| if path.is_dir() { self::files(&path) } else { vec![path] })
        .collect()
}

#[test]
fn real_cards_come_in_and_go_out_whole() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/cards");
    let mut counts: BTreeMap<String, (u32, u32, u32)> = BTreeMap::new();
    let mut covered = 0;
    for path in files(&root) {
        let kind = path.parent().unwrap().file_name().unwrap().to_string_lossy().into_owned();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let bytes = fs::read(&path).unwrap();
        let count = counts.entry(kind.clone()).or_default();
        covered += 1;
        let card = match import(&bytes, &name) {
            Ok(card) => card,
            Err(error) => {
                count.1 += 1;
                let chat_log = name.contains("_chat_");
                let ours = (kind.starts_with("json_") || kind.starts_with("png_")) && !chat_log;
                assert!(!ours, "{name}: {error}");
                assert!(
                    matches!(error, Error::NotYet { .. } | Error::NotACard { .. }),
                    "{name}: {error}"
                );
                assert!(!chat_log || error.to_string().contains("a chat log"), "{name}: {error}");
                continue;
            }
        };
        count.0 += 1;
        count.2 += card.warnings.len() as u32;
        assert!(!card.character.name.is_empty() && !card.character.greetings.is_empty(), "{name}");
        // Unedited: byte for byte; in the other forms: the same character.
        let again = import(&card.to_json(card.spec), &name).unwrap();
        assert_eq!((&again.character, &again.raw), (&card.character, &card.raw), "{name}");
        if card.picture.is_some() {
            let written = card.to_png(&bytes, card.spec).unwrap();
            assert_eq!(import(&written, &name).unwrap().character, card.character, "{name}");
            if card.spec != Spec::V3 && !bytes.windows(4).any(|window| window == b"ccv3") {
                assert!(written == bytes, "{name} changed without an edit");
            }
        }
        for spec in [Spec::V2, Spec::V3] {
            assert_eq!(
                import(&card.to_json(spec), &name).unwrap().character,
                card.character,
                "{name}"
            );
        }
    }
    println!("{covered} files of ../shared/cards; folder: (imported, refused by name, warnings)");
    for (kind, count) in counts {
        println!("  {kind}: {count:?}");
    }
}

#[test]
fn real_lorebooks_are_not_taken_for_characters() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/lorebooks");
    let files = files(&root);
    for path in &files {
        let name = path.file_name().unwrap().to_string_lossy();
        let error = import(&fs::read(path).unwrap(), &name).expect_err(&name);
        assert!(error.to_string().contains("a lorebook"), "{name}: {error}");
    }
    println!("{} files of ../shared/lorebooks", files.len());
}
