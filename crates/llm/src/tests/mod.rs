//! Tests of the whole room over real and made-up files.

mod adapters;
mod cache;
mod candidates;
mod drafting;
mod engine;
mod families;
mod golden;
mod hostile;
mod kept;
mod others;
mod reference;
mod shipped;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::decoder::CacheFormat;
use crate::model::Model;
use crate::session::Session;
use crate::synthetic::{self, Shape};

/// A model of noise in a folder that goes away with the returned guard.
fn noise(shape: &Shape) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("noise.gguf");
    synthetic::write(&path, shape, 1).unwrap();
    (folder, path)
}

/// With a cache of full floats, so that results can be compared closely.
fn session(path: &Path) -> Session {
    Session::new(Arc::new(Model::load(path, 4096, None, &mut |_| {}).unwrap()), CacheFormat::F32)
}

/// A fixture of this crate (`tests/fixtures/make.py` makes them).
pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

/// A file or folder among the sample files beside the repository.
fn shared(path: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(path);
    path.exists().then_some(path)
}
