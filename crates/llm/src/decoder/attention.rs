//! Causal attention over the cache, without copying it and without a mask: a token at position p sees the first p + 1
//! entries, whatever was prefilled before and in whatever pieces.
//!
//! Queries that share a key head (the heads of a group, and some neighbouring tokens) are taken together, so that every key
//! and value is loaded once for all of them, and the sums stay in registers.
//!
//! The inner functions are plain loops without closures: a closure is compiled for the baseline processor, and a call to one
//! from vector code passes its registers through memory.

use std::sync::Mutex;

use pulp::{Arch, Simd, WithSimd};

use super::cache::{KEY_BLOCK, LayerCache, Slice};
use super::config::Config;
use super::kernels::{exp, soft_cap_in_place, softmax_unscaled};
use super::pool::pool;

/// About how many queries one job takes.
const QUERIES: usize = 16;
/// The same where a thread gets at least so many jobs of it: half floats are widened once for all of them (docs/bench).
const MANY_QUERIES: usize = 64;
const JOBS_A_THREAD: usize = 4;
/// Fewer multiplications than this are done on the calling thread: waking the pool would cost more.
const POOL_PAYS_FROM: usize = 1 << 20;
/// Blocks of keys whose scores are worked on at a time.
const SCORE_BLOCKS: usize = 4;
/// Positions whose values are worked on while these are in the nearest cache.
const VALUE_TILE: usize = 64;
/// Positions that a job goes through at a time, whole blocks and tiles: its scores take no more memory than for so many, however long the
/// context is (256 KB a thread).
const SPAN: usize = 1024;

/// Where the rows of a pass stand.
#[derive(Debug, Clone, Copy)]
pub(super) enum Places {
    /// One text: row i stands at this place and i more.
    Run(usize),
    /// Several texts with the same beginning, one row each: see [`Lanes`].
    Lanes(Lanes),
}

/// Several texts that begin with the same `start` tokens and go on in turns: the newest token of text i, its `step`-th behind the
/// beginning, is kept at `start + step * count + i`. So the beginning is kept and read once for all of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lanes {
    pub(super) start: usize,
    pub(super) step: usize,
    pub(super) count: usize,
}

impl Places {
    /// Position in its text of a row's token.
    pub(super) fn position(self, row: usize) -> usize {
        match self {
            Self::Run(start) => start + row,
            Self::Lanes(lanes) => lanes.start + lanes.step,
        }
    }

    /// Where the cache keeps it.
    pub(super) fn place(self, row: usize) -> usize {
        match self {
            Self::Run(start) => start + row,
            Self::Lanes(lanes) => lanes.start + lanes.step * lanes.count + row,
        }
    }
}

/// Attends from the rows of `queries` (`[n][stride]`, all heads side by side at the start of each), which stand at `places`, and
/// writes `[n][heads * head_dim]`. A `window` lets each see no more than so many tokens, its own included.
pub(super) fn attend(
    config: &Config,
    window: Option<usize>,
    cache: &LayerCache,
    queries: &[f32],
    stride: usize,
    places: Places,
    out: &mut [f32],
) {
    let rows = queries.len() / stride;
    let start = places.place(0);
    let width = config.query_width();
    let group = config.heads / config.kv_heads;
    let group_width = group * config.head_dim;
    let many = rows * config.heads >= JOBS_A_THREAD * MANY_QUERIES * pool().threads();
    let rows_per_job = (if many { MANY_QUERIES } else { QUERIES } / group).max(1);

    // One job: some consecutive rows of all the query heads that share a key head.
    let job = |first: usize, kv_head: usize, out: &mut [&mut [f32]]| {
        // Whole blocks of keys that no row of the job sees are left out.
        let unseen = window.map_or(0, |window| (places.position(first) + 1).saturating_sub(window));
        let unseen = match places {
            Places::Run(_) => unseen,
            Places::Lanes(lanes) => unseen.min(lanes.start),
        };
        let seen = unseen / KEY_BLOCK * KEY_BLOCK..start + first + out.len();
        Arch::new().dispatch(Attend {
            keys: cache.keys_of(kv_head, seen.clone()),
            values: cache.values_of(kv_head, seen.clone()),
            queries: &queries[first * stride + kv_head * group_width..],
            stride,
            head_dim: config.head_dim,
            group,
            first_position: start + first - seen.start,
            window: window.unwrap_or(usize::MAX),
            lanes: match places {
                Places::Run(_) => None,
                Places::Lanes(lanes) => Some((lanes, first, seen.start)),
            },
            scale: config.attention_scale,
            cap: config.attention_cap,
            out,
        });
    };

    // Hand every job the pieces of the output that are its own.
    let mut jobs: Vec<Vec<&mut [f32]>> = Vec::new();
    jobs.resize_with(rows.div_ceil(rows_per_job) * config.kv_heads, Vec::new);
    for (row, out) in out.chunks_exact_mut(width).enumerate() {
        for (kv_head, piece) in out.chunks_exact_mut(group_width).enumerate() {
            jobs[row / rows_per_job * config.kv_heads + kv_head].push(piece);
        }
    }
    let place = |index: usize| (index / config.kv_heads * rows_per_job, index % config.kv_heads);
    if rows * (start + rows) * width < POOL_PAYS_FROM {
        for (index, out) in jobs.iter_mut().enumerate() {
            let (first, kv_head) = place(index);
            job(first, kv_head, out);
        }
        return;
    }
    // Each lock is taken once.
    let jobs: Vec<Mutex<Vec<&mut [f32]>>> = jobs.into_iter().map(Mutex::new).collect();
    pool().run(jobs.len(), |range| {
        for index in range {
            if let Ok(mut out) = jobs[index].lock() {
                let (first, kv_head) = place(index);
                job(first, kv_head, &mut out);
            }
        }
    });
}

/// One job's arithmetic.
struct Attend<'a, 'o> {
    /// `[block of positions][head_dim][KEY_BLOCK]`, from the first that is seen; what lies behind the last is ignored.
    keys: Slice<'a>,
    /// `[position][head_dim]`, up to the last row's own position.
    values: Slice<'a>,
    /// Starts at the first query head of the group in the first row.
    queries: &'a [f32],
    stride: usize,
    head_dim: usize,
    /// Query heads that share the key head.
    group: usize,
    /// Of the first row, counted from the first key.
    first_position: usize,
    /// Positions that a row sees.
    window: usize,
    /// The texts that the rows belong to, the first row's, and the place of the first key.
    lanes: Option<(Lanes, usize, usize)>,
    scale: f32,
    /// Scores are squeezed into ± this.
    cap: Option<f32>,
    /// `[row][group * head_dim]`.
    out: &'a mut [&'o mut [f32]],
}

impl Attend<'_, '_> {
    /// Positions, counted from the first key, that a query's row sees; of several texts, those of all of them behind the beginning.
    fn visible(&self, query: usize) -> std::ops::Range<usize> {
        let seen = self.first_position + query / self.group + 1;
        match self.lanes {
            None => seen.saturating_sub(self.window)..seen,
            Some((lanes, _, from)) => {
                let unseen = (lanes.start + lanes.step + 1).saturating_sub(self.window);
                unseen.min(lanes.start).saturating_sub(from)..seen
            }
        }
    }
}

impl WithSimd for Attend<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let (dim, group) = (self.head_dim, self.group);
        let count = self.out.len() * group;
        let positions = self.values.len() / dim;
        let padded = self.keys.len() / dim;

        // [head_dim][query], scaled.
        let mut queries = vec![0.0; dim * count];
        for query in 0..count {
            let from = &self.queries[query / group * self.stride + query % group * dim..][..dim];
            for (d, &value) in from.iter().enumerate() {
                queries[d * count + query] = value * self.scale;
            }
        }

        // [query][position of a span]
        let stride = padded.min(SPAN);
        let mut scores = vec![0.0; count * stride];
        let mut scratch = vec![0.0; (SCORE_BLOCKS * KEY_BLOCK).max(VALUE_TILE) * dim];
        let mut sums = Sums {
            highest: vec![f32::MIN; count],
            weights: vec![0.0; count],
            values: vec![0.0; count * dim],
        };
        for start in (0..padded).step_by(SPAN) {
            let span = start..padded.min(start + SPAN);
            self.score_span(simd, span.clone(), &queries, &mut scratch, &mut scores);
            self.weigh_span(span.clone(), &mut scores, &mut sums);
            let end = positions.min(span.end);
            for first in (start..end).step_by(VALUE_TILE) {
                let last = end.min(first + VALUE_TILE);
                let values = self.values.part(first * dim..last * dim, &mut scratch);
                let mut query = 0;
                while query < count {
                    let weights = &scores[query * stride + first - start..];
                    let mixed = &mut sums.values[query * dim..];
                    query += match count - query {
                        4.. => mix::<S, 4>(simd, values, dim, weights, stride, mixed),
                        2.. => mix::<S, 2>(simd, values, dim, weights, stride, mixed),
                        _ => mix::<S, 1>(simd, values, dim, weights, stride, mixed),
                    };
                }
            }
        }
        let mixed = sums.values.chunks_exact(dim).zip(&sums.weights);
        for (query, (mixed, sum)) in mixed.enumerate() {
            let out = &mut self.out[query / group][query % group * dim..][..dim];
            for (out, mixed) in out.iter_mut().zip(mixed) {
                *out = mixed / sum;
            }
        }
    }
}

/// What the spans so far came to, query by query.
struct Sums {
    /// The highest score; the weights are relative to it.
    highest: Vec<f32>,
    /// Of the weights.
    weights: Vec<f32>,
    /// `[query][head_dim]`, of the values by these weights.
    values: Vec<f32>,
}

impl Attend<'_, '_> {
    /// Scores of all queries against the keys of a span, `[query][position of the span]`. `queries` are `[head_dim][query]`, scaled.
    #[inline(always)]
    fn score_span<S: Simd>(
        &self,
        simd: S,
        span: std::ops::Range<usize>,
        queries: &[f32],
        scratch: &mut [f32],
        scores: &mut [f32],
    ) {
        let dim = self.head_dim;
        let count = queries.len() / dim;
        let stride = scores.len() / count;
        let length = KEY_BLOCK * dim;
        let (first, blocks) = (span.start / KEY_BLOCK, span.len() / KEY_BLOCK);
        for block in (0..blocks).step_by(SCORE_BLOCKS) {
            let end = blocks.min(block + SCORE_BLOCKS);
            let keys = self.keys.part((first + block) * length..(first + end) * length, scratch);
            let mut at = Tile { count, dim, stride, block, query: 0 };
            while at.query < count {
                at.query += match (count - at.query, end - block) {
                    (4.., SCORE_BLOCKS) => {
                        let (first, second) = keys.split_at(2 * length);
                        let next = Tile { block: block + 2, ..at };
                        score::<S, 4, 2>(simd, &at, first, queries, scores);
                        score::<S, 4, 2>(simd, &next, second, queries, scores)
                    }
                    (2.., SCORE_BLOCKS) => score::<S, 2, 4>(simd, &at, keys, queries, scores),
                    (_, SCORE_BLOCKS) => score::<S, 1, 4>(simd, &at, keys, queries, scores),
                    (left, count) => {
                        let mut done = 0;
                        for (index, keys) in keys.chunks_exact(length).enumerate().take(count) {
                            let at = Tile { block: block + index, ..at };
                            done = match left {
                                4.. => score::<S, 4, 1>(simd, &at, keys, queries, scores),
                                _ => score::<S, 1, 1>(simd, &at, keys, queries, scores),
                            };
                        }
                        done
                    }
                };
            }
        }
    }

    /// Turns the scores of a span into weights, beside those of the spans before it.
    #[inline(always)]
    fn weigh_span(&self, span: std::ops::Range<usize>, scores: &mut [f32], sums: &mut Sums) {
        let dim = self.head_dim;
        let stride = scores.len() / sums.highest.len();
        for (query, scores) in scores.chunks_exact_mut(stride).enumerate() {
            let scores = &mut scores[..span.len()];
            let seen = self.visible(query);
            let seen = seen.start.clamp(span.start, span.end) - span.start
                ..seen.end.clamp(span.start, span.end) - span.start;
            if let Some(cap) = self.cap {
                soft_cap_in_place(&mut scores[seen.clone()], cap);
            }
            if let Some((lanes, first, from)) = self.lanes {
                let lane = first + query / self.group;
                hide_other_lanes(scores, &lanes, lane, from + span.start, self.window);
            }
            let highest = &mut sums.highest[query];
            let (max, sum) = softmax_unscaled(&mut scores[seen.clone()], *highest);
            if max > *highest {
                // What came before was weighed against a lower one.
                let less = exp(*highest - max);
                sums.weights[query] *= less;
                for value in &mut sums.values[query * dim..][..dim] {
                    *value *= less;
                }
                *highest = max;
            }
            sums.weights[query] += sum;
            // Positions that other rows see, and this one does not.
            scores[..seen.start].fill(0.0);
            scores[seen.end..].fill(0.0);
        }
    }
}

/// Makes sure that a text sees nothing of the others behind their common beginning, nor what its window has left behind. The scores are
/// those of the places `from` and behind.
fn hide_other_lanes(scores: &mut [f32], lanes: &Lanes, lane: usize, from: usize, window: usize) {
    let common = lanes.start.saturating_sub(from).min(scores.len());
    for (place, score) in (from + common..).zip(&mut scores[common..]) {
        let index = place - lanes.start;
        let (step, of) = (index / lanes.count, index % lanes.count);
        if of != lane || lanes.step.saturating_sub(step) >= window {
            *score = f32::NEG_INFINITY;
        }
    }
}

/// Where a tile of scores lies.
#[derive(Clone, Copy)]
struct Tile {
    /// Queries of the job.
    count: usize,
    /// Numbers a head.
    dim: usize,
    /// Positions from one query's scores to the next one's.
    stride: usize,
    /// First block of positions, of those that the scores are of.
    block: usize,
    /// First query.
    query: usize,
}

/// Scores of `Q` queries against the `B` blocks of `keys`; returns `Q`.
#[inline(always)]
fn score<S: Simd, const Q: usize, const B: usize>(
    simd: S,
    tile: &Tile,
    keys: &[f32],
    queries: &[f32],
    scores: &mut [f32],
) -> usize {
    let vectors = KEY_BLOCK / S::F32_LANES;
    let (keys, _) = S::as_simd_f32s(keys);
    let block_length = tile.dim * vectors;
    let mut blocks = [keys; B];
    for (block, keys) in blocks.iter_mut().zip(keys.chunks_exact(block_length)) {
        *block = keys;
    }
    for vector in 0..vectors {
        let mut sums = [[simd.splat_f32s(0.0); B]; Q];
        for (d, row) in queries.chunks_exact(tile.count).enumerate() {
            let row = &row[tile.query..tile.query + Q];
            let mut key = [simd.splat_f32s(0.0); B];
            for b in 0..B {
                key[b] = blocks[b][d * vectors + vector];
            }
            for q in 0..Q {
                let x = simd.splat_f32s(row[q]);
                for b in 0..B {
                    sums[q][b] = simd.mul_add_e_f32s(x, key[b], sums[q][b]);
                }
            }
        }
        for (q, sums) in sums.iter().enumerate() {
            let start = (tile.query + q) * tile.stride + tile.block * KEY_BLOCK;
            let (row, _) = S::as_mut_simd_f32s(&mut scores[start..start + B * KEY_BLOCK]);
            for (b, &sum) in sums.iter().enumerate() {
                row[b * vectors + vector] = sum;
            }
        }
    }
    Q
}

/// Adds the values of a tile, weighted, to the sums of `Q` queries; returns `Q`.
#[inline(always)]
fn mix<S: Simd, const Q: usize>(
    simd: S,
    values: &[f32],
    dim: usize,
    weights: &[f32],
    stride: usize,
    mixed: &mut [f32],
) -> usize {
    let vectors = dim / S::F32_LANES;
    let mut vector = 0;
    while vector < vectors {
        vector += match vectors - vector {
            4.. => mix_columns::<S, Q, 4>(simd, values, dim, vector, weights, stride, mixed),
            2.. => mix_columns::<S, Q, 2>(simd, values, dim, vector, weights, stride, mixed),
            _ => mix_columns::<S, Q, 1>(simd, values, dim, vector, weights, stride, mixed),
        };
    }
    // Columns that fill no vector.
    for column in vectors * S::F32_LANES..dim {
        for q in 0..Q {
            let mut sum = 0.0;
            for (value, weight) in values.chunks_exact(dim).zip(&weights[q * stride..]) {
                sum += value[column] * weight;
            }
            mixed[q * dim + column] += sum;
        }
    }
    Q
}

/// The same for `D` vectors of columns; returns `D`.
#[inline(always)]
fn mix_columns<S: Simd, const Q: usize, const D: usize>(
    simd: S,
    values: &[f32],
    dim: usize,
    vector: usize,
    weights: &[f32],
    stride: usize,
    mixed: &mut [f32],
) -> usize {
    let columns = vector * S::F32_LANES..(vector + D) * S::F32_LANES;
    let count = values.len() / dim;
    let mut rows = [weights; Q];
    for (q, row) in rows.iter_mut().enumerate() {
        *row = &weights[q * stride..][..count];
    }
    let mut sums = [[simd.splat_f32s(0.0); D]; Q];
    for (position, value) in values.chunks_exact(dim).enumerate() {
        let (value, _) = S::as_simd_f32s(&value[columns.clone()]);
        for q in 0..Q {
            let weight = simd.splat_f32s(rows[q][position]);
            for d in 0..D {
                sums[q][d] = simd.mul_add_e_f32s(weight, value[d], sums[q][d]);
            }
        }
    }
    for (q, sums) in sums.iter().enumerate() {
        let row = &mut mixed[q * dim..][columns.clone()];
        let (row, _) = S::as_mut_simd_f32s(row);
        for (total, &sum) in row.iter_mut().zip(sums) {
            *total = simd.add_f32s(*total, sum);
        }
    }
    D
}

#[cfg(test)]
#[path = "attention_tests.rs"]
mod tests;
