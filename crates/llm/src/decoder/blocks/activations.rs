//! Activations in eight bits, with the sums that formats with an offset need.

use pulp::{Arch, Simd, WithSimd};

use super::Layout;
use crate::decoder::pool::pool;

/// Rows that are worth the pool's attention.
const ROWS_PER_JOB: usize = 16;

/// Quantised rows.
pub(in crate::decoder) struct Activations {
    pub(super) layout: Layout,
    pub(super) rows: usize,
    pub(super) columns: usize,
    /// `[row][column / 4]`, four signed bytes each, the first in the lowest; sub-blocks in the order of [`Layout::place`].
    pub(super) quants: Vec<i32>,
    /// `[row][block]`
    pub(super) scales: Vec<f32>,
    /// `[row][block][pair][2]`: sums of the quants of each sub-block.
    pub(super) sums: Vec<i16>,
}

impl Activations {
    /// Quantises rows of `columns` numbers as `layout` wants them.
    pub(in crate::decoder) fn new(x: &[f32], columns: usize, layout: Layout) -> Self {
        let rows = x.len() / columns;
        let blocks = columns / layout.block;
        let sums_per_row = blocks * layout.pairs() * 2;
        let mut quants = vec![0i32; x.len() / 4];
        let mut scales = vec![0f32; rows * blocks];
        let mut sums = vec![0i16; rows * sums_per_row];
        let arch = Arch::new();
        let per_job = ROWS_PER_JOB.min(rows).max(1);
        let mut jobs: Vec<_> = x
            .chunks(per_job * columns)
            .zip(quants.chunks_mut(per_job * columns / 4))
            .zip(scales.chunks_mut(per_job * blocks))
            .zip(sums.chunks_mut(per_job * sums_per_row))
            .map(|(((x, quants), scales), sums)| Quantise { x, layout, quants, scales, sums })
            .collect();
        if let [only] = jobs.as_mut_slice() {
            arch.dispatch(only);
        } else {
            let jobs: Vec<_> = jobs.into_iter().map(std::sync::Mutex::new).collect();
            pool().run(jobs.len(), |range| {
                for job in &jobs[range] {
                    if let Ok(mut job) = job.lock() {
                        arch.dispatch(&mut *job);
                    }
                }
            });
        }
        Self { layout, rows, columns, quants, scales, sums }
    }

    /// Blocks a row.
    pub(super) fn blocks(&self) -> usize {
        self.columns / self.layout.block
    }

    /// One row: its quants, scales and sums.
    pub(super) fn row(&self, row: usize) -> (&[i32], &[f32], &[i16]) {
        let (quants, blocks) = (self.columns / 4, self.blocks());
        let sums = blocks * self.layout.pairs() * 2;
        (
            &self.quants[row * quants..][..quants],
            &self.scales[row * blocks..][..blocks],
            &self.sums[row * sums..][..sums],
        )
    }
}

struct Quantise<'a> {
    x: &'a [f32],
    layout: Layout,
    quants: &'a mut [i32],
    scales: &'a mut [f32],
    sums: &'a mut [i16],
}

impl WithSimd for &mut Quantise<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let layout = self.layout;
        let blocks = self.x.chunks_exact(layout.block).zip(&mut *self.scales);
        let quants = self.quants.chunks_exact_mut(layout.block / 4);
        let sums = self.sums.chunks_exact_mut(layout.pairs() * 2);
        for (((x, scale), quants), sums) in blocks.zip(quants).zip(sums) {
            let largest = largest(x);
            *scale = largest / 127.0;
            if layout.block == 32 {
                // llama.cpp keeps this one as a half float.
                *scale = half_rounded(*scale);
            }
            let inverse = if largest > 0.0 { 127.0 / largest } else { 0.0 };
            // Every sub-block is whole vectors of 16.
            let mut sixteens = [0i16; 16];
            for (index, (x, sum)) in x.chunks_exact(16).zip(&mut sixteens).enumerate() {
                let per_sub = layout.sub / 16;
                let place = layout.place(index / per_sub) * per_sub + index % per_sub;
                let quants = &mut quants[place * 4..][..4];
                let mut bytes = [0i8; 16];
                let mut total = 0i32;
                for (byte, x) in bytes.iter_mut().zip(x) {
                    *byte = rounded(x * inverse);
                    total += i32::from(*byte);
                }
                for (quant, four) in quants.iter_mut().zip(bytes.as_chunks::<4>().0) {
                    *quant = i32::from_le_bytes(four.map(|b| b as u8));
                }
                *sum = total as i16;
            }
            let sixteens = &sixteens[..layout.block / 16];
            let per_sub = layout.sub / 16;
            for (sum, part) in sums.iter_mut().zip(sixteens.chunks_exact(per_sub)) {
                *sum = part.iter().sum();
            }
        }
    }
}

/// The largest size of any of the numbers; as whole numbers, so that a NaN is the largest and is not lost.
#[inline(always)]
pub(in crate::decoder) fn largest(numbers: &[f32]) -> f32 {
    let mut largest = 0;
    for number in numbers {
        largest = largest.max(number.to_bits() & 0x7fff_ffff);
    }
    f32::from_bits(largest)
}

/// Numbers of at most ± 127 to the nearest whole ones.
#[inline(always)]
pub(in crate::decoder) fn rounded(number: f32) -> i8 {
    // Adding 1.5 * 2^23 rounds, and leaves the whole number in the low bits.
    const MAGIC: f32 = 12_582_912.0;
    ((number + MAGIC).to_bits() as i32).wrapping_sub(MAGIC.to_bits() as i32) as i8
}

/// Through a half float and back.
fn half_rounded(x: f32) -> f32 {
    half::f16::from_f32(x).to_f32()
}

#[cfg(test)]
mod tests {
    use candle_core::quantized::GgmlDType;

    use super::*;

    #[test]
    fn quants_scales_and_sums_belong_together() {
        for dtype in [GgmlDType::Q4K, GgmlDType::Q6K, GgmlDType::Q8_0] {
            let layout = Layout::of(dtype).unwrap();
            let x: Vec<f32> =
                (0..3 * 512).map(|i| (i as f32 * 0.37).sin() * (i % 7) as f32).collect();
            let quantised = Activations::new(&x, 512, layout);
            for row in 0..3 {
                let (quants, scales, sums) = quantised.row(row);
                let bytes: Vec<i8> =
                    quants.iter().flat_map(|q| q.to_le_bytes()).map(|b| b as i8).collect();
                let number = |index: usize| {
                    let (block, sub) = (index / layout.block, index % layout.block / layout.sub);
                    bytes
                        [block * layout.block + layout.place(sub) * layout.sub + index % layout.sub]
                };
                for (index, x) in x[row * 512..][..512].iter().enumerate() {
                    let q = number(index);
                    let scale = scales[index / layout.block];
                    assert!((f32::from(q) * scale - x).abs() <= scale * 0.51, "{dtype:?} {index}");
                }
                for index in 0..512 / layout.sub {
                    let (block, sub_index) = (index / layout.subs(), index % layout.subs());
                    let sum: i16 =
                        (0..layout.sub).map(|i| i16::from(number(index * layout.sub + i))).sum();
                    assert_eq!(sums[block * layout.pairs() * 2 + sub_index], sum);
                }
            }
        }
    }

    #[test]
    fn a_nan_is_not_lost() {
        let layout = Layout::of(GgmlDType::Q4K).unwrap();
        let mut x = vec![1.0; 512];
        x[300] = f32::NAN;
        let quantised = Activations::new(&x, 512, layout);
        assert!(quantised.scales[0].is_finite() && quantised.scales[1].is_nan());
    }

    #[test]
    fn numbers_are_rounded_to_the_nearest() {
        for number in [-127.0, -126.6, -0.4, 0.0, 0.6, 1.4, 126.7, 127.0f32] {
            assert_eq!(i32::from(rounded(number)), number.round() as i32);
        }
        assert!(largest(&[1.0, f32::NAN, -3.0]).is_nan());
        assert_eq!(largest(&[1.0, -3.0, 2.0]).to_bits(), 3f32.to_bits());
    }
}
