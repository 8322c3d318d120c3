//! RisuAI's own export of a lorebook: `{"type": "risu", "data": […]}`, keys in one text, folders as entries.

use serde_json::{Map, Value};

use super::reader::Reader;
use super::{entries, members, without_entries};
use crate::{Book, Entry, Format, KeySyntax, Warning};

pub(super) fn book(fields: &Map<String, Value>, warnings: &mut Vec<Warning>) -> Book {
    let mut reader = Reader { fields, path: String::new(), warnings };
    let mut book = Book {
        name: reader.text(&["name"]),
        format: Format::Risu,
        raw: without_entries(fields, "data"),
        ..Book::default()
    };
    book.entries = entries(members(fields.get("data")), warnings, entry);
    book
}

fn entry(reader: &mut Reader<'_>) -> Entry {
    let keys = |reader: &mut Reader<'_>, name| match reader.fields.get(name) {
        Some(Value::String(text)) => crate::decorators::list(text),
        _ => reader.texts(&[name]),
    };
    let mode = reader.text(&["mode"]);
    let mut entry = Entry {
        id: reader.id(&["id"]),
        comment: reader.text(&["comment"]),
        keys: keys(reader, "key"),
        secondary_keys: keys(reader, "secondkey"),
        selective: reader.flag(&["selective"]).unwrap_or_default(),
        syntax: if reader.flag(&["useRegex"]).unwrap_or_default() {
            KeySyntax::Regex
        } else {
            KeySyntax::Plain
        },
        content: reader.text(&["content"]),
        // A folder is a heading of its list.
        enabled: mode != "folder",
        constant: reader.flag(&["alwaysActive"]).unwrap_or_default() || mode == "constant",
        insertion_order: reader.number(&["insertorder"], -1e9, 1e9).unwrap_or(100.0),
        probability: reader.number(&["activationPercent"], 0.0, 100.0).unwrap_or(100.0),
        ..Entry::default()
    };
    // Spelt like this in its files.
    if let Some(mut extensions) = reader.inner("extentions") {
        entry.case_sensitive = extensions.flag(&["risu_case_sensitive"]);
    }
    entry
}
