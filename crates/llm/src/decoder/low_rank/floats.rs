//! B in floats: kept on its side, in tiles of some outputs, and multiplied along these.

use pulp::{Arch, Simd, WithSimd};

use super::added::TILE;
use crate::decoder::blocks::Columns;
use crate::decoder::matrix::Rows;

/// `[tile][rank][TILE]`, noughts behind the last output: what a tile needs lies together.
pub(super) struct Tiles {
    numbers: Vec<f32>,
    rank: usize,
}

impl Tiles {
    /// Of `[outputs][rank]` numbers.
    pub(super) fn new(b: &[f32], rank: usize) -> Self {
        let tiles = (b.len() / rank).div_ceil(TILE);
        let mut numbers = vec![0.0; tiles * rank * TILE];
        for (output, row) in b.chunks_exact(rank).enumerate() {
            let (tile, within) = (output / TILE, output % TILE);
            for (k, number) in row.iter().enumerate() {
                numbers[(tile * rank + k) * TILE + within] = *number;
            }
        }
        Self { numbers, rank }
    }

    /// Bytes of its numbers.
    pub(super) fn bytes(&self) -> usize {
        size_of_val(self.numbers.as_slice())
    }

    /// Adds `factor` times the products of all rows of `x` (from number `from` of each on) with a tile to what stands in `out` from
    /// `row` and `column` on.
    ///
    /// # Safety
    /// No other thread writes or reads these places meanwhile.
    #[expect(unsafe_code, reason = "passes on the promise of `Columns::slice`")]
    pub(super) unsafe fn add(
        &self,
        tile: usize,
        x: &Rows,
        from: usize,
        factor: f32,
        out: &Columns<'_>,
        (row, column): (usize, usize),
    ) {
        let numbers = &self.numbers[tile * self.rank * TILE..][..self.rank * TILE];
        for (index, x) in x.data().chunks_exact(x.width()).enumerate() {
            let x = &x[from..from + self.rank];
            // SAFETY: the caller's promise.
            let out = unsafe { out.slice(row + index, column, TILE) };
            Arch::new().dispatch(Add { numbers, x, factor, out });
        }
    }
}

/// `out += factor · Σ x · numbers` for one tile and one row.
struct Add<'a> {
    /// `[rank][TILE]`
    numbers: &'a [f32],
    /// `[rank]`
    x: &'a [f32],
    factor: f32,
    /// `[TILE]`
    out: &'a mut [f32],
}

impl WithSimd for Add<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        // Sums of so many vectors stay in registers.
        const VECTORS: usize = 4;
        let factor = simd.splat_f32s(self.factor);
        let width = VECTORS.min(TILE / S::F32_LANES) * S::F32_LANES;
        for first in (0..TILE).step_by(width) {
            let mut sums = [simd.splat_f32s(0.0); VECTORS];
            for (x, numbers) in self.x.iter().zip(self.numbers.chunks_exact(TILE)) {
                let x = simd.splat_f32s(*x);
                let numbers = S::as_simd_f32s(&numbers[first..first + width]).0;
                for (sum, numbers) in sums.iter_mut().zip(numbers) {
                    *sum = simd.mul_add_e_f32s(x, *numbers, *sum);
                }
            }
            let out = S::as_mut_simd_f32s(&mut self.out[first..first + width]).0;
            for (out, sum) in out.iter_mut().zip(sums) {
                *out = simd.mul_add_e_f32s(factor, sum, *out);
            }
        }
    }
}
