//! The little that is needed of XML. Entities that a document defines itself are never expanded, so there is nothing to explode.

use quick_xml::events::{BytesRef, BytesStart};

use crate::error::Refusal;

/// An attribute's value by its local name.
pub(super) fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    element
        .attributes()
        .flatten()
        .find(|attribute| attribute.key.local_name().as_ref() == name)
        .map(|attribute| unescaped(&attribute.value))
}

/// The letter that a reference stands for; the five of XML, a few of HTML and numbers, nothing else.
pub(super) fn reference(reference: &BytesRef<'_>) -> Option<char> {
    if let Ok(Some(letter)) = reference.resolve_char_ref() {
        return Some(letter);
    }
    named(&reference.xml10_content())
}

fn named(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" | "ensp" | "emsp" | "thinsp" => ' ',
        "ndash" => '–',
        "mdash" => '—',
        "hellip" => '…',
        "middot" => '·',
        "times" => '×',
        "deg" => '°',
        _ => return None,
    })
}

/// A text with its references resolved; those of no known name stay as they are.
pub(super) fn unescaped(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let letter = words::beginning(rest, 12).find(';').and_then(|end| {
            let name = &rest[1..end];
            let number = name.strip_prefix('#').and_then(|number| match number.strip_prefix('x') {
                Some(hex) => u32::from_str_radix(hex, 16).ok(),
                None => number.parse().ok(),
            });
            let letter = number.map_or_else(|| named(name), char::from_u32);
            letter.map(|letter| (letter, end + 1))
        });
        let (letter, length) = letter.unwrap_or(('&', 1));
        out.push(letter);
        rest = &rest[length..];
    }
    out.push_str(rest);
    out
}

/// What a broken document is refused with.
pub(super) fn damaged(error: impl std::fmt::Display) -> Refusal {
    Refusal::Damaged(error.to_string())
}
