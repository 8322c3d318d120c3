//! Texts without the marks of their engine: what the engines share.

/// Longest mark; what is not closed by then is text.
const MAX_MARK: usize = 4096;

/// Goes over a text. At every character `mark` is asked: it gives the length of a mark after writing what that shows, or nothing
/// where the character shows itself. `{…}` is an expression everywhere: it is left out, and the answer says that there was one.
pub(crate) fn plain(
    text: &str,
    mut mark: impl FnMut(&str, &mut String) -> Option<usize>,
) -> (String, bool) {
    let mut out = String::with_capacity(text.len());
    let mut interpolated = false;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = match mark(rest, &mut out) {
            Some(length) => length,
            None if c == '{' => {
                interpolated = true;
                closed(rest, '}').unwrap_or(rest.len())
            }
            None => {
                out.push(c);
                c.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    (out.trim().to_owned(), interpolated)
}

/// Length of a mark up to and including `close`.
pub(crate) fn closed(text: &str, close: char) -> Option<usize> {
    let end = (0..=text.len().min(MAX_MARK)).rev().find(|&end| text.is_char_boundary(end))?;
    text[..end].find(close).map(|at| at + close.len_utf8())
}

/// A backslash and what it escapes.
pub(crate) fn escaped(text: &str, out: &mut String) -> usize {
    let next = text[1..].chars().next();
    out.extend(next);
    1 + next.map_or(0, char::len_utf8)
}

/// Where something stands first in a text, not behind a backslash and not in braces.
pub(crate) fn outside(text: &str, mut what: impl FnMut(&str) -> bool) -> Option<usize> {
    let mut depth = 0_usize;
    let mut escaped = false;
    text.char_indices().find_map(|(at, c)| {
        let here = !std::mem::take(&mut escaped);
        if here && depth == 0 && what(&text[at..]) {
            return Some(at);
        }
        match c {
            '\\' => escaped = here,
            '{' if here => depth += 1,
            '}' if here => depth = depth.saturating_sub(1),
            _ => {}
        }
        None
    })
}
