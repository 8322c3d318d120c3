//! Logical lines of a Ren'Py script: strings, brackets and backslashes join physical lines, comments vanish, indentation makes blocks.

use std::borrow::Cow;

/// A logical line.
#[derive(Debug, Clone)]
pub(super) struct Logical<'a> {
    /// Physical line it begins on, from 1.
    pub(super) number: u32,
    /// Columns of indentation; a tab goes to the next multiple of eight.
    pub(super) indent: usize,
    /// Its text, without indentation and comments.
    pub(super) text: Cow<'a, str>,
    /// Index of the line after its block; the next line if it has none.
    pub(super) end: usize,
}

/// A bracket that nobody closes may join this many physical lines once that has been seen to happen.
const LINES_AFTER_BROKEN_BRACKET: usize = 200;

/// Cuts `source` into logical lines.
pub(super) fn logical_lines(source: &str) -> Vec<Logical<'_>> {
    let mut cutter =
        Cutter { source, bytes: source.as_bytes(), unclosed: [false; 6], brackets_broken: false };
    let mut lines: Vec<Logical<'_>> = Vec::new();
    let (mut at, mut number) = (0, 1u32);
    while at < source.len() {
        let (indent, start) = cutter.indentation(at);
        let (text, next) = cutter.line(start);
        let joined = cutter.source[at..next].matches('\n').count();
        if !text.is_empty() {
            lines.push(Logical { number, indent, text, end: 0 });
        }
        number += joined as u32;
        at = next;
    }
    ends(&mut lines);
    lines
}

/// Finds where each line's block ends.
fn ends(lines: &mut [Logical<'_>]) {
    let mut open: Vec<usize> = Vec::new();
    for index in 0..lines.len() {
        while let Some(&last) = open.last()
            && lines[last].indent >= lines[index].indent
        {
            lines[last].end = index;
            open.pop();
        }
        open.push(index);
    }
    let len = lines.len();
    for index in open {
        lines[index].end = len;
    }
}

struct Cutter<'a> {
    source: &'a str,
    bytes: &'a [u8],
    /// Quotes (`"`, `'`, `` ` ``, and the three tripled) that were once found not to be closed: from then on such a string ends
    /// with its line, so that one stray quote costs one line and a file full of them is still read in linear time.
    unclosed: [bool; 6],
    brackets_broken: bool,
}

impl<'a> Cutter<'a> {
    fn indentation(&self, mut at: usize) -> (usize, usize) {
        let mut columns = 0;
        while let Some(byte) = self.bytes.get(at) {
            match byte {
                b' ' => columns += 1,
                b'\t' => columns = (columns / 8 + 1) * 8,
                _ => break,
            }
            at += 1;
        }
        (columns, at)
    }

    /// The logical line that begins at `start`, and where the next physical line begins.
    fn line(&mut self, start: usize) -> (Cow<'a, str>, usize) {
        let mut owned: Option<String> = None;
        let mut kept = start; // what lies before is in `owned`
        let mut at = start;
        let mut depth = 0usize;
        let mut first_newline = None;
        let mut newlines = 0usize;
        loop {
            let Some(&byte) = self.bytes.get(at) else {
                if depth > 0
                    && let Some(newline) = first_newline
                {
                    self.brackets_broken = true;
                    return self.physical(start, newline);
                }
                break;
            };
            match byte {
                b'\n' if depth == 0 => break,
                b'\n' => {
                    first_newline.get_or_insert(at);
                    newlines += 1;
                    if self.brackets_broken && newlines > LINES_AFTER_BROKEN_BRACKET {
                        return self.physical(start, first_newline.unwrap_or(at));
                    }
                    at += 1;
                }
                b'#' => {
                    let end = self.newline(at);
                    owned.get_or_insert_default().push_str(&self.source[kept..at]);
                    kept = end;
                    at = end;
                }
                b'\\' if self.bytes.get(at + 1) == Some(&b'\n') => at += 2,
                b'\\' if self.bytes[at + 1..].starts_with(b"\r\n") => at += 3,
                b'"' | b'\'' | b'`' => match self.string(at) {
                    Some(end) => at = end,
                    None => at = self.newline(at),
                },
                b'(' | b'[' | b'{' => {
                    depth += 1;
                    at += 1;
                }
                b')' | b']' | b'}' => {
                    depth = depth.saturating_sub(1);
                    at += 1;
                }
                _ => at += 1,
            }
        }
        let next = (at + 1).min(self.bytes.len());
        let text = match owned {
            None => Cow::Borrowed(self.source[start..at].trim_end()),
            Some(mut text) => {
                text.push_str(&self.source[kept..at]);
                text.truncate(text.trim_end().len());
                Cow::Owned(text)
            }
        };
        (text, next)
    }

    /// A line whose brackets never close: it ends where it seems to.
    fn physical(&self, start: usize, newline: usize) -> (Cow<'a, str>, usize) {
        (Cow::Borrowed(self.source[start..newline].trim_end()), newline + 1)
    }

    fn newline(&self, at: usize) -> usize {
        self.bytes[at..].iter().position(|&byte| byte == b'\n').map_or(self.bytes.len(), |n| at + n)
    }

    /// The end of the string that begins at `at`; nothing if it is never closed.
    fn string(&mut self, at: usize) -> Option<usize> {
        let quote = self.bytes[at];
        let triple = self.bytes[at..].starts_with(&[quote; 3]);
        let kind = match quote {
            b'"' => 0,
            b'\'' => 1,
            _ => 2,
        } + if triple { 3 } else { 0 };
        let limit = if self.unclosed[kind] { self.newline(at) } else { self.bytes.len() };
        let mut here = at + if triple { 3 } else { 1 };
        while here < limit {
            match self.bytes[here] {
                b'\\' => here += 2,
                byte if byte == quote => {
                    if !triple {
                        return Some(here + 1);
                    }
                    if self.bytes[here..limit].starts_with(&[quote; 3]) {
                        return Some(here + 3);
                    }
                    here += 1;
                }
                _ => here += 1,
            }
        }
        self.unclosed[kind] = true;
        None
    }
}
