//! NovelAI's `.lorebook` (version 1 to 5): keys within the last characters of a story, texts with a prefix and a suffix.

use serde_json::{Map, Value};

use super::reader::Reader;
use super::{entries, members, without_entries};
use crate::{Book, Entry, Format, KeySyntax, Position, Warning, Window};

/// How far back NovelAI searches unless told otherwise, in characters.
const SEARCH_RANGE: u32 = 1000;

pub(super) fn book(fields: &Map<String, Value>, warnings: &mut Vec<Warning>) -> Book {
    let mut reader = Reader { fields, path: String::new(), warnings };
    if let Some(version) = reader.number(&["lorebookVersion"], 0.0, 1e6)
        && version > 5.0
    {
        reader.warn("lorebookVersion", format!("is {version}, which is newer than 5; read as 5"));
    }
    let off: Vec<String> = members(fields.get("categories"))
        .into_iter()
        .filter(|(_, category)| category.get("enabled") == Some(&Value::Bool(false)))
        .filter_map(|(_, category)| Some(category.get("id")?.as_str()?.to_owned()))
        .collect();
    Book {
        format: Format::NovelAi,
        // Entries call each other unless they are `nonStoryActivatable: false`, which each says for itself.
        recursive: Some(true),
        entries: entries(members(fields.get("entries")), warnings, |reader| entry(reader, &off)),
        raw: without_entries(fields, "entries"),
        ..Book::default()
    }
}

fn entry(reader: &mut Reader<'_>, categories_off: &[String]) -> Entry {
    let mut prefix = String::new();
    let mut suffix = String::new();
    let mut priority = None;
    if let Some(mut context) = reader.inner("contextConfig") {
        prefix = context.text(&["prefix"]);
        suffix = context.text(&["suffix"]);
        priority = context.number(&["budgetPriority"], -1e9, 1e9);
    }
    let text = reader.text(&["text"]);
    let category = reader.id(&["category"]);
    // Its separator between entries is a line end; here entries are put together with one anyway.
    let content = if text.is_empty() {
        text
    } else {
        format!("{prefix}{text}{}", suffix.strip_suffix('\n').unwrap_or(&suffix))
    };
    Entry {
        id: reader.id(&["id"]),
        name: reader.text(&["displayName"]),
        keys: reader.texts(&["keys"]),
        syntax: KeySyntax::Slashed,
        case_sensitive: Some(false),
        content,
        enabled: reader.flag(&["enabled"]).unwrap_or(true) && !categories_off.contains(&category),
        constant: reader.flag(&["forceActivation"]).unwrap_or_default(),
        // What has a higher priority there is put into the context first, so it stands earlier and goes last.
        insertion_order: -priority.unwrap_or_default(),
        priority,
        position: Position::BeforeChar,
        window: Some(Window::Characters(reader.count(&["searchRange"]).unwrap_or(SEARCH_RANGE))),
        exclude_recursion: !reader.flag(&["nonStoryActivatable"]).unwrap_or_default(),
        ..Entry::default()
    }
}
