//! What the room promises, over the project's own cards, over generated ones, over damaged ones, and over real ones where they are.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod dialects;
mod export;
mod forms;
mod hostile;
mod import;
mod independent;
mod keep;
mod members;
mod packs;
mod round_trip;
mod shared;

use std::path::Path;

/// A file of `tests/fixtures`; `examples/make_fixtures.rs` makes them.
fn fixture(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn imported(name: &str) -> card::Imported {
    card::import(&fixture(name), name).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Every fixture that is a card, by its name in `fixtures/INDEX.tsv`.
fn cards() -> Vec<String> {
    index().into_iter().filter(|(kind, _)| kind != "refused").map(|(_, name)| name).collect()
}

/// Kind and name of every fixture.
fn index() -> Vec<(String, String)> {
    let index = String::from_utf8(fixture("INDEX.tsv")).expect("an index in UTF-8");
    let row = |line: &str| {
        let mut columns = line.split('\t');
        Some((columns.next()?.to_owned(), columns.next()?.to_owned()))
    };
    index.lines().skip(1).filter_map(row).collect()
}

fn warned(card: &card::Imported) -> Vec<&str> {
    card.warnings.iter().map(|warning| warning.field.as_str()).collect()
}
