//! One row of activations times rows of blocks, as the file has them.

use candle_core::quantized::GgmlDType;

use super::{Activations, Level};

/// A kernel: products of one row of activations (by index) with `out.len()` rows of blocks.
pub(in crate::decoder) type Kernel = fn(rows: &[u8], x: &Activations, row: usize, out: &mut [f32]);

/// The kernel for a format on this processor, where there is one of ours.
#[cfg_attr(
    target_arch = "x86_64",
    expect(unsafe_code, reason = "calls what needs more than the baseline")
)]
#[cfg_attr(
    not(target_arch = "x86_64"),
    expect(unused_variables, reason = "candle's kernels do all formats there")
)]
pub(in crate::decoder) fn kernel(level: Level, dtype: GgmlDType) -> Option<Kernel> {
    match level {
        #[cfg(target_arch = "x86_64")]
        // SAFETY of all: `Level::here` found the instructions on this processor.
        Level::Avx512 => Some(match dtype {
            GgmlDType::Q4K => |w, x, row, out| unsafe { super::dot_x86::q4_k(w, x, row, out) },
            GgmlDType::Q5K => |w, x, row, out| unsafe { super::dot_x86::q5_k(w, x, row, out) },
            GgmlDType::Q6K => |w, x, row, out| unsafe { super::dot_x86::q6_k(w, x, row, out) },
            GgmlDType::Q8_0 => |w, x, row, out| unsafe { super::dot_x86::q8_0(w, x, row, out) },
            GgmlDType::Q4_0 => |w, x, row, out| unsafe { super::dot_x86::q4_0(w, x, row, out) },
            _ => return None,
        }),
        _ => None,
    }
}
