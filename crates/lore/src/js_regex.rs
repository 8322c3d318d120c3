//! Regular expressions as authors of lorebooks write them, JavaScript's, run in linear time by the `regex` crate.
//!
//! What differs is translated (`\d`, `\w` and `\b` are ASCII, `[^]`, `\u1234`, a `{` that is only a brace). Look-around and
//! back-references cannot be had in linear time: such a pattern is invalid, which is no match and a warning.

use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};
use regex_syntax::hir::literal::{ExtractKind, Extractor};

/// Longest pattern that is looked at, in bytes.
const MAX_PATTERN: usize = 4 << 10;
/// Memory that a compiled pattern may take.
const MAX_COMPILED: usize = 1 << 20;
/// A pattern longer than this, in bytes, or one that repeats by number may be too large and is compiled at once.
const SMALL: usize = 256;
/// A pattern needs no more than this many different texts to be looked for beforehand.
const MAX_NEEDLES: usize = 32;

/// What stands before the name of whoever speaks, for patterns that ask for it: SillyTavern's, which joins messages with it.
pub(crate) const SPEAKER: char = '\u{1}';

/// A pattern that is known to be valid; compiled when it is first run.
#[derive(Debug)]
pub(crate) struct Pattern {
    source: String,
    asks_who: bool,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// Reads a pattern: `/…/flags`, or the bare pattern, in which capitals count or not as the entry says.
    pub(crate) fn new(written: &str, case_sensitive: bool) -> Result<Self, String> {
        if written.len() > MAX_PATTERN {
            return Err(format!("is longer than {MAX_PATTERN} bytes"));
        }
        let (body, flags) = match slashed(written) {
            Some(parts) => parts,
            None => (written, if case_sensitive { "" } else { "i" }),
        };
        let mut inline = String::new();
        for flag in flags.chars() {
            match flag {
                'i' | 'm' | 's' if !inline.contains(flag) => inline.push(flag),
                // Global, sticky, indices, Unicode: without a meaning for "does it occur".
                'g' | 'y' | 'd' | 'u' | 'v' => {}
                other => return Err(format!("has the flag `{other}`, which does not exist")),
            }
        }
        let translated = translate(body, inline.contains('s'))?;
        let source =
            if inline.is_empty() { translated } else { format!("(?{inline}:{translated})") };
        regex_syntax::Parser::new().parse(&source).map_err(|error| {
            let error = error.to_string();
            let reason = error.lines().next_back().unwrap_or_default();
            format!("is no regular expression ({})", reason.trim_start_matches("error: "))
        })?;
        let asks_who = ["\\x01", "\\u0001", "\u{1}"].iter().any(|mark| body.contains(mark));
        let pattern = Self { source, asks_who, compiled: OnceLock::new() };
        let may_be_large = pattern.source.len() > SMALL || pattern.source.contains('{');
        if may_be_large && pattern.regex().is_none() {
            return Err("is too large to be run".into());
        }
        Ok(pattern)
    }

    fn regex(&self) -> Option<&Regex> {
        let compiled = self.compiled.get_or_init(|| {
            RegexBuilder::new(&self.source)
                .size_limit(MAX_COMPILED)
                .dfa_size_limit(MAX_COMPILED)
                .build()
                .ok()
        });
        compiled.as_ref()
    }

    /// Whether it asks who said something (`/\x01Ann:[^\x01]*tea/`).
    pub(crate) fn asks_who(&self) -> bool {
        self.asks_who
    }

    /// Whether it occurs in a text.
    pub(crate) fn occurs(&self, text: &str) -> bool {
        self.regex().is_some_and(|regex| regex.is_match(text))
    }

    /// Texts of which one must occur wherever the pattern does; `None` where that cannot be said.
    pub(crate) fn needles(&self) -> Option<Vec<String>> {
        let hir = regex_syntax::Parser::new().parse(&self.source).ok()?;
        [ExtractKind::Prefix, ExtractKind::Suffix].into_iter().find_map(|kind| {
            let mut extractor = Extractor::new();
            extractor.kind(kind).limit_total(MAX_NEEDLES).limit_class(8);
            let sequence = extractor.extract(&hir);
            let literals = sequence.literals()?;
            let texts: Option<Vec<String>> = literals
                .iter()
                .map(|literal| {
                    let text = std::str::from_utf8(literal.as_bytes()).ok()?;
                    // A single common letter would be found everywhere.
                    (text.len() >= 2).then(|| text.to_owned())
                })
                .collect();
            texts.filter(|texts| !texts.is_empty() && texts.len() <= MAX_NEEDLES)
        })
    }
}

/// The parts of `/body/flags`, as JavaScript would read it: unescaped slashes are only at the ends.
pub(crate) fn slashed(written: &str) -> Option<(&str, &str)> {
    let rest = written.trim().strip_prefix('/')?;
    let end = rest.rfind('/')?;
    let (body, flags) = (&rest[..end], &rest[end + 1..]);
    let letters = flags.len() <= 8 && flags.chars().all(|c| c.is_ascii_lowercase());
    (!body.is_empty() && letters && !has_bare_slash(body)).then_some((body, flags))
}

fn has_bare_slash(body: &str) -> bool {
    let mut escaped = false;
    for c in body.chars() {
        match c {
            '/' if !escaped => return true,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    escaped
}

/// From JavaScript's syntax to Rust's.
fn translate(body: &str, dot_all: bool) -> Result<String, String> {
    let mut out = String::with_capacity(body.len() + 16);
    let chars: Vec<char> = body.chars().collect();
    let mut at = 0;
    let mut in_class = false;
    while let Some(&c) = chars.get(at) {
        let next = chars.get(at + 1).copied();
        at += 1;
        match c {
            '\\' => at = escape(&chars, at, in_class, &mut out)?,
            // `[]` matches nothing, `[^]` anything.
            '[' if !in_class && next == Some(']') => {
                out.push_str("[^\\x{0}-\\x{10FFFF}]");
                at += 1;
            }
            '[' if !in_class && next == Some('^') && chars.get(at + 1) == Some(&']') => {
                out.push_str("(?s:.)");
                at += 2;
            }
            '[' if !in_class => {
                in_class = true;
                out.push('[');
                if next == Some('^') {
                    out.push('^');
                    at += 1;
                }
            }
            ']' if in_class => {
                in_class = false;
                out.push(']');
            }
            ']' => out.push_str("\\]"),
            // Operators of Rust's classes are letters in JavaScript's.
            '[' | '&' | '~' if in_class => out.extend(['\\', c]),
            '-' if in_class && next == Some('-') => out.push_str("\\-"),
            '(' if !in_class && next == Some('?') => {
                let lookaround = matches!(chars.get(at + 1), Some('=' | '!'))
                    || chars.get(at + 1) == Some(&'<')
                        && matches!(chars.get(at + 2), Some('=' | '!'));
                if lookaround {
                    return Err("uses look-around, which cannot be run in linear time".into());
                }
                out.push('(');
            }
            '{' if !in_class && !is_repetition(&chars[at..]) => out.push_str("\\{"),
            '}' if !in_class && !closes_repetition(&chars[..at]) => out.push_str("\\}"),
            '.' if !in_class && !dot_all => out.push_str("[^\\n\\r\\x{2028}\\x{2029}]"),
            c => out.push(c),
        }
    }
    Ok(out)
}

/// Writes what the escape that begins at `at` (behind its backslash) means, and says where it ends.
fn escape(chars: &[char], at: usize, in_class: bool, out: &mut String) -> Result<usize, String> {
    let Some(&c) = chars.get(at) else { return Err("ends with a backslash".into()) };
    let hex = |from: usize, digits: usize| -> Option<u32> {
        let text: String = chars.get(from..from + digits)?.iter().collect();
        u32::from_str_radix(&text, 16).ok()
    };
    let mut push = |code: u32| match char::from_u32(code) {
        Some(c) => {
            out.extend(["\\x{", &format!("{:X}", u32::from(c)), "}"]);
            Ok(())
        }
        None => Err("names half of a character (a surrogate)".to_owned()),
    };
    match c {
        'd' => out.push_str(if in_class { "0-9" } else { "[0-9]" }),
        'D' => out.push_str("[^0-9]"),
        'w' => out.push_str(if in_class { "0-9A-Z_a-z" } else { "[0-9A-Z_a-z]" }),
        'W' => out.push_str("[^0-9A-Z_a-z]"),
        'b' if in_class => out.push_str("\\x08"),
        'b' => out.push_str("(?-u:\\b)"),
        'B' => out.push_str("(?-u:\\B)"),
        's' | 'S' | 'n' | 'r' | 't' | 'f' | 'v' => out.extend(['\\', c]),
        'p' | 'P' if chars.get(at + 1) == Some(&'{') => {
            let Some(length) = chars[at..].iter().position(|&c| c == '}') else {
                return Err("has a `\\p{` that does not end".into());
            };
            out.push('\\');
            out.extend(&chars[at..=at + length]);
            return Ok(at + length + 1);
        }
        'x' => {
            if let Some(code) = hex(at + 1, 2) {
                push(code)?;
                return Ok(at + 3);
            }
            out.push('x');
        }
        'u' if chars.get(at + 1) == Some(&'{') => {
            let close = chars[at..].iter().position(|&c| c == '}').map(|n| at + n);
            let code = close.filter(|&end| end <= at + 9).and_then(|end| hex(at + 2, end - at - 2));
            let (Some(end), Some(code)) = (close, code) else {
                return Err("has a `\\u{` that names no character".into());
            };
            push(code)?;
            return Ok(end + 1);
        }
        'u' => {
            let Some(code) = hex(at + 1, 4) else {
                out.push('u');
                return Ok(at + 1);
            };
            let low = (0xd800..0xdc00).contains(&code)
                && chars.get(at + 5) == Some(&'\\')
                && chars.get(at + 6) == Some(&'u');
            if low && let Some(low) = hex(at + 7, 4).filter(|low| (0xdc00..0xe000).contains(low)) {
                push(0x1_0000 + ((code - 0xd800) << 10) + (low - 0xdc00))?;
                return Ok(at + 11);
            }
            push(code)?;
            return Ok(at + 5);
        }
        'c' if chars.get(at + 1).is_some_and(char::is_ascii_alphabetic) => {
            push(u32::from(chars[at + 1]) % 32)?;
            return Ok(at + 2);
        }
        '0' if !chars.get(at + 1).is_some_and(char::is_ascii_digit) => out.push_str("\\x00"),
        '0'..='9' | 'k' if !in_class => {
            return Err("refers back to a group, which cannot be run in linear time".into());
        }
        c if c.is_ascii_punctuation() => out.extend(['\\', c]),
        // Anything else stands for itself.
        c => out.push(c),
    }
    Ok(at + 1)
}

/// Whether what follows a `{` makes it a repetition: digits, perhaps a comma and digits, `}`.
fn is_repetition(rest: &[char]) -> bool {
    let digits = rest.iter().take_while(|c| c.is_ascii_digit()).count();
    let mut rest = &rest[digits..];
    if digits == 0 {
        return false;
    }
    if rest.first() == Some(&',') {
        rest = &rest[1..];
        let more = rest.iter().take_while(|c| c.is_ascii_digit()).count();
        rest = &rest[more..];
    }
    rest.first() == Some(&'}')
}

/// Whether the `}` at the end of `read` closes a repetition.
fn closes_repetition(read: &[char]) -> bool {
    let inner = &read[..read.len() - 1];
    let open = inner.iter().rposition(|&c| c == '{');
    open.is_some_and(|open| {
        is_repetition(&read[open + 1..]) && (open == 0 || read[open - 1] != '\\')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn occurs(pattern: &str, text: &str) -> bool {
        Pattern::new(pattern, false).unwrap().occurs(text)
    }

    #[test]
    fn patterns_mean_what_they_mean_in_javascript() {
        for (pattern, text) in [
            ("/hello/i", "Hello there"),
            ("/hello/gi", "HELLO"),
            ("hello", "Hello"),
            (r"/\bking\b/", "the king."),
            (r"/王\w/", "王a"),
            (r"/a\/b/", "a/b"),
            (r"/[\d-]+/", "12-3"),
            (r"/[[]x]/", "[x]"),
            (r"/{{char}}/", "{{char}}"),
            (r"/a{2,3}$/", "caaa"),
            (r"/x{1}y/", "xy"),
            (r"/\u732b/", "猫"),
            (r"/\u{1F409}/u", "🐉"),
            (r"/\ud83d\udc09/", "🐉"),
            (r"/a[^]b/", "a\nb"),
            (r"/a.b/s", "a\nb"),
            (r"/^b/m", "a\nb"),
            (r"/(?<name>dragon)s?/", "dragons"),
            (r"/\p{Script=Han}/u", "猫"),
            (r"/[a&&b]/", "&"),
            (r"/\q/", "q"),
            (r"/\cA/", "\u{1}"),
            ("/drago(n|ns)/", "two dragons"),
        ] {
            assert!(occurs(pattern, text), "{pattern} in {text:?}");
        }
        for (pattern, text) in [
            ("/hello/", "Hello"),
            (r"/\w/", "猫"),
            (r"/\d/", "٣"),
            (r"/\b猫\b/", "黒猫だ"),
            (r"/a.b/", "a\nb"),
            (r"/[]/", "anything"),
            (r"/^b/", "a\nb"),
        ] {
            assert!(!occurs(pattern, text), "{pattern} in {text:?}");
        }
    }

    #[test]
    fn what_cannot_be_run_is_refused_with_a_reason() {
        for (pattern, reason) in [
            ("/a(?=b)/", "look-around"),
            ("/(?<!a)b/", "look-around"),
            (r"/(a)\1/", "refers back"),
            ("/(/", "unclosed group"),
            ("/a/q", "flag `q`"),
            (r"a\", "backslash"),
            (r"/\u{zz}/", "names no character"),
            (r"/\ud800/", "half of a character"),
        ] {
            let error = Pattern::new(pattern, true).unwrap_err();
            assert!(error.contains(reason), "{pattern}: {error}");
        }
        assert!(Pattern::new(&"a".repeat(MAX_PATTERN + 1), true).is_err());
        let huge = Pattern::new(r"/((\w{1000}){1000}){1000}/", true).unwrap_err();
        assert!(huge.contains("too large"), "{huge}");
    }

    #[test]
    fn what_a_pattern_needs_is_known_beforehand() {
        let needles = |pattern| Pattern::new(pattern, true).unwrap().needles();
        assert_eq!(needles("/dragon.*fire/"), Some(vec!["dragon".to_owned()]));
        assert_eq!(
            needles("/(?:red|blue) dragon/"),
            Some(vec!["red dragon".to_owned(), "blue dragon".to_owned()])
        );
        assert_eq!(needles(r"/\w+ dragon/"), Some(vec![" dragon".to_owned()]));
        assert_eq!(needles(r"/\d+/"), None);
    }

    #[test]
    fn only_a_pattern_in_slashes_is_one() {
        assert_eq!(slashed("/a b/gi"), Some(("a b", "gi")));
        assert_eq!(slashed(r"/a\/b/"), Some((r"a\/b", "")));
        for text in ["a/b", "/a", "//", "/a/b/", "/path/to/File", "/a/B", "and/or"] {
            assert_eq!(slashed(text), None, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_pattern_is_run_or_refused(
            body in r"(\\[a-zA-Z0-9]|\\u\{?[0-9a-f]{0,4}\}?|\(\??[:=!<]?|[\[\]{}()|*+?.^$/&~,0-9a-c猫 -]){0,16}",
            text in "[a-c0-9猫 /-]{0,24}",
        ) {
            for written in [format!("/{body}/i"), body] {
                if let Ok(pattern) = Pattern::new(&written, true) {
                    let occurs = pattern.occurs(&text);
                    // What it is said to need is there wherever it occurs.
                    let needles = pattern.needles();
                    proptest::prop_assert!(
                        !occurs || needles.is_none_or(|all| all.iter().any(|one| text.contains(one))),
                        "{} in {:?}", written, text
                    );
                }
            }
        }
    }
}
