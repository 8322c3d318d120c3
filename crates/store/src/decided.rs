//! What the person decided about what is remembered: what to forget, what to keep in every prompt, what is true instead, what they
//! wrote themselves. It stands beside the events because what is remembered is made anew from both.
//!
//! An entry is about a subject (a message, a note) and takes the place of the one before it, whose words leave the file and the copies
//! in `backups`: whoever has a correction forgotten means that, too. What stays of it is the subject, which is an id and no words.

use std::path::PathBuf;
use std::sync::PoisonError;

use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior};

use crate::event_log::{given_last, now};
use crate::{Error, EventLog, backup, open};

/// What is to be decided.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decision {
    /// What kind of thing is decided.
    pub what: String,
    /// About what: ids, never words.
    pub subject: String,
    /// What was decided, as JSON; empty: nothing any more.
    pub value: String,
}

/// A decision with its place in the order in which they were made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// Ascending; an entry that takes the place of another has a new one.
    pub seq: i64,
    /// When: Unix time in milliseconds.
    pub at: i64,
    /// What it is.
    pub decision: Decision,
}

impl EventLog {
    /// At most `limit` entries after position `after` (0 for the first).
    pub fn decided(&self, after: i64, limit: u32) -> Result<Vec<Decided>, Error> {
        self.query(|connection| {
            connection
                .prepare_cached(
                    "SELECT seq, what, subject, value, at FROM decided WHERE seq > ?1 ORDER BY seq LIMIT ?2",
                )?
                .query_map((after, limit), decided_of)?
                .collect()
        })
    }

    /// The position that was given last.
    pub fn last_decided(&self) -> Result<i64, Error> {
        self.query(|connection| given_last(connection, "decided"))
    }

    /// Writes decisions down, all or none; they are on disk when this returns. Answers the position given last. What was decided
    /// already, or takes nothing back, is overlooked.
    ///
    /// A log that was opened for reading writes them, too: they are nobody's conversation, so a terminal beside the window may.
    ///
    /// # Errors
    /// [`Error::Sqlite`]; nothing is written then.
    pub fn decide(&self, decisions: &[Decision]) -> Result<i64, Error> {
        let (last, written, erased) = if self.writable {
            let mut connection = self.connection();
            write(&mut connection, decisions).map_err(|source| self.failed(source))?
        } else {
            let connect = || -> rusqlite::Result<_> {
                let mut connection = vault::open(self.file())?;
                open::configure(&connection)?;
                write(&mut connection, decisions)
            };
            connect().map_err(|source| self.failed(source))?
        };
        if erased {
            let left =
                backup::each(&self.backups, |copy| replay(copy, &written, &self.connection()));
            *self.left.lock().unwrap_or_else(PoisonError::into_inner) = left;
        }
        Ok(last)
    }

    /// The copies that could not be changed when words were last taken back, each told once. The next time that something is taken back,
    /// all that a copy has and the log has not any more leaves it, this included.
    pub fn left_in_copies(&self) -> Vec<PathBuf> {
        std::mem::take(&mut *self.left.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Writes them; answers the last position, what was new, and whether words went.
fn write(
    connection: &mut Connection,
    decisions: &[Decision],
) -> rusqlite::Result<(i64, Vec<Decision>, bool)> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let (mut written, mut erased) = (Vec::new(), false);
    for decision in decisions {
        let before: Option<String> = transaction
            .prepare_cached("SELECT value FROM decided WHERE what = ?1 AND subject = ?2")?
            .query_row((&decision.what, &decision.subject), |row| row.get(0))
            .optional()?;
        if before.as_deref().unwrap_or_default() == decision.value {
            continue;
        }
        erased |= before.is_some_and(|before| !before.is_empty());
        put(&transaction, decision)?;
        written.push(decision.clone());
    }
    let last = given_last(&transaction, "decided")?;
    transaction.commit()?;
    if erased {
        open::empty_journal(connection);
    }
    Ok((last, written, erased))
}

/// Puts an entry in the place of the one before it.
fn put(connection: &Connection, decision: &Decision) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM decided WHERE what = ?1 AND subject = ?2")?
        .execute((&decision.what, &decision.subject))?;
    connection
        .prepare_cached("INSERT INTO decided (at, what, subject, value) VALUES (?1, ?2, ?3, ?4)")?
        .execute((now() as i64, &decision.what, &decision.subject, &decision.value))
        .map(drop)
}

/// Brings the same entries into a copy of the database that knows such entries. They get numbers of the copy's own: it has not all that
/// was decided since it was made, and must not look as if it had, or whoever brings it back would not be told the rest.
///
/// What else stands in the copy in other words than in the log goes, too: it was taken back when the copy could not be changed.
fn replay(copy: &mut Connection, written: &[Decision], log: &Connection) -> rusqlite::Result<()> {
    let known = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'decided'";
    if !copy.prepare(known)?.exists([])? {
        return Ok(());
    }
    let transaction = copy.transaction()?;
    for one in written {
        put(&transaction, one)?;
    }
    let stands: Vec<Decision> = transaction
        .prepare("SELECT seq, what, subject, value, at FROM decided WHERE value <> ''")?
        .query_map([], |row| decided_of(row).map(|one| one.decision))?
        .collect::<rusqlite::Result<_>>()?;
    let mut query =
        log.prepare_cached("SELECT value FROM decided WHERE what = ?1 AND subject = ?2")?;
    for Decision { what, subject, value } in stands {
        let now: Option<String> =
            query.query_row((&what, &subject), |row| row.get(0)).optional()?;
        if let Some(now) = now.filter(|now| *now != value) {
            put(&transaction, &Decision { what, subject, value: now })?;
        }
    }
    transaction.commit()
}

fn decided_of(row: &Row<'_>) -> rusqlite::Result<Decided> {
    Ok(Decided {
        seq: row.get(0)?,
        at: row.get(4)?,
        decision: Decision { what: row.get(1)?, subject: row.get(2)?, value: row.get(3)? },
    })
}
