//! Weights on a device: blocks as the file stores them where candle multiplies with them, plain numbers as they are.

use std::borrow::Cow;
use std::sync::Arc;

use candle_core::quantized::{GgmlDType, QStorage, QTensor};
use candle_core::{DType, Device, Result, Tensor};

use crate::decoder::matrix::Matrix;

/// Matrices that multiply the same activations, their outputs side by side.
pub(super) struct Product {
    parts: Vec<Part>,
    rows: usize,
    bytes: usize,
}

enum Part {
    Blocks(Arc<QTensor>),
    /// `[columns][rows]`, a view of what lies row by row.
    Plain(Tensor),
}

impl Product {
    pub(super) fn upload(matrices: &[Matrix], device: &Device) -> Result<Self> {
        let parts = matrices.iter().map(|matrix| Part::upload(matrix, device));
        Ok(Self {
            parts: parts.collect::<Result<_>>()?,
            rows: matrices.iter().map(Matrix::rows).sum(),
            bytes: matrices.iter().map(Matrix::bytes).sum(),
        })
    }

    /// Outputs.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// Bytes of the weights, as the file stores them.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// `[n][columns]` → `[n][rows]`.
    pub(super) fn multiply(&self, x: &Tensor) -> Result<Tensor> {
        match self.parts.as_slice() {
            [one] => one.multiply(x),
            several => {
                let outputs = several.iter().map(|part| part.multiply(x));
                Tensor::cat(&outputs.collect::<Result<Vec<_>>>()?, 1)
            }
        }
    }

    /// All numbers, row by row, in the computer's own memory.
    pub(super) fn numbers(&self) -> Result<Vec<f32>> {
        let mut numbers = Vec::new();
        for part in &self.parts {
            let part = match part {
                Part::Blocks(blocks) => blocks.dequantize(&blocks.device())?,
                Part::Plain(turned) => turned.t()?.to_dtype(DType::F32)?,
            };
            numbers.extend(part.flatten_all()?.to_vec1::<f32>()?);
        }
        Ok(numbers)
    }
}

impl Part {
    fn upload(matrix: &Matrix, device: &Device) -> Result<Self> {
        let (format, bytes) = matrix.blocks();
        let shape = (matrix.rows(), matrix.columns());
        let plain = match format {
            GgmlDType::F32 => DType::F32,
            GgmlDType::F16 => DType::F16,
            GgmlDType::BF16 => DType::BF16,
            _ => {
                let storage = QStorage::from_data(Cow::Borrowed(bytes), device, format)?;
                return Ok(Self::Blocks(Arc::new(QTensor::new(storage, shape)?)));
            }
        };
        let numbers = Tensor::from_raw_buffer(bytes, plain, &[shape.0, shape.1], &Device::Cpu)?;
        // Candle's own processor backend has no products of bfloats, and rounds what is multiplied with half floats.
        let numbers = match device {
            Device::Cpu => numbers.to_dtype(DType::F32)?,
            _ => numbers.to_device(device)?,
        };
        Ok(Self::Plain(numbers.t()?))
    }

    fn multiply(&self, x: &Tensor) -> Result<Tensor> {
        match self {
            Self::Blocks(blocks) => x.contiguous()?.apply_op1_no_bwd(blocks.as_ref()),
            Self::Plain(turned) => x.to_dtype(turned.dtype())?.matmul(turned)?.to_dtype(DType::F32),
        }
    }
}
