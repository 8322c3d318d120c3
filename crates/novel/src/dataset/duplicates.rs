//! Texts that are nearly the same: MinHash over character 5-grams finds candidates, the true Jaccard index decides.

use std::collections::{HashMap, HashSet};

use super::Example;

/// Length of a shingle, in characters: words of Chinese and Japanese have no spaces round them.
const SHINGLE: usize = 5;
const BANDS: usize = 16;
const ROWS: usize = 4;

/// A hash that is the same on every machine and in every version (FNV-1a, then a mixer).
pub(super) fn hash(bytes: &[u8], seed: u64) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325 ^ seed;
    for &byte in bytes {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    mix(hash)
}

fn mix(mut x: u64) -> u64 {
    x = (x ^ x >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ x >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ x >> 31
}

/// Hashes of a text's shingles, sorted. Case, spaces and marks do not count.
fn shingles(text: &str) -> Vec<u64> {
    let letters: Vec<char> =
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let one = |part: &[char]| hash(part.iter().collect::<String>().as_bytes(), 0);
    let mut out: Vec<u64> = if letters.len() <= SHINGLE {
        vec![one(&letters)]
    } else {
        letters.windows(SHINGLE).map(one).collect()
    };
    out.sort_unstable();
    out.dedup();
    out
}

/// Jaccard index of two sorted sets.
fn jaccard(a: &[u64], b: &[u64]) -> f64 {
    let (mut i, mut j, mut both) = (0, 0, 0usize);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                both += 1;
                i += 1;
                j += 1;
            }
        }
    }
    both as f64 / (a.len() + b.len() - both).max(1) as f64
}

/// Whether two texts are as like as `near`.
pub fn is_near(a: &str, b: &str, near: f64) -> bool {
    jaccard(&shingles(a), &shingles(b)) >= near
}

fn bands(shingles: &[u64]) -> [u64; BANDS] {
    let mut out = [0; BANDS];
    for (band, key) in out.iter_mut().enumerate() {
        let mut joined = 0u64;
        for row in 0..ROWS {
            let salt = mix((band * ROWS + row) as u64 + 1);
            let least =
                shingles.iter().map(|&shingle| mix(shingle ^ salt)).min().unwrap_or_default();
            joined = mix(joined ^ least);
        }
        *key = joined;
    }
    out
}

/// Texts by the bands of their MinHash.
#[derive(Default)]
struct Index {
    texts: Vec<Vec<u64>>,
    buckets: HashMap<(usize, u64), Vec<usize>>,
}

/// Texts of one bucket that are compared: a refrain that comes a thousand times is found by any of them.
const MAX_COMPARED: usize = 64;

impl Index {
    fn add(&mut self, shingles: Vec<u64>, bands: &[u64; BANDS]) {
        let id = self.texts.len();
        for (band, &key) in bands.iter().enumerate() {
            self.buckets.entry((band, key)).or_default().push(id);
        }
        self.texts.push(shingles);
    }

    fn has(&self, shingles: &[u64], bands: &[u64; BANDS], near: f64) -> bool {
        let mut seen = HashSet::new();
        bands.iter().enumerate().any(|(band, &key)| {
            let bucket = self.buckets.get(&(band, key)).map(Vec::as_slice).unwrap_or_default();
            bucket
                .iter()
                .take(MAX_COMPARED)
                .any(|&id| seen.insert(id) && jaccard(shingles, &self.texts[id]) >= near)
        })
    }
}

fn whole(example: &Example) -> String {
    example.pairs().flat_map(|(prompt, answer)| [prompt, answer]).collect::<Vec<_>>().join("\n")
}

/// Indices of the examples to keep: the first of each group that is nearly the same.
pub fn near_duplicates(examples: &[Example], near: f64) -> Vec<usize> {
    let mut index = Index::default();
    let mut kept = Vec::new();
    for (at, example) in examples.iter().enumerate() {
        let shingles = shingles(&whole(example));
        let bands = bands(&shingles);
        if !index.has(&shingles, &bands, near) {
            index.add(shingles, &bands);
            kept.push(at);
        }
    }
    kept
}

/// Indices of held-back examples with an answer that training nearly has. Short answers ("Yes.") are everywhere and give nothing away.
pub(super) fn leaks(train: &[Example], held: &[Example], near: f64) -> HashSet<usize> {
    let long = |answer: &&str| answer.chars().filter(|c| c.is_alphanumeric()).count() >= 20;
    let mut index = Index::default();
    for answer in train.iter().flat_map(Example::pairs).map(|(_, answer)| answer).filter(long) {
        let shingles = shingles(answer);
        let bands = bands(&shingles);
        index.add(shingles, &bands);
    }
    let leaked = |example: &Example| {
        example.pairs().map(|(_, answer)| answer).filter(long).any(|answer| {
            let shingles = shingles(answer);
            index.has(&shingles, &bands(&shingles), near)
        })
    };
    held.iter().enumerate().filter(|(_, example)| leaked(example)).map(|(at, _)| at).collect()
}
