//! The library and the engine agree on what a model is.

use std::path::{Path, PathBuf};

fn folders(of: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../llm/tests/fixtures").join(of);
    let entries = std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.join("config.json").is_file()).collect()
}

#[test]
fn what_the_library_takes_for_a_model_is_what_the_engine_loads() {
    let all: Vec<PathBuf> = ["families", "others"].into_iter().flat_map(folders).collect();
    assert!(all.len() >= 18, "{}", all.len());
    for path in all {
        let known = models::recognise(&path);
        let answers = llm::Answerer::recognises(&path);
        let encodes = matches!(known, Ok(models::Content::Encoder { .. }));
        let loads = if encodes {
            llm::Encoder::load(&path, None, None).is_ok()
        } else if answers {
            llm::Answerer::load(&path, None).is_ok()
        } else {
            llm::Engine::load(&path, &llm::Options::default(), |_| {}).is_ok()
        };
        assert_eq!(known.is_ok(), loads, "{}: {known:?}", path.display());
        if let Ok(models::Content::Folder { answers: whole, shape, .. }) = known {
            assert_eq!(whole, answers, "{}", path.display());
            assert!(shape.is_some(), "{} can be planned", path.display());
        }
    }
}
