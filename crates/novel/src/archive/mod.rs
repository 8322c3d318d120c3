//! Archives that scripts come in. Only entries that may be scripts are taken out; what is encrypted is named and refused.

mod bgi;
mod pickle;
mod rpa;
mod xp3;

use std::io::{Read, Seek, SeekFrom};

use crate::error::Error;
use crate::files::{File, MAX_SCRIPT_BYTES};

/// Which archive, by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Ren'Py, `RPA-2.0` and `RPA-3.0`.
    Rpa,
    /// KiriKiri.
    Xp3,
    /// BGI/Ethornell, `PackFile`.
    BgiV1,
    /// BGI/Ethornell, `BURIKO ARC20`.
    BgiV2,
    /// Known, and not opened; why.
    Refused(&'static str),
}

/// Largest index of an archive, unpacked.
const MAX_INDEX_BYTES: u64 = 64 << 20;
/// Most entries of an archive.
const MAX_ENTRIES: usize = 500_000;

/// Recognises an archive.
pub(crate) fn recognise(head: &[u8]) -> Option<Kind> {
    let starts = |magic: &[u8]| head.starts_with(magic);
    if starts(b"RPA-3.0 ") || starts(b"RPA-2.0 ") {
        Some(Kind::Rpa)
    } else if starts(b"RPA-") || starts(b"ZiX-") || starts(b"ALT-") {
        Some(Kind::Refused(
            "a Ren'Py archive in a format of this game's own: unpack it with the game's developer tools and choose the folder with the .rpy files",
        ))
    } else if starts(xp3::MAGIC) {
        Some(Kind::Xp3)
    } else if starts(b"PackFile    ") {
        Some(Kind::BgiV1)
    } else if starts(b"BURIKO ARC20") {
        Some(Kind::BgiV2)
    } else if starts(b"RENPY RPC") {
        Some(Kind::Refused(
            "a compiled Ren'Py script: choose the folder with the .rpy files, or make them from it with unrpyc",
        ))
    } else if starts(b"NSA\x1a") || starts(b"ns2") {
        Some(Kind::Refused(
            "an NScripter picture archive: the script is nscript.dat, 0.txt or 00.txt beside it",
        ))
    } else if starts(b"PK\x03\x04") {
        Some(Kind::Refused("a ZIP archive: unpack it and choose the folder"))
    } else if starts(b"7z\xbc\xaf\x27\x1c") || starts(b"Rar!") {
        Some(Kind::Refused("a packed archive: unpack it and choose the folder"))
    } else {
        None
    }
}

/// What was taken out of an archive.
#[derive(Debug, Default)]
pub(crate) struct Taken {
    pub(crate) files: Vec<File>,
    /// What is in it that cannot be read, and what to do about it.
    pub(crate) note: Option<String>,
}

impl From<Vec<File>> for Taken {
    fn from(files: Vec<File>) -> Self {
        Self { files, note: None }
    }
}

/// Takes the scripts out of an archive of `len` bytes; at most `budget` bytes of them.
pub(crate) fn extract(
    kind: Kind,
    file: &mut (impl Read + Seek),
    len: u64,
    budget: u64,
) -> Result<Taken, Error> {
    let mut source = Source { file, len, budget };
    match kind {
        Kind::Rpa => rpa::extract(&mut source),
        Kind::Xp3 => xp3::extract(&mut source).map(Taken::from),
        Kind::BgiV1 => bgi::extract(&mut source, false).map(Taken::from),
        Kind::BgiV2 => bgi::extract(&mut source, true).map(Taken::from),
        Kind::Refused(reason) => Err(Error::Refused(reason.to_owned())),
    }
}

/// A file that is only read where it has bytes, and only as much as is left to spend.
struct Source<'a, F> {
    file: &'a mut F,
    len: u64,
    budget: u64,
}

impl<F: Read + Seek> Source<'_, F> {
    /// `len` bytes at `offset`; both are checked against the file first.
    fn bytes(&mut self, offset: u64, len: u64) -> Result<Vec<u8>, Error> {
        if offset.checked_add(len).is_none_or(|end| end > self.len) {
            return Err(Error::damaged(format!(
                "{len} bytes at {offset} of a file of {}",
                self.len
            )));
        }
        let failed = |error: std::io::Error| Error::damaged(format!("not readable: {error}"));
        self.file.seek(SeekFrom::Start(offset)).map_err(failed)?;
        let mut out =
            vec![0; usize::try_from(len).map_err(|_| Error::TooLarge("an entry".to_owned()))?];
        self.file.read_exact(&mut out).map_err(failed)?;
        Ok(out)
    }

    /// Like [`Self::bytes`], for the content of an entry.
    fn entry(&mut self, offset: u64, len: u64) -> Result<Vec<u8>, Error> {
        self.spend(len)?;
        self.bytes(offset, len)
    }

    fn spend(&mut self, len: u64) -> Result<(), Error> {
        if len > MAX_SCRIPT_BYTES {
            return Err(Error::TooLarge(format!("an entry of {} MiB", len >> 20)));
        }
        self.budget = self
            .budget
            .checked_sub(len)
            .ok_or_else(|| Error::TooLarge("the archive's scripts".to_owned()))?;
        Ok(())
    }
}

/// Unpacks a zlib stream of at most `limit` bytes.
pub(crate) fn inflate(packed: &[u8], limit: u64) -> Result<Vec<u8>, Error> {
    let mut out = Vec::new();
    let read = flate2::read::ZlibDecoder::new(packed).take(limit + 1).read_to_end(&mut out);
    match read {
        Err(error) => Err(Error::damaged(format!("not a zlib stream: {error}"))),
        Ok(_) if out.len() as u64 > limit => {
            Err(Error::TooLarge(format!("unpacks to more than {limit} bytes")))
        }
        Ok(_) => Ok(out),
    }
}

/// Whether an entry's name says that it is a script; archives hold mostly pictures and sound.
fn is_script_name(name: &str) -> bool {
    let lower = name.to_lowercase();
    [
        ".rpy", ".rpym", ".ks", ".scn", ".tjs.txt", ".txt", ".json", ".csv", ".nani", ".ink",
        ".yarn", ".yaml", ".yml", ".utf",
    ]
    .iter()
    .any(|end| lower.ends_with(end))
}

/// A little-endian number at `at`.
fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(at..at.checked_add(8)?)?.try_into().ok()?))
}
