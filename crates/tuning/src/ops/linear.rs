//! Products with matrices that are not trained.

use std::sync::Arc;

use candle_core::op::BackpropOp;
use candle_core::quantized::{QStorage, QTensor};
use candle_core::{CpuStorage, CustomOp1, Device, Layout, Result, Shape, Storage, Tensor};

/// A matrix that stays as it is, `[out, in]`.
#[derive(Debug, Clone)]
pub(crate) enum Frozen {
    /// As f32.
    Dense(Tensor),
    /// In ggml's blocks; widened for each product, forward and backward, and dropped again.
    Blocks(Arc<QTensor>),
}

impl Frozen {
    /// As f32.
    pub(crate) fn dense(&self, device: &Device) -> Result<Tensor> {
        match self {
            Self::Dense(weight) => Ok(weight.clone()),
            Self::Blocks(blocks) => blocks.dequantize(device),
        }
    }

    /// Some rows as f32; on the processor without widening the others, elsewhere all at once, since the product with the table does so, too.
    pub(crate) fn rows(&self, ids: &[u32], device: &Device) -> Result<Tensor> {
        match self {
            Self::Dense(weight) => weight.index_select(&Tensor::new(ids, device)?, 0),
            Self::Blocks(blocks) if !super::on_processor(device) => {
                blocks.dequantize(device)?.index_select(&Tensor::new(ids, device)?, 0)
            }
            Self::Blocks(blocks) => {
                let (rows, columns) = blocks.shape().dims2()?;
                let bytes = blocks.data()?;
                let row = bytes.len() / rows.max(1);
                let chosen: Vec<u8> = ids
                    .iter()
                    .flat_map(|&id| &bytes[id as usize * row..][..row])
                    .copied()
                    .collect();
                let storage = QStorage::from_data(chosen.into(), &Device::Cpu, blocks.dtype())?;
                QTensor::new(storage, (ids.len(), columns))?.dequantize(device)
            }
        }
    }

    /// (rows, columns).
    pub(crate) fn dims(&self) -> Result<(usize, usize)> {
        match self {
            Self::Dense(weight) => weight.dims2(),
            Self::Blocks(blocks) => blocks.shape().dims2(),
        }
    }
}

struct Product(Frozen);

impl CustomOp1 for Product {
    fn name(&self) -> &'static str {
        "frozen-linear"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let x = Tensor::from_storage(
            Storage::Cpu(CpuStorage::F32(super::floats(storage, layout)?.to_vec())),
            layout.shape().clone(),
            BackpropOp::none(),
            false,
        );
        let y = x.matmul(&self.0.dense(&Device::Cpu)?.t()?)?;
        let shape = y.shape().clone();
        let (storage, layout) = y.storage_and_layout();
        Ok((CpuStorage::F32(super::numbers(&storage, layout)?.to_vec()), shape))
    }

    fn bwd(&self, arg: &Tensor, _res: &Tensor, grad: &Tensor) -> Result<Option<Tensor>> {
        Ok(Some(grad.matmul(&self.0.dense(arg.device())?)?))
    }
}

/// x · Wᵀ for `x` `[rows, in]`; the gradient goes to `x` alone.
pub(crate) fn frozen_linear(x: &Tensor, weight: &Frozen) -> Result<Tensor> {
    if super::on_processor(x.device()) {
        return x.contiguous()?.apply_op1(Product(weight.clone()));
    }
    let result = x.detach().matmul(&weight.dense(x.device())?.t()?)?;
    let weight = weight.clone();
    super::grafted(x, &result, move |x, _, grad| grad.matmul(&weight.dense(x.device())?))
}
