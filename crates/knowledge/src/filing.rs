//! Passages into the index. A document's, as far as they are not too many, are written together with the note that it was read, so that a
//! crash loses whole documents and nothing else.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::Receiver;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use domain::Flow;
use rusqlite::{Connection, OptionalExtension};

use crate::Error;
use crate::index::{Outcome, RefusedFile, Report, Tell, Watch, path_text};
use crate::reading::{End, PORTION, Part, Stamp};
use crate::schema::{DONE, READING, REFUSED};
use crate::shelf::{Knowledge, empty, lock};

/// A transaction with something in it does not stay open longer.
const PATIENCE_MS: u128 = 400;

impl Knowledge {
    pub(crate) fn write_all(
        &self,
        from: &Receiver<Part>,
        files: &[PathBuf],
        scope: &str,
        report: &mut Report,
        tell: Tell<'_>,
    ) -> Result<(), Error> {
        let mut done = 0;
        // What was written of files that are not read to their end: they may still turn out broken.
        let mut begun: HashMap<usize, (u64, u64)> = HashMap::new();
        while let Ok(first) = from.recv() {
            // Small documents share a transaction; each is whole within it.
            let began = Instant::now();
            let mut parts = vec![first];
            let mut bytes = parts[0].bytes();
            while bytes < PORTION
                && began.elapsed().as_millis() < PATIENCE_MS
                && let Ok(part) = from.try_recv()
            {
                bytes += part.bytes();
                parts.push(part);
            }
            self.write(&parts, files, scope).map_err(|source| self.failed(source))?;
            for part in &parts {
                let (chunks, text_bytes) = begun.entry(part.file).or_default();
                *chunks += part.chunks.len() as u64;
                *text_bytes += part.bytes() as u64;
                let path = &files[part.file];
                let flow = match &part.end {
                    None => tell(Watch::Reading {
                        path,
                        bytes: part.read,
                        size: part.stamp.size as u64,
                    }),
                    Some(end) => {
                        done += 1;
                        let (chunks, text_bytes) = begun.remove(&part.file).unwrap_or_default();
                        if !matches!(end, End::Refused(_)) {
                            report.chunks += chunks;
                            report.text_bytes += text_bytes;
                        }
                        let outcome = outcome(end);
                        count(report, path, &outcome);
                        tell(Watch::Done { path, outcome: &outcome, done, files: files.len() })
                    }
                };
                if flow == Flow::Stop {
                    return Err(Error::Cancelled);
                }
            }
        }
        Ok(())
    }

    fn write(&self, parts: &[Part], files: &[PathBuf], scope: &str) -> rusqlite::Result<()> {
        let mut connection = lock(&self.writer);
        let transaction = connection.transaction()?;
        let mut emptied = Vec::new();
        for part in parts {
            if matches!(part.end, Some(End::Unchanged)) && part.chunks.is_empty() {
                touch(&transaction, &files[part.file], scope, &part.stamp)?;
                continue;
            }
            let document = begun(&transaction, &files[part.file], scope, part)?;
            if part.first || matches!(part.end, Some(End::Refused(_))) {
                emptied.push(document);
            }
            for (chunk, words) in &part.chunks {
                let (kind, place) = chunk.place.numbers();
                transaction
                    .prepare_cached(
                        "INSERT INTO chunks (document, place_kind, place, heading, text) VALUES (?1, ?2, ?3, ?4, ?5)",
                    )?
                    .execute((document, kind, place, &chunk.heading, &chunk.text))?;
                transaction
                    .prepare_cached("INSERT INTO texts (rowid, words) VALUES (?1, ?2)")?
                    .execute((transaction.last_insert_rowid(), words))?;
            }
            transaction
                .prepare_cached("INSERT OR IGNORE INTO unread (document, through) VALUES (?1, 0)")?
                .execute([document])?;
            transaction
                .prepare_cached("UPDATE documents SET chunks = chunks + ?2, text_bytes = text_bytes + ?3 WHERE key = ?1")?
                .execute((document, part.chunks.len() as i64, part.bytes() as i64))?;
            match &part.end {
                Some(End::Read { title, format, .. }) => transaction
                    .prepare_cached(
                        "UPDATE documents SET state = ?2, title = ?3, format = ?4 WHERE key = ?1",
                    )?
                    .execute((document, DONE, title, format.name()))?,
                Some(End::Refused(refusal)) => {
                    // Half a document that turned out broken is better forgotten than believed.
                    empty(&transaction, document)?;
                    transaction
                        .prepare_cached(
                            "UPDATE documents SET state = ?2, reason = ?3, message = ?4, chunks = 0, text_bytes = 0 WHERE key = ?1",
                        )?
                        .execute((document, REFUSED, refusal.code(), refusal.to_string()))?
                }
                Some(End::Unchanged) | None => 0,
            };
        }
        transaction.commit()?;
        // The numbers of passages that went are given to others.
        let mut signs = lock(&self.signs);
        for document in emptied {
            signs.take_out(document);
        }
        Ok(())
    }
}

/// The document's key; where the part is its first, all that was known of it is replaced.
fn begun(connection: &Connection, path: &Path, scope: &str, part: &Part) -> rusqlite::Result<i64> {
    let path = path_text(path, false);
    let known: Option<i64> = connection
        .prepare_cached("SELECT key FROM documents WHERE path = ?1 AND scope = ?2")?
        .query_row((&path, scope), |row| row.get(0))
        .optional()?;
    if let (Some(key), false) = (known, part.first) {
        return Ok(key);
    }
    if let Some(key) = known {
        empty(connection, key)?;
    }
    connection
        .prepare_cached(
            "INSERT INTO documents (path, scope, state, size, modified, digest, added_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT DO UPDATE SET state = ?3, size = ?4, modified = ?5, digest = ?6, chunks = 0, text_bytes = 0,
               title = '', format = '', reason = '', message = '', removed = 0
             RETURNING key",
        )?
        .query_row(
            (&path, scope, READING, part.stamp.size, part.stamp.modified, &part.stamp.digest, now()),
            |row| row.get(0),
        )
}

/// The same bytes under a new date.
fn touch(connection: &Connection, path: &Path, scope: &str, stamp: &Stamp) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "UPDATE documents SET size = ?3, modified = ?4, removed = 0 WHERE path = ?1 AND scope = ?2",
        )?
        .execute((path_text(path, false), scope, stamp.size, stamp.modified))?;
    Ok(())
}

fn outcome(end: &End) -> Outcome {
    match end {
        End::Read { chunks, .. } => Outcome::Read { chunks: *chunks },
        End::Unchanged => Outcome::Unchanged,
        End::Refused(refusal) => {
            Outcome::Refused { reason: refusal.code().to_owned(), message: refusal.to_string() }
        }
    }
}

fn count(report: &mut Report, path: &Path, outcome: &Outcome) {
    match outcome {
        Outcome::Read { .. } => report.read += 1,
        Outcome::Unchanged => report.unchanged += 1,
        Outcome::Refused { reason, message } => report.refused.push(RefusedFile {
            file: path.to_string_lossy().into_owned(),
            reason: reason.clone(),
            message: message.clone(),
        }),
    }
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
