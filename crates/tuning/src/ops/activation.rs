//! The curves of feed-forward parts.

use candle_core::{CpuStorage, CustomOp1, CustomOp2, Layout, Result, Shape, Tensor};
use rayon::prelude::*;

use super::{floats, grafted_two, numbers, on_processor};

/// Numbers that one task takes.
const PIECE: usize = 1 << 14;
/// √(2/π), of GELU's tanh form.
const ROOT: f32 = 0.797_884_6;
/// The cubic part of GELU's tanh form (Hendrycks and Gimpel, arXiv 1606.08415).
const CUBIC: f32 = 0.044_715;

struct SwiGlu;

impl CustomOp2 for SwiGlu {
    fn name(&self) -> &'static str {
        "swiglu"
    }

    fn cpu_fwd(
        &self,
        s1: &CpuStorage,
        l1: &Layout,
        s2: &CpuStorage,
        l2: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (gate, up) = (floats(s1, l1)?, floats(s2, l2)?);
        let mut out = vec![0f32; gate.len()];
        out.par_chunks_mut(PIECE).zip(gate.par_chunks(PIECE).zip(up.par_chunks(PIECE))).for_each(
            |(out, (gate, up))| {
                for ((out, g), u) in out.iter_mut().zip(gate).zip(up) {
                    *out = g / (1.0 + (-g).exp()) * u;
                }
            },
        );
        Ok((CpuStorage::F32(out), l1.shape().clone()))
    }

    fn bwd(
        &self,
        gate: &Tensor,
        up: &Tensor,
        _res: &Tensor,
        grad: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let grad = grad.contiguous()?;
        let (as_, al) = gate.storage_and_layout();
        let (us, ul) = up.storage_and_layout();
        let (gs, gl) = grad.storage_and_layout();
        let (a, u, g) = (numbers(&as_, al)?, numbers(&us, ul)?, numbers(&gs, gl)?);
        let (mut da, mut du) = (vec![0f32; a.len()], vec![0f32; a.len()]);
        da.par_chunks_mut(PIECE)
            .zip(du.par_chunks_mut(PIECE))
            .zip(a.par_chunks(PIECE).zip(u.par_chunks(PIECE)).zip(g.par_chunks(PIECE)))
            .for_each(|((da, du), ((a, u), g))| {
                for i in 0..a.len() {
                    let sigmoid = 1.0 / (1.0 + (-a[i]).exp());
                    du[i] = g[i] * a[i] * sigmoid;
                    da[i] = g[i] * u[i] * sigmoid * (1.0 + a[i] * (1.0 - sigmoid));
                }
            });
        let tensor = |v| Tensor::from_vec(v, gate.shape().clone(), gate.device());
        Ok((Some(tensor(da)?), Some(tensor(du)?)))
    }
}

/// gate · sigmoid(gate) · up.
pub(crate) fn swiglu(gate: &Tensor, up: &Tensor) -> Result<Tensor> {
    if on_processor(gate.device()) {
        return gate.contiguous()?.apply_op2(&up.contiguous()?, SwiGlu);
    }
    let result = (gate.detach().silu()? * up.detach())?;
    grafted_two([gate, up], &result, |[gate, up], grad| {
        let sigmoid = candle_nn::ops::sigmoid(gate)?;
        let silu = (gate * &sigmoid)?;
        let slope = (&sigmoid + (&silu * (1.0 - &sigmoid)?)?)?;
        Ok([((grad * up)? * slope)?, (grad * silu)?])
    })
}

struct Gelu;

impl CustomOp1 for Gelu {
    fn name(&self) -> &'static str {
        "gelu-tanh"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let x = floats(storage, layout)?;
        let mut out = vec![0f32; x.len()];
        out.par_chunks_mut(PIECE).zip(x.par_chunks(PIECE)).for_each(|(out, x)| {
            for (out, x) in out.iter_mut().zip(x) {
                *out = 0.5 * x * (1.0 + (ROOT * (x + CUBIC * x * x * x)).tanh());
            }
        });
        Ok((CpuStorage::F32(out), layout.shape().clone()))
    }

    fn bwd(&self, arg: &Tensor, _res: &Tensor, grad: &Tensor) -> Result<Option<Tensor>> {
        let grad = grad.contiguous()?;
        let (xs, xl) = arg.storage_and_layout();
        let (gs, gl) = grad.storage_and_layout();
        let (x, g) = (numbers(&xs, xl)?, numbers(&gs, gl)?);
        let mut out = vec![0f32; x.len()];
        out.par_chunks_mut(PIECE).zip(x.par_chunks(PIECE).zip(g.par_chunks(PIECE))).for_each(
            |(out, (x, g))| {
                for ((out, x), g) in out.iter_mut().zip(x).zip(g) {
                    let t = (ROOT * (x + CUBIC * x * x * x)).tanh();
                    let slope = ROOT * (1.0 + 3.0 * CUBIC * x * x);
                    *out = g * 0.5 * (1.0 + t + x * (1.0 - t * t) * slope);
                }
            },
        );
        Ok(Some(Tensor::from_vec(out, arg.shape().clone(), arg.device())?))
    }
}

/// GELU in its tanh form (`gelu_new`).
pub(crate) fn gelu(x: &Tensor) -> Result<Tensor> {
    if on_processor(x.device()) { x.contiguous()?.apply_op1(Gelu) } else { x.gelu() }
}
