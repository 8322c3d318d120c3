//! Rows on the disk: JSON lines, as `hanashi novel extract` writes them.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use serde::Serialize;

use crate::error::Error;
use crate::line::Line;

/// Longest row that is read.
const MAX_ROW_BYTES: usize = 1 << 20;

/// Writes rows, one JSON object a line. The file gets its name when it is whole; without a row nothing is written.
///
/// # Errors
/// If it cannot be written.
pub fn write_rows(path: &Path, lines: &[Line]) -> Result<(), Error> {
    // Who named the wrong folder keeps the rows that were there.
    if lines.is_empty() {
        return Ok(());
    }
    write(path, |out| {
        lines.iter().try_for_each(|line| {
            serde_json::to_writer(&mut *out, line)?;
            out.write_all(b"\n")
        })
    })
}

/// Writes rows as VNTextPatch has them: `[{"name", "message"}]`, without a name for what nobody says; choices are messages. Without a
/// row nothing is written.
///
/// # Errors
/// If it cannot be written.
pub fn write_messages(path: &Path, lines: &[Line]) -> Result<(), Error> {
    if lines.is_empty() {
        return Ok(());
    }
    let rows: Vec<Message<'_>> = lines
        .iter()
        .map(|line| Message { name: line.voice_of(), message: line.text.replace('\n', "\r\n") })
        .collect();
    write(path, |out| Ok(serde_json::to_writer_pretty(out, &rows)?))
}

/// A message of VNTextPatch.
#[derive(Serialize)]
struct Message<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    message: String,
}

/// Writes a file beside its place and renames it once it is on the disk.
fn write(
    path: &Path,
    content: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> Result<(), Error> {
    let failed = |source| Error::Write { path: path.to_owned(), source };
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    let written = File::create(&part).and_then(|file| {
        let mut out = BufWriter::new(file);
        content(&mut out)?;
        out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
    });
    written.and_then(|()| fs::rename(&part, path)).map_err(|error| {
        let _gone = fs::remove_file(&part);
        failed(error)
    })
}

/// Reads rows that [`write_rows`] wrote, or another program in the same form.
///
/// # Errors
/// If the file cannot be read, or a line is no row.
pub fn read_rows(path: &Path) -> Result<Vec<Line>, Error> {
    let failed = |source| Error::Read { path: path.to_owned(), source };
    let mut reader = BufReader::new(File::open(path).map_err(failed)?);
    let mut out = Vec::new();
    let mut row = Vec::new();
    for number in 1.. {
        row.clear();
        // One byte more than a row may have, so that a longer one is noticed without being read whole.
        let mut bounded = io::Read::take(&mut reader, MAX_ROW_BYTES as u64 + 1);
        if bounded.read_until(b'\n', &mut row).map_err(failed)? == 0 {
            break;
        }
        if row.len() > MAX_ROW_BYTES {
            return Err(Error::Row {
                line: number,
                message: format!("longer than {MAX_ROW_BYTES} bytes"),
            });
        }
        if row.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let row = if number == 1 { without_mark(&row) } else { &row };
        out.push(
            serde_json::from_slice(row)
                .map_err(|error| Error::Row { line: number, message: error.to_string() })?,
        );
    }
    Ok(out)
}

/// Whether a file begins with such a row.
pub fn is_rows(path: &Path) -> bool {
    let Ok(file) = File::open(path) else { return false };
    let mut first = Vec::new();
    let mut reader = BufReader::new(io::Read::take(file, MAX_ROW_BYTES as u64));
    reader.read_until(b'\n', &mut first).is_ok()
        && serde_json::from_slice::<Line>(without_mark(&first)).is_ok()
}

/// Some editors put a byte-order mark in front of what they save.
fn without_mark(row: &[u8]) -> &[u8] {
    row.strip_prefix(b"\xef\xbb\xbf").unwrap_or(row)
}
