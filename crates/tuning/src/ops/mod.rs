//! The operations of a decoder with their gradients.
//!
//! candle's own fused operations (softmax, norms, RoPE) have no backward pass and lose gradients without a word, and its matrix
//! product computes a gradient for a frozen matrix, too, which is half of the work of tuning a LoRA. So those that matter are
//! written here, forward and backward, on slices of the processor; on other devices the same is composed of candle's plain
//! operations. Each is tested against finite differences and against its composition.

mod activation;
mod causal_softmax;
mod dropout;
mod linear;
mod log_probs;
mod log_sigmoid;
mod norm;
mod rope;

#[cfg(test)]
mod tests;

use candle_core::{CpuStorage, Layout, Result, Storage, Tensor};

pub(crate) use activation::{gelu, swiglu};
pub(crate) use causal_softmax::causal_softmax;
pub(crate) use dropout::dropout;
pub(crate) use linear::{Frozen, frozen_linear};
pub(crate) use log_probs::log_probs;
pub(crate) use log_sigmoid::log_sigmoid;
pub(crate) use norm::{layer_norm, rms_norm};
pub(crate) use rope::{Angles, rope};

/// Rows that one task takes at least: below this, handing them out costs more than they do.
const ROWS: usize = 16;

/// The numbers of an argument of a custom operation, which must lie in one piece.
fn floats<'a>(storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [f32]> {
    let Some((start, end)) = layout.contiguous_offsets() else {
        candle_core::bail!("an operation of training wants numbers in one piece")
    };
    Ok(&storage.as_slice::<f32>()?[start..end])
}

/// The numbers of a tensor on the processor that lies in one piece.
fn numbers<'a>(storage: &'a Storage, layout: &Layout) -> Result<&'a [f32]> {
    match storage {
        Storage::Cpu(storage) => floats(storage, layout),
        _ => candle_core::bail!("an operation of the processor got a tensor of another device"),
    }
}

/// The same tensor as rows of its last dimension: (rows, length of a row).
fn rows_of(x: &Tensor) -> Result<(usize, usize)> {
    let columns = x.dim(candle_core::D::Minus1)?;
    Ok((x.elem_count() / columns.max(1), columns))
}
