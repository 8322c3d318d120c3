//! Sound, damaged and hostile files of every container.

mod hostile;
mod sound;
mod split;

use std::path::{Path, PathBuf};

/// A fixture of this crate (`tests/fixtures/make.py` makes them).
fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}
