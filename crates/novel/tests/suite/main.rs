//! What the room promises: over small fixtures of our own, over damaged ones, and over real games where they are at hand.

mod renpy_truth;

use std::path::{Path, PathBuf};

/// The folder of real files, if this checkout has it beside itself.
fn shared() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/novels");
    folder.is_dir().then_some(folder)
}
