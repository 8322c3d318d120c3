//! The library and the engine agree on what a model is; a small computer gets more than the model in the box.

use std::path::{Path, PathBuf};

use super::*;

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

#[test]
fn a_small_computer_is_recommended_a_model_with_a_context_that_fits_and_uses_it_so() {
    let home = tempfile::tempdir().unwrap();
    let paths = Paths {
        dirs: store::Dirs::at(home.path()),
        resources: Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."),
    };
    let of = |memory, asked: &Asked, settings: &Settings| {
        let mut machine = machine_of(llm::DeviceChoice::Processor, false);
        machine.gpus.clear();
        (machine.memory, machine.available) = (memory, memory);
        (machine.bandwidth, machine.cores) = (Some(10e9), 2);
        plan_on(&machine, &paths, settings, asked).unwrap()
    };
    let settings = Settings::default();
    let asked = Asked { language: Some(Lang::En), ..Asked::default() };
    let small = of(4_000_000_000, &asked, &settings);
    assert!(small.fits && small.set[0] != BUILT_IN_MODEL, "{:?}", small.reasons);
    let context = small.context.unwrap();
    assert!((2048..8192).contains(&context), "{context}");
    let said = |plan: &Plan, tokens: u64| {
        plan.reasons.iter().any(|one| one.text().contains(&format!("planned with {tokens}")))
    };
    assert!(said(&small, context));
    // What is brought to use is loaded with it; a length that a person has chosen stays.
    let mut used = settings.clone();
    mapping::apply(&mut used, use_of(&settings, "smollm2-360m", small.context));
    assert_eq!(u64::from(used.context_length), context);
    assert_eq!(used.chat_model, "smollm2-360m");
    let own = Settings { context_length: 3072, ..settings.clone() };
    assert_eq!(use_of(&own, "smollm2-360m", Some(3072)).writing, None);
    assert_eq!(of(4_000_000_000, &asked, &own).context, Some(3072));
    // Where there is room, nothing is shortened, and nothing is set.
    let large = of(16_000_000_000, &asked, &settings);
    assert!(large.context == Some(8192) && said(&large, 8192), "{:?}", large.reasons);
    assert_eq!(use_of(&settings, "any", large.context).writing, None);
    // Where nothing helps it is said of the usual one.
    let least = of(1_700_000_000, &asked, &settings);
    assert!(least.context == Some(8192) && least.set[0] == BUILT_IN_MODEL, "{:?}", least.set);
}
