//! Products with matrices of floats, in f32 arithmetic.

use candle_core::quantized::GgmlDType;
use half::f16;
use pulp::{Arch, Simd, WithSimd};

use super::half_floats::{dots as dots_of_halves, fuses, widen};
use super::matrix::typed;

/// Matrix rows that are worked on side by side.
pub(super) const ROWS: usize = 4;

/// Multiplies rows of `columns` activations with the rows in `bytes` (f32, f16 or bf16) and passes the products on: row of
/// activations, first row of the matrix, up to [`ROWS`] products.
pub(super) fn multiply(
    dtype: GgmlDType,
    bytes: &[u8],
    columns: usize,
    x: &[f32],
    write: &dyn Fn(usize, usize, &[f32]),
) {
    let width = if dtype == GgmlDType::F32 { 4 } else { 2 };
    let row_bytes = columns * width;
    if dtype == GgmlDType::F16 && x.len() == columns && fuses() {
        for (index, part) in bytes.chunks(ROWS * row_bytes).enumerate() {
            let mut results = [0.0; ROWS];
            dots_of_halves(typed::<f16>(part), x, &mut results);
            write(0, index * ROWS, &results[..part.len() / row_bytes]);
        }
        return;
    }
    let mut rows = vec![0.0; ROWS * columns];
    for (index, part) in bytes.chunks(ROWS * row_bytes).enumerate() {
        let count = part.len() / row_bytes;
        for (row, part) in rows.chunks_exact_mut(columns).zip(part.chunks_exact(row_bytes)) {
            to_f32(dtype, part, row);
        }
        let job = Multiply { rows: &rows, columns, x, first: index * ROWS, count, write };
        Arch::new().dispatch(job);
    }
}

/// Little-endian floats to numbers.
fn to_f32(dtype: GgmlDType, bytes: &[u8], out: &mut [f32]) {
    match dtype {
        GgmlDType::F32 => {
            for (out, bytes) in out.iter_mut().zip(bytes.as_chunks::<4>().0) {
                *out = f32::from_le_bytes(*bytes);
            }
        }
        GgmlDType::F16 => widen(typed::<f16>(bytes), out),
        _ => {
            for (out, bytes) in out.iter_mut().zip(bytes.as_chunks::<2>().0) {
                *out = f32::from_bits(u32::from(u16::from_le_bytes(*bytes)) << 16);
            }
        }
    }
}

struct Multiply<'a> {
    /// `[ROWS][columns]`
    rows: &'a [f32],
    columns: usize,
    x: &'a [f32],
    first: usize,
    count: usize,
    write: &'a dyn Fn(usize, usize, &[f32]),
}

impl WithSimd for Multiply<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let rows = self.x.len() / self.columns;
        let mut row = 0;
        while row < rows {
            row += match rows - row {
                // Twelve sums, four numbers of the matrix: AVX2's sixteen registers.
                3.. => dots::<S, 3>(simd, &self, row),
                _ => dots::<S, 1>(simd, &self, row),
            };
        }
    }
}

/// Products of `M` rows of activations with all four rows; returns `M`.
#[inline(always)]
#[expect(clippy::needless_range_loop, reason = "the indices are those of the product")]
fn dots<S: Simd, const M: usize>(simd: S, job: &Multiply<'_>, row: usize) -> usize {
    let columns = job.columns;
    let mut w = [S::as_simd_f32s(&job.rows[..0]).0; ROWS];
    for (index, w) in w.iter_mut().enumerate() {
        *w = S::as_simd_f32s(&job.rows[index * columns..][..columns]).0;
    }
    let mut x = [w[0]; M];
    for (index, x) in x.iter_mut().enumerate() {
        *x = S::as_simd_f32s(&job.x[(row + index) * columns..][..columns]).0;
    }
    let vectors = w[0].len();
    let mut sums = [[simd.splat_f32s(0.0); ROWS]; M];
    for at in 0..vectors {
        let mut now = [simd.splat_f32s(0.0); ROWS];
        for r in 0..ROWS {
            now[r] = w[r][at];
        }
        for m in 0..M {
            let x = x[m][at];
            for r in 0..ROWS {
                sums[m][r] = simd.mul_add_e_f32s(x, now[r], sums[m][r]);
            }
        }
    }
    let tail = vectors * S::F32_LANES;
    for m in 0..M {
        let x = &job.x[(row + m) * columns..][..columns];
        let mut results = [0.0; ROWS];
        for r in 0..ROWS {
            let mut sum = simd.reduce_sum_f32s(sums[m][r]);
            for at in tail..columns {
                sum += x[at] * job.rows[r * columns + at];
            }
            results[r] = sum;
        }
        (job.write)(row + m, job.first, &results[..job.count]);
    }
    M
}
