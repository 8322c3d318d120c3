//! The fields of a V3 card that are no part of a [`domain::Character`]: what is about the card, and greetings for a group.

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::coerce::{Coercion, kind};

/// What a card says beside its character. Edit it like the character: only what differs is written.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Details {
    /// First messages for a conversation of several characters (`group_only_greetings`).
    pub group_greetings: Vec<String>,
    /// Notes for people by language (`creator_notes_multilingual`): ISO 639-1 code and text, in the card's order.
    pub notes_by_language: Vec<(String, String)>,
    /// Where the card comes from (`source`): addresses and ids.
    pub sources: Vec<String>,
    /// When the card was made, Unix time in seconds.
    pub created: Option<i64>,
    /// When it was last changed, Unix time in seconds.
    pub modified: Option<i64>,
}

const GROUP: &str = "group_only_greetings";
const NOTES: &str = "creator_notes_multilingual";
const SOURCES: &str = "source";
const CREATED: &str = "creation_date";
const MODIFIED: &str = "modification_date";

/// A time of this size is in milliseconds, whatever the specification says: in seconds it would be the year 5138.
const MILLISECONDS: i64 = 100_000_000_000;

/// Reads the details of a card's body.
pub(crate) fn read(body: &Map<String, Value>, coercion: &mut Coercion) -> Details {
    let list = |coercion: &mut Coercion, key: &str| {
        body.get(key).map(|value| coercion.list(key, value, None)).unwrap_or_default()
    };
    let notes_by_language = match body.get(NOTES) {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Object(notes)) => notes
            .iter()
            .map(|(language, text)| {
                (language.clone(), coercion.text(&format!("{NOTES}.{language}"), text))
            })
            .collect(),
        Some(other) => {
            coercion.warn(NOTES, format!("was {}, not an object; kept, not read", kind(other)));
            Vec::new()
        }
    };
    Details {
        group_greetings: list(coercion, GROUP),
        notes_by_language,
        sources: list(coercion, SOURCES),
        created: time(body, CREATED, coercion),
        modified: time(body, MODIFIED, coercion),
    }
}

fn time(body: &Map<String, Value>, key: &str, coercion: &mut Coercion) -> Option<i64> {
    let value = body.get(key).filter(|value| !value.is_null())?;
    let number = match value {
        Value::Number(number) => {
            number.as_i64().or_else(|| number.as_f64().map(|number| number as i64))
        }
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    match number {
        None => coercion.warn(key, format!("was {} and no time; kept, not read", kind(value))),
        Some(time) if time.abs() >= MILLISECONDS => {
            coercion.warn(key, "was in milliseconds; the specification wants seconds");
            return Some(time / 1000);
        }
        Some(_) if !value.is_i64() => coercion.warn(key, "was not a whole number"),
        Some(_) => {}
    }
    number
}

/// Writes what differs.
pub(crate) fn write(body: &mut Map<String, Value>, old: &Details, new: &Details) {
    let mut set = |key: &str, changed: bool, value: Option<Value>| {
        if changed {
            match value {
                Some(value) => drop(body.insert(key.to_owned(), value)),
                None => drop(body.shift_remove(key)),
            }
        }
    };
    set(GROUP, old.group_greetings != new.group_greetings, Some(json!(new.group_greetings)));
    let notes: Map<String, Value> = new
        .notes_by_language
        .iter()
        .map(|(language, text)| (language.clone(), json!(text)))
        .collect();
    let notes = (!notes.is_empty()).then_some(Value::Object(notes));
    set(NOTES, old.notes_by_language != new.notes_by_language, notes);
    let sources = (!new.sources.is_empty()).then(|| json!(new.sources));
    set(SOURCES, old.sources != new.sources, sources);
    set(CREATED, old.created != new.created, new.created.map(|time| json!(time)));
    set(MODIFIED, old.modified != new.modified, new.modified.map(|time| json!(time)));
}
