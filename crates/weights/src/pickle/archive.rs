//! The zip around a pickle: where its members lie. All are stored as they are, so that nothing can unfold.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

use super::{MAX_PICKLE, Place};
use crate::error::{Refusal, damaged};

/// Longest table of contents, in bytes with what leads to it: each entry costs memory many times its length.
const MAX_TABLE: usize = 16 << 20;
/// Real files have up to a few thousand members, and each is looked at.
const MAX_MEMBERS: usize = 1 << 16;

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
    let crowded = "its archive lists far more members than a model has";
    let left = Cell::new(MAX_TABLE);
    let bounded = Bounded { source: BufReader::new(file), left: &left };
    let mut zip = match zip::ZipArchive::new(bounded) {
        Ok(zip) if zip.len() > MAX_MEMBERS => return damaged(crowded),
        Ok(zip) => zip,
        Err(_) if left.get() == 0 => return damaged(crowded),
        Err(error) => return Err(broken(error)),
    };
    left.set(usize::MAX);
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

/// A source that fails once so many bytes were taken. The record at an archive's end says how long its table is, but where several records
/// stand, which of them holds is known to the reader alone.
struct Bounded<'a, R> {
    source: R,
    left: &'a Cell<usize>,
}

impl<R: Read> Read for Bounded<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = buffer.len().min(self.left.get());
        if most == 0 && !buffer.is_empty() {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let count = self.source.read(&mut buffer[..most])?;
        self.left.set(self.left.get() - count);
        Ok(count)
    }
}

impl<R: Seek> Seek for Bounded<'_, R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.source.seek(to)
    }
}
