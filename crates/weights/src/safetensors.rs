//! The safetensors container: a JSON header, then the numbers.
//!
//! Read by ourselves because the `safetensors` crate wants the whole file in memory or mapped, and a mapped file that shrinks
//! kills the process. Format: <https://github.com/huggingface/safetensors#format>.

use std::collections::BTreeMap;
use std::io::Read;

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::Dtype;
use crate::error::{Refusal, damaged};

/// The format's own limit.
const MAX_HEADER: u64 = 100_000_000;
/// Real files have up to a few thousand tensors.
const MAX_TENSORS: usize = 1 << 17;

/// Where one tensor lies.
#[derive(Debug)]
pub(crate) struct Tensor {
    /// `Err` with the format's name where it is not read.
    pub(crate) dtype: Result<Dtype, String>,
    pub(crate) shape: Vec<u64>,
    /// From the start of the file.
    pub(crate) offset: u64,
    pub(crate) bytes: u64,
}

#[derive(Deserialize)]
struct Entry {
    dtype: String,
    shape: Vec<u64>,
    data_offsets: (u64, u64),
}

#[derive(Deserialize)]
struct Header {
    #[serde(rename = "__metadata__")]
    _metadata: Option<IgnoredAny>,
    #[serde(flatten)]
    tensors: BTreeMap<String, Entry>,
}

/// Reads the header of a source of `length` bytes.
pub(crate) fn read(
    source: &mut impl Read,
    length: u64,
) -> Result<BTreeMap<String, Tensor>, Refusal> {
    let Some(behind) = length.checked_sub(8) else {
        return damaged(format!("it has only {length} bytes"));
    };
    let mut count = [0; 8];
    source.read_exact(&mut count).map_err(Refusal::Io)?;
    let header_length = u64::from_le_bytes(count);
    if !(2..=MAX_HEADER).contains(&header_length) {
        return damaged("it is not a safetensors file (its header's length cannot be)");
    }
    let Some(data) = behind.checked_sub(header_length) else {
        return damaged(format!(
            "it ends after {length} bytes in the middle of its header (an interrupted download?)"
        ));
    };
    let mut json = vec![0; header_length as usize];
    source.read_exact(&mut json).map_err(Refusal::Io)?;
    let header: Header = match serde_json::from_slice(&json) {
        Ok(header) => header,
        Err(e) => return damaged(format!("its header cannot be read: {e}")),
    };
    if header.tensors.len() > MAX_TENSORS {
        return damaged(format!("its header claims {} tensors", header.tensors.len()));
    }

    let mut claimed: u64 = 0;
    let mut tensors = BTreeMap::new();
    for (name, entry) in header.tensors {
        let (start, end) = entry.data_offsets;
        let bytes = match end.checked_sub(start) {
            Some(bytes) if end <= data => bytes,
            _ => {
                return damaged(format!(
                    "the data of its tensor `{name}` end beyond the file's {length} bytes (an interrupted download?)"
                ));
            }
        };
        // Tensors that overlap would let a small file fill the memory.
        claimed = claimed.saturating_add(bytes);
        if claimed > data {
            return damaged("its tensors claim more bytes than it has");
        }
        let dtype = dtype(&entry.dtype).ok_or(entry.dtype);
        if let Ok(dtype) = &dtype {
            let elements = entry.shape.iter().try_fold(1u64, |n, &d| n.checked_mul(d));
            if elements.and_then(|n| dtype.bytes(n)) != Some(bytes) {
                return damaged(format!("the shape of its tensor `{name}` does not fit its data"));
            }
        }
        let offset = 8 + header_length + start;
        tensors.insert(name, Tensor { dtype, shape: entry.shape, offset, bytes });
    }
    Ok(tensors)
}

fn dtype(name: &str) -> Option<Dtype> {
    Some(match name {
        "F64" => Dtype::F64,
        "F32" => Dtype::F32,
        "F16" => Dtype::F16,
        "BF16" => Dtype::BF16,
        "I64" => Dtype::I64,
        "I32" => Dtype::I32,
        "I16" => Dtype::I16,
        "I8" => Dtype::I8,
        "U8" => Dtype::U8,
        "BOOL" => Dtype::Bool,
        _ => return None,
    })
}
