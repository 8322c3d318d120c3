//! The table of vectors, which is the same in every database that keeps some.

use std::sync::MutexGuard;

use rusqlite::{Connection, OptionalExtension};

use crate::signs::FOR_MEAN;
use crate::{Signs, cosine};

/// Vectors that are read while nobody else gets at the database.
const PAGE: usize = 8_192;

/// `part` is what a text belongs to, and is read with it or not: a branch, a document. `bytes` are [`crate::packed`].
pub const TABLE: &str = "
CREATE TABLE vectors (key INTEGER PRIMARY KEY, part INTEGER NOT NULL, bytes BLOB NOT NULL) STRICT;
";

/// Reads the signs of all vectors, which an encoder of this fingerprint made. A million take a second or two, a page at a time, so that
/// whoever asks something meanwhile waits for no more than a page.
pub fn load<'a>(
    of: &str,
    lock: impl Fn() -> MutexGuard<'a, Connection>,
) -> rusqlite::Result<Signs> {
    let (all, sample) = sample(&lock())?;
    let mut signs = Signs::new(of, sample.iter().map(Vec::as_slice), all);
    let mut through = i64::MIN;
    loop {
        let connection = lock();
        let mut query = connection.prepare_cached(
            "SELECT key, part, bytes FROM vectors WHERE key > ?1 ORDER BY key LIMIT ?2",
        )?;
        let mut rows = query.query((through, PAGE as i64))?;
        let mut count = 0;
        while let Some(row) = rows.next()? {
            through = row.get(0)?;
            signs.push_packed(through, row.get(1)?, row.get_ref(2)?.as_blob().unwrap_or_default());
            count += 1;
        }
        if count < PAGE {
            return Ok(signs);
        }
    }
}

/// About how many vectors there are, and some of them from all over the table.
fn sample(connection: &Connection) -> rusqlite::Result<(usize, Vec<Vec<u8>>)> {
    let (first, last): (i64, i64) = connection.query_row(
        "SELECT coalesce((SELECT min(key) FROM vectors), 0), coalesce((SELECT max(key) FROM vectors), -1)",
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let all = usize::try_from(last.saturating_sub(first).saturating_add(1)).unwrap_or_default();
    let step = i64::try_from(all.div_ceil(FOR_MEAN).max(1)).unwrap_or(i64::MAX);
    let mut query =
        connection.prepare_cached("SELECT key, bytes FROM vectors WHERE key >= ?1 LIMIT 1")?;
    let (mut sample, mut from) = (Vec::new(), first);
    while from <= last {
        let found: Option<(i64, Vec<u8>)> =
            query.query_row([from], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        let Some((key, bytes)) = found else { break };
        sample.push(bytes);
        from = key.saturating_add(step);
    }
    Ok((all, sample))
}

/// The cosines of some vectors with a question's, the nearest first; those that are gone are left out.
pub fn cosines(
    connection: &Connection,
    question: &[f32],
    keys: impl IntoIterator<Item = i64>,
) -> rusqlite::Result<Vec<(f32, i64)>> {
    let mut query = connection.prepare_cached("SELECT bytes FROM vectors WHERE key = ?1")?;
    let mut found = Vec::new();
    for key in keys {
        let mut rows = query.query([key])?;
        if let Some(row) = rows.next()? {
            found.push((cosine(question, row.get_ref(0)?.as_blob().unwrap_or_default()), key));
        }
    }
    found.sort_by(|one, other| other.0.total_cmp(&one.0));
    Ok(found)
}
