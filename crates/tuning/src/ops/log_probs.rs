//! Log-probabilities of the tokens that were written: what every loss of this room is made of.

use candle_core::{CpuStorage, CustomOp1, D, Layout, Result, Shape, Tensor};
use rayon::prelude::*;

use super::{floats, grafted, numbers, on_processor, rows_of};

struct LogProbs {
    /// One a row, each below the length of a row.
    targets: Vec<u32>,
}

/// (largest, log of the sum of exponentials above it).
fn log_sum(row: &[f32]) -> (f32, f32) {
    let top = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f32 = row.iter().map(|x| (x - top).exp()).sum();
    (top, sum.ln())
}

impl CustomOp1 for LogProbs {
    fn name(&self) -> &'static str {
        "log-probs"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let logits = floats(storage, layout)?;
        let columns = logits.len() / self.targets.len().max(1);
        let out: Vec<f32> = logits
            .par_chunks(columns)
            .zip(&self.targets)
            .map(|(row, &target)| {
                let (top, log) = log_sum(row);
                row[target as usize] - top - log
            })
            .collect();
        let shape = out.len().into();
        Ok((CpuStorage::F32(out), shape))
    }

    fn bwd(&self, arg: &Tensor, _res: &Tensor, grad: &Tensor) -> Result<Option<Tensor>> {
        let grad = grad.contiguous()?;
        let (xs, xl) = arg.storage_and_layout();
        let (gs, gl) = grad.storage_and_layout();
        let (logits, g) = (numbers(&xs, xl)?, numbers(&gs, gl)?);
        let columns = logits.len() / self.targets.len().max(1);
        let mut out = vec![0f32; logits.len()];
        out.par_chunks_mut(columns)
            .zip(logits.par_chunks(columns).zip(self.targets.par_iter().zip(g)))
            .for_each(|(out, (row, (&target, &g)))| {
                // A row that the loss does not count is all noughts already.
                if g == 0.0 {
                    return;
                }
                let (top, log) = log_sum(row);
                for (out, x) in out.iter_mut().zip(row) {
                    *out = -g * (x - top - log).exp();
                }
                out[target as usize] += g;
            });
        Ok(Some(Tensor::from_vec(out, arg.shape().clone(), arg.device())?))
    }
}

/// log softmax(row)\[target\] for each row of `logits` `[rows, vocabulary]`: `[rows]`.
pub(crate) fn log_probs(logits: &Tensor, targets: &[u32]) -> Result<Tensor> {
    let (rows, columns) = rows_of(logits)?;
    if rows != targets.len() || targets.iter().any(|&t| t as usize >= columns) {
        candle_core::bail!("{} targets do not fit {rows} rows of {columns}", targets.len());
    }
    if on_processor(logits.device()) {
        return logits.contiguous()?.apply_op1(LogProbs { targets: targets.to_vec() });
    }
    let targets = Tensor::new(targets, logits.device())?.unsqueeze(1)?;
    let result = composed_log_probs(&logits.detach(), &targets)?;
    grafted(logits, &result, move |logits, _, grad| {
        let grad = grad.unsqueeze(1)?.contiguous()?;
        let shares = candle_nn::ops::softmax_last_dim(&logits.contiguous()?)?;
        shares.broadcast_mul(&grad.neg()?)?.scatter_add(&targets, &grad, D::Minus1)
    })
}

/// The same of candle's plain operations; `targets` is `[rows, 1]`.
pub(super) fn composed_log_probs(logits: &Tensor, targets: &Tensor) -> Result<Tensor> {
    let top = logits.max_keepdim(D::Minus1)?.detach();
    let shifted = logits.broadcast_sub(&top)?;
    let log = shifted.exp()?.sum_keepdim(D::Minus1)?.log()?;
    (shifted.gather(targets, D::Minus1)? - log)?.squeeze(1)
}
