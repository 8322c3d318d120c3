//! One copy of the app at a time: an operating-system lock on a file in the data folder. The system releases it when the
//! process ends, however it ends, so that a crash never leaves the data locked.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

use crate::{Dirs, Error};

/// The right to write into a data folder. [`EventLog::open`](crate::EventLog::open) asks for one.
#[derive(Debug)]
pub struct Lock {
    file: File,
    root: PathBuf,
}

impl Lock {
    /// Takes the lock, creating the data folder where it is missing. Does not wait.
    ///
    /// # Errors
    /// [`Error::Busy`] where another process (or another holder in this one) has it.
    pub fn acquire(dirs: &Dirs) -> Result<Self, Error> {
        dirs.create()?;
        let path = dirs.lock_file();
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(Error::io("open", &path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Error::Busy { root: dirs.root().to_owned(), pid: holder(&mut file) });
            }
            Err(TryLockError::Error(source)) => {
                return Err(Error::Io { action: "lock", path, source });
            }
        }
        // Only so that the message of the other process can name us; the lock is what counts, so a full disk is no reason to stop.
        let noted = file
            .set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| file.write_all(std::process::id().to_string().as_bytes()));
        if let Err(error) = noted {
            tracing::debug!(%error, "could not write the process id into the lock file");
        }
        Ok(Self { file, root: dirs.root().to_owned() })
    }

    /// The data folder that it is for.
    pub fn root(&self) -> &Path {
        &self.root
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing the file would do; this way it is released even where a child process inherited the handle.
        if let Err(error) = self.file.unlock() {
            tracing::debug!(%error, "could not release the lock file");
        }
    }
}

/// The process id in the lock file; on Windows a locked file cannot be read, then there is none.
fn holder(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.take(16).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Problem, ProblemKind};

    #[test]
    fn the_second_one_is_told_what_to_do_and_the_first_leaves_nothing_locked() {
        let folder = tempfile::tempdir().unwrap();
        let dirs = Dirs::at(folder.path());
        let first = Lock::acquire(&dirs).unwrap();
        let problem = Problem::from(Lock::acquire(&dirs).unwrap_err());
        assert_eq!(problem.kind, ProblemKind::Busy);
        assert!(problem.message.contains(&folder.path().display().to_string()), "{problem}");
        assert!(problem.remedy.contains("window that is open"), "{problem}");
        if cfg!(unix) {
            assert!(problem.message.contains(&std::process::id().to_string()), "{problem}");
        }
        drop(first);
        Lock::acquire(&dirs).unwrap();
    }
}
