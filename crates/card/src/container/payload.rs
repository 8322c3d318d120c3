//! A card's JSON out of what tools write into comments: JSON, base64 of it, a list of decimal byte values, any of these in UTF-16, in an
//! XML attribute, or behind EXIF's eight bytes of character code.

use crate::base64_text;
use crate::json::MAX_JSON_BYTES;
use crate::text;

/// Most that is looked at: the longest card as a list of decimal bytes.
const MAX_PAYLOAD: usize = MAX_JSON_BYTES * 4;
/// The shortest base64 that is worth a try.
const MIN_BASE64: usize = 24;

/// The JSON text within a comment; `None` where there is none.
pub(crate) fn json(bytes: &[u8]) -> Option<Vec<u8>> {
    if bytes.len() > MAX_PAYLOAD {
        return None;
    }
    let bytes = trim(without_code(bytes));
    if bytes.first() == Some(&b'{') && bytes.get(1) != Some(&0) {
        return Some(bytes.to_vec());
    }
    if let Some(list) = decimal_list(bytes) {
        return Some(list).filter(|list| trim(list).first() == Some(&b'{'));
    }
    if bytes.len() >= MIN_BASE64
        && let Some(decoded) = base64_text::decode(bytes)
        && trim(&decoded).first() == Some(&b'{')
    {
        return Some(decoded);
    }
    if bytes.contains(&0) {
        let decoded = text::decode(bytes, &mut Vec::new()).into_owned();
        if !decoded.as_bytes().contains(&0) {
            return json(decoded.as_bytes());
        }
    }
    None
}

/// The JSON text within an XML packet (XMP): in an element or an attribute, escaped or not.
pub(crate) fn json_in_xml(bytes: &[u8]) -> Option<Vec<u8>> {
    if bytes.len() > MAX_PAYLOAD {
        return None;
    }
    let text = text::decode(bytes, &mut Vec::new());
    let plain = unescaped(&text);
    if let (Some(from), Some(to)) = (plain.find('{'), plain.rfind('}'))
        && from < to
        && serde_json::from_str::<serde::de::IgnoredAny>(&plain[from..=to]).is_ok()
    {
        return Some(plain.as_bytes()[from..=to].to_vec());
    }
    text.split(|c: char| !c.is_ascii_alphanumeric() && !"+/=-_".contains(c))
        .filter(|word| word.len() >= MIN_BASE64)
        .max_by_key(|word| word.len())
        .and_then(|word| json(word.as_bytes()))
}

/// Without EXIF's character code, where there is one.
fn without_code(bytes: &[u8]) -> &[u8] {
    const CODES: [&[u8; 8]; 4] =
        [b"ASCII\0\0\0", b"UNICODE\0", b"JIS\0\0\0\0\0", b"\0\0\0\0\0\0\0\0"];
    CODES.iter().find_map(|code| bytes.strip_prefix(code.as_slice())).unwrap_or(bytes)
}

fn trim(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_prefix(text::UTF8_MARK).unwrap_or(bytes).trim_ascii();
    // UTF-16 ends with a zero byte of its own.
    match bytes {
        [_, 0, ..] | [0, _, ..] => bytes,
        _ => {
            let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
            bytes[..end].trim_ascii()
        }
    }
}

/// `123,34,110,…`, as early TavernAI wrote its WEBP cards.
fn decimal_list(bytes: &[u8]) -> Option<Vec<u8>> {
    let head = &bytes[..bytes.len().min(16)];
    if head.len() < 4
        || !head.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b',' | b' '))
    {
        return None;
    }
    bytes
        .split(|byte| *byte == b',')
        .map(|number| std::str::from_utf8(number.trim_ascii()).ok()?.parse().ok())
        .collect()
}

/// The five entities of XML and numbered characters.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let name = rest[1..]
            .char_indices()
            .take(10)
            .find(|(_, c)| *c == ';')
            .map(|(end, _)| &rest[1..=end]);
        if let Some((name, c)) = name.and_then(|name| Some((name, entity(name)?))) {
            out.push(c);
            rest = &rest[name.len() + 2..];
        } else {
            out.push('&');
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    out
}

fn entity(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CARD: &str = "{\"name\":\"Mira & 灯台\",\"first_mes\":\"Hi\"}";

    #[test]
    fn every_disguise_of_a_card_is_seen_through() {
        let decimal: Vec<String> = CARD.bytes().map(|byte| byte.to_string()).collect();
        let utf16: Vec<u8> = CARD.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in [
            CARD.as_bytes().to_vec(),
            [b"ASCII\0\0\0", CARD.as_bytes()].concat(),
            [b"ASCII\0\0\0".as_slice(), decimal.join(",").as_bytes()].concat(),
            base64_text::encode(CARD.as_bytes()).into_bytes(),
            [b"UNICODE\0".as_slice(), &utf16].concat(),
            [b"\0\0\0\0\0\0\0\0", CARD.as_bytes(), b"\0\0"].concat(),
        ] {
            assert_eq!(json(&bytes).as_deref(), Some(CARD.as_bytes()), "{bytes:?}");
        }
        for bytes in
            [b"".as_slice(), b"ASCII\0\0\0", b"1,2,3,4", b"a photo of the sea, 2019", b"300,4,5,6"]
        {
            assert_eq!(json(bytes), None);
        }
    }

    #[test]
    fn xml_is_unescaped() {
        let escaped = CARD.replace('&', "&amp;").replace('"', "&quot;");
        let element = format!("<x:xmpmeta><rdf:li>{escaped}</rdf:li></x:xmpmeta>");
        assert_eq!(json_in_xml(element.as_bytes()).as_deref(), Some(CARD.as_bytes()));
        let packed = format!("<a chara='{}'/>", base64_text::encode(CARD.as_bytes()));
        assert_eq!(json_in_xml(packed.as_bytes()).as_deref(), Some(CARD.as_bytes()));
        assert_eq!(json_in_xml(b"<a>{no json} &#x110000; &;</a>"), None);
    }
}
