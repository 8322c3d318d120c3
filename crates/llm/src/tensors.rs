//! From a checkpoint's entries to what is computed with: matrices in blocks, vectors of f32.
//!
//! Shapes are checked against what the model's description says before anything is read. Plain numbers are quantised on the
//! way in where that is asked for, some rows at a time and straight to where they stay, so that loading takes no more memory than the
//! model itself (decision 0152).

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use candle_core::quantized::GgmlDType;
use weights::{Checkpoint, Dtype, Entry};

use crate::Error;
use crate::decoder::matrix::{Bytes, Matrix, packing};
use crate::decoder::pool::pool;

/// Bytes that a thread reads at a time, and those of the numbers that it widens at a time while quantising.
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
        let dtype = entry.dtype;
        let format = self.quantization.and_then(|q| q.for_rows_of(columns));
        let format = match dtype {
            _ if !is_plain(dtype) => return Err(self.unusable(dtype)),
            _ if format.is_some() => format.unwrap_or(GgmlDType::F32),
            Dtype::F16 => GgmlDType::F16,
            Dtype::BF16 => GgmlDType::BF16,
            _ => GgmlDType::F32,
        };
        let from = self.bytes(std::slice::from_ref(&entry))?;
        self.report(entry.bytes());
        let (from, size) = (from.as_slice(), dtype.block_bytes() as usize);
        self.packed(format, rows, columns, &|range, _, numbers| {
            let mut part = Vec::with_capacity(range.len());
            numbers.resize(range.len() * columns, 0.0);
            for column in 0..columns {
                part.clear();
                let start = (column * rows + range.start) * size;
                dtype.widen(&from[start..start + range.len() * size], &mut part);
                for (row, number) in part.iter().enumerate() {
                    numbers[row * columns + column] = *number;
                }
            }
            Ok(())
        })
    }

    /// Tensors of one format and the same columns as one matrix, the second's rows below the first's.
    pub(crate) fn joined(&mut self, entries: &[Entry], columns: usize) -> Result<Matrix, Error> {
        let rows: u64 = entries.iter().map(|entry| entry.elements() / columns as u64).sum();
        let (rows, dtype) = (rows as usize, entries[0].dtype);
        let plain = is_plain(dtype);
        let wanted = self.quantization.filter(|_| plain).and_then(|q| q.for_rows_of(columns));
        let length: u64 = entries.iter().map(Entry::bytes).sum();
        let format = match (wanted, ggml(dtype)) {
            (Some(format), _) => format,
            (None, Some(format)) => {
                let bytes = self.bytes(entries)?;
                self.report(length);
                return Matrix::from_bytes(format, rows, columns, bytes)
                    .map_err(|e| self.broken(&e));
            }
            (None, None) if plain => GgmlDType::F32,
            (None, None) => return Err(self.unusable(dtype)),
        };
        // What lies in the file row by row is read where it is needed; the rest is gathered first.
        let whole = entries.iter().all(Entry::is_whole);
        let gathered = if whole { None } else { Some(self.bytes(entries)?) };
        let (file, row_bytes) = (self.file, columns * dtype.block_bytes() as usize);
        let matrix = self.packed(format, rows, columns, &|range, raw, numbers| {
            let bytes = if let Some(all) = &gathered {
                &all.as_slice()[range.start * row_bytes..range.end * row_bytes]
            } else {
                raw.resize(range.len() * row_bytes, 0);
                read_rows(file, entries, range.start, row_bytes, raw)?;
                raw.as_slice()
            };
            dtype.widen(bytes, numbers);
            Ok(())
        });
        self.report(length);
        matrix
    }

    /// The bytes of tensors, one below the other.
    fn bytes(&self, entries: &[Entry]) -> Result<Bytes, Error> {
        let length: usize = entries.iter().map(|entry| entry.bytes() as usize).sum();
        let io = |source| weights::Error::io(&self.file.path, source);
        let mut bytes = Bytes::zeroed(length.max(1)).map_err(io)?;
        self.fill(entries, bytes.as_mut_slice())?;
        Ok(bytes)
    }

    /// A matrix of numbers that `rows_of` gives, brought into blocks on all threads: each has room for some rows of numbers (and of the
    /// file, the second argument), and writes to where the blocks stay.
    fn packed(
        &self,
        format: GgmlDType,
        rows: usize,
        columns: usize,
        rows_of: RowsOf<'_>,
    ) -> Result<Matrix, Error> {
        let pack = packing(format).map_err(|e| self.broken(&e))?;
        let io = |source| weights::Error::io(&self.file.path, source);
        let row_bytes = columns / format.block_size() * format.type_size();
        let mut blocks = Bytes::zeroed((rows * row_bytes).max(1)).map_err(io)?;
        if rows * row_bytes > 0 {
            let at_once = (PART / (columns * size_of::<f32>())).max(1);
            let parts: Vec<_> =
                blocks.as_mut_slice().chunks_mut(at_once * row_bytes).map(Mutex::new).collect();
            let failed = Mutex::new(None);
            pool().run(parts.len(), |range| {
                let (mut raw, mut numbers) = (Vec::new(), Vec::with_capacity(at_once * columns));
                for index in range {
                    let start = index * at_once;
                    numbers.clear();
                    match rows_of(start..rows.min(start + at_once), &mut raw, &mut numbers) {
                        Ok(()) => {
                            let mut part =
                                parts[index].lock().unwrap_or_else(PoisonError::into_inner);
                            pack(&numbers, &mut part);
                        }
                        Err(error) => {
                            *failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                        }
                    }
                }
            });
            failed.into_inner().unwrap_or_else(PoisonError::into_inner).map_or(Ok(()), Err)?;
        }
        Matrix::from_bytes(format, rows, columns, blocks).map_err(|e| self.broken(&e))
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

    fn unusable(&self, dtype: Dtype) -> Error {
        self.file.unsupported(format!("its matrices are stored as {dtype:?}")).into()
    }

    fn broken(&self, error: &candle_core::Error) -> Error {
        self.file.damaged(error.to_string()).into()
    }
}

/// Appends rows of a matrix as numbers; beside them room for what is read.
type RowsOf<'a> =
    &'a (dyn Fn(Range<usize>, &mut Vec<u8>, &mut Vec<f32>) -> Result<(), weights::Error> + Sync);

/// Rows of tensors that lie one below the other, from row `start` on, as they stand in the file.
fn read_rows(
    file: &Checkpoint,
    entries: &[Entry],
    mut start: usize,
    row_bytes: usize,
    mut out: &mut [u8],
) -> Result<(), weights::Error> {
    for entry in entries {
        let (from, length) = ((start * row_bytes) as u64, entry.bytes());
        if from >= length {
            start -= length as usize / row_bytes;
            continue;
        }
        let here = out.len().min((length - from) as usize);
        let (own, rest) = std::mem::take(&mut out).split_at_mut(here);
        file.read_part(entry, from, own)?;
        (out, start) = (rest, 0);
        if out.is_empty() {
            break;
        }
    }
    Ok(())
}

/// Numbers that can be brought into blocks.
fn is_plain(dtype: Dtype) -> bool {
    matches!(dtype, Dtype::F64 | Dtype::F32 | Dtype::F16 | Dtype::BF16)
}

#[cfg(test)]
mod tests;
