//! Products with [`Eights`](super::eights::Eights) for x86-64.
#![expect(
    unsafe_code,
    reason = "vector loads take pointers; `Tile::add` has asserted the sizes that every index below keeps to"
)]
#![expect(clippy::needless_range_loop, reason = "the indices are those of the product")]
#![cfg_attr(
    not(test),
    expect(
        clippy::wildcard_imports,
        reason = "a kernel is made of dozens of the processor's own names"
    )
)]

use std::arch::x86_64::*;

use super::Line;
use super::eights::{LANES, Tile};

/// `M` rows of activations times `B` bands.
///
/// # Safety
/// That of [`Tile::add`].
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
pub(super) unsafe fn avx512<const M: usize, const B: usize>(tile: &Tile<'_, '_>) {
    let (groups, blocks) = (tile.weights.groups, tile.weights.blocks);
    let per_block = groups / blocks;
    // SAFETY: `Tile::add` has seen to it that these bands and rows are there.
    let (lines, scales, quants, x_scales, starts) = unsafe {
        (
            tile.weights.quants.as_ptr().add(tile.band * groups).cast::<__m512i>(),
            tile.weights.scales.as_ptr().add(tile.band * blocks).cast::<f32>(),
            tile.x.quants.as_ptr().add(tile.first * groups),
            tile.x.scales.as_ptr().add(tile.first * blocks),
            tile.x.starts.as_ptr().add(tile.first * blocks),
        )
    };
    let mut results = [[_mm512_setzero_ps(); B]; M];
    for block in 0..blocks {
        let mut totals = [[_mm512_setzero_si512(); B]; M];
        for m in 0..M {
            // SAFETY: as above.
            totals[m] = [_mm512_set1_epi32(unsafe { *starts.add(m * blocks + block) }); B];
        }
        for group in block * per_block..(block + 1) * per_block {
            let mut w = [_mm512_setzero_si512(); B];
            for b in 0..B {
                // SAFETY: as above; lines are aligned to their size.
                w[b] = unsafe { _mm512_load_si512(lines.add(b * groups + group)) };
            }
            for m in 0..M {
                // SAFETY: as above.
                let x = _mm512_set1_epi32(unsafe { *quants.add(m * groups + group) });
                for b in 0..B {
                    totals[m][b] = _mm512_dpbusd_epi32(totals[m][b], w[b], x);
                }
            }
        }
        for b in 0..B {
            // SAFETY: as above.
            let own = unsafe { _mm512_load_ps(scales.add((b * blocks + block) * LANES)) };
            for m in 0..M {
                // SAFETY: as above.
                let scale = _mm512_set1_ps(unsafe { *x_scales.add(m * blocks + block) });
                let total = _mm512_cvtepi32_ps(totals[m][b]);
                results[m][b] = _mm512_fmadd_ps(total, _mm512_mul_ps(own, scale), results[m][b]);
            }
        }
    }
    let factor = _mm512_set1_ps(tile.factor);
    for (m, results) in results.into_iter().enumerate() {
        for (b, result) in results.into_iter().enumerate() {
            // SAFETY: the caller's promise; sixteen numbers.
            unsafe {
                let out = tile.out(m, b).as_mut_ptr();
                _mm512_storeu_ps(out, _mm512_fmadd_ps(factor, result, _mm512_loadu_ps(out)));
            };
        }
    }
}

/// The same, eight rows of a band at a time. Stored quants lose their offset first: products of signed bytes need no start.
///
/// # Safety
/// That of [`Tile::add`].
#[target_feature(enable = "avx2,fma")]
pub(super) unsafe fn avx2<const M: usize, const B: usize>(tile: &Tile<'_, '_>) {
    const HALVES: usize = 2;
    let (groups, blocks) = (tile.weights.groups, tile.weights.blocks);
    let per_block = groups / blocks;
    let (offset, ones) = (_mm256_set1_epi8(-128), _mm256_set1_epi16(1));
    // SAFETY: `Tile::add` has seen to it that these rows are there.
    let (quants, x_scales) = unsafe {
        (
            tile.x.quants.as_ptr().add(tile.first * groups),
            tile.x.scales.as_ptr().add(tile.first * blocks),
        )
    };
    for b in 0..B {
        // SAFETY: the bands, too.
        let (lines, scales) = unsafe {
            (
                tile.weights.quants.as_ptr().add((tile.band + b) * groups).cast::<__m256i>(),
                tile.weights.scales.as_ptr().add((tile.band + b) * blocks).cast::<f32>(),
            )
        };
        for half in 0..HALVES {
            let mut results = [_mm256_setzero_ps(); M];
            for block in 0..blocks {
                let mut totals = [_mm256_setzero_si256(); M];
                for group in block * per_block..(block + 1) * per_block {
                    // SAFETY: as above; half a line is aligned to its size.
                    let w = unsafe { _mm256_load_si256(lines.add(group * HALVES + half)) };
                    let w = _mm256_xor_si256(w, offset);
                    let size = _mm256_abs_epi8(w);
                    for m in 0..M {
                        // SAFETY: as above.
                        let x = _mm256_set1_epi32(unsafe { *quants.add(m * groups + group) });
                        // At most 2 · 127 · 127: nothing is cut off.
                        let products = _mm256_maddubs_epi16(size, _mm256_sign_epi8(x, w));
                        totals[m] = _mm256_add_epi32(totals[m], _mm256_madd_epi16(products, ones));
                    }
                }
                // SAFETY: as above.
                let own = unsafe { _mm256_load_ps(scales.add(block * LANES + half * 8)) };
                for m in 0..M {
                    // SAFETY: as above.
                    let scale = _mm256_set1_ps(unsafe { *x_scales.add(m * blocks + block) });
                    let total = _mm256_cvtepi32_ps(totals[m]);
                    results[m] = _mm256_fmadd_ps(total, _mm256_mul_ps(own, scale), results[m]);
                }
            }
            let factor = _mm256_set1_ps(tile.factor);
            for (m, result) in results.into_iter().enumerate() {
                // SAFETY: the caller's promise; eight of sixteen numbers.
                unsafe {
                    let out = tile.out(m, b).as_mut_ptr().add(half * 8);
                    _mm256_storeu_ps(out, _mm256_fmadd_ps(factor, result, _mm256_loadu_ps(out)));
                };
            }
        }
    }
}

const _: () = assert!(size_of::<Line<[u8; 4], LANES>>() == 64 && LANES == 16);
