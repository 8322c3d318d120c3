//! The index's file: opened, listed, what is in it taken out and put back.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::CharacterId;
use rusqlite::{Connection, Row};
use serde::Serialize;
use vectors::Signs;

use crate::schema::{DONE, LEFT_OUT, REFUSED};
use crate::{Error, meaning, schema};

/// All documents of a data folder. Calls may come from any thread; looking something up never waits for reading.
#[derive(Debug)]
pub struct Knowledge {
    pub(crate) writer: Mutex<Connection>,
    pub(crate) reader: Mutex<Connection>,
    /// Vectors of the passages; empty without an encoder. Taken after a connection where both are held.
    pub(crate) signs: Mutex<Signs>,
    pub(crate) path: PathBuf,
}

/// How a document is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Not read to its end yet; what was read is found.
    Reading,
    /// All of it is found.
    Ready,
    /// Nothing of it is found; [`Document::reason`] says why.
    Refused,
}

/// A document of the index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Document {
    /// Its number.
    pub id: i64,
    /// Its file.
    pub path: String,
    /// Whose it is; `None`: every character's.
    pub character: Option<String>,
    /// What it calls itself; else the file's name.
    pub title: String,
    /// `text`, `pdf`, …; empty where it was refused.
    pub format: String,
    /// Size of the file in bytes.
    pub size: u64,
    /// Text read, in bytes of UTF-8.
    pub text_bytes: u64,
    /// Passages.
    pub chunks: u64,
    /// How it is doing.
    pub state: State,
    /// Why it was refused, as a code ([`crate::Refusal::code`]); else empty.
    pub reason: String,
    /// Why it was refused, and what to do; else empty.
    pub message: String,
}

impl Knowledge {
    /// Opens the index, and makes it where there is none. What was taken out before and not put back goes for good.
    ///
    /// A damaged file is put aside (`….damaged`) and begun anew: the documents themselves are elsewhere.
    pub fn open(path: &Path) -> Result<Self, Error> {
        match Self::open_as_it_is(path) {
            Ok(knowledge) => Ok(knowledge),
            Err(error) if is_damage(&error) => {
                tracing::warn!(%error, "the index of documents is damaged and is begun anew");
                for end in ["", "-wal", "-shm"] {
                    let with = |middle: &str| {
                        let mut name = path.as_os_str().to_owned();
                        name.push(middle);
                        name.push(end);
                        PathBuf::from(name)
                    };
                    // Where it cannot be moved, opening it again says so.
                    let _moved = std::fs::rename(with(""), with(".damaged"));
                }
                Self::open_as_it_is(path).map_err(error_at(path))
            }
            Err(error) => Err(error_at(path)(error)),
        }
    }

    fn open_as_it_is(path: &Path) -> rusqlite::Result<Self> {
        let writer = connect(path)?;
        schema::prepare(&writer)?;
        let knowledge = Self {
            reader: Mutex::new(connect(path)?),
            writer: Mutex::new(writer),
            signs: Mutex::default(),
            path: path.to_owned(),
        };
        knowledge.purge_removed()?;
        Ok(knowledge)
    }

    /// The documents that a character may read (its own and everybody's), or all there are; by path.
    pub fn documents(&self, character: Option<&CharacterId>) -> Result<Vec<Document>, Error> {
        let connection = lock(&self.reader);
        let sql = format!(
            "SELECT key, path, scope, title, format, size, text_bytes, chunks, state, reason, message FROM documents
             WHERE removed = 0 AND state <> {LEFT_OUT} AND (?1 IS NULL OR scope IN ('', ?1)) ORDER BY path, scope"
        );
        let read = || {
            let mut query = connection.prepare_cached(&sql)?;
            let rows = query.query_map([character.map(|id| id.0.as_str())], document)?;
            rows.collect::<rusqlite::Result<_>>()
        };
        read().map_err(|source| self.failed(source))
    }

    /// Takes a document out: it is found no more. Until [`Knowledge::purge`] it can be put back with [`Knowledge::restore`].
    pub fn remove(&self, id: i64) -> Result<(), Error> {
        self.set_removed(id, true)
    }

    /// Puts a document back.
    pub fn restore(&self, id: i64) -> Result<(), Error> {
        self.set_removed(id, false)
    }

    fn set_removed(&self, id: i64, removed: bool) -> Result<(), Error> {
        let changed = lock(&self.writer)
            .execute(
                "UPDATE documents SET removed = ?2 WHERE key = ?1 AND state <> ?3",
                (id, removed, LEFT_OUT),
            )
            .map_err(|source| self.failed(source))?;
        if changed == 0 { Err(Error::NoDocument(id)) } else { Ok(()) }
    }

    /// Deletes what was taken out for good. The files themselves stay where they are.
    pub fn purge(&self) -> Result<(), Error> {
        self.purge_removed().map_err(|source| self.failed(source))
    }

    /// Keeps what a reply leaned on: of each passage its file or page, and the passage in the words of whoever shows it.
    pub fn keep_evidence(&self, message: &str, passages: &[(&str, String)]) -> Result<(), Error> {
        let keep = || -> rusqlite::Result<()> {
            let mut connection = lock(&self.writer);
            let transaction = connection.transaction()?;
            transaction.execute("DELETE FROM leaned_on WHERE message = ?1", [message])?;
            for (place, (path, told)) in passages.iter().enumerate() {
                transaction.execute(
                    "INSERT INTO leaned_on (message, place, path, told) VALUES (?1, ?2, ?3, ?4)",
                    (message, place as i64, path, told),
                )?;
            }
            transaction.commit()
        };
        keep().map_err(|source| self.failed(source))
    }

    /// What a reply leaned on, but for passages of documents that were taken out.
    pub fn kept_evidence(&self, message: &str) -> Result<Vec<String>, Error> {
        let connection = lock(&self.reader);
        let read = || {
            connection
                .prepare_cached(&format!(
                    "SELECT told FROM leaned_on l WHERE message = ?1 AND NOT (EXISTS (SELECT 1 FROM documents WHERE path = l.path)
                       AND NOT {STAYS}) ORDER BY place"
                ))?
                .query_map([message], |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()
        };
        read().map_err(|source| self.failed(source))
    }

    /// Forgets what these replies leaned on.
    pub fn forget_evidence<'a>(
        &self,
        messages: impl IntoIterator<Item = &'a str>,
    ) -> Result<(), Error> {
        let forget = || -> rusqlite::Result<()> {
            let mut connection = lock(&self.writer);
            let transaction = connection.transaction()?;
            for message in messages {
                transaction
                    .prepare_cached("DELETE FROM leaned_on WHERE message = ?1")?
                    .execute([message])?;
            }
            transaction.commit()?;
            empty_journal(&connection)
        };
        forget().map_err(|source| self.failed(source))
    }

    fn purge_removed(&self) -> rusqlite::Result<()> {
        let mut connection = lock(&self.writer);
        let removed: Vec<(i64, String, String)> = connection
            .prepare("SELECT key, path, scope FROM documents WHERE removed = 1")?
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
            .collect::<rusqlite::Result<_>>()?;
        let mut any = false;
        for (key, path, scope) in removed {
            let transaction = connection.transaction()?;
            empty(&transaction, key)?;
            transaction.execute(
                "DELETE FROM sources WHERE path = ?1 AND scope = ?2 AND folder = 0",
                (&path, &scope),
            )?;
            // In a folder that is still read it must be remembered, or the next reading would bring it back.
            let within: bool = transaction.query_row(
                "SELECT EXISTS (SELECT 1 FROM sources WHERE folder = 1 AND scope = ?2
                   AND substr(?1, 1, length(path)) = path)",
                (&path, &scope),
                |row| row.get(0),
            )?;
            if within {
                transaction.execute(
                    "UPDATE documents SET state = ?2, removed = 0, chunks = 0, text_bytes = 0, digest = x'' WHERE key = ?1",
                    (key, LEFT_OUT),
                )?;
            } else {
                transaction.execute("DELETE FROM documents WHERE key = ?1", [key])?;
            }
            // A folder of which nothing is left is read no more.
            transaction.execute(
                "DELETE FROM sources WHERE folder = 1 AND scope = ?1 AND NOT EXISTS (
                   SELECT 1 FROM documents d WHERE d.scope = sources.scope AND d.state <> ?2
                     AND substr(d.path, 1, length(sources.path)) = sources.path)",
                (&scope, LEFT_OUT),
            )?;
            // What replies leaned on goes with the last of its documents: another character may still have it.
            transaction.execute(
                &format!("DELETE FROM leaned_on AS l WHERE path = ?1 AND NOT {STAYS}"),
                [&path],
            )?;
            transaction.commit()?;
            lock(&self.signs).take_out(key);
            any = true;
        }
        if any { empty_journal(&connection) } else { Ok(()) }
    }

    pub(crate) fn failed(&self, source: rusqlite::Error) -> Error {
        Error::Sqlite { path: self.path.clone(), source }
    }
}

pub(crate) fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A document of the file of `l` is still there. [`LEFT_OUT`] is 3.
const STAYS: &str =
    "EXISTS (SELECT 1 FROM documents d WHERE d.path = l.path AND d.removed = 0 AND d.state <> 3)";

/// The journal holds pages as they were; where somebody reads, they go with the next one.
fn empty_journal(connection: &Connection) -> rusqlite::Result<()> {
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
}

/// Deletes a document's passages, and all that was made of them.
pub(crate) fn empty(connection: &Connection, document: i64) -> rusqlite::Result<()> {
    meaning::erase(connection, document)?;
    connection
        .prepare_cached(
            "DELETE FROM texts WHERE rowid IN (SELECT key FROM chunks WHERE document = ?1)",
        )?
        .execute([document])?;
    connection.prepare_cached("DELETE FROM chunks WHERE document = ?1")?.execute([document])?;
    Ok(())
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let connection = vault::open(path)?;
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // Derived data: a power cut may cost the last moments, which are read again.
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "secure_delete", true)?;
    connection.pragma_update(None, "cache_size", -32_000)?;
    Ok(connection)
}

fn document(row: &Row<'_>) -> rusqlite::Result<Document> {
    let path: String = row.get(1)?;
    let scope: String = row.get(2)?;
    let title: String = row.get(3)?;
    let name = Path::new(&path).file_name().map(|name| name.to_string_lossy().into_owned());
    Ok(Document {
        id: row.get(0)?,
        character: Some(scope).filter(|scope| !scope.is_empty()),
        title: if title.is_empty() { name.unwrap_or_default() } else { title },
        format: row.get(4)?,
        size: row.get::<_, i64>(5)?.max(0) as u64,
        text_bytes: row.get::<_, i64>(6)?.max(0) as u64,
        chunks: row.get::<_, i64>(7)?.max(0) as u64,
        state: match row.get(8)? {
            DONE => State::Ready,
            REFUSED => State::Refused,
            _ => State::Reading,
        },
        reason: row.get(9)?,
        message: row.get(10)?,
        path,
    })
}

fn is_damage(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
    matches!(error.sqlite_error_code(), Some(DatabaseCorrupt | NotADatabase))
}

fn error_at(path: &Path) -> impl Fn(rusqlite::Error) -> Error {
    move |source| Error::Sqlite { path: path.to_owned(), source }
}
