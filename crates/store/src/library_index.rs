//! An index over the library, so that thousands of characters open and are searched without reading their cards.
//!
//! It is a cache and nothing else: a SQLite file that may be deleted at any time and is made again from the folders. What it knows of
//! a card (name, tags, text) comes from a caller who can read cards; this room only notices which folders are new or changed. The
//! rows, texts included, are held in memory: a search is a scan for substrings, which finds parts of words in every language and
//! takes milliseconds for tens of megabytes.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{SystemTime, UNIX_EPOCH};

use domain::{CharacterId, Millis};
use rusqlite::{Connection, OptionalExtension, named_params};

use crate::library_search::Row;
use crate::{CharacterFolder, Error, Library};

/// Longest text of one card that is searched, in bytes of UTF-8; what follows is not found.
pub const MAX_TEXT_BYTES: usize = 64 << 10;

/// Cards that are read before the rows so far are written and shown.
const BATCH: usize = 128;

/// `PRAGMA user_version`: another number means another shape, and the file is made anew.
const SHAPE: i64 = 1;

const TABLES: &str = "
CREATE TABLE cards (id TEXT PRIMARY KEY, stamp TEXT NOT NULL, card TEXT NOT NULL, text TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE portraits (id TEXT PRIMARY KEY, stamp TEXT NOT NULL, bytes BLOB NOT NULL) STRICT;
";

/// What is known of a card without reading it.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Card {
    /// Folder name.
    pub id: String,
    /// Came with the app.
    pub built_in: bool,
    /// Full name.
    pub name: String,
    /// Who made it.
    pub creator: String,
    /// One or two sentences.
    pub tagline: String,
    /// Tags as they are written.
    pub tags: Vec<String>,
    /// How many greetings there are.
    pub greetings: u32,
    /// How many lorebook entries there are.
    pub lore_entries: u32,
    /// Has a rigged puppet.
    pub puppet: bool,
    /// Unix time of the folder's making, in milliseconds.
    pub added_at: Millis,
    /// A digest of the card file, to recognise the same file again.
    pub digest: String,
}

/// What a caller read of a card.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reading {
    /// What lists show; `id`, `built_in` and `added_at` are filled in here.
    pub card: Card,
    /// Everything else that a search should find.
    pub text: String,
}

/// What changed in the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Synced {
    /// Cards that were read, because they are new or another file.
    pub read: usize,
    /// Cards that are gone.
    pub removed: usize,
    /// Cards that could not be read; they are not in the index.
    pub unreadable: usize,
}

/// The index. Cheap to share: every method takes `&self`.
#[derive(Debug)]
pub struct LibraryIndex {
    path: PathBuf,
    /// Files that a card may be, the first that exists counts.
    card_files: &'static [&'static str],
    connection: Mutex<Connection>,
    pub(crate) rows: RwLock<HashMap<String, Arc<Row>>>,
    /// One synchronisation at a time.
    syncing: Mutex<()>,
}

impl LibraryIndex {
    /// Opens the index, and makes it anew where it is not there, damaged or of another version.
    ///
    /// # Errors
    /// [`Error::Sqlite`] where it cannot be made either.
    pub fn open(path: &Path, card_files: &'static [&'static str]) -> Result<Self, Error> {
        let failed = |source| Error::Sqlite { path: path.to_owned(), source };
        let opened = connect(path).and_then(|connection| {
            let rows = load(&connection)?;
            Ok((connection, rows))
        });
        let (connection, rows) = match opened {
            Ok(opened) => opened,
            Err(error) => {
                tracing::info!(%error, "the library's index is made anew");
                for ending in ["", "-wal", "-shm"] {
                    let mut file = path.as_os_str().to_owned();
                    file.push(ending);
                    // It may not have been there; what matters is whether the next line can make it.
                    let _ = fs::remove_file(file);
                }
                (create(path).map_err(failed)?, HashMap::new())
            }
        };
        Ok(Self {
            path: path.to_owned(),
            card_files,
            connection: Mutex::new(connection),
            rows: RwLock::new(rows),
            syncing: Mutex::new(()),
        })
    }

    /// Brings the index to what is on the disk. Only cards that are new or changed are read; `more` is called whenever rows became
    /// visible and answers false to stop early (the rest is done the next time).
    ///
    /// # Errors
    /// [`Error::Sqlite`]; the rows in memory are right all the same.
    pub fn sync(
        &self,
        library: &Library,
        read: &dyn Fn(&CharacterFolder) -> Option<Reading>,
        more: &mut dyn FnMut() -> bool,
    ) -> Result<Synced, Error> {
        let _one = self.syncing.lock().unwrap_or_else(PoisonError::into_inner);
        let folders = library.list();
        let mut synced = Synced::default();
        let known: HashSet<&str> = folders.iter().map(|folder| folder.id.0.as_str()).collect();
        let gone: Vec<String> =
            self.rows().keys().filter(|id| !known.contains(id.as_str())).cloned().collect();
        synced.removed = gone.len();
        self.forget(&gone)?;
        let mut fresh = Vec::new();
        for folder in &folders {
            match self.outdated(folder) {
                None => continue,
                Some(stamp) => match read(folder) {
                    Some(reading) => fresh.push((stamp, complete(folder, reading))),
                    None => synced.unreadable += 1,
                },
            }
            if fresh.len() == BATCH {
                synced.read += fresh.len();
                self.keep(std::mem::take(&mut fresh))?;
                if !more() {
                    return Ok(synced);
                }
            }
        }
        synced.read += fresh.len();
        if !fresh.is_empty() {
            self.keep(fresh)?;
        }
        if synced.read + synced.removed > 0 {
            more();
        }
        Ok(synced)
    }

    /// Brings one character up to date: after an import, an edit, a removal.
    ///
    /// # Errors
    /// [`Error::Sqlite`].
    pub fn refresh(
        &self,
        library: &Library,
        id: &CharacterId,
        read: &dyn Fn(&CharacterFolder) -> Option<Reading>,
    ) -> Result<(), Error> {
        let Ok(folder) = library.find(id) else { return self.forget(std::slice::from_ref(&id.0)) };
        // Read whatever the stamp says: two writes within one tick of the file system's clock look the same.
        match (self.stamp(&folder), read(&folder)) {
            (Some(stamp), Some(reading)) => self.keep(vec![(stamp, complete(&folder, reading))]),
            _ => self.forget(std::slice::from_ref(&id.0)),
        }
    }

    /// A card by its id.
    pub fn get(&self, id: &str) -> Option<Arc<Card>> {
        self.rows().get(id).map(|row| Arc::clone(&row.card))
    }

    /// How many cards there are.
    pub fn len(&self) -> usize {
        self.rows().len()
    }

    /// True where there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The small picture that was made of the card as it is now; empty where it has none, `None` where nobody has made it yet.
    ///
    /// # Errors
    /// [`Error::Sqlite`].
    pub fn portrait(&self, id: &str) -> Result<Option<Vec<u8>>, Error> {
        self.connection()
            .prepare_cached(
                "SELECT bytes FROM portraits JOIN cards USING (id) WHERE id = ?1 AND portraits.stamp = cards.stamp",
            )
            .and_then(|mut query| query.query_row([id], |row| row.get(0)).optional())
            .map_err(|source| self.failed(source))
    }

    /// Keeps a small picture of the card as it is now.
    ///
    /// # Errors
    /// [`Error::Sqlite`].
    pub fn keep_portrait(&self, id: &str, bytes: &[u8]) -> Result<(), Error> {
        self.connection()
            .prepare_cached(
                "INSERT OR REPLACE INTO portraits (id, stamp, bytes) SELECT id, stamp, ?2 FROM cards WHERE id = ?1",
            )
            .and_then(|mut insert| insert.execute((id, bytes)))
            .map(drop)
            .map_err(|source| self.failed(source))
    }

    pub(crate) fn rows(&self) -> std::sync::RwLockReadGuard<'_, HashMap<String, Arc<Row>>> {
        self.rows.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn failed(&self, source: rusqlite::Error) -> Error {
        Error::Sqlite { path: self.path.clone(), source }
    }

    /// The stamp of a folder that has to be read; `None` where the index knows it as it is, or where it holds no card.
    fn outdated(&self, folder: &CharacterFolder) -> Option<String> {
        let stamp = self.stamp(folder)?;
        match self.rows().get(&folder.id.0) {
            Some(row) if row.stamp == stamp && row.card.built_in == folder.built_in => None,
            _ => Some(stamp),
        }
    }

    /// Size and time of the card, and the time of the folder (a puppet came or went).
    fn stamp(&self, folder: &CharacterFolder) -> Option<String> {
        let of = |path: &Path| {
            let data = fs::metadata(path).ok()?;
            Some((data.len(), nanoseconds(data.modified().ok()?)))
        };
        let (_, changed) = of(&folder.path)?;
        let found = self
            .card_files
            .iter()
            .find_map(|file| of(&folder.path.join(file)).map(|data| (file, data)));
        let (file, (length, written)) = found?;
        Some(format!("{file} {length} {written} {changed}"))
    }

    fn keep(&self, fresh: Vec<(String, Reading)>) -> Result<(), Error> {
        let write = |connection: &mut Connection| {
            let transaction = connection.transaction()?;
            {
                let mut insert = transaction.prepare_cached(
                    "INSERT OR REPLACE INTO cards (id, stamp, card, text) VALUES (:id, :stamp, :card, :text)",
                )?;
                for (stamp, reading) in &fresh {
                    // A card has text and numbers only, so it can always be written.
                    let card = serde_json::to_string(&reading.card).unwrap_or_default();
                    insert.execute(named_params! {
                        ":id": reading.card.id, ":stamp": stamp, ":card": card, ":text": reading.text,
                    })?;
                }
            }
            transaction.commit()
        };
        let written = write(&mut self.connection()).map_err(|source| self.failed(source));
        let mut rows = self.rows.write().unwrap_or_else(PoisonError::into_inner);
        for (stamp, Reading { card, text }) in fresh {
            rows.insert(card.id.clone(), Arc::new(Row::new(stamp, card, text)));
        }
        written
    }

    fn forget(&self, ids: &[String]) -> Result<(), Error> {
        if ids.is_empty() {
            return Ok(());
        }
        let delete = |connection: &mut Connection| {
            let transaction = connection.transaction()?;
            for table in ["cards", "portraits"] {
                let mut delete =
                    transaction.prepare_cached(&format!("DELETE FROM {table} WHERE id = ?1"))?;
                for id in ids {
                    delete.execute([id])?;
                }
            }
            transaction.commit()
        };
        let deleted = delete(&mut self.connection()).map_err(|source| self.failed(source));
        let mut rows = self.rows.write().unwrap_or_else(PoisonError::into_inner);
        for id in ids {
            rows.remove(id);
        }
        deleted
    }
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let connection = vault::open(path)?;
    // A cache need not survive a power cut; it must only never be half right, which the journal sees to.
    connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;")?;
    let shape: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if shape != SHAPE {
        return Err(rusqlite::Error::InvalidQuery);
    }
    Ok(connection)
}

fn create(path: &Path) -> rusqlite::Result<Connection> {
    let connection = vault::open(path)?;
    connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;")?;
    connection.execute_batch(TABLES)?;
    connection.pragma_update(None, "user_version", SHAPE)?;
    Ok(connection)
}

fn load(connection: &Connection) -> rusqlite::Result<HashMap<String, Arc<Row>>> {
    let mut query = connection.prepare("SELECT stamp, card, text FROM cards")?;
    let rows = query.query_map([], |row| {
        let (stamp, card, text): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let card: Card =
            serde_json::from_str(&card).map_err(|error| crate::derive::unreadable(1, error))?;
        Ok((card.id.clone(), Arc::new(Row::new(stamp, card, text))))
    })?;
    rows.collect()
}

/// Fills in what the folder says, and bounds and folds what is searched.
fn complete(folder: &CharacterFolder, mut reading: Reading) -> Reading {
    reading.card.id.clone_from(&folder.id.0);
    reading.card.built_in = folder.built_in;
    reading.card.added_at = fs::metadata(&folder.path)
        .and_then(|data| data.created().or_else(|_| data.modified()))
        .map(|time| nanoseconds(time) / 1_000_000)
        .unwrap_or_default();
    let end = reading.text.floor_char_boundary(MAX_TEXT_BYTES);
    reading.text = crate::fold(&reading.text[..end]);
    reading
}

fn nanoseconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH)
        .ok()
        .and_then(|since| u64::try_from(since.as_nanos()).ok())
        .unwrap_or_default()
}
