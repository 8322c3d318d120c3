//! The operations of a decoder with their gradients.
//!
//! candle's own fused operations (softmax, norms, RoPE) have no backward pass and lose gradients without a word, and its matrix
//! product computes a gradient for a frozen matrix, too, which is half of the work of tuning a LoRA. So those that matter are
//! written here, forward and backward, on slices of the processor. On other devices the forward pass is made of candle's own kernels
//! and plain operations, and the backward pass of plain operations that are put into its graph (`graft`): GELU and layer norms
//! that are trained are plain both ways. Each is tested against finite differences, and both ways against each other.

mod activation;
mod attention;
mod causal_softmax;
mod dropout;
mod graft;
mod linear;
mod log_probs;
mod log_sigmoid;
mod norm;
mod rope;
mod rows;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use candle_core::{CpuStorage, Device, Layout, Result, Storage, Tensor};

pub(crate) use activation::{gelu, swiglu};
pub(crate) use attention::{Heads, attention};
pub(crate) use causal_softmax::causal_softmax;
pub(crate) use dropout::dropout;
pub(crate) use graft::{grafted, grafted_three, grafted_two};
pub(crate) use linear::{Frozen, frozen_linear};
pub(crate) use log_probs::log_probs;
pub(crate) use log_sigmoid::log_sigmoid;
pub(crate) use norm::{layer_norm, rms_norm};
pub(crate) use rope::{Angles, rope};
pub(crate) use rows::{embedded, rows_at};

/// Rows that one task takes at least: below this, handing them out costs more than they do.
const ROWS: usize = 16;

#[cfg(test)]
thread_local! {
    static AS_A_DEVICE: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// Runs `job` with candle's processor backend taken for a graphics card: what trains there is what would train on one.
#[cfg(test)]
pub(crate) fn as_a_device<T>(job: impl FnOnce() -> T) -> T {
    struct Back;
    impl Drop for Back {
        fn drop(&mut self) {
            AS_A_DEVICE.set(false);
        }
    }
    let _back = Back;
    AS_A_DEVICE.set(true);
    job()
}

#[cfg(test)]
pub(crate) fn is_as_a_device() -> bool {
    AS_A_DEVICE.get()
}

/// Whether what is on a device is computed by the slices of this room.
pub(crate) fn on_processor(device: &Device) -> bool {
    #[cfg(test)]
    if AS_A_DEVICE.get() {
        return false;
    }
    device.is_cpu()
}

/// What a pass uses in every block and that is sent to a device once: by window what each position may see, and the cosines and sines
/// of its positions.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sent {
    /// Tokens of a row where rows are texts of one length that begin at position 0: what is sent for one is for all, and for every
    /// other pass of that length.
    length: Option<usize>,
    masks: Arc<Mutex<BTreeMap<Option<usize>, Tensor>>>,
    angles: Arc<Mutex<Option<(Tensor, Tensor)>>>,
}

impl Sent {
    /// For rows that are texts of one length and begin at position 0.
    pub(crate) fn of_length(length: usize) -> Self {
        Self { length: Some(length), ..Self::default() }
    }

    /// Whether it is of that length.
    pub(crate) fn is_of_length(&self, length: usize) -> bool {
        self.length == Some(length)
    }
}

/// The numbers of an argument of a custom operation, which must lie in one piece.
fn floats<'a>(storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [f32]> {
    #[cfg(test)]
    if AS_A_DEVICE.get() {
        candle_core::bail!("an operation of the processor was met on a device")
    }
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
