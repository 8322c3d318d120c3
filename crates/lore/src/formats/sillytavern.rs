//! SillyTavern's world info, and the worlds of TavernAI and KoboldAI that it grew from. Read in its `world-info.js`.

use serde_json::{Map, Value};

use super::reader::Reader;
use super::{entries, header, members};
use crate::{AlsoScan, Book, Entry, Filter, Format, KeySyntax, Logic, Position, Warning, Window};

/// Depth of an entry at a depth that does not say which.
const DEFAULT_DEPTH: u32 = 4;

pub(super) fn book(fields: &Map<String, Value>, warnings: &mut Vec<Warning>) -> Book {
    let mut book = header(fields, Format::SillyTavern, warnings);
    book.entries = entries(members(fields.get("entries")), warnings, entry);
    book
}

fn entry(reader: &mut Reader<'_>) -> Entry {
    let secondary_keys = trimmed(&reader.texts(&["keysecondary", "secondary_keys"]));
    let mut entry = Entry {
        id: reader.id(&["uid", "id"]),
        name: reader.text(&["title", "name"]),
        comment: reader.text(&["comment"]),
        keys: trimmed(&reader.texts(&["key", "keys"])),
        selective: reader.flag(&["selective"]).unwrap_or(true) && !secondary_keys.is_empty(),
        secondary_keys,
        syntax: KeySyntax::Slashed,
        content: reader.text(&["content"]),
        enabled: !reader.flag(&["disable"]).unwrap_or_default()
            && reader.flag(&["enabled"]).unwrap_or(true),
        constant: reader.flag(&["constant"]).unwrap_or_default(),
        insertion_order: reader.number(&["order", "insertion_order"], -1e15, 1e15).unwrap_or(100.0),
        ..Entry::default()
    };
    settings(reader, &mut entry, &WORLD);
    filter(reader, &mut entry, "characterFilter");
    entry
}

fn filter(reader: &mut Reader<'_>, entry: &mut Entry, name: &'static str) {
    if let Some(mut filter) = reader.inner(name) {
        entry.filter = Filter {
            names: filter.texts(&["names"]),
            tags: filter.texts(&["tags"]),
            exclude: filter.flag(&["isExclude"]).unwrap_or_default(),
        };
    }
}

/// The settings of an entry under `extensions` of a card's book.
pub(super) fn extensions(reader: &mut Reader<'_>, entry: &mut Entry) {
    // The card's own field says less; a missing one says nothing.
    let position = entry.position.clone();
    let had_position = reader.has("position");
    let selective = entry.selective;
    settings(reader, entry, &CARD);
    filter(reader, entry, "character_filter");
    if !had_position {
        entry.position = position;
    }
    entry.selective = selective && !entry.secondary_keys.is_empty();
}

/// Names of a setting, which differ between the two places.
struct Names {
    logic: &'static str,
    scan_depth: &'static str,
    case_sensitive: &'static str,
    whole_words: &'static str,
    group_override: &'static str,
    group_weight: &'static str,
    group_scoring: &'static str,
    exclude_recursion: &'static str,
    prevent_recursion: &'static str,
    delay_until_recursion: &'static str,
    ignore_budget: &'static str,
    outlet: &'static str,
    also: [&'static str; 6],
}

const WORLD: Names = Names {
    logic: "selectiveLogic",
    scan_depth: "scanDepth",
    case_sensitive: "caseSensitive",
    whole_words: "matchWholeWords",
    group_override: "groupOverride",
    group_weight: "groupWeight",
    group_scoring: "useGroupScoring",
    exclude_recursion: "excludeRecursion",
    prevent_recursion: "preventRecursion",
    delay_until_recursion: "delayUntilRecursion",
    ignore_budget: "ignoreBudget",
    outlet: "outletName",
    also: [
        "matchPersonaDescription",
        "matchCharacterDescription",
        "matchCharacterPersonality",
        "matchCharacterDepthPrompt",
        "matchScenario",
        "matchCreatorNotes",
    ],
};

const CARD: Names = Names {
    logic: "selectiveLogic",
    scan_depth: "scan_depth",
    case_sensitive: "case_sensitive",
    whole_words: "match_whole_words",
    group_override: "group_override",
    group_weight: "group_weight",
    group_scoring: "use_group_scoring",
    exclude_recursion: "exclude_recursion",
    prevent_recursion: "prevent_recursion",
    delay_until_recursion: "delay_until_recursion",
    ignore_budget: "ignore_budget",
    outlet: "outlet_name",
    also: [
        "match_persona_description",
        "match_character_description",
        "match_character_personality",
        "match_character_depth_prompt",
        "match_scenario",
        "match_creator_notes",
    ],
};

fn settings(reader: &mut Reader<'_>, entry: &mut Entry, names: &Names) {
    entry.logic = match reader.number(&[names.logic], 0.0, 3.0).unwrap_or_default() as u32 {
        1 => Logic::NotAll,
        2 => Logic::NotAny,
        3 => Logic::AndAll,
        _ => Logic::AndAny,
    };
    if let Some(depth) = reader.count(&[names.scan_depth]) {
        entry.window = Some(Window::Messages(depth));
    }
    let case = reader.flag(&[names.case_sensitive]);
    entry.case_sensitive = case.or(entry.case_sensitive);
    entry.whole_words = reader.flag(&[names.whole_words]).or(entry.whole_words);
    let depth = reader.count(&["depth"]).unwrap_or(DEFAULT_DEPTH);
    entry.position = place(reader, names, depth);
    entry.role = reader.role(&["role"]);
    if reader.flag(&["useProbability"]).unwrap_or(true) {
        entry.probability = reader.number(&["probability"], 0.0, 100.0).unwrap_or(100.0);
    }
    entry.sticky = reader.count(&["sticky"]).unwrap_or_default();
    entry.cooldown = reader.count(&["cooldown"]).unwrap_or_default();
    entry.delay = reader.count(&["delay"]).unwrap_or_default();
    entry.groups = reader
        .text(&["group"])
        .split(',')
        .map(|group| group.trim().to_owned())
        .filter(|group| !group.is_empty())
        .collect();
    entry.group_override = reader.flag(&[names.group_override]).unwrap_or_default();
    entry.group_weight = reader.number(&[names.group_weight], 0.0, 1e6).unwrap_or(100.0);
    entry.group_scoring = reader.flag(&[names.group_scoring]);
    entry.exclude_recursion = reader.flag(&[names.exclude_recursion]).unwrap_or_default();
    entry.prevent_recursion = reader.flag(&[names.prevent_recursion]).unwrap_or_default();
    entry.delay_until_recursion = match reader.fields.get(names.delay_until_recursion) {
        Some(Value::Bool(on)) => u32::from(*on),
        _ => reader.count(&[names.delay_until_recursion]).unwrap_or_default(),
    };
    entry.ignore_budget = reader.flag(&[names.ignore_budget]).unwrap_or_default();
    let bits = [
        AlsoScan::PERSONA,
        AlsoScan::DESCRIPTION,
        AlsoScan::PERSONALITY,
        AlsoScan::DEPTH_PROMPT,
        AlsoScan::SCENARIO,
        AlsoScan::CREATOR_NOTES,
    ];
    for (name, bit) in names.also.iter().zip(bits) {
        if reader.flag(&[name]).unwrap_or_default() {
            entry.also_scan = entry.also_scan.with(bit);
        }
    }
    if reader.flag(&["vectorized"]).unwrap_or_default() && entry.keys.is_empty() {
        reader.warn(
            "vectorized",
            "is searched by meaning in SillyTavern; here only its keys call it, and it has none",
        );
    }
    if reader.fields.get("triggers").and_then(Value::as_array).is_some_and(|list| !list.is_empty())
    {
        reader.warn("triggers", "name kinds of generation; here the entry may fire in all of them");
    }
}

/// Where an entry goes. A place that SillyTavern does not have either is before the character, as it is in cards.
fn place(reader: &mut Reader<'_>, names: &Names, depth: u32) -> Position {
    let number = reader.number(&["position"], -1e9, 1e9).unwrap_or_default();
    if !(0.0..8.0).contains(&number) {
        reader.warn("position", format!("was {number}, which is no place; before the character"));
    }
    match number as i64 {
        1 => Position::AfterChar,
        2 => Position::NoteTop,
        3 => Position::NoteBottom,
        4 => Position::Depth(depth),
        5 => Position::BeforeExamples,
        6 => Position::AfterExamples,
        7 => {
            let name = reader.text(&[names.outlet]);
            if name.trim().is_empty() {
                reader.warn(names.outlet, "is missing: nothing can show what stands in it");
            }
            Position::Outlet(name)
        }
        _ => Position::BeforeChar,
    }
}

/// Without empty ones and the spaces round them.
fn trimmed(list: &[String]) -> Vec<String> {
    list.iter().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()).collect()
}
