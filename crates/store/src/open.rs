//! Opening the database: look first, then copy, then migrate. Nothing is written before it is certain that the file is ours, sound,
//! and not newer than this version; a file that cannot be used is left exactly as it is.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;

use crate::schema::{APPLICATION_ID, MIGRATIONS, VERSION};
use crate::{Dirs, Error, EventLog, Lock, backup};

/// The path of a database in memory.
pub(crate) const IN_MEMORY: &str = ":memory:";

/// Databases up to this size are checked page by page at every start (about 0.1 s); larger ones as they are read.
const CHECKED_BYTES: u64 = 64 << 20;

impl EventLog {
    /// Opens the log of a data folder for writing: creates it where there is none, migrates an older one after copying it into
    /// `backups`.
    ///
    /// # Errors
    /// [`Error::Newer`] and [`Error::Damaged`] leave the file untouched; [`Error::Migration`] leaves it as it was.
    pub fn open(dirs: &Dirs, lock: Lock) -> Result<Self, Error> {
        dirs.create()?;
        let (path, backups) = (dirs.database(), dirs.backups());
        let found = look(&path, &backups)?;
        let sql = |source| damaged_or(&path, &backups, source);

        let mut connection = vault::open(&path).map_err(sql)?;
        configure(&connection).map_err(sql)?;
        if found > 0 {
            check_pages(&connection, &path, &backups)?;
        }
        if found > 0 && found < VERSION {
            let copy = backup::make(&path, &backups, &format!("before-v{VERSION}"))?;
            tracing::info!(from = found, to = VERSION, copy = %copy.display(), "migrating the database");
        }
        if found < VERSION {
            MIGRATIONS.to_latest(&mut connection).map_err(|source| Error::Migration {
                path: path.clone(),
                to: VERSION,
                source,
            })?;
            connection.pragma_update(None, "application_id", APPLICATION_ID).map_err(sql)?;
        }
        Ok(Self::new(connection, path, backups, Some(lock)))
    }

    /// Opens the log for reading while another process may be writing it. Every writing call fails with [`Error::ReadOnly`].
    ///
    /// # Errors
    /// [`Error::Unknown`] where there is no log yet, or one that has to be migrated first.
    pub fn read_only(dirs: &Dirs) -> Result<Self, Error> {
        let (path, backups) = (dirs.database(), dirs.backups());
        let found = look(&path, &backups)?;
        if found == 0 {
            return Err(Error::Unknown { what: "database", id: path.display().to_string() });
        }
        if found < VERSION {
            return Err(Error::Invalid(format!(
                "the database `{}` is from an older version: start the app once to bring it up to date",
                path.display()
            )));
        }
        let sql = |source| damaged_or(&path, &backups, source);
        let connection = vault::open_read_only(&path).map_err(sql)?;
        connection.busy_timeout(PATIENCE).map_err(sql)?;
        Ok(Self::new(connection, path, backups, None))
    }

    /// A log that lives as long as the value: for tests, and for a conversation that shall not be kept.
    pub fn in_memory() -> Result<Self, Error> {
        let path = PathBuf::from(IN_MEMORY);
        let sql = |source| Error::Sqlite { path: PathBuf::from(IN_MEMORY), source };
        let mut connection = Connection::open_in_memory().map_err(sql)?;
        connection.pragma_update(None, "foreign_keys", true).map_err(sql)?;
        MIGRATIONS.to_latest(&mut connection).map_err(|source| Error::Migration {
            path: path.clone(),
            to: VERSION,
            source,
        })?;
        Ok(Self::new(connection, path, PathBuf::new(), None))
    }

    /// Copies the whole log into a data folder that has none: so one that was made quickly in memory can be kept.
    ///
    /// # Errors
    /// [`Error::Invalid`] where there is a log already; [`Error::Sqlite`], [`Error::Io`].
    pub fn copy_to(&self, dirs: &Dirs) -> Result<(), Error> {
        dirs.create()?;
        let path = dirs.database();
        if path.exists() {
            return Err(Error::Invalid(format!("there is a log in `{}` already", path.display())));
        }
        let part = path.with_extension("part");
        let _ = std::fs::remove_file(&part);
        self.query(|connection| connection.execute("VACUUM INTO ?1", [part.to_string_lossy()]))?;
        std::fs::rename(&part, &path).map_err(Error::io("rename", &part))
    }

    /// Reads every page and index of the database.
    ///
    /// # Errors
    /// [`Error::Damaged`] with the first thing that does not fit.
    pub fn verify(&self) -> Result<(), Error> {
        let backups = self.file().parent().unwrap_or_else(|| Path::new(".")).join("backups");
        let connection = vault::open_read_only(self.file())
            .map_err(|source| damaged_or(self.file(), &backups, source))?;
        check(&connection, "PRAGMA integrity_check(1)", self.file(), &backups)
    }
}

/// How long to wait for another process's write.
const PATIENCE: Duration = Duration::from_secs(5);

/// Durability: after a commit returns, the message survives a power cut (`synchronous=FULL` also flushes the WAL; the two
/// `fullfsync` settings make macOS really do it).
pub(crate) fn configure(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(PATIENCE)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "checkpoint_fullfsync", true)?;
    // What is deleted after all (a conversation, what was decided about something forgotten) shall not be read in free pages.
    connection.pragma_update(None, "secure_delete", true)?;
    connection.pragma_update(None, "foreign_keys", true)
}

/// Empties the journal, which holds pages as they were before something was deleted. It is deleted all the same where that fails, and
/// where somebody reads just now; then the journal goes with the next one.
pub(crate) fn empty_journal(connection: &Connection) {
    let emptied =
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, bool>(0));
    match emptied {
        Ok(false) => {}
        Ok(true) => {
            tracing::warn!("the journal still holds what was deleted: somebody reads the database");
        }
        Err(error) => tracing::warn!(%error, "the journal still holds what was deleted"),
    }
}

/// What is there, without writing: the schema version, 0 for a new database.
fn look(path: &Path, backups: &Path) -> Result<u32, Error> {
    match std::fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(0),
        Err(error) => return Err(Error::io("read", path)(error)),
        Ok(metadata) if !metadata.is_file() => {
            return Err(Error::Damaged {
                path: path.to_owned(),
                detail: "it is not a file".into(),
                backup: backup::newest(backups),
            });
        }
        // SQLite takes an empty file for a new database, and so do we: a crash at the very first start leaves one.
        Ok(metadata) if metadata.len() == 0 => return Ok(0),
        Ok(_) => {}
    }
    let sql = |source| damaged_or(path, backups, source);
    // Locked is no damage, and says so by itself.
    vault::seal_of(path)?;
    let connection = vault::open_read_only(path).map_err(sql)?;
    connection.busy_timeout(PATIENCE).map_err(sql)?;
    let read = |pragma: &str| connection.query_row(pragma, [], |row| row.get::<_, i32>(0));
    let version = read("PRAGMA user_version").map_err(sql)?;
    let application = read("PRAGMA application_id").map_err(sql)?;
    let tables = read("SELECT count(*) FROM sqlite_schema").map_err(sql)?;
    // A crash between the first migration and the id leaves 0: ours all the same.
    if !(application == APPLICATION_ID || application == 0) || (version <= 0 && tables > 0) {
        return Err(Error::Damaged {
            path: path.to_owned(),
            detail: "it is the database of another program".into(),
            backup: backup::newest(backups),
        });
    }
    let found = u32::try_from(version).unwrap_or_default();
    if found > VERSION {
        return Err(Error::Newer { path: path.to_owned(), found, known: VERSION });
    }
    Ok(found)
}

fn check_pages(connection: &Connection, path: &Path, backups: &Path) -> Result<(), Error> {
    let size = std::fs::metadata(path).map_or(0, |metadata| metadata.len());
    if size > CHECKED_BYTES {
        return Ok(());
    }
    check(connection, "PRAGMA quick_check(1)", path, backups)
}

fn check(connection: &Connection, pragma: &str, path: &Path, backups: &Path) -> Result<(), Error> {
    let answer: String = connection
        .query_row(pragma, [], |row| row.get(0))
        .map_err(|source| damaged_or(path, backups, source))?;
    if answer == "ok" {
        return Ok(());
    }
    Err(Error::Damaged { path: path.to_owned(), detail: answer, backup: backup::newest(backups) })
}

fn damaged_or(path: &Path, backups: &Path, source: rusqlite::Error) -> Error {
    if crate::error::is_damage(&source) {
        Error::Damaged {
            path: path.to_owned(),
            detail: source.to_string(),
            backup: backup::newest(backups),
        }
    } else {
        Error::Sqlite { path: path.to_owned(), source }
    }
}
