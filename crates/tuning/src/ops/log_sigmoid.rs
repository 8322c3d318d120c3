//! log σ(x), without the overflow of writing it so.

use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, Tensor};

use super::{floats, grafted, numbers, on_processor};

struct LogSigmoid;

impl CustomOp1 for LogSigmoid {
    fn name(&self) -> &'static str {
        "log-sigmoid"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let of = |x: &f32| x.min(0.0) - (-x.abs()).exp().ln_1p();
        let out = floats(storage, layout)?.iter().map(of).collect();
        Ok((CpuStorage::F32(out), layout.shape().clone()))
    }

    fn bwd(&self, arg: &Tensor, _res: &Tensor, grad: &Tensor) -> Result<Option<Tensor>> {
        let grad = grad.contiguous()?;
        let (xs, xl) = arg.storage_and_layout();
        let (gs, gl) = grad.storage_and_layout();
        let slope = |(x, g): (&f32, &f32)| g / (1.0 + x.exp());
        let out = numbers(&xs, xl)?.iter().zip(numbers(&gs, gl)?).map(slope).collect();
        Ok(Some(Tensor::from_vec(out, arg.shape().clone(), arg.device())?))
    }
}

/// log σ(x).
pub(crate) fn log_sigmoid(x: &Tensor) -> Result<Tensor> {
    if on_processor(x.device()) {
        return x.contiguous()?.apply_op1(LogSigmoid);
    }
    let plain = x.detach();
    let rest = (plain.abs()?.neg()?.exp()? + 1.0)?.log()?;
    let result = (plain.neg()?.relu()?.neg()? - rest)?;
    grafted(x, &result, |x, _, grad| grad / (x.exp()? + 1.0)?)
}
