//! From a checkpoint's entries to what is computed with: matrices in blocks, vectors of f32.
//!
//! Shapes are checked against what the model's description says before anything is read. Plain numbers are quantised on the
//! way in where that is asked for, some rows at a time, so that loading takes no more memory than the model itself.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use candle_core::quantized::{GgmlDType, QTensor};
use candle_core::{Device, Tensor};
use weights::{Checkpoint, Dtype, Entry};

use crate::Error;
use crate::decoder::matrix::{Bytes, Matrix};
use crate::decoder::pool::pool;

/// Numbers that are widened at a time while quantising.
const PIECE: usize = 1 << 22;
/// Bytes that a thread reads at a time.
const PART: usize = 1 << 18;

/// A block format that plain numbers can be brought into while they are loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantization {
    /// Eight bits and a half.
    Q8,
    /// Six and a half.
    Q6,
    /// Five and a half.
    Q5,
    /// Four and a half.
    Q4,
}

impl Quantization {
    /// The format for matrices with rows of `columns`: eight bits where these do not fill the larger blocks, and `None` where
    /// they fill none.
    pub(crate) fn for_rows_of(self, columns: usize) -> Option<GgmlDType> {
        let wanted = match self {
            Self::Q8 => GgmlDType::Q8_0,
            Self::Q6 => GgmlDType::Q6K,
            Self::Q5 => GgmlDType::Q5K,
            Self::Q4 => GgmlDType::Q4K,
        };
        let fits = |format: &GgmlDType| columns.is_multiple_of(format.block_size());
        [wanted, GgmlDType::Q8_0].into_iter().find(fits)
    }

    /// What embeddings and outputs are stored with beside matrices of this.
    pub(crate) fn of_tables(self) -> Self {
        match self {
            Self::Q8 => Self::Q8,
            Self::Q6 | Self::Q5 | Self::Q4 => Self::Q6,
        }
    }
}

/// The same format in candle's words; `None` for those that it does not compute with.
pub fn ggml(dtype: Dtype) -> Option<GgmlDType> {
    Some(match dtype {
        Dtype::F32 => GgmlDType::F32,
        Dtype::F16 => GgmlDType::F16,
        Dtype::BF16 => GgmlDType::BF16,
        Dtype::Q4_0 => GgmlDType::Q4_0,
        Dtype::Q4_1 => GgmlDType::Q4_1,
        Dtype::Q5_0 => GgmlDType::Q5_0,
        Dtype::Q5_1 => GgmlDType::Q5_1,
        Dtype::Q8_0 => GgmlDType::Q8_0,
        Dtype::Q2K => GgmlDType::Q2K,
        Dtype::Q3K => GgmlDType::Q3K,
        Dtype::Q4K => GgmlDType::Q4K,
        Dtype::Q5K => GgmlDType::Q5K,
        Dtype::Q6K => GgmlDType::Q6K,
        Dtype::F64 | Dtype::I64 | Dtype::I32 | Dtype::I16 | Dtype::I8 | Dtype::U8 | Dtype::Bool => {
            return None;
        }
    })
}

/// Reads the tensors of one model and says how far it is.
pub(crate) struct Tensors<'a> {
    file: &'a Checkpoint,
    quantization: Option<Quantization>,
    progress: &'a mut dyn FnMut(f32),
    done: u64,
    total: u64,
    /// Names in the file, by those that are asked for, where they differ.
    aliases: BTreeMap<String, String>,
}

impl<'a> Tensors<'a> {
    pub(crate) fn new(
        file: &'a Checkpoint,
        quantization: Option<Quantization>,
        progress: &'a mut dyn FnMut(f32),
    ) -> Self {
        let total = file.tensor_bytes();
        Self { file, quantization, progress, done: 0, total, aliases: BTreeMap::new() }
    }

    /// Lets tensors be asked for by what `plain` makes of their names.
    pub(crate) fn renamed(mut self, plain: impl Fn(&str) -> String) -> Self {
        self.aliases = self.file.names().map(|name| (plain(name), name.to_owned())).collect();
        self
    }

    fn name<'s>(&'s self, name: &'s str) -> &'s str {
        self.aliases.get(name).map_or(name, String::as_str)
    }

    /// Whether there is a tensor of that name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.file.get(self.name(name)).is_some()
    }

    /// Rows of a matrix.
    pub(crate) fn rows(&self, name: &str) -> Result<usize, Error> {
        match self.file.require(self.name(name))?.shape.as_slice() {
            [rows, _] if (1..u64::from(u32::MAX)).contains(rows) => Ok(*rows as usize),
            shape => Err(self
                .file
                .damaged(format!("its tensor `{name}` has the shape {shape:?}"))
                .into()),
        }
    }

    /// The tensor's place, once its shape is what the model's description says.
    pub(crate) fn expect(&self, name: &str, shape: &[usize]) -> Result<Entry, Error> {
        let entry = self.file.require(self.name(name))?;
        if entry.shape.len() == shape.len()
            && entry.shape.iter().zip(shape).all(|(&a, &b)| a == b as u64)
        {
            return Ok(entry.clone());
        }
        Err(self
            .file
            .damaged(format!(
                "its tensor `{name}` has the shape {:?} where {shape:?} is needed",
                entry.shape
            ))
            .into())
    }

    /// A matrix that multiplies.
    pub(crate) fn matrix(
        &mut self,
        name: &str,
        rows: usize,
        columns: usize,
    ) -> Result<Matrix, Error> {
        let entry = self.expect(name, &[rows, columns])?;
        self.joined(&[entry], columns)
    }

    /// Embeddings, outputs and the like: these lose more by coarse blocks, and get at least six bits.
    pub(crate) fn table(
        &mut self,
        name: &str,
        rows: usize,
        columns: usize,
    ) -> Result<Matrix, Error> {
        let entry = self.expect(name, &[rows, columns])?;
        let asked = self.quantization;
        self.quantization = asked.map(Quantization::of_tables);
        let matrix = self.joined(&[entry], columns);
        self.quantization = asked;
        matrix
    }

    /// A matrix that stands `[columns, rows]` in the file.
    pub(crate) fn transposed(
        &mut self,
        name: &str,
        rows: usize,
        columns: usize,
    ) -> Result<Matrix, Error> {
        let entry = self.expect(name, &[columns, rows])?;
        let from = self.file.floats(self.name(name))?;
        let mut to = vec![0.0; from.len()];
        for (row, out) in to.chunks_exact_mut(columns).enumerate() {
            for (column, out) in out.iter_mut().enumerate() {
                *out = from[column * rows + row];
            }
        }
        self.report(entry.bytes());
        let format = self.quantization.and_then(|q| q.for_rows_of(columns));
        let format = format.unwrap_or(match entry.dtype {
            Dtype::F16 => GgmlDType::F16,
            Dtype::BF16 => GgmlDType::BF16,
            _ => GgmlDType::F32,
        });
        blocks(format, columns, to)
            .and_then(|bytes| Matrix::new(format, rows, columns, &bytes))
            .map_err(|e| self.broken(&e))
    }

    /// Tensors of one format and the same columns as one matrix, the second's rows below the first's.
    pub(crate) fn joined(&mut self, entries: &[Entry], columns: usize) -> Result<Matrix, Error> {
        let rows: u64 = entries.iter().map(|entry| entry.elements() / columns as u64).sum();
        let (rows, dtype) = (rows as usize, entries[0].dtype);
        let plain = matches!(dtype, Dtype::F64 | Dtype::F32 | Dtype::F16 | Dtype::BF16);
        let wanted = self.quantization.filter(|_| plain).and_then(|q| q.for_rows_of(columns));
        let format = match (wanted, ggml(dtype)) {
            (Some(format), _) => Some(format),
            (None, None) if plain => Some(GgmlDType::F32),
            (None, _) => None,
        };

        let length: usize = entries.iter().map(|entry| entry.bytes() as usize).sum();
        let io = |source| weights::Error::io(&self.file.path, source);
        let mut bytes = Bytes::zeroed(length.max(1)).map_err(io)?;
        self.fill(entries, bytes.as_mut_slice())?;
        self.report(length as u64);
        let matrix = match (format, ggml(dtype)) {
            (Some(format), _) => quantised(format, dtype, rows, columns, bytes.as_slice()),
            (None, Some(format)) => Matrix::from_bytes(format, rows, columns, bytes),
            (None, None) => {
                return Err(self
                    .file
                    .unsupported(format!("its matrices are stored as {dtype:?}"))
                    .into());
            }
        };
        matrix.map_err(|e| self.broken(&e))
    }

    /// Reads tensors one below the other, in parts and on all threads: most of the time goes into pages that the system clears before
    /// they are written for the first time.
    fn fill(&self, entries: &[Entry], mut bytes: &mut [u8]) -> Result<(), weights::Error> {
        let mut parts = Vec::new();
        for entry in entries {
            let (own, rest) = std::mem::take(&mut bytes).split_at_mut(entry.bytes() as usize);
            bytes = rest;
            if !entry.is_whole() {
                self.file.read(entry, own)?;
                continue;
            }
            let starts = (0..).step_by(PART);
            parts.extend(
                starts
                    .zip(own.chunks_mut(PART))
                    .map(|(start, part)| Mutex::new((entry, start, part))),
            );
        }
        let (file, failed) = (self.file, Mutex::new(None));
        pool().run(parts.len(), |range| {
            for part in &parts[range] {
                let (entry, start, out) = &mut *part.lock().unwrap_or_else(PoisonError::into_inner);
                if let Err(error) = file.read_part(entry, *start, out) {
                    *failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                }
            }
        });
        failed.into_inner().unwrap_or_else(PoisonError::into_inner).map_or(Ok(()), Err)
    }

    /// Norms and biases: one dimension, any format, wanted as numbers.
    pub(crate) fn vector(&mut self, name: &str, length: usize) -> Result<Vec<f32>, Error> {
        let entry = self.expect(name, &[length])?;
        let asked = self.quantization.take();
        let matrix = self.joined(&[entry], length);
        self.quantization = asked;
        let mut numbers = vec![0.0; length];
        matrix?.row(0, &mut numbers);
        Ok(numbers)
    }

    /// A small matrix, wanted as numbers, row by row.
    pub(crate) fn numbers(
        &mut self,
        name: &str,
        rows: usize,
        columns: usize,
    ) -> Result<Vec<f32>, Error> {
        let entry = self.expect(name, &[rows, columns])?;
        self.report(entry.bytes());
        Ok(self.file.floats(self.name(name))?)
    }

    /// The same as a vector, where there is one.
    pub(crate) fn optional_vector(
        &mut self,
        name: &str,
        length: usize,
    ) -> Result<Option<Vec<f32>>, Error> {
        if self.has(name) { self.vector(name, length).map(Some) } else { Ok(None) }
    }

    /// Says that everything is loaded.
    pub(crate) fn finish(&mut self) {
        (self.progress)(1.0);
    }

    fn report(&mut self, bytes: u64) {
        self.done += bytes;
        (self.progress)((self.done as f32 / self.total.max(1) as f32).min(1.0));
    }

    fn broken(&self, error: &candle_core::Error) -> Error {
        self.file.damaged(error.to_string()).into()
    }
}

/// Plain numbers as blocks, some rows at a time.
fn quantised(
    format: GgmlDType,
    dtype: Dtype,
    rows: usize,
    columns: usize,
    bytes: &[u8],
) -> candle_core::Result<Matrix> {
    let row_bytes = bytes.len() / rows.max(1);
    let piece = (PIECE / columns.max(1)).max(1) * row_bytes;
    let mut all = Vec::new();
    for bytes in bytes.chunks(piece.max(1)) {
        let mut numbers = Vec::new();
        dtype.widen(bytes, &mut numbers);
        all.extend(blocks(format, columns, numbers)?);
    }
    Matrix::new(format, rows, columns, &all)
}

/// Numbers, row by row, as blocks.
fn blocks(format: GgmlDType, columns: usize, numbers: Vec<f32>) -> candle_core::Result<Vec<u8>> {
    let rows = numbers.len() / columns;
    let numbers = Tensor::from_vec(numbers, (rows, columns), &Device::Cpu)?;
    Ok(QTensor::quantize(&numbers, format)?.data()?.into_owned())
}
