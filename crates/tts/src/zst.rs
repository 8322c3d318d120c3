//! Bounded decompression of the dictionaries that ship compressed.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use crate::TtsError;

/// Reads a `.zst` file whole; more than `limit` bytes of content means that it is not ours.
pub(crate) fn read(path: &Path, what: &'static str, limit: usize) -> Result<Vec<u8>, TtsError> {
    let damaged = |reason: String| TtsError::Damaged { what, path: path.to_path_buf(), reason };
    let file = File::open(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => TtsError::Missing {
            what,
            path: path.to_path_buf(),
            remedy: "install the app again: this file comes with it",
        },
        _ => damaged(error.to_string()),
    })?;
    let decoder = ruzstd::decoding::StreamingDecoder::new(BufReader::new(file))
        .map_err(|error| damaged(error.to_string()))?;
    let mut bytes = Vec::new();
    decoder
        .take(limit as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| damaged(error.to_string()))?;
    if bytes.len() > limit {
        return Err(damaged(format!("more than {limit} bytes of content")));
    }
    Ok(bytes)
}
