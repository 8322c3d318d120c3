//! RMS norm and layer norm over the last dimension.

use candle_core::{CpuStorage, CustomOp2, CustomOp3, D, Layout, Result, Shape, Tensor};
use rayon::prelude::*;

use super::{ROWS, floats, grafted, grafted_two, numbers, on_processor, rows_of};

struct RmsNorm {
    epsilon: f32,
    /// Whether the weight is trained, too.
    trained: bool,
}

/// 1 / √(mean of squares + epsilon).
fn inverse_rms(row: &[f32], epsilon: f32) -> f32 {
    let mean = row.iter().map(|x| x * x).sum::<f32>() / row.len() as f32;
    (mean + epsilon).sqrt().recip()
}

impl CustomOp2 for RmsNorm {
    fn name(&self) -> &'static str {
        "rms-norm"
    }

    fn cpu_fwd(
        &self,
        s1: &CpuStorage,
        l1: &Layout,
        s2: &CpuStorage,
        l2: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (x, weight) = (floats(s1, l1)?, floats(s2, l2)?);
        let mut out = vec![0f32; x.len()];
        let n = weight.len();
        out.par_chunks_mut(n).zip(x.par_chunks(n)).with_min_len(ROWS).for_each(|(out, x)| {
            let r = inverse_rms(x, self.epsilon);
            for ((out, x), w) in out.iter_mut().zip(x).zip(weight) {
                *out = x * r * w;
            }
        });
        Ok((CpuStorage::F32(out), l1.shape().clone()))
    }

    fn bwd(
        &self,
        x: &Tensor,
        weight: &Tensor,
        _res: &Tensor,
        grad: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let grad = grad.contiguous()?;
        let (xs, xl) = x.storage_and_layout();
        let (ws, wl) = weight.storage_and_layout();
        let (gs, gl) = grad.storage_and_layout();
        let (xv, w, g) = (numbers(&xs, xl)?, numbers(&ws, wl)?, numbers(&gs, gl)?);
        let n = w.len();
        let mut dx = vec![0f32; xv.len()];
        dx.par_chunks_mut(n)
            .zip(xv.par_chunks(n).zip(g.par_chunks(n)))
            .with_min_len(ROWS)
            .for_each(|(dx, (x, g))| {
                let r = inverse_rms(x, self.epsilon);
                let along: f32 = x.iter().zip(g).zip(w).map(|((x, g), w)| x * g * w).sum();
                let back = along * r * r * r / n as f32;
                for (((dx, x), g), w) in dx.iter_mut().zip(x).zip(g).zip(w) {
                    *dx = r * g * w - x * back;
                }
            });
        let dw = self.trained.then(|| {
            let mut dw = vec![0f32; n];
            for (x, g) in xv.chunks_exact(n).zip(g.chunks_exact(n)) {
                let r = inverse_rms(x, self.epsilon);
                for ((dw, x), g) in dw.iter_mut().zip(x).zip(g) {
                    *dw += g * x * r;
                }
            }
            dw
        });
        let dw = dw.map(|dw| Tensor::from_vec(dw, n, x.device())).transpose()?;
        Ok((Some(Tensor::from_vec(dx, x.shape().clone(), x.device())?), dw))
    }
}

/// x / rms(x) · weight.
pub(crate) fn rms_norm(x: &Tensor, weight: &Tensor, epsilon: f32) -> Result<Tensor> {
    if on_processor(x.device()) {
        let trained = weight.is_variable();
        return x.contiguous()?.apply_op2(weight, RmsNorm { epsilon, trained });
    }
    let result = candle_nn::ops::rms_norm(&x.detach().contiguous()?, &weight.detach(), epsilon)?;
    if weight.is_variable() {
        return grafted_two([x, weight], &result, move |[x, weight], grad| {
            let mean = x.sqr()?.mean_keepdim(D::Minus1)?;
            let inverse = (mean + f64::from(epsilon))?.sqrt()?.recip()?;
            let normed = x.broadcast_mul(&inverse)?;
            let back = grad.broadcast_mul(weight)?;
            let along = (&back * &normed)?.mean_keepdim(D::Minus1)?;
            let back = (back - normed.broadcast_mul(&along)?)?.broadcast_mul(&inverse)?;
            Ok([back, sum_of_rows(&(grad * normed)?)?])
        });
    }
    let weight = weight.clone();
    grafted(x, &result, move |x, _, grad| {
        let grad = grad.broadcast_mul(&weight)?;
        let inverse = (x.sqr()?.mean_keepdim(D::Minus1)? + f64::from(epsilon))?.sqrt()?.recip()?;
        let along = (x * &grad)?.mean_keepdim(D::Minus1)?;
        let back = ((along * inverse.sqr()?)? * &inverse)?;
        grad.broadcast_mul(&inverse)? - x.broadcast_mul(&back)?
    })
}

/// The sum of all rows, as a product: kernels that sum over what is not the last dimension read a number here and a number there.
fn sum_of_rows(x: &Tensor) -> Result<Tensor> {
    let (rows, columns) = rows_of(x)?;
    let ones = Tensor::ones((1, rows), x.dtype(), x.device())?;
    ones.matmul(&x.reshape((rows, columns))?)?.squeeze(0)
}

/// The same of candle's plain operations.
#[cfg(test)]
pub(super) fn composed_rms_norm(x: &Tensor, weight: &Tensor, epsilon: f32) -> Result<Tensor> {
    let mean = x.sqr()?.mean_keepdim(D::Minus1)?;
    x.broadcast_div(&(mean + f64::from(epsilon))?.sqrt()?)?.broadcast_mul(weight)
}

struct LayerNorm {
    epsilon: f32,
}

/// (mean, 1 / standard deviation).
fn moments(row: &[f32], epsilon: f32) -> (f32, f32) {
    let n = row.len() as f32;
    let mean = row.iter().sum::<f32>() / n;
    let variance = row.iter().map(|x| (x - mean) * (x - mean)).sum::<f32>() / n;
    (mean, (variance + epsilon).sqrt().recip())
}

impl CustomOp3 for LayerNorm {
    fn name(&self) -> &'static str {
        "layer-norm"
    }

    fn cpu_fwd(
        &self,
        s1: &CpuStorage,
        l1: &Layout,
        s2: &CpuStorage,
        l2: &Layout,
        s3: &CpuStorage,
        l3: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (x, weight, bias) = (floats(s1, l1)?, floats(s2, l2)?, floats(s3, l3)?);
        let n = weight.len();
        let mut out = vec![0f32; x.len()];
        out.par_chunks_mut(n).zip(x.par_chunks(n)).with_min_len(ROWS).for_each(|(out, x)| {
            let (mean, r) = moments(x, self.epsilon);
            for (((out, x), w), b) in out.iter_mut().zip(x).zip(weight).zip(bias) {
                *out = (x - mean) * r * w + b;
            }
        });
        Ok((CpuStorage::F32(out), l1.shape().clone()))
    }

    fn bwd(
        &self,
        x: &Tensor,
        weight: &Tensor,
        bias: &Tensor,
        _res: &Tensor,
        grad: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let grad = grad.contiguous()?;
        let (xs, xl) = x.storage_and_layout();
        let (ws, wl) = weight.storage_and_layout();
        let (gs, gl) = grad.storage_and_layout();
        let (xv, w, g) = (numbers(&xs, xl)?, numbers(&ws, wl)?, numbers(&gs, gl)?);
        let n = w.len();
        let mut dx = vec![0f32; xv.len()];
        dx.par_chunks_mut(n)
            .zip(xv.par_chunks(n).zip(g.par_chunks(n)))
            .with_min_len(ROWS)
            .for_each(|(dx, (x, g))| {
                let (mean, r) = moments(x, self.epsilon);
                let (mut sum, mut along) = (0f32, 0f32);
                for ((x, g), w) in x.iter().zip(g).zip(w) {
                    sum += g * w;
                    along += g * w * (x - mean) * r;
                }
                let (sum, along) = (sum / n as f32, along / n as f32);
                for (((dx, x), g), w) in dx.iter_mut().zip(x).zip(g).zip(w) {
                    *dx = r * (g * w - sum - (x - mean) * r * along);
                }
            });
        let (mut dw, mut db) = (vec![0f32; n], vec![0f32; n]);
        if weight.is_variable() || bias.is_variable() {
            for (x, g) in xv.chunks_exact(n).zip(g.chunks_exact(n)) {
                let (mean, r) = moments(x, self.epsilon);
                for (((dw, db), x), g) in dw.iter_mut().zip(&mut db).zip(x).zip(g) {
                    *dw += g * (x - mean) * r;
                    *db += g;
                }
            }
        }
        let vector = |v: Vec<f32>, of: &Tensor| {
            of.is_variable().then(|| Tensor::from_vec(v, n, x.device())).transpose()
        };
        Ok((
            Some(Tensor::from_vec(dx, x.shape().clone(), x.device())?),
            vector(dw, weight)?,
            vector(db, bias)?,
        ))
    }
}

/// (x − mean) / deviation · weight + bias.
pub(crate) fn layer_norm(
    x: &Tensor,
    weight: &Tensor,
    bias: &Tensor,
    epsilon: f32,
) -> Result<Tensor> {
    if on_processor(x.device()) {
        return x.contiguous()?.apply_op3(weight, bias, LayerNorm { epsilon });
    }
    if weight.is_variable() || bias.is_variable() {
        return composed_layer_norm(x, weight, bias, epsilon);
    }
    let result = candle_nn::ops::layer_norm(&x.detach().contiguous()?, weight, bias, epsilon)?;
    let weight = weight.clone();
    grafted(x, &result, move |x, _, grad| {
        let grad = grad.broadcast_mul(&weight)?;
        let centred = x.broadcast_sub(&x.mean_keepdim(D::Minus1)?)?;
        let variance = centred.sqr()?.mean_keepdim(D::Minus1)?;
        let inverse = (variance + f64::from(epsilon))?.sqrt()?.recip()?;
        let normed = centred.broadcast_mul(&inverse)?;
        let along = (&grad * &normed)?.mean_keepdim(D::Minus1)?;
        let grad = grad.broadcast_sub(&grad.mean_keepdim(D::Minus1)?)?;
        (grad - normed.broadcast_mul(&along)?)?.broadcast_mul(&inverse)
    })
}

/// The same of candle's plain operations.
pub(super) fn composed_layer_norm(
    x: &Tensor,
    weight: &Tensor,
    bias: &Tensor,
    epsilon: f32,
) -> Result<Tensor> {
    let centred = x.broadcast_sub(&x.mean_keepdim(D::Minus1)?)?;
    let variance = centred.sqr()?.mean_keepdim(D::Minus1)?;
    centred
        .broadcast_div(&(variance + f64::from(epsilon))?.sqrt()?)?
        .broadcast_mul(weight)?
        .broadcast_add(bias)
}
