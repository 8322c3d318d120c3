//! PyTorch's `.bin`, `.pt` and `.pth`: a pickle that names tensors, and their numbers beside it.
//!
//! Two containers: a zip of stored members (since PyTorch 1.6), and pickles one after the other with the numbers behind them
//! (before). The pickle is followed by `machine`, which knows instructions but no code; `state` finds the tensors in what it
//! leaves.

mod archive;
mod machine;
mod state;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use crate::Dtype;
use crate::error::{Refusal, damaged};
use machine::Machine;

/// The longest pickle that is followed. That of a model with thousands of tensors has some hundred kilobytes.
const MAX_PICKLE: u64 = 1 << 24;
/// PyTorch's own magic number, with which the older container begins: as a pickle, to its end.
const LEGACY: &[u8] = b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.";

/// Where one tensor lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tensor {
    pub(crate) dtype: Dtype,
    pub(crate) shape: Vec<u64>,
    /// Numbers from one index to the next, a dimension each.
    pub(crate) strides: Vec<u64>,
    /// From the start of the file.
    pub(crate) offset: u64,
    /// From the first to the last number, in memory order.
    pub(crate) span: u64,
}

/// Where the numbers of one storage lie.
#[derive(Debug, Clone, Copy)]
struct Place {
    offset: u64,
    bytes: u64,
}

/// Whether a file that begins like this is one of PyTorch's.
pub(crate) fn recognises(start: &[u8]) -> bool {
    start.starts_with(b"PK\x03\x04") || start.starts_with(&LEGACY[..6])
}

/// Reads the names and places of all tensors of a file of `length` bytes.
pub(crate) fn read(file: &File, length: u64) -> Result<BTreeMap<String, Tensor>, Refusal> {
    let mut start = [0; 4];
    let mut source = file;
    source.seek(SeekFrom::Start(0)).map_err(Refusal::Io)?;
    source.read_exact(&mut start).map_err(Refusal::Io)?;
    if start == *b"PK\x03\x04" { zipped(file, length) } else { legacy(file, length) }
}

fn zipped(file: &File, length: u64) -> Result<BTreeMap<String, Tensor>, Refusal> {
    let archive::Archive { pickle, storages } = archive::read(file, length)?;
    let mut machine = Machine::new();
    let (top, _) = machine.run(&pickle)?;
    state::tensors(&machine, top, &|key| storages.get(key).copied())
}

/// Magic number, protocol, system, the tensors, the keys of their storages: five pickles. Then every storage as a count and
/// its numbers.
fn legacy(file: &File, length: u64) -> Result<BTreeMap<String, Tensor>, Refusal> {
    let mut head = Vec::new();
    let mut source = file;
    source.seek(SeekFrom::Start(0)).map_err(Refusal::Io)?;
    source.take(MAX_PICKLE).read_to_end(&mut head).map_err(Refusal::Io)?;
    if !head.starts_with(LEGACY) {
        return damaged("it is not one of PyTorch's files");
    }
    let mut at = LEGACY.len();
    for _ in 0..2 {
        at += Machine::new().run(&head[at..])?.1;
    }
    let mut machine = Machine::new();
    let (top, used) = machine.run(&head[at..])?;
    at += used;
    let mut keys = Machine::new();
    let (list, used) = keys.run(&head[at..])?;
    let mut offset = (at + used) as u64;

    let mut storages: BTreeMap<String, Place> = BTreeMap::new();
    let types = machine.storages();
    for key in keys.texts(list) {
        let Some((dtype, elements)) = types.get(key.as_str()) else {
            return damaged(format!("it has numbers `{key}` of a type that it does not name"));
        };
        let mut count = [0; 8];
        source.seek(SeekFrom::Start(offset)).map_err(Refusal::Io)?;
        source.read_exact(&mut count).map_err(Refusal::Io)?;
        let bytes = dtype.bytes(*elements);
        let end =
            bytes.and_then(|bytes| bytes.checked_add(offset + 8)).filter(|end| *end <= length);
        let (Some(bytes), Some(end)) = (bytes, end) else {
            return damaged(format!(
                "the numbers `{key}` end beyond the file's {length} bytes (an interrupted download?)"
            ));
        };
        if u64::from_le_bytes(count) != *elements {
            return damaged(format!("its numbers `{key}` are not as many as it says"));
        }
        storages.insert(key, Place { offset: offset + 8, bytes });
        offset = end;
    }
    state::tensors(&machine, top, &|key| storages.get(key).copied())
}
