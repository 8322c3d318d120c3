//! What the room promises, over the project's own cards, over generated ones, over damaged ones, and over real ones where they are.

mod export;
mod hostile;
mod import;
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

fn warned(card: &card::Imported) -> Vec<&str> {
    card.warnings.iter().map(|warning| warning.field.as_str()).collect()
}
