//! Weights on a device: blocks as the file stores them where candle multiplies with them, plain numbers as they are.
//!
//! Matrices that multiply the same activations and are stored alike become one below the other: what a token costs on a card is for
//! the most part the number of things that are asked of it. Queries and keys are nearly always alike, gate and up always.

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

/// What a product gives, `[n][outputs]`, in as many pieces as its matrices are stored in.
pub(super) struct Outputs(Vec<Tensor>);

impl Outputs {
    /// All in one.
    pub(super) fn whole(&self) -> Result<Tensor> {
        match self.0.as_slice() {
            [one] => Ok(one.clone()),
            several => Tensor::cat(several, 1),
        }
    }

    /// `width` outputs from the `first` on: a view where they lie in one piece, as those of one matrix do.
    pub(super) fn columns(&self, first: usize, width: usize) -> Result<Tensor> {
        let mut before = 0;
        for piece in &self.0 {
            let here = piece.dim(1)?;
            if first >= before && first + width <= before + here {
                return if width == here {
                    Ok(piece.clone())
                } else {
                    piece.narrow(1, first - before, width)
                };
            }
            before += here;
        }
        self.whole()?.narrow(1, first, width)
    }

    /// Adds a number to each output.
    pub(super) fn add(self, bias: &Tensor) -> Result<Self> {
        let mut before = 0;
        let pieces = self.0.into_iter().map(|piece| {
            let here = piece.dim(1)?;
            let bias = bias.narrow(0, before, here)?;
            before += here;
            piece.broadcast_add(&bias)
        });
        Ok(Self(pieces.collect::<Result<_>>()?))
    }
}

impl From<Tensor> for Outputs {
    fn from(one: Tensor) -> Self {
        Self(vec![one])
    }
}

enum Part {
    Blocks(Arc<QTensor>),
    /// `[columns][rows]`, a view of what lies row by row.
    Plain(Tensor),
}

impl Product {
    pub(super) fn upload(matrices: &[Matrix], device: &Device) -> Result<Self> {
        let alike =
            |a: &Matrix, b: &Matrix| a.blocks().0 == b.blocks().0 && a.columns() == b.columns();
        let parts = matrices.chunk_by(alike).map(|matrices| Part::upload(matrices, device));
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
    pub(super) fn multiply(&self, x: &Tensor) -> Result<Outputs> {
        let pieces = self.parts.iter().map(|part| part.multiply(x));
        Ok(Outputs(pieces.collect::<Result<_>>()?))
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
    /// Matrices of one format and width, one below the other.
    fn upload(matrices: &[Matrix], device: &Device) -> Result<Self> {
        let Some(first) = matrices.first() else { candle_core::bail!("a product of nothing") };
        let format = first.blocks().0;
        let shape = (matrices.iter().map(Matrix::rows).sum::<usize>(), first.columns());
        let bytes: Cow<'_, [u8]> = match matrices {
            [one] => Cow::Borrowed(one.blocks().1),
            several => {
                let blocks = several.iter().map(|matrix| matrix.blocks().1);
                Cow::Owned(blocks.collect::<Vec<_>>().concat())
            }
        };
        let plain = match format {
            GgmlDType::F32 => DType::F32,
            GgmlDType::F16 => DType::F16,
            GgmlDType::BF16 => DType::BF16,
            _ => {
                let storage = QStorage::from_data(bytes, device, format)?;
                return Ok(Self::Blocks(Arc::new(QTensor::new(storage, shape)?)));
            }
        };
        let numbers = Tensor::from_raw_buffer(&bytes, plain, &[shape.0, shape.1], &Device::Cpu)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix(format: GgmlDType, rows: usize, columns: usize, seed: usize) -> Matrix {
        let number = |i: usize| ((i * 31 + seed * 977) as f32 * 0.37).sin();
        let numbers: Vec<f32> = (0..rows * columns).map(number).collect();
        let tensor = Tensor::from_vec(numbers, (rows, columns), &Device::Cpu).unwrap();
        let blocks = QTensor::quantize(&tensor, format).unwrap();
        Matrix::new(format, rows, columns, &blocks.data().unwrap()).unwrap()
    }

    #[test]
    fn matrices_that_are_stored_alike_are_multiplied_at_once() {
        let formats = [GgmlDType::Q8_0, GgmlDType::Q8_0, GgmlDType::Q4_0];
        let sizes = [5, 3, 4];
        let matrices: Vec<Matrix> = (0..3).map(|i| matrix(formats[i], sizes[i], 64, i)).collect();
        let x: Vec<f32> = (0..3 * 64).map(|i| (i as f32 * 0.11).cos()).collect();
        let x = Tensor::from_vec(x, (3, 64), &Device::Cpu).unwrap();
        let whole = Product::upload(&matrices, &Device::Cpu).unwrap();
        assert_eq!((whole.parts.len(), whole.rows()), (2, 12));
        let bias = Tensor::arange(0f32, 12., &Device::Cpu).unwrap();
        let outputs = whole.multiply(&x).unwrap();
        let biased = whole.multiply(&x).unwrap().add(&bias).unwrap();
        let numbers =
            |tensor: Tensor| -> Vec<f32> { tensor.flatten_all().unwrap().to_vec1().unwrap() };
        let mut first = 0;
        for (matrix, size) in matrices.iter().zip(sizes) {
            let alone = Product::upload(std::slice::from_ref(matrix), &Device::Cpu).unwrap();
            let alone = numbers(alone.multiply(&x).unwrap().whole().unwrap());
            assert_eq!(numbers(outputs.columns(first, size).unwrap()), alone);
            let plus = numbers(biased.columns(first, size).unwrap());
            for (at, (plus, alone)) in plus.iter().zip(&alone).enumerate() {
                assert!((plus - alone - (first + at % size) as f32).abs() < 1e-4);
            }
            first += size;
        }
        // Across two pieces.
        let across = numbers(outputs.columns(6, 4).unwrap());
        let all = numbers(outputs.whole().unwrap());
        assert_eq!(across, [&all[6..10], &all[18..22], &all[30..34]].concat());
    }
}
