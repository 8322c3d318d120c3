//! The panel product for x86-64.
#![expect(
    unsafe_code,
    reason = "vector loads take pointers; every index below is inside by the panel's and the activations' own sizes, asserted first"
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

use super::gemm::Tile;
use super::panel::{HALVES, Panel, ROWS};
use super::{Activations, Line};

/// What both loops rely on.
fn check(panel: &Panel, x: &Activations, last_row: usize) {
    let layout = panel.layout;
    let columns = panel.blocks * layout.block;
    assert!(x.layout == layout && x.columns == columns && last_row < x.rows);
    assert!(panel.quants.len() == columns / 4 * HALVES);
    assert!(panel.scales.len() == panel.blocks * layout.subs() * HALVES);
    assert!(panel.minima.len() == panel.blocks * layout.pairs() * HALVES);
    assert!(panel.factors.len() == panel.blocks * HALVES);
    assert!(panel.offsets.len() == panel.blocks * HALVES);
}

/// `M` rows from `row` on, 32 products each.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
pub(super) fn avx512<const M: usize>(panel: &Panel, x: &Activations, row: usize) -> Tile<M> {
    check(panel, x, row + M - 1);
    match (panel.layout.subs(), panel.layout.sub) {
        (1, _) => avx512_of::<M, 1, 8>(panel, x, row),
        (8, _) => avx512_of::<M, 8, 8>(panel, x, row),
        _ => avx512_of::<M, 16, 4>(panel, x, row),
    }
}

/// `SUBS` sub-blocks a block, of `GROUPS` times four numbers.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
#[inline]
fn avx512_of<const M: usize, const SUBS: usize, const GROUPS: usize>(
    panel: &Panel,
    x: &Activations,
    row: usize,
) -> Tile<M> {
    let pairs = SUBS.div_ceil(2);
    let rows: [_; M] = std::array::from_fn(|m| x.row(row + m));
    let mut results = [[_mm512_setzero_ps(); HALVES]; M];
    for block in 0..panel.blocks {
        let mut totals = [[_mm512_setzero_si512(); HALVES]; M];
        for sub in block * SUBS..(block + 1) * SUBS {
            let mut dots = [[_mm512_setzero_si512(); HALVES]; M];
            for group in sub * GROUPS..(sub + 1) * GROUPS {
                // SAFETY: see `check`; lines are aligned to their size.
                let (w, a) = unsafe {
                    let line = panel.quants.as_ptr().add(group * HALVES).cast::<__m512i>();
                    let w = [_mm512_load_si512(line), _mm512_load_si512(line.add(1))];
                    let mut a = [0; M];
                    for m in 0..M {
                        a[m] = *rows[m].0.get_unchecked(group);
                    }
                    (w, a)
                };
                for m in 0..M {
                    let a = _mm512_set1_epi32(a[m]);
                    dots[m][0] = _mm512_dpbusd_epi32(dots[m][0], w[0], a);
                    dots[m][1] = _mm512_dpbusd_epi32(dots[m][1], w[1], a);
                }
            }
            if SUBS == 1 {
                totals = dots;
                continue;
            }
            // SAFETY: see `check`.
            let scales = unsafe {
                let line = panel.scales.as_ptr().add(sub * HALVES).cast::<__m512i>();
                [_mm512_load_si512(line), _mm512_load_si512(line.add(1))]
            };
            for m in 0..M {
                for half in 0..HALVES {
                    let scaled = _mm512_mullo_epi32(dots[m][half], scales[half]);
                    totals[m][half] = _mm512_add_epi32(totals[m][half], scaled);
                }
            }
        }
        let mut low = [[_mm512_setzero_si512(); HALVES]; M];
        for pair in block * pairs..(block + 1) * pairs {
            // SAFETY: see `check`; two sums make a pair.
            unsafe {
                let line = panel.minima.as_ptr().add(pair * HALVES).cast::<__m512i>();
                let minima = [_mm512_load_si512(line), _mm512_load_si512(line.add(1))];
                for m in 0..M {
                    let sums = rows[m].2.as_ptr().cast::<i32>().add(pair).read_unaligned();
                    let sums = _mm512_set1_epi32(sums);
                    low[m][0] = _mm512_dpwssd_epi32(low[m][0], minima[0], sums);
                    low[m][1] = _mm512_dpwssd_epi32(low[m][1], minima[1], sums);
                }
            }
        }
        for half in 0..HALVES {
            // SAFETY: see `check`.
            let (factors, offsets) = unsafe {
                let at = block * HALVES + half;
                (
                    _mm512_load_ps(panel.factors.as_ptr().add(at).cast()),
                    _mm512_load_ps(panel.offsets.as_ptr().add(at).cast()),
                )
            };
            for m in 0..M {
                let scale = _mm512_set1_ps(rows[m].1[block]);
                let result = results[m][half];
                let total = _mm512_cvtepi32_ps(totals[m][half]);
                let result = _mm512_fmadd_ps(total, _mm512_mul_ps(factors, scale), result);
                let total = _mm512_cvtepi32_ps(low[m][half]);
                results[m][half] = _mm512_fnmadd_ps(total, _mm512_mul_ps(offsets, scale), result);
            }
        }
    }
    let mut out = [[0.0; ROWS]; M];
    for (out, results) in out.iter_mut().zip(results) {
        for (out, result) in out.as_chunks_mut::<16>().0.iter_mut().zip(results) {
            // SAFETY: sixteen numbers.
            unsafe { _mm512_storeu_ps(out.as_mut_ptr(), result) };
        }
    }
    out
}

/// `M` rows from `row` on, 32 products each, eight at a time.
#[target_feature(enable = "avx2,fma")]
pub(super) fn avx2<const M: usize>(panel: &Panel, x: &Activations, row: usize) -> Tile<M> {
    check(panel, x, row + M - 1);
    // How many products of bytes can be summed in sixteen bits: 32767 / (2 * 127 * largest quant).
    match (panel.layout.subs(), panel.layout.largest) {
        (1, 0..=15) => avx2_of::<M, 1, 8, 8>(panel, x, row),
        (1, 16..=31) => avx2_of::<M, 1, 8, 4>(panel, x, row),
        (1, _) => avx2_of::<M, 1, 8, 0>(panel, x, row),
        (8, 0..=15) => avx2_of::<M, 8, 8, 8>(panel, x, row),
        (8, _) => avx2_of::<M, 8, 8, 4>(panel, x, row),
        (_, 0..=31) => avx2_of::<M, 16, 4, 4>(panel, x, row),
        _ => avx2_of::<M, 16, 4, 2>(panel, x, row),
    }
}

/// `SUM` groups are summed in sixteen bits; 0 for quants of eight bits, which are taken as signed, one group at a time.
#[target_feature(enable = "avx2,fma")]
#[inline]
fn avx2_of<const M: usize, const SUBS: usize, const GROUPS: usize, const SUM: usize>(
    panel: &Panel,
    x: &Activations,
    row: usize,
) -> Tile<M> {
    const QUARTERS: usize = ROWS / 8;
    let pairs = SUBS.div_ceil(2);
    let rows: [_; M] = std::array::from_fn(|m| x.row(row + m));
    let low_halves = _mm256_set1_epi32(0xffff);
    let mut out = [[0.0; ROWS]; M];
    for quarter in 0..QUARTERS {
        let mut results = [_mm256_setzero_ps(); M];
        // SAFETY: see `check`; a quarter is half a line.
        let load = |lines: *const u8, index: usize| unsafe {
            let line = lines.add(index * HALVES * 64 + quarter * 32);
            _mm256_load_si256(line.cast())
        };
        for block in 0..panel.blocks {
            let mut totals = [_mm256_setzero_si256(); M];
            for sub in block * SUBS..(block + 1) * SUBS {
                let scale = load(panel.scales.as_ptr().cast(), sub);
                let scale = _mm256_or_si256(
                    _mm256_and_si256(scale, low_halves),
                    _mm256_slli_epi32::<16>(scale),
                );
                let step = if SUM == 0 { 1 } else { SUM };
                for first in (sub * GROUPS..(sub + 1) * GROUPS).step_by(step) {
                    let mut dots = [_mm256_setzero_si256(); M];
                    for group in first..first + step {
                        let w = load(panel.quants.as_ptr().cast(), group);
                        for m in 0..M {
                            // SAFETY: see `check`.
                            let a = unsafe { *rows[m].0.get_unchecked(group) };
                            let a = _mm256_set1_epi32(a);
                            let products = if SUM == 0 {
                                let w = _mm256_xor_si256(w, _mm256_set1_epi8(-128));
                                _mm256_maddubs_epi16(_mm256_abs_epi8(w), _mm256_sign_epi8(a, w))
                            } else {
                                _mm256_maddubs_epi16(w, a)
                            };
                            dots[m] = _mm256_add_epi16(dots[m], products);
                        }
                    }
                    for m in 0..M {
                        totals[m] = _mm256_add_epi32(totals[m], _mm256_madd_epi16(dots[m], scale));
                    }
                }
            }
            let mut low = [_mm256_setzero_si256(); M];
            if SUM > 0 {
                for pair in block * pairs..(block + 1) * pairs {
                    let minima = load(panel.minima.as_ptr().cast(), pair);
                    for m in 0..M {
                        // SAFETY: see `check`; two sums make a pair.
                        let sums =
                            unsafe { rows[m].2.as_ptr().cast::<i32>().add(pair).read_unaligned() };
                        let sums = _mm256_set1_epi32(sums);
                        low[m] = _mm256_add_epi32(low[m], _mm256_madd_epi16(minima, sums));
                    }
                }
            }
            let factors = _mm256_castsi256_ps(load(panel.factors.as_ptr().cast(), block));
            let offsets = _mm256_castsi256_ps(load(panel.offsets.as_ptr().cast(), block));
            for m in 0..M {
                let scale = _mm256_set1_ps(rows[m].1[block]);
                let total = _mm256_cvtepi32_ps(totals[m]);
                let result = _mm256_fmadd_ps(total, _mm256_mul_ps(factors, scale), results[m]);
                let total = _mm256_cvtepi32_ps(low[m]);
                results[m] = _mm256_fnmadd_ps(total, _mm256_mul_ps(offsets, scale), result);
            }
        }
        for (out, result) in out.iter_mut().zip(results) {
            // SAFETY: eight numbers from a quarter's start.
            unsafe { _mm256_storeu_ps(out[quarter * 8..][..8].as_mut_ptr(), result) };
        }
    }
    out
}

const _: () = assert!(size_of::<Line<f32, 16>>() == 64 && HALVES == 2);
