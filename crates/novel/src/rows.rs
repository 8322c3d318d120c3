//! Rows on the disk: JSON lines, as `hanashi novel extract` writes them.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use crate::error::Error;
use crate::line::Line;

/// Longest row that is read.
const MAX_ROW_BYTES: usize = 1 << 20;

/// Writes rows, one JSON object a line. The file gets its name when it is whole.
///
/// # Errors
/// If it cannot be written.
pub fn write_rows(path: &Path, lines: &[Line]) -> Result<(), Error> {
    let failed = |source| Error::Write { path: path.to_owned(), source };
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    let written = File::create(&part).and_then(|file| {
        let mut out = BufWriter::new(file);
        for line in lines {
            serde_json::to_writer(&mut out, line)?;
            out.write_all(b"\n")?;
        }
        out.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()
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
        let mut bounded = std::io::Read::take(&mut reader, MAX_ROW_BYTES as u64 + 1);
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
        out.push(
            serde_json::from_slice(&row)
                .map_err(|error| Error::Row { line: number, message: error.to_string() })?,
        );
    }
    Ok(out)
}

/// Whether a file begins with such a row.
pub fn is_rows(path: &Path) -> bool {
    let Ok(file) = File::open(path) else { return false };
    let mut first = Vec::new();
    let mut reader = BufReader::new(std::io::Read::take(file, MAX_ROW_BYTES as u64));
    reader.read_until(b'\n', &mut first).is_ok() && serde_json::from_slice::<Line>(&first).is_ok()
}
