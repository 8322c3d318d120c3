//! What adapters add to a product: W·x becomes W·x + scale · B·(A·x), with W as the file stores it.
//!
//! A (rank × inputs) multiplies first, once for all adapters' parts of a product; beside weights in blocks it is kept in eight bits
//! (Q8_0), as finely as activations are, and goes through their kernels. B is kept on its side, in tiles of some outputs, so that each
//! thread that has just computed some outputs adds to those alone, along them, while they are still in its cache.
//!
//! DoRA (arXiv 2402.09353) gives every output a gain besides: g · (W·x + scale · B·A·x). Strength goes from the base (0) to what
//! was trained (1) and beyond in a straight line, so that several adapters add up in any order.

use std::ops::Range;
use std::sync::Arc;

use candle_core::quantized::GgmlDType;
use half::f16;
use pulp::{Arch, Simd, WithSimd};

use super::blocks::Columns;
use super::device::DeviceLowRank;
use super::half_floats::{add_tile, fuses, narrow, widen};
use super::matrix::{Bytes, Matrix, Rows, packing};

/// What one adapter adds to one product.
pub(crate) struct LowRank {
    /// The A of all parts, below each other.
    down: Matrix,
    ups: Vec<Up>,
}

/// One B: outputs `columns` of the product, from `rank` of what A gives.
struct Up {
    columns: Range<usize>,
    rank: Range<usize>,
    /// `[tile][rank][TILE]`, noughts behind the last column: what a tile needs lies together.
    numbers: Numbers,
    /// One a rank: the adapter's, times what the row of A was brought to one by.
    scales: Vec<f32>,
    /// DoRA's, one an output; empty without.
    gain: Vec<f32>,
}

/// Full floats, or half ones beside weights that are rounded far more coarsely.
enum Numbers {
    Full(Vec<f32>),
    Half(Vec<f16>),
}

/// One A and B as they come from a file.
pub(crate) struct Pair {
    /// Outputs of the product that B gives.
    pub(crate) columns: Range<usize>,
    pub(crate) rank: usize,
    /// `[rank][inputs]`
    pub(crate) a: Vec<f32>,
    /// `[columns][rank]`
    pub(crate) b: Vec<f32>,
    pub(crate) scale: f32,
    /// DoRA's, one an output; empty without.
    pub(crate) gain: Vec<f32>,
}

impl LowRank {
    /// Puts parts together; `None` where there are none. `coarse`: beside weights in blocks, A is kept in eight bits and B in half
    /// floats, where the numbers are within their range.
    pub(crate) fn new(pairs: Vec<Pair>, coarse: bool) -> candle_core::Result<Option<Self>> {
        let Some(first) = pairs.first() else { return Ok(None) };
        let inputs = first.a.len() / first.rank.max(1);
        let largest = |numbers: &[f32]| numbers.iter().fold(0.0f32, |max, n| max.max(n.abs()));
        let halves = coarse && pairs.iter().all(|pair| largest(&pair.b) <= f32::from(f16::MAX));
        let rank: usize = pairs.iter().map(|pair| pair.rank).sum();
        // Small numbers would vanish in the half floats that blocks are scaled with: each row of A is brought to one, and its scale
        // keeps it.
        let peak = |row: &[f32]| match largest(row) {
            peak if halves && peak > f32::MIN_POSITIVE => peak,
            _ => 1.0,
        };
        let numbers: Vec<f32> = pairs
            .iter()
            .flat_map(|pair| pair.a.chunks_exact(inputs.max(1)))
            .flat_map(|row| {
                let peak = peak(row);
                row.iter().map(move |n| n / peak)
            })
            .collect();
        let dtype = match halves {
            true if inputs.is_multiple_of(GgmlDType::Q8_0.block_size()) => GgmlDType::Q8_0,
            true => GgmlDType::F16,
            false => GgmlDType::F32,
        };
        let mut bytes =
            Bytes::zeroed((numbers.len() / dtype.block_size()).max(1) * dtype.type_size())?;
        packing(dtype)?(&numbers, bytes.as_mut_slice());
        let down = Matrix::from_bytes(dtype, rank, inputs, bytes)?;
        let mut from = 0;
        let ups = pairs.into_iter().map(|pair| {
            let rows = pair.a.chunks_exact(inputs.max(1));
            let scales = rows.map(|row| pair.scale * peak(row)).collect();
            let tiles = pair.columns.len().div_ceil(TILE);
            let mut turned = vec![0.0; tiles * pair.rank * TILE];
            for (output, row) in pair.b.chunks_exact(pair.rank).enumerate() {
                let (tile, within) = (output / TILE, output % TILE);
                for (k, number) in row.iter().enumerate() {
                    turned[(tile * pair.rank + k) * TILE + within] = *number;
                }
            }
            let numbers = if halves {
                let mut half = vec![f16::ZERO; turned.len()];
                narrow(&turned, &mut half);
                Numbers::Half(half)
            } else {
                Numbers::Full(turned)
            };
            from += pair.rank;
            Up {
                columns: pair.columns,
                rank: from - pair.rank..from,
                numbers,
                scales,
                gain: pair.gain,
            }
        });
        Ok(Some(Self { ups: ups.collect(), down }))
    }

    /// Bytes of its numbers.
    pub(crate) fn bytes(&self) -> usize {
        let up = |up: &Up| {
            let numbers = match &up.numbers {
                Numbers::Full(numbers) => size_of_val(numbers.as_slice()),
                Numbers::Half(numbers) => size_of_val(numbers.as_slice()),
            };
            numbers + size_of_val(up.gain.as_slice()) + size_of_val(up.scales.as_slice())
        };
        self.down.bytes() + self.ups.iter().map(up).sum::<usize>()
    }
}

/// One adapter, ready to be added.
pub(crate) struct Adapter {
    pub(super) parts: Parts,
    /// Tells it from every other.
    pub(crate) key: [u8; 32],
}

/// What it adds, where the weights are that it adds to.
pub(super) enum Parts {
    Here(AdapterParts<LowRank>),
    Device(AdapterParts<DeviceLowRank>),
}

/// What it adds to each product.
pub(super) struct AdapterParts<T> {
    pub(super) layers: Vec<LayerParts<T>>,
    pub(super) output: Option<T>,
}

/// What it adds within one block.
pub(super) struct LayerParts<T> {
    pub(super) attention_in: Option<T>,
    pub(super) attention_out: Option<T>,
    pub(super) feed_forward_in: Option<T>,
    pub(super) feed_forward_out: Option<T>,
}

impl<T> AdapterParts<T> {
    fn sum(&self, bytes: impl Fn(&T) -> usize) -> usize {
        let layers = self.layers.iter().flat_map(|layer| {
            [
                &layer.attention_in,
                &layer.attention_out,
                &layer.feed_forward_in,
                &layer.feed_forward_out,
            ]
        });
        layers.chain([&self.output]).flatten().map(bytes).sum()
    }
}

impl Adapter {
    /// Bytes of its numbers.
    pub(crate) fn bytes(&self) -> usize {
        match &self.parts {
            Parts::Here(parts) => parts.sum(LowRank::bytes),
            Parts::Device(parts) => parts.sum(DeviceLowRank::bytes),
        }
    }

    /// What it adds to weights in the computer's own memory.
    pub(super) fn here(&self) -> Option<&AdapterParts<LowRank>> {
        match &self.parts {
            Parts::Here(parts) => Some(parts),
            Parts::Device(_) => None,
        }
    }

    /// What it adds to weights on a device.
    pub(super) fn on_device(&self) -> Option<&AdapterParts<DeviceLowRank>> {
        match &self.parts {
            Parts::Here(_) => None,
            Parts::Device(parts) => Some(parts),
        }
    }
}

/// An adapter at work, and how strongly.
#[derive(Clone)]
pub(crate) struct Active {
    pub(crate) adapter: Arc<Adapter>,
    pub(crate) strength: f32,
}

/// What is added to one product of one pass: A·x of every part.
#[derive(Default)]
pub(super) struct Added<'a> {
    ups: Vec<AddedUp<'a>>,
}

struct AddedUp<'a> {
    up: &'a Up,
    /// `[row][rank]`, scaled.
    x: Vec<f32>,
    strength: f32,
}

impl<'a> Added<'a> {
    /// Multiplies activations with the A of every adapter that has a part in this product.
    pub(super) fn of(
        active: &'a [Active],
        pick: impl Fn(&'a Adapter) -> Option<&'a LowRank>,
        x: &Rows,
    ) -> Self {
        let mut ups = Vec::new();
        for Active { adapter, strength } in active {
            let Some(low_rank) = pick(adapter) else { continue };
            let inner = low_rank.down.multiply(x);
            for up in &low_rank.ups {
                let mut own = Vec::with_capacity(x.count() * up.rank.len());
                for row in inner.data().chunks_exact(inner.width()) {
                    let inner = row[up.rank.clone()].iter();
                    own.extend(inner.zip(&up.scales).map(|(n, scale)| n * scale));
                }
                ups.push(AddedUp { up, x: own, strength: *strength });
            }
        }
        Self { ups }
    }

    /// Adds to `columns` of the product, whose plain results stand in `out`.
    ///
    /// # Safety
    /// No other thread writes or reads these columns meanwhile.
    #[expect(unsafe_code, reason = "several threads write their own columns of the same rows")]
    pub(super) unsafe fn add(&self, columns: Range<usize>, rows: usize, out: &Columns<'_>) {
        // Gains multiply what the base gives, before anything was added to it.
        let gains = self.ups.iter().any(|added| !added.up.gain.is_empty());
        let several = self.ups.len() > 1;
        let mut base = Vec::new();
        if gains && several {
            for row in 0..rows {
                // SAFETY: the caller's promise.
                base.extend_from_slice(unsafe { out.slice(row, columns.start, columns.len()) });
            }
        }
        let mut wide = Vec::new();
        for AddedUp { up, x, strength } in &self.ups {
            let (start, end) =
                (up.columns.start.max(columns.start), up.columns.end.min(columns.end));
            if start >= end {
                continue;
            }
            let rank = up.rank.len();
            let within = start - up.columns.start..end - up.columns.start;
            for tile in within.start / TILE..within.end.div_ceil(TILE) {
                let of_tile = tile * rank * TILE..(tile + 1) * rank * TILE;
                // For one row of activations, numbers are not worth keeping once they are widened.
                let fused = match &up.numbers {
                    Numbers::Half(all) if rows == 1 && fuses() => Some(&all[of_tile.clone()]),
                    _ => None,
                };
                let numbers = match &up.numbers {
                    _ if fused.is_some() => &[][..],
                    Numbers::Full(all) => &all[of_tile],
                    Numbers::Half(all) => {
                        wide.resize(rank * TILE, 0.0);
                        widen(&all[of_tile], &mut wide);
                        &wide[..]
                    }
                };
                let first = within.start.max(tile * TILE);
                let last = within.end.min((tile + 1) * TILE);
                let column = up.columns.start + first;
                let job = Add {
                    numbers,
                    x,
                    rank,
                    gain: up.gain.get(first..last).unwrap_or_default(),
                    base: base.get(column - columns.start..).unwrap_or_default(),
                    base_width: columns.len(),
                    strength: *strength,
                    within: first - tile * TILE..last - tile * TILE,
                    column,
                    out,
                };
                match fused {
                    Some(tile) => {
                        let mut sums = [0.0; TILE];
                        add_tile(tile, x, &mut sums);
                        job.finish(0, &sums[job.within.clone()]);
                    }
                    None => Arch::new().dispatch(job),
                }
            }
        }
    }
}

/// Outputs whose sums stay in registers.
const TILE: usize = 32;
/// `out += strength · (gain · (plain + Σ x · numbers) − plain)` for one tile and all rows, where `plain` is what `out` holds unless
/// `base` does, and no gain is 1.
struct Add<'a, 'out> {
    /// `[rank][TILE]`
    numbers: &'a [f32],
    /// `[rows][rank]`
    x: &'a [f32],
    rank: usize,
    gain: &'a [f32],
    /// What the base gave, `[rows][base_width]` from the first column on; empty where `out` still holds it.
    base: &'a [f32],
    base_width: usize,
    strength: f32,
    /// Which of the tile's columns are wanted.
    within: Range<usize>,
    /// Where the first of them stands.
    column: usize,
    out: &'a Columns<'out>,
}

impl WithSimd for Add<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let rows = self.x.len() / self.rank;
        let mut row = 0;
        // As many rows at a time as there are registers for their sums, beside the numbers.
        while row < rows {
            row += match (S::F32_LANES, rows - row) {
                (16, 8..) => self.rows::<S, 8, 2>(simd, row),
                (16, 2..) => self.rows::<S, 2, 2>(simd, row),
                (16, _) => self.rows::<S, 1, 2>(simd, row),
                (8, 3..) => self.rows::<S, 3, 4>(simd, row),
                (_, 2..) => self.rows::<S, 2, 4>(simd, row),
                _ => self.rows::<S, 1, 4>(simd, row),
            };
        }
    }
}

impl Add<'_, '_> {
    /// Adds to `M` rows from `row` on, `V` vectors of outputs at a time; returns `M`.
    #[inline(always)]
    fn rows<S: Simd, const M: usize, const V: usize>(&self, simd: S, row: usize) -> usize {
        let mut sums = [[0.0f32; TILE]; M];
        let rank = self.rank;
        let x: [&[f32]; M] =
            std::array::from_fn(|m| &self.x[(row + m) * rank..(row + m + 1) * rank]);
        let vectors = TILE / S::F32_LANES;
        // One lane where there are no vectors: then there are as many of them as outputs.
        for first in (0..vectors).step_by(V) {
            let mut now = [[simd.splat_f32s(0.0); V]; M];
            for (k, tile) in self.numbers.chunks_exact(TILE).enumerate() {
                let numbers = &S::as_simd_f32s(tile).0[first..first + V];
                for m in 0..M {
                    let x = simd.splat_f32s(x[m][k]);
                    for v in 0..V {
                        now[m][v] = simd.mul_add_e_f32s(x, numbers[v], now[m][v]);
                    }
                }
            }
            for m in 0..M {
                let to = S::as_mut_simd_f32s(&mut sums[m]).0;
                to[first..first + V].copy_from_slice(&now[m]);
            }
        }
        let whole = self.gain.is_empty() && self.within.len() == TILE;
        for (m, sums) in sums.iter().enumerate() {
            if !whole {
                self.finish(row + m, &sums[self.within.clone()]);
                continue;
            }
            #[expect(
                unsafe_code,
                reason = "several threads write their own columns of the same rows"
            )]
            // SAFETY: as in `finish`.
            let out = unsafe { self.out.slice(row + m, self.column, TILE) };
            let strength = simd.splat_f32s(self.strength);
            let (out, sums) = (S::as_mut_simd_f32s(out).0, S::as_simd_f32s(sums).0);
            for (out, sum) in out.iter_mut().zip(sums) {
                *out = simd.mul_add_e_f32s(strength, *sum, *out);
            }
        }
        M
    }

    /// Adds a row's sums to what stands there.
    #[inline(always)]
    fn finish(&self, row: usize, sums: &[f32]) {
        #[expect(unsafe_code, reason = "several threads write their own columns of the same rows")]
        // SAFETY: these columns are the caller's alone, as whoever calls `Added::add` has promised.
        let out = unsafe { self.out.slice(row, self.column, sums.len()) };
        if self.gain.is_empty() {
            for (out, sum) in out.iter_mut().zip(sums) {
                *out += self.strength * sum;
            }
            return;
        }
        let base = self.base.get(row * self.base_width..).unwrap_or_default();
        for (index, ((out, sum), gain)) in out.iter_mut().zip(sums).zip(self.gain).enumerate() {
            let plain = base.get(index).copied().unwrap_or(*out);
            *out += self.strength * (gain * (plain + sum) - plain);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_very_different_sizes_keep_their_numbers() {
        // Ten million times smaller than the other row: half floats have nothing there.
        let inputs = 64;
        let row =
            |size: f32| (0..inputs).map(move |i: usize| size * ((i * 37 % 19) as f32 - 9.0) / 9.0);
        let pair = || Pair {
            columns: 0..2,
            rank: 2,
            a: row(1.0).chain(row(1e-7)).collect(),
            b: vec![1.0, 0.0, 0.0, 1e4],
            scale: 1.0,
            gain: Vec::new(),
        };
        let inner = |coarse| {
            let low_rank = LowRank::new(vec![pair()], coarse).unwrap().unwrap();
            let mut x = Rows::zeros(1, inputs);
            x.data_mut().copy_from_slice(&row(1.0).collect::<Vec<_>>());
            let (inner, up) = (low_rank.down.multiply(&x), &low_rank.ups[0]);
            inner.data().iter().zip(&up.scales).map(|(n, scale)| n * scale).collect::<Vec<_>>()
        };
        let (exact, coarse) = (inner(false), inner(true));
        for (exact, coarse) in exact.iter().zip(&coarse) {
            assert!((exact - coarse).abs() < 0.03 * exact.abs(), "{exact} became {coarse}");
        }
    }
}
