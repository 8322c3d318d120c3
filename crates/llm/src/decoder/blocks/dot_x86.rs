//! Dot products with AVX-512's byte products.
//!
//! Row after row, block after block: the weights are read from memory once, in the order in which they lie there. Several rows
//! side by side would save some loads of activations, and take three times as long, since no processor's prefetching follows
//! such a path; asking for lines ahead by instruction makes it slower, too (both measured on Zen 5).
#![expect(
    unsafe_code,
    reason = "vector loads take pointers; every load lies inside a block or a row of activations, whose sizes are checked by slicing"
)]
#![expect(
    clippy::cast_ptr_alignment,
    reason = "what is loaded through these pointers is loaded unaligned, or aligned by its type"
)]
#![cfg_attr(
    not(test),
    expect(
        clippy::wildcard_imports,
        reason = "a kernel is made of dozens of the processor's own names"
    )
)]

use std::arch::x86_64::*;

use super::Activations;

/// Quants, scales and sums of a row of activations.
type Row<'a> = (&'a [i32], &'a [f32], &'a [i16]);

macro_rules! kernel {
    ($name:ident, $dot:ident) => {
        /// Products of a row of activations with rows of this format.
        #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,f16c")]
        pub(super) fn $name(rows: &[u8], x: &Activations, row: usize, out: &mut [f32]) {
            let row_bytes = x.blocks() * x.layout.bytes;
            assert!(rows.len() == out.len() * row_bytes);
            let x = x.row(row);
            for (weights, out) in rows.chunks_exact(row_bytes).zip(out) {
                *out = $dot(weights, x);
            }
        }
    };
}

kernel!(q4_k, dot_q4_k);
kernel!(q5_k, dot_q5_k);
kernel!(q6_k, dot_q6_k);
kernel!(q8_0, dot_q8_0);
kernel!(q4_0, dot_q4_0);

/// Two half floats at the start, as numbers.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,f16c")]
#[inline]
fn halves(bytes: [u8; 4]) -> __m128 {
    _mm_cvtph_ps(_mm_cvtsi32_si128(i32::from_le_bytes(bytes)))
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,f16c")]
#[inline]
fn dot_q4_k(weights: &[u8], x: Row<'_>) -> f32 {
    dot_q45_k::<144>(weights, x)
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,f16c")]
#[inline]
fn dot_q5_k(weights: &[u8], x: Row<'_>) -> f32 {
    dot_q45_k::<176>(weights, x)
}

/// The scales of Q4_K and Q5_K, in the order of [`Layout::place`](super::Layout::place), in the low eight bytes; the minima as
/// 16-bit numbers, in their own order. `head` is the start of a block.
#[target_feature(enable = "avx512f,avx512bw,avx512vl")]
#[inline]
fn unpack_scales(head: __m128i) -> (__m128i, __m128i) {
    // The twelve packed bytes are 4..16. Scales 0-3 and minima 0-3 lie in six bits of the first eight, the others in four bits
    // of the last four and the top two bits of the first eight. Scales 1 and 2, 5 and 6 change places.
    let low = _mm_setr_epi8(4, 6, 5, 7, 12, 14, 13, 15, 8, 9, 10, 11, 12, 13, 14, 15);
    let high = _mm_setr_epi8(-1, -1, -1, -1, 4, 6, 5, 7, -1, -1, -1, -1, 8, 9, 10, 11);
    let bits = _mm_setr_epi8(63, 63, 63, 63, 15, 15, 15, 15, 63, 63, 63, 63, 15, 15, 15, 15);
    let low = _mm_shuffle_epi8(head, low);
    let low = _mm_mask_blend_epi32(0b1000, low, _mm_srli_epi16::<4>(low));
    let high = _mm_srli_epi16::<2>(_mm_shuffle_epi8(head, high));
    let high = _mm_and_si128(high, _mm_set1_epi8(0x30));
    let all = _mm_or_si128(_mm_and_si128(low, bits), high);
    (all, _mm_unpackhi_epi8(all, _mm_setzero_si128()))
}

/// Q4_K (144 bytes a block) and Q5_K (176).
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,f16c")]
#[inline]
fn dot_q45_k<const BYTES: usize>(weights: &[u8], (quants, scales, sums): Row<'_>) -> f32 {
    let five = BYTES == 176;
    let blocks = weights.as_chunks::<BYTES>().0;
    let quants = quants.as_chunks::<64>().0;
    let sums = sums.as_chunks::<8>().0;
    let nibble = _mm512_set1_epi8(15);
    // Scale i for the 16-bit lanes of half a vector, i + 1 for the other half.
    let spread = |i: i16| {
        _mm512_mask_set1_epi16(_mm512_set1_epi16(i | -32768), 0xffff_0000, (i + 1) | -32768)
    };
    let spreads = [spread(0), spread(2), spread(4), spread(6)];
    let mut results = _mm512_setzero_ps();
    for (((quants, sums), &scale), block) in quants.iter().zip(sums).zip(scales).zip(blocks) {
        // SAFETY: 256 bytes and 16 bytes.
        let (a, sums) = unsafe {
            let q = quants.as_ptr().cast::<__m512i>();
            let load = |i| _mm512_loadu_si512(q.add(i));
            ([load(0), load(1), load(2), load(3)], _mm_loadu_si128(sums.as_ptr().cast()))
        };
        // SAFETY: the first 16 bytes: two half floats and the packed scales.
        let head = unsafe { _mm_loadu_si128(block.as_ptr().cast()) };
        let (whole, minima) = unpack_scales(head);
        let whole = _mm512_broadcast_i32x4(whole);
        // SAFETY: the last 128 bytes of the block, and the 32 before them in Q5_K.
        let (w, high) = unsafe {
            let w = block[BYTES - 128..].as_ptr().cast::<__m512i>();
            let w = [_mm512_loadu_si512(w), _mm512_loadu_si512(w.add(1))];
            let high = if five {
                _mm512_broadcast_i64x4(_mm256_loadu_si256(block[16..48].as_ptr().cast()))
            } else {
                _mm512_setzero_si512()
            };
            (w, high)
        };
        let mut w = [
            _mm512_and_si512(w[0], nibble),
            _mm512_and_si512(_mm512_srli_epi16::<4>(w[0]), nibble),
            _mm512_and_si512(w[1], nibble),
            _mm512_and_si512(_mm512_srli_epi16::<4>(w[1]), nibble),
        ];
        if five {
            // Bit s of a high byte belongs to sub-block s; it becomes bit 4.
            let sixteen = _mm512_set1_epi8(16);
            let both = |a: __m512i, b: __m512i| _mm512_mask_blend_epi64(0xf0, a, b);
            let at = [
                both(_mm512_slli_epi16::<4>(high), _mm512_slli_epi16::<2>(high)),
                both(_mm512_slli_epi16::<3>(high), _mm512_slli_epi16::<1>(high)),
                both(high, _mm512_srli_epi16::<2>(high)),
                both(_mm512_srli_epi16::<1>(high), _mm512_srli_epi16::<3>(high)),
            ];
            for (w, at) in w.iter_mut().zip(at) {
                *w = _mm512_or_si512(*w, _mm512_and_si512(at, sixteen));
            }
        }
        let mut total = _mm512_setzero_si512();
        for ((w, a), spread) in w.iter().zip(&a).zip(&spreads) {
            let products = _mm512_maddubs_epi16(*w, *a);
            let scales = _mm512_shuffle_epi8(whole, *spread);
            total = _mm512_dpwssd_epi32(total, products, scales);
        }
        let factors = _mm_mul_ps(_mm_cvtph_ps(head), _mm_set1_ps(scale));
        results =
            _mm512_fmadd_ps(_mm512_cvtepi32_ps(total), _mm512_broadcastss_ps(factors), results);
        let offset = _mm_shuffle_ps::<0x55>(factors, factors);
        let products = _mm512_zextsi128_si512(_mm_madd_epi16(minima, sums));
        let products = _mm512_cvtepi32_ps(products);
        results = _mm512_fnmadd_ps(products, _mm512_broadcastss_ps(offset), results);
    }
    _mm512_reduce_add_ps(results)
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl")]
#[inline]
fn sum(x: __m128) -> f32 {
    let x = _mm_add_ps(x, _mm_movehl_ps(x, x));
    _mm_cvtss_f32(_mm_add_ss(x, _mm_movehdup_ps(x)))
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,f16c")]
#[inline]
fn dot_q6_k(weights: &[u8], (quants, scales, sums): Row<'_>) -> f32 {
    let blocks = weights.as_chunks::<210>().0;
    let quants = quants.as_chunks::<64>().0;
    let sums = sums.as_chunks::<16>().0;
    let nibble = _mm512_set1_epi8(15);
    let high_bits = _mm512_set1_epi8(0x30);
    // Scale i of a quarter for the eight 16-bit lanes of each sub-block.
    let ladder = _mm512_set_epi16(
        3, 3, 3, 3, 3, 3, 3, 3, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0,
        0, 0,
    );
    let mut results = _mm512_setzero_ps();
    for (((quants, sums), &scale), block) in quants.iter().zip(sums).zip(scales).zip(blocks) {
        // SAFETY: 256 bytes and 32 bytes.
        let (a, sums) = unsafe {
            let q = quants.as_ptr().cast::<__m512i>();
            let load = |i| _mm512_loadu_si512(q.add(i));
            ([load(0), load(1), load(2), load(3)], _mm256_loadu_si256(sums.as_ptr().cast()))
        };
        // SAFETY: 128 bytes of low bits, 64 of high bits, 16 scales.
        let (low, high, whole) = unsafe {
            let at = block.as_ptr();
            (
                [_mm512_loadu_si512(at.cast()), _mm512_loadu_si512(at.add(64).cast())],
                [
                    _mm512_broadcast_i64x4(_mm256_loadu_si256(at.add(128).cast())),
                    _mm512_broadcast_i64x4(_mm256_loadu_si256(at.add(160).cast())),
                ],
                _mm256_cvtepi8_epi16(_mm_loadu_si128(at.add(192).cast())),
            )
        };
        let wide = _mm512_castsi256_si512(whole);
        let mut total = _mm512_setzero_si512();
        for part in 0..2 {
            let h = high[part];
            // Bits 0 and 1 for the first 32 numbers, 2 and 3 for the next, and so on, all moved to bits 4 and 5.
            let first =
                _mm512_mask_blend_epi64(0xf0, _mm512_slli_epi16::<4>(h), _mm512_slli_epi16::<2>(h));
            let second = _mm512_mask_blend_epi64(0xf0, h, _mm512_srli_epi16::<2>(h));
            let w = [
                _mm512_or_si512(
                    _mm512_and_si512(low[part], nibble),
                    _mm512_and_si512(first, high_bits),
                ),
                _mm512_or_si512(
                    _mm512_and_si512(_mm512_srli_epi16::<4>(low[part]), nibble),
                    _mm512_and_si512(second, high_bits),
                ),
            ];
            for (side, w) in w.into_iter().enumerate() {
                let quarter = 2 * part + side;
                let products = _mm512_maddubs_epi16(w, a[quarter]);
                let at = _mm512_add_epi16(ladder, _mm512_set1_epi16(4 * quarter as i16));
                let scales = _mm512_permutexvar_epi16(at, wide);
                total = _mm512_dpwssd_epi32(total, products, scales);
            }
        }
        // The quants are 32 too high.
        let low = _mm256_slli_epi32::<5>(_mm256_madd_epi16(whole, sums));
        total = _mm512_sub_epi32(total, _mm512_zextsi256_si512(low));
        let factor = halves([block[208], block[209], 0, 0]);
        let factor = _mm_mul_ss(factor, _mm_set_ss(scale));
        results =
            _mm512_fmadd_ps(_mm512_cvtepi32_ps(total), _mm512_broadcastss_ps(factor), results);
    }
    _mm512_reduce_add_ps(results)
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,f16c")]
#[inline]
fn dot_q8_0(weights: &[u8], (quants, scales, _): Row<'_>) -> f32 {
    let blocks = weights.as_chunks::<34>().0;
    let quants = quants.as_chunks::<8>().0;
    let turn = _mm256_set1_epi8(-128);
    let mut results = _mm256_setzero_ps();
    for ((quants, &scale), block) in quants.iter().zip(scales).zip(blocks) {
        // SAFETY: 32 bytes.
        let a = unsafe { _mm256_loadu_si256(quants.as_ptr().cast()) };
        // Made unsigned, the quants are 128 too high.
        let high = _mm256_dpbusd_epi32(_mm256_setzero_si256(), turn, a);
        let start = _mm256_sub_epi32(_mm256_setzero_si256(), high);
        // SAFETY: 32 bytes behind the scale.
        let w = unsafe { _mm256_loadu_si256(block.as_ptr().add(2).cast()) };
        let total = _mm256_dpbusd_epi32(start, _mm256_xor_si256(w, turn), a);
        let factor = _mm_mul_ss(halves([block[0], block[1], 0, 0]), _mm_set_ss(scale));
        let total = _mm256_cvtepi32_ps(total);
        results = _mm256_fmadd_ps(total, _mm256_broadcastss_ps(factor), results);
    }
    let low = _mm256_castps256_ps128(results);
    sum(_mm_add_ps(low, _mm256_extractf128_ps::<1>(results)))
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,f16c")]
#[inline]
fn dot_q4_0(weights: &[u8], (quants, scales, _): Row<'_>) -> f32 {
    let blocks = weights.as_chunks::<18>().0;
    let quants = quants.as_chunks::<8>().0;
    let mut results = _mm256_setzero_ps();
    for ((quants, &scale), block) in quants.iter().zip(scales).zip(blocks) {
        // SAFETY: 32 bytes.
        let a = unsafe { _mm256_loadu_si256(quants.as_ptr().cast()) };
        // The quants are eight too high.
        let high = _mm256_dpbusd_epi32(_mm256_setzero_si256(), _mm256_set1_epi8(8), a);
        let start = _mm256_sub_epi32(_mm256_setzero_si256(), high);
        // SAFETY: 16 bytes behind the scale.
        let w = unsafe { _mm_loadu_si128(block.as_ptr().add(2).cast()) };
        let w = _mm256_set_m128i(_mm_srli_epi16::<4>(w), w);
        let w = _mm256_and_si256(w, _mm256_set1_epi8(15));
        let total = _mm256_cvtepi32_ps(_mm256_dpbusd_epi32(start, w, a));
        let factor = _mm_mul_ss(halves([block[0], block[1], 0, 0]), _mm_set_ss(scale));
        results = _mm256_fmadd_ps(total, _mm256_broadcastss_ps(factor), results);
    }
    let low = _mm256_castps256_ps128(results);
    sum(_mm_add_ps(low, _mm256_extractf128_ps::<1>(results)))
}
