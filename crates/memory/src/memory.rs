//! The memory's file: opened, brought up to date, thrown away and made again.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};
use store::EventLog;
use vectors::Signs;

use crate::talked_about::Context;
use crate::{Error, extraction, forgetting, notes, schema, sync};

/// What of the file is kept in memory at most, in KiB with a minus before it: a question reads some thousand pages, half of them those
/// of the question before. What vault gives encrypted databases.
const CACHE: i64 = -16_000;

/// Records after which the index is put together at once.
const MANY: u64 = 10_000;
/// Pieces that the index may be in: each is asked by itself.
const PIECES: i64 = 4;

/// What is remembered. One value for all characters; calls are short (a [`Memory::sync`] of a whole log excepted) and may come from
/// any thread.
#[derive(Debug)]
pub struct Memory {
    connection: Mutex<Connection>,
    /// Vectors of the messages; empty without an encoder. Taken after `connection` where both are held.
    signs: Mutex<Signs>,
    path: PathBuf,
    /// The index was looked at since the start.
    tidied: AtomicBool,
}

/// How far [`Memory::sync`] has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Records of the log read by this call.
    pub records: u64,
    /// Nothing was left to read.
    pub complete: bool,
}

impl Memory {
    /// Opens the memory file, and makes it where there is none. A damaged one, or one of another version, is emptied: the next
    /// [`Memory::sync`] fills it again from the log.
    pub fn open(path: &Path) -> Result<Self, Error> {
        match Self::open_as_it_is(path) {
            Ok(memory) => Ok(memory),
            Err(error) if is_damage(&error) => {
                tracing::warn!(%error, "the memory is damaged and is made again");
                // What is there cannot be read, and the log has all of it. A copy is kept for people who look for what went wrong,
                // until something is to be forgotten.
                let aside = set_aside(path);
                if std::fs::rename(path, &aside).is_err() {
                    return Err(error_at(path)(error));
                }
                // Its journal belongs to it and must not be played into the new file.
                for end in ["-wal", "-shm"] {
                    let mut journal = path.as_os_str().to_owned();
                    journal.push(end);
                    match std::fs::remove_file(&journal) {
                        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                            tracing::warn!(%error, "a journal of the damaged memory stays");
                        }
                        _ => {}
                    }
                }
                Self::open_as_it_is(path).map_err(error_at(path))
            }
            Err(error) => Err(error_at(path)(error)),
        }
    }

    /// A memory that lives as long as the value.
    pub fn in_memory() -> Result<Self, Error> {
        let path = PathBuf::from(":memory:");
        let connection = Connection::open_in_memory().map_err(error_at(&path))?;
        schema::prepare(&connection).map_err(error_at(&path))?;
        Ok(Self {
            connection: Mutex::new(connection),
            signs: Mutex::default(),
            path,
            tidied: AtomicBool::default(),
        })
    }

    fn open_as_it_is(path: &Path) -> rusqlite::Result<Self> {
        let connection = vault::open(path)?;
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        // Derived data: a power cut may cost the last second, and the next start reads it from the log again.
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        connection.pragma_update(None, "secure_delete", true)?;
        connection.pragma_update(None, "cache_size", CACHE)?;
        schema::prepare(&connection)?;
        Ok(Self {
            connection: Mutex::new(connection),
            signs: Mutex::default(),
            path: path.to_owned(),
            tidied: AtomicBool::default(),
        })
    }

    /// Reads what the log has and the memory has not, what the person decided first: what is forgotten is not even read. Stops between
    /// two portions when `stop` says so; the next call goes on there.
    pub fn sync(&self, log: &EventLog, mut stop: impl FnMut() -> bool) -> Result<Progress, Error> {
        let mut progress = Progress::default();
        let mut context = Context::default();
        self.settle(log)?;
        while !stop() {
            // Its lock is given back before another is taken.
            let read = sync::portion(&mut self.lock(), log, &mut context, &self.path)?;
            match read {
                sync::Read::Records(0) => {
                    self.bring_back_retold(log)?;
                    progress.complete = true;
                    if progress.records >= MANY || !self.tidied.swap(true, Ordering::Relaxed) {
                        self.tidy()?;
                        self.find_again(log)?;
                        extraction::forget_strangers(&self.lock())
                            .map_err(|source| self.failed(source))?;
                    }
                    break;
                }
                sync::Read::Records(read) => progress.records += read,
                sync::Read::Anew => {
                    *self.signs() = Signs::default();
                    context = Context::default();
                    forgetting::wipe(&self.lock()).map_err(|source| self.failed(source))?;
                }
            }
        }
        Ok(progress)
    }

    /// Deletes the damaged memory that was set aside: whatever is to be gone, its pages may hold.
    ///
    /// # Errors
    /// [`Error::SetAside`] where it is there and stays.
    pub(crate) fn drop_set_aside(&self) -> Result<(), Error> {
        let path = set_aside(&self.path);
        match std::fs::remove_file(&path) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                Err(Error::SetAside { path, source })
            }
            _ => Ok(()),
        }
    }

    /// The memory's file.
    pub(crate) fn file(&self) -> &Path {
        &self.path
    }

    /// Puts the pieces of the full-text index together where it is in many. Half a second a million messages, in which whoever asks
    /// waits: so after much was read, and once a start.
    fn tidy(&self) -> Result<(), Error> {
        let connection = self.lock();
        let tidy = || -> rusqlite::Result<()> {
            let count = "SELECT count(DISTINCT segid) FROM texts_idx";
            if connection.query_row(count, [], |row| row.get::<_, i64>(0))? > PIECES {
                connection.execute("INSERT INTO texts (texts) VALUES ('optimize')", [])?;
            }
            Ok(())
        };
        tidy().map_err(|source| self.failed(source))
    }

    /// Forgets what conversations told; the next [`Memory::sync`] reads the log from its beginning. What the person decided (pins,
    /// corrections, what is to be forgotten) stays.
    pub fn rebuild(&self) -> Result<(), Error> {
        let empty = |connection: &mut Connection| -> rusqlite::Result<()> {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            schema::empty(&transaction)?;
            notes::index_all(&transaction)?;
            transaction.commit()
        };
        // Its lock is given back before another is taken.
        let emptied = empty(&mut self.lock());
        emptied.map_err(|source| self.failed(source))?;
        *self.signs() = Signs::default();
        Ok(())
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn signs(&self) -> MutexGuard<'_, Signs> {
        self.signs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn failed(&self, source: rusqlite::Error) -> Error {
        Error::Sqlite { path: self.path.clone(), source }
    }
}

/// Where a damaged memory is put.
fn set_aside(path: &Path) -> PathBuf {
    path.with_extension("damaged")
}

fn is_damage(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
    matches!(error.sqlite_error_code(), Some(DatabaseCorrupt | NotADatabase))
}

fn error_at(path: &Path) -> impl Fn(rusqlite::Error) -> Error {
    move |source| Error::Sqlite { path: path.to_owned(), source }
}
