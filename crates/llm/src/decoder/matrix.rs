//! Weight matrices, kept in the file's own block format, and what they are multiplied with.
//!
//! Candle has the fast kernels (AVX2, AVX-512, NEON, chosen at run time, spread over its thread pool), but waking that pool
//! costs more than a small product itself, and on a busy machine much more. So small products run right here on the calling
//! thread, over the same bytes and with candle's own dot products.

use candle_core::quantized::k_quants::{
    BlockQ2K, BlockQ3K, BlockQ4_0, BlockQ4_1, BlockQ4K, BlockQ5_0, BlockQ5_1, BlockQ5K, BlockQ6K,
    BlockQ8_0,
};
use candle_core::quantized::{GgmlDType, GgmlType, QStorage, QTensor};
use candle_core::{CpuStorage, CustomOp1, Device, Layout};
use half::{bf16, f16};

/// Products of fewer multiplications than this run on the calling thread. That is about a tenth of a millisecond: on an idle
/// machine the pool would halve it, on a busy one waiting for a thread that is not scheduled costs a hundred times as much.
/// Decoding with a model of a few megabytes never touches the pool.
const POOL_PAYS_FROM: usize = 3 << 19;

/// Rows of activations, `[rows][width]`, in the form that candle's kernels take.
#[derive(Debug)]
pub(crate) struct Rows {
    storage: CpuStorage,
    width: usize,
}

impl Rows {
    /// Rows of zeros.
    pub(crate) fn zeros(rows: usize, width: usize) -> Self {
        Self { storage: CpuStorage::F32(vec![0.0; rows * width]), width }
    }

    /// Numbers a row.
    pub(crate) fn width(&self) -> usize {
        self.width
    }

    /// How many rows.
    pub(crate) fn count(&self) -> usize {
        self.data().len() / self.width
    }

    /// All rows, one after the other.
    pub(crate) fn data(&self) -> &[f32] {
        match &self.storage {
            CpuStorage::F32(data) => data,
            _ => &[],
        }
    }

    /// All rows, one after the other.
    pub(crate) fn data_mut(&mut self) -> &mut [f32] {
        match &mut self.storage {
            CpuStorage::F32(data) => data,
            _ => &mut [],
        }
    }

    /// The numbers themselves.
    pub(crate) fn into_data(self) -> Vec<f32> {
        match self.storage {
            CpuStorage::F32(data) => data,
            _ => Vec::new(),
        }
    }

    /// Adds other rows of the same shape.
    pub(crate) fn add(&mut self, other: &Self) {
        for (a, b) in self.data_mut().iter_mut().zip(other.data()) {
            *a += b;
        }
    }
}

/// A matrix of `rows` × `columns` in a block format; multiplied as activations × matrixᵀ.
pub(crate) struct Matrix {
    tensor: QTensor,
    rows: usize,
    columns: usize,
    kernels: Kernels,
}

impl Matrix {
    /// Takes the bytes of a matrix as they stand in the file. `bytes` must be exactly its size (the header was checked).
    pub(crate) fn new(
        dtype: GgmlDType,
        rows: usize,
        columns: usize,
        bytes: &[u8],
    ) -> candle_core::Result<Self> {
        let kernels = Kernels::of(dtype)?;
        let storage = QStorage::from_data(bytes.into(), &Device::Cpu, dtype)?;
        let tensor = QTensor::new(storage, (rows, columns))?;
        Ok(Self { tensor, rows, columns, kernels })
    }

    /// Outputs.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// Bytes of the weights.
    pub(crate) fn bytes(&self) -> usize {
        self.tensor.storage_size_in_bytes()
    }

    /// x × selfᵀ, `[n][columns]` → `[n][rows]`.
    pub(crate) fn multiply(&self, x: &Rows) -> candle_core::Result<Rows> {
        debug_assert_eq!(x.width(), self.columns);
        let n = x.count();
        if n * self.rows * self.columns < POOL_PAYS_FROM {
            let mut out = Rows::zeros(n, self.rows);
            let blocks = self.tensor.data()?;
            (self.kernels.multiply)(&blocks, self.columns, x.data(), out.data_mut());
            return Ok(out);
        }
        let layout = Layout::contiguous((n, self.columns));
        let (storage, _) = self.tensor.cpu_fwd(&x.storage, &layout)?;
        Ok(Rows { storage, width: self.rows })
    }

    /// Row `index` as numbers.
    pub(crate) fn row(&self, index: usize, out: &mut [f32]) -> candle_core::Result<()> {
        let blocks = self.tensor.data()?;
        let row_bytes = blocks.len() / self.rows;
        (self.kernels.row)(&blocks[index * row_bytes..][..row_bytes], out);
        Ok(())
    }
}

/// What runs on the calling thread, for one block format.
#[derive(Clone, Copy)]
struct Kernels {
    /// Multiplies rows of activations with the blocks.
    multiply: fn(blocks: &[u8], columns: usize, x: &[f32], out: &mut [f32]),
    /// Turns one row of blocks into numbers.
    row: fn(blocks: &[u8], out: &mut [f32]),
}

impl Kernels {
    fn of(dtype: GgmlDType) -> candle_core::Result<Self> {
        fn new<T: Block>() -> Kernels {
            Kernels {
                multiply: multiply_small::<T>,
                row: |blocks, out| T::to_float(typed(blocks), out),
            }
        }
        Ok(match dtype {
            GgmlDType::F32 => new::<f32>(),
            GgmlDType::F16 => new::<f16>(),
            GgmlDType::BF16 => new::<bf16>(),
            GgmlDType::Q4_0 => new::<BlockQ4_0>(),
            GgmlDType::Q4_1 => new::<BlockQ4_1>(),
            GgmlDType::Q5_0 => new::<BlockQ5_0>(),
            GgmlDType::Q5_1 => new::<BlockQ5_1>(),
            GgmlDType::Q8_0 => new::<BlockQ8_0>(),
            GgmlDType::Q2K => new::<BlockQ2K>(),
            GgmlDType::Q3K => new::<BlockQ3K>(),
            GgmlDType::Q4K => new::<BlockQ4K>(),
            GgmlDType::Q5K => new::<BlockQ5K>(),
            GgmlDType::Q6K => new::<BlockQ6K>(),
            GgmlDType::Q8_1 | GgmlDType::Q8K => {
                candle_core::bail!("{dtype:?} is a format of activations, not of weights")
            }
        })
    }
}

fn multiply_small<T: Block>(blocks: &[u8], columns: usize, x: &[f32], out: &mut [f32]) {
    let weights: &[T] = typed(blocks);
    let row = columns / T::BLCK_SIZE;
    let outputs = weights.len() / row;
    let mut activations = vec![T::VecDotType::zeros(); columns / <T::VecDotType>::BLCK_SIZE];
    for (x, out) in x.chunks_exact(columns).zip(out.chunks_exact_mut(outputs)) {
        if T::DIRECT_COPY {
            T::VecDotType::direct_copy(x, &mut activations);
        } else {
            T::VecDotType::from_float(x, &mut activations);
        }
        let mut quads = out.chunks_exact_mut(4);
        let mut rows = weights.chunks_exact(row);
        for quad in &mut quads {
            let (Some(a), Some(b), Some(c), Some(d)) =
                (rows.next(), rows.next(), rows.next(), rows.next())
            else {
                break;
            };
            (quad[0], quad[1], quad[2], quad[3]) = T::vec_dot_4(columns, a, b, c, d, &activations);
        }
        for (out, row) in quads.into_remainder().iter_mut().zip(rows) {
            *out = T::vec_dot(columns, row, &activations);
        }
    }
}

/// Candle's block types: plain numbers without padding, valid for any bytes.
trait Block: GgmlType {}
impl Block for f32 {}
impl Block for f16 {}
impl Block for bf16 {}
impl Block for BlockQ4_0 {}
impl Block for BlockQ4_1 {}
impl Block for BlockQ5_0 {}
impl Block for BlockQ5_1 {}
impl Block for BlockQ8_0 {}
impl Block for BlockQ2K {}
impl Block for BlockQ3K {}
impl Block for BlockQ4K {}
impl Block for BlockQ5K {}
impl Block for BlockQ6K {}

/// Reads bytes as the blocks that they are.
#[expect(
    unsafe_code,
    reason = "candle gives a tensor's blocks as bytes only, and its block types have private fields"
)]
fn typed<T: Block>(bytes: &[u8]) -> &[T] {
    // The bytes are those of a `Vec<T>` inside candle, cut at block borders: both always hold, checked for safety's sake.
    assert!(bytes.as_ptr().cast::<T>().is_aligned() && bytes.len().is_multiple_of(size_of::<T>()));
    // SAFETY: length and alignment were just checked; `Block` types are `repr(C)` structs of integers and half floats
    // without padding (candle asserts their sizes), so that every bit pattern is valid; the borrow lives as long as `bytes`.
    unsafe { std::slice::from_raw_parts(bytes.as_ptr().cast(), bytes.len() / size_of::<T>()) }
}

/// Matrices that multiply the same activations (queries, keys and values; gate and up), their outputs side by side.
///
/// Neighbours in the same format become one matrix, since rows are stored one after the other: one product, and the
/// activations are quantised once.
pub(crate) struct Stacked {
    parts: Vec<Matrix>,
    rows: usize,
}

impl Stacked {
    /// Stacks matrices in order.
    pub(crate) fn new(parts: Vec<Matrix>) -> Self {
        let rows = parts.iter().map(Matrix::rows).sum();
        Self { parts, rows }
    }

    /// Bytes of the weights.
    pub(crate) fn bytes(&self) -> usize {
        self.parts.iter().map(Matrix::bytes).sum()
    }

    /// x × selfᵀ, all outputs of a row side by side.
    pub(crate) fn multiply(&self, x: &Rows) -> candle_core::Result<Rows> {
        if let [only] = self.parts.as_slice() {
            return only.multiply(x);
        }
        let mut out = Rows::zeros(x.count(), self.rows);
        let mut start = 0;
        for part in &self.parts {
            let product = part.multiply(x)?;
            let (rows, width) = (self.rows, part.rows());
            for (to, from) in
                out.data_mut().chunks_exact_mut(rows).zip(product.data().chunks_exact(width))
            {
                to[start..start + width].copy_from_slice(from);
            }
            start += width;
        }
        Ok(out)
    }
}
