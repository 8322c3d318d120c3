//! The GGUF container: header, metadata, and where each tensor lies.
//!
//! Read by ourselves, and not by candle, because the file comes from anywhere: every count, length, shape and offset is
//! checked against the bytes that are really there *before* anything is allocated for it, and no two tensors together may
//! claim more bytes than the file has. Tensor data are read later, one tensor at a time.
//!
//! Format: <https://github.com/ggml-org/ggml/blob/master/docs/gguf.md>.

mod dtype;
mod header;
mod value;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

pub(crate) use dtype::Dtype;
pub(crate) use value::{Array, Value};

use crate::Error;

/// Where one tensor lies and what it is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TensorInfo {
    /// Type of its blocks.
    pub(crate) dtype: Dtype,
    /// Shape in the file's order: the first is the length of a row.
    pub(crate) dims: Vec<u64>,
    /// First byte, counted from the start of the file.
    pub(crate) offset: u64,
    /// Length in bytes.
    pub(crate) bytes: u64,
}

/// A checked header: everything about a model but its numbers.
#[derive(Debug)]
pub(crate) struct Gguf {
    /// The file, for messages.
    pub(crate) path: PathBuf,
    metadata: BTreeMap<String, Value>,
    tensors: BTreeMap<String, TensorInfo>,
}

impl Gguf {
    /// Opens a file and reads its header; the file comes back for the tensors' data.
    pub(crate) fn open(path: &Path) -> Result<(Self, File), Error> {
        let io = |source: std::io::Error| match source.kind() {
            std::io::ErrorKind::NotFound => Error::Missing { path: path.to_owned() },
            _ => Error::Io { path: path.to_owned(), source },
        };
        let file = File::open(path).map_err(io)?;
        let about = file.metadata().map_err(io)?;
        if !about.is_file() {
            return Err(Error::Missing { path: path.to_owned() });
        }
        let gguf = Self::read(path, &mut BufReader::new(&file), about.len())?;
        Ok((gguf, file))
    }

    /// Reads a header from a source of `length` bytes.
    pub(crate) fn read(
        path: &Path,
        source: &mut impl std::io::Read,
        length: u64,
    ) -> Result<Self, Error> {
        let (metadata, tensors) = header::read(source, length).map_err(|e| e.at(path))?;
        Ok(Self { path: path.to_owned(), metadata, tensors })
    }

    /// A metadata value.
    pub(crate) fn get(&self, key: &str) -> Option<&Value> {
        self.metadata.get(key)
    }

    /// A whole number, whatever width it was written with.
    pub(crate) fn u64(&self, key: &str) -> Option<u64> {
        self.get(key).and_then(Value::as_u64)
    }

    /// A token id; the converters write `u32::MAX` for "none".
    pub(crate) fn token_id(&self, key: &str) -> Option<u32> {
        self.u64(key).and_then(|id| u32::try_from(id).ok()).filter(|&id| id != u32::MAX)
    }

    /// A number.
    pub(crate) fn f32(&self, key: &str) -> Option<f32> {
        self.get(key).and_then(Value::as_f32)
    }

    /// A truth value.
    pub(crate) fn bool(&self, key: &str) -> Option<bool> {
        match self.get(key) {
            Some(Value::Bool(b)) => Some(*b),
            _ => None,
        }
    }

    /// A text.
    pub(crate) fn str(&self, key: &str) -> Option<&str> {
        match self.get(key) {
            Some(Value::String(s)) => Some(s),
            _ => None,
        }
    }

    /// A list of texts.
    pub(crate) fn strings(&self, key: &str) -> Option<&[String]> {
        match self.get(key) {
            Some(Value::Array(Array::Strings(s))) => Some(s),
            _ => None,
        }
    }

    /// A list of numbers.
    pub(crate) fn floats(&self, key: &str) -> Option<&[f32]> {
        match self.get(key) {
            Some(Value::Array(Array::Floats(f))) => Some(f),
            _ => None,
        }
    }

    /// A list of whole numbers.
    pub(crate) fn ints(&self, key: &str) -> Option<&[i64]> {
        match self.get(key) {
            Some(Value::Array(Array::Ints(i))) => Some(i),
            _ => None,
        }
    }

    /// Where a tensor lies.
    pub(crate) fn tensor(&self, name: &str) -> Option<&TensorInfo> {
        self.tensors.get(name)
    }

    /// Bytes of all tensors together.
    pub(crate) fn tensor_bytes(&self) -> u64 {
        self.tensors.values().map(|t| t.bytes).sum()
    }

    /// A damaged file, with a reason.
    pub(crate) fn damaged(&self, reason: impl Into<String>) -> Error {
        Error::damaged(&self.path, reason)
    }

    /// A file that this version cannot run, with a reason.
    pub(crate) fn unsupported(&self, reason: impl Into<String>) -> Error {
        Error::unsupported(&self.path, reason)
    }
}
