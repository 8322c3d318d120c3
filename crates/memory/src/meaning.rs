//! Search by meaning: a vector of each message by an encoder that the person has, and the messages nearest to a question's.
//!
//! Vectors are kept as bytes with a scale, by the fingerprint of the encoder that made them: another encoder means to make them anew.
//! In memory there are only signs, one bit a number, of what differs from the mean of all (encoders crowd their vectors into a
//! corner, so that plain signs would all be alike). A question is compared with all signs, and with the bytes of the nearest.

use std::collections::HashMap;

use domain::{Embedder, MessageId};
use pulp::Arch;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};
use store::EventLog;

use crate::happened::Happened;
use crate::memory::Memory;
use crate::search::{Candidate, message_id};
use crate::{Error, sync};

/// Numbers of a vector, at most.
const WIDEST: usize = 8_192;
/// Characters of a message that the encoder reads.
const LONGEST: usize = 2_000;
/// Messages that are read between two looks at whether to stop.
const AT_ONCE: usize = 16;
/// How many of the nearest by signs are compared by bytes.
const NEAREST: usize = 256;
/// How far a message must stand out from the others, in standard deviations of all distances.
const STANDS_OUT: f64 = 2.5;
/// Messages whose distances are summed up together.
const BLOCK: usize = 4_096;
/// Vectors without which a deviation says nothing.
const ENOUGH: usize = 64;
/// Of how many vectors the mean is taken.
const FOR_MEAN: usize = 4_096;

/// How far the vectors are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Meaning {
    /// Messages that have a vector.
    pub done: u64,
    /// Messages there are.
    pub all: u64,
}

/// All signs, and whose they are.
#[derive(Debug, Default)]
pub(crate) struct Signs {
    fingerprint: String,
    width: usize,
    mean: Vec<f32>,
    keys: Vec<i64>,
    characters: Vec<u32>,
    /// The first words of all, the second words of all, …: 64 signs each.
    columns: Vec<Vec<u64>>,
    /// Vectors there were when the mean was taken.
    mean_of: usize,
}

/// A vector as it is kept: its message, the key of its character, its bytes.
type Row = (i64, u32, Vec<u8>);
/// A message without a vector: its key, its id, the key of its character.
type Unread = (i64, MessageId, u32);

/// A message that means something like what was asked.
#[derive(Debug, Clone)]
pub(crate) struct Near {
    pub(crate) candidate: Candidate,
    /// Cosine, -1 to 1.
    pub(crate) cosine: f32,
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
        mut stop: impl FnMut() -> bool,
    ) -> Result<Meaning, Error> {
        // Stopped, it touches nothing more: another encoder, or none, may be wanted by now.
        while !stop() {
            self.belong_to(fingerprint)?;
            let (todo, through) = self.unread()?;
            if todo.is_empty() && through.is_none() {
                break;
            }
            let mut texts = Vec::with_capacity(todo.len());
            for (_, message, _) in &todo {
                let text = sync::without_tags(&log.message(*message)?.text);
                texts.push(words::beginning(&text, LONGEST).to_owned());
            }
            // Nobody waits for the memory while the encoder works.
            let vectors = if texts.is_empty() {
                Vec::new()
            } else {
                encoder.embed(&texts).map_err(|problem| Error::Encoder(problem.message))?
            };
            let sound = vectors.len() == texts.len()
                && vectors.iter().all(|one| {
                    one.len() == vectors[0].len()
                        && (1..=WIDEST).contains(&one.len())
                        && one.iter().all(|x| x.is_finite())
                });
            if !sound {
                return Err(Error::Encoder("it gives no vectors that can be compared".to_owned()));
            }
            if !self.keep_vectors(fingerprint, &todo, &vectors, through)? {
                break;
            }
        }
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

    /// Throws all vectors away.
    pub fn forget_meaning(&self) -> Result<(), Error> {
        let connection = self.lock();
        *self.signs() = Signs::default();
        connection
            .execute_batch("DELETE FROM vectors; DELETE FROM unread; DELETE FROM encoder;")
            .map_err(|source| self.failed(source))
    }

    /// Sees to it that what is there is of this encoder.
    pub(crate) fn belong_to(&self, fingerprint: &str) -> Result<(), Error> {
        if self.signs().fingerprint == fingerprint {
            return Ok(());
        }
        let (width, rows) = {
            let connection = self.lock();
            let read = || -> rusqlite::Result<(usize, Vec<Row>)> {
                let known: Option<String> = connection
                    .query_row("SELECT fingerprint FROM encoder", [], |row| row.get(0))
                    .optional()?;
                if known.as_deref() != Some(fingerprint) {
                    connection.execute_batch(
                        "BEGIN IMMEDIATE; DELETE FROM vectors; DELETE FROM unread; DELETE FROM encoder; COMMIT;",
                    )?;
                    connection.execute("INSERT INTO encoder VALUES (1, ?1, 0)", [fingerprint])?;
                }
                let rows = connection
                    .prepare("SELECT message, character, bytes FROM vectors ORDER BY message")?
                    .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
                    .collect::<rusqlite::Result<Vec<Row>>>()?;
                let width = rows.first().map_or(0, |(.., bytes)| bytes.len().saturating_sub(4));
                Ok((width, rows))
            };
            read().map_err(|source| self.failed(source))?
        };
        let mut signs = Signs { fingerprint: fingerprint.to_owned(), width, ..Signs::default() };
        signs.take_mean(rows.iter().map(|(.., bytes)| bytes.as_slice()), rows.len());
        for (key, character, bytes) in &rows {
            signs.push(*key, *character, &unpacked(bytes));
        }
        let connection = self.lock();
        // They may have been thrown away while the signs were made.
        if is_of(&connection, fingerprint).map_err(|source| self.failed(source))? {
            *self.signs() = signs;
        }
        Ok(())
    }

    /// Messages without a vector, and how far all of them have one once these do; empty and `None` where none is left.
    fn unread(&self) -> Result<(Vec<Unread>, Option<i64>), Error> {
        let connection = self.lock();
        let read = || -> rusqlite::Result<(Vec<Unread>, Option<i64>)> {
            let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, message_id(row, 1)?, row.get(2)?));
            let again: Vec<Unread> = connection
                .prepare_cached(
                    "SELECT m.key, m.id, c.character FROM unread u JOIN messages m ON m.key = u.message JOIN segments s ON s.key = m.segment
                     JOIN conversations c ON c.key = s.conversation LIMIT ?1",
                )?
                .query_map([AT_ONCE as i64], row)?
                .collect::<rusqlite::Result<_>>()?;
            if !again.is_empty() {
                return Ok((again, None));
            }
            let through: Option<i64> = connection
                .query_row("SELECT through FROM encoder", [], |row| row.get(0))
                .optional()?;
            // Nobody's vectors are wanted any more.
            let Some(through) = through else { return Ok((Vec::new(), None)) };
            let new: Vec<Unread> = connection
                .prepare_cached(
                    "SELECT m.key, m.id, c.character FROM messages m JOIN segments s ON s.key = m.segment
                     JOIN conversations c ON c.key = s.conversation WHERE m.key > ?1 ORDER BY m.key LIMIT ?2",
                )?
                .query_map((through, AT_ONCE as i64), row)?
                .collect::<rusqlite::Result<_>>()?;
            let last = new.last().map(|(key, ..)| *key);
            let mut forgotten =
                connection.prepare_cached("SELECT 1 FROM forgotten WHERE message = ?1")?;
            let mut kept = Vec::with_capacity(new.len());
            for one in new {
                if !forgotten.exists([one.1.to_string()])? {
                    kept.push(one);
                }
            }
            Ok((kept, last))
        };
        read().map_err(|source| self.failed(source))
    }

    /// Keeps what an encoder made; false where the vectors are of another one now, or of none: then they are dropped.
    fn keep_vectors(
        &self,
        fingerprint: &str,
        of: &[Unread],
        vectors: &[Vec<f32>],
        through: Option<i64>,
    ) -> Result<bool, Error> {
        let mut connection = self.lock();
        let mut kept = Vec::with_capacity(of.len());
        let mut write = || -> rusqlite::Result<bool> {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            if !is_of(&transaction, fingerprint)? {
                return Ok(false);
            }
            for ((key, message, character), vector) in of.iter().zip(vectors) {
                transaction.execute("DELETE FROM unread WHERE message = ?1", [key])?;
                // It may have been forgotten while the encoder read it.
                let forgotten = transaction
                    .prepare_cached("SELECT 1 FROM forgotten WHERE message = ?1")?
                    .exists([message.to_string()])?;
                if !forgotten {
                    transaction
                        .prepare_cached("INSERT OR REPLACE INTO vectors VALUES (?1, ?2, ?3)")?
                        .execute((key, character, packed(vector)))?;
                    kept.push((*key, *character, vector));
                }
            }
            if let Some(through) = through {
                transaction.execute("UPDATE encoder SET through = ?1", [through])?;
            }
            transaction.commit()?;
            Ok(true)
        };
        let ours = write().map_err(|source| self.failed(source))?;
        let mut signs = self.signs();
        signs.add(&kept);
        // The first few messages are no fair sample of a life; and what is no longer its own an encoder has to begin anew.
        if !ours || signs.is_skewed() {
            signs.fingerprint.clear();
        }
        Ok(ours)
    }

    /// The messages of what happened that mean most nearly what a question's vector means, the nearest first.
    pub(crate) fn near(
        &self,
        connection: &Connection,
        character: i64,
        happened: &Happened,
        question: &[f32],
        limit: usize,
    ) -> rusqlite::Result<Vec<Near>> {
        let keys = self.signs().nearest(u32::try_from(character).unwrap_or(u32::MAX), question);
        let mut query = connection.prepare_cached(
            "SELECT m.id, m.segment, m.depth, m.role, m.at, m.key, v.bytes FROM vectors v JOIN messages m ON m.key = v.message WHERE v.message = ?1",
        )?;
        let mut near = Vec::with_capacity(keys.len());
        for key in keys {
            let mut rows = query.query([key])?;
            let Some(row) = rows.next()? else { continue };
            if !happened.has(row.get(1)?, row.get(2)?) {
                continue;
            }
            let bytes = row.get_ref(6)?.as_blob().unwrap_or_default();
            near.push(Near {
                cosine: cosine(question, bytes),
                candidate: Candidate {
                    message: message_id(row, 0)?,
                    at: row.get::<_, i64>(4)?.max(0) as u64,
                    by_user: row.get::<_, i64>(3)? == sync::USER,
                    key: row.get(5)?,
                },
            });
        }
        near.sort_by(|one, other| other.cosine.total_cmp(&one.cosine));
        near.truncate(limit);
        Ok(near)
    }
}

impl Signs {
    fn take_mean<'a>(&mut self, vectors: impl Iterator<Item = &'a [u8]>, count: usize) {
        self.mean = vec![0.0; self.width];
        self.mean_of = count;
        let step = (count / FOR_MEAN).max(1);
        let mut taken = 0.0_f32;
        for bytes in vectors.step_by(step) {
            let vector = unpacked(bytes);
            if vector.len() == self.width {
                taken += 1.0;
                for (mean, x) in self.mean.iter_mut().zip(&vector) {
                    *mean += (x - *mean) / taken;
                }
            }
        }
    }

    fn add(&mut self, vectors: &[(i64, u32, &Vec<f32>)]) {
        let Some((.., first)) = vectors.first() else { return };
        if self.keys.is_empty() {
            self.width = first.len();
            self.mean = vec![0.0; self.width];
            let count = vectors.len() as f32;
            for (.., vector) in vectors.iter().filter(|(.., one)| one.len() == self.width) {
                for (mean, x) in self.mean.iter_mut().zip(vector.iter()) {
                    *mean += x / count;
                }
            }
            self.mean_of = vectors.len();
        }
        for (key, character, vector) in vectors {
            self.push(*key, *character, vector);
        }
    }

    fn push(&mut self, key: i64, character: u32, vector: &[f32]) {
        if vector.len() != self.width {
            return;
        }
        self.keys.push(key);
        self.characters.push(character);
        let words = bits(vector, &self.mean);
        self.columns.resize_with(words.len(), Vec::new);
        for (column, word) in self.columns.iter_mut().zip(words) {
            column.push(word);
        }
    }

    /// The mean was taken of few, and there are many more now.
    fn is_skewed(&self) -> bool {
        self.mean_of < FOR_MEAN && self.keys.len() > 4 * self.mean_of.max(16)
    }

    /// The keys whose signs are nearest to a question's.
    fn nearest(&self, character: u32, question: &[f32]) -> Vec<i64> {
        if question.len() != self.width || self.keys.is_empty() {
            return Vec::new();
        }
        let wanted = bits(question, &self.mean);
        let mut distances = vec![u16::MAX; self.keys.len()];
        Arch::new().dispatch(Distances {
            wanted: &wanted,
            columns: &self.columns,
            characters: &self.characters,
            character,
            out: &mut distances,
        });
        let mut counts = vec![0_usize; self.width + 1];
        let (mut number, mut sum, mut squares) = (0_usize, 0.0_f64, 0.0_f64);
        for &distance in distances.iter().filter(|&&distance| distance != u16::MAX) {
            counts[usize::from(distance).min(self.width)] += 1;
        }
        for (distance, &count) in counts.iter().enumerate() {
            let (distance, count_f) = (distance as f64, count as f64);
            number += count;
            sum += distance * count_f;
            squares += distance * distance * count_f;
        }
        if number == 0 {
            return Vec::new();
        }
        let mean = sum / number as f64;
        let deviation = (squares / number as f64 - mean * mean).max(0.0).sqrt();
        let farthest = if number < ENOUGH { f64::MAX } else { mean - STANDS_OUT * deviation };
        let mut most = 0;
        let mut within = 0;
        for (distance, &count) in counts.iter().enumerate() {
            if distance as f64 > farthest || within >= NEAREST {
                break;
            }
            within += count;
            most = distance;
        }
        let mut near: Vec<(u16, i64)> = distances
            .iter()
            .zip(&self.keys)
            .filter(|(distance, _)| {
                usize::from(**distance) <= most && f64::from(**distance) <= farthest
            })
            .map(|(distance, key)| (*distance, *key))
            .collect();
        near.sort_unstable_by_key(|(distance, key)| (*distance, std::cmp::Reverse(*key)));
        // What was forgotten and is remembered again has its signs twice until the next start.
        near.dedup_by_key(|(_, key)| *key);
        near.truncate(NEAREST);
        near.into_iter().map(|(_, key)| key).collect()
    }
}

/// Whether the vectors of the file are those of an encoder.
fn is_of(connection: &Connection, fingerprint: &str) -> rusqlite::Result<bool> {
    connection.prepare_cached("SELECT 1 FROM encoder WHERE fingerprint = ?1")?.exists([fingerprint])
}

/// Signs of what differs from the mean, 64 to a word.
fn bits(vector: &[f32], mean: &[f32]) -> Vec<u64> {
    let parts = vector.chunks(64).zip(mean.chunks(64));
    parts
        .map(|(part, mean)| {
            let pairs = part.iter().zip(mean).enumerate();
            pairs.fold(0, |word, (at, (x, mean))| word | (u64::from(x > mean) << at))
        })
        .collect()
}

/// How many signs differ, for every message of a character.
struct Distances<'a> {
    wanted: &'a [u64],
    columns: &'a [Vec<u64>],
    characters: &'a [u32],
    character: u32,
    out: &'a mut [u16],
}

impl pulp::NullaryFnOnce for Distances<'_> {
    type Output = ();

    #[expect(
        clippy::inline_always,
        reason = "pulp's rule: what is not inlined into its dispatch loses the instructions"
    )]
    #[inline(always)]
    fn call(self) {
        // In blocks, so that what is summed up stays in the nearest cache while column after column is added to it.
        for (block, out) in self.out.chunks_mut(BLOCK).enumerate() {
            let from = block * BLOCK;
            out.fill(0);
            for (column, wanted) in self.columns.iter().zip(self.wanted) {
                for (out, word) in out.iter_mut().zip(&column[from..]) {
                    *out += (word ^ wanted).count_ones() as u16;
                }
            }
            for (out, character) in out.iter_mut().zip(&self.characters[from..]) {
                if *character != self.character {
                    *out = u16::MAX;
                }
            }
        }
    }
}

/// A scale and a byte for each number.
pub(crate) fn packed(vector: &[f32]) -> Vec<u8> {
    let largest = vector.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
    let scale = if largest > 0.0 { largest / 127.0 } else { 1.0 };
    let mut bytes = Vec::with_capacity(4 + vector.len());
    bytes.extend(scale.to_le_bytes());
    bytes.extend(vector.iter().map(|x| (x / scale).round().clamp(-127.0, 127.0) as i8 as u8));
    bytes
}

fn unpacked(bytes: &[u8]) -> Vec<f32> {
    let Some((scale, bytes)) = bytes.split_first_chunk::<4>() else { return Vec::new() };
    let scale = f32::from_le_bytes(*scale);
    bytes.iter().map(|byte| f32::from(*byte as i8) * scale).collect()
}

/// Of a vector of unit length and a packed one that was.
fn cosine(question: &[f32], bytes: &[u8]) -> f32 {
    let Some((scale, bytes)) = bytes.split_first_chunk::<4>() else { return -1.0 };
    if bytes.len() != question.len() {
        return -1.0;
    }
    let sum: f32 = question.iter().zip(bytes).map(|(x, byte)| x * f32::from(*byte as i8)).sum();
    sum * f32::from_le_bytes(*scale)
}

/// Takes a forgotten message's vector out.
pub(crate) fn erase(connection: &Connection, key: i64) -> rusqlite::Result<()> {
    connection.prepare_cached("DELETE FROM vectors WHERE message = ?1")?.execute([key])?;
    connection.prepare_cached("DELETE FROM unread WHERE message = ?1")?.execute([key])?;
    Ok(())
}

/// Notes that a message which is remembered again has no vector.
pub(crate) fn read_again(connection: &Connection, key: i64) -> rusqlite::Result<()> {
    connection.prepare_cached("INSERT OR IGNORE INTO unread VALUES (?1)")?.execute([key])?;
    Ok(())
}

/// Ranks of several lists as one (reciprocal-rank fusion, Cormack and others 2009, with their k of 60): what stands high in any of
/// them stands high.
pub(crate) fn fused(lists: &[Vec<i64>]) -> HashMap<i64, f64> {
    let mut scores = HashMap::new();
    for list in lists {
        for (rank, key) in list.iter().enumerate() {
            *scores.entry(*key).or_insert(0.0) += 1.0 / (61.0 + rank as f64);
        }
    }
    scores
}

#[cfg(test)]
#[path = "meaning_tests.rs"]
mod tests;
