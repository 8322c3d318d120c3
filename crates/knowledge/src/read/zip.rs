//! The archives that EPUB and DOCX are. Only what is asked for is unpacked, within limits that do not come from the archive.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};

use zip::ZipArchive;

use super::Format;
use crate::error::Refusal;

/// Largest table of contents, in bytes: each entry costs memory before its name is even known.
const TABLE: u64 = 16 << 20;
/// Largest entry, unpacked.
const ENTRY: u64 = 64 << 20;
/// All that is unpacked of one archive.
const ALTOGETHER: u64 = 1 << 30;

/// An archive on the disk.
pub(super) struct Archive {
    zip: ZipArchive<BufReader<File>>,
    left: u64,
}

impl Archive {
    pub(super) fn open(mut file: File, size: u64) -> Result<Self, Refusal> {
        if table_size(&mut file, size)? > TABLE {
            return Err(Refusal::Bomb("a table of contents of many megabytes"));
        }
        file.seek(SeekFrom::Start(0))?;
        let zip = ZipArchive::new(BufReader::new(file)).map_err(damaged)?;
        Ok(Self { zip, left: ALTOGETHER })
    }

    /// Which of the formats it is.
    pub(super) fn kind(&mut self) -> Result<Format, Refusal> {
        if self.has("word/document.xml") {
            Ok(Format::Docx)
        } else if self.has("META-INF/container.xml") {
            Ok(Format::Epub)
        } else if self.zip.file_names().any(|name| name.is_ok_and(|name| name.starts_with("word/")))
        {
            // Word on the web calls the main part `document2.xml`.
            Ok(Format::Docx)
        } else if self.has("[Content_Types].xml") || self.has("mimetype") {
            // A spreadsheet, slides, OpenDocument.
            Err(Refusal::Unknown)
        } else {
            Err(Refusal::Archive)
        }
    }

    pub(super) fn has(&self, path: &str) -> bool {
        self.zip.index_for_name(path).is_some()
    }

    /// An entry's bytes; `None` where there is none of that name.
    pub(super) fn read(&mut self, path: &str) -> Result<Option<Vec<u8>>, Refusal> {
        let Some(index) = self.zip.index_for_name(path) else { return Ok(None) };
        let entry = match self.zip.by_index(index) {
            Ok(entry) => entry,
            Err(zip::result::ZipError::UnsupportedArchive(reason))
                if reason.contains("assword") =>
            {
                return Err(Refusal::Protected);
            }
            Err(error) => return Err(damaged(error)),
        };
        let most = ENTRY.min(self.left);
        let mut bytes = Vec::new();
        let done = entry.take(most + 1).read_to_end(&mut bytes);
        if bytes.len() as u64 > most {
            return Err(Refusal::Bomb(
                "a part of more than 64 megabytes, or a gigabyte altogether",
            ));
        }
        self.left -= bytes.len() as u64;
        done.map_err(|error| Refusal::Damaged(error.to_string()))?;
        Ok(Some(bytes))
    }
}

fn damaged(error: impl std::fmt::Display) -> Refusal {
    Refusal::Damaged(error.to_string())
}

/// Size of the table of contents by the archive's own account, from the record at its end.
fn table_size(file: &mut File, size: u64) -> Result<u64, Refusal> {
    let tail = size.min((1 << 16) + 100);
    file.seek(SeekFrom::Start(size - tail))?;
    let mut end = Vec::new();
    file.take(tail).read_to_end(&mut end)?;
    let last = |mark: &[u8]| end.windows(mark.len()).rposition(|window| window == mark);
    let number = |at: usize, length: usize| {
        end.get(at..at + length)
            .map(|bytes| bytes.iter().rev().fold(0u64, |sum, &byte| sum << 8 | u64::from(byte)))
    };
    let record = last(b"PK\x05\x06").ok_or_else(|| damaged("the archive is cut off"))?;
    let table = number(record + 12, 4).ok_or_else(|| damaged("the archive is cut off"))?;
    let large = last(b"PK\x06\x06").and_then(|at| number(at + 40, 8)).unwrap_or_default();
    Ok(if table == u64::from(u32::MAX) { large } else { table.max(large) })
}
