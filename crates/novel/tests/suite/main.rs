//! What the room promises: over small fixtures of our own, over damaged ones, and over real games where they are at hand.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod archives;
mod branches;
mod chatnvl;
mod chats;
mod datasets;
mod encodings;
mod engines;
mod hostile;
mod kag;
mod menus;
mod nscripter;
mod renpy;
mod renpy_truth;
mod shared_files;
mod splits;
mod wild;

use std::path::{Path, PathBuf};

use novel::{File, Folder, Kind, Line, Novel, read_folder};

/// The folder of real files, if this checkout has it beside itself.
fn shared() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/novels");
    folder.is_dir().then_some(folder)
}

/// A path in `tests/fixtures`; `tests/make_fixtures.py` makes them.
fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

/// Reads a fixture, a folder or a file, with its translations.
fn read(name: &str) -> Novel {
    Novel::read(read_folder(&fixture(name)).unwrap(), true)
}

/// Reads one text as a file of that name.
fn read_text(path: &str, text: &str) -> Novel {
    let file = File { path: path.to_owned(), bytes: text.as_bytes().to_vec() };
    Novel::read(Folder { files: vec![file], ..Folder::default() }, true)
}

/// A row in one line: `name: plain`, `(plain)` for narration, `> plain` for a choice.
fn brief(line: &Line) -> String {
    match (line.kind, &line.speaker) {
        (Kind::Choice, _) => format!("> {}", line.plain),
        (_, Some(speaker)) => format!("{speaker}: {}", line.plain),
        (Kind::Say, None) => format!("?: {}", line.plain),
        (Kind::Narration, None) => format!("({})", line.plain),
    }
}

fn briefs(novel: &Novel) -> Vec<String> {
    novel.lines.iter().map(brief).collect()
}
