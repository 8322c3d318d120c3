//! A lorebook between a card's JSON and the editor. Names are those of the V3 specification, and SillyTavern's within `extensions`,
//! which is where the field keeps what the specification has no name for. Fields that were not edited are not touched; neither is
//! anything unknown.

use serde_json::{Map, Value, json};

use crate::api::editor::{BookDocument, EntryDocument};

/// SillyTavern's numbers of positions.
const POSITIONS: [&str; 8] = [
    "before_char",
    "after_char",
    "note_top",
    "note_bottom",
    "depth",
    "before_examples",
    "after_examples",
    "outlet",
];
/// SillyTavern's numbers of the rules for secondary keys.
const LOGICS: [&str; 4] = ["and_any", "not_all", "not_any", "and_all"];
/// SillyTavern's numbers of roles.
const ROLES: [&str; 3] = ["system", "user", "assistant"];

/// A card's `character_book` for the editor.
pub(crate) fn read(book: &Value) -> BookDocument {
    BookDocument {
        name: text(book.get("name")),
        description: text(book.get("description")),
        scan_depth: whole(book.get("scan_depth")),
        token_budget: whole(book.get("token_budget")),
        recursive: switch(book.get("recursive_scanning")),
        entries: entries(book)
            .into_iter()
            .enumerate()
            .map(|(at, entry)| read_entry(at, entry))
            .collect(),
    }
}

/// The entries, whether the book lists or numbers them.
fn entries(book: &Value) -> Vec<&Value> {
    match book.get("entries") {
        Some(Value::Array(entries)) => entries.iter().collect(),
        Some(Value::Object(entries)) => entries.values().collect(),
        _ => Vec::new(),
    }
}

fn read_entry(at: usize, entry: &Value) -> EntryDocument {
    let own = |key: &str| entry.get(key);
    let further = |key: &str| entry.get("extensions").and_then(|extensions| extensions.get(key));
    let either = |key: &str| own(key).filter(|value| !value.is_null()).or_else(|| further(key));
    let named = |value: Option<&Value>, names: &[&str]| {
        whole(value).and_then(|number| names.get(number as usize).map(|name| (*name).to_owned()))
    };
    let defaults = EntryDocument::default();
    let position = named(further("position"), &POSITIONS).unwrap_or_else(|| {
        if text(own("position")) == "after_char" {
            "after_char".to_owned()
        } else {
            defaults.position
        }
    });
    // `useProbability: false` switches the number beside it off.
    let chance = switch(further("useProbability")).unwrap_or(true);
    EntryDocument {
        origin: Some(at as u32),
        name: text(own("name")),
        comment: text(own("comment")),
        keys: list(own("keys").or(own("key"))),
        secondary_keys: list(own("secondary_keys").or(own("keysecondary"))),
        selective: switch(own("selective")).unwrap_or(false),
        logic: named(further("selectiveLogic"), &LOGICS).unwrap_or(defaults.logic),
        use_regex: switch(own("use_regex")).unwrap_or(false),
        content: text(own("content")),
        enabled: switch(own("enabled")).unwrap_or(true),
        constant: switch(own("constant")).unwrap_or(false),
        case_sensitive: switch(either("case_sensitive")),
        whole_words: switch(further("match_whole_words")),
        insertion_order: number(own("insertion_order")).unwrap_or(defaults.insertion_order),
        priority: number(own("priority")),
        position,
        depth: whole(further("depth")),
        role: named(further("role"), &ROLES).unwrap_or(defaults.role),
        scan_depth: whole(further("scan_depth")),
        probability: number(further("probability")).filter(|_| chance),
        sticky: whole(further("sticky")),
        cooldown: whole(further("cooldown")),
        delay: whole(further("delay")),
        group: text(further("group")),
        group_weight: number(further("group_weight")),
        group_override: switch(further("group_override")).unwrap_or(false),
        exclude_recursion: switch(further("exclude_recursion")).unwrap_or(false),
        prevent_recursion: switch(further("prevent_recursion")).unwrap_or(false),
        // A number is a level; from 1 on it delays.
        delay_until_recursion: switch(further("delay_until_recursion")).unwrap_or(false),
    }
}

/// Writes what differs between `old` (as it was read of `book`) and `new` into a card's `character_book`.
pub(crate) fn write(book: &Value, old: &BookDocument, new: &BookDocument) -> Value {
    let mut out = book.as_object().cloned().unwrap_or_default();
    let mut set = |key: &str, changed: bool, value: Option<Value>| {
        if changed {
            put(&mut out, key, value);
        }
    };
    set("name", old.name != new.name, Some(json!(new.name)));
    set("description", old.description != new.description, Some(json!(new.description)));
    set("scan_depth", old.scan_depth != new.scan_depth, new.scan_depth.map(|n| json!(n)));
    set("token_budget", old.token_budget != new.token_budget, new.token_budget.map(|n| json!(n)));
    set("recursive_scanning", old.recursive != new.recursive, new.recursive.map(|on| json!(on)));
    if old.entries != new.entries || !out.contains_key("entries") {
        let before = entries(book);
        let written = new.entries.iter().map(|entry| {
            let origin = entry
                .origin
                .and_then(|at| Some((*before.get(at as usize)?, old.entries.get(at as usize)?)));
            match origin {
                Some((json, old)) => write_entry(json, old, entry),
                None => write_entry(&blank_entry(), &EntryDocument::default(), entry),
            }
        });
        let written: Vec<Value> = written.collect();
        out.insert("entries".to_owned(), Value::Array(written));
    }
    out.entry("extensions").or_insert_with(|| json!({}));
    Value::Object(out)
}

/// What the specification requires of every entry.
fn blank_entry() -> Value {
    json!({
        "keys": [], "content": "", "extensions": {}, "enabled": true, "insertion_order": 100,
        "use_regex": false, "constant": false, "selective": false, "secondary_keys": [], "position": "before_char",
    })
}

fn write_entry(json: &Value, old: &EntryDocument, new: &EntryDocument) -> Value {
    let mut out = json.as_object().cloned().unwrap_or_default();
    let mut own = |key: &str, changed: bool, value: Option<Value>| {
        if changed {
            put(&mut out, key, value);
        }
    };
    own("name", old.name != new.name, Some(json!(new.name)));
    own("comment", old.comment != new.comment, Some(json!(new.comment)));
    own("keys", old.keys != new.keys, Some(json!(new.keys)));
    own(
        "secondary_keys",
        old.secondary_keys != new.secondary_keys,
        Some(json!(new.secondary_keys)),
    );
    own("selective", old.selective != new.selective, Some(json!(new.selective)));
    own("use_regex", old.use_regex != new.use_regex, Some(json!(new.use_regex)));
    own("content", old.content != new.content, Some(json!(new.content)));
    own("enabled", old.enabled != new.enabled, Some(json!(new.enabled)));
    own("constant", old.constant != new.constant, Some(json!(new.constant)));
    own(
        "case_sensitive",
        old.case_sensitive != new.case_sensitive,
        new.case_sensitive.map(|on| json!(on)),
    );
    let moved = |a: f64, b: f64| a.to_bits() != b.to_bits();
    own(
        "insertion_order",
        moved(old.insertion_order, new.insertion_order),
        Some(plain(new.insertion_order)),
    );
    own("priority", old.priority != new.priority, new.priority.map(plain));
    let before = ["before_char", "before_examples", "note_top"].contains(&new.position.as_str());
    let place = if before { "before_char" } else { "after_char" };
    own("position", old.position != new.position, Some(json!(place)));

    if let Some(further) = write_further(&out, old, new) {
        out.insert("extensions".to_owned(), Value::Object(further));
    }
    Value::Object(out)
}

/// The entry's `extensions` with what differs; `None` where nothing does.
fn write_further(
    entry: &Map<String, Value>,
    old: &EntryDocument,
    new: &EntryDocument,
) -> Option<Map<String, Value>> {
    let mut further = match entry.get("extensions") {
        Some(Value::Object(extensions)) => extensions.clone(),
        _ => Map::new(),
    };
    let untouched = further.clone();
    let number_of =
        |names: &[&str], name: &str| names.iter().position(|one| *one == name).map(|at| json!(at));
    let mut set = |key: &str, changed: bool, value: Option<Value>| {
        if changed {
            put(&mut further, key, value);
        }
    };
    set("selectiveLogic", old.logic != new.logic, number_of(&LOGICS, &new.logic));
    set(
        "match_whole_words",
        old.whole_words != new.whole_words,
        new.whole_words.map(|on| json!(on)),
    );
    set("position", old.position != new.position, number_of(&POSITIONS, &new.position));
    set("depth", old.depth != new.depth, new.depth.map(|n| json!(n)));
    set("role", old.role != new.role, number_of(&ROLES, &new.role));
    set("scan_depth", old.scan_depth != new.scan_depth, new.scan_depth.map(|n| json!(n)));
    set("probability", old.probability != new.probability, new.probability.map(plain));
    set(
        "useProbability",
        old.probability != new.probability,
        Some(json!(new.probability.is_some())),
    );
    set("sticky", old.sticky != new.sticky, new.sticky.map(|n| json!(n)));
    set("cooldown", old.cooldown != new.cooldown, new.cooldown.map(|n| json!(n)));
    set("delay", old.delay != new.delay, new.delay.map(|n| json!(n)));
    set("group", old.group != new.group, Some(json!(new.group)));
    set("group_weight", old.group_weight != new.group_weight, new.group_weight.map(plain));
    set(
        "group_override",
        old.group_override != new.group_override,
        Some(json!(new.group_override)),
    );
    set(
        "exclude_recursion",
        old.exclude_recursion != new.exclude_recursion,
        Some(json!(new.exclude_recursion)),
    );
    set(
        "prevent_recursion",
        old.prevent_recursion != new.prevent_recursion,
        Some(json!(new.prevent_recursion)),
    );
    set(
        "delay_until_recursion",
        old.delay_until_recursion != new.delay_until_recursion,
        Some(json!(new.delay_until_recursion)),
    );
    // A copy of the specification's own field must not go on saying the opposite.
    if old.case_sensitive != new.case_sensitive && further.contains_key("case_sensitive") {
        put(&mut further, "case_sensitive", new.case_sensitive.map(|on| json!(on)));
    }
    (further != untouched).then_some(further)
}

fn put(map: &mut Map<String, Value>, key: &str, value: Option<Value>) {
    match value {
        Some(value) => drop(map.insert(key.to_owned(), value)),
        None => drop(map.shift_remove(key)),
    }
}

/// `100`, not `100.0`, where it is one.
fn plain(number: f64) -> Value {
    if number.fract() == 0.0 && number.abs() < 9e15 { json!(number as i64) } else { json!(number) }
}

fn text(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

fn list(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::Array(items)) => {
            items.iter().map(|item| text(Some(item))).filter(|item| !item.is_empty()).collect()
        }
        Some(Value::String(items)) => {
            let parts = items.split(',').map(str::trim).filter(|part| !part.is_empty());
            parts.map(str::to_owned).collect()
        }
        _ => Vec::new(),
    }
}

/// A number, also one that was written as text; nothing for an empty text, which the wild has in such places.
fn number(value: Option<&Value>) -> Option<f64> {
    let number = match value? {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    number.filter(|number| number.is_finite())
}

fn whole(value: Option<&Value>) -> Option<u32> {
    number(value).filter(|number| (0.0..=f64::from(u32::MAX)).contains(number)).map(|n| n as u32)
}

fn switch(value: Option<&Value>) -> Option<bool> {
    match value? {
        Value::Bool(on) => Some(*on),
        Value::Number(number) => number.as_f64().map(|number| number != 0.0),
        Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" => Some(true),
            "false" | "0" | "no" => Some(false),
            _ => None,
        },
        _ => None,
    }
}
