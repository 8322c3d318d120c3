//! The nearest of many vectors, without a graph: one bit a number (the sign of what differs from the mean of all, since encoders crowd
//! their vectors into a corner), and every vector is compared. Deleting is nothing, which forgetting needs, and a million take
//! some milliseconds, because a popcount over bytes is all there is to do and memory is read in one direction.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use pulp::Arch;

use crate::unpacked;

/// Of how many vectors the mean is taken.
pub(crate) const FOR_MEAN: usize = 4_096;
/// Numbers of a vector whose signs are kept; of a longer one the first. Bounds what a vector costs to 76 bytes; the nearest are compared
/// by all of their numbers afterwards.
const MOST_SIGNS: usize = 512;
/// Vectors that are kept in memory: 300 MB. What comes after them is found by its words alone.
const MOST: usize = 4_000_000;
/// Vectors that lie together: a column of their signs fits into the nearest cache.
const BLOCK: usize = 4_096;
/// Columns (of eight signs each) whose sum a byte can hold.
const OF_A_BYTE: usize = 31;
/// Blocks that a thread compares at a time.
const OF_A_PART: usize = 16;
/// Threads at most: they compete for memory, not for arithmetic.
const THREADS: usize = 4;
/// How far a vector must stand out from the others, in standard deviations of all distances.
const STANDS_OUT: f64 = 2.5;
/// Vectors without which a deviation says nothing.
const ENOUGH: usize = 64;
/// The distance of what may not be found.
const NEVER: u16 = u16::MAX;

/// A vector that is near to a question's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Nearest {
    /// Its key.
    pub key: i64,
    /// How far it stands out from all, as a share of how far the nearest of so many would by chance: from 1 on it is near because it
    /// means something alike, and not because something always is nearest.
    pub beyond_chance: f32,
}

/// What of a group may be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum May {
    /// Nothing.
    Not,
    /// All of it.
    All,
    /// What is listed by its key.
    Listed,
}

/// The signs of many vectors, each under a key and in a group (a branch, a document) that may be read or not.
#[derive(Debug, Default)]
pub struct Signs {
    of: String,
    width: usize,
    mean: Vec<f32>,
    /// Vectors there were when the mean was taken.
    mean_of: usize,
    blocks: Vec<Block>,
    count: usize,
    /// Groups by the order in which they were met; `None` for one that was taken out.
    groups: Vec<Option<i64>>,
    places: HashMap<i64, u32>,
}

#[derive(Debug)]
struct Block {
    keys: Vec<i64>,
    groups: Vec<u32>,
    /// The first eight signs of all, the second eight of all, …
    columns: Vec<u8>,
}

impl Signs {
    /// None yet, of the encoder with this fingerprint. The mean is that of some vectors as they are kept ([`crate::packed`]), out of `all` there
    /// are.
    pub fn new<'a>(of: &str, sample: impl IntoIterator<Item = &'a [u8]>, all: usize) -> Self {
        let mut signs = Self { of: of.to_owned(), mean_of: all, ..Self::default() };
        let mut taken = 0.0_f32;
        for bytes in sample {
            let vector = unpacked(bytes);
            if signs.mean.is_empty() {
                signs.set_width(vector.len());
            }
            if vector.len() == signs.width {
                taken += 1.0;
                for (mean, x) in signs.mean.iter_mut().zip(&vector) {
                    *mean += (x - *mean) / taken;
                }
            }
        }
        signs
    }

    fn set_width(&mut self, width: usize) {
        self.width = width;
        self.mean = vec![0.0; width];
    }

    /// The fingerprint of the encoder; empty where nothing was read yet.
    pub fn of(&self) -> &str {
        &self.of
    }

    /// Whose they are is no longer known: [`Signs::of`] is empty, and whoever keeps the vectors reads them anew.
    pub fn disown(&mut self) {
        self.of.clear();
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// There are none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Adds vectors: key, group, numbers.
    pub fn add<'a>(&mut self, vectors: impl IntoIterator<Item = (i64, i64, &'a [f32])>) {
        let vectors: Vec<(i64, i64, &[f32])> = vectors.into_iter().collect();
        let Some((.., first)) = vectors.first() else { return };
        if self.is_empty() {
            self.set_width(first.len());
            let count = vectors.len() as f32;
            for (.., vector) in vectors.iter().filter(|(.., one)| one.len() == self.width) {
                for (mean, x) in self.mean.iter_mut().zip(*vector) {
                    *mean += x / count;
                }
            }
            self.mean_of = vectors.len();
        }
        for (key, group, vector) in vectors {
            self.push(key, group, vector);
        }
    }

    /// Adds one as it is kept.
    pub fn push_packed(&mut self, key: i64, group: i64, bytes: &[u8]) {
        self.push(key, group, &unpacked(bytes));
    }

    fn push(&mut self, key: i64, group: i64, vector: &[f32]) {
        if vector.len() != self.width || self.width == 0 || self.count == MOST {
            return;
        }
        let next = u32::try_from(self.groups.len()).unwrap_or(u32::MAX);
        let group = *self.places.entry(group).or_insert_with(|| {
            self.groups.push(Some(group));
            next
        });
        let columns = columns(self.width);
        if self.blocks.last().is_none_or(|block| block.keys.len() == BLOCK) {
            self.blocks.push(Block {
                keys: Vec::with_capacity(BLOCK),
                groups: Vec::with_capacity(BLOCK),
                columns: vec![0; columns * BLOCK],
            });
        }
        let Some(block) = self.blocks.last_mut() else { return };
        let row = block.keys.len();
        for (column, byte) in block.columns.chunks_exact_mut(BLOCK).zip(bits(vector, &self.mean)) {
            column[row] = byte;
        }
        block.keys.push(key);
        block.groups.push(group);
        self.count += 1;
    }

    /// Nothing of a group is found any more, until more is added to it: its vectors are gone, and another may get one of their keys.
    pub fn take_out(&mut self, group: i64) {
        if let Some(place) = self.places.remove(&group)
            && let Some(known) = self.groups.get_mut(place as usize)
        {
            *known = None;
        }
    }

    /// The mean was taken of few, and there are many more now: the first few texts are no fair sample of all.
    pub fn is_skewed(&self) -> bool {
        self.mean_of < FOR_MEAN && self.count > 4 * self.mean_of.max(16)
    }

    /// The keys whose vectors are nearest to a question's, among what `may` be read of each group and what is `listed`: the nearest first,
    /// at most so many, and none that does not stand out from all (a nearest neighbour always exists).
    pub fn nearest(
        &self,
        question: &[f32],
        may: impl Fn(i64) -> May,
        listed: &HashSet<i64>,
        most: usize,
    ) -> Vec<Nearest> {
        if question.len() != self.width || self.is_empty() {
            return Vec::new();
        }
        let may: Vec<May> = self.groups.iter().map(|group| group.map_or(May::Not, &may)).collect();
        let wanted: Vec<u8> = bits(question, &self.mean).collect();
        let (distances, counts) = self.distances(&wanted, (&may, listed));
        let Some(spread) = Spread::of(&counts, wanted.len()) else { return Vec::new() };
        let Some(limit) = spread.limit(&counts, most) else { return Vec::new() };
        let mut near: Vec<(u16, i64)> = Vec::new();
        for (block, distances) in self.blocks.iter().zip(distances.chunks(BLOCK)) {
            let pairs = distances.iter().zip(&block.keys);
            near.extend(
                pairs.filter(|(distance, _)| **distance <= limit).map(|(one, key)| (*one, *key)),
            );
        }
        near.sort_unstable_by_key(|(distance, key)| (*distance, std::cmp::Reverse(*key)));
        // What was taken out and put back has its signs twice until the next start.
        near.dedup_by_key(|(_, key)| *key);
        near.truncate(most);
        near.into_iter()
            .map(|(distance, key)| Nearest { key, beyond_chance: spread.beyond_chance(distance) })
            .collect()
    }

    /// The distance of every vector, and how many have which.
    fn distances(
        &self,
        wanted: &[u8],
        (may, listed): (&[May], &HashSet<i64>),
    ) -> (Vec<u16>, Vec<usize>) {
        let mut distances = vec![0_u16; self.blocks.len() * BLOCK];
        let most = 8 * wanted.len() + 1;
        let mut work: Vec<Compare<'_>> = self
            .blocks
            .chunks(OF_A_PART)
            .zip(distances.chunks_mut(OF_A_PART * BLOCK))
            .map(|(blocks, out)| Compare {
                wanted,
                blocks,
                may,
                listed,
                out,
                counts: vec![0; most],
            })
            .collect();
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let threads = cores.min(THREADS).min(work.len());
        let queue = Mutex::new(work.iter_mut());
        let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).next();
        let run = || {
            while let Some(part) = next() {
                part.run();
            }
        };
        std::thread::scope(|scope| {
            for _ in 1..threads {
                // Where no thread can be had, this one does it all.
                let _one_more = std::thread::Builder::new().spawn_scoped(scope, run);
            }
            run();
        });
        let mut counts = vec![0; most];
        for part in work {
            for (all, one) in counts.iter_mut().zip(part.counts) {
                *all += one;
            }
        }
        (distances, counts)
    }
}

/// How the distances of all vectors lie.
struct Spread {
    number: usize,
    mean: f64,
    deviation: f64,
}

impl Spread {
    /// `None` where there are none.
    fn of(counts: &[usize], columns: usize) -> Option<Self> {
        let (mut number, mut sum, mut squares) = (0_usize, 0.0_f64, 0.0_f64);
        for (distance, &count) in counts.iter().enumerate() {
            let (distance, times) = (distance as f64, count as f64);
            number += count;
            sum += distance * times;
            squares += distance * distance * times;
        }
        if number == 0 {
            return None;
        }
        if number < ENOUGH {
            // As if the signs were thrown: half of them differ.
            let signs = 8.0 * columns as f64;
            return Some(Self { number, mean: signs / 2.0, deviation: signs.sqrt() / 2.0 });
        }
        let mean = sum / number as f64;
        let deviation = (squares / number as f64 - mean * mean).max(0.0).sqrt();
        Some(Self { number, mean, deviation })
    }

    /// The largest distance that counts; `None` where nothing stands out.
    fn limit(&self, counts: &[usize], most: usize) -> Option<u16> {
        let farthest =
            if self.number < ENOUGH { f64::MAX } else { self.mean - STANDS_OUT * self.deviation };
        let (mut limit, mut within) = (None, 0);
        for (distance, &count) in counts.iter().enumerate() {
            if distance as f64 > farthest || within >= most {
                break;
            }
            within += count;
            limit = u16::try_from(distance).ok();
        }
        limit
    }

    /// The nearest of n that are thrown lies about √(2 ln n) deviations from the mean.
    fn beyond_chance(&self, distance: u16) -> f32 {
        let chance = (2.0 * (self.number.max(ENOUGH) as f64).ln()).sqrt();
        let stands_out = (self.mean - f64::from(distance)) / self.deviation.max(f64::EPSILON);
        (stands_out / chance) as f32
    }
}

/// Bytes of signs that a vector has.
fn columns(width: usize) -> usize {
    width.min(MOST_SIGNS).div_ceil(8)
}

/// Signs of what differs from the mean, eight to a byte.
fn bits(vector: &[f32], mean: &[f32]) -> impl Iterator<Item = u8> {
    let most = vector.len().min(MOST_SIGNS);
    let parts = vector[..most].chunks(8).zip(mean.chunks(8));
    parts.map(|(part, mean)| {
        let pairs = part.iter().zip(mean).enumerate();
        pairs.fold(0, |byte, (at, (x, mean))| byte | (u8::from(x > mean) << at))
    })
}

/// How many signs differ, for every vector of some blocks.
struct Compare<'a> {
    wanted: &'a [u8],
    blocks: &'a [Block],
    may: &'a [May],
    listed: &'a HashSet<i64>,
    out: &'a mut [u16],
    counts: Vec<usize>,
}

impl Compare<'_> {
    fn run(&mut self) {
        Arch::new().dispatch(self);
    }
}

impl pulp::NullaryFnOnce for &mut Compare<'_> {
    type Output = ();

    #[expect(
        clippy::inline_always,
        reason = "pulp's rule: what is not inlined into its dispatch loses the instructions"
    )]
    #[inline(always)]
    fn call(self) {
        let all = self.may.iter().all(|may| *may == May::All);
        let mut sums = [0_u8; BLOCK];
        for (block, out) in self.blocks.iter().zip(self.out.chunks_exact_mut(BLOCK)) {
            out.fill(0);
            let columns =
                block.columns.chunks(OF_A_BYTE * BLOCK).zip(self.wanted.chunks(OF_A_BYTE));
            for (columns, wanted) in columns {
                sums.fill(0);
                for (column, wanted) in columns.chunks_exact(BLOCK).zip(wanted) {
                    for (sum, byte) in sums.iter_mut().zip(column) {
                        *sum += (byte ^ wanted).count_ones() as u8;
                    }
                }
                for (out, sum) in out.iter_mut().zip(&sums) {
                    *out += u16::from(*sum);
                }
            }
            out[block.keys.len()..].fill(NEVER);
            if !all {
                for ((out, group), key) in out.iter_mut().zip(&block.groups).zip(&block.keys) {
                    let found = match self.may[*group as usize] {
                        May::All => true,
                        May::Not => false,
                        May::Listed => self.listed.contains(key),
                    };
                    if !found {
                        *out = NEVER;
                    }
                }
            }
            for &distance in &out[..block.keys.len()] {
                if let Some(count) = self.counts.get_mut(usize::from(distance)) {
                    *count += 1;
                }
            }
        }
    }
}
