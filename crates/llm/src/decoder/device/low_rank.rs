//! Adapters on a device: what they add to a product, whose weights stay as they are.
//!
//! All parts of a product (queries, keys and values; gate and up) become one A below each other and one B with noughts between: two
//! products, whatever an adapter changes.

use candle_core::{Device, Result, Tensor};

use crate::decoder::Which;
use crate::decoder::low_rank::{Active, Pair};

/// What one adapter adds to one product.
pub(in crate::decoder) struct DeviceLowRank {
    /// `[inputs][rank]`, a view of what lies rank by rank.
    down: Tensor,
    /// `[rank][outputs]`, the scale in it.
    up: Tensor,
    /// DoRA's, one an output, 1 where there is none; `None` without.
    gain: Option<Tensor>,
    bytes: usize,
}

impl DeviceLowRank {
    /// Puts the parts of a product with so many `outputs` together; `None` where there are none.
    pub(in crate::decoder) fn new(
        pairs: &[Pair],
        outputs: usize,
        device: &Device,
    ) -> Result<Option<Self>> {
        let Some(first) = pairs.first() else { return Ok(None) };
        let inputs = first.a.len() / first.rank.max(1);
        let rank: usize = pairs.iter().map(|pair| pair.rank).sum();
        let down: Vec<f32> = pairs.iter().flat_map(|pair| pair.a.iter().copied()).collect();
        let mut up = vec![0.0; rank * outputs];
        let mut gain = vec![1.0; outputs];
        let mut from = 0;
        for pair in pairs {
            for (row, column) in pair.b.chunks_exact(pair.rank).zip(pair.columns.clone()) {
                for (k, number) in row.iter().enumerate() {
                    up[(from + k) * outputs + column] = number * pair.scale;
                }
            }
            if !pair.gain.is_empty() {
                gain[pair.columns.clone()].copy_from_slice(&pair.gain);
            }
            from += pair.rank;
        }
        let gains = pairs.iter().any(|pair| !pair.gain.is_empty());
        let numbers = down.len() + up.len() + if gains { outputs } else { 0 };
        Ok(Some(Self {
            down: Tensor::from_vec(down, (rank, inputs), device)?.t()?,
            up: Tensor::from_vec(up, (rank, outputs), device)?,
            gain: if gains { Some(Tensor::from_vec(gain, outputs, device)?) } else { None },
            bytes: numbers * size_of::<f32>(),
        }))
    }

    /// Bytes of its numbers.
    pub(in crate::decoder) fn bytes(&self) -> usize {
        self.bytes
    }

    /// What is to be added to `plain`, which is what the base gives for `x`.
    fn added(&self, plain: &Tensor, x: &Tensor, strength: f32) -> Result<Tensor> {
        let sum = x.matmul(&self.down)?.matmul(&self.up)?;
        let sum = match &self.gain {
            Some(gain) => ((plain + sum)?.broadcast_mul(gain)? - plain)?,
            None => sum,
        };
        sum.affine(f64::from(strength), 0.0)
    }
}

/// A product and what adapters add to it.
pub(super) fn with(
    adapters: &[Active],
    layer: usize,
    which: Which,
    plain: Tensor,
    x: &Tensor,
) -> Result<Tensor> {
    let mut out: Option<Tensor> = None;
    for Active { adapter, strength } in adapters {
        let Some(parts) = adapter.on_device() else { continue };
        let part = match which {
            Which::AttentionIn => &parts.layers[layer].attention_in,
            Which::AttentionOut => &parts.layers[layer].attention_out,
            Which::FeedForwardIn => &parts.layers[layer].feed_forward_in,
            Which::FeedForwardOut => &parts.layers[layer].feed_forward_out,
            Which::Output => &parts.output,
        };
        if let Some(part) = part {
            let added = part.added(&plain, x, *strength)?;
            out = Some((out.as_ref().unwrap_or(&plain) + added)?);
        }
    }
    Ok(out.unwrap_or(plain))
}
