//! Any bytes as a model's weights (GGUF, safetensors, PyTorch's pickles): tensors, or an error. Nothing in a pickle is run.

use weights::Checkpoint;

/// Returns, whatever `data` is.
pub(crate) fn any_bytes(data: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let path = folder.path().join("model.bin");
    std::fs::write(&path, data).expect("a temporary file");
    let Ok(file) = Checkpoint::open(&path) else { return };
    for name in file.names() {
        let _numbers = file.floats(name);
    }
}
