//! Tables: each row as `name: value; name: value`, so that a row can be understood without the others.

use std::cell::Cell;
use std::io::{BufRead, Read};
use std::rc::Rc;

use super::Sink;
use crate::error::{Refusal, Stop};
use crate::piece::{Piece, Place};

/// Longest row, in bytes. A quotation mark that is never closed would otherwise make a row of the whole file.
const ROW: usize = 4 << 20;
/// Most columns.
const COLUMNS: usize = 4096;

/// Refuses to hand out more than a row may have.
struct Bounded<R> {
    inner: R,
    since: Rc<Cell<usize>>,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(to)?;
        let since = self.since.get() + count;
        self.since.set(since);
        if since > ROW {
            return Err(std::io::Error::new(
                std::io::ErrorKind::InvalidData,
                "a row of more than four megabytes; is a quotation mark not closed?",
            ));
        }
        Ok(count)
    }
}

pub(super) fn read(
    mut text: impl BufRead,
    tabs: bool,
    sink: Sink<'_>,
) -> Result<Option<String>, Stop> {
    let start = text.fill_buf()?;
    let (delimiter, skipped) = match ordered(start) {
        Some(order) => order,
        None if tabs => (b'\t', 0),
        None => (delimiter(start), 0),
    };
    text.consume(skipped);
    let since = Rc::new(Cell::new(0));
    let mut rows = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .has_headers(false)
        .from_reader(Bounded { inner: text, since: Rc::clone(&since) });
    let mut names: Option<Vec<String>> = None;
    let mut row = csv::StringRecord::new();
    let mut number = 0;
    while rows.read_record(&mut row).map_err(refused)? {
        since.set(0);
        if row.len() > COLUMNS {
            return Err(Refusal::Damaged(format!("a row with {} columns", row.len())).into());
        }
        let Some(names) = &names else {
            names = Some(row.iter().map(|name| name.trim().to_owned()).collect());
            continue;
        };
        number += 1;
        let mut text = String::new();
        for (at, value) in
            row.iter().map(str::trim).enumerate().filter(|(_, value)| !value.is_empty())
        {
            if !text.is_empty() {
                text.push_str("; ");
            }
            if let Some(name) = names.get(at).filter(|name| !name.is_empty()) {
                text.push_str(name);
                text.push_str(": ");
            }
            text.push_str(value);
        }
        if !text.is_empty() {
            sink(Piece { place: Place::Row(number), heading: String::new(), text })?;
        }
    }
    // A table of one row is that row.
    if number == 0
        && let Some(names) = names.filter(|names| names.iter().any(|name| !name.is_empty()))
    {
        sink(Piece { place: Place::Row(1), heading: String::new(), text: names.join("; ") })?;
    }
    Ok(None)
}

fn refused(error: csv::Error) -> Refusal {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error.into(),
        other => Refusal::Damaged(format!("{other:?}")),
    }
}

/// The mark that `sep=;` in a first line orders, which is for Excel and no row, and how long that line is.
fn ordered(start: &[u8]) -> Option<(u8, usize)> {
    let mark = *start.get(4).filter(|mark| !matches!(**mark, b'"' | b'\r' | b'\n'))?;
    if !start.starts_with(b"sep=") && !start.starts_with(b"SEP=") {
        return None;
    }
    match &start[5..] {
        [b'\r', b'\n', ..] => Some((mark, 7)),
        [b'\n', ..] => Some((mark, 6)),
        _ => None,
    }
}

/// What the first line has most of.
fn delimiter(head: &[u8]) -> u8 {
    let line = head.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let count = |wanted: u8| line.iter().filter(|&&byte| byte == wanted).count();
    // Of equals the last counts: a comma.
    [b'|', b'\t', b';', b','].into_iter().max_by_key(|&byte| count(byte)).unwrap_or(b',')
}
