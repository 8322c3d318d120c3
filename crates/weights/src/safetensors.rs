//! The safetensors container: a JSON header, then the numbers.
//!
//! Read by ourselves because the `safetensors` crate wants the whole file in memory or mapped, and a mapped file that shrinks
//! kills the process. Format: <https://github.com/huggingface/safetensors#format>.

use std::collections::BTreeMap;
use std::collections::btree_map;
use std::fmt;
use std::io::Read;

use serde::de::{Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::Dtype;
use crate::error::{Refusal, damaged};

/// The format's own limit.
const MAX_HEADER: u64 = 100_000_000;
/// Real files have up to a few thousand tensors.
const MAX_TENSORS: usize = 1 << 17;
/// More dimensions than any tensor has.
const MAX_RANK: usize = 8;

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
    shape: Shape,
    data_offsets: (u64, u64),
}

/// The header, read as it comes: serde's own way to keep `__metadata__` apart collects all of it first, which for a header of the permitted
/// length takes forty times as much memory.
#[derive(Default)]
struct Header {
    tensors: BTreeMap<String, Entry>,
    /// How many it names; no more than are permitted are kept.
    count: usize,
    /// A name that it has twice.
    twice: Option<String>,
}

impl<'de> Deserialize<'de> for Header {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Named)
    }
}

struct Named;

impl<'de> Visitor<'de> for Named {
    type Value = Header;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("tensors by name")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Header, A::Error> {
        let mut header = Header::default();
        while let Some(name) = map.next_key::<String>()? {
            if name == "__metadata__" || header.count >= MAX_TENSORS {
                header.count += usize::from(name != "__metadata__");
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            header.count += 1;
            match header.tensors.entry(name) {
                btree_map::Entry::Vacant(place) => {
                    place.insert(map.next_value()?);
                }
                btree_map::Entry::Occupied(known) => {
                    header.twice = Some(known.key().clone());
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(header)
    }
}

/// The dimensions of a tensor.
struct Shape(Vec<u64>);

impl<'de> Deserialize<'de> for Shape {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Dimensions)
    }
}

struct Dimensions;

impl<'de> Visitor<'de> for Dimensions {
    type Value = Shape;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of dimensions")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Shape, A::Error> {
        let mut shape = Vec::new();
        while let Some(dimension) = list.next_element()? {
            if shape.len() == MAX_RANK {
                return Err(A::Error::invalid_length(MAX_RANK + 1, &self));
            }
            shape.push(dimension);
        }
        Ok(Shape(shape))
    }
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
    if header.count > MAX_TENSORS {
        return damaged(format!("its header claims {} tensors", header.count));
    }
    if let Some(name) = header.twice {
        return damaged(format!("it has the tensor `{name}` twice"));
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
            let elements = entry.shape.0.iter().try_fold(1u64, |n, &d| n.checked_mul(d));
            if elements.and_then(|n| dtype.bytes(n)) != Some(bytes) {
                return damaged(format!("the shape of its tensor `{name}` does not fit its data"));
            }
        }
        let offset = 8 + header_length + start;
        tensors.insert(name, Tensor { dtype, shape: entry.shape.0, offset, bytes });
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
