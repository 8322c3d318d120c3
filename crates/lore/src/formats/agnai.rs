//! Agnai's memory books.

use serde_json::{Map, Value};

use super::{entries, header, members};
use crate::{Book, Entry, Format, Position, Warning};

pub(super) fn book(fields: &Map<String, Value>, warnings: &mut Vec<Warning>) -> Book {
    let mut book = header(fields, Format::Agnai, warnings);
    book.entries = entries(members(fields.get("entries")), warnings, |reader| Entry {
        id: reader.id(&["id"]),
        name: reader.text(&["name"]),
        comment: reader.text(&["comment"]),
        keys: reader.texts(&["keywords", "keys"]),
        secondary_keys: reader.texts(&["secondaryKeys", "secondary_keys"]),
        selective: reader.flag(&["selective"]).unwrap_or_default(),
        content: reader.text(&["entry", "content"]),
        enabled: reader.flag(&["enabled"]).unwrap_or(true),
        constant: reader.flag(&["constant"]).unwrap_or_default(),
        // Its keys are words.
        whole_words: Some(true),
        insertion_order: reader.number(&["weight", "insertion_order"], -1e9, 1e9).unwrap_or(100.0),
        priority: reader.number(&["priority"], -1e9, 1e9),
        position: match reader.text(&["position"]).as_str() {
            "after_char" => Position::AfterChar,
            _ => Position::BeforeChar,
        },
        ..Entry::default()
    });
    book
}
