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

#[cfg(test)]
mod tests {
    use super::*;

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
