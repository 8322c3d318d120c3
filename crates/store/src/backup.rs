//! Copies of the database: one a day, and one before every migration. A copy is made under another name and renamed when it
//! is complete, so that what lies in the folder can always be trusted.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rusqlite::Connection;

use crate::{Error, atomic};

/// Why a copy was made, as it stands in its name.
pub(crate) const DAILY: &str = "daily";
/// How long somebody else may be reading a copy.
const PATIENCE: Duration = Duration::from_secs(2);
/// Held while a copy is made, and while something is deleted from all: one that was begun before would still hold it.
static COPYING: Mutex<()> = Mutex::new(());

/// Copies `database` into the folder `backups` and gives the name of the copy.
pub(crate) fn make(database: &Path, backups: &Path, why: &str) -> Result<PathBuf, Error> {
    let _alone = COPYING.lock().unwrap_or_else(PoisonError::into_inner);
    fs::create_dir_all(backups).map_err(Error::io("create the folder", backups))?;
    // Sorts by time; milliseconds, so that two in a row differ.
    let stamp = jiff::Timestamp::now().strftime("%Y-%m-%dT%H-%M-%S-%3fZ");
    let copy = backups.join(format!("hanashi-{stamp}-{why}.sqlite"));
    let part = copy.with_extension("part");
    let sql = |source| Error::Sqlite { path: copy.clone(), source };
    let connection = vault::open_read_only(database).map_err(sql)?;
    let made = connection
        .execute("VACUUM INTO ?1", [part.to_string_lossy()])
        .map_err(sql)
        .and_then(|_| {
            atomic::sync_file(&part).map_err(Error::io("write", &part))?;
            fs::rename(&part, &copy).map_err(Error::io("rename", &part))
        });
    if let Err(error) = made {
        // Half a copy is worth nothing; the error that matters is the first one.
        let _ = fs::remove_file(&part);
        return Err(error);
    }
    atomic::sync_folder(backups);
    Ok(copy)
}

/// All copies, the oldest first.
fn all(backups: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(backups) else { return Vec::new() };
    let mut copies: Vec<PathBuf> = entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with("hanashi-") && name.ends_with(".sqlite")
        })
        .collect();
    copies.sort();
    copies
}

/// Deletes something in every copy; answers those in which it could not be deleted. What is deleted leaves their files.
pub(crate) fn each(
    backups: &Path,
    mut change: impl FnMut(&mut Connection) -> rusqlite::Result<()>,
) -> Vec<PathBuf> {
    let _alone = COPYING.lock().unwrap_or_else(PoisonError::into_inner);
    let mut left = Vec::new();
    for copy in all(backups) {
        let made = fs::metadata(&copy).and_then(|metadata| metadata.modified());
        let mut in_copy = || -> rusqlite::Result<()> {
            let mut connection = vault::open(&copy)?;
            connection.busy_timeout(PATIENCE)?;
            connection.pragma_update(None, "secure_delete", true)?;
            connection.pragma_update(None, "foreign_keys", false)?;
            change(&mut connection)
        };
        if let Err(error) = in_copy() {
            tracing::warn!(%error, path = %copy.display(), "a copy still holds what was deleted");
            left.push(copy);
            continue;
        }
        // By this it is known when the next copy is due.
        let dated =
            made.and_then(|made| fs::File::options().write(true).open(&copy)?.set_modified(made));
        if let Err(error) = dated {
            tracing::debug!(%error, "a copy looks newer than it is");
        }
    }
    left
}

/// The newest copy.
pub(crate) fn newest(backups: &Path) -> Option<PathBuf> {
    all(backups).pop()
}

/// True where the newest copy is less than a day old.
pub(crate) fn is_fresh(backups: &Path) -> bool {
    newest(backups)
        .and_then(|copy| fs::metadata(copy).ok()?.modified().ok()?.elapsed().ok())
        .is_some_and(|age| age < Duration::from_hours(24))
}

/// Removes daily copies beyond the `keep` newest. Failing to is no reason to bother anybody.
pub(crate) fn prune(backups: &Path, keep: usize) {
    let mut daily = all(backups);
    daily.retain(|path| path.to_string_lossy().ends_with(&format!("-{DAILY}.sqlite")));
    let old = daily.len().saturating_sub(keep.max(1));
    for path in daily.drain(..old) {
        if let Err(error) = fs::remove_file(&path) {
            tracing::warn!(%error, path = %path.display(), "an old backup could not be removed");
        }
    }
}
