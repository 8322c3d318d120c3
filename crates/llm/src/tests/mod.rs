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
mod llama_cpp;
mod others;
mod reference;
mod shipped;
mod table;

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use candle_core::Device;
use candle_core::quantized::GgmlDType;

use crate::decoder::CacheFormat;
use crate::model::Model;
use crate::session::Session;
use crate::synthetic::{self, Shape};

/// Every format that matrices are multiplied in.
pub(crate) const FORMATS: [GgmlDType; 13] = [
    GgmlDType::F32,
    GgmlDType::F16,
    GgmlDType::BF16,
    GgmlDType::Q4_0,
    GgmlDType::Q4_1,
    GgmlDType::Q5_0,
    GgmlDType::Q5_1,
    GgmlDType::Q8_0,
    GgmlDType::Q2K,
    GgmlDType::Q3K,
    GgmlDType::Q4K,
    GgmlDType::Q5K,
    GgmlDType::Q6K,
];

/// A model of noise in a folder that goes away with the returned guard.
fn noise(shape: &Shape) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("noise.gguf");
    synthetic::write(&path, shape, 1).unwrap();
    (folder, path)
}

thread_local! {
    /// Where [`load`] puts a model: `None` is our own kernels.
    static DEVICE: RefCell<Option<Device>> = const { RefCell::new(None) };
}

/// Where candle's tensors are tested: on its processor backend, or on the device that `HANASHI_DEVICE` names (`cuda:0`, `metal`).
pub(crate) fn other_device() -> Device {
    std::env::var("HANASHI_DEVICE").map_or(Device::Cpu, |name| {
        let found = crate::devices::find(name.parse().unwrap()).swap_remove(0);
        found.unwrap_or_else(|reason| panic!("{reason}")).0
    })
}

/// Runs a test with our own kernels, and once more in candle's tensors, so that a card is held to the same references.
fn everywhere(test: impl Fn()) {
    for device in [None, Some(other_device())] {
        println!("on {device:?}");
        DEVICE.replace(device);
        test();
    }
    DEVICE.replace(None);
}

/// A model, where the running test wants it.
fn load(path: &Path, context: usize) -> Model {
    let device = DEVICE.with_borrow(Clone::clone);
    Model::load_on(path, context, None, device.as_ref(), &mut |_| {}).unwrap()
}

/// With a cache of full floats, so that results can be compared closely.
fn session(path: &Path) -> Session {
    Session::new(Arc::new(load(path, 4096)), CacheFormat::F32).unwrap()
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
