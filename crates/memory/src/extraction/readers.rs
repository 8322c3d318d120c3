//! The models that read, and how well each does: one that turns out to invent is not asked any more, and what it found goes.

use rusqlite::{Connection, OptionalExtension};
use serde::Serialize;

use super::Marks;
use crate::memory::Memory;
use crate::{Error, notes};

/// Lines after which a model is judged by what it wrote about real conversations, too.
const JUDGED_AFTER: u32 = 12;

/// A model that reads.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Reader {
    /// Its name, for people.
    pub name: String,
    /// What tells it from others of that name: another file, another way to be asked.
    pub version: String,
}

/// Whether a model can do it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Nobody has looked.
    #[default]
    Unknown,
    /// It can.
    Fit,
    /// It misses too much, or makes things up.
    Unfit,
}

/// How a model has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Standing {
    /// Whether it can do it.
    pub verdict: Verdict,
    /// Windows that it has read.
    pub windows: u32,
    /// Lines that it wrote about them.
    pub lines: u32,
    /// Of those what was not made up.
    pub grounded: u32,
    /// Of those what was new.
    pub kept: u32,
}

impl Standing {
    /// What it wrote about real conversations is made up more often than not.
    pub(super) fn invents(&self) -> bool {
        self.lines >= JUDGED_AFTER && 2 * self.grounded < self.lines
    }
}

impl Memory {
    /// How a model has done so far.
    pub fn standing(&self, reader: &Reader) -> Result<Standing, Error> {
        let connection = self.lock();
        let look = || -> rusqlite::Result<Standing> {
            let key = key_of(&connection, reader)?;
            standing(&connection, key)
        };
        look().map_err(|source| self.failed(source))
    }

    /// Notes how a model did on the made-up conversations ([`super::papers`]); what it found goes where it failed.
    pub fn examined(&self, reader: &Reader, marks: &Marks) -> Result<Verdict, Error> {
        let connection = self.lock();
        let verdict = if marks.passes() { Verdict::Fit } else { Verdict::Unfit };
        let note = || -> rusqlite::Result<()> {
            let transaction = connection.unchecked_transaction()?;
            let key = key_of(&transaction, reader)?;
            pass(&transaction, key, verdict)?;
            transaction.commit()
        };
        note().map_err(|source| self.failed(source))?;
        Ok(verdict)
    }
}

/// The number of a model, which it is given where it has none.
pub(super) fn key_of(connection: &Connection, reader: &Reader) -> rusqlite::Result<i64> {
    let known = connection
        .prepare_cached("SELECT key FROM readers WHERE name = ?1 AND version = ?2")?
        .query_row((&reader.name, &reader.version), |row| row.get(0))
        .optional()?;
    if let Some(key) = known {
        return Ok(key);
    }
    connection.execute(
        "INSERT INTO readers (name, version) VALUES (?1, ?2)",
        (&reader.name, &reader.version),
    )?;
    Ok(connection.last_insert_rowid())
}

pub(super) fn standing(connection: &Connection, key: i64) -> rusqlite::Result<Standing> {
    connection
        .prepare_cached(
            "SELECT verdict, windows, lines, grounded, kept FROM readers WHERE key = ?1",
        )?
        .query_row([key], |row| {
            let verdict = match row.get_ref(0)?.as_str()? {
                "fit" => Verdict::Fit,
                "unfit" => Verdict::Unfit,
                _ => Verdict::Unknown,
            };
            Ok(Standing {
                verdict,
                windows: row.get(1)?,
                lines: row.get(2)?,
                grounded: row.get(3)?,
                kept: row.get(4)?,
            })
        })
}

/// Passes a verdict on a model. What one found that is unfit goes, and what it has read counts as unread.
pub(super) fn pass(connection: &Connection, key: i64, verdict: Verdict) -> rusqlite::Result<()> {
    let word = match verdict {
        Verdict::Unknown => "",
        Verdict::Fit => "fit",
        Verdict::Unfit => "unfit",
    };
    connection.execute("UPDATE readers SET verdict = ?2 WHERE key = ?1", (key, word))?;
    if verdict != Verdict::Unfit {
        return Ok(());
    }
    let_go(connection, key)?;
    connection.execute("DELETE FROM has_read WHERE reader = ?1", [key])?;
    connection
        .execute(
            "UPDATE readers SET windows = 0, lines = 0, grounded = 0, kept = 0 WHERE key = ?1",
            [key],
        )
        .map(drop)
}

/// The model that found a fact, by name and version, as notes of it name it; `None` for a rule, for a note, and for what the person pinned
/// or put right.
pub(crate) fn finder_of(connection: &Connection, fact: i64) -> rusqlite::Result<Option<String>> {
    connection
        .prepare_cached(
            "SELECT r.name || ' ' || r.version FROM facts f JOIN readers r ON r.key = f.reader
             LEFT JOIN messages m ON m.key = f.message
             LEFT JOIN decisions d ON d.message = m.id AND d.attribute = f.attribute AND d.said = f.value
             WHERE f.key = ?1 AND coalesce(d.pinned, 0) = 0 AND d.value IS NULL",
        )?
        .query_row([fact], |row| row.get(0))
        .optional()
}

/// Lets go of what a model found, notes of it included, but for what the person pinned or put right: that is theirs by now.
pub(super) fn let_go(connection: &Connection, key: i64) -> rusqlite::Result<()> {
    const GONE: &str = "SELECT f.key FROM facts f WHERE f.reader = ?1 AND NOT EXISTS (SELECT 1 FROM messages m
         JOIN found o ON o.message = m.id AND o.attribute = f.attribute AND o.value = f.value WHERE m.key = f.message)";
    let finder: String = connection.query_row(
        "SELECT name || ' ' || version FROM readers WHERE key = ?1",
        [key],
        |row| row.get(0),
    )?;
    notes::remove_found_by(connection, &finder)?;
    connection.execute(
        "DELETE FROM found WHERE reader = ?1 AND NOT EXISTS (SELECT 1 FROM decisions d WHERE d.message = found.message
         AND d.attribute = found.attribute AND d.said = found.value AND (d.pinned = 1 OR d.value IS NOT NULL))",
        [key],
    )?;
    connection.execute(&format!("DELETE FROM fact_words WHERE rowid IN ({GONE})"), [key])?;
    connection.execute(&format!("DELETE FROM facts WHERE key IN ({GONE})"), [key]).map(drop)
}
