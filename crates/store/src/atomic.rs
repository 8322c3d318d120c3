//! Writing a file so that a crash or a full disk leaves either the old content or the new one, never a torn file.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

pub use vault::sync_file;

use crate::Error;

/// Replaces the content of `path`: a temporary file beside it is written, flushed to the disk, and renamed over it.
///
/// # Errors
/// [`Error::Io`]; the old file is untouched then, and the temporary one is gone.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // In the same folder, so that the rename cannot cross a file system; the process id keeps two writers apart.
    let temporary = folder.join(format!(".{name}.{}.tmp", std::process::id()));
    let written = write_through(&temporary, bytes)
        .and_then(|()| fs::rename(&temporary, path).map_err(Error::io("replace", path)));
    if written.is_err() {
        // The error that matters is the first one.
        let _ = fs::remove_file(&temporary);
        return written;
    }
    sync_folder(folder);
    Ok(())
}

/// [`write`], encrypted where the data folder is: for whatever tells of the person. [`vault::read`] reads it.
///
/// # Errors
/// [`Error::Io`], of the kind `PermissionDenied` in a locked folder.
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let bytes = vault::seal_for(path, bytes).map_err(Error::io("encrypt", path))?;
    write(path, &bytes)
}

/// Writes a new file and waits until it is on the disk.
pub(crate) fn write_through(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let mut file = File::create(path).map_err(Error::io("create", path))?;
    file.write_all(bytes).map_err(Error::io("write", path))?;
    file.sync_all().map_err(Error::io("write", path))
}

/// Makes a rename durable. Only Unix can open a folder; elsewhere the file system sees to it.
pub fn sync_folder(folder: &Path) {
    if cfg!(unix) {
        match File::open(folder).and_then(|folder| folder.sync_all()) {
            Ok(()) => {}
            Err(error) => {
                tracing::debug!(%error, folder = %folder.display(), "the folder could not be synced");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_new_content_replaces_the_old_and_nothing_else_stays() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.toml");
        write(&file, b"one").unwrap();
        write(&file, b"two").unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"two");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_failure_keeps_the_old_content() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.toml");
        fs::create_dir(&file).unwrap();
        fs::write(file.join("inside"), b"kept").unwrap();
        assert!(write(&file, b"two").is_err(), "a folder cannot be replaced by a file");
        assert_eq!(fs::read(file.join("inside")).unwrap(), b"kept");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file stays");
    }
}
