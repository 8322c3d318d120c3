//! Search by meaning: a vector of each message by an encoder that the person has, and the messages nearest to a question's.
//!
//! Vectors are kept as bytes with a scale, by the fingerprint of the encoder that made them: another encoder means to make them anew.
//! In memory there are only signs ([`vectors::Signs`]). A question is compared with all signs, and with the bytes of the nearest.

use domain::{Embedder, MessageId};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};
use store::EventLog;

use crate::happened::Happened;
use crate::memory::Memory;
use crate::search::{Candidate, message_id};
use crate::{Error, sync};

/// Characters of a message that the encoder reads.
const LONGEST: usize = 2_000;
/// Messages that are kept at once.
const AT_ONCE: usize = 16;
/// How many of the nearest by signs are compared by bytes.
const NEAREST: usize = 256;

/// How far the vectors are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Meaning {
    /// Messages that have a vector.
    pub done: u64,
    /// Messages there are.
    pub all: u64,
}

/// A message without a vector.
struct Unread {
    key: i64,
    id: MessageId,
    /// The run of messages that it belongs to: whoever was not on that branch does not find it.
    segment: i64,
    /// It had one, and is remembered again.
    again: bool,
}

/// A message that means something like what was asked.
#[derive(Debug, Clone)]
pub(crate) struct Near {
    pub(crate) candidate: Candidate,
    /// Cosine, -1 to 1.
    pub(crate) cosine: f32,
}

/// The messages as an encoder reads them.
struct Messages<'a> {
    memory: &'a Memory,
    log: &'a EventLog,
}

impl vectors::Shelf for Messages<'_> {
    type Item = Unread;
    type Error = Error;

    fn next(&self, fingerprint: &str) -> Result<Vec<(Unread, String)>, Error> {
        self.memory.belong_to(fingerprint)?;
        let unread = self.memory.unread()?;
        let text = |one: Unread| {
            let text = sync::without_tags(&self.log.message(one.id)?.text);
            Ok((one, words::beginning(&text, LONGEST).to_owned()))
        };
        unread.into_iter().map(text).collect()
    }

    fn keep(
        &self,
        fingerprint: &str,
        of: &[(Unread, String)],
        made: &[Vec<f32>],
    ) -> Result<bool, Error> {
        self.memory.keep_vectors(fingerprint, of, made)
    }

    fn refused(reason: String) -> Error {
        Error::Encoder(reason)
    }
}

impl Memory {
    /// Makes the vectors that are missing, until `stop` says so; answers how far they are. Another `fingerprint` than before throws
    /// the old ones away first.
    ///
    /// # Errors
    /// Those of SQLite and of the log, and [`Error::Encoder`] where the encoder refuses.
    pub fn read_meaning(
        &self,
        fingerprint: &str,
        encoder: &dyn Embedder,
        log: &EventLog,
        stop: impl FnMut() -> bool,
    ) -> Result<Meaning, Error> {
        vectors::read(&Messages { memory: self, log }, fingerprint, encoder, stop)?;
        self.meaning()
    }

    /// How far the vectors are, of whatever encoder made them.
    pub fn meaning(&self) -> Result<Meaning, Error> {
        let connection = self.lock();
        let count = || -> rusqlite::Result<Meaning> {
            connection.query_row(
                "SELECT (SELECT count(*) FROM vectors), (SELECT count(*) FROM messages m WHERE NOT EXISTS
                   (SELECT 1 FROM forgotten f WHERE f.message = m.id))",
                [],
                |row| Ok(Meaning { done: row.get::<_, i64>(0)?.max(0) as u64, all: row.get::<_, i64>(1)?.max(0) as u64 }),
            )
        };
        count().map_err(|source| self.failed(source))
    }

    /// Whether the vectors of the file are those of an encoder.
    pub(crate) fn is_of(&self, fingerprint: &str) -> Result<bool, Error> {
        is_of(&self.lock(), fingerprint).map_err(|source| self.failed(source))
    }

    /// Throws all vectors away.
    pub fn forget_meaning(&self) -> Result<(), Error> {
        let connection = self.lock();
        *self.signs() = vectors::Signs::default();
        connection
            .execute_batch("DELETE FROM vectors; DELETE FROM unread; DELETE FROM encoder;")
            .map_err(|source| self.failed(source))
    }

    /// Sees to it that what is there is of this encoder.
    pub(crate) fn belong_to(&self, fingerprint: &str) -> Result<(), Error> {
        if self.signs().of() == fingerprint {
            return Ok(());
        }
        let sql = |source| self.failed(source);
        let begun = || -> rusqlite::Result<()> {
            let connection = self.lock();
            let known: Option<String> = connection
                .query_row("SELECT fingerprint FROM encoder", [], |row| row.get(0))
                .optional()?;
            if known.as_deref() != Some(fingerprint) {
                connection.execute_batch(
                    "BEGIN IMMEDIATE; DELETE FROM vectors; DELETE FROM unread; DELETE FROM encoder; COMMIT;",
                )?;
                connection.execute("INSERT INTO encoder VALUES (1, ?1, 0)", [fingerprint])?;
            }
            Ok(())
        };
        begun().map_err(sql)?;
        let signs = vectors::load(fingerprint, || self.lock()).map_err(sql)?;
        let connection = self.lock();
        // They may have been thrown away while the signs were made.
        if is_of(&connection, fingerprint).map_err(sql)? {
            *self.signs() = signs;
        }
        Ok(())
    }

    /// Messages without a vector, those first that had one.
    fn unread(&self) -> Result<Vec<Unread>, Error> {
        let connection = self.lock();
        let read = || -> rusqlite::Result<Vec<Unread>> {
            let row = |again| {
                move |row: &rusqlite::Row<'_>| {
                    Ok(Unread {
                        key: row.get(0)?,
                        id: message_id(row, 1)?,
                        segment: row.get(2)?,
                        again,
                    })
                }
            };
            let again: Vec<Unread> = connection
                .prepare_cached(
                    "SELECT m.key, m.id, m.segment FROM unread u JOIN messages m ON m.key = u.message LIMIT ?1",
                )?
                .query_map([AT_ONCE as i64], row(true))?
                .collect::<rusqlite::Result<_>>()?;
            if !again.is_empty() {
                return Ok(again);
            }
            // Without an encoder nobody's vectors are wanted any more.
            connection
                .prepare_cached(
                    "SELECT m.key, m.id, m.segment FROM encoder e JOIN messages m ON m.key > e.through
                     WHERE NOT EXISTS (SELECT 1 FROM forgotten f WHERE f.message = m.id) ORDER BY m.key LIMIT ?1",
                )?
                .query_map([AT_ONCE as i64], row(false))?
                .collect()
        };
        read().map_err(|source| self.failed(source))
    }

    /// Keeps what an encoder made; false where the vectors are of another one now, or of none: then they are dropped.
    fn keep_vectors(
        &self,
        fingerprint: &str,
        of: &[(Unread, String)],
        made: &[Vec<f32>],
    ) -> Result<bool, Error> {
        let mut connection = self.lock();
        let mut kept: Vec<(i64, i64, &[f32])> = Vec::with_capacity(of.len());
        let mut write = || -> rusqlite::Result<bool> {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            if !is_of(&transaction, fingerprint)? {
                return Ok(false);
            }
            for ((one, _), vector) in of.iter().zip(made) {
                transaction.execute("DELETE FROM unread WHERE message = ?1", [one.key])?;
                // It may have been forgotten, or deleted with its conversation, while the encoder read it.
                let there = transaction
                    .prepare_cached(
                        "SELECT 1 FROM messages m WHERE m.key = ?1 AND m.id = ?2
                         AND NOT EXISTS (SELECT 1 FROM forgotten f WHERE f.message = m.id)",
                    )?
                    .exists((one.key, one.id.to_string()))?;
                if there {
                    transaction
                        .prepare_cached("INSERT OR REPLACE INTO vectors VALUES (?1, ?2, ?3)")?
                        .execute((one.key, one.segment, vectors::packed(vector)))?;
                    kept.push((one.key, one.segment, vector));
                }
            }
            let through = of.iter().filter(|(one, _)| !one.again).map(|(one, _)| one.key).max();
            if let Some(through) = through {
                // Whatever comes after the last there is now is not read yet, though it may get the number of one that was.
                transaction.execute(
                    "UPDATE encoder SET through = min(?1, (SELECT coalesce(max(key), 0) FROM messages))",
                    [through],
                )?;
            }
            transaction.commit()?;
            Ok(true)
        };
        let ours = write().map_err(|source| self.failed(source))?;
        let mut signs = self.signs();
        signs.add(kept);
        // What is no longer its own an encoder has to begin anew.
        if !ours || signs.is_skewed() {
            signs.disown();
        }
        Ok(ours)
    }

    /// The messages of what happened whose signs are nearest to those of a question's vector. Needs no database.
    pub(crate) fn nearest(&self, happened: &Happened, question: &[f32]) -> Vec<i64> {
        let may = |segment| happened.reaches(segment);
        let near = self.signs().nearest(question, may, happened.heard_keys(), NEAREST);
        near.into_iter().map(|one| one.key).collect()
    }
}

/// Of the nearest by their signs those of what happened that are nearest by all numbers, the nearest first.
pub(crate) fn weighed(
    connection: &Connection,
    happened: &Happened,
    question: &[f32],
    nearest: &[i64],
    limit: usize,
) -> rusqlite::Result<Vec<Near>> {
    let mut query = connection
        .prepare_cached("SELECT id, segment, depth, role, at, key FROM messages WHERE key = ?1")?;
    let mut near = Vec::with_capacity(limit);
    for (cosine, key) in vectors::cosines(connection, question, nearest.iter().copied())? {
        let mut rows = query.query([key])?;
        let Some(row) = rows.next()? else { continue };
        if !happened.has(row.get(1)?, row.get(2)?) {
            continue;
        }
        near.push(Near {
            cosine,
            candidate: Candidate {
                message: message_id(row, 0)?,
                at: row.get::<_, i64>(4)?.max(0) as u64,
                by_user: row.get::<_, i64>(3)? == sync::USER,
                key: row.get(5)?,
            },
        });
        if near.len() == limit {
            break;
        }
    }
    Ok(near)
}

/// Whether the vectors of the file are those of an encoder.
fn is_of(connection: &Connection, fingerprint: &str) -> rusqlite::Result<bool> {
    connection.prepare_cached("SELECT 1 FROM encoder WHERE fingerprint = ?1")?.exists([fingerprint])
}

/// Takes a forgotten message's vector out.
pub(crate) fn erase(connection: &Connection, key: i64) -> rusqlite::Result<()> {
    connection.prepare_cached("DELETE FROM vectors WHERE key = ?1")?.execute([key])?;
    connection.prepare_cached("DELETE FROM unread WHERE message = ?1")?.execute([key])?;
    Ok(())
}

/// Notes that a message which is remembered again has no vector.
pub(crate) fn read_again(connection: &Connection, key: i64) -> rusqlite::Result<()> {
    connection.prepare_cached("INSERT OR IGNORE INTO unread VALUES (?1)")?.execute([key])?;
    Ok(())
}

#[cfg(test)]
#[path = "meaning_tests.rs"]
mod tests;
