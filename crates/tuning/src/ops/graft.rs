//! A result that was computed of plain operations, put into the graph with a gradient of its own.
//!
//! candle's operations remember what they were made of, and give every argument a gradient: composed of them, a softmax keeps its
//! scores five times, and a product with a frozen matrix makes a gradient as large as the matrix. Here the result is computed beside
//! the graph, on whatever device its argument is, and joins it as one operation.

use std::sync::{Mutex, PoisonError};

use candle_core::backend::BackendStorage;
use candle_core::{
    CpuStorage, CudaStorage, CustomOp1, CustomOp2, CustomOp3, Layout, MetalStorage, Result, Shape,
    Storage, Tensor,
};

struct Graft<F> {
    /// Taken by the forward pass, so that it is not kept twice.
    result: Mutex<Option<Tensor>>,
    back: F,
}

impl<F> Graft<F> {
    /// The numbers of the result, by `of` from a storage of its device.
    fn take<S>(&self, of: impl Fn(&Storage) -> Option<&S>) -> Result<(S, Shape)>
    where
        S: BackendStorage,
    {
        let taken = self.result.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(result) = taken else { candle_core::bail!("a result was taken twice") };
        let at_start = result.is_contiguous() && result.layout().start_offset() == 0;
        let result = if at_start { result } else { result.force_contiguous()? };
        let (storage, layout) = result.storage_and_layout();
        let Some(storage) = of(&storage) else {
            candle_core::bail!("a result is not on the device of what it was made of")
        };
        Ok((storage.try_clone(layout)?, layout.shape().clone()))
    }
}

fn own_cpu(storage: &Storage) -> Option<&CpuStorage> {
    if let Storage::Cpu(own) = storage { Some(own) } else { None }
}

fn own_cuda(storage: &Storage) -> Option<&CudaStorage> {
    if let Storage::Cuda(own) = storage { Some(own) } else { None }
}

fn own_metal(storage: &Storage) -> Option<&MetalStorage> {
    if let Storage::Metal(own) = storage { Some(own) } else { None }
}

/// What a gradient is computed from: nothing of what follows is differentiated again.
fn plain(grad: &Tensor) -> Result<Tensor> {
    grad.detach().contiguous()
}

impl<F> CustomOp1 for Graft<F>
where
    F: Fn(&Tensor, &Tensor, &Tensor) -> Result<Tensor> + Send + Sync,
{
    fn name(&self) -> &'static str {
        "graft"
    }

    fn cpu_fwd(&self, _: &CpuStorage, _: &Layout) -> Result<(CpuStorage, Shape)> {
        self.take(own_cpu)
    }

    fn cuda_fwd(&self, _: &CudaStorage, _: &Layout) -> Result<(CudaStorage, Shape)> {
        self.take(own_cuda)
    }

    fn metal_fwd(&self, _: &MetalStorage, _: &Layout) -> Result<(MetalStorage, Shape)> {
        self.take(own_metal)
    }

    fn bwd(&self, arg: &Tensor, res: &Tensor, grad: &Tensor) -> Result<Option<Tensor>> {
        (self.back)(&arg.detach(), &res.detach(), &plain(grad)?).map(|back| Some(back.detach()))
    }
}

impl<F> CustomOp2 for Graft<F>
where
    F: Fn([&Tensor; 2], &Tensor) -> Result<[Tensor; 2]> + Send + Sync,
{
    fn name(&self) -> &'static str {
        "graft of two"
    }

    fn cpu_fwd(
        &self,
        _: &CpuStorage,
        _: &Layout,
        _: &CpuStorage,
        _: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        self.take(own_cpu)
    }

    fn cuda_fwd(
        &self,
        _: &CudaStorage,
        _: &Layout,
        _: &CudaStorage,
        _: &Layout,
    ) -> Result<(CudaStorage, Shape)> {
        self.take(own_cuda)
    }

    fn metal_fwd(
        &self,
        _: &MetalStorage,
        _: &Layout,
        _: &MetalStorage,
        _: &Layout,
    ) -> Result<(MetalStorage, Shape)> {
        self.take(own_metal)
    }

    fn bwd(
        &self,
        a: &Tensor,
        b: &Tensor,
        _: &Tensor,
        grad: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let back = (self.back)([&a.detach(), &b.detach()], &plain(grad)?)?;
        let [da, db] = back.map(|back| Some(back.detach()));
        Ok((da, db))
    }
}

impl<F> CustomOp3 for Graft<F>
where
    F: Fn([&Tensor; 3], &Tensor, &Tensor) -> Result<[Tensor; 3]> + Send + Sync,
{
    fn name(&self) -> &'static str {
        "graft of three"
    }

    fn cpu_fwd(
        &self,
        _: &CpuStorage,
        _: &Layout,
        _: &CpuStorage,
        _: &Layout,
        _: &CpuStorage,
        _: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        self.take(own_cpu)
    }

    fn cuda_fwd(
        &self,
        _: &CudaStorage,
        _: &Layout,
        _: &CudaStorage,
        _: &Layout,
        _: &CudaStorage,
        _: &Layout,
    ) -> Result<(CudaStorage, Shape)> {
        self.take(own_cuda)
    }

    fn metal_fwd(
        &self,
        _: &MetalStorage,
        _: &Layout,
        _: &MetalStorage,
        _: &Layout,
        _: &MetalStorage,
        _: &Layout,
    ) -> Result<(MetalStorage, Shape)> {
        self.take(own_metal)
    }

    fn bwd(
        &self,
        a: &Tensor,
        b: &Tensor,
        c: &Tensor,
        res: &Tensor,
        grad: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let arguments = [&a.detach(), &b.detach(), &c.detach()];
        let back = (self.back)(arguments, &res.detach(), &plain(grad)?)?;
        let [da, db, dc] = back.map(|back| Some(back.detach()));
        Ok((da, db, dc))
    }
}

/// `result`, which was computed from `x` without its graph, as something whose gradient flows to `x` through
/// `back(x, result, gradient)`.
pub(crate) fn grafted(
    x: &Tensor,
    result: &Tensor,
    back: impl Fn(&Tensor, &Tensor, &Tensor) -> Result<Tensor> + Send + Sync + 'static,
) -> Result<Tensor> {
    let result = result.detach();
    if !x.track_op() {
        return Ok(result);
    }
    x.apply_op1(Graft { result: Mutex::new(Some(result)), back })
}

/// The same of two arguments: gradients come from `back([a, b], gradient)`.
pub(crate) fn grafted_two(
    [a, b]: [&Tensor; 2],
    result: &Tensor,
    back: impl Fn([&Tensor; 2], &Tensor) -> Result<[Tensor; 2]> + Send + Sync + 'static,
) -> Result<Tensor> {
    let result = result.detach();
    if !(a.track_op() || b.track_op()) {
        return Ok(result);
    }
    a.apply_op2(b, Graft { result: Mutex::new(Some(result)), back })
}

/// The same of three: gradients come from `back([a, b, c], result, gradient)`.
pub(crate) fn grafted_three(
    [a, b, c]: [&Tensor; 3],
    result: &Tensor,
    back: impl Fn([&Tensor; 3], &Tensor, &Tensor) -> Result<[Tensor; 3]> + Send + Sync + 'static,
) -> Result<Tensor> {
    let result = result.detach();
    if ![a, b, c].iter().any(|x| x.track_op()) {
        return Ok(result);
    }
    a.apply_op3(b, c, Graft { result: Mutex::new(Some(result)), back })
}
