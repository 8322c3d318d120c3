//! Slices of half floats to and from f32, with the processor's own instruction where there is one.

use half::f16;
use half::slice::HalfFloatSliceExt;

/// `to[i] = from[i]`, for slices of the same length.
#[inline]
pub(super) fn widen(from: &[f16], to: &mut [f32]) {
    assert_eq!(from.len(), to.len());
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx") && std::arch::is_x86_feature_detected!("f16c") {
        #[expect(
            unsafe_code,
            reason = "calls a function that needs instructions beyond x86-64's baseline"
        )]
        // SAFETY: both features were just found on this processor.
        unsafe {
            widen_f16c(from, to);
        };
        return;
    }
    from.convert_to_f32_slice(to);
}

/// `to[i] = from[i]` rounded to the nearest, for slices of the same length.
pub(super) fn narrow(from: &[f32], to: &mut [f16]) {
    to.convert_from_f32_slice(from);
}

/// Eight at a time; `half` itself goes through a call for every eight.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx,f16c")]
fn widen_f16c(from: &[f16], to: &mut [f32]) {
    use std::arch::x86_64::{_mm_loadu_si128, _mm256_cvtph_ps, _mm256_storeu_ps};

    let (eights, rest) = from.as_chunks::<8>();
    let (to_eights, to_rest) = to.as_chunks_mut::<8>();
    for (from, to) in eights.iter().zip(to_eights) {
        #[expect(unsafe_code, reason = "unaligned vector loads and stores take pointers")]
        // SAFETY: `from` is 16 bytes of half floats and `to` 32 bytes of f32; neither needs alignment here.
        unsafe {
            let halves = _mm_loadu_si128(from.as_ptr().cast());
            _mm256_storeu_ps(to.as_mut_ptr(), _mm256_cvtph_ps(halves));
        }
    }
    for (from, to) in rest.iter().zip(to_rest) {
        *to = from.to_f32();
    }
}

/// Whether products with half floats can be summed while they are widened.
#[inline]
pub(super) fn fuses() -> bool {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::is_x86_feature_detected as has;
        has!("avx") && has!("f16c") && has!("fma")
    }
    #[cfg(not(target_arch = "x86_64"))]
    false
}

/// Products of up to four rows of half floats with the same activations. Only where it [`fuses`].
pub(super) fn dots(rows: &[f16], x: &[f32], out: &mut [f32; 4]) {
    assert!(fuses() && rows.len() <= 4 * x.len());
    #[cfg(target_arch = "x86_64")]
    #[expect(
        unsafe_code,
        reason = "calls a function that needs instructions beyond x86-64's baseline"
    )]
    // SAFETY: its features were just found on this processor.
    unsafe {
        dots_f16c(rows, x, out);
    };
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx,f16c,fma")]
fn eight(from: &[f16; 8]) -> std::arch::x86_64::__m256 {
    use std::arch::x86_64::{_mm_loadu_si128, _mm256_cvtph_ps};
    #[expect(unsafe_code, reason = "unaligned vector loads take pointers")]
    // SAFETY: `from` is 16 bytes; they need no alignment here.
    let halves = unsafe { _mm_loadu_si128(from.as_ptr().cast()) };
    _mm256_cvtph_ps(halves)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx,f16c,fma")]
fn dots_f16c(rows: &[f16], x: &[f32], out: &mut [f32; 4]) {
    use std::arch::x86_64::{_mm256_fmadd_ps, _mm256_loadu_ps, _mm256_set1_ps, _mm256_storeu_ps};
    let columns = x.len();
    let (eights, rest) = x.as_chunks::<8>();
    // A row that is not there is the first one again.
    let row = |r: usize| rows.get(r * columns..(r + 1) * columns).unwrap_or(&rows[..columns]);
    let list = [row(0), row(1), row(2), row(3)];
    let vectors = list.map(|row| row.as_chunks::<8>().0);
    let mut sums = [_mm256_set1_ps(0.0); 4];
    for (at, x) in eights.iter().enumerate() {
        #[expect(unsafe_code, reason = "unaligned vector loads take pointers")]
        // SAFETY: `x` is 32 bytes; they need no alignment here.
        let x = unsafe { _mm256_loadu_ps(x.as_ptr()) };
        for (sum, row) in sums.iter_mut().zip(&vectors) {
            *sum = _mm256_fmadd_ps(x, eight(&row[at]), *sum);
        }
    }
    for ((out, sum), row) in out.iter_mut().zip(sums).zip(list) {
        let mut lanes = [0.0f32; 8];
        #[expect(unsafe_code, reason = "unaligned vector stores take pointers")]
        // SAFETY: `lanes` is 32 bytes; they need no alignment here.
        unsafe {
            _mm256_storeu_ps(lanes.as_mut_ptr(), sum);
        };
        let tail = row[columns - rest.len()..].iter().zip(rest).map(|(w, x)| w.to_f32() * x);
        *out = lanes.iter().sum::<f32>() + tail.sum::<f32>();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fused_products_are_those_of_the_numbers() {
        if !fuses() {
            return println!("0 cases: this processor does not fuse");
        }
        let number = |i: usize| f16::from_f32((i * 37 % 101) as f32 / 50.0 - 1.0);
        for columns in [1, 7, 8, 40, 67] {
            for rows in 1..=4 {
                let matrix: Vec<f16> = (0..rows * columns).map(number).collect();
                let x: Vec<f32> = (0..columns).map(|i| (i % 9) as f32 - 4.0).collect();
                let mut out = [0.0; 4];
                dots(&matrix, &x, &mut out);
                for (row, out) in matrix.chunks_exact(columns).zip(out) {
                    let wanted: f32 = row.iter().zip(&x).map(|(w, x)| w.to_f32() * x).sum();
                    assert!((out - wanted).abs() < 1e-3, "{rows} × {columns}: {out}, {wanted}");
                }
            }
        }
    }

    #[test]
    fn every_half_float_is_widened_exactly() {
        let halves: Vec<f16> = (0..=u16::MAX).map(f16::from_bits).chain([f16::ONE; 3]).collect();
        let mut wide = vec![0.0; halves.len()];
        widen(&halves, &mut wide);
        for (half, wide) in halves.iter().zip(&wide) {
            assert!(
                half.to_f32().to_bits() == wide.to_bits() || (half.is_nan() && wide.is_nan()),
                "{half}"
            );
        }
        let mut back = vec![f16::ZERO; halves.len()];
        narrow(&wide, &mut back);
        for (half, back) in halves.iter().zip(&back) {
            assert!(half == back || half.is_nan());
        }
    }
}
