//! Many rows of activations times a panel.

use super::panel::{HALVES, LANES, Panel, ROWS};
use super::{Activations, Columns, Level};

/// Results of one panel for a few rows of activations, on their way out.
pub(super) type Tile<const M: usize> = [[f32; ROWS]; M];

/// Multiplies all rows of `x` with the first `rows` rows of the panel and writes the products from `column` on.
///
/// # Safety
/// No other thread touches these columns of `out` meanwhile.
#[expect(
    unsafe_code,
    reason = "passes on the promise of `Columns::write`, and calls what needs more than the baseline"
)]
pub(in crate::decoder) unsafe fn multiply(
    level: Level,
    panel: &Panel,
    x: &Activations,
    out: &Columns<'_>,
    column: usize,
    rows: usize,
) {
    let write = |row: usize, tile: &[[f32; ROWS]]| {
        for (index, results) in tile.iter().enumerate() {
            // SAFETY: the caller's promise.
            unsafe { out.write(row + index, column, &results[..rows]) };
        }
        tile.len()
    };
    let mut row = 0;
    while row < x.rows {
        let left = x.rows - row;
        row += match level {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: `Level::here` found the instructions on this processor.
            Level::Avx512 => unsafe {
                match left {
                    6.. => write(row, &super::gemm_x86::avx512::<6>(panel, x, row)),
                    3.. => write(row, &super::gemm_x86::avx512::<3>(panel, x, row)),
                    _ => write(row, &super::gemm_x86::avx512::<1>(panel, x, row)),
                }
            },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: as above.
            Level::Avx2 => unsafe {
                match left {
                    2.. => write(row, &super::gemm_x86::avx2::<2>(panel, x, row)),
                    _ => write(row, &super::gemm_x86::avx2::<1>(panel, x, row)),
                }
            },
            Level::Portable => match left {
                4.. => write(row, &portable::<4>(panel, x, row)),
                _ => write(row, &portable::<1>(panel, x, row)),
            },
        };
    }
}

/// Products of `M` rows from `row` on, in plain loops over 16 lanes.
#[expect(clippy::needless_range_loop, reason = "one index goes into several arrays")]
pub(super) fn portable<const M: usize>(panel: &Panel, x: &Activations, row: usize) -> Tile<M> {
    let layout = panel.layout;
    let (subs, pairs, groups) = (layout.subs(), layout.pairs(), layout.sub / 4);
    let mut out = [[0.0; ROWS]; M];
    for (m, out) in out.iter_mut().enumerate() {
        let (quants, scales, sums) = x.row(row + m);
        for half in 0..HALVES {
            let mut result = [0f32; LANES];
            for block in 0..panel.blocks {
                let mut total = [0i32; LANES];
                for sub in block * subs..(block + 1) * subs {
                    let mut dot = [0i32; LANES];
                    for group in sub * groups..(sub + 1) * groups {
                        let a = quants[group].to_le_bytes().map(|b| i32::from(b as i8));
                        let line = &panel.quants[group * HALVES + half].0;
                        for (dot, w) in dot.iter_mut().zip(line) {
                            *dot += i32::from(w[0]) * a[0]
                                + i32::from(w[1]) * a[1]
                                + i32::from(w[2]) * a[2]
                                + i32::from(w[3]) * a[3];
                        }
                    }
                    let scale = &panel.scales[sub * HALVES + half].0;
                    for ((total, dot), scale) in total.iter_mut().zip(dot).zip(scale) {
                        *total += dot * scale;
                    }
                }
                let mut low = [0i32; LANES];
                for pair in block * pairs..(block + 1) * pairs {
                    let (a, b) = (i32::from(sums[2 * pair]), i32::from(sums[2 * pair + 1]));
                    let minima = &panel.minima[pair * HALVES + half].0;
                    for (low, minimum) in low.iter_mut().zip(minima) {
                        *low += i32::from(minimum[0]) * a + i32::from(minimum[1]) * b;
                    }
                }
                let factors = &panel.factors[block * HALVES + half].0;
                let offsets = &panel.offsets[block * HALVES + half].0;
                for lane in 0..LANES {
                    result[lane] += scales[block]
                        * (total[lane] as f32 * factors[lane] - low[lane] as f32 * offsets[lane]);
                }
            }
            out[half * LANES..][..LANES].copy_from_slice(&result);
        }
    }
    out
}
