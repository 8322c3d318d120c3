//! JSON text to a value, with bounds: a few megabytes of `[[],[],…` would otherwise become gigabytes of memory.

use serde_json::Value;

use crate::Warning;

/// Longest JSON text of a card.
pub const MAX_JSON_BYTES: usize = 16 << 20;
/// Most values (objects, lists, members) in a card.
pub const MAX_JSON_VALUES: usize = 1_000_000;

/// Parses a card's text. Byte-order marks, trailing zero bytes and bytes that are not UTF-8 are overlooked, the last with a warning.
pub(crate) fn parse(bytes: &[u8], warnings: &mut Vec<Warning>) -> Result<Value, String> {
    if bytes.len() > MAX_JSON_BYTES {
        return Err(format!(
            "its text is {} bytes long, and {MAX_JSON_BYTES} are allowed",
            bytes.len()
        ));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    let bytes = &bytes[..end];
    if values(bytes) > MAX_JSON_VALUES {
        return Err(format!("it has more than {MAX_JSON_VALUES} values"));
    }
    let text = String::from_utf8_lossy(bytes);
    if matches!(text, std::borrow::Cow::Owned(_)) {
        warnings.push(Warning::new("", "some bytes were no UTF-8 text and became �"));
    }
    serde_json::from_str(&text).map_err(|error| format!("it is no JSON ({error})"))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_padding_are_overlooked() {
        let mut warnings = Vec::new();
        assert_eq!(
            parse(b"\xef\xbb\xbf{\"a\":1}\0\0", &mut warnings).unwrap(),
            serde_json::json!({ "a": 1 })
        );
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
}
