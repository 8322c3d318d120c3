//! Originals against exports, by a script that shares no code with this room (`tests/compare.py`). Needs Python; says so where there is
//! none.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use card::{Form, Spec, import};

/// Writes every card of a folder as V3 JSON and lets the script compare. Gives back the script's last line;
/// `None` where there is no Python.
fn compared(folder: &Path) -> Option<String> {
    let exports = tempfile::tempdir().expect("a folder for a while");
    for path in files(folder) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let bytes = fs::read(&path).expect(&name);
        if let Ok(card) = import(&bytes, &name) {
            let written = card.export(&bytes, Form::Json, Spec::V3).expect(&name);
            fs::write(exports.path().join(format!("{name}.json")), written.bytes).expect(&name);
        }
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/compare.py");
    let done = Command::new("python3").arg(script).args([exports.path(), folder]).output().ok()?;
    let told = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(done.status.success(), "{told}{}", String::from_utf8_lossy(&done.stderr));
    told.lines().last().map(str::to_owned)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.filter_map(Result::ok).map(|entry| entry.path());
    paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn a_script_of_its_own_finds_every_text_again() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/cards");
    for folder in [fixtures, shared].iter().filter(|folder| folder.is_dir()) {
        let Some(told) = compared(folder) else {
            return println!("not compared: there is no python3");
        };
        println!("{}: {told}", folder.display());
        assert!(told.ends_with("0 differences") && !told.starts_with("0 compared"), "{told}");
    }
}

/// The script is no use if it is blind: a card with a sentence missing must not pass.
#[test]
fn the_script_sees_what_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let exports = tempfile::tempdir().unwrap();
    let bytes = crate::fixture("agnai.json");
    fs::write(folder.path().join("agnai.json"), &bytes).unwrap();
    let mut card = import(&bytes, "agnai.json").unwrap();
    card.character.scenario.clear();
    let written = card.export(&bytes, Form::Json, Spec::V3).unwrap().bytes;
    fs::write(exports.path().join("agnai.json.json"), written).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/compare.py");
    let run = Command::new("python3").arg(script).args([exports.path(), folder.path()]).output();
    let Ok(done) = run else { return println!("not run: there is no python3") };
    assert!(!done.status.success() && String::from_utf8_lossy(&done.stdout).contains("scenario"));
}
