//! The GGUF container: header, metadata, and where each tensor lies.
//!
//! Format: <https://github.com/ggml-org/ggml/blob/master/docs/gguf.md>.

mod header;
mod split;
mod types;
mod value;

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

pub(crate) use split::{check_part, other_parts};
pub use value::{Array, Value};

use crate::{Dtype, Error};

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

/// Reads a header from a source of `length` bytes.
pub(crate) fn read(
    path: &Path,
    source: &mut impl Read,
    length: u64,
) -> Result<(Metadata, BTreeMap<String, TensorInfo>), Error> {
    let (values, tensors) = header::read(source, length).map_err(|e| e.at(path))?;
    Ok((Metadata { values }, tensors))
}

/// Everything that a GGUF file says about its model beside the numbers; empty for other files.
#[derive(Debug, Default)]
pub struct Metadata {
    values: BTreeMap<String, Value>,
}

impl Metadata {
    /// All keys.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }

    /// A metadata value.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.values.get(key)
    }

    /// A whole number, whatever width it was written with.
    pub fn u64(&self, key: &str) -> Option<u64> {
        self.get(key).and_then(Value::as_u64)
    }

    /// A token id; the converters write `u32::MAX` for "none".
    pub fn token_id(&self, key: &str) -> Option<u32> {
        self.u64(key).and_then(|id| u32::try_from(id).ok()).filter(|&id| id != u32::MAX)
    }

    /// A number.
    pub fn f32(&self, key: &str) -> Option<f32> {
        self.get(key).and_then(Value::as_f32)
    }

    /// A truth value.
    pub fn bool(&self, key: &str) -> Option<bool> {
        match self.get(key) {
            Some(Value::Bool(b)) => Some(*b),
            _ => None,
        }
    }

    /// A text.
    pub fn str(&self, key: &str) -> Option<&str> {
        match self.get(key) {
            Some(Value::String(s)) => Some(s),
            _ => None,
        }
    }

    /// A list of texts.
    pub fn strings(&self, key: &str) -> Option<&Arc<[String]>> {
        match self.get(key) {
            Some(Value::Array(Array::Strings(s))) => Some(s),
            _ => None,
        }
    }

    /// A list of numbers.
    pub fn floats(&self, key: &str) -> Option<&[f32]> {
        match self.get(key) {
            Some(Value::Array(Array::Floats(f))) => Some(f),
            _ => None,
        }
    }

    /// A list of whole numbers.
    pub fn ints(&self, key: &str) -> Option<&[i64]> {
        match self.get(key) {
            Some(Value::Array(Array::Ints(i))) => Some(i),
            _ => None,
        }
    }
}
