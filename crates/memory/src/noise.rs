//! Vectors of noise for every message of a memory, to measure how quickly the nearest are found: that does not depend on what they mean.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use vectors::packed;

use crate::Error;
use crate::memory::Memory;

/// Whose vectors they are.
pub(crate) const NOISE: &str = "noise";

/// Gives every message a vector, where an earlier call has not; answers how many there are.
pub(crate) fn fill(memory: &Memory, width: usize, seed: u64) -> Result<usize, Error> {
    let done = memory.meaning()?;
    if done.done == done.all && memory.is_of(NOISE)? {
        return Ok(usize::try_from(done.done).unwrap_or_default());
    }
    let mut noise = ChaCha8Rng::seed_from_u64(seed);
    let connection = memory.lock();
    let mut insert = || -> rusqlite::Result<usize> {
        connection.execute_batch(
            "BEGIN IMMEDIATE; DELETE FROM vectors; DELETE FROM unread; DELETE FROM encoder;",
        )?;
        let mut count = 0;
        {
            let mut messages =
                connection.prepare("SELECT key, segment FROM messages ORDER BY key")?;
            let mut rows = messages.query([])?;
            let mut vector = connection.prepare("INSERT INTO vectors VALUES (?1, ?2, ?3)")?;
            while let Some(row) = rows.next()? {
                let (key, segment): (i64, i64) = (row.get(0)?, row.get(1)?);
                vector.execute((key, segment, packed(&vector_of(&mut noise, width))))?;
                count += 1;
            }
        }
        connection.execute(
            "INSERT INTO encoder SELECT 1, ?1, coalesce(max(key), 0) FROM messages",
            [NOISE],
        )?;
        connection.execute_batch("COMMIT")?;
        Ok(count)
    };
    insert().map_err(|source| memory.failed(source))
}

/// A question's vector.
pub(crate) fn question(width: usize, seed: u64) -> Vec<f32> {
    vector_of(&mut ChaCha8Rng::seed_from_u64(!seed), width)
}

/// A direction, with a share that is common to all, as encoders have it.
fn vector_of(noise: &mut ChaCha8Rng, width: usize) -> Vec<f32> {
    let mut vector: Vec<f32> = (0..width).map(|_| noise.random::<f32>() - 0.2).collect();
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    vector.iter_mut().for_each(|x| *x /= length);
    vector
}
