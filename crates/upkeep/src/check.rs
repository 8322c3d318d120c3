//! Are the databases sound, and what to do where one is not: what can be made again is set aside, the conversations come back
//! from the newest sound copy. What is set aside stays on the disk.

use std::path::{Path, PathBuf};

use serde::Serialize;
use store::Dirs;

use crate::Error;
use crate::archive::{alone, with_suffix};

/// How a database is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Every page and index is sound.
    Sound,
    /// This is wrong with it.
    Damaged(String),
    /// The data folder is encrypted, and its key is not here.
    Locked,
    /// It was damaged and is now made again by the program, or was brought back from this copy.
    Mended {
        /// Where the damaged one lies now.
        aside: PathBuf,
        /// What took its place, where something did.
        from: Option<PathBuf>,
    },
}

/// What was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Which file.
    pub path: PathBuf,
    /// How it is.
    pub state: State,
}

/// Reads every page and index of every database of a data folder. Changes nothing, and may run beside the program.
pub fn check(dirs: &Dirs) -> Vec<Finding> {
    databases(dirs)
        .into_iter()
        .map(|path| {
            let state = match sound(&path) {
                _ if vault::seal_of(&path).is_err() => State::Locked,
                Ok(()) => State::Sound,
                Err(why) => State::Damaged(why),
            };
            Finding { path, state }
        })
        .collect()
}

/// [`check`], and then puts right what is damaged.
///
/// # Errors
/// [`Error::Store`] where the program is running.
pub fn mend(dirs: &Dirs) -> Result<Vec<Finding>, Error> {
    let _lock = alone(dirs)?;
    check(dirs)
        .into_iter()
        .map(|finding| match finding.state {
            State::Damaged(_) => {
                let state = replace(dirs, &finding.path)?;
                Ok(Finding { state, ..finding })
            }
            _ => Ok(finding),
        })
        .collect()
}

fn replace(dirs: &Dirs, path: &Path) -> Result<State, Error> {
    let stamp = jiff::Timestamp::now().strftime("%Y-%m-%dT%H-%M-%SZ");
    let aside = with_suffix(path, &format!(".damaged-{stamp}"));
    // The copy is made first: while there is none, the damaged one stays where it is.
    let from = if path == dirs.database() {
        let copy = copies(dirs).into_iter().rev().find(|copy| sound(copy).is_ok());
        let Some(copy) = copy else {
            return Ok(State::Damaged(
                "there is no sound copy in `backups` to bring back; nothing was changed".to_owned(),
            ));
        };
        let new = with_suffix(path, ".new");
        match vault::seal_of(path)? {
            // A copy from before the encryption: nothing plain is put in its place.
            vault::Seal::Sealed(key) if vault::is_plain_database(&copy) => {
                vault::convert((&copy, None), (&new, Some(key.as_ref())))?;
            }
            _ => {
                std::fs::copy(&copy, &new).map_err(Error::io("copy", &copy))?;
            }
        }
        store::atomic::sync_file(&new).map_err(Error::io("write", &new))?;
        Some((copy, new))
    } else {
        None
    };
    std::fs::rename(path, &aside).map_err(Error::io("rename", path))?;
    // A journal belongs to its database: a new one must not find it.
    for suffix in ["-wal", "-shm"] {
        let journal = with_suffix(path, suffix);
        if journal.exists() {
            let away = with_suffix(&aside, suffix);
            std::fs::rename(&journal, &away).map_err(Error::io("rename", &journal))?;
        }
    }
    if let Some((_, new)) = &from {
        std::fs::rename(new, path).map_err(Error::io("rename", new))?;
    }
    store::atomic::sync_folder(dirs.root());
    Ok(State::Mended { aside, from: from.map(|(copy, _)| copy) })
}

/// The databases directly in a data folder.
fn databases(dirs: &Dirs) -> Vec<PathBuf> {
    sqlite_files(dirs.root())
}

/// Copies of the conversations, the oldest first.
fn copies(dirs: &Dirs) -> Vec<PathBuf> {
    sqlite_files(&dirs.backups())
}

pub(crate) fn sqlite_files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut found: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.is_file() && path.extension().is_some_and(|e| e == "sqlite"))
        .collect();
    found.sort();
    found
}

/// Fails with the first thing that does not fit.
fn sound(path: &Path) -> Result<(), String> {
    let run = || -> rusqlite::Result<String> {
        let connection = vault::open_read_only(path)?;
        connection.busy_timeout(std::time::Duration::from_secs(5))?;
        connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
    };
    match run() {
        Ok(answer) if answer == "ok" => Ok(()),
        Ok(answer) => Err(answer),
        Err(error) => Err(error.to_string()),
    }
}

/// Copies a database as of one moment, whoever else is writing it.
pub(crate) fn copy_database(from: &Path, to: &Path) -> Result<(), Error> {
    let run = || -> rusqlite::Result<()> {
        let connection = vault::open_read_only(from)?;
        connection.busy_timeout(std::time::Duration::from_secs(5))?;
        connection.execute("VACUUM INTO ?1", [to.to_string_lossy()]).map(drop)
    };
    if to.exists() {
        std::fs::remove_file(to).map_err(Error::io("remove", to))?;
    }
    run().map_err(|why| Error::Damaged { path: from.to_owned(), why: why.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{CharacterId, Log};
    use store::{EventLog, Lock};

    #[test]
    fn a_damaged_database_comes_back_from_its_newest_sound_copy() {
        let folder = tempfile::tempdir().unwrap();
        let dirs = Dirs::at(folder.path());
        let log = EventLog::open(&dirs, Lock::acquire(&dirs).unwrap()).unwrap();
        log.begin(&CharacterId("koto".into()), "kept").unwrap();
        log.back_up(3).unwrap();
        drop(log);
        assert!(check(&dirs).iter().all(|finding| finding.state == State::Sound));

        // A newer copy that is damaged itself must not be taken.
        std::fs::write(dirs.backups().join("hanashi-9999-daily.sqlite"), b"not a database")
            .unwrap();
        let mut bytes = std::fs::read(dirs.database()).unwrap();
        let middle = bytes.len() / 2;
        bytes[4096..middle].fill(0x5a);
        std::fs::write(dirs.database(), &bytes).unwrap();
        std::fs::write(folder.path().join("memory.sqlite"), b"rubbish that is no database")
            .unwrap();

        assert!(check(&dirs).iter().all(|finding| matches!(finding.state, State::Damaged(_))));
        let mended = mend(&dirs).unwrap();
        for finding in &mended {
            let State::Mended { aside, from } = &finding.state else { panic!("{finding:?}") };
            assert!(aside.is_file());
            assert_eq!(from.is_some(), finding.path == dirs.database());
        }
        let log = EventLog::open(&dirs, Lock::acquire(&dirs).unwrap()).unwrap();
        assert_eq!(log.conversations().unwrap()[0].title, "kept");
        assert!(!folder.path().join("memory.sqlite").exists());
    }

    #[test]
    fn without_a_copy_nothing_is_changed() {
        let folder = tempfile::tempdir().unwrap();
        let dirs = Dirs::at(folder.path());
        dirs.create().unwrap();
        std::fs::write(dirs.database(), b"not a database, but perhaps somebody can read it")
            .unwrap();
        let found = mend(&dirs).unwrap();
        assert!(matches!(found[0].state, State::Damaged(_)), "{found:?}");
        assert!(dirs.database().is_file());
    }

    #[test]
    fn nothing_is_mended_while_the_program_runs() {
        let folder = tempfile::tempdir().unwrap();
        let dirs = Dirs::at(folder.path());
        let _lock = Lock::acquire(&dirs).unwrap();
        assert!(matches!(mend(&dirs), Err(Error::Store(_))));
    }
}
