//! Dropout whose mask follows from a seed, so that a step that is computed again drops the same numbers.

use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, Tensor};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::{floats, numbers};

struct Dropout {
    seed: u64,
    rate: f32,
}

impl Dropout {
    fn apply(&self, x: &[f32]) -> Vec<f32> {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        let keep = (1.0 - self.rate).recip();
        x.iter().map(|x| if rng.random::<f32>() < self.rate { 0.0 } else { x * keep }).collect()
    }
}

impl CustomOp1 for Dropout {
    fn name(&self) -> &'static str {
        "dropout"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        Ok((CpuStorage::F32(self.apply(floats(storage, layout)?)), layout.shape().clone()))
    }

    fn bwd(&self, arg: &Tensor, _res: &Tensor, grad: &Tensor) -> Result<Option<Tensor>> {
        let grad = grad.contiguous()?;
        let (storage, layout) = grad.storage_and_layout();
        let back = self.apply(numbers(&storage, layout)?);
        Ok(Some(Tensor::from_vec(back, arg.shape().clone(), arg.device())?))
    }
}

/// Drops numbers with probability `rate` (below 1) and multiplies the others with 1 / (1 − rate).
pub(crate) fn dropout(x: &Tensor, rate: f32, seed: u64) -> Result<Tensor> {
    if rate <= 0.0 {
        return Ok(x.clone());
    }
    let op = Dropout { seed, rate };
    if x.device().is_cpu() {
        return x.contiguous()?.apply_op1(op);
    }
    let mask = op.apply(&vec![1.0; x.elem_count()]);
    x * Tensor::from_vec(mask, x.shape().clone(), x.device())?
}
