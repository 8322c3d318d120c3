//! Reading the header within bounds.

use std::collections::BTreeMap;
use std::io::Read;

use super::types::{self, Known};
use super::{Array, TensorInfo, Value};
use crate::error::{Refusal, damaged};

/// Real files have some dozens of keys and up to a few thousand tensors.
const MAX_ENTRIES: u64 = 1 << 16;
/// No key, token or chat template comes near it.
const MAX_STRING: u64 = 1 << 24;
/// The longest lists are those of vocabularies and their merges: some hundred thousand elements. Elements are widened as they are
/// read, to eight times their bytes at most.
const MAX_LIST: u64 = 1 << 24;
/// `GGML_MAX_DIMS`.
const MAX_DIMS: u32 = 4;
/// Where a file does not say.
const DEFAULT_ALIGNMENT: u64 = 32;
/// Vectors start no larger than this and grow as the elements really come.
const MAX_RESERVE: usize = 1 << 12;

type Result<T> = std::result::Result<T, Refusal>;

/// A source that knows how many bytes it has left.
struct Bounded<'a, R> {
    source: &'a mut R,
    left: u64,
    length: u64,
}

impl<R: Read> Bounded<'_, R> {
    fn position(&self) -> u64 {
        self.length - self.left
    }

    /// Takes `n` bytes off the rest, or says that the file ends too early.
    fn claim(&mut self, n: u64) -> Result<()> {
        match self.left.checked_sub(n) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => damaged(format!(
                "it ends after {} bytes in the middle of its header (an interrupted download?)",
                self.length
            )),
        }
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        self.claim(N as u64)?;
        let mut bytes = [0; N];
        self.source.read_exact(&mut bytes).map_err(Refusal::Io)?;
        Ok(bytes)
    }

    fn u32(&mut self) -> Result<u32> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    fn u64(&mut self) -> Result<u64> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    fn string(&mut self) -> Result<String> {
        let length = self.u64()?;
        if length > MAX_STRING {
            return damaged(format!("its header holds a text of {length} bytes"));
        }
        self.claim(length)?;
        let mut bytes = vec![0; length as usize];
        self.source.read_exact(&mut bytes).map_err(Refusal::Io)?;
        Ok(match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(e) => String::from_utf8_lossy(e.as_bytes()).into_owned(),
        })
    }
}

pub(super) type Header = (BTreeMap<String, Value>, BTreeMap<String, TensorInfo>);

/// Reads the whole header of a source that holds `length` bytes.
pub(super) fn read(source: &mut impl Read, length: u64) -> Result<Header> {
    let mut r = Bounded { source, left: length, length };
    let (tensor_count, metadata_count) = preamble(&mut r)?;

    let mut metadata = BTreeMap::new();
    for _ in 0..metadata_count {
        let key = r.string()?;
        let kind = r.u32()?;
        let value = value(&mut r, kind, &key)?;
        if metadata.insert(key.clone(), value).is_some() {
            return damaged(format!("its header has the key `{key}` twice"));
        }
    }

    let alignment = match metadata.get("general.alignment") {
        None => DEFAULT_ALIGNMENT,
        Some(v) => match v.as_u64() {
            Some(a) if a.is_power_of_two() && (8..=1 << 16).contains(&a) => a,
            _ => {
                return damaged(
                    "its `general.alignment` is not a power of two between 8 and 65536",
                );
            }
        },
    };

    let mut tensors = BTreeMap::new();
    for _ in 0..tensor_count {
        let (name, info) = tensor(&mut r)?;
        if tensors.insert(name.clone(), info).is_some() {
            return damaged(format!("it has the tensor `{name}` twice"));
        }
    }
    place(&mut tensors, r.position().next_multiple_of(alignment), alignment, length)?;
    Ok((metadata, tensors))
}

/// Magic, version and the two counts.
fn preamble<R: Read>(r: &mut Bounded<'_, R>) -> Result<(u64, u64)> {
    if r.left < 24 {
        return damaged(format!("it has only {} bytes", r.left));
    }
    let magic: [u8; 4] = r.array()?;
    if &magic != b"GGUF" {
        let reason = "it is not a GGUF file (its first four bytes are not `GGUF`)";
        // Noughts are what an interrupted download leaves; anything else is a sound file of another kind.
        return match magic {
            [0, 0, 0, 0] => damaged(reason),
            _ => Err(Refusal::Unsupported(reason.into())),
        };
    }
    let version = r.u32()?;
    match version {
        2 | 3 => {}
        1 => {
            return Err(Refusal::Unsupported(
                "it is GGUF version 1; versions 2 and 3 are read".into(),
            ));
        }
        v if v.swap_bytes() <= 16 => {
            return Err(Refusal::Unsupported("it was written for big-endian machines".into()));
        }
        v => {
            return Err(Refusal::Unsupported(format!(
                "it is GGUF version {v}; versions 2 and 3 are read"
            )));
        }
    }
    let tensor_count = r.u64()?;
    let metadata_count = r.u64()?;
    // The smallest entries: an empty name, no dimensions, type and offset; an empty key, a type and one byte.
    if tensor_count > MAX_ENTRIES || tensor_count > r.left / 24 {
        return damaged(format!("its header claims {tensor_count} tensors"));
    }
    if metadata_count > MAX_ENTRIES || metadata_count > r.left / 13 {
        return damaged(format!("its header claims {metadata_count} metadata entries"));
    }
    Ok((tensor_count, metadata_count))
}

fn value<R: Read>(r: &mut Bounded<'_, R>, kind: u32, key: &str) -> Result<Value> {
    Ok(match kind {
        7 => Value::Bool(r.array::<1>()?[0] != 0),
        8 => Value::String(r.string()?),
        9 => Value::Array(array(r, key)?),
        6 => Value::Float(f64::from(f32::from_le_bytes(r.array()?))),
        12 => Value::Float(f64::from_le_bytes(r.array()?)),
        kind => Value::Int(int(r, kind, key)?),
    })
}

fn int<R: Read>(r: &mut Bounded<'_, R>, kind: u32, key: &str) -> Result<i128> {
    Ok(match kind {
        0 => i128::from(r.array::<1>()?[0]),
        1 => i128::from(i8::from_le_bytes(r.array()?)),
        2 => i128::from(u16::from_le_bytes(r.array()?)),
        3 => i128::from(i16::from_le_bytes(r.array()?)),
        4 => i128::from(r.u32()?),
        5 => i128::from(i32::from_le_bytes(r.array()?)),
        10 => i128::from(r.u64()?),
        11 => i128::from(i64::from_le_bytes(r.array()?)),
        _ => return damaged(format!("the value of `{key}` has the unknown type {kind}")),
    })
}

fn array<R: Read>(r: &mut Bounded<'_, R>, key: &str) -> Result<Array> {
    let kind = r.u32()?;
    let count = r.u64()?;
    let smallest = match kind {
        0 | 1 | 7 => 1,
        2 | 3 => 2,
        4..=6 => 4,
        8 | 10..=12 => 8,
        9 => return damaged(format!("the value of `{key}` is a list of lists")),
        _ => return damaged(format!("the list `{key}` has the unknown type {kind}")),
    };
    if count > MAX_LIST || count > r.left / smallest {
        return damaged(format!("the list `{key}` claims {count} elements"));
    }
    let reserve = (count as usize).min(MAX_RESERVE);
    Ok(match kind {
        7 => {
            let mut list = Vec::with_capacity(reserve);
            for _ in 0..count {
                list.push(r.array::<1>()?[0] != 0);
            }
            Array::Bools(list)
        }
        8 => {
            let mut list = Vec::with_capacity(reserve);
            for _ in 0..count {
                list.push(r.string()?);
            }
            Array::Strings(list.into())
        }
        6 | 12 => {
            let mut list = Vec::with_capacity(reserve);
            for _ in 0..count {
                list.push(if kind == 6 {
                    f32::from_le_bytes(r.array()?)
                } else {
                    f64::from_le_bytes(r.array()?) as f32
                });
            }
            Array::Floats(list)
        }
        _ => {
            let mut list = Vec::with_capacity(reserve);
            for _ in 0..count {
                list.push(i64::try_from(int(r, kind, key)?).unwrap_or(i64::MAX));
            }
            Array::Ints(list)
        }
    })
}

/// One entry of the tensor table; its offset is still relative to the data.
fn tensor<R: Read>(r: &mut Bounded<'_, R>) -> Result<(String, TensorInfo)> {
    let name = r.string()?;
    let rank = r.u32()?;
    if rank == 0 || rank > MAX_DIMS {
        return damaged(format!("the tensor `{name}` has {rank} dimensions"));
    }
    let mut dims = Vec::with_capacity(rank as usize);
    let mut elements: u64 = 1;
    for _ in 0..rank {
        let dim = r.u64()?;
        elements = match elements.checked_mul(dim) {
            Some(n) if dim > 0 => n,
            _ => return damaged(format!("the tensor `{name}` has a size that cannot be")),
        };
        dims.push(dim);
    }
    let number = r.u32()?;
    let dtype = match types::lookup(number) {
        Some(Known::Usable(dtype)) => dtype,
        Some(Known::Unusable(format)) => {
            return Err(Refusal::Unsupported(format!(
                "its tensor `{name}` is stored as {format}; supported are {}",
                types::USABLE
            )));
        }
        None => return damaged(format!("the tensor `{name}` has the unknown type {number}")),
    };
    let offset = r.u64()?;
    if !dims[0].is_multiple_of(dtype.block()) {
        return damaged(format!("the rows of `{name}` do not fill whole {dtype:?} blocks"));
    }
    let Some(bytes) = dtype.bytes(elements) else {
        return damaged(format!("the tensor `{name}` has a size that cannot be"));
    };
    Ok((name, TensorInfo { dtype, dims, offset, bytes }))
}

/// Makes offsets absolute and checks them against the file.
fn place(
    tensors: &mut BTreeMap<String, TensorInfo>,
    data: u64,
    alignment: u64,
    length: u64,
) -> Result<()> {
    let available = length.saturating_sub(data);
    let mut claimed: u64 = 0;
    for (name, info) in tensors {
        if !info.offset.is_multiple_of(alignment) {
            return damaged(format!("the tensor `{name}` is not aligned"));
        }
        let end = info.offset.checked_add(info.bytes);
        if end.is_none_or(|end| end > available) {
            return damaged(format!(
                "the data of its tensor `{name}` end beyond the file's {length} bytes (an interrupted download?)"
            ));
        }
        // Tensors that overlap would let a small file fill the memory.
        claimed = claimed.saturating_add(info.bytes);
        if claimed > available {
            return damaged("its tensors claim more bytes than it has");
        }
        info.offset += data;
    }
    Ok(())
}
