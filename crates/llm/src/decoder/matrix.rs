//! Weight matrices, kept in the file's own block format, and what they are multiplied with.
//!
//! Our own kernels do the formats that models come in (see [`blocks`](super::blocks)), floats go through [`floats`](super::floats),
//! and what is left runs candle's dot products, over the same bytes.

use std::cell::OnceCell;
use std::sync::Arc;

use candle_core::quantized::k_quants::{
    BlockQ2K, BlockQ3K, BlockQ4_0, BlockQ4_1, BlockQ4K, BlockQ5_0, BlockQ5_1, BlockQ5K, BlockQ6K,
    BlockQ8_0,
};
use candle_core::quantized::{GgmlDType, GgmlType};
use half::{bf16, f16};
use memmap2::MmapMut;

use super::blocks::panel::{self, Panel};
use super::blocks::{Activations, Columns, Layout, Level, dot, gemm};
use super::floats;
use super::low_rank::Added;
use super::pool::pool;

/// Products of fewer multiplications than this run on the calling thread: some tens of microseconds, about what waking a
/// sleeping thread takes. Decoding with a model of a few megabytes never touches the pool.
const POOL_PAYS_FROM: usize = 1 << 20;
/// From so many rows of activations on, unpacking panels is cheaper than taking the blocks apart for every row.
const PANELS_PAY_FROM: usize = 8;
/// Rows of blocks that meet all rows of activations before the next ones are read from memory.
const ROWS_AT_ONCE: usize = 16;

/// Rows of activations, `[rows][width]`.
#[derive(Debug)]
pub(crate) struct Rows {
    data: Vec<f32>,
    width: usize,
}

impl Rows {
    /// Rows of zeros.
    pub(crate) fn zeros(rows: usize, width: usize) -> Self {
        Self { data: vec![0.0; rows * width], width }
    }

    /// Numbers a row.
    pub(crate) fn width(&self) -> usize {
        self.width
    }

    /// How many rows.
    pub(crate) fn count(&self) -> usize {
        self.data.len() / self.width
    }

    /// All rows, one after the other.
    pub(crate) fn data(&self) -> &[f32] {
        &self.data
    }

    /// All rows, one after the other.
    pub(crate) fn data_mut(&mut self) -> &mut [f32] {
        &mut self.data
    }

    /// The numbers themselves.
    pub(crate) fn into_data(self) -> Vec<f32> {
        self.data
    }

    /// Adds the same numbers to every row; none where `bias` is empty.
    pub(crate) fn add_bias(&mut self, bias: &[f32]) {
        if !bias.is_empty() {
            for row in self.data_mut().chunks_exact_mut(bias.len()) {
                for (value, bias) in row.iter_mut().zip(bias) {
                    *value += bias;
                }
            }
        }
    }

    /// Adds other rows of the same shape.
    pub(crate) fn add(&mut self, other: &Self) {
        for (a, b) in self.data.iter_mut().zip(&other.data) {
            *a += b;
        }
    }
}

/// Memory for the weights of one matrix, straight from the system: zeros, handed out as they are written, given back when the
/// model is unloaded, and in large pages where the system has them, so that reading gigabytes for every token does not wait
/// for the page table.
#[derive(Debug)]
pub(crate) struct Bytes(MmapMut);

/// Smaller matrices would waste most of a large page.
const LARGE: usize = 1 << 21;

impl Bytes {
    /// So many zeros, at least one.
    pub(crate) fn zeroed(length: usize) -> std::io::Result<Self> {
        let map = MmapMut::map_anon(length)?;
        #[cfg(target_os = "linux")]
        if length >= LARGE {
            // A hint; systems without large pages refuse it.
            let _without = map.advise(memmap2::Advice::HugePage);
        }
        Ok(Self(map))
    }

    /// To be filled.
    pub(crate) fn as_mut_slice(&mut self) -> &mut [u8] {
        &mut self.0
    }

    /// What is in it.
    pub(crate) fn as_slice(&self) -> &[u8] {
        &self.0
    }
}

/// A matrix of `rows` × `columns` in a block format; multiplied as activations × matrixᵀ.
pub(crate) struct Matrix {
    bytes: Arc<Bytes>,
    dtype: GgmlDType,
    rows: usize,
    columns: usize,
    kernels: Kernels,
}

impl Matrix {
    /// Takes a copy of the bytes of a matrix as they stand in the file.
    #[cfg(test)]
    pub(crate) fn new(
        dtype: GgmlDType,
        rows: usize,
        columns: usize,
        bytes: &[u8],
    ) -> candle_core::Result<Self> {
        let mut own = Bytes::zeroed(bytes.len())?;
        own.as_mut_slice().copy_from_slice(bytes);
        Self::from_bytes(dtype, rows, columns, own)
    }

    /// Takes the bytes of a matrix as they stand in the file.
    pub(crate) fn from_bytes(
        dtype: GgmlDType,
        rows: usize,
        columns: usize,
        bytes: Bytes,
    ) -> candle_core::Result<Self> {
        let kernels = Kernels::of(dtype)?;
        let wanted = columns
            .checked_mul(rows)
            .filter(|_| columns.is_multiple_of(dtype.block_size()))
            .and_then(|n| (n / dtype.block_size()).checked_mul(dtype.type_size()));
        if rows == 0 || columns == 0 || wanted != Some(bytes.as_slice().len()) {
            candle_core::bail!("{} bytes are no {rows} × {columns} matrix", bytes.as_slice().len());
        }
        Ok(Self { bytes: Arc::new(bytes), dtype, rows, columns, kernels })
    }

    /// Outputs.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// Numbers a row.
    pub(super) fn columns(&self) -> usize {
        self.columns
    }

    /// Its format, and the blocks as they stand in the file.
    pub(super) fn blocks(&self) -> (GgmlDType, &[u8]) {
        (self.dtype, self.bytes.as_slice())
    }

    /// Bytes of the weights.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes.as_slice().len()
    }

    /// How its blocks divide a row; `None` for floats.
    pub(super) fn layout(&self) -> Option<Layout> {
        self.kernels.layout
    }

    /// x × selfᵀ, `[n][columns]` → `[n][rows]`.
    pub(crate) fn multiply(&self, x: &Rows) -> Rows {
        self.multiply_with(x, &Added::default())
    }

    /// The same, and what adapters add to it.
    pub(super) fn multiply_with(&self, x: &Rows, added: &Added<'_>) -> Rows {
        let mut out = Rows::zeros(x.count(), self.rows);
        let columns = Columns::new(&mut out.data, self.rows);
        self.multiply_into(x, &columns, 0, added);
        out
    }

    /// Writes the products from `column` on; nobody else writes there. `added` counts its columns as `out` does.
    #[expect(unsafe_code, reason = "several threads write their own columns of the same rows")]
    fn multiply_into(&self, x: &Rows, out: &Columns<'_>, column: usize, added: &Added<'_>) {
        debug_assert_eq!(x.width(), self.columns);
        let n = x.count();
        let blocks = self.bytes.as_slice();
        let row_bytes = blocks.len() / self.rows;
        // Adds what adapters add to the outputs of a range of the matrix's rows, which one thread has just written.
        let add = |range: std::ops::Range<usize>| {
            // SAFETY: these columns are this range's alone.
            unsafe { added.add(column + range.start..column + range.end, out) };
        };
        // Calls a job with ranges of the matrix's rows, in multiples of `unit`.
        let split = |unit: usize, job: &(dyn Fn(std::ops::Range<usize>) + Sync)| {
            let units = self.rows.div_ceil(unit);
            let rows =
                |range: std::ops::Range<usize>| range.start * unit..self.rows.min(range.end * unit);
            if n * self.rows * self.columns < POOL_PAYS_FROM {
                job(0..self.rows);
            } else {
                pool().run(units, |range| job(rows(range)));
            }
        };
        let Some(layout) = self.kernels.layout else {
            split(floats::ROWS, &|range: std::ops::Range<usize>| {
                added.help();
                let part = &blocks[range.start * row_bytes..range.end * row_bytes];
                let write = |row: usize, at: usize, results: &[f32]| {
                    // SAFETY: these columns are this range's alone.
                    unsafe { out.write(row, column + range.start + at, results) };
                };
                floats::multiply(self.dtype, part, self.columns, x.data(), &write);
                add(range);
            });
            return;
        };
        let own = OnceCell::new();
        let rounded = || {
            let round = || Activations::new(x.data(), self.columns, layout);
            added.activations(layout).unwrap_or_else(|| own.get_or_init(round))
        };
        if n >= PANELS_PAY_FROM {
            let level = Level::here();
            let x = rounded();
            split(panel::ROWS, &|range| {
                added.help();
                let mut panel = Panel::new(layout, self.columns);
                for start in range.clone().step_by(panel::ROWS) {
                    let end = range.end.min(start + panel::ROWS);
                    panel.unpack(level, self.dtype, &blocks[start * row_bytes..end * row_bytes]);
                    // SAFETY: these columns are this range's alone.
                    unsafe {
                        gemm::multiply(level, &panel, x, out, column + start, end - start);
                    };
                    // While the outputs are in the cache.
                    add(start..end);
                }
            });
            return;
        }
        let run = |kernel: DotRows<'_>| {
            split(ROWS_AT_ONCE, &|range| {
                added.help();
                let mut results = [0.0; ROWS_AT_ONCE];
                for start in range.clone().step_by(ROWS_AT_ONCE) {
                    let end = range.end.min(start + ROWS_AT_ONCE);
                    let part = &blocks[start * row_bytes..end * row_bytes];
                    for row in 0..n {
                        let results = &mut results[..end - start];
                        kernel(part, row, results);
                        // SAFETY: these columns are this range's alone.
                        unsafe { out.write(row, column + start, results) };
                    }
                }
                add(range);
            });
        };
        match self.kernels.dot {
            Some(kernel) => {
                let x = rounded();
                run(&|part, row, out| kernel(part, x, row, out));
            }
            None => (self.kernels.candle)(x, &run),
        }
    }

    /// Row `index` as numbers.
    pub(crate) fn row(&self, index: usize, out: &mut [f32]) {
        let blocks = self.bytes.as_slice();
        let row_bytes = blocks.len() / self.rows;
        (self.kernels.row)(&blocks[index * row_bytes..][..row_bytes], out);
    }
}

/// Something that takes blocks, the index of a row of activations and where their products go.
type DotRows<'a> = &'a (dyn Fn(&[u8], usize, &mut [f32]) + Sync);

/// Runs such a thing over all rows.
type RunDot<'a> = &'a dyn Fn(DotRows<'_>);

/// What can be done with one block format.
#[derive(Clone, Copy)]
struct Kernels {
    /// `None` for floats.
    layout: Option<Layout>,
    /// Ours for a few rows, where there is one for this processor.
    dot: Option<dot::Kernel>,
    /// Candle's: prepares the activations and passes its dot product to the function given.
    candle: fn(x: &Rows, run: RunDot<'_>),
    /// Turns one row of blocks into numbers.
    row: fn(blocks: &[u8], out: &mut [f32]),
    /// Turns numbers that fill whole blocks into those.
    pack: fn(numbers: &[f32], blocks: &mut [u8]),
}

impl Kernels {
    fn of(dtype: GgmlDType) -> candle_core::Result<Self> {
        fn new<T: Block>(dtype: GgmlDType) -> Kernels {
            Kernels {
                layout: Layout::of(dtype),
                dot: dot::kernel(Level::here(), dtype),
                candle: candle_dots::<T>,
                row: |blocks, out| T::to_float(typed(blocks), out),
                pack: |numbers, blocks| T::from_float(numbers, typed_mut(blocks)),
            }
        }
        Ok(match dtype {
            GgmlDType::F32 => new::<f32>(dtype),
            GgmlDType::F16 => new::<f16>(dtype),
            GgmlDType::BF16 => new::<bf16>(dtype),
            GgmlDType::Q4_0 => new::<BlockQ4_0>(dtype),
            GgmlDType::Q4_1 => new::<BlockQ4_1>(dtype),
            GgmlDType::Q5_0 => new::<BlockQ5_0>(dtype),
            GgmlDType::Q5_1 => new::<BlockQ5_1>(dtype),
            GgmlDType::Q8_0 => new::<BlockQ8_0>(dtype),
            GgmlDType::Q2K => new::<BlockQ2K>(dtype),
            GgmlDType::Q3K => new::<BlockQ3K>(dtype),
            GgmlDType::Q4K => new::<BlockQ4K>(dtype),
            GgmlDType::Q5K => new::<BlockQ5K>(dtype),
            GgmlDType::Q6K => new::<BlockQ6K>(dtype),
            GgmlDType::Q8_1 | GgmlDType::Q8K => {
                candle_core::bail!("{dtype:?} is a format of activations, not of weights")
            }
        })
    }
}

fn candle_dots<T: Block>(x: &Rows, run: &dyn Fn(DotRows<'_>)) {
    let columns = x.width();
    let per_row = columns / <T::VecDotType>::BLCK_SIZE;
    let mut activations = vec![T::VecDotType::zeros(); x.count() * per_row];
    for (x, to) in x.data().chunks_exact(columns).zip(activations.chunks_exact_mut(per_row)) {
        T::VecDotType::from_float(x, to);
    }
    run(&|blocks, row, out| {
        let x = &activations[row * per_row..][..per_row];
        let rows = typed::<T>(blocks).chunks_exact(columns / T::BLCK_SIZE);
        for (out, row) in out.iter_mut().zip(rows) {
            *out = T::vec_dot(columns, row, x);
        }
    });
}

/// Candle's block types: plain numbers without padding, valid for any bytes.
pub(super) trait Block: GgmlType + Send + Sync {}
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

/// Brings numbers into blocks: exactly as many as fill those that are written.
pub(crate) type Pack = fn(&[f32], &mut [u8]);

/// What packs a format.
pub(crate) fn packing(dtype: GgmlDType) -> candle_core::Result<Pack> {
    Ok(Kernels::of(dtype)?.pack)
}

/// Reads bytes as the blocks that they are.
#[expect(
    unsafe_code,
    reason = "weights are kept as bytes, and candle's block types have private fields"
)]
pub(super) fn typed<T: Block>(bytes: &[u8]) -> &[T] {
    // `Bytes` start at a multiple of 16 and are cut at block borders: both always hold, checked for safety's sake.
    assert!(bytes.as_ptr().cast::<T>().is_aligned() && bytes.len().is_multiple_of(size_of::<T>()));
    // SAFETY: length and alignment were just checked; `Block` types are `repr(C)` structs of integers and half floats
    // without padding (candle asserts their sizes), so that every bit pattern is valid; the borrow lives as long as `bytes`.
    unsafe { std::slice::from_raw_parts(bytes.as_ptr().cast(), bytes.len() / size_of::<T>()) }
}

/// The same, to be written.
#[expect(unsafe_code, reason = "as for reading them")]
fn typed_mut<T: Block>(bytes: &mut [u8]) -> &mut [T] {
    assert!(bytes.as_ptr().cast::<T>().is_aligned() && bytes.len().is_multiple_of(size_of::<T>()));
    // SAFETY: as in `typed`; any `Block` is valid as bytes, too, having no padding; the borrow is the only one of `bytes`.
    unsafe {
        std::slice::from_raw_parts_mut(bytes.as_mut_ptr().cast(), bytes.len() / size_of::<T>())
    }
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

    /// The matrices, in order.
    pub(super) fn parts(&self) -> &[Matrix] {
        &self.parts
    }

    /// How the blocks of the first matrix divide a row; `None` for floats.
    pub(super) fn layout(&self) -> Option<Layout> {
        self.parts.first().and_then(Matrix::layout)
    }

    /// Row `index` as numbers.
    pub(crate) fn row(&self, mut index: usize, out: &mut [f32]) {
        for part in &self.parts {
            if index < part.rows() {
                return part.row(index, out);
            }
            index -= part.rows();
        }
    }

    /// x × selfᵀ, all outputs of a row side by side, and what adapters add to them.
    pub(super) fn multiply_with(&self, x: &Rows, added: &Added<'_>) -> Rows {
        let mut out = Rows::zeros(x.count(), self.rows);
        let columns = Columns::new(&mut out.data, self.rows);
        let mut start = 0;
        for part in &self.parts {
            part.multiply_into(x, &columns, start, added);
            start += part.rows();
        }
        out
    }
}

#[cfg(test)]
#[path = "matrix_tests.rs"]
mod tests;
