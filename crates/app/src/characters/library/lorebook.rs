//! A lorebook between a card's JSON and the editor. What an entry means is read by `lore`, so that the editor shows what the engine will
//! do; it is written under the names of the V3 specification, and SillyTavern's within `extensions`, which is where the field keeps what
//! the specification has no name for. Fields that were not edited are not touched; neither is anything unknown.

use api::editor::{BookDocument, EntryDocument};
use lore::{AlsoScan, Book, Entry, Filter, Format, KeySyntax, Logic, Position, Role, Window};
use serde_json::{Map, Value, json};

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
/// Texts beside the conversation that may be searched: their names in the editor, SillyTavern's, and the engine's.
const ALSO: [(&str, &str, AlsoScan); 6] = [
    ("persona", "match_persona_description", AlsoScan::PERSONA),
    ("description", "match_character_description", AlsoScan::DESCRIPTION),
    ("personality", "match_character_personality", AlsoScan::PERSONALITY),
    ("depth_prompt", "match_character_depth_prompt", AlsoScan::DEPTH_PROMPT),
    ("scenario", "match_scenario", AlsoScan::SCENARIO),
    ("creator_notes", "match_creator_notes", AlsoScan::CREATOR_NOTES),
];

/// A card's `character_book` for the editor.
pub(crate) fn read(book: &Value) -> BookDocument {
    of(&understood(book))
}

/// The book as the engine understands it.
fn understood(book: &Value) -> Book {
    let read = |value: &Value| lore::read_value(value).ok().map(|(book, _)| book);
    read(book)
        .or_else(|| {
            // A book of settings alone is one; what stands in place of its entries is kept, not read.
            let mut fields = book.as_object()?.clone();
            fields.insert("entries".to_owned(), json!([]));
            read(&Value::Object(fields))
        })
        .unwrap_or_default()
}

fn of(book: &Book) -> BookDocument {
    BookDocument {
        name: book.name.clone(),
        description: book.description.clone(),
        scan_depth: book.scan_depth,
        token_budget: book.token_budget,
        recursive: book.recursive,
        entries: book
            .entries
            .iter()
            .enumerate()
            .map(|(at, entry)| EntryDocument { origin: Some(at as u32), ..entry_of(entry) })
            .collect(),
    }
}

/// An entry for the editor. Every field of the engine's is named here, so that a new one does not compile before it has a place.
#[expect(clippy::too_many_lines, reason = "every field is named")]
fn entry_of(entry: &Entry) -> EntryDocument {
    let Entry {
        id: _,
        raw: _,
        name,
        comment,
        keys,
        secondary_keys,
        selective,
        logic,
        syntax,
        content,
        enabled,
        constant,
        case_sensitive,
        whole_words,
        insertion_order,
        priority,
        position,
        role,
        window,
        also_scan,
        probability,
        sticky,
        cooldown,
        delay,
        groups,
        group_override,
        group_weight,
        group_scoring,
        exclude_recursion,
        prevent_recursion,
        delay_until_recursion,
        ignore_budget,
        filter: Filter { names, tags, exclude },
    } = entry;
    let counted = |count: u32| (count > 0).then_some(count);
    let (position, depth, outlet) = place_of(position);
    let logic = match logic {
        Logic::AndAny => 0,
        Logic::NotAll => 1,
        Logic::NotAny => 2,
        Logic::AndAll => 3,
    };
    let role = match role {
        Role::System => 0,
        Role::User => 1,
        Role::Assistant => 2,
    };
    EntryDocument {
        origin: None,
        name: name.clone(),
        comment: comment.clone(),
        keys: keys.clone(),
        secondary_keys: secondary_keys.clone(),
        selective: *selective,
        logic: LOGICS[logic].to_owned(),
        use_regex: *syntax == KeySyntax::Regex,
        content: content.clone(),
        enabled: *enabled,
        constant: *constant,
        case_sensitive: *case_sensitive,
        whole_words: *whole_words,
        insertion_order: *insertion_order,
        priority: *priority,
        position: POSITIONS[position].to_owned(),
        depth,
        outlet: outlet.to_owned(),
        role: ROLES[role].to_owned(),
        scan_depth: match window {
            Some(Window::Messages(depth)) => Some(*depth),
            _ => None,
        },
        also_scan: ALSO
            .iter()
            .filter(|(.., bit)| also_scan.has(*bit))
            .map(|(name, ..)| (*name).to_owned())
            .collect(),
        probability: (*probability < 100.0).then_some(*probability),
        sticky: counted(*sticky),
        cooldown: counted(*cooldown),
        delay: counted(*delay),
        group: groups.join(", "),
        group_weight: (group_weight.to_bits() != 100.0_f64.to_bits()).then_some(*group_weight),
        group_override: *group_override,
        group_scoring: *group_scoring,
        exclude_recursion: *exclude_recursion,
        prevent_recursion: *prevent_recursion,
        delay_until_recursion: *delay_until_recursion,
        ignore_budget: *ignore_budget,
        filter_names: names.clone(),
        filter_tags: tags.clone(),
        filter_exclude: *exclude,
    }
}

/// The number of a position, and what else it says: a depth, the name of an outlet.
fn place_of(position: &Position) -> (usize, Option<u32>, &str) {
    match position {
        Position::BeforeChar => (0, None, ""),
        Position::NoteTop => (2, None, ""),
        Position::NoteBottom => (3, None, ""),
        Position::Depth(depth) => (4, Some(*depth), ""),
        Position::BeforeExamples => (5, None, ""),
        Position::AfterExamples => (6, None, ""),
        Position::Outlet(name) => (7, None, name),
        // The others are asked for by decorators, which stand in the content.
        _ => (1, None, ""),
    }
}

/// The entries that the engine reads, and the rest, which is kept.
fn entries(book: &Value) -> (Vec<&Value>, Vec<&Value>) {
    let all: Vec<&Value> = match book.get("entries") {
        Some(Value::Array(entries)) => entries.iter().collect(),
        Some(Value::Object(entries)) => entries.values().collect(),
        _ => Vec::new(),
    };
    all.into_iter().partition(|entry| entry.is_object())
}

/// Writes what differs between `old` (as it was read of `book`) and `new` into a card's `character_book`.
pub(crate) fn write(book: &Value, old: &BookDocument, new: &BookDocument) -> Value {
    let understood = understood(book);
    if understood.format != Format::CharacterBook {
        // Another tool's book in a card: edits need names that both know.
        let translated = lore::lorebook_v3(&understood);
        return write_native(&translated["data"], old, new);
    }
    write_native(book, old, new)
}

fn write_native(book: &Value, old: &BookDocument, new: &BookDocument) -> Value {
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
        let (before, kept) = entries(book);
        let written = new.entries.iter().map(|entry| {
            let origin = entry
                .origin
                .and_then(|at| Some((*before.get(at as usize)?, old.entries.get(at as usize)?)));
            match origin {
                Some((json, old)) => write_entry(json, old, entry),
                None => write_entry(&blank_entry(), &EntryDocument::default(), entry),
            }
        });
        let written: Vec<Value> = written.chain(kept.into_iter().cloned()).collect();
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
    // Without secondary keys it means nothing, whatever the file says; with the first of them it would.
    let selects = old.selective != new.selective || old.secondary_keys != new.secondary_keys;
    own("selective", selects, Some(json!(new.selective)));
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
#[expect(clippy::too_many_lines, reason = "every field is named")]
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
    set("outlet_name", old.outlet != new.outlet, Some(json!(new.outlet)));
    set(
        "use_group_scoring",
        old.group_scoring != new.group_scoring,
        new.group_scoring.map(|on| json!(on)),
    );
    set("ignore_budget", old.ignore_budget != new.ignore_budget, Some(json!(new.ignore_budget)));
    for (name, key, _) in ALSO {
        let has = |entry: &EntryDocument| entry.also_scan.iter().any(|one| one == name);
        set(key, has(old) != has(new), Some(json!(has(new))));
    }
    let filter = |entry: &EntryDocument| {
        let EntryDocument { filter_names: names, filter_tags: tags, filter_exclude: not, .. } =
            entry;
        (!names.is_empty() || !tags.is_empty())
            .then(|| json!({ "names": names, "tags": tags, "isExclude": not }))
    };
    set("character_filter", filter(old) != filter(new), filter(new));
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
    let level = match new.delay_until_recursion {
        level @ 0..=1 => json!(level == 1),
        level => json!(level),
    };
    set(
        "delay_until_recursion",
        old.delay_until_recursion != new.delay_until_recursion,
        Some(level),
    );
    // An entry that bears SillyTavern's mark has keys of both kinds, whatever `use_regex` says.
    if new.use_regex && !old.use_regex {
        further.shift_remove("display_index");
    }
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
