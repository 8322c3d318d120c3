//! Passages found by what they mean: a vector of each by an encoder that the person has, made behind the talk, the short documents
//! first, so that a wiki keeps nobody's notes waiting.

use std::collections::HashSet;

use domain::Embedder;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};
use serde::Serialize;
use vectors::{May, Nearest};

use crate::Error;
use crate::schema::{DONE, LEFT_OUT, REFUSED};
use crate::search::Reader;
use crate::shelf::{Knowledge, lock};

/// Passages that are kept at once.
const AT_ONCE: usize = 16;
/// Documents that are looked at for passages.
const DOCUMENTS: usize = 256;
/// How many of the nearest by signs are compared by bytes.
const NEAREST: usize = 256;

/// How far the vectors are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Meaning {
    /// Passages that have a vector.
    pub done: u64,
    /// Passages there are.
    pub all: u64,
}

/// A passage that is near to a question.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Near {
    pub(crate) key: i64,
    /// Cosine, -1 to 1.
    pub(crate) cosine: f32,
    /// [`Nearest::beyond_chance`].
    pub(crate) beyond_chance: f32,
}

/// A passage without a vector.
struct Unread {
    key: i64,
    document: i64,
    /// Its own words: a number is given again to another passage where a document is read anew.
    text: String,
}

/// The passages as an encoder reads them.
struct Passages<'a>(&'a Knowledge);

impl vectors::Shelf for Passages<'_> {
    type Item = Unread;
    type Error = Error;

    fn next(&self, fingerprint: &str) -> Result<Vec<(Unread, String)>, Error> {
        self.0.belong_to(fingerprint)?;
        self.0.unread().map_err(|source| self.0.failed(source))
    }

    fn keep(
        &self,
        fingerprint: &str,
        of: &[(Unread, String)],
        made: &[Vec<f32>],
    ) -> Result<bool, Error> {
        self.0.keep_vectors(fingerprint, of, made)
    }

    fn refused(reason: String) -> Error {
        Error::Encoder(reason)
    }
}

impl Knowledge {
    /// Makes the vectors that are missing, until `stop` says so; answers how far they are. Another `fingerprint` than before throws
    /// the old ones away first.
    ///
    /// # Errors
    /// Those of SQLite, and [`Error::Encoder`] where the encoder refuses.
    pub fn read_meaning(
        &self,
        fingerprint: &str,
        encoder: &dyn Embedder,
        stop: impl FnMut() -> bool,
    ) -> Result<Meaning, Error> {
        vectors::read(&Passages(self), fingerprint, encoder, stop)?;
        self.meaning()
    }

    /// How far the vectors are, of whatever encoder made them.
    pub fn meaning(&self) -> Result<Meaning, Error> {
        let count = || {
            lock(&self.reader).query_row(
                "SELECT coalesce((SELECT done FROM encoder), 0),
                   coalesce((SELECT sum(chunks) FROM documents WHERE removed = 0 AND state NOT IN (?1, ?2)), 0)",
                (REFUSED, LEFT_OUT),
                |row| Ok((row.get::<_, i64>(0)?.max(0) as u64, row.get::<_, i64>(1)?.max(0) as u64)),
            )
        };
        let (done, all) = count().map_err(|source| self.failed(source))?;
        // Documents that were taken out keep theirs as long as they can be put back.
        Ok(Meaning { done: done.min(all), all })
    }

    /// Throws all vectors away.
    pub fn forget_meaning(&self) -> Result<(), Error> {
        let connection = lock(&self.writer);
        *lock(&self.signs) = vectors::Signs::default();
        connection
            .execute_batch(
                "BEGIN IMMEDIATE; DELETE FROM vectors; DELETE FROM encoder; DELETE FROM unread; COMMIT;",
            )
            .map_err(|source| self.failed(source))
    }

    /// Sees to it that what is there is of this encoder.
    fn belong_to(&self, fingerprint: &str) -> Result<(), Error> {
        if lock(&self.signs).of() == fingerprint {
            return Ok(());
        }
        let sql = |source| self.failed(source);
        let begun = || -> rusqlite::Result<()> {
            let connection = lock(&self.writer);
            if is_of(&connection, fingerprint)? {
                return Ok(());
            }
            connection.execute_batch(
                "BEGIN IMMEDIATE; DELETE FROM vectors; DELETE FROM encoder; DELETE FROM unread;
                 INSERT INTO unread SELECT key, 0 FROM documents; COMMIT;",
            )?;
            connection.execute("INSERT INTO encoder VALUES (1, ?1, 0)", [fingerprint])?;
            Ok(())
        };
        begun().map_err(sql)?;
        let signs = vectors::load(fingerprint, || lock(&self.reader)).map_err(sql)?;
        let connection = lock(&self.writer);
        // They may have been thrown away while the signs were made.
        if is_of(&connection, fingerprint).map_err(sql)? {
            *lock(&self.signs) = signs;
        }
        Ok(())
    }

    /// Passages without a vector, with what an encoder is to read of them.
    fn unread(&self) -> rusqlite::Result<Vec<(Unread, String)>> {
        let connection = lock(&self.writer);
        loop {
            let documents: Vec<(i64, i64, i64)> = connection
                .prepare_cached(
                    "SELECT u.document, u.through, d.state FROM encoder JOIN unread u JOIN documents d ON d.key = u.document
                     WHERE d.removed = 0 AND d.chunks > 0 ORDER BY d.chunks, d.key LIMIT ?1",
                )?
                .query_map([DOCUMENTS as i64], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
                .collect::<rusqlite::Result<_>>()?;
            let mut unread = Vec::new();
            let mut finished = false;
            for (document, through, state) in documents {
                let mut passages = connection.prepare_cached(
                    "SELECT key, heading, text FROM chunks WHERE document = ?1 AND key > ?2 ORDER BY key LIMIT ?3",
                )?;
                let mut rows =
                    passages.query((document, through, (AT_ONCE - unread.len()) as i64))?;
                let before = unread.len();
                while let Some(row) = rows.next()? {
                    let (heading, text): (String, String) = (row.get(1)?, row.get(2)?);
                    let read = if heading.is_empty() {
                        text.clone()
                    } else {
                        format!("{heading}\n{text}")
                    };
                    unread.push((Unread { key: row.get(0)?, document, text }, read));
                }
                if unread.len() == before && state == DONE {
                    connection
                        .prepare_cached("DELETE FROM unread WHERE document = ?1")?
                        .execute([document])?;
                    finished = true;
                }
                if unread.len() == AT_ONCE {
                    break;
                }
            }
            if !unread.is_empty() || !finished {
                return Ok(unread);
            }
        }
    }

    /// Keeps what an encoder made; false where the vectors are of another one now, or of none: then they are dropped.
    fn keep_vectors(
        &self,
        fingerprint: &str,
        of: &[(Unread, String)],
        made: &[Vec<f32>],
    ) -> Result<bool, Error> {
        let mut connection = lock(&self.writer);
        let mut kept: Vec<(i64, i64, &[f32])> = Vec::with_capacity(of.len());
        let mut write = || -> rusqlite::Result<bool> {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            if !is_of(&transaction, fingerprint)? {
                return Ok(false);
            }
            for ((one, _), vector) in of.iter().zip(made) {
                // Its document may have been taken out or read anew while the encoder read it.
                let is_there = transaction
                    .prepare_cached(
                        "SELECT 1 FROM chunks WHERE key = ?1 AND document = ?2 AND text = ?3",
                    )?
                    .exists((one.key, one.document, &one.text))?;
                if is_there {
                    transaction
                        .prepare_cached("INSERT OR REPLACE INTO vectors VALUES (?1, ?2, ?3)")?
                        .execute((one.key, one.document, vectors::packed(vector)))?;
                    transaction
                        .prepare_cached("UPDATE unread SET through = ?2 WHERE document = ?1")?
                        .execute((one.document, one.key))?;
                    kept.push((one.key, one.document, vector));
                }
            }
            transaction.execute("UPDATE encoder SET done = done + ?1", [kept.len() as i64])?;
            transaction.commit()?;
            Ok(true)
        };
        let ours = write().map_err(|source| self.failed(source))?;
        let mut signs = lock(&self.signs);
        signs.add(kept);
        // What is no longer its own an encoder has to begin anew.
        if !ours || signs.is_skewed() {
            signs.disown();
        }
        Ok(ours)
    }

    /// The passages whose signs are nearest to those of a question's vector; `hidden` are the documents that are not to be read.
    pub(crate) fn nearest(&self, question: &[f32], hidden: &HashSet<i64>) -> Vec<Nearest> {
        let may = |document| if hidden.contains(&document) { May::Not } else { May::All };
        lock(&self.signs).nearest(question, may, &HashSet::new(), NEAREST)
    }
}

/// The documents that a reader may not read, and those that were taken out.
pub(crate) fn hidden(
    connection: &Connection,
    reader: Reader<'_>,
) -> rusqlite::Result<HashSet<i64>> {
    let scope = match reader {
        Reader::Character(id) => Some(id.0.as_str()),
        Reader::Person => None,
    };
    connection
        .prepare_cached(
            "SELECT key FROM documents WHERE removed = 1 OR (?1 IS NOT NULL AND scope NOT IN ('', ?1))",
        )?
        .query_map([scope], |row| row.get(0))?
        .collect()
}

/// Of the nearest by their signs those that are nearest by all numbers, the nearest first.
pub(crate) fn weighed(
    connection: &Connection,
    question: &[f32],
    nearest: &[Nearest],
    limit: usize,
) -> rusqlite::Result<Vec<Near>> {
    let keys = nearest.iter().map(|one| one.key);
    let mut found = vectors::cosines(connection, question, keys)?;
    found.truncate(limit);
    let near = found.into_iter().filter_map(|(cosine, key)| {
        let one = nearest.iter().find(|one| one.key == key)?;
        Some(Near { key, cosine, beyond_chance: one.beyond_chance })
    });
    Ok(near.collect())
}

/// Takes out what an encoder made of a document.
pub(crate) fn erase(connection: &Connection, document: i64) -> rusqlite::Result<()> {
    let gone = connection
        .prepare_cached(
            "DELETE FROM vectors WHERE key IN (SELECT key FROM chunks WHERE document = ?1) AND part = ?1",
        )?
        .execute([document])?;
    connection
        .prepare_cached("UPDATE encoder SET done = max(done - ?1, 0)")?
        .execute([i64::try_from(gone).unwrap_or(i64::MAX)])?;
    connection.prepare_cached("DELETE FROM unread WHERE document = ?1")?.execute([document])?;
    Ok(())
}

/// Whether the vectors of the file are those of an encoder.
fn is_of(connection: &Connection, fingerprint: &str) -> rusqlite::Result<bool> {
    let known: Option<String> = connection
        .prepare_cached("SELECT fingerprint FROM encoder")?
        .query_row([], |row| row.get(0))
        .optional()?;
    Ok(known.as_deref() == Some(fingerprint))
}

#[cfg(test)]
#[path = "meaning_tests.rs"]
mod tests;
