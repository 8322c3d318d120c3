//! `character_book` of V2 and V3 cards and `lorebook_v3`, with what SillyTavern and RisuAI put into `extensions`.

use serde_json::{Map, Value};

use super::reader::Reader;
use super::{entries, header, members, sillytavern};
use crate::{Book, Entry, Format, KeySyntax, Position, Warning};

/// The field by which an entry of SillyTavern's is known: it writes that into every one, and `use_regex: true` whatever the keys are. Its
/// other settings are written by others, too, and mean the same there.
const SILLYTAVERN_MARK: &str = "display_index";

pub(super) fn book(fields: &Map<String, Value>, warnings: &mut Vec<Warning>) -> Book {
    let mut book = header(fields, Format::CharacterBook, warnings);
    let mut reader = Reader { fields, path: String::new(), warnings };
    if let Some(mut extensions) = reader.inner("extensions")
        && let Some(whole) = extensions.flag(&["risu_fullWordMatching"])
    {
        book.entries = entries(members(fields.get("entries")), warnings, |reader| Entry {
            whole_words: Some(whole),
            ..entry(reader)
        });
        return book;
    }
    book.entries = entries(members(fields.get("entries")), warnings, entry);
    book
}

fn entry(reader: &mut Reader<'_>) -> Entry {
    let mut entry = Entry {
        id: reader.id(&["id"]),
        name: reader.text(&["name"]),
        comment: reader.text(&["comment"]),
        keys: reader.texts(&["keys", "key"]),
        secondary_keys: reader.texts(&["secondary_keys", "secondaryKeys"]),
        selective: reader.flag(&["selective"]).unwrap_or_default(),
        syntax: if reader.flag(&["use_regex"]).unwrap_or_default() {
            KeySyntax::Regex
        } else {
            KeySyntax::Plain
        },
        content: reader.text(&["content"]),
        enabled: reader.flag(&["enabled"]).unwrap_or(true),
        constant: reader.flag(&["constant"]).unwrap_or_default(),
        case_sensitive: reader.flag(&["case_sensitive"]),
        insertion_order: reader.number(&["insertion_order"], -1e15, 1e15).unwrap_or(100.0),
        priority: reader.number(&["priority"], -1e9, 1e9),
        position: match reader.text(&["position"]).as_str() {
            // Numbers are SillyTavern's.
            "after_char" | "1" => Position::AfterChar,
            "" | "before_char" | "0" => Position::BeforeChar,
            other => {
                let message =
                    format!("is `{}`, which is unknown; put before the character", cut(other));
                reader.warn("position", message);
                Position::BeforeChar
            }
        },
        ..Entry::default()
    };
    if let Some(mut extensions) = reader.inner("extensions") {
        sillytavern::extensions(&mut extensions, &mut entry);
        if extensions.fields.contains_key(SILLYTAVERN_MARK) {
            entry.syntax = KeySyntax::Slashed;
        }
        if let Some(percent) = extensions.number(&["risu_activationPercent"], 0.0, 100.0) {
            entry.probability = percent;
        }
        if entry.case_sensitive.is_none() {
            entry.case_sensitive = extensions.flag(&["risu_case_sensitive"]);
        }
    }
    entry
}

/// Whether this JSON already says what the entry is: then it is written as it came.
pub(super) fn reads_as(raw: &Map<String, Value>, wanted: &Entry) -> bool {
    if raw.is_empty() {
        return false;
    }
    let mut warnings = Vec::new();
    let mut reader = Reader { fields: raw, path: String::new(), warnings: &mut warnings };
    let mut read = entry(&mut reader);
    if read.id.is_empty() {
        read.id.clone_from(&wanted.id);
    }
    read.raw.clone_from(raw);
    read == *wanted
}

fn cut(text: &str) -> String {
    text.chars().take(40).collect()
}
