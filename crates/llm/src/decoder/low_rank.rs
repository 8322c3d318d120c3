//! What adapters add to a product: W·x becomes W·x + scale · B·(A·x), with W as the file stores it.
//!
//! A (rank × inputs) multiplies first, once for all adapters' parts of a product. B is kept on its side (rank × outputs), so
//! that each thread that has just computed some outputs adds to those alone, along them, while they are still in its cache.
//!
//! DoRA (arXiv 2402.09353) gives every output a gain besides: g · (W·x + scale · B·A·x). Strength goes from the base (0) to what
//! was trained (1) and beyond in a straight line, so that several adapters add up in any order.

use std::ops::Range;
use std::sync::Arc;

use candle_core::quantized::GgmlDType;
use half::f16;
use pulp::{Arch, Simd, WithSimd};

use super::blocks::Columns;
use super::half_floats::{narrow, widen};
use super::matrix::{Matrix, Rows};

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
    /// `[rank][columns]`
    numbers: Numbers,
    scale: f32,
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
    /// Puts parts together; `None` where there are none. `halves` keeps half floats, where the numbers are within their range.
    pub(crate) fn new(pairs: Vec<Pair>, halves: bool) -> candle_core::Result<Option<Self>> {
        let Some(first) = pairs.first() else { return Ok(None) };
        let inputs = first.a.len() / first.rank.max(1);
        let in_range = |numbers: &[f32]| {
            let largest = f32::from(f16::MAX);
            numbers.iter().all(|n| n.abs() <= largest)
        };
        let halves = halves && pairs.iter().all(|pair| in_range(&pair.a) && in_range(&pair.b));
        let rank: usize = pairs.iter().map(|pair| pair.rank).sum();
        let mut bytes = Vec::new();
        for number in pairs.iter().flat_map(|pair| &pair.a) {
            if halves {
                bytes.extend(f16::from_f32(*number).to_le_bytes());
            } else {
                bytes.extend(number.to_le_bytes());
            }
        }
        let dtype = if halves { GgmlDType::F16 } else { GgmlDType::F32 };
        let down = Matrix::new(dtype, rank, inputs, &bytes)?;
        let mut from = 0;
        let ups = pairs.into_iter().map(|pair| {
            let outputs = pair.columns.len();
            let mut turned = vec![0.0; pair.b.len()];
            for (output, row) in pair.b.chunks_exact(pair.rank).enumerate() {
                for (k, number) in row.iter().enumerate() {
                    turned[k * outputs + output] = *number;
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
                scale: pair.scale,
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
            numbers + size_of_val(up.gain.as_slice())
        };
        self.down.bytes() + self.ups.iter().map(up).sum::<usize>()
    }
}

/// One adapter, ready to be added.
#[derive(Default)]
pub(crate) struct Adapter {
    pub(crate) layers: Vec<LayerAdapter>,
    pub(crate) output: Option<LowRank>,
    /// Tells it from every other.
    pub(crate) key: [u8; 32],
}

/// What it adds within one block.
#[derive(Default)]
pub(crate) struct LayerAdapter {
    pub(crate) attention_in: Option<LowRank>,
    pub(crate) attention_out: Option<LowRank>,
    pub(crate) feed_forward_in: Option<LowRank>,
    pub(crate) feed_forward_out: Option<LowRank>,
}

impl Adapter {
    /// Bytes of its numbers.
    pub(crate) fn bytes(&self) -> usize {
        let layers = self.layers.iter().flat_map(|layer| {
            [
                &layer.attention_in,
                &layer.attention_out,
                &layer.feed_forward_in,
                &layer.feed_forward_out,
            ]
        });
        layers.chain([&self.output]).flatten().map(LowRank::bytes).sum()
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
                    own.extend(row[up.rank.clone()].iter().map(|n| n * up.scale));
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
        for AddedUp { up, x, strength } in &self.ups {
            let (start, end) =
                (up.columns.start.max(columns.start), up.columns.end.min(columns.end));
            if start >= end {
                continue;
            }
            let (rank, length) = (up.rank.len(), end - start);
            let within = start - up.columns.start..end - up.columns.start;
            let width = up.columns.len();
            let numbers = tiles(&up.numbers, rank, width, within.clone());
            let gain = if up.gain.is_empty() { &[][..] } else { &up.gain[within] };
            for (row, x) in x.chunks_exact(rank).enumerate() {
                // SAFETY: the caller's promise.
                let out = unsafe { out.slice(row, start, length) };
                let plain = base.get(row * columns.len() + (start - columns.start)..);
                let plain = plain.and_then(|rest| rest.get(..length)).unwrap_or_default();
                let numbers = &numbers;
                Arch::new().dispatch(Add { numbers, x, gain, plain, strength: *strength, out });
            }
        }
    }
}

/// Outputs whose sums stay in registers.
const TILE: usize = 32;

/// Columns `within` of a B as full floats, `[tile][rank][TILE]`, noughts behind the last: what a tile needs lies together.
fn tiles(numbers: &Numbers, rank: usize, width: usize, within: Range<usize>) -> Vec<f32> {
    let mut out = vec![0.0; within.len().div_ceil(TILE) * rank * TILE];
    let rows = out.as_chunks_mut::<TILE>().0.iter_mut();
    for (index, to) in rows.enumerate() {
        let (tile, k) = (index / rank, index % rank);
        let start = within.start + tile * TILE;
        let count = TILE.min(within.end - start);
        let place = k * width + start..k * width + start + count;
        match numbers {
            Numbers::Full(all) => to[..count].copy_from_slice(&all[place]),
            Numbers::Half(all) => widen(&all[place], &mut to[..count]),
        }
    }
    out
}

/// `out += strength · (gain · (plain + Σ x · numbers) − plain)`, where `plain` is what `out` holds unless it is given, and no
/// gain is 1.
struct Add<'a> {
    /// `[tile][rank][TILE]`
    numbers: &'a [f32],
    x: &'a [f32],
    gain: &'a [f32],
    plain: &'a [f32],
    strength: f32,
    out: &'a mut [f32],
}

impl WithSimd for Add<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let tiles = self.numbers.chunks_exact(self.x.len() * TILE);
        for (tile, (numbers, out)) in tiles.zip(self.out.chunks_mut(TILE)).enumerate() {
            let mut sums = [0.0f32; TILE];
            for (x, numbers) in self.x.iter().zip(numbers.as_chunks::<TILE>().0) {
                for (sum, number) in sums.iter_mut().zip(numbers) {
                    *sum += x * number;
                }
            }
            if self.gain.is_empty() {
                for (out, sum) in out.iter_mut().zip(&sums) {
                    *out += self.strength * sum;
                }
                continue;
            }
            for (offset, (out, sum)) in out.iter_mut().zip(&sums).enumerate() {
                let index = tile * TILE + offset;
                let plain = self.plain.get(index).copied().unwrap_or(*out);
                *out += self.strength * (self.gain[index] * (plain + sum) - plain);
            }
        }
    }
}
