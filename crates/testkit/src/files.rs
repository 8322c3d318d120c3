//! What stands in files, for tests of what is to be gone from them.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The files of a folder, with those in its folders, that hold a word, whatever its case.
///
/// # Panics
/// Where one of them cannot be read: nothing is said of it then.
pub fn holding(folder: &Path, word: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder of a test") {
        let path = entry.expect("an entry of a folder").path();
        if path.is_dir() {
            found.extend(holding(&path, word));
            continue;
        }
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            // A journal, or what a file was written to before it got its name.
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(error) => panic!("{}: {error}", path.display()),
        };
        if bytes.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes())) {
            found.push(path);
        }
    }
    found
}
