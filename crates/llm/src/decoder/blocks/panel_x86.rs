//! Unpacking panels with AVX-512.
#![expect(
    unsafe_code,
    reason = "vector loads and stores take pointers; each is inside a slice that was just cut to length"
)]
#![cfg_attr(
    not(test),
    expect(
        clippy::wildcard_imports,
        reason = "a kernel is made of dozens of the processor's own names"
    )
)]

use std::arch::x86_64::*;

use candle_core::quantized::GgmlDType;

use super::Line;
use super::panel::{HALVES, LANES, LONGEST, Panel};

/// [`Panel::unpack`], compiled for wide vectors.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,f16c")]
pub(super) fn unpack(panel: &mut Panel, dtype: GgmlDType, bytes: &[u8]) {
    panel.unpack_with(dtype, bytes, |rows, from, lines, half| {
        // Sub-blocks of 16 bytes make four lines, of 32 make eight.
        for (index, lines) in lines.chunks_exact_mut(4 * HALVES).enumerate() {
            turn(rows, from + 16 * index, lines, half);
        }
    });
}

/// Sixteen bytes of sixteen rows become four lines.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,f16c")]
#[inline]
fn turn(
    rows: &[[u8; LONGEST]; LANES],
    from: usize,
    lines: &mut [Line<[u8; 4], LANES>],
    half: usize,
) {
    // Four rows to a vector: rows r, r + 4, r + 8, r + 12 of four bytes each stand in lane r of the quarters.
    let four = |r: usize| {
        // SAFETY: 16 bytes each.
        let row = |r: usize| unsafe { _mm_loadu_si128(rows[r][from..from + 16].as_ptr().cast()) };
        let low = _mm256_inserti128_si256::<1>(_mm256_castsi128_si256(row(r)), row(r + 4));
        let high = _mm256_inserti128_si256::<1>(_mm256_castsi128_si256(row(r + 8)), row(r + 12));
        _mm512_inserti64x4::<1>(_mm512_castsi256_si512(low), high)
    };
    let (a, b, c, d) = (four(0), four(1), four(2), four(3));
    // Within each quarter, a transposition of four by four.
    let (ab_low, ab_high) = (_mm512_unpacklo_epi32(a, b), _mm512_unpackhi_epi32(a, b));
    let (cd_low, cd_high) = (_mm512_unpacklo_epi32(c, d), _mm512_unpackhi_epi32(c, d));
    let turned = [
        _mm512_unpacklo_epi64(ab_low, cd_low),
        _mm512_unpackhi_epi64(ab_low, cd_low),
        _mm512_unpacklo_epi64(ab_high, cd_high),
        _mm512_unpackhi_epi64(ab_high, cd_high),
    ];
    for (lines, turned) in lines.chunks_exact_mut(HALVES).zip(turned) {
        // SAFETY: a line is 64 bytes, and aligned.
        unsafe { _mm512_store_si512(std::ptr::from_mut(&mut lines[half]).cast(), turned) };
    }
}
