//! Small JSON files that a person's choices are kept in; encrypted where the data folder is.

use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Error;

/// Larger than any of them will ever be.
const MAX_BYTES: u64 = 16 << 20;

/// Reads a file; the default where there is none.
///
/// # Errors
/// [`Error::Io`]; [`Error::Invalid`] names the file and says what to do.
pub(crate) fn read<T: DeserializeOwned + Default>(path: &Path) -> Result<T, Error> {
    let bytes = match vault::read(path, MAX_BYTES) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(T::default()),
        other => other.map_err(Error::io("read", path))?,
    };
    serde_json::from_slice(&bytes).map_err(|error| {
        Error::Invalid(format!(
            "`{}` cannot be read ({error}); mend it, or move it away to begin anew",
            path.display()
        ))
    })
}

/// The content of a file.
pub(crate) fn bytes(value: &impl Serialize) -> Vec<u8> {
    // Text, numbers and maps with text keys: there is nothing that could not be written.
    serde_json::to_vec_pretty(value).unwrap_or_default()
}
