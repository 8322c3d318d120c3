//! Plain text: paragraphs between empty lines, headings where a line looks like one (第一章, Chapter 3, `== x ==`).

use std::io::BufRead;
use std::sync::LazyLock;

use regex::Regex;

use super::Sink;
use crate::error::Stop;
use crate::piece::{Headings, Piece, Place};

/// Longest line that is held; a longer one is several.
pub(super) const LINE: usize = 1 << 16;
/// A paragraph of so many bytes is given on, though it goes on.
const PARAGRAPH: usize = 1 << 13;

static HEADING: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"^(?:第[0-9０-９一二三四五六七八九十百千零〇两]{1,8}[章节節回卷部幕話话篇]|(?i:(?:chapter|part|book|act)\s+(?:[0-9]{1,4}|[ivxlc]{1,8})\b)|序章|终章|終章|プロローグ|エピローグ|(?i:prologue|epilogue)\b)[^。！？.!?]{0,60}$",
    )
    .ok()
});

/// Lines of a text, the longest in parts.
pub(super) struct Lines<R> {
    inner: R,
    line: Vec<u8>,
    number: u32,
    continued: bool,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(inner: R) -> Self {
        Self { inner, line: Vec::new(), number: 0, continued: false }
    }

    /// The next line without its end, and its number from 1; `None` after the last.
    pub(super) fn next(&mut self) -> std::io::Result<Option<(u32, &str)>> {
        self.line.clear();
        if !self.continued {
            self.number = self.number.saturating_add(1);
        }
        self.continued = false;
        loop {
            let buffer = self.inner.fill_buf()?;
            if buffer.is_empty() {
                if self.line.is_empty() {
                    return Ok(None);
                }
                break;
            }
            let end = buffer.iter().position(|&byte| byte == b'\n' || byte == b'\r');
            let room = LINE - self.line.len();
            match end {
                Some(end) if end <= room => {
                    self.line.extend_from_slice(&buffer[..end]);
                    let windows = buffer[end] == b'\r';
                    self.inner.consume(end + 1);
                    if windows && self.inner.fill_buf()?.first() == Some(&b'\n') {
                        self.inner.consume(1);
                    }
                    break;
                }
                _ => {
                    let count = buffer.len().min(room);
                    self.line.extend_from_slice(&buffer[..count]);
                    self.inner.consume(count);
                    if self.line.len() == LINE {
                        self.continued = true;
                        break;
                    }
                }
            }
        }
        // Whole letters only: the rest of one that is cut is lost with its line's end.
        let valid = match std::str::from_utf8(&self.line) {
            Ok(_) => self.line.len(),
            Err(error) => error.valid_up_to(),
        };
        let line = std::str::from_utf8(&self.line[..valid]).unwrap_or_default();
        Ok(Some((self.number, line)))
    }
}

pub(super) fn read(text: impl BufRead, sink: Sink<'_>) -> Result<Option<String>, Stop> {
    let mut lines = Lines::new(text);
    let mut headings = Headings::default();
    let mut paragraph = String::new();
    let mut began = 1;
    while let Some((number, line)) = lines.next()? {
        let line = line.trim();
        let heading =
            line.len() <= 200 && HEADING.as_ref().is_some_and(|heading| heading.is_match(line));
        if (line.is_empty() || heading || paragraph.len() > PARAGRAPH) && !paragraph.is_empty() {
            let text = std::mem::take(&mut paragraph);
            sink(Piece { place: Place::Line(began), heading: headings.path(), text })?;
        }
        if heading {
            headings.open(1, line);
            continue;
        }
        if line.is_empty() {
            continue;
        }
        if paragraph.is_empty() {
            began = number;
        } else {
            paragraph.push('\n');
        }
        paragraph.push_str(line);
    }
    if !paragraph.is_empty() {
        sink(Piece { place: Place::Line(began), heading: headings.path(), text: paragraph })?;
    }
    Ok(None)
}
