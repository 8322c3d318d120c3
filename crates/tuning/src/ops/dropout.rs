//! Dropout whose mask follows from a seed, so that a step that is computed again drops the same numbers.

use candle_core::{CpuStorage, CustomOp1, DType, Layout, Result, Shape, Tensor};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use super::{floats, grafted, numbers, on_processor};

/// Numbers that one task takes.
const PIECE: usize = 1 << 14;

struct Dropout {
    seed: u64,
    rate: f32,
}

impl Dropout {
    /// What is kept is multiplied with this.
    fn keep(&self) -> f32 {
        (1.0 - self.rate).recip()
    }

    /// What is drawn for the piece with this number: all pieces together are one stream, whoever draws them.
    fn draws(&self, piece: usize) -> ChaCha8Rng {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        rng.set_word_pos((piece * PIECE) as u128);
        rng
    }

    fn apply(&self, x: &[f32]) -> Vec<f32> {
        let keep = self.keep();
        let mut out = vec![0f32; x.len()];
        out.par_chunks_mut(PIECE).zip(x.par_chunks(PIECE)).enumerate().for_each(
            |(piece, (out, x))| {
                let mut rng = self.draws(piece);
                for (out, x) in out.iter_mut().zip(x) {
                    *out = if rng.random::<f32>() < self.rate { 0.0 } else { x * keep };
                }
            },
        );
        out
    }

    /// Ones and noughts for so many numbers: a byte each, since they travel to a device.
    fn mask(&self, count: usize) -> Vec<u8> {
        let mut mask = vec![0u8; count];
        mask.par_chunks_mut(PIECE).enumerate().for_each(|(piece, mask)| {
            let mut rng = self.draws(piece);
            mask.iter_mut().for_each(|kept| *kept = u8::from(rng.random::<f32>() >= self.rate));
        });
        mask
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
    if on_processor(x.device()) {
        return x.contiguous()?.apply_op1(op);
    }
    let keep = f64::from(op.keep());
    let mask = Tensor::from_vec(op.mask(x.elem_count()), x.shape().clone(), x.device())?;
    let drop = move |x: &Tensor| x * (mask.to_dtype(DType::F32)? * keep)?;
    let result = drop(&x.detach())?;
    grafted(x, &result, move |_, _, grad| drop(grad))
}
