//! Words, strings and expressions inside one logical line.

/// A place in a logical line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

/// Words that begin statements and therefore never name an image or a speaker.
const KEYWORDS: &[&str] = &[
    "as",
    "at",
    "behind",
    "call",
    "expression",
    "hide",
    "if",
    "in",
    "image",
    "init",
    "jump",
    "menu",
    "onlayer",
    "python",
    "return",
    "scene",
    "show",
    "with",
    "while",
    "zorder",
    "transform",
];

/// How a triple-quoted text becomes several lines (`rpy monologue`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Monologue {
    /// At blank lines.
    #[default]
    Double,
    /// At every line.
    Single,
    /// Never.
    None,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// What has not been read yet.
    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    pub(super) fn skip_space(&mut self) {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start();
            self.at += rest.len() - trimmed.len();
            if trimmed.starts_with("\\\n") || trimmed.starts_with("\\\r\n") {
                self.at += 1;
            } else {
                return;
            }
        }
    }

    pub(super) fn at_end(&mut self) -> bool {
        self.skip_space();
        self.at >= self.text.len()
    }

    /// Reads `token` if it comes next.
    pub(super) fn take(&mut self, token: &str) -> bool {
        self.skip_space();
        let here = self.rest().starts_with(token);
        if here {
            self.at += token.len();
        }
        here
    }

    /// Reads `word` if it comes next and ends there.
    pub(super) fn keyword(&mut self, word: &str) -> bool {
        let before = *self;
        if self.word() == Some(word) {
            return true;
        }
        *self = before;
        false
    }

    /// A word of letters, digits and `_`.
    pub(super) fn word(&mut self) -> Option<&'a str> {
        self.skip_space();
        let rest = self.rest();
        let end = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
        if end == 0 || rest.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        self.at += end;
        Some(&rest[..end])
    }

    /// A word that is not a keyword and not the prefix of a string.
    fn name(&mut self) -> Option<&'a str> {
        let before = *self;
        let word = self.word()?;
        if KEYWORDS.contains(&word)
            || (is_string_prefix(word) && self.rest().starts_with(['"', '\'', '`']))
        {
            *self = before;
            return None;
        }
        Some(word)
    }

    /// One part of an image's name: may begin with a digit, is no keyword.
    pub(super) fn image_component(&mut self) -> Option<&'a str> {
        self.skip_space();
        let rest = self.rest();
        let end = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
        let word = &rest[..end];
        if word.is_empty()
            || KEYWORDS.contains(&word)
            || (is_string_prefix(word) && rest[end..].starts_with(['"', '\'', '`']))
        {
            return None;
        }
        self.at += end;
        Some(word)
    }

    /// The content of a quoted string, not yet dequoted, and whether it is raw.
    fn quoted(&mut self, triple: bool) -> Option<(&'a str, bool)> {
        self.skip_space();
        let rest = self.rest();
        let prefix = rest.find(|c: char| !matches!(c, 'r' | 'u' | 'R' | 'U')).unwrap_or(rest.len());
        if prefix > 2 {
            return None;
        }
        let raw = rest[..prefix].contains(['r', 'R']);
        let body = &rest[prefix..];
        let quote = body.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
        let width = if triple { 3 } else { 1 };
        if triple != body.starts_with(tripled(quote)) {
            // An empty string is two quotes, not the beginning of three.
            return None;
        }
        let bytes = body.as_bytes();
        let mut at = width;
        while at < bytes.len() {
            if bytes[at] == b'\\' {
                at += 2;
            } else if bytes[at] == quote as u8
                && (!triple || body[at..].starts_with(tripled(quote)))
            {
                self.at += prefix + at + width;
                return Some((&body[width..at], raw));
            } else {
                at += 1;
            }
        }
        None
    }

    /// A string, dequoted, its line breaks and runs of spaces made one space.
    pub(super) fn string(&mut self) -> Option<String> {
        let (content, raw) = self.quoted(false)?;
        Some(if raw { content.to_owned() } else { dequote(&one_space(content)) })
    }

    /// A string as Python has it, adjacent ones joined: spaces stay, escapes are Python's.
    pub(super) fn python_string(&mut self) -> Option<String> {
        let mut out = None;
        while let Some((content, raw)) = self.quoted(false).or_else(|| self.quoted(true)) {
            let whole: &mut String = out.get_or_insert_default();
            if raw {
                whole.push_str(content);
            } else {
                unescape(content, whole);
            }
        }
        out
    }

    /// A triple-quoted text, cut into its lines.
    pub(super) fn triple_string(&mut self, monologue: Monologue) -> Option<Vec<String>> {
        let (content, raw) = self.quoted(true)?;
        if raw {
            return Some(vec![content.to_owned()]);
        }
        // Spaces round line breaks go first, so that a line of blanks is a blank line.
        let trimmed: Vec<&str> =
            content.split('\n').map(|line| line.trim_matches([' ', '\r', '\t'])).collect();
        let whole = trimmed.join("\n");
        let parts: Vec<&str> = match monologue {
            Monologue::Double => whole.split("\n\n").collect(),
            Monologue::Single => whole.split('\n').collect(),
            Monologue::None => vec![&whole],
        };
        Some(
            parts
                .into_iter()
                .map(str::trim)
                .filter(|part| !part.is_empty())
                .map(|part| dequote(&one_space(part)))
                .collect(),
        )
    }

    /// Arguments in brackets, brackets included; nothing if they do not come next or are not closed.
    pub(super) fn bracketed(&mut self) -> Option<&'a str> {
        self.skip_space();
        let rest = self.rest();
        if !rest.starts_with(['(', '[', '{']) {
            return None;
        }
        let end = bracket_end(rest)?;
        self.at += end;
        Some(&rest[..end])
    }

    /// A name, string or bracket with what hangs on it (`.attribute`, calls, indices): what may say something.
    pub(super) fn simple_expression(&mut self) -> Option<&'a str> {
        self.skip_space();
        let start = self.at;
        if self.name().is_none()
            && self.quoted(true).is_none()
            && self.quoted(false).is_none()
            && self.bracketed().is_none()
        {
            return None;
        }
        loop {
            let before = *self;
            if self.take(".") {
                if self.word().is_none() {
                    *self = before;
                    break;
                }
            } else if self.bracketed().is_none() {
                *self = before;
                break;
            }
        }
        Some(self.text[start..self.at].trim())
    }

    /// Everything up to a `:` that is not inside brackets or strings.
    pub(super) fn until_colon(&mut self) -> &'a str {
        self.skip_space();
        let rest = self.rest();
        let end = top_level(rest, b':').unwrap_or(rest.len());
        self.at += end;
        rest[..end].trim()
    }
}

fn tripled(quote: char) -> &'static str {
    match quote {
        '"' => "\"\"\"",
        '\'' => "'''",
        _ => "```",
    }
}

fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric() || ('\u{a0}'..='\u{fffd}').contains(&c) && !c.is_whitespace()
}

fn is_string_prefix(word: &str) -> bool {
    matches!(word, "r" | "u" | "ur" | "R" | "U")
}

/// Runs of spaces and line breaks become one space.
fn one_space(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut blank = false;
    for c in text.chars() {
        if matches!(c, ' ' | '\n' | '\r') {
            blank = true;
            continue;
        }
        if blank {
            out.push(' ');
            blank = false;
        }
        out.push(c);
    }
    if blank {
        out.push(' ');
    }
    out
}

/// Resolves backslashes: `\n` breaks the line, `\{`, `\[` and `\%` become the doubled forms that Ren'Py prints once, `\uXXXX` is
/// a character, anything else stands for itself.
fn dequote(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match rest.next() {
            Some('n') => out.push('\n'),
            Some(doubled @ ('{' | '[' | '%')) => out.extend([doubled, doubled]),
            Some('u') => {
                let digits: String =
                    rest.as_str().chars().take(4).take_while(char::is_ascii_hexdigit).collect();
                match u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32) {
                    Some(named) => {
                        out.push(named);
                        for _ in 0..digits.len() {
                            rest.next();
                        }
                    }
                    None => out.push('u'),
                }
            }
            Some(other) => out.push(other),
            None => out.push('\\'),
        }
    }
    out
}

/// Resolves Python's escapes; one that Python does not know keeps its backslash.
fn unescape(text: &str, out: &mut String) {
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        let digits = match rest.clone().next() {
            Some('x') => 2,
            Some('u') => 4,
            Some('U') => 8,
            _ => 0,
        };
        match rest.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('\n') => {}
            Some(same @ ('\\' | '"' | '\'')) => out.push(same),
            Some(other) => {
                let named = rest.as_str().get(..digits).filter(|_| digits > 0);
                let named = named.and_then(|named| u32::from_str_radix(named, 16).ok());
                if let Some(named) = named.and_then(char::from_u32) {
                    out.push(named);
                    rest = rest.as_str()[digits..].chars();
                } else {
                    out.extend(['\\', other]);
                }
            }
            None => out.push('\\'),
        }
    }
}

/// Where the bracket that `text` begins with closes.
pub(super) fn bracket_end(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    scan(text, |_, byte| {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0
    })
    .map(|at| at + 1)
}

/// Where `wanted` first stands outside brackets and strings.
pub(super) fn top_level(text: &str, wanted: u8) -> Option<usize> {
    let mut depth = 0usize;
    scan(text, |_, byte| {
        if depth == 0 && byte == wanted {
            return true;
        }
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        false
    })
}

/// Goes over the bytes outside strings until `stop` says so; the place where it did.
fn scan(text: &str, mut stop: impl FnMut(usize, u8) -> bool) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        if matches!(byte, b'"' | b'\'' | b'`') {
            let triple = bytes[at..].starts_with(&[byte; 3]);
            let width = if triple { 3 } else { 1 };
            at += width;
            while at < bytes.len() {
                if bytes[at] == b'\\' {
                    at += 2;
                    continue;
                }
                if bytes[at] == byte && (!triple || bytes[at..].starts_with(&[byte; 3])) {
                    break;
                }
                at += 1;
            }
            at += width;
            continue;
        }
        if stop(at, byte) {
            return Some(at);
        }
        at += 1;
    }
    None
}

/// Cuts arguments (without their brackets) at top-level commas, each with its keyword if it has one.
pub(super) fn arguments(text: &str) -> Vec<(Option<&str>, &str)> {
    let mut out = Vec::new();
    let mut rest = text;
    loop {
        let end = top_level(rest, b',').unwrap_or(rest.len());
        let part = rest[..end].trim();
        if !part.is_empty() {
            let keyword = part.split_once('=').filter(|(name, value)| {
                let name = name.trim();
                !name.is_empty() && name.chars().all(is_word) && !value.starts_with('=')
            });
            out.push(match keyword {
                Some((name, value)) => (Some(name.trim()), value.trim()),
                None => (None, part),
            });
        }
        if end >= rest.len() {
            return out;
        }
        rest = &rest[end + 1..];
    }
}
