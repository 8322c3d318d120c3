//! The zip around a pickle: where its members lie. All are stored as they are, so that nothing can unfold.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};

use super::{MAX_PICKLE, Place};
use crate::error::{Refusal, damaged};

/// The members that matter.
pub(super) struct Archive {
    pub(super) pickle: Vec<u8>,
    /// By the key that the pickle calls them.
    pub(super) storages: BTreeMap<String, Place>,
}

/// Lists the members of a file of `length` bytes and reads the pickle.
pub(super) fn read(file: &File, length: u64) -> Result<Archive, Refusal> {
    let broken = |e: zip::result::ZipError| {
        Refusal::Damaged(format!("its archive cannot be read ({e}; an interrupted download?)"))
    };
    let mut zip = zip::ZipArchive::new(BufReader::new(file)).map_err(broken)?;
    let mut pickle = None;
    let mut storages = BTreeMap::new();
    for index in 0..zip.len() {
        let member = zip.by_index_raw(index).map_err(broken)?;
        let name = member.name().map_err(broken)?.into_owned();
        // `archive/data.pkl` and `archive/data/0`; the folder's name varies.
        let inner = name.split_once('/').map_or(name.as_str(), |(_, inner)| inner);
        let storage = inner.strip_prefix("data/");
        if inner != "data.pkl" && storage.is_none() {
            continue;
        }
        if member.compression() != zip::CompressionMethod::Stored || member.encrypted() {
            return Err(Refusal::Unsupported(format!("its member `{name}` is packed or locked")));
        }
        let bytes = member.size();
        let inside = member
            .data_start()
            .filter(|start| start.checked_add(bytes).is_some_and(|end| end <= length));
        let Some(offset) = inside else {
            return damaged(format!("its member `{name}` ends beyond the file's {length} bytes"));
        };
        match storage {
            Some(key) => {
                storages.insert(key.to_owned(), Place { offset, bytes });
            }
            None => pickle = Some(Place { offset, bytes }),
        }
    }
    let Some(place) = pickle else {
        return damaged("it is an archive without `data.pkl`, so not one of PyTorch's");
    };
    if place.bytes > MAX_PICKLE {
        return damaged(format!("its pickle has {} bytes", place.bytes));
    }
    let mut pickle = vec![0; place.bytes as usize];
    let mut source = file;
    source.seek(SeekFrom::Start(place.offset)).map_err(Refusal::Io)?;
    source.read_exact(&mut pickle).map_err(Refusal::Io)?;
    Ok(Archive { pickle, storages })
}
