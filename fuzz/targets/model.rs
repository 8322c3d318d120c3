//! Any bytes as a model: its shape and its vocabulary, or an error. A vocabulary that was read can be used.

use llm::{Anatomy, Vocabulary};
use weights::Checkpoint;

/// Returns, whatever `data` is.
pub(crate) fn any_bytes(data: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let path = folder.path().join("model.gguf");
    std::fs::write(&path, data).expect("a temporary file");
    let Ok(file) = Checkpoint::open(&path) else { return };
    let _shape = Anatomy::read(&file);
    if let Ok(vocabulary) = Vocabulary::read(&file) {
        let ids = vocabulary.encode("Hello, <|end|> 話し 123\n");
        let _text = vocabulary.decode(&ids);
    }
}
