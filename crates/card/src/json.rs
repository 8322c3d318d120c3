//! JSON text to a value, with bounds: a few megabytes of `[[],[],…` would otherwise become gigabytes of memory. Text that is nearly JSON
//! (by hand, by a hasty script) is repaired where there is no doubt what was meant.

use serde_json::Value;

use crate::{Warning, text};

/// Longest JSON text of a card.
pub const MAX_JSON_BYTES: usize = 16 << 20;
/// Most values (objects, lists, members) in a card.
pub const MAX_JSON_VALUES: usize = 1_000_000;

/// Parses a card's text. Byte-order marks and trailing zero bytes are overlooked, other encodings and repairs told.
pub(crate) fn parse(bytes: &[u8], warnings: &mut Vec<Warning>) -> Result<Value, String> {
    if bytes.len() > MAX_JSON_BYTES {
        return Err(format!(
            "its text is {} bytes long, and {MAX_JSON_BYTES} are allowed",
            bytes.len()
        ));
    }
    parse_text(&text::decode(bytes, warnings), warnings)
}

/// The same for text that is decoded already.
pub(crate) fn parse_text(text: &str, warnings: &mut Vec<Warning>) -> Result<Value, String> {
    parse_or_repair(text, warnings).map(|(value, _)| value)
}

/// The same, with whether the text had to be repaired.
pub(crate) fn parse_or_repair(
    text: &str,
    warnings: &mut Vec<Warning>,
) -> Result<(Value, bool), String> {
    let text = text.trim_end_matches('\0');
    if values(text.as_bytes()) > MAX_JSON_VALUES {
        return Err(format!("it has more than {MAX_JSON_VALUES} values"));
    }
    match serde_json::from_str(text) {
        Ok(value) => Ok((value, false)),
        Err(error) => match serde_json::from_str(&repaired(text)) {
            Ok(value) => {
                warnings.push(Warning::new(
                    "",
                    format!("is no correct JSON ({error}); it was repaired"),
                ));
                Ok((value, true))
            }
            Err(_) => Err(format!("it is no JSON ({error})")),
        },
    }
}

/// About how many values a text holds: its commas and opening brackets outside of strings.
fn values(bytes: &[u8]) -> usize {
    let (mut count, mut in_string, mut escaped) = (1, false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b',' | b'[' | b'{' if !in_string => count += 1,
            _ => {}
        }
    }
    count
}

/// Line breaks and tabs within strings are escaped, halves of surrogate pairs replaced, commas before a closing bracket and what follows
/// the closing bracket dropped, Python's `NaN` and `Infinity` made `null`.
fn repaired(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 64);
    let (mut in_string, mut depth, mut rest) = (false, 0usize, text);
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        let mut skip = 0;
        match c {
            '"' => {
                in_string = !in_string;
                out.push(c);
            }
            '\\' if in_string => {
                let (escape, length) = escape(rest);
                out.push_str(&escape);
                skip = length - 1;
            }
            '\n' if in_string => out.push_str("\\n"),
            '\r' if in_string => out.push_str("\\r"),
            '\t' if in_string => out.push_str("\\t"),
            c if in_string && c < ' ' => out.push_str("\\ufffd"),
            ',' if !in_string && after.trim_start().starts_with(['}', ']']) => {}
            'N' | 'I' | '-' if !in_string => {
                let word = ["NaN", "Infinity", "-Infinity"]
                    .into_iter()
                    .find(|word| rest.starts_with(word));
                match word {
                    Some(word) => {
                        out.push_str("null");
                        skip = word.len() - 1;
                    }
                    None => out.push(c),
                }
            }
            '{' | '[' if !in_string => {
                depth += 1;
                out.push(c);
            }
            '}' | ']' if !in_string => {
                out.push(c);
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return out;
                }
            }
            c => out.push(c),
        }
        rest = after.get(skip..).unwrap_or_default();
    }
    out
}

/// An escape at the head of a text, made right, and how long it was. Half a surrogate pair becomes �.
fn escape(text: &str) -> (String, usize) {
    let unit = |at: usize| {
        let hex = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(hex, 16).ok()
    };
    match unit(0) {
        Some(high @ 0xd800..=0xdbff) => match unit(6) {
            Some(low @ 0xdc00..=0xdfff) => (format!("\\u{high:04x}\\u{low:04x}"), 12),
            _ => ("\\ufffd".to_owned(), 6),
        },
        Some(0xdc00..=0xdfff) => ("\\ufffd".to_owned(), 6),
        Some(_) => (text[..6].to_owned(), 6),
        None => match text.chars().nth(1) {
            Some(c @ ('"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't')) => (format!("\\{c}"), 2),
            // `\'` and the like: the backslash was meant as itself or as nothing; it stays.
            _ => ("\\\\".to_owned(), 1),
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn marks_and_padding_are_overlooked() {
        let mut warnings = Vec::new();
        assert_eq!(parse(b"\xef\xbb\xbf{\"a\":1}\0\0", &mut warnings).unwrap(), json!({ "a": 1 }));
        assert!(warnings.is_empty());
        parse(b"{\"a\":\"\xff\"}", &mut warnings).unwrap();
        assert_eq!(warnings.len(), 1);
    }

    #[test]
    fn floods_are_refused_before_anything_is_allocated() {
        let mut warnings = Vec::new();
        let wide = format!("[{}1]", "1,".repeat(MAX_JSON_VALUES));
        assert!(parse(wide.as_bytes(), &mut warnings).unwrap_err().contains("values"));
        let deep = "[".repeat(100_000);
        assert!(parse(deep.as_bytes(), &mut warnings).is_err());
        assert!(
            parse(&vec![b' '; MAX_JSON_BYTES + 1], &mut warnings)
                .unwrap_err()
                .contains("bytes long")
        );
        let text = format!("\"{}\"", ",[".repeat(MAX_JSON_VALUES));
        assert!(
            parse(text.as_bytes(), &mut warnings).is_ok(),
            "what stands in a text does not count"
        );
    }

    #[test]
    fn what_is_nearly_json_is_repaired_and_told() {
        for (text, value) in [
            (
                "{\"a\": \"one\ntwo\tthree\", \"b\": [1, 2,], }",
                json!({ "a": "one\ntwo\tthree", "b": [1, 2] }),
            ),
            (
                "{\"a\": \"\\ud83d cut\", \"b\": \"\\ud83d\\ude00\"}",
                json!({ "a": "\u{fffd} cut", "b": "😀" }),
            ),
            ("{\"a\": NaN, \"b\": -Infinity, \"c\": -1}", json!({ "a": null, "b": null, "c": -1 })),
            ("{\"a\": \"it\\'s\"} trailing words", json!({ "a": "it\\'s" })),
        ] {
            let mut warnings = Vec::new();
            assert_eq!(parse(text.as_bytes(), &mut warnings).unwrap(), value);
            assert!(warnings[0].message.contains("repaired"), "{warnings:?}");
        }
        for text in ["{\"name\": \"A\"", "{name: A}", "{\"a\" 1}", "{\"a\": \"\\u12"] {
            assert!(parse(text.as_bytes(), &mut Vec::new()).is_err(), "{text}");
        }
    }
}
