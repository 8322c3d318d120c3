//! Finds macros in a text, in one pass and time linear in its length.

/// A piece of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// What stands for itself.
    Text(&'a str),
    /// `<NAME>`.
    Tag {
        /// With its brackets.
        written: &'a str,
        /// Between them.
        name: &'a str,
    },
    /// `{{…}}`.
    Call {
        /// With its braces.
        written: &'a str,
        /// Between them.
        body: &'a str,
        /// Where it stands, in bytes.
        at: usize,
    },
}

/// The pieces of a text, in order. Macros within macros are part of the body.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let ends = ends(text);
    let bytes = text.as_bytes();
    let mut out = Vec::new();
    let (mut at, mut plain) = (0, 0);
    while at < bytes.len() {
        let (token, end) = if bytes[at] == b'{'
            && let Ok(place) = ends.binary_search_by_key(&at, |(start, _)| *start)
        {
            let end = ends[place].1;
            (Token::Call { written: &text[at..end], body: &text[at + 2..end - 2], at }, end)
        } else if bytes[at] == b'<'
            && let Some(end) = tag_end(&bytes[at..])
        {
            let end = at + end;
            (Token::Tag { written: &text[at..end], name: &text[at + 1..end - 1] }, end)
        } else {
            at += 1;
            continue;
        };
        if plain < at {
            out.push(Token::Text(&text[plain..at]));
        }
        out.push(token);
        (at, plain) = (end, end);
    }
    if plain < bytes.len() {
        out.push(Token::Text(&text[plain..]));
    }
    out
}

/// Where each macro begins and ends. Of three braces the outer one is a brace.
fn ends(text: &str) -> Vec<(usize, usize)> {
    let bytes = text.as_bytes();
    let pair =
        |at: usize, brace: u8| bytes.get(at) == Some(&brace) && bytes.get(at + 1) == Some(&brace);
    let (mut open, mut found) = (Vec::new(), Vec::new());
    let mut at = 0;
    while at < bytes.len() {
        if pair(at, b'{') && bytes.get(at + 2) != Some(&b'{') {
            open.push(at);
            at += 2;
        } else if pair(at, b'}') {
            if let Some(start) = open.pop() {
                found.push((start, at + 2));
            }
            at += 2;
        } else {
            at += 1;
        }
    }
    found.sort_unstable();
    found
}

/// Length of a tag that may be a name: letters only.
fn tag_end(bytes: &[u8]) -> Option<usize> {
    let end = bytes.iter().take(8).position(|&byte| byte == b'>')?;
    (end > 1 && bytes[1..end].iter().all(u8::is_ascii_alphabetic)).then_some(end + 1)
}

/// The inside of a macro.
#[derive(Debug, Clone, Copy)]
pub(super) struct Call<'a> {
    /// Its name, as written.
    pub name: &'a str,
    /// What follows, without the separator.
    pub rest: &'a str,
    /// Arguments are separated by `::`, not by commas.
    pub colons: bool,
}

impl<'a> Call<'a> {
    pub(super) fn new(body: &'a str) -> Self {
        let body = body.trim();
        let end = body.find(|c: char| c == ':' || c.is_whitespace()).unwrap_or(body.len());
        let (name, rest) = body.split_at(end);
        let rest = rest.trim_start();
        if let Some(rest) = rest.strip_prefix("::") {
            return Self { name, rest, colons: true };
        }
        Self { name, rest: rest.strip_prefix(':').unwrap_or(rest), colons: false }
    }

    /// The arguments of a macro that takes a fixed number of them.
    pub(super) fn arguments(&self) -> impl Iterator<Item = &'a str> {
        let parts = if self.rest.is_empty() { Vec::new() } else { split(self.rest, "::") };
        parts.into_iter().map(str::trim)
    }

    /// The first argument, and all that stands behind its separator.
    pub(super) fn first(&self) -> (&'a str, Option<&'a str>) {
        let first = split(self.rest, "::")[0];
        (first.trim(), self.rest.get(first.len() + 2..))
    }

    /// The items of a list: separated by `::`, or by commas, of which `\,` is a letter.
    pub(super) fn items(&self) -> Vec<String> {
        let parts = if self.colons { split(self.rest, "::") } else { vec![self.rest] };
        if parts.len() > 1 {
            return parts.into_iter().map(str::to_owned).collect();
        }
        // `{{pick::a,b}}` is in the specification itself.
        split(self.rest, ",").into_iter().map(|item| item.replace("\\,", ",")).collect()
    }
}

/// Splits at a separator that does not stand within a macro and, for commas, not behind a backslash.
fn split<'a>(text: &'a str, separator: &str) -> Vec<&'a str> {
    let mut parts = Vec::new();
    let (mut start, mut at, mut depth) = (0, 0, 0_usize);
    while at < text.len() {
        let rest = &text.as_bytes()[at..];
        if rest.starts_with(b"{{") {
            depth += 1;
            at += 2;
        } else if rest.starts_with(b"}}") {
            depth = depth.saturating_sub(1);
            at += 2;
        } else if separator == "," && rest.starts_with(b"\\,") {
            at += 2;
        } else if depth == 0 && rest.starts_with(separator.as_bytes()) {
            parts.push(&text[start..at]);
            at += separator.len();
            start = at;
        } else {
            at += 1;
        }
    }
    parts.push(&text[start..]);
    parts
}
