//! Databases: SQLCipher with the folder's key where the folder is encrypted, plain SQLite where it is not; and from one to the other.
//!
//! SQLCipher encrypts every page (AES-256-CBC with a random vector each, HMAC-SHA-512 over it), journals and the write-ahead log
//! included; temporary tables stay in memory. Its own derivation from a passphrase is not used: the key is random already.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, ffi};

use crate::{DataKey, Error, Seal, seal_of, sync_file};

/// How a plain database begins.
const PLAIN: &[u8; 16] = b"SQLite format 3\0";
/// How long somebody else may be writing.
const PATIENCE: Duration = Duration::from_secs(5);

/// Opens a database for reading and writing, and makes it where there is none.
///
/// # Errors
/// In a locked folder `SQLITE_AUTH` with the reason as its message, else SQLite's own; `NotADatabase` for a wrong key.
pub fn open(path: &Path) -> rusqlite::Result<Connection> {
    open_as(path, OpenFlags::default())
}

/// Opens a database for reading. A plain copy in an encrypted folder is read, too.
///
/// # Errors
/// As of [`open`].
pub fn open_read_only(path: &Path) -> rusqlite::Result<Connection> {
    open_as(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)
}

fn open_as(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let seal = seal_of(path).map_err(|error| {
        let message = format!("{error}; {}", error.remedy());
        rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_AUTH), Some(message))
    })?;
    let key = match &seal {
        Seal::Plain => None,
        // Old copies from before are still good to read. To write into one would be to write plain text.
        Seal::Sealed(_)
            if flags.contains(OpenFlags::SQLITE_OPEN_READ_ONLY) && is_plain_database(path) =>
        {
            None
        }
        Seal::Sealed(key) => Some(key.as_ref()),
    };
    with_key(path, flags, key)
}

/// Opens with this key, whatever the folder says.
pub(crate) fn with_key(
    path: &Path,
    flags: OpenFlags,
    key: Option<&DataKey>,
) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(path, flags)?;
    if let Some(key) = key {
        // A wrong key is an error that is returned; by itself SQLCipher writes about it to standard error as well.
        connection.pragma_update(None, "cipher_log_level", "NONE")?;
        connection.pragma_update(None, "key", key.of_databases().as_str())?;
        // A page that is read again from the cache is not decrypted again: at 16 MB a full-text query takes a third of the time that it
        // takes at SQLite's 2 MB (decision 200).
        connection.pragma_update(None, "cache_size", -16_000)?;
        // The key is used at the first page: a wrong one is to be noticed here.
        connection
            .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0))?;
    }
    Ok(connection)
}

/// True for a file that begins as a plain SQLite database does.
pub fn is_plain_database(path: &Path) -> bool {
    let mut head = [0; PLAIN.len()];
    fs::File::open(path).and_then(|mut file| file.read_exact(&mut head)).is_ok() && &head == PLAIN
}

/// True for a database that this key opens, whatever the folder says.
pub fn opens(path: &Path, key: &DataKey) -> bool {
    with_key(path, OpenFlags::SQLITE_OPEN_READ_ONLY, Some(key)).is_ok()
}

/// Copies a database from one key to another (`None`: plain) into `to`, which is replaced, and compares the copy with what was
/// copied. The source keeps its content, and has no journal beside it afterwards: so its place can be taken by the copy.
///
/// # Errors
/// [`Error::Sqlite`] where the database is in use, damaged, or the disk is full; [`Error::Differs`]. The source is untouched then.
pub fn convert(
    from: (&Path, Option<&DataKey>),
    to: (&Path, Option<&DataKey>),
) -> Result<(), Error> {
    let (source, of_source) = from;
    let (target, of_target) = to;
    remove(target)?;
    source.metadata().map_err(Error::io("read", source))?;
    // To create is for the copy: an attached database is opened with the flags of the first.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let sql = Error::sql(source);
    let connection = with_key(source, flags, of_source).map_err(&sql)?;
    connection.busy_timeout(PATIENCE).map_err(&sql)?;
    // Fails while anybody else has it open, and leaves no write-ahead log that could be played into the copy later.
    let mode: String =
        connection.query_row("PRAGMA journal_mode = DELETE", [], |row| row.get(0)).map_err(&sql)?;
    if mode != "delete" {
        return Err(Error::Differs {
            path: source.to_owned(),
            detail: format!("its journal stays in the mode `{mode}`"),
        });
    }
    let key = of_target.map(DataKey::of_databases);
    let export = || -> rusqlite::Result<()> {
        connection.execute(
            "ATTACH DATABASE ?1 AS copy KEY ?2",
            (target.to_string_lossy(), key.as_deref().map_or("", String::as_str)),
        )?;
        connection.query_row("SELECT sqlcipher_export('copy')", [], |_| Ok(()))?;
        for pragma in ["user_version", "application_id"] {
            let value: i64 =
                connection.query_row(&format!("PRAGMA main.{pragma}"), [], |row| row.get(0))?;
            connection.execute_batch(&format!("PRAGMA copy.{pragma} = {value}"))?;
        }
        connection.execute_batch("DETACH DATABASE copy")
    };
    export().map_err(&sql)?;
    sync_file(target).map_err(Error::io("write", target))?;
    let copy = with_key(target, OpenFlags::SQLITE_OPEN_READ_ONLY, of_target)
        .map_err(Error::sql(target))?;
    compare(source, &connection, &copy, of_target.is_some())
}

fn compare(path: &Path, source: &Connection, copy: &Connection, keyed: bool) -> Result<(), Error> {
    let differs = |detail: String| Error::Differs { path: path.to_owned(), detail };
    let sql = Error::sql(path);
    let sound: String =
        copy.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0)).map_err(&sql)?;
    if sound != "ok" {
        return Err(differs(sound));
    }
    if keyed {
        // One row for each page whose authentication fails.
        let mut check = copy.prepare("PRAGMA cipher_integrity_check").map_err(&sql)?;
        if let Some(row) = check.query([]).map_err(&sql)?.next().map_err(&sql)? {
            return Err(differs(row.get(0).map_err(&sql)?));
        }
    }
    let schema =
        |connection: &Connection| -> rusqlite::Result<Vec<(String, String, Option<String>)>> {
            connection
                .prepare("SELECT type, name, sql FROM sqlite_schema ORDER BY type, name")?
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
                .collect()
        };
    let tables = schema(source).map_err(&sql)?;
    if tables != schema(copy).map_err(&sql)? {
        return Err(differs("its tables are others".to_owned()));
    }
    let count = |connection: &Connection, table: &str| -> rusqlite::Result<i64> {
        let quoted = table.replace('"', "\"\"");
        connection.query_row(&format!("SELECT count(*) FROM \"{quoted}\""), [], |row| row.get(0))
    };
    for (kind, name, definition) in &tables {
        // Virtual tables are counted by the tables that they keep their rows in.
        let is_virtual = definition.as_ref().is_some_and(|sql| {
            sql.get(..14).is_some_and(|start| start.eq_ignore_ascii_case("CREATE VIRTUAL"))
        });
        if kind != "table" || is_virtual {
            continue;
        }
        let (was, is) = (count(source, name).map_err(&sql)?, count(copy, name).map_err(&sql)?);
        if was != is {
            return Err(differs(format!("`{name}` has {is} rows instead of {was}")));
        }
    }
    Ok(())
}

fn remove(path: &Path) -> Result<(), Error> {
    for end in ["", "-journal", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        let name = Path::new(&name);
        match fs::remove_file(name) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Error::io("remove", name)(error));
            }
            _ => {}
        }
    }
    Ok(())
}
