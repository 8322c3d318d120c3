//! Matrices in eight bits whose rows lie side by side for good: what adapters add beside weights in blocks.
//!
//! Sixteen rows make a band; four columns of a band make a line of 64 bytes, as in a [`Panel`](super::panel::Panel), so that one
//! instruction multiplies sixteen rows with the same four activations and no sum runs across a vector. One form serves one row of
//! activations and many: it takes a byte a number, and nothing is unpacked.

use std::ops::Range;

use super::activations::largest;
use super::{Activations, Columns, Layout, Level, Line};

/// Rows of a band.
pub(in crate::decoder) const LANES: usize = 16;
/// Columns of a line.
pub(in crate::decoder) const GROUP: usize = 4;
/// Added to a quant, so that it is stored without a sign: one factor of the byte products has none.
pub(in crate::decoder) const ZERO: i32 = 128;

/// `[rows][columns]` numbers, each `(quant - 128) * scale`, with a scale for every row and block of columns.
#[derive(Debug)]
pub(in crate::decoder) struct Eights {
    bands: usize,
    /// Groups of four columns.
    pub(super) groups: usize,
    /// Blocks of columns.
    pub(super) blocks: usize,
    /// `[band][group][row][column]`
    pub(super) quants: Vec<Line<[u8; GROUP], LANES>>,
    /// `[band][block][row]`
    pub(super) scales: Vec<Line<f32, LANES>>,
}

impl Eights {
    /// Rounds `[rows][columns]` numbers, to meet [`Activations`] of this layout; `columns` fill whole blocks of it.
    pub(in crate::decoder) fn for_layout(numbers: &[f32], columns: usize, layout: Layout) -> Self {
        Self::new(numbers, columns, layout.block, |column| {
            let within = column % layout.block;
            column - within + layout.place(within / layout.sub) * layout.sub + within % layout.sub
        })
    }

    /// Rounds `[rows][columns]` numbers, to meet columns in their own order; `columns` fill whole blocks, and these whole groups.
    pub(in crate::decoder) fn in_order(numbers: &[f32], columns: usize, block: usize) -> Self {
        Self::new(numbers, columns, block, |column| column)
    }

    /// `place` says where a column stands among those of its row.
    fn new(numbers: &[f32], columns: usize, block: usize, place: impl Fn(usize) -> usize) -> Self {
        assert!(block.is_multiple_of(GROUP) && columns.is_multiple_of(block) && columns > 0);
        let bands = (numbers.len() / columns).div_ceil(LANES);
        let (groups, blocks) = (columns / GROUP, columns / block);
        let mut quants = vec![Line([[ZERO as u8; GROUP]; LANES]); bands * groups];
        let mut scales = vec![Line([0.0; LANES]); bands * blocks];
        for (row, numbers) in numbers.chunks_exact(columns).enumerate() {
            let (band, lane) = (row / LANES, row % LANES);
            for (index, numbers) in numbers.chunks_exact(block).enumerate() {
                let scale = largest(numbers) / 127.0;
                scales[band * blocks + index].0[lane] = scale;
                for (offset, number) in numbers.iter().enumerate() {
                    // Nothing but noughts has the scale 0, which makes nothing of whatever this gives.
                    let quant = (number / scale).round().clamp(-127.0, 127.0) as i32;
                    let place = place(index * block + offset);
                    let line = &mut quants[band * groups + place / GROUP];
                    line.0[lane][place % GROUP] = (quant + ZERO) as u8;
                }
            }
        }
        Self { bands, groups, blocks, quants, scales }
    }

    /// Bands of sixteen rows; the last may have fewer, and noughts in their place.
    pub(in crate::decoder) fn bands(&self) -> usize {
        self.bands
    }

    /// Bytes of its numbers.
    pub(in crate::decoder) fn bytes(&self) -> usize {
        size_of_val(self.quants.as_slice()) + size_of_val(self.scales.as_slice())
    }

    /// Adds `factor` times the products of all rows of `x` with `bands` to what stands in `out` from `row` and `column` on, sixteen
    /// columns a band.
    ///
    /// # Safety
    /// No other thread writes or reads these places meanwhile.
    #[expect(unsafe_code, reason = "passes on the promise of `Columns::slice`")]
    pub(in crate::decoder) unsafe fn add(
        &self,
        level: Level,
        bands: Range<usize>,
        x: &ByteRows<'_>,
        factor: f32,
        out: &Columns<'_>,
        (row, column): (usize, usize),
    ) {
        for band in bands.clone().step_by(2) {
            let two = band + 1 < bands.end;
            let mut first = 0;
            while first < x.rows {
                let tile = Tile {
                    weights: self,
                    x,
                    band,
                    first,
                    factor,
                    out,
                    row: row + first,
                    column: column + (band - bands.start) * LANES,
                };
                // SAFETY: the caller's promise.
                first += unsafe {
                    match (x.rows - first, two) {
                        (8.., true) => tile.add::<8, 2>(level),
                        (4.., true) => tile.add::<4, 2>(level),
                        (_, true) => tile.add::<1, 2>(level),
                        (8.., false) => tile.add::<8, 1>(level),
                        (4.., false) => tile.add::<4, 1>(level),
                        (_, false) => tile.add::<1, 1>(level),
                    }
                };
            }
        }
    }
}

/// Rows of activations in eight bits, lent out.
#[derive(Debug, Clone, Copy)]
pub(in crate::decoder) struct ByteRows<'a> {
    pub(in crate::decoder) rows: usize,
    /// `[row][group]`, four signed bytes each, the first in the lowest.
    pub(in crate::decoder) quants: &'a [i32],
    /// `[row][block]`
    pub(in crate::decoder) scales: &'a [f32],
    /// `[row][block]`: minus 128 times the sum of the block's quants, which stored quants give too much.
    pub(in crate::decoder) starts: &'a [i32],
}

impl Activations {
    /// Rows that were quantised, for products with [`Eights`]; `starts` is where their share of the result is kept.
    pub(in crate::decoder) fn bytes<'a>(
        &'a self,
        rows: Range<usize>,
        starts: &'a mut Vec<i32>,
    ) -> ByteRows<'a> {
        let (groups, blocks) = (self.columns / GROUP, self.blocks());
        let sums = &self.sums[rows.start * blocks * self.layout.pairs() * 2..];
        starts.clear();
        starts.extend(
            sums.chunks_exact(self.layout.pairs() * 2)
                .take(rows.len() * blocks)
                .map(|sums| -ZERO * sums.iter().map(|sum| i32::from(*sum)).sum::<i32>()),
        );
        ByteRows {
            rows: rows.len(),
            quants: &self.quants[rows.start * groups..rows.end * groups],
            scales: &self.scales[rows.start * blocks..rows.end * blocks],
            starts,
        }
    }
}

/// Some rows of activations times one or two bands.
pub(super) struct Tile<'a, 'out> {
    pub(super) weights: &'a Eights,
    pub(super) x: &'a ByteRows<'a>,
    pub(super) band: usize,
    /// Row of the activations.
    pub(super) first: usize,
    pub(super) factor: f32,
    pub(super) out: &'a Columns<'out>,
    /// Where the results go.
    row: usize,
    column: usize,
}

impl Tile<'_, '_> {
    /// Adds the products of `M` rows with `B` bands; returns `M`.
    ///
    /// # Safety
    /// No other thread writes or reads where the results go meanwhile.
    #[expect(
        unsafe_code,
        reason = "passes on the promise of `Columns::slice`, and calls what needs more than the baseline"
    )]
    unsafe fn add<const M: usize, const B: usize>(&self, level: Level) -> usize {
        let (weights, x) = (self.weights, self.x);
        // What the loops rely on.
        assert!((self.band + B) * weights.groups <= weights.quants.len());
        assert!((self.band + B) * weights.blocks <= weights.scales.len());
        assert!(weights.groups.is_multiple_of(weights.blocks));
        assert!((self.first + M) * weights.groups <= x.quants.len());
        assert!((self.first + M) * weights.blocks <= x.scales.len().min(x.starts.len()));
        // SAFETY: the caller's promise; `Level::here` found the instructions on this processor.
        unsafe {
            match level {
                #[cfg(target_arch = "x86_64")]
                Level::Avx512 => super::eights_x86::avx512::<M, B>(self),
                #[cfg(target_arch = "x86_64")]
                Level::Avx2 => super::eights_x86::avx2::<M, B>(self),
                Level::Portable => self.portable::<M, B>(),
            }
        }
        M
    }

    /// Where the sixteen results of a row and a band go.
    ///
    /// # Safety
    /// As for [`add`](Self::add), and the one before is no longer used.
    #[expect(
        unsafe_code,
        clippy::mut_from_ref,
        reason = "passes on the promise of `Columns::slice`"
    )]
    pub(super) unsafe fn out(&self, m: usize, band: usize) -> &mut [f32] {
        // SAFETY: the caller's promise.
        unsafe { self.out.slice(self.row + m, self.column + band * LANES, LANES) }
    }

    /// In plain loops over sixteen lanes.
    ///
    /// # Safety
    /// As for [`add`](Self::add).
    #[expect(unsafe_code, reason = "passes on the promise of `Columns::slice`")]
    unsafe fn portable<const M: usize, const B: usize>(&self) {
        let (weights, x) = (self.weights, self.x);
        let (groups, blocks) = (weights.groups, weights.blocks);
        for m in 0..M {
            let row = self.first + m;
            let quants = &x.quants[row * groups..][..groups];
            for b in 0..B {
                let lines = &weights.quants[(self.band + b) * groups..][..groups];
                let mut result = [0f32; LANES];
                for block in 0..blocks {
                    let mut total = [x.starts[row * blocks + block]; LANES];
                    let within = block * groups / blocks..(block + 1) * groups / blocks;
                    for (line, quants) in lines[within.clone()].iter().zip(&quants[within]) {
                        let a = quants.to_le_bytes().map(|byte| i32::from(byte as i8));
                        for (total, w) in total.iter_mut().zip(&line.0) {
                            *total += i32::from(w[0]) * a[0]
                                + i32::from(w[1]) * a[1]
                                + i32::from(w[2]) * a[2]
                                + i32::from(w[3]) * a[3];
                        }
                    }
                    let scale = x.scales[row * blocks + block];
                    let scales = &weights.scales[(self.band + b) * blocks + block].0;
                    for ((result, total), own) in result.iter_mut().zip(total).zip(scales) {
                        *result += total as f32 * (own * scale);
                    }
                }
                // SAFETY: the caller's promise.
                let out = unsafe { self.out(m, b) };
                for (out, result) in out.iter_mut().zip(result) {
                    *out += self.factor * result;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use candle_core::quantized::GgmlDType;

    use super::*;

    fn noise(count: usize, seed: usize) -> Vec<f32> {
        (0..count).map(|i| ((i * 7919 + seed * 104_729) % 10_007) as f32 / 5003.5 - 1.0).collect()
    }

    /// Every instruction set that this machine has, and every rest of rows and bands, against sums over the same numbers.
    #[test]
    fn products_are_those_of_the_numbers() {
        for dtype in [GgmlDType::Q4K, GgmlDType::Q6K, GgmlDType::Q8_0] {
            let layout = Layout::of(dtype).unwrap();
            for (rows, outputs) in [(1, 5), (3, 16), (8, 40), (13, 70)] {
                let columns = 512;
                let (w, x) = (noise(outputs * columns, 1), noise(rows * columns, 2));
                let weights = Eights::for_layout(&w, columns, layout);
                let quantised = Activations::new(&x, columns, layout);
                let width = weights.bands() * LANES;
                let mut starts = Vec::new();
                for &level in Level::all_here() {
                    let mut out = vec![1.0; rows * width];
                    let to = Columns::new(&mut out, width);
                    for row in 0..rows {
                        let x = quantised.bytes(row..row + 1, &mut starts);
                        #[expect(unsafe_code, reason = "one thread")]
                        // SAFETY: nobody else writes.
                        unsafe {
                            weights.add(level, 0..weights.bands(), &x, 0.5, &to, (row, 0));
                        };
                    }
                    let mut together = vec![1.0; rows * width];
                    let to = Columns::new(&mut together, width);
                    let all = quantised.bytes(0..rows, &mut starts);
                    #[expect(unsafe_code, reason = "one thread")]
                    // SAFETY: nobody else writes.
                    unsafe {
                        weights.add(level, 0..weights.bands(), &all, 0.5, &to, (0, 0));
                    };
                    for row in 0..rows {
                        for output in 0..outputs {
                            let pairs = w[output * columns..][..columns].iter();
                            let wanted: f32 =
                                pairs.zip(&x[row * columns..]).map(|(w, x)| w * x).sum();
                            let ours = out[row * width + output];
                            assert!(
                                (ours - 1.0 - 0.5 * wanted).abs() < 0.2,
                                "{dtype:?} {level:?} {rows} × {outputs}: {ours}, {wanted}"
                            );
                            let ours = ours - together[row * width + output];
                            assert!(ours.abs() < 1e-4, "alone and together: {ours}");
                        }
                        let rest = &out[row * width + outputs..(row + 1) * width];
                        assert!(rest.iter().all(|n| n.to_bits() == 1f32.to_bits()), "{rest:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn noughts_and_the_smallest_numbers_stay_what_they_are() {
        let tiny = f32::from_bits(1);
        let numbers = [[0.0; 4], [tiny; 4], [1e-30, -1e-30, 0.0, 5e-31], [3e38, -3e38, 1.0, 0.0]];
        let weights = Eights::in_order(numbers.as_flattened(), 4, 4);
        for (lane, numbers) in numbers.iter().enumerate() {
            let scale = weights.scales[0].0[lane];
            for (column, number) in numbers.iter().enumerate() {
                let quant = i32::from(weights.quants[0].0[lane][column]) - ZERO;
                let error = (quant as f32 * scale - number).abs();
                assert!(
                    error <= largest(numbers) / 250.0 + tiny,
                    "{number} became {quant} × {scale}"
                );
            }
        }
    }
}
