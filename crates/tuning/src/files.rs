//! Files that are whole or not there: written beside their place, synced, and renamed.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use candle_core::Tensor;

use crate::Error;

/// The name that something has until it is whole.
fn part_of(path: &Path) -> PathBuf {
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".part");
    path.with_file_name(name)
}

/// Makes what was renamed in a folder last. Not every system can sync folders; those that cannot do it by themselves.
pub(crate) fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _unsupported = folder.sync_all();
    }
}

/// Writes a file through `write`, which gets the path that it has meanwhile.
pub(crate) fn whole(
    path: &Path,
    write: impl FnOnce(&Path) -> Result<(), Error>,
) -> Result<(), Error> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(Error::write(path))?;
    }
    let part = part_of(path);
    let done = write(&part).and_then(|()| {
        File::open(&part).and_then(|file| file.sync_all()).map_err(Error::write(path))?;
        fs::rename(&part, path).map_err(Error::write(path))
    });
    if done.is_err() {
        let _gone = fs::remove_file(&part);
    }
    done
}

/// Writes a file of these bytes.
pub(crate) fn bytes(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    whole(path, |part| {
        File::create(part).and_then(|mut file| file.write_all(bytes)).map_err(Error::write(path))
    })
}

/// Writes a value as JSON.
pub(crate) fn json(path: &Path, value: &impl serde::Serialize) -> Result<(), Error> {
    let text = serde_json::to_vec_pretty(value)
        .map_err(|e| Error::settings(format!("it has no JSON form: {e}")))?;
    bytes(path, &text)
}

/// Writes tensors as safetensors, marked as PyTorch's, without which transformers refuses them.
pub(crate) fn tensors(path: &Path, tensors: &[(String, Tensor)]) -> Result<(), Error> {
    let marks = HashMap::from([("format".to_owned(), "pt".to_owned())]);
    whole(path, |part| {
        let list = tensors.iter().map(|(name, tensor)| (name.as_str(), tensor));
        safetensors::serialize_to_file(list, Some(marks), part).map_err(|error| {
            let source = match error {
                safetensors::SafeTensorError::IoError(source) => source,
                other => std::io::Error::other(other.to_string()),
            };
            Error::Io { path: path.to_owned(), doing: "written", source }
        })
    })
}

/// Fills a folder through `write`: the folder gets its name when everything in it is on the disk.
pub(crate) fn folder(
    path: &Path,
    write: impl FnOnce(&Path) -> Result<(), Error>,
) -> Result<(), Error> {
    let part = part_of(path);
    let _older = fs::remove_dir_all(&part);
    fs::create_dir_all(&part).map_err(Error::write(path))?;
    let done = write(&part).and_then(|()| {
        sync_folder(&part);
        remove(path);
        fs::rename(&part, path).map_err(Error::write(path))
    });
    if done.is_err() {
        let _gone = fs::remove_dir_all(&part);
    } else if let Some(parent) = path.parent() {
        sync_folder(parent);
    }
    done
}

/// Removes a folder so that no half of it is ever taken for the whole.
pub(crate) fn remove(folder: &Path) {
    let part = part_of(folder);
    let gone = part.with_extension("gone");
    if fs::rename(folder, &gone).is_ok() {
        // What cannot be removed has a name that nobody reads.
        let _left = fs::remove_dir_all(&gone);
    }
}

/// Removes what an interrupted writer left in a folder.
pub(crate) fn sweep(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with('.') && (name.ends_with(".part") || name.ends_with(".gone")) {
            let path = entry.path();
            let _left =
                if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        }
    }
}
