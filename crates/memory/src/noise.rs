//! Vectors of noise in a memory's file, to measure how quickly the nearest are found: that does not depend on what they mean.

use std::path::Path;
use std::time::Instant;

use domain::CharacterId;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::happened::{Happened, Scope};
use crate::meaning::packed;
use crate::memory::Memory;
use crate::search::NEAR;
use crate::{Error, sync};

/// Whose noise it is, and which encoder's.
const NOISE: &str = "noise";

/// Writes messages without words, each with a vector.
pub(crate) fn write(path: &Path, count: usize, width: usize, seed: u64) -> Result<(), Error> {
    let memory = Memory::open(path)?;
    let mut noise = ChaCha8Rng::seed_from_u64(seed);
    let connection = memory.lock();
    let mut insert = || -> rusqlite::Result<()> {
        connection.execute_batch("BEGIN IMMEDIATE")?;
        let character = sync::character_key(&connection, NOISE)?;
        connection.execute(
            "INSERT INTO conversations (id, character) VALUES (?1, ?2)",
            (NOISE, character),
        )?;
        let conversation = connection.last_insert_rowid();
        connection.execute(
            "INSERT INTO segments (conversation, depth) VALUES (?1, ?2)",
            (conversation, count as i64),
        )?;
        let segment = connection.last_insert_rowid();
        connection.execute("INSERT INTO encoder VALUES (1, ?1, ?2)", (NOISE, count as i64))?;
        let mut message = connection.prepare(
            "INSERT INTO messages (key, id, segment, depth, role, at, telling) VALUES (?1, ?2, ?3, ?1, 0, ?1, 0)",
        )?;
        let mut vector = connection.prepare("INSERT INTO vectors VALUES (?1, ?2, ?3)")?;
        for key in 1..=count as i64 {
            message.execute((key, format!("00000000-0000-0000-0000-{key:012x}"), segment))?;
            vector.execute((key, character, packed(&noisy(&mut noise, width))))?;
        }
        connection.execute("UPDATE conversations SET leaf = ?1", [count as i64])?;
        connection.execute_batch("COMMIT")
    };
    insert().map_err(|source| memory.failed(source))
}

/// Reads them as a start does.
pub(crate) fn load(memory: &Memory) -> Result<(), Error> {
    memory.belong_to(NOISE)
}

/// Milliseconds of each of some searches.
pub(crate) fn search(
    memory: &Memory,
    questions: usize,
    width: usize,
    seed: u64,
) -> Result<Vec<f64>, Error> {
    let mut noise = ChaCha8Rng::seed_from_u64(seed.wrapping_add(1));
    let connection = memory.lock();
    let mut ask = || -> rusqlite::Result<Vec<f64>> {
        let scope = Scope { character: CharacterId(NOISE.to_owned()), here: None };
        let character = sync::character_key(&connection, NOISE)?;
        let mut times = Vec::with_capacity(questions);
        for _ in 0..questions {
            let question = noisy(&mut noise, width);
            let start = Instant::now();
            let happened = Happened::of(&connection, character, &scope)?;
            let found = memory.near(&connection, character, &happened, &question, NEAR)?;
            times.push(start.elapsed().as_secs_f64() * 1000.0);
            std::hint::black_box(found);
        }
        Ok(times)
    };
    ask().map_err(|source| memory.failed(source))
}

/// A direction, with a share that is common to all, as encoders have it.
fn noisy(noise: &mut ChaCha8Rng, width: usize) -> Vec<f32> {
    let mut vector: Vec<f32> = (0..width).map(|_| noise.random::<f32>() - 0.2).collect();
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    vector.iter_mut().for_each(|x| *x /= length);
    vector
}
