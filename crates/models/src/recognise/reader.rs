//! Reading little-endian numbers off a file whose every length is suspect.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use crate::Error;

/// Why reading stopped.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The file ends here.
    End,
    /// The system said no.
    Io(std::io::Error),
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::UnexpectedEof { Self::End } else { Self::Io(error) }
    }
}

/// A file that knows where it is and never goes past its end.
pub(crate) struct Reader {
    file: BufReader<File>,
    at: u64,
    size: u64,
}

impl Reader {
    pub(crate) fn open(path: &Path, size: u64) -> Result<Self, Error> {
        let file = File::open(path).map_err(Error::io("open", path))?;
        Ok(Self { file: BufReader::with_capacity(1 << 16, file), at: 0, size })
    }

    /// Bytes read or skipped so far.
    pub(crate) fn at(&self) -> u64 {
        self.at
    }

    /// Bytes that are left.
    pub(crate) fn left(&self) -> u64 {
        self.size - self.at
    }

    /// Skips bytes without reading them.
    pub(crate) fn skip(&mut self, n: u64) -> Result<(), Stop> {
        if n > self.left() {
            return Err(Stop::End);
        }
        match i64::try_from(n) {
            Ok(step) => self.file.seek_relative(step)?,
            Err(_) => drop(self.file.seek(SeekFrom::Start(self.at + n))?),
        }
        self.at += n;
        Ok(())
    }

    pub(crate) fn u8(&mut self) -> Result<u8, Stop> {
        Ok(self.bytes::<1>()?[0])
    }

    pub(crate) fn u32(&mut self) -> Result<u32, Stop> {
        Ok(u32::from_le_bytes(self.bytes()?))
    }

    pub(crate) fn u64(&mut self) -> Result<u64, Stop> {
        Ok(u64::from_le_bytes(self.bytes()?))
    }

    /// A short text; a longer one is skipped and gives `None`.
    pub(crate) fn text(&mut self, length: u64) -> Result<Option<String>, Stop> {
        if length > 4096 {
            self.skip(length)?;
            return Ok(None);
        }
        if length > self.left() {
            return Err(Stop::End);
        }
        let mut bytes = vec![0; length as usize];
        self.file.read_exact(&mut bytes)?;
        self.at += length;
        Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
    }

    fn bytes<const N: usize>(&mut self) -> Result<[u8; N], Stop> {
        if self.left() < N as u64 {
            return Err(Stop::End);
        }
        let mut bytes = [0; N];
        self.file.read_exact(&mut bytes)?;
        self.at += N as u64;
        Ok(bytes)
    }
}
