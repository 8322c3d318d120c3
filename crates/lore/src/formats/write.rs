//! A [`Book`] as the specification writes it, with everything beside it that it cannot say.

use serde_json::{Map, Value, json};

use crate::{Book, Entry, Format, KeySyntax, Logic, Position, Role, Window};

/// The book as a standalone `lorebook_v3`; its `data` is a card's `character_book`.
///
/// What the specification has no field for stands where SillyTavern looks for it (`extensions`); fields of another tool's
/// format are kept under the name of the tool, in the book's or the entry's `extensions`.
pub fn lorebook_v3(book: &Book) -> Value {
    let native = matches!(book.format, Format::CharacterBook | Format::LorebookV3);
    let mut data = if native { book.raw.clone() } else { Map::new() };
    for (key, text) in [("name", &book.name), ("description", &book.description)] {
        set_text(&mut data, key, text);
    }
    set(&mut data, "scan_depth", book.scan_depth.map(Value::from));
    set(&mut data, "token_budget", book.token_budget.map(Value::from));
    set(&mut data, "recursive_scanning", book.recursive.map(Value::from));
    // The specification wants the field, but what came without it goes without it.
    if !native || book.raw.is_empty() {
        let mut extensions = Map::new();
        if !native {
            extensions.insert(origin(book.format).into(), Value::Object(book.raw.clone()));
        }
        data.insert("extensions".into(), Value::Object(extensions));
    }
    let entries = book.entries.iter().map(|entry| write_entry(entry, book.format)).collect();
    data.insert("entries".into(), Value::Array(entries));
    json!({ "spec": "lorebook_v3", "data": data })
}

/// A content as V2 takes it, which knows no decorators.
pub fn without_decorators(content: &str) -> &str {
    crate::split_decorators(content).1
}

fn write_entry(entry: &Entry, format: Format) -> Value {
    let native = matches!(format, Format::CharacterBook | Format::LorebookV3);
    if native && super::card::reads_as(&entry.raw, entry) {
        return Value::Object(entry.raw.clone());
    }
    let mut out = if native { entry.raw.clone() } else { Map::new() };
    let id = entry.id.parse::<i64>().map_or_else(|_| Value::from(entry.id.as_str()), Value::from);
    out.insert("id".into(), id);
    set_text(&mut out, "name", &entry.name);
    set_text(&mut out, "comment", &entry.comment);
    for old in ["key", "secondaryKeys"] {
        out.remove(old);
    }
    out.insert("keys".into(), json!(entry.keys));
    if !entry.secondary_keys.is_empty() || out.contains_key("secondary_keys") {
        out.insert("secondary_keys".into(), json!(entry.secondary_keys));
    }
    out.insert("selective".into(), entry.selective.into());
    out.insert("content".into(), entry.content.as_str().into());
    out.insert("enabled".into(), entry.enabled.into());
    out.insert("constant".into(), entry.constant.into());
    out.insert("insertion_order".into(), number(entry.insertion_order));
    set(&mut out, "priority", entry.priority.map(number));
    set(&mut out, "case_sensitive", entry.case_sensitive.map(Value::from));
    // A file of SillyTavern's says `use_regex` whatever its keys are, and so it stays.
    out.insert("use_regex".into(), (entry.syntax != KeySyntax::Plain).into());
    let after = !matches!(entry.position, Position::BeforeChar);
    out.insert("position".into(), if after { "after_char" } else { "before_char" }.into());

    let mut extensions = object(out.remove("extensions"));
    extension_fields(entry, &mut extensions);
    if !native {
        extensions.insert(origin(format).into(), Value::Object(entry.raw.clone()));
    }
    out.insert("extensions".into(), Value::Object(extensions));
    Value::Object(out)
}

/// What only SillyTavern's extensions can say, where it is not the default or was there already.
fn extension_fields(entry: &Entry, extensions: &mut Map<String, Value>) {
    let default = Entry::default();
    let (place, depth) = match &entry.position {
        Position::BeforeChar => (0, None),
        Position::NoteTop => (2, None),
        Position::NoteBottom => (3, None),
        Position::Depth(depth) => (4, Some(*depth)),
        Position::BeforeExamples => (5, None),
        Position::AfterExamples => (6, None),
        Position::Outlet(_) => (7, None),
        _ => (1, None),
    };
    let role = match entry.role {
        Role::System => 0,
        Role::User => 1,
        Role::Assistant => 2,
    };
    let logic = match entry.logic {
        Logic::AndAny => 0,
        Logic::NotAll => 1,
        Logic::NotAny => 2,
        Logic::AndAll => 3,
    };
    let marked = entry.syntax == KeySyntax::Slashed;
    let mut put = |key: &str, value: Value, changed: bool| {
        if changed || extensions.contains_key(key) {
            extensions.insert(key.into(), value);
        }
    };
    // Without this mark `use_regex` would be taken at its word.
    put("display_index", entry.id.parse::<u32>().unwrap_or_default().into(), marked);
    put("selectiveLogic", logic.into(), marked || logic != 0);
    put("position", place.into(), marked || place > 1);
    if let Some(depth) = depth {
        put("depth", depth.into(), true);
    }
    put("role", role.into(), role != 0);
    if let Position::Outlet(name) = &entry.position {
        put("outlet_name", name.as_str().into(), true);
    }
    put("probability", number(entry.probability), entry.probability < 100.0);
    put("useProbability", true.into(), entry.probability < 100.0);
    put("sticky", entry.sticky.into(), entry.sticky != 0);
    put("cooldown", entry.cooldown.into(), entry.cooldown != 0);
    put("delay", entry.delay.into(), entry.delay != 0);
    put("group", entry.groups.join(", ").into(), !entry.groups.is_empty());
    put("group_override", entry.group_override.into(), entry.group_override);
    let weight = entry.group_weight;
    put("group_weight", number(weight), weight.total_cmp(&default.group_weight).is_ne());
    put("use_group_scoring", entry.group_scoring.into(), entry.group_scoring.is_some());
    put("exclude_recursion", entry.exclude_recursion.into(), entry.exclude_recursion);
    put("prevent_recursion", entry.prevent_recursion.into(), entry.prevent_recursion);
    let level = entry.delay_until_recursion;
    put("delay_until_recursion", level.into(), level != 0);
    put("ignore_budget", entry.ignore_budget.into(), entry.ignore_budget);
    put("match_whole_words", entry.whole_words.into(), entry.whole_words.is_some());
    if let Some(Window::Messages(depth)) = entry.window {
        put("scan_depth", depth.into(), true);
    }
    let filter = &entry.filter;
    let filtered = *filter != default.filter;
    put(
        "character_filter",
        json!({ "names": filter.names, "tags": filter.tags, "isExclude": filter.exclude }),
        filtered,
    );
    let also = [
        ("match_persona_description", crate::AlsoScan::PERSONA),
        ("match_character_description", crate::AlsoScan::DESCRIPTION),
        ("match_character_personality", crate::AlsoScan::PERSONALITY),
        ("match_character_depth_prompt", crate::AlsoScan::DEPTH_PROMPT),
        ("match_scenario", crate::AlsoScan::SCENARIO),
        ("match_creator_notes", crate::AlsoScan::CREATOR_NOTES),
    ];
    for (key, bit) in also {
        put(key, entry.also_scan.has(bit).into(), entry.also_scan.has(bit));
    }
}

fn set(fields: &mut Map<String, Value>, key: &str, value: Option<Value>) {
    match value {
        Some(value) => {
            fields.insert(key.into(), value);
        }
        // What was no number is no longer there when it was read; a null stays one.
        None if fields.get(key).is_some_and(|old| !old.is_null()) => {
            fields.remove(key);
        }
        None => {}
    }
}

fn set_text(fields: &mut Map<String, Value>, key: &str, text: &str) {
    if !text.is_empty() || fields.contains_key(key) {
        fields.insert(key.into(), text.into());
    }
}

fn object(value: Option<Value>) -> Map<String, Value> {
    match value {
        Some(Value::Object(fields)) => fields,
        _ => Map::new(),
    }
}

/// A whole number is written as one.
fn number(value: f64) -> Value {
    if value.fract() == 0.0 && value.abs() < 1e15 {
        Value::from(value as i64)
    } else {
        Value::from(value)
    }
}

fn origin(format: Format) -> &'static str {
    match format {
        Format::CharacterBook | Format::LorebookV3 => "hanashi",
        Format::SillyTavern => "sillytavern",
        Format::NovelAi => "novelai",
        Format::Agnai => "agnai",
        Format::Risu => "risu",
    }
}
